import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { md5, sha1, sha256 } from './digest.ts'

test.each(['', 'abc', 'x'.repeat(64), '(v1.EndpointPort){Name:(*string)http}', '端口'.repeat(50)])('digests of %j are those of Node', (text) => {
  const ofNode = (algorithm: string): string => createHash(algorithm).update(text).digest('hex')
  expect([md5(text), sha1(text), sha256(text)]).toEqual([ofNode('md5'), ofNode('sha1'), ofNode('sha256')])
})
