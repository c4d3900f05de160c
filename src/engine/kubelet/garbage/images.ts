import type { KubeletConfiguration } from '../../api/kubeletConfiguration.ts'
import type { ImageRecord } from '../../api/machine.ts'
import { parseDuration } from '../../api/time.ts'

/** When images are removed (pkg/kubelet/images ImageGCPolicy). */
export interface ImagePolicy {
  /** Per cent of the disk: above the first images are removed until the second is reached. */
  highThresholdPercent: number
  lowThresholdPercent: number
  /** An image that has just come is not removed. */
  minimumAgeMs: number
  /** One that was not used for so long is, however much room there is. */
  maximumAgeMs: number
}

/** '0s' stands for the default, which is two minutes and for ever. */
export function imagePolicy({ imageGCHighThresholdPercent = 85, imageGCLowThresholdPercent = 80, imageMinimumGCAge = '', imageMaximumGCAge = '' }: KubeletConfiguration): ImagePolicy {
  return {
    highThresholdPercent: imageGCHighThresholdPercent,
    lowThresholdPercent: imageGCLowThresholdPercent,
    minimumAgeMs: parseDuration(imageMinimumGCAge) || 120_000,
    maximumAgeMs: parseDuration(imageMaximumGCAge) || Infinity,
  }
}

/**
 * Which images to remove, those that were used longest ago first, until so many bytes are free; fewer when no more may go
 * (pkg/kubelet/images/image_gc_manager.go freeSpace).
 */
export function imagesToRemove(images: readonly ImageRecord[], inUse: ReadonlySet<string>, bytesWanted: number, nowMs: number, { minimumAgeMs }: ImagePolicy): ImageRecord[] {
  const oldestFirst = images
    .filter(({ reference }) => !inUse.has(reference))
    .toSorted((a, b) => a.lastUsedAt - b.lastUsedAt || a.pulledAt - b.pulledAt)
  const chosen: ImageRecord[] = []
  let freed = 0
  for (const image of oldestFirst) {
    if (freed >= bytesWanted) break
    // It was used just now, or has not been here long enough to say that nobody wants it.
    if (image.lastUsedAt >= nowMs || nowMs - image.pulledAt < minimumAgeMs) continue
    chosen.push(image)
    freed += image.sizeBytes
  }
  return chosen
}

/** How many bytes must be freed of a disk of `capacity`; 0: it is not too full. */
export function bytesToFree(used: number, capacity: number, { highThresholdPercent, lowThresholdPercent }: ImagePolicy): number {
  const freePercent = Math.floor(((capacity - used) * 100) / capacity)
  if (capacity === 0 || 100 - freePercent < highThresholdPercent) return 0
  return Math.floor(used - (capacity * lowThresholdPercent) / 100)
}

/** Those that nobody has used for too long (freeOldImages). */
export function oldImages(images: readonly ImageRecord[], inUse: ReadonlySet<string>, nowMs: number, { maximumAgeMs }: ImagePolicy): ImageRecord[] {
  return images.filter(({ reference, lastUsedAt }) => !inUse.has(reference) && nowMs - lastUsedAt > maximumAgeMs)
}
