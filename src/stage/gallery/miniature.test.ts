import { expect, it } from 'vitest'
import { catalogue } from '../../scenarios/index.ts'
import { filmOfScenario } from '../testing/filmOf.ts'
import { miniatureOf, pack, unpack } from './miniature.ts'

const spec = (name: string) => catalogue.find(({ metadata }) => metadata.name === name)!.spec

it('a film in a few small moments: from a pod that waits to one that runs', async () => {
  const { frames, lanes } = miniatureOf(await filmOfScenario(spec('first-pod'), 12))
  expect(frames.length).toBeGreaterThan(2)
  expect(frames.length).toBeLessThanOrEqual(8)
  const all = frames.map(({ nodes, waiting }) => [...waiting, ...nodes.flatMap(({ pods }) => pods)].join())
  expect(all).toContain('pending')
  expect(all).toContain('ready')
  expect(frames[0]!.nodes).toHaveLength(3)
  expect(lanes.map((lane) => lane.map(({ tone }) => tone).join())).toEqual(['pending,working,ready,terminating,done'])
})

it('is kept as a short text and read again; what is no such text is refused', async () => {
  const small = miniatureOf(await filmOfScenario(spec('node-failure'), 90))
  const text = pack(small)
  expect(text.length).toBeLessThan(300)
  expect(unpack(text)).toEqual(small)
  expect(text).toContain('-')
  expect(unpack('<svg>')).toBeUndefined()
  expect(unpack('')).toBeUndefined()
})
