import type { Node } from '../../api/types.ts'
import type { NodeInfo } from './nodeinfo.ts'

/** One image name: on which nodes it lies. */
export interface ImageState {
  /** As the first node told it. */
  readonly sizeBytes: number
  /** Rows of the nodes that have it. */
  readonly rows: Set<number>
}

type NodeImages = NonNullable<Node['status']['images']>

/** Which images lie on which nodes (cache.imageStates): a rare image counts for less than a common one. */
export class ImageIndex {
  private readonly states = new Map<string, ImageState>()
  private readonly known = new Map<number, NodeImages>()

  get(name: string): ImageState | undefined {
    return this.states.get(name)
  }

  setNode({ row }: NodeInfo, node: Node): void {
    const before = this.known.get(row)
    const images = node.status.images
    if (before === images) return
    if (before !== undefined) this.drop(row, before)
    if (images === undefined || images.length === 0) {
      this.known.delete(row)
      return
    }
    this.known.set(row, images)
    for (const { names, sizeBytes } of images) for (const name of names) this.put(name, sizeBytes, row)
  }

  removeNode({ row }: NodeInfo): void {
    const images = this.known.get(row)
    if (images !== undefined) this.drop(row, images)
    this.known.delete(row)
  }

  private put(name: string, sizeBytes: number, row: number): void {
    const state = this.states.get(name)
    if (state === undefined) this.states.set(name, { sizeBytes, rows: new Set([row]) })
    else state.rows.add(row)
  }

  private drop(row: number, images: NodeImages): void {
    for (const { names } of images) {
      for (const name of names) {
        const state = this.states.get(name)
        state?.rows.delete(row)
        if (state?.rows.size === 0) this.states.delete(name)
      }
    }
  }
}
