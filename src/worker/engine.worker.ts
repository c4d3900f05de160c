import { expose } from 'comlink'
import '../kubectl/index.ts'
import { Host } from './host.ts'

expose(new Host(() => performance.now()))
