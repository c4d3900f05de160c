import type { Call, Process, Run, Wait } from './process.ts'

/**
 * `yield* called(run)` does what `yield* run` does, for programs that may call as deep as they like: the call is a generator of its
 * own beside its caller and not inside of it, so that no recursion of theirs uses up the engine's stack, whose size every browser
 * chooses for itself.
 */
export function* called<T>(run: Run<T>): Run<T> {
  return (yield { wait: 'call', run }) as T
}

/** Resumes a program with an answer, through its calls and returns, until it waits or is over. */
export function resumed(p: Process, answer: unknown): IteratorResult<Wait, number> {
  let from: { value: unknown } | { error: unknown } = { value: answer }
  for (;;) {
    let result: IteratorResult<Wait | Call, unknown>
    try {
      result = 'error' in from ? p.execution!.throw(from.error) : p.execution!.next(from.value)
    } catch (error) {
      if (!returns(p)) throw error
      from = { error }
      continue
    }
    if (result.done === true) {
      if (!returns(p)) return result as IteratorReturnResult<number>
      from = { value: result.value }
    } else if (result.value.wait === 'call') {
      ;(p.callers ??= []).push(p.execution!)
      p.execution = result.value.run
      from = { value: undefined }
    } else return result as IteratorYieldResult<Wait>
  }
}

/** False when there is nobody to return to. */
function returns(p: Process): boolean {
  const caller = p.callers?.pop()
  if (caller === undefined) return false
  p.execution = caller
  return true
}
