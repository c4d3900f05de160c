import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { md5 } from './md5.ts'

test.each(['', 'abc', 'x'.repeat(55), 'x'.repeat(56), 'x'.repeat(64), 'x'.repeat(1000), '(v1.EndpointPort){Name:(*string)http}', '端口'.repeat(50)])('md5 of %j is that of Node', (text) => {
  expect(md5(text)).toBe(createHash('md5').update(text).digest('hex'))
})
