/** Calls `does` for one after another: the next begins when the one before is over, whether or not that went well. */
export function inTurn<Asked, Result>(does: (asked: Asked) => Promise<Result>): (asked: Asked) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve()
  return (asked) => {
    const done = last.then(() => does(asked))
    last = done.catch(() => undefined)
    return done
  }
}
