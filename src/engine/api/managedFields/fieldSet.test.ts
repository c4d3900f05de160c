import { describe, expect, it } from 'vitest'
import { difference, insert, intersection, paths, union, without, type FieldSet } from './fieldSet.ts'

describe('sets of fields', () => {
  const one = (path: string[]): FieldSet => {
    const root = {}
    insert(root, path)
    return root
  }
  const set = (...list: string[][]): FieldSet => list.map(one).reduce((all, next) => union(all, next)!)
  const [a, ab, ac] = [['f:a'], ['f:a', 'f:b'], ['f:a', 'f:c']]

  it('are written as FieldsV1', () => {
    expect(set(ab)).toEqual({ 'f:a': { 'f:b': {} } })
    expect(set(ab, a)).toEqual({ 'f:a': { '.': {}, 'f:b': {} } })
    expect(set(a, ab)).toEqual({ 'f:a': { '.': {}, 'f:b': {} } })
    expect(set(a, a)).toEqual({ 'f:a': {} })
  })

  it('can be united, cut and taken from each other', () => {
    expect(union(set(a), set(ab))).toEqual(set(a, ab))
    expect(union(set(ab), set(ac))).toEqual(set(ab, ac))
    expect(difference(set(a, ab, ac), set(ab))).toEqual(set(a, ac))
    expect(difference(set(a, ab), set(a))).toEqual(set(ab))
    expect(difference(set(a, ab), set(ab))).toEqual(set(a))
    expect(difference(set(ab), set(ab))).toBeUndefined()
    expect(without(set(a, ab, ['f:z']), set(a))).toEqual(set(['f:z']))
    expect(intersection(set(a, ab), set(ab, ac))).toEqual(set(ab))
    expect(intersection(set(ab), set(ac))).toBeUndefined()
  })

  it('stay the same object when nothing changes', () => {
    const both = set(a, ab)
    expect(union(both, set(ab))).toBe(both)
    expect(difference(both, set(ac))).toBe(both)
    expect(without(both, set(ac))).toBe(both)
  })

  it('print as paths, those of one level before what is below', () => {
    const list = [['f:b'], ['f:a', 'k:{"name":"app","port":80}', 'f:x'], ['f:f', 'v:"x"'], ['f:c', 'i:0']]
    expect(paths(set(...list))).toEqual(['.b', '.a[name="app",port=80].x', '.c[0]', '.f[="x"]'])
  })
})
