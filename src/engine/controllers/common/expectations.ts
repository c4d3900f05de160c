/**
 * What a controller has asked for and not yet seen in its copy (pkg/controller/controller_utils.go ControllerExpectations).
 * A copy lags behind one's own writes; who counts again before they have arrived creates too much.
 */
interface Expected {
  adds: number
  /** Keys of objects whose end is awaited: a deletion may be seen twice (mark, removal) and must count once. */
  deletions: Set<string>
  at: number
}

/** After this long something was missed, and counting again is better than waiting. */
const expectationsTimeoutMs = 300_000

export class Expectations {
  private readonly byKey = new Map<string, Expected>()

  expectCreations(key: string, adds: number, now: number): void {
    this.expect(key, adds, [], now)
  }

  expectDeletions(key: string, deletions: readonly string[], now: number): void {
    this.expect(key, 0, deletions, now)
  }

  expect(key: string, adds: number, deletions: readonly string[], now: number): void {
    this.byKey.set(key, { adds, deletions: new Set(deletions), at: now })
  }

  /** One creation was seen, or will never be. */
  creationObserved(key: string, count = 1): void {
    const expected = this.byKey.get(key)
    if (expected !== undefined) expected.adds -= count
  }

  deletionObserved(key: string, object: string): void {
    this.byKey.get(key)?.deletions.delete(object)
  }

  satisfied(key: string, now: number): boolean {
    const expected = this.byKey.get(key)
    if (expected === undefined) return true
    return (expected.adds <= 0 && expected.deletions.size === 0) || now - expected.at > expectationsTimeoutMs
  }

  forget(key: string): void {
    this.byKey.delete(key)
  }
}
