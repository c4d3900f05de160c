import { wrap } from 'comlink'
import type { EngineHost } from './protocol.ts'
import { packBatches } from './wire.ts'

/**
 * Starts the engine in a worker of its own; the page talks to it as to any EngineHost. `onMissing` is told when its program could not
 * be fetched: nobody else would ever say so.
 */
export function connectEngine(onMissing?: () => void): EngineHost {
  packBatches()
  const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name: 'engine' })
  // Of an error in a program that runs there is a message.
  worker.addEventListener('error', ({ message }) => message || onMissing?.())
  return wrap<EngineHost>(worker)
}
