import { describe, expect, it } from 'vitest'
import type { KubeObject, Pod } from '../../engine/api/types.ts'
import { catalogue } from '../../scenarios/index.ts'
import { filmOf, filmOfScenario } from '../testing/filmOf.ts'
import { autoscalingOf } from './autoscaler.ts'
import { indexesOf, slotsOf } from './jobGrid.ts'
import { boundsOf, rolloutOf } from './rollout.ts'
import { stairs, sumOf, valueAt } from './series.ts'
import { drumsAt } from './storage.ts'
import { familiesAt, podsOf } from './tree.ts'

const spec = (name: string) => catalogue.find(({ metadata }) => metadata.name === name)!.spec

describe('a rollout', () => {
  it.each([
    [{ replicas: 4 }, { most: 5, least: 3 }],
    [{ replicas: 1 }, { most: 2, least: 1 }],
    [{ replicas: 10, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '25%' } } }, { most: 10, least: 8 }],
    [{ replicas: 3, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '10%' } } }, { most: 3, least: 2 }],
    [{ replicas: 3, strategy: { type: 'Recreate' } }, { most: 3, least: 0 }],
  ])('of %o stays within %o', (given, bounds) => {
    expect(boundsOf({ spec: given } as never)).toEqual(bounds)
  })

  it('is told as one ReplicaSet that grows while the other goes, never beyond its bounds', async () => {
    const film = await filmOfScenario(spec('deployment-rolls'), 60)
    const key = film.etcd.keys('deployments/')[0]!
    const { generations, total, available, most } = rolloutOf(film, key)
    expect(generations.length).toBeGreaterThanOrEqual(2)
    const end = film.steps.length
    expect(valueAt(generations.at(-1)!.ready, end)).toBeGreaterThan(0)
    expect(valueAt(generations[0]!.desired, end)).toBe(0)
    for (const { step, value } of total) expect(value).toBeLessThanOrEqual(Math.max(valueAt(most, step), valueAt(most, step - 1)))
    expect(valueAt(available, end)).toBe(valueAt(generations.at(-1)!.ready, end))
  })
})

it('owners and what they own are one tree', async () => {
  const film = await filmOf([{ at: 0, kubectl: 'create deployment web --image=nginx --replicas=3' }, { at: 200, kubectl: 'run alone --image=nginx' }], {}, 8)
  const [deployment, ...others] = familiesAt(film, film.revisionAt(film.steps.length - 1))
  expect(others).toEqual([])
  expect(deployment!.object.kind).toBe('Deployment')
  expect(deployment!.children.map(({ object }) => object.kind)).toEqual(['ReplicaSet'])
  expect(podsOf(deployment!)).toHaveLength(3)
  expect(podsOf(deployment!)[0]!.key).toMatch(/^pods\/default\/web-/)
})

describe('a Job', () => {
  const pod = (name: string, phase: string, index?: number) => ({
    key: `pods/default/${name}`,
    children: [],
    object: { kind: 'Pod', metadata: { name, uid: name, annotations: index === undefined ? {} : { 'batch.kubernetes.io/job-completion-index': String(index) } }, spec: { containers: [] }, status: { phase } } as unknown as Pod,
  })
  const job = (own: object, status: object, ...children: ReturnType<typeof pod>[]) => ({ key: 'jobs/default/j', object: { kind: 'Job', metadata: {}, spec: own, status } as unknown as KubeObject, children })

  it('shows each index with its state and its failures', () => {
    const slots = slotsOf(job({ completions: 4, completionMode: 'Indexed' }, { completedIndexes: '0' }, pod('a', 'Succeeded', 0), pod('b', 'Failed', 1), pod('c', 'Running', 1), pod('d', 'Failed', 2)))
    expect(slots.map(({ state, failures }) => [state, failures])).toEqual([['succeeded', 0], ['running', 1], ['failed', 1], ['waiting', 0]])
    expect(slots[1]!.pod).toBe('pods/default/c')
  })

  it('without indexes shows what has been tried, and what is left to do', () => {
    const slots = slotsOf(job({ completions: 3 }, { succeeded: 1, failed: 1 }, pod('a', 'Succeeded'), pod('b', 'Failed'), pod('c', 'Running')))
    expect(slots.map(({ state }) => state)).toEqual(['succeeded', 'failed', 'running', 'waiting'])
  })

  it('writes ranges of indexes in short', () => {
    expect([...indexesOf('0,2-4')]).toEqual([0, 2, 3, 4])
    expect(indexesOf(undefined).size).toBe(0)
  })
})

it('an autoscaler is its metric against the target, and the replicas that follow', async () => {
  const film = await filmOfScenario(spec('autoscaler'), 400)
  const end = film.steps.length - 1
  const deployment = film.etcd.range('deployments/', film.revisionAt(end))[0] as KubeObject
  const scaling = autoscalingOf(film, deployment)!
  expect(scaling.target).toBeGreaterThan(0)
  expect(Math.max(...scaling.metric.map(({ value }) => value))).toBeGreaterThan(scaling.target)
  expect(Math.max(...scaling.desired.map(({ value }) => value))).toBeGreaterThan(scaling.desired[0]!.value)
}, 60_000)

it('a drum is a claim, its volume and who uses it, and stays without them', async () => {
  const film = await filmOfScenario(spec('volume-reclaim'), 120)
  const all = film.steps.flatMap((step) => (step.resource?.startsWith('persistentvolume') === true && step.revision !== undefined ? drumsAt(film, step.world) : []))
  expect(all.some(({ claim, volume }) => claim?.phase === 'Bound' && volume?.phase === 'Bound')).toBe(true)
  expect(all.some(({ claim, volume }) => claim === undefined && volume?.phase === 'Released')).toBe(true)
})

it('numbers over time are stairs, and can be summed', () => {
  const a = [{ step: 0, value: 1 }, { step: 10, value: 3 }]
  const b = [{ step: 5, value: 2 }]
  expect(sumOf([a, b])).toEqual([{ step: 0, value: 1 }, { step: 5, value: 3 }, { step: 10, value: 5 }])
  expect(stairs(a, (step) => step, (value) => value, 20)).toBe('M0.00 1.00H10.00V3.00H20.00')
  expect(stairs([], Number, Number, 20)).toBe('')
})
