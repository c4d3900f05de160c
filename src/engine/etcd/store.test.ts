import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RevisionStore } from './store.ts'

function store(): RevisionStore<string> {
  return new RevisionStore<string>({ current: 5 })
}

describe('the worked example of the store', () => {
  const s = store()
  const key = 'pods/default/web'
  s.put(key, 'A')
  s.put(key, 'B')
  s.delete(key)
  s.put(key, 'C')

  test.each([
    [5, undefined],
    [6, 'A'],
    [7, 'B'],
    [8, undefined],
    [9, 'C'],
    [99, 'C'],
  ])('at revision %i it is %s', (revision, value) => {
    expect(s.getAt(key, revision)).toBe(value)
    expect(s.rangeAt('pods/', revision)).toEqual(value === undefined ? [] : [value])
  })

  test('a new life has a create revision of its own', () => {
    expect(s.entry(key)).toMatchObject({ revision: 9, createRevision: 9, previous: undefined })
  })
})

test('a range has only keys with the prefix, in order, and collections do not mix', () => {
  const s = store()
  for (const key of ['pods/b/x', 'pods/a/y', 'pods/a/x', 'podtemplates/a/x', 'nodes/n']) s.put(key, key)
  expect(s.range('pods/')).toEqual(['pods/a/x', 'pods/a/y', 'pods/b/x'])
  expect(s.range('pods/a/')).toEqual(['pods/a/x', 'pods/a/y'])
  expect(s.range('pod')).toEqual(['pods/a/x', 'pods/a/y', 'pods/b/x', 'podtemplates/a/x'])
  expect(s.range('services/')).toEqual([])
})

test('two stores on one counter never share a revision', () => {
  const counter = { current: 0 }
  const etcd = new RevisionStore<string>(counter)
  const machine = new RevisionStore<string>(counter)
  const revisions = [etcd.put('pods/a', '1'), machine.put('containers/a', '2'), etcd.put('pods/b', '3')].map((e) => e.revision)
  expect(revisions).toEqual([1, 2, 3])
  expect(etcd.rangeAt('pods/', 2)).toEqual(['1'])
})

test('listeners hear each write with what was there before', () => {
  const s = store()
  const heard: unknown[] = []
  s.onWrite(({ value, previous }) => heard.push([previous, value]))
  s.put('k/a', '1')
  s.put('k/a', '2')
  s.delete('k/a')
  s.delete('k/a')
  expect(heard).toEqual([[undefined, '1'], ['1', '2'], ['2', undefined]])
})

type Op = { key: string; value: string | undefined }
const ops = fc.array(
  fc.record({ key: fc.constantFrom('a/1', 'a/2', 'b/1'), value: fc.option(fc.string(), { nil: undefined }) }),
  { maxLength: 60 },
)

function model(list: readonly Op[]): Map<string, string> {
  const map = new Map<string, string>()
  for (const { key, value } of list) {
    if (value === undefined) map.delete(key)
    else map.set(key, value)
  }
  return map
}

/** Applies the operations; returns the revision after each. */
function apply(s: RevisionStore<string>, list: readonly Op[]): number[] {
  return list.map(({ key, value }) => {
    if (value === undefined) s.delete(key)
    else s.put(key, value)
    return s.revision
  })
}

test('every past revision reads as a fresh store that stopped there', () => {
  fc.assert(
    fc.property(ops, (list) => {
      const s = store()
      apply(s, list).forEach((revision, i) => {
        const expected = model(list.slice(0, i + 1))
        for (const key of ['a/1', 'a/2', 'b/1']) expect(s.getAt(key, revision)).toBe(expected.get(key))
      })
    }),
  )
})

test('compaction keeps clients from what was before it, and the film as it is', () => {
  fc.assert(
    fc.property(ops, fc.nat(60), (list, cut) => {
      const s = store()
      const revisions = apply(s, list)
      const at = revisions[Math.min(cut, revisions.length - 1)] ?? s.revision
      const before = revisions.map((r) => s.rangeAt('a/', r))
      s.compact(at)
      expect(revisions.map((r) => s.rangeAt('a/', r))).toEqual(before)
      expect(revisions.filter((r) => s.at(r) !== undefined)).toEqual(revisions.filter((r) => r >= at))
    }),
  )
})

test('since gives what came after a revision, in order', () => {
  const s = store()
  const revisions = apply(s, [{ key: 'a/1', value: 'x' }, { key: 'b/1', value: 'y' }, { key: 'a/1', value: undefined }])
  expect(s.since(revisions[0]!).map(({ key, value }) => [key, value])).toEqual([['b/1', 'y'], ['a/1', undefined]])
})
