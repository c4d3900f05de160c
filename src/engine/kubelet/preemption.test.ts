import { describe, expect, test } from 'vitest'
import type { Event, Pod } from '../api/types.ts'
import { createCluster, type Cluster } from '../index.ts'
import { podsToPreempt } from './preemption.ts'

const critical = { priority: 2_000_000_000 }

/** "500m 1Gi" requests, "500m 1Gi =" the same as limits, "" nothing. */
function pod(name: string, words: string, more: object = {}): Pod {
  const [cpu, memory, equal] = words.split(' ')
  const requests = words === '' ? {} : { cpu, memory }
  const resources = { requests, ...(equal === undefined ? {} : { limits: requests }) }
  return { metadata: { name }, spec: { priority: 0, containers: [{ name: 'c', resources }], ...more }, status: {} } as unknown as Pod
}

describe('whom a node ends for a pod that the cluster needs', () => {
  const newcomer = pod('new', '1 1Gi', critical)
  const small = pod('small', '300m 100Mi')
  const large = pod('large', '1500m 2Gi')
  const fitting = pod('fitting', '1 100Mi')
  const guaranteed = pod('guaranteed', '1 1Gi =')

  test.each<[string, Pod[], [string, number][], string[]]>([
    ['the one that brings enough and asks for least', [small, large, fitting], [['cpu', 1000]], ['fitting']],
    ['several when none has enough', [small, pod('small2', '300m 50Mi')], [['cpu', 500]], ['small2', 'small']],
    ['burstable before guaranteed', [guaranteed, large], [['cpu', 900]], ['large']],
    ['a best effort pod for its place alone', [small, pod('best', '')], [['pods', 1]], ['best']],
    ['one that gives its place together with what it has', [small, fitting], [['cpu', 300], ['pods', 1]], ['small']],
    ['nobody of its rank', [pod('peer', '2 1Gi', critical), large], [['cpu', 900]], ['large']],
  ])('%s', (_, running, missing, names) => {
    const chosen = podsToPreempt(newcomer, running, new Map(missing))
    expect(Array.isArray(chosen) ? chosen.map(({ metadata }) => metadata.name) : []).toEqual(names)
  })

  test('or says what even all of them do not have', () => {
    expect(podsToPreempt(newcomer, [small], new Map([['cpu', 1000], ['memory', 5]]))).toEqual({
      error: 'no set of running pods found to reclaim resources: [(res: cpu, q: 700), ]',
    })
  })
})

describe('a critical pod that names a full node', () => {
  const path = '/api/v1/namespaces/kube-system/pods'
  function create(c: Cluster, name: string, cpu: string, more: object = {}): void {
    const spec = { nodeName: 'node1', containers: [{ name: 'app', image: 'nginx:1.27', resources: { requests: { cpu } } }], ...more }
    const { code, body } = c.request({ verb: 'POST', path, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec } as never })
    if (code !== 201) throw new Error(JSON.stringify(body))
  }
  const get = (c: Cluster, name: string): Pod => c.world().get('Pod', name, 'kube-system') as Pod
  const told = (c: Cluster, name: string): string[] => (c.world().list('Event') as Event[]).filter(({ involvedObject }) => involvedObject.name === name).map(({ type, reason, message }) => `${type} ${reason}: ${message}`)

  test('gets in when another has been ended for it', () => {
    const c = createCluster({ nodes: 1 })
    create(c, 'web', '3')
    create(c, 'api', '500m')
    c.run({ for: '10s' })
    create(c, 'agent', '1', { priorityClassName: 'system-node-critical' })
    c.run({ for: '10s' })
    expect(told(c, 'api')).toContain('Warning Preempting: Preempted in order to admit critical pod')
    expect(get(c, 'api').status).toMatchObject({ phase: 'Failed', reason: 'Preempting', message: 'Preempted in order to admit critical pod' })
    expect(get(c, 'api').status.conditions).toContainEqual(expect.objectContaining({
      type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message: 'Pod was preempted by Kubelet to accommodate a critical pod.',
    }))
    expect([get(c, 'web').status.phase, get(c, 'agent').status.phase]).toEqual(['Running', 'Running'])
  })

  test('is refused when nothing that may be ended has enough', () => {
    const c = createCluster({ nodes: 1 })
    create(c, 'agent', '9', { priorityClassName: 'system-node-critical' })
    c.run({ for: '3s' })
    const message = 'Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources: [(res: cpu, q: 5000), ]'
    expect(get(c, 'agent').status).toMatchObject({ phase: 'Failed', reason: 'UnexpectedAdmissionError', message: `Pod was rejected: ${message}` })
    expect(told(c, 'agent')).toContain(`Warning UnexpectedAdmissionError: ${message}`)
  })
})
