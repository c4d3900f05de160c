import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { sha256 } from './sha256.ts'

test.each(['', 'abc', 'x'.repeat(55), 'x'.repeat(56), 'x'.repeat(64), 'x'.repeat(1000), 'vol-1ebs.csi.aws.comnode1', '卷'.repeat(50)])('sha256 of %j is that of Node', (text) => {
  expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'))
})
