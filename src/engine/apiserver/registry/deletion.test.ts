import { describe, expect, test } from 'vitest'
import { findResource } from '../../api/resources.ts'
import { formatTime, parseTime } from '../../api/time.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { decideDelete, endsDeletion, type DeleteOptions } from './deletion.ts'

const pods = findResource('', 'v1', 'pods')!
const configMaps = findResource('', 'v1', 'configmaps')!
const start = parseTime('2026-01-05T09:00:00Z')!

function pod(changes: { node?: string; phase?: string; grace?: number; finalizers?: string[] } = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', uid: 'u1', resourceVersion: '7', creationTimestamp: formatTime(start), generation: 1, ...(changes.finalizers === undefined ? {} : { finalizers: changes.finalizers }) },
    spec: { containers: [], terminationGracePeriodSeconds: changes.grace ?? 30, ...(changes.node === '' ? {} : { nodeName: changes.node ?? 'node1' }) },
    status: { phase: (changes.phase ?? 'Running') as Pod['status']['phase'] & string },
  } as Pod
}

/** What several DELETEs in a row make of a pod: [grace, seconds until deletionTimestamp from the start, what happened]. */
function deletes(object: Pod, requests: [atSeconds: number, grace?: number][]): unknown[] {
  let current: Pod = object
  return requests.map(([at, grace]) => {
    const options: DeleteOptions = grace === undefined ? {} : { gracePeriodSeconds: grace }
    const decision = decideDelete(pods, current, options, start + at * 1000)
    if (decision.do === 'put') current = decision.object as Pod
    const last = decision.do === 'remove' ? (decision.last as Pod) : current
    const { deletionGracePeriodSeconds: seconds, deletionTimestamp, generation } = last.metadata
    return [seconds, (parseTime(deletionTimestamp!)! - start) / 1000, decision.do, generation]
  })
}

test.each([['system-node-critical', 'refuse'], ['system-cluster-critical', 'refuse'], ['mine', 'remove']])('the PriorityClass %s: %s', (name, what) => {
  const classes = findResource('scheduling.k8s.io', 'v1', 'priorityclasses')!
  const object = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name, uid: 'u1', resourceVersion: '7' }, value: 1 } as unknown as KubeObject
  const decision = decideDelete(classes, object, {}, start)
  expect(decision.do).toBe(what)
  if (decision.do === 'refuse') {
    expect(decision.status.message).toBe(`priorityclasses.scheduling.k8s.io "${name}" is forbidden: this is a system priority class and cannot be deleted`)
  }
})

describe('a pod and its grace period', () => {
  test.each<[string, Pod, [number, number?][], unknown[]]>([
    ['takes it from the spec', pod(), [[0]], [[30, 30, 'put', 2]]],
    ['of 120 s in the spec', pod({ grace: 120 }), [[0]], [[120, 120, 'put', 2]]],
    ['takes it from the request', pod(), [[0, 5]], [[5, 5, 'put', 2]]],
    ['of 1 s still waits for the kubelet', pod(), [[0, 1]], [[1, 1, 'put', 2]]],
    ['of 0 goes at once', pod(), [[0, 0]], [[0, 0, 'remove', 2]]],
    ['below 0 counts as 1', pod(), [[0, -5]], [[1, 1, 'put', 2]]],
    ['is 0 while no node has the pod', pod({ node: '', phase: 'Pending' }), [[0]], [[0, 0, 'remove', 2]]],
    ['is 0 while no node has the pod, whatever is asked', pod({ node: '', phase: 'Pending' }), [[0, 60]], [[0, 0, 'remove', 2]]],
    ['is 0 once the pod has succeeded', pod({ phase: 'Succeeded' }), [[0]], [[0, 0, 'remove', 2]]],
    ['is 0 once the pod has failed', pod({ phase: 'Failed' }), [[0, 20]], [[0, 0, 'remove', 2]]],
    ['counts for a bound pod that is Pending', pod({ phase: 'Pending' }), [[0]], [[30, 30, 'put', 2]]],
    ['counts for a bound pod of which nothing is heard', pod({ phase: 'Unknown' }), [[0]], [[30, 30, 'put', 2]]],
    ['may get shorter, counted from the first request', pod(), [[0, 30], [4, 10]], [[30, 30, 'put', 2], [10, 10, 'put', 2]]],
    ['does not get longer', pod(), [[0, 10], [2, 60]], [[10, 10, 'put', 2], [10, 10, 'nothing', 2]]],
    ['is left alone by the same again', pod(), [[0, 10], [2, 10]], [[10, 10, 'put', 2], [10, 10, 'nothing', 2]]],
    ['is left alone by a request without one', pod(), [[0, 10], [2]], [[10, 10, 'put', 2], [10, 10, 'nothing', 2]]],
    ['never ends in the past', pod(), [[0, 30], [20, 5]], [[30, 30, 'put', 2], [1, 20, 'put', 2]]],
    ['never ends in the past, nor now', pod(), [[0, 30], [25, 1]], [[30, 30, 'put', 2], [1, 25, 'put', 2]]],
    ['is cut off by force', pod(), [[0, 30], [4, 0]], [[30, 30, 'put', 2], [0, 4, 'remove', 2]]],
  ])('%s', (_, object, requests, expected) => {
    expect(deletes(object, requests)).toEqual(expected)
  })
})

const map = (finalizers?: string[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', namespace: 'default', uid: 'u2', resourceVersion: '8', creationTimestamp: formatTime(start), ...(finalizers === undefined ? {} : { finalizers }) },
})

describe('other objects', () => {
  test('go at once', () => {
    expect(decideDelete(configMaps, map(), {}, start)).toMatchObject({ do: 'remove' })
  })

  test('stay, marked, while they have finalizers', () => {
    const decision = decideDelete(configMaps, map(['example.com/hold']), {}, start)
    expect(decision).toMatchObject({ do: 'put', object: { metadata: { deletionTimestamp: formatTime(start), deletionGracePeriodSeconds: 0, finalizers: ['example.com/hold'] } } })
  })

  test('get the garbage collector’s finalizer with the foreground policy', () => {
    const decision = decideDelete(configMaps, map(), { propagationPolicy: 'Foreground' }, start)
    expect(decision).toMatchObject({ do: 'put', object: { metadata: { finalizers: ['foregroundDeletion'] } } })
  })

  test('go with the update that takes the last finalizer away', () => {
    const marked = (decideDelete(configMaps, map(['example.com/hold']), {}, start) as { object: KubeObject }).object
    const freed = { ...marked, metadata: { ...marked.metadata, finalizers: [] } }
    expect(endsDeletion(freed, marked)).toBe(true)
    expect(endsDeletion(marked, marked)).toBe(false)
  })
})

describe('preconditions', () => {
  test.each<[string, DeleteOptions, string]>([
    ['another uid', { preconditions: { uid: 'other' } }, 'refuse'],
    ['another resourceVersion', { preconditions: { resourceVersion: '6' } }, 'refuse'],
    ['its own', { preconditions: { uid: 'u2', resourceVersion: '8' } }, 'remove'],
  ])('%s', (_, options, expected) => {
    const decision = decideDelete(configMaps, map(), options, start)
    expect(decision.do).toBe(expected)
    if (decision.do === 'refuse') expect(decision.status.code).toBe(409)
  })
})
