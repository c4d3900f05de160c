import { expect, test } from 'vitest'
import '../../kubectl/index.ts'
import { createCluster, replay, traceHash, type Scenario } from '../index.ts'
import { playRandomFilm } from './random-film.ts'
import { playRandomWorkloads } from './random-workloads.ts'
import { Invariants, InvariantError } from './invariants.ts'

const seeds = 200

test(`${seeds} random films keep every invariant and leave nothing behind`, { timeout: 240_000 }, () => {
  for (let seed = 1; seed <= seeds; seed++) expect(() => playRandomFilm(seed)).not.toThrow()
})

const troubled = 24

test(`${troubled} clusters with random workloads in which things break come to what was wanted, and leave nothing behind`, { timeout: 240_000 }, () => {
  for (let seed = 1; seed <= troubled; seed++) expect(() => playRandomWorkloads(seed)).not.toThrow()
})

test('a replay of what was done is the same film, byte for byte', { timeout: 120_000 }, () => {
  for (let seed = 1; seed <= 20; seed++) {
    const original = playRandomFilm(seed)
    const scenario: Scenario = {
      apiVersion: 'podreel.dev/v1',
      kind: 'Scenario',
      metadata: { name: `seed-${seed}` },
      spec: { title: { en: '', zh: '' }, summary: { en: '', zh: '' }, cluster: original.options, script: [...original.inputs], end: original.now - original.startMs },
    }
    expect(traceHash(replay(scenario))).toBe(traceHash(original))
  }
})

test('reading any past revision equals a fresh run that was cut off there', { timeout: 120_000 }, () => {
  const original = playRandomFilm(3)
  const scenario = {
    apiVersion: 'podreel.dev/v1',
    kind: 'Scenario',
    metadata: { name: 'cut' },
    spec: { title: { en: '', zh: '' }, summary: { en: '', zh: '' }, cluster: original.options, script: [...original.inputs] },
  } satisfies Scenario
  for (let untilStep = 25; untilStep < original.trace.length; untilStep += Math.ceil(original.trace.length / 25)) {
    const fresh = replay(scenario, { untilStep })
    const past = original.at(fresh.revision)
    for (const kind of ['Pod', 'Node', 'Event', 'Lease']) expect(past.list(kind)).toEqual(fresh.world().list(kind))
    for (const node of original.machines.keys()) {
      for (const prefix of ['containers/', 'sandboxes/', 'logs/']) {
        expect(past.machine(node).list(prefix)).toEqual(fresh.world().machine(node).list(prefix))
      }
    }
  }
})

test('a broken invariant stops loudly and says where', () => {
  const cluster = createCluster({ seed: 42, nodes: 1 })
  const invariants = new Invariants(cluster)
  const [node, store] = [...cluster.machines][0]!
  const container = { id: 'x', sandboxID: 'none', podUID: 'u', name: 'c', state: 'running' }
  store.put('containers/x', container)
  expect(node).toBe('node1')
  expect(() => invariants.check()).toThrow(InvariantError)
  expect(() => new Invariants(cluster).check()).toThrow(/outside a sandbox \(seed 42, step 0/)
})
