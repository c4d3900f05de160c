/** How many pods there are in each domain: topology key -> value -> count. Zeros are not kept. */
export class TopologyCounts {
  private readonly byKey = new Map<string, Map<string, number>>()

  get isEmpty(): boolean {
    return this.byKey.size === 0
  }

  add(key: string, value: string, by: number): void {
    if (by === 0) return
    let values = this.byKey.get(key)
    if (values === undefined) this.byKey.set(key, (values = new Map()))
    const next = (values.get(value) ?? 0) + by
    if (next !== 0) values.set(value, next)
    else {
      values.delete(value)
      if (values.size === 0) this.byKey.delete(key)
    }
  }

  get(key: string, value: string): number {
    return this.byKey.get(key)?.get(value) ?? 0
  }

  /** Values of a key that have a count. */
  values(key: string): IterableIterator<string> {
    return (this.byKey.get(key) ?? new Map<string, number>()).keys()
  }

  keys(): IterableIterator<[string, Map<string, number>]> {
    return this.byKey.entries()
  }
}
