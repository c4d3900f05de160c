import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { patched } from '../playback/patched.ts'
import { patchOf } from './patch.ts'

const spec = { containers: [{ name: 'web', image: 'nginx' }] }
const pod = {
  metadata: { name: 'web', resourceVersion: '1' },
  spec,
  status: { phase: 'Pending', conditions: [{ type: 'A', status: 'False' }] },
}

describe('a patch', () => {
  it.each([
    ['nothing', pod, structuredClone(pod), undefined],
    [
      'a text',
      pod,
      { ...pod, metadata: { ...pod.metadata, resourceVersion: '2' } },
      { keys: { metadata: { keys: { resourceVersion: { set: '2' } } } } },
    ],
    [
      'an entry of a list',
      pod,
      { ...pod, status: { ...pod.status, conditions: [{ type: 'A', status: 'True' }] } },
      { keys: { status: { keys: { conditions: { keys: { 0: { keys: { status: { set: 'True' } } } } } } } } },
    ],
    ['a longer list', [1], [1, 2], { set: [1, 2] }],
    ['a key that is gone', { a: 1, b: 2 }, { a: 1 }, { keys: {}, gone: ['b'] }],
    ['another kind of thing', { a: [] }, { a: {} }, { keys: { a: { set: {} } } }],
    ['null', { a: {} }, { a: null }, { keys: { a: { set: null } } }],
  ])('of %s', (_, before, after, expected) => {
    const patch = patchOf(before, after)
    expect(patch).toEqual(expected)
    expect(patched(before, patch ?? { keys: {} })).toEqual(after)
  })

  it('leaves the rest the very same', () => {
    const next = { ...structuredClone(pod), status: { phase: 'Running', conditions: [] } }
    const made = patched(pod, patchOf(pod, next)!) as typeof pod
    expect(made.spec).toBe(spec)
    expect(made.metadata).toBe(pod.metadata)
  })

  it('of any two objects leads from one to the other', () => {
    const value = fc.object({ maxDepth: 3, maxKeys: 4, withNullPrototype: false })
    fc.assert(
      fc.property(value, value, (before, after) => {
        expect(patched(before, patchOf(before, after) ?? { keys: {} })).toEqual(after)
      }),
    )
  })
})
