import type { ImageRecord } from '../../api/machine.ts'

/** Per cent of the disk: above the first images are removed until the second is reached (imageGCHighThresholdPercent and -Low-). */
export const highThresholdPercent = 85
export const lowThresholdPercent = 80
/** An image that has just come is not removed (imageMinimumGCAge). */
const minimumAgeMs = 120_000

/**
 * Which images to remove, those that were used longest ago first, until so many bytes are free; fewer when no more may go
 * (pkg/kubelet/images/image_gc_manager.go freeSpace).
 */
export function imagesToRemove(images: readonly ImageRecord[], inUse: ReadonlySet<string>, bytesWanted: number, nowMs: number): ImageRecord[] {
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
export function bytesToFree(used: number, capacity: number): number {
  const freePercent = Math.floor(((capacity - used) * 100) / capacity)
  if (capacity === 0 || 100 - freePercent < highThresholdPercent) return 0
  return Math.floor(used - (capacity * lowThresholdPercent) / 100)
}
