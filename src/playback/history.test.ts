import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { History } from './history.ts'

const change = (revision: number, key: string, value: unknown) => ({ revision, store: 'etcd', key, value })

function worked(): History {
  const history = new History()
  for (const c of [
    change(6, 'pods/default/web', 'A'),
    change(7, 'pods/default/web', 'B'),
    change(8, 'pods/default/web', undefined),
    change(9, 'nodes/node1', 'N'),
    change(10, 'pods/default/web', 'C'),
    change(11, 'pods/default/api', 'D'),
  ])
    history.append(c)
  return history
}

describe('a read of any moment', () => {
  it.each([
    [5, undefined, []],
    [6, 'A', ['A']],
    [7, 'B', ['B']],
    [8, undefined, []],
    [9, undefined, []],
    [10, 'C', ['C']],
    [11, 'C', ['D', 'C']],
    [99, 'C', ['D', 'C']],
  ])('at %i', (revision, value, range) => {
    const history = worked()
    expect(history.get('pods/default/web', revision)).toBe(value)
    expect(history.range('pods/', revision)).toEqual(range)
  })

  it('a prefix is not a name: pods/default/web does not find web2', () => {
    const history = new History()
    history.append(change(1, 'pods/default/web2', 'x'))
    expect(history.range('pods/default/web/', 1)).toEqual([])
  })

  it('gives the same array as long as nothing below the prefix changes', () => {
    const history = worked()
    const at8 = history.range('pods/', 8)
    expect(history.range('pods/', 9)).toBe(at8)
    expect(history.range('pods/', 10)).not.toBe(at8)
  })

  it('gives the same keys as long as none comes or goes', () => {
    const history = worked()
    const at6 = history.keysAt('pods/', 6)
    expect(at6).toEqual(['pods/default/web'])
    expect(history.keysAt('pods/', 7)).toBe(at6)
    expect(history.keysAt('pods/', 8)).toEqual([])
    expect(history.keysAt('pods/', 11)).toEqual(['pods/default/api', 'pods/default/web'])
  })

  it('gives each reader the same array, however many read other moments in between', () => {
    const history = worked()
    const seen = [6, 7, 8, 10, 11].map((revision) => history.range('pods/', revision))
    for (let i = 0; i < 3; i++) expect([6, 7, 8, 10, 11].map((revision) => history.range('pods/', revision)).every((range, k) => range === seen[k])).toBe(true)
  })

  it('an array that was read behind the end is not kept for what comes there', () => {
    const history = worked()
    history.range('pods/', 99)
    history.append(change(12, 'pods/default/late', 'E'))
    expect(history.range('pods/', 99)).toEqual(['D', 'E', 'C'])
  })

  it('finds the write of a revision', () => {
    const history = worked()
    expect(history.written(7)).toMatchObject({ key: 'pods/default/web', value: 'B', previous: { value: 'A' } })
    expect(history.written(12)).toBeUndefined()
  })
})

describe('the difference between two moments', () => {
  it('names what was added, updated and removed', () => {
    const diff = worked().diff(6, 11)
    expect([...diff.added]).toEqual([
      ['nodes/node1', 'N'],
      ['pods/default/api', 'D'],
    ])
    expect([...diff.updated]).toEqual([['pods/default/web', ['A', 'C']]])
    expect(worked().diff(7, 8).removed.get('pods/default/web')).toBe('B')
  })

  it('applied to the one gives the other, forwards and backwards, and a cut equals never having been', () => {
    const writes = fc.array(
      fc.record({ key: fc.constantFrom('a/1', 'a/2', 'b/1'), value: fc.option(fc.nat(3), { nil: undefined }) }),
    )
    fc.assert(
      fc.property(writes, fc.nat(), fc.nat(), (list, a, b) => {
        const history = new History()
        list.forEach((w, i) => history.append(change(i + 1, w.key, w.value)))
        const state = (h: History, r: number) =>
          new Map(
            h
              .keys('')
              .map((k) => [k, h.get(k, r)] as const)
              .filter(([, v]) => v !== undefined),
          )
        const [from, to] = [a % (list.length + 1), b % (list.length + 1)]
        const state1 = state(history, from)
        const diff = history.diff(from, to)
        for (const [k, v] of diff.added) state1.set(k, v)
        for (const [k, [, v]] of diff.updated) state1.set(k, v)
        for (const k of diff.removed.keys()) state1.delete(k)
        expect(Object.fromEntries(state1)).toEqual(Object.fromEntries(state(history, to)))

        const fresh = new History()
        list.slice(0, to).forEach((w, i) => fresh.append(change(i + 1, w.key, w.value)))
        history.range('a/', list.length)
        history.cut(to)
        expect(history.range('a/', 1e9)).toEqual(fresh.range('a/', 1e9))
        expect(history.keys('')).toEqual(fresh.keys(''))
        expect(history.log.length).toBe(fresh.log.length)
      }),
    )
  })
})

it('a range is what a fresh reader finds there, whatever the way one has come', () => {
  const writes = Array.from({ length: 120 }, (_, i) => change(i + 1, `pods/default/p${(i * 7) % 23}`, i % 31 === 30 ? undefined : `v${i}`))
  const filled = (): History => {
    const history = new History()
    for (const write of writes) history.append(write)
    return history
  }
  const traveller = filled()
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 120 }), (revision) => {
      expect(traveller.range('pods/', revision)).toEqual(filled().range('pods/', revision))
      expect(traveller.keysAt('pods/', revision)).toEqual(filled().keysAt('pods/', revision))
    }),
    { numRuns: 200 },
  )
  for (let revision = 0; revision <= 120; revision++) expect(traveller.range('pods/', revision)).toEqual(filled().range('pods/', revision))
})
