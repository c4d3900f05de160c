import { describe, expect, it } from 'vitest'
import { countsOf, isFailure, type LoadStart } from '../api/load.ts'
import { createCluster, traceHash, type Cluster } from '../index.ts'

const pod = (name: string, spec: object = {}): object => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'nginx:1.27' }], ...spec },
})
const service = (spec: object = {}): object => ({
  apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80, ...spec }] },
})

function clusterWith(...objects: any[]): Cluster {
  const cluster = createCluster({ seed: 3 })
  for (const body of objects) cluster.request({ verb: 'POST', path: `/api/v1/namespaces/default/${body.kind.toLowerCase()}s`, body })
  cluster.run({ for: '20s' })
  return cluster
}

const start = (cluster: Cluster, load: Partial<LoadStart> = {}): void =>
  void cluster.perform({ load: { name: 'shop', url: 'http://web', perSecond: 20, from: 'client', ...load } })
const record = (cluster: Cluster): any => cluster.world().load('shop')

describe('a load', () => {
  it('asks evenly and counts what becomes of its requests', () => {
    const cluster = clusterWith(pod('web'), pod('client'), service())
    start(cluster)
    cluster.run({ for: '9980ms' })
    expect(record(cluster)).toMatchObject({ sent: 200, inFlight: 0, outcomes: { 200: 200 }, endedAt: undefined })
    expect(record(cluster).tookMs.most).toBeLessThan(20)
  })

  it('has a past like everything else', () => {
    const cluster = clusterWith(pod('web'), pod('client'), service())
    start(cluster)
    cluster.run({ for: '2s' })
    const { revision } = cluster
    const then = record(cluster)
    cluster.run({ for: '5s' })
    expect(record(cluster).sent).toBeGreaterThan(then.sent)
    expect(cluster.at(revision).load('shop')).toEqual(then)
  })

  it('ends by itself, by its name, and gives way to another of the same name', () => {
    const cluster = clusterWith(pod('web'), pod('client'), service())
    start(cluster, { forMs: 1000 })
    cluster.run({ for: '3s' })
    expect(record(cluster)).toMatchObject({ sent: 20, inFlight: 0, endedAt: cluster.now - 2000 })
    start(cluster, { perSecond: 1 })
    cluster.run({ for: '1500ms' })
    expect(record(cluster)).toMatchObject({ sent: 2, perSecond: 1 })
    cluster.perform({ load: { name: 'shop', stop: true } })
    cluster.run({ for: '5s' })
    expect(record(cluster)).toMatchObject({ sent: 2 })
    cluster.perform({ load: { name: 'never-began', stop: true } })
  })

  it.each<[string, object[], Partial<LoadStart>, Record<string, number>]>([
    ['nothing listens', [pod('web'), service({ targetPort: 81 })], {}, { refused: 20 }],
    ['no endpoint', [service()], {}, { refused: 20 }],
    ['no such name', [], { url: 'http://nowhere' }, { unresolved: 20 }],
    ['a page that is not there', [pod('web'), service()], { url: 'http://web/none' }, { 404: 20 }],
    ['nobody has the address', [], { url: 'http://10.244.3.77', timeoutMs: 1000 }, { timeout: 20 }],
    ['nobody has the address, and there is time', [], { url: 'http://10.244.3.77' }, { unreachable: 20 }],
    ['a name of the cluster, from outside', [pod('web'), service()], { from: undefined! }, { unresolved: 20 }],
    ['an address of the cluster, from outside', [], { url: 'http://10.96.0.77', from: undefined! }, { timeout: 20 }],
  ])('says how they end: %s', (_, objects, load, outcomes) => {
    const cluster = clusterWith(pod('client'), ...objects)
    start(cluster, { forMs: 1000, ...load })
    cluster.run({ for: '8s' })
    expect(record(cluster).outcomes).toEqual(outcomes)
    // What a goal counts are the steps.
    const told = cluster.trace.filter(({ detail }) => detail?.type === 'RequestFailed' && detail['load'] === 'shop')
    expect(told).toHaveLength('404' in outcomes ? 0 : 20)
  })

  it('does not ask while its pod is not there', () => {
    const cluster = clusterWith(pod('web'), service())
    start(cluster)
    cluster.run({ for: '2s' })
    expect(record(cluster).sent).toBe(0)
    cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: pod('client') as never })
    cluster.run({ for: '10s' })
    expect(record(cluster).sent).toBeGreaterThan(100)
  })

  it('costs in proportion to its requests, and is the same again', () => {
    const film = (forMs: number): Cluster => {
      const cluster = clusterWith(pod('web'), pod('client'), service())
      start(cluster, { perSecond: 100, forMs })
      cluster.run({ for: '20s' })
      return cluster
    }
    const [none, one, two] = [film(0), film(4000), film(8000)].map(({ tasksRun, trace }) => [tasksRun, trace.length])
    expect(two![0]! - none![0]!).toBeCloseTo(2 * (one![0]! - none![0]!), -2)
    expect(two![1]! - none![1]!).toBe(2400)
    expect(traceHash(film(1000))).toBe(traceHash(film(1000)))
  })
})

it.each([['200', false], ['404', false], ['502', true], ['refused', true], ['reset', true]])('%s: a failure? %s', (outcome, failed) => {
  expect(isFailure(outcome)).toBe(failed)
})

it('counts are summed up', () => {
  expect(countsOf({ outcomes: { 200: 5, 301: 1, 503: 2, reset: 1 } })).toEqual({ answered: 6, failed: 3 })
})
