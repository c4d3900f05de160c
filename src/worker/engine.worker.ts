import { expose } from 'comlink'
import '../kubectl/register.ts'
import { Host } from './host.ts'
import { bring, bringAll } from './parts.ts'

expose(new Host(() => performance.now(), bring))
bringAll()
