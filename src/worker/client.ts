import { wrap } from 'comlink'
import type { EngineHost } from './protocol.ts'
import { startEngine } from './start.ts'
import { packBatches } from './wire.ts'

/** The page talks to an engine in a worker as to any EngineHost. */
export function connectEngine({ worker } = startEngine()): EngineHost {
  packBatches()
  return wrap<EngineHost>(worker)
}
