/**
 * A binary heap whose items are found by key (pkg/scheduler/backend/heap): the least is on top, any can
 * be updated or taken out.
 */
export class Heap<T> {
  private readonly items: T[] = []
  private readonly places = new Map<string, number>()
  private readonly keyOf: (item: T) => string
  private readonly less: (a: T, b: T) => boolean

  constructor(keyOf: (item: T) => string, less: (a: T, b: T) => boolean) {
    this.keyOf = keyOf
    this.less = less
  }

  get size(): number {
    return this.items.length
  }

  has(key: string): boolean {
    return this.places.has(key)
  }

  get(key: string): T | undefined {
    const place = this.places.get(key)
    return place === undefined ? undefined : this.items[place]
  }

  peek(): T | undefined {
    return this.items[0]
  }

  /** Takes the place of an item with the same key. */
  put(item: T): void {
    const key = this.keyOf(item)
    const place = this.places.get(key) ?? this.items.length
    this.set(place, item)
    this.up(place)
    this.down(this.places.get(key)!)
  }

  pop(): T | undefined {
    const top = this.items[0]
    if (top !== undefined) this.delete(this.keyOf(top))
    return top
  }

  delete(key: string): T | undefined {
    const place = this.places.get(key)
    if (place === undefined) return undefined
    const item = this.items[place]!
    const last = this.items.pop()!
    this.places.delete(key)
    if (place < this.items.length) {
      this.set(place, last)
      this.up(place)
      this.down(this.places.get(this.keyOf(last))!)
    }
    return item
  }

  /** In no particular order. */
  list(): readonly T[] {
    return this.items
  }

  private set(place: number, item: T): void {
    this.items[place] = item
    this.places.set(this.keyOf(item), place)
  }

  private up(place: number): void {
    const item = this.items[place]!
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!this.less(item, this.items[parent]!)) break
      this.set(place, this.items[parent]!)
      place = parent
    }
    this.set(place, item)
  }

  private down(place: number): void {
    const item = this.items[place]!
    for (;;) {
      let child = 2 * place + 1
      if (child >= this.items.length) break
      if (child + 1 < this.items.length && this.less(this.items[child + 1]!, this.items[child]!)) child++
      if (!this.less(this.items[child]!, item)) break
      this.set(place, this.items[child]!)
      place = child
    }
    this.set(place, item)
  }
}
