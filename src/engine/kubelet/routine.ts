/**
 * One goroutine of the kubelet: a function that runs until it must wait, and goes on when the answer
 * comes. What it waits for is an operation that calls back in a later task, so time passes only in the
 * event loop.
 *
 *   function* start(): Routine<string> {
 *     const sandbox = yield* wait<Sandbox>((resume) => runtime.runPodSandbox(config, resume))
 *     ...
 *   }
 */
export type Operation<T> = (resume: (answer: T) => void) => void

export type Routine<R> = Generator<Operation<any>, R, any>

export function* wait<T>(operation: Operation<T>): Generator<Operation<T>, T, T> {
  return yield operation
}

/** Runs a routine; `done` is told its result. */
export function run<R>(routine: Routine<R>, done: (result: R) => void): void {
  const go = (answer?: unknown): void => {
    const next = routine.next(answer)
    if (next.done === true) done(next.value)
    else next.value(go)
  }
  go()
}

/** The result of a routine that has nothing to wait for. */
export function atOnce<R>(routine: Routine<R>): R {
  let ended: { result: R } | undefined
  run(routine, (result) => (ended = { result }))
  if (ended === undefined) throw new Error('this routine waits, and was not to')
  return ended.result
}

/** Runs routines side by side and waits until all have ended. */
export function* all<R>(routines: readonly Routine<R>[]): Routine<R[]> {
  if (routines.length === 0) return []
  return yield* wait<R[]>((resume) => {
    const results: R[] = []
    let left = routines.length
    routines.forEach((routine, i) =>
      run(routine, (result) => {
        results[i] = result
        if (--left === 0) resume(results)
      }),
    )
  })
}
