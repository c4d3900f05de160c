/**
 * Something that changes often and is looked at seldom: at once the first time, then at most once a second. A loop of
 * short commands would otherwise write a revision for each of them, and nobody could see them pass.
 */
export class Sampled<T> {
  private waiting = false
  private last: string | undefined
  private readonly later: (delayMs: number, action: () => void) => void
  private readonly take: () => T | undefined
  private readonly write: (value: T) => void
  private readonly shapeOf: (value: T) => string

  /** `take`: undefined when there is nothing to look at any more; `write` is called when the shape differs. */
  constructor(
    later: (delayMs: number, action: () => void) => void,
    { take, shapeOf, write }: { take: () => T | undefined; shapeOf: (value: T) => string; write: (value: T) => void },
  ) {
    this.later = later
    this.take = take
    this.shapeOf = shapeOf
    this.write = write
  }

  /** It may have changed. */
  look(): void {
    if (this.waiting) return
    this.waiting = true
    this.later(this.last === undefined ? 0 : 1000, () => {
      this.waiting = false
      const value = this.take()
      if (value === undefined) return
      const shape = this.shapeOf(value)
      if (shape === this.last) return
      this.last = shape
      this.write(value)
    })
  }
}
