/**
 * A priority queue of slots ordered by (at, seq), on typed arrays: a 4-ary heap keeps its speed
 * at a hundred thousand entries where a heap of objects falls to a fifth of it.
 *
 * A slot is a small integer that the kernel uses to find the task. Cancelling leaves a tombstone
 * that is skipped when it surfaces, so that it costs nothing now.
 */
export class TaskQueue {
  private at = new Float64Array(256)
  private seq = new Float64Array(256)
  private slot = new Int32Array(256)
  private length = 0

  get size(): number {
    return this.length
  }

  /** The earliest time in the queue (virtual ms), or Infinity when it is empty. */
  peekAt(): number {
    return this.length === 0 ? Infinity : this.at[0]!
  }

  /** The slot that pop would return; the queue must not be empty. */
  peekSlot(): number {
    return this.slot[0]!
  }

  push(at: number, seq: number, slot: number): void {
    if (this.length === this.at.length) this.grow()
    let i = this.length++
    while (i > 0) {
      const parent = (i - 1) >> 2
      if (!this.before(at, seq, parent)) break
      this.move(parent, i)
      i = parent
    }
    this.set(i, at, seq, slot)
  }

  /** Removes the earliest entry and returns its slot; the queue must not be empty. */
  pop(): number {
    const first = this.slot[0]!
    const last = --this.length
    if (last > 0) this.sink(this.at[last]!, this.seq[last]!, this.slot[last]!)
    return first
  }

  /** Gives entries another time; the order of those with the same time stays. Costs as much as all of them. */
  retime(timeOf: (slot: number, at: number) => number): void {
    const entries = Array.from({ length: this.length }, (_, i) => [this.at[i]!, this.seq[i]!, this.slot[i]!] as const)
    this.length = 0
    for (const [at, seq, slot] of entries) this.push(timeOf(slot, at), seq, slot)
  }

  private sink(at: number, seq: number, slot: number): void {
    let i = 0
    for (;;) {
      const firstChild = (i << 2) + 1
      if (firstChild >= this.length) break
      const end = Math.min(firstChild + 4, this.length)
      let least = firstChild
      for (let child = firstChild + 1; child < end; child++) {
        if (this.before(this.at[child]!, this.seq[child]!, least)) least = child
      }
      if (this.before(at, seq, least)) break
      this.move(least, i)
      i = least
    }
    this.set(i, at, seq, slot)
  }

  private before(at: number, seq: number, index: number): boolean {
    const other = this.at[index]!
    return at < other || (at === other && seq < this.seq[index]!)
  }

  private move(from: number, to: number): void {
    this.set(to, this.at[from]!, this.seq[from]!, this.slot[from]!)
  }

  private set(i: number, at: number, seq: number, slot: number): void {
    this.at[i] = at
    this.seq[i] = seq
    this.slot[i] = slot
  }

  private grow(): void {
    const size = this.at.length * 2
    const copy = <T extends Float64Array | Int32Array>(to: T, from: T): T => {
      to.set(from)
      return to
    }
    this.at = copy(new Float64Array(size), this.at)
    this.seq = copy(new Float64Array(size), this.seq)
    this.slot = copy(new Int32Array(size), this.slot)
  }
}
