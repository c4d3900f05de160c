import type { FrameTimer } from '../state.ts'

/** Frames that come when the test says so. */
export class HandTimer implements FrameTimer {
  now = 0
  private readonly waiting = new Set<{ callback: (now: number) => void; at: number }>()

  request(callback: (now: number) => void, waitMs = 0): () => void {
    const frame = { callback, at: this.now + waitMs }
    this.waiting.add(frame)
    return () => this.waiting.delete(frame)
  }

  nowMs(): number {
    return this.now
  }

  async run(ms: number, frameMs = 20, turns = 20): Promise<void> {
    for (const end = this.now + ms; this.now < end;) {
      this.now += frameMs
      const due = [...this.waiting].filter(({ at }) => at <= this.now)
      for (const frame of due) this.waiting.delete(frame)
      for (const { callback } of due) callback(this.now)
      for (let i = 0; i < turns; i++) await Promise.resolve()
    }
  }
}
