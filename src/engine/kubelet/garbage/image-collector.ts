import type { ImageRecord } from '../../api/machine.ts'
import { quantity } from '../../api/quantity.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import { bytesToFree, imagePolicy, imagesToRemove, oldImages, type ImagePolicy } from './images.ts'

const periodMs = 300_000

/** What is used of the node's disk, in bytes. */
type DiskUsage = () => number

/** Removes images that nobody uses when the disk gets full (pkg/kubelet/images/image_gc_manager.go). */
export class ImageCollector {
  private readonly context: KubeletContext
  private readonly used: DiskUsage
  private policy: ImagePolicy
  private failedBefore = false

  constructor(context: KubeletContext, used: DiskUsage) {
    this.context = context
    this.used = used
    this.policy = imagePolicy(context.configuration)
  }

  /** The kubelet has read its configuration anew. */
  configured(): void {
    this.policy = imagePolicy(this.context.configuration)
  }

  start(): void {
    this.context.client.later(periodMs, () => this.collect())
  }

  /** All that nobody uses: the node is short of disk. Returns the bytes that are free now. */
  removeUnused(): number {
    return this.freeSpace(Infinity)
  }

  private collect(): void {
    this.context.client.later(periodMs, () => this.collect())
    const { recorder, nodeName, node } = this.context
    const capacity = quantity(node().status.capacity?.['ephemeral-storage'] ?? '0').value
    this.removeOld()
    const wanted = bytesToFree(this.used(), capacity, this.policy)
    const freed = wanted === 0 ? 0 : this.freeSpace(wanted)
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

  private freeSpace(bytesWanted: number): number {
    const { runtime, kernel } = this.context
    return this.remove(imagesToRemove(runtime.images.list(), this.inUse(), bytesWanted, kernel.now, this.policy))
  }

  private removeOld(): void {
    const { runtime, kernel } = this.context
    if (this.policy.maximumAgeMs < Infinity) this.remove(oldImages(runtime.images.list(), this.inUse(), kernel.now, this.policy))
  }

  private inUse(): ReadonlySet<string> {
    return new Set(this.context.runtime.records.containers().map(({ image }) => image))
  }

  private remove(gone: readonly ImageRecord[]): number {
    const { runtime, kernel } = this.context
    for (const { reference, sizeBytes } of gone) {
      runtime.images.remove(reference)
      kernel.record({ kind: 'runtime', from: `kubelet/${this.context.nodeName}`, to: runtime.name, detail: { type: 'RemoveImage', image: reference, sizeBytes } })
    }
    return gone.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0)
  }
}
