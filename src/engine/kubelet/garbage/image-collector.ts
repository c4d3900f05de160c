import { quantity } from '../../api/quantity.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import { bytesToFree, imagesToRemove } from './images.ts'

const periodMs = 300_000

/** What is used of the node's disk, in bytes. */
type DiskUsage = () => number

/** Removes images that nobody uses when the disk gets full (pkg/kubelet/images/image_gc_manager.go). */
export class ImageCollector {
  private readonly context: KubeletContext
  private readonly used: DiskUsage
  private failedBefore = false

  constructor(context: KubeletContext, used: DiskUsage) {
    this.context = context
    this.used = used
  }

  start(): void {
    this.context.client.later(periodMs, () => this.collect())
  }

  /** All that nobody uses: the node is short of disk. Returns the bytes that are free now. */
  removeUnused(): number {
    return this.remove(Infinity)
  }

  private collect(): void {
    this.context.client.later(periodMs, () => this.collect())
    const { recorder, nodeName, node } = this.context
    const capacity = quantity(node().status.capacity?.['ephemeral-storage'] ?? '0').value
    const wanted = bytesToFree(this.used(), capacity)
    const freed = wanted === 0 ? 0 : this.remove(wanted)
    if (freed >= wanted) {
      this.failedBefore = false
      return
    }
    const reference = { kind: 'Node', apiVersion: 'v1', name: nodeName, uid: nodeName }
    const message = `Failed to garbage collect required amount of images. Attempted to free ${wanted} bytes, but only found ${freed} bytes eligible to free.`
    recorder.eventOn(reference, 'Warning', 'FreeDiskSpaceFailed', message)
    if (this.failedBefore) recorder.eventOn(reference, 'Warning', 'ImageGCFailed', message)
    this.failedBefore = true
  }

  private remove(bytesWanted: number): number {
    const { runtime, kernel } = this.context
    const inUse = new Set(runtime.records.containers().map(({ image }) => image))
    const gone = imagesToRemove(runtime.images.list(), inUse, bytesWanted, kernel.now)
    for (const { reference, sizeBytes } of gone) {
      runtime.images.remove(reference)
      kernel.record({ kind: 'runtime', from: `kubelet/${this.context.nodeName}`, to: runtime.name, detail: { type: 'RemoveImage', image: reference, sizeBytes } })
    }
    return gone.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0)
  }
}
