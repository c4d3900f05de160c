import { expose } from 'comlink'
import { inspect } from './inspect.ts'

/** Beside the page, because a text may be large and winding. */
const inspector = { inspect }
export type Inspector = typeof inspector

expose(inspector)
