/** An engine that runs, or is about to. `missing` resolves when its program could not be fetched: nobody else would ever say so. */
export interface StartedEngine {
  readonly worker: Worker
  readonly missing: Promise<void>
}

/** Starts the engine in a worker of its own. */
export function startEngine(): StartedEngine {
  const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name: 'engine' })
  const missing = new Promise<void>((resolve) => {
    // Of an error in a program that runs there is a message.
    worker.addEventListener('error', ({ message }) => message || resolve())
  })
  return { worker, missing }
}
