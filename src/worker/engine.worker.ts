import { expose } from 'comlink'
import '../kubectl/register.ts'
import { Host } from './host.ts'
import { bring, bringAll } from './parts.ts'
import { packBatches } from './wire.ts'

packBatches()
expose(new Host(() => performance.now(), bring))
void bringAll()
