import { describe, expect, it } from 'vitest'
import type { PodSpecShort } from '../testing/builders.ts'
import { scoresOf } from '../testing/verdict.ts'
import { normalizedImageName } from './imagelocality.ts'

describe('ImageLocality', () => {
  const cases: [what: string, images: Record<string, number>[], containers: string[], scores: number[]][] = [
    ['an image on one of two nodes counts for half', [{ 'nginx:1': 500 }, {}], ['nginx:1'], [23, 0]],
    ['small images are not worth it', [{ 'busybox:1': 4 }, {}], ['busybox:1'], [0, 0]],
    ['with more containers more has to be there', [{ 'a:1': 300, 'b:1': 40 }, { 'c:1': 10 }], ['a:1', 'b:1'], [7, 0]],
    ['more than a gigabyte is no better', [{ 'huge:1': 4000 }, {}], ['huge:1'], [100, 0]],
    ['everywhere is the same everywhere', [{ 'nginx:1': 500 }, { 'nginx:1': 500 }], ['nginx:1'], [48, 48]],
  ]
  it.each(cases)('%s', (_what, images, containers, scores) => {
    const nodes = images.map((onNode, i) => ({ name: `n${i}`, images: onNode }))
    const pod: PodSpecShort = { containers: containers.map((image) => ({ image })) }
    expect(scoresOf('ImageLocality', { nodes }, pod)?.normalized).toEqual(Object.fromEntries(scores.map((score, i) => [`n${i}`, score])))
  })

  it('counts an image that is mounted, though no more is to be had for it', () => {
    const nodes = [{ name: 'n0', images: { 'a:1': 500, 'data:1': 500 } }, { name: 'n1' }]
    const spec = { volumes: [{ name: 'v', image: { reference: 'data:1' } }] }
    expect(scoresOf('ImageLocality', { nodes }, { containers: [{ image: 'a:1' }], spec })?.normalized).toEqual({ n0: 48, n1: 0 })
  })

  it.each([
    ['nginx', 'nginx:latest'], ['nginx:1', 'nginx:1'], ['registry:5000/nginx', 'registry:5000/nginx:latest'], ['nginx@sha256:abc', 'nginx@sha256:abc'],
  ])('reads %s as %s', (name, full) => {
    expect(normalizedImageName(name)).toBe(full)
  })
})
