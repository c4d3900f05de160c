import { wrap } from 'comlink'
import type { EngineHost } from './protocol.ts'
import { packBatches } from './wire.ts'

/** Starts the engine in a worker of its own; the page talks to it as to any EngineHost. */
export function connectEngine(): EngineHost {
  packBatches()
  const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name: 'engine' })
  return wrap<EngineHost>(worker)
}
