/**
 * The numbers of all nodes, a column for each kind and a row for each node: filtering and scoring
 * thousands of nodes then reads memory in order instead of chasing objects.
 */
const names = [
  'allocatableMilliCPU', 'allocatableMemory', 'allocatableEphemeralStorage', 'allowedPods',
  'requestedMilliCPU', 'requestedMemory', 'requestedEphemeralStorage',
  'nonZeroMilliCPU', 'nonZeroMemory', 'podCount',
] as const

export class NodeColumns {
  allocatableMilliCPU: Float64Array
  allocatableMemory: Float64Array
  allocatableEphemeralStorage: Float64Array
  allowedPods: Float64Array
  requestedMilliCPU: Float64Array
  requestedMemory: Float64Array
  requestedEphemeralStorage: Float64Array
  /** Requests with defaults for containers that ask for nothing. */
  nonZeroMilliCPU: Float64Array
  nonZeroMemory: Float64Array
  podCount: Float64Array
  private rows: number
  private used = 0
  private readonly free: number[] = []

  constructor(rows = 64) {
    this.rows = rows
    this.allocatableMilliCPU = new Float64Array(rows)
    this.allocatableMemory = new Float64Array(rows)
    this.allocatableEphemeralStorage = new Float64Array(rows)
    this.allowedPods = new Float64Array(rows)
    this.requestedMilliCPU = new Float64Array(rows)
    this.requestedMemory = new Float64Array(rows)
    this.requestedEphemeralStorage = new Float64Array(rows)
    this.nonZeroMilliCPU = new Float64Array(rows)
    this.nonZeroMemory = new Float64Array(rows)
    this.podCount = new Float64Array(rows)
  }

  /** A row of zeros. */
  take(): number {
    const row = this.free.pop() ?? this.used++
    if (row === this.rows) this.grow()
    for (const name of names) this[name][row] = 0
    return row
  }

  release(row: number): void {
    this.free.push(row)
  }

  copyRow(from: NodeColumns, source: number, row: number): void {
    for (const name of names) this[name][row] = from[name][source]!
  }

  private grow(): void {
    this.rows *= 2
    for (const name of names) {
      const larger = new Float64Array(this.rows)
      larger.set(this[name])
      this[name] = larger
    }
  }
}
