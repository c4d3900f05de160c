import { describe, expect, test } from 'vitest'
import type { ImageRecord } from '../../api/machine.ts'
import { bytesToFree, imagePolicy, imagesToRemove, oldImages } from './images.ts'

const minute = 60_000

/** Minutes when it came and when it was last used; size in MB. */
const image = (reference: string, pulled: number, used: number, megabytes = 10): ImageRecord => ({
  reference, id: reference, digest: '', sizeBytes: megabytes * 1e6, pulledAt: pulled * minute, lastUsedAt: used * minute,
})

describe('the images that go', () => {
  test.each<[string, ImageRecord[], string[], number, string[]]>([
    ['the longest unused first, and no more than needed', [image('new', 0, 9), image('old', 0, 1), image('middle', 0, 5)], [], 15, ['old', 'middle']],
    ['none that a container uses', [image('used', 0, 1), image('idle', 0, 2)], ['used'], 100, ['idle']],
    ['none that came less than two minutes ago', [image('fresh', 9, 9), image('idle', 0, 9)], [], 100, ['idle']],
    ['none when nothing is wanted', [image('idle', 0, 1)], [], 0, []],
  ])('%s', (_, images, inUse, megabytes, gone) => {
    expect(imagesToRemove(images, new Set(inUse), megabytes * 1e6, 10 * minute, imagePolicy({})).map(({ reference }) => reference)).toEqual(gone)
  })
})

test.each([
  [84, 0, {}],
  [84.5, 4, {}],
  [85, 5, {}],
  [95, 15, {}],
  [95, 55, { imageGCHighThresholdPercent: 50, imageGCLowThresholdPercent: 40 }],
])('of a disk that is %d %% full %d %% are to be freed', (used, wanted, configuration) => expect(bytesToFree(used, 100, imagePolicy(configuration))).toBe(wanted))

test.each<[string | undefined, string[]]>([
  [undefined, []],
  ['0s', []],
  ['5m', ['old']],
])('with a greatest age of %s an image goes that nobody has used for longer', (imageMaximumGCAge, gone) => {
  const images = [image('old', 0, 1), image('used', 0, 1), image('new', 0, 9)]
  expect(oldImages(images, new Set(['used']), 10 * minute, imagePolicy(imageMaximumGCAge === undefined ? {} : { imageMaximumGCAge })).map(({ reference }) => reference)).toEqual(gone)
})
