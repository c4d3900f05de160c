import type { Ratchet } from './style.ts'

/** Files ('src/a.ts') and functions ('src/a.ts#name') that are longer than the limit in style.ts, and by what right. */
export const ratchet: Ratchet = {}

/** Files of the engine with state at the top of the module: memos of pure functions, which nobody can see. */
export const memos: readonly string[] = ['src/engine/api/time.ts', 'src/engine/api/validation/internalTypes.ts']
