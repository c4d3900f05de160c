import { describe, expect, it, test } from 'vitest'
import '../kinds.ts'
import { prepareForCreate } from './prepare.ts'
import { prepareForEphemeralContainersUpdate, prepareForResize, prepareForStatusUpdate, prepareForUpdate } from './prepareUpdate.ts'
import { deployment, job, made, object, pod, podWith, service, workload } from './testdata/objects.ts'
import type { KubeObject } from './types.ts'

type Fields = Record<string, any>

const withSpec = (o: KubeObject, spec: Fields): KubeObject => ({ ...o, spec: { ...o['spec'], ...spec } })
const withMeta = (o: KubeObject, metadata: Fields): KubeObject => ({ ...o, metadata: { ...o.metadata, ...metadata } })
const conditions = (...list: Fields[]): Fields => ({ phase: 'Running', conditions: list })

describe('creating', () => {
  it('starts the status afresh, whatever was sent', () => {
    expect(made({ ...pod(), status: { phase: 'Running', podIP: '10.0.0.1' } })['status']).toEqual({
      phase: 'Pending',
      qosClass: 'BestEffort',
    })
    expect(made({ ...workload('ReplicaSet'), status: { replicas: 3 } })['status']).toEqual({ replicas: 0 })
    expect(made({ ...object('v1/Namespace', {}), status: { phase: 'Terminating' } })['status']).toEqual({
      phase: 'Active',
    })
    expect(made({ ...service(), status: {} })['status']).toEqual({ loadBalancer: {} })
    const node = object('v1/Node', { status: { capacity: { cpu: '2' } } })
    expect(made(node)['status']).toMatchObject({ capacity: { cpu: '2' } })
    const volume = made(object('v1/PersistentVolume', { spec: { hostPath: { path: '/x' } } }))
    expect(prepareForCreate(volume, 1000)['status']).toEqual({
      phase: 'Pending',
      lastPhaseTransitionTime: '1970-01-01T00:00:01Z',
    })
  })

  it('keeps only the names of the Secrets of a service account, then and later', () => {
    const account = object('v1/ServiceAccount', { secrets: [{ name: 'a', namespace: 'b', kind: 'Secret' }, {}] })
    expect(made(account)['secrets']).toEqual([{ name: 'a' }, {}])
    expect(prepareForUpdate(account as KubeObject, made(account))['secrets']).toEqual([{ name: 'a' }, {}])
  })

  it('attaches nothing by saying so', () => {
    const attachment = object('storage.k8s.io/v1/VolumeAttachment', { spec: { attacher: 'x' }, status: { attached: true } })
    expect(made(attachment)['status']).toEqual({ attached: false })
    expect(prepareForUpdate(attachment as KubeObject, made(attachment))['status']).toEqual({ attached: false })
  })

  it('counts the first generation, of kinds that have generations', () => {
    expect(made(pod()).metadata.generation).toBe(1)
    expect(made(deployment()).metadata.generation).toBe(1)
    for (const kind of ['v1/ConfigMap', 'v1/Node', 'v1/Secret', 'v1/Event']) {
      expect(made(object(kind, {})).metadata).not.toHaveProperty('generation')
    }
  })

  it('says why a gated pod is not scheduled', () => {
    expect(made(pod({ schedulingGates: [{ name: 'example.com/wait' }] }))['status'].conditions).toEqual([
      {
        type: 'PodScheduled',
        status: 'False',
        lastProbeTime: null,
        lastTransitionTime: null,
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ])
  })

  it('writes the labels that spread and affinity are to match into their selectors', () => {
    const labelSelector = { matchLabels: { app: 'web' } }
    const term = {
      labelSelector,
      topologyKey: 'zone',
      matchLabelKeys: ['hash', 'absent'],
      mismatchLabelKeys: ['tenant'],
    }
    const affinity = {
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
      podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }] },
    }
    const spread = {
      maxSkew: 1,
      topologyKey: 'zone',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector,
      matchLabelKeys: ['hash'],
    }
    const { spec } = made(
      pod({ affinity, topologySpreadConstraints: [spread] }, { labels: { hash: 'h1', tenant: 't1' } }),
    )
    const expressions = [
      { key: 'hash', operator: 'In', values: ['h1'] },
      { key: 'tenant', operator: 'NotIn', values: ['t1'] },
    ]
    const merged = { labelSelector: { ...labelSelector, matchExpressions: expressions } }
    expect(spec).toMatchObject({
      affinity: {
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [merged] },
        podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: merged }] },
      },
      topologySpreadConstraints: [{ labelSelector: { ...labelSelector, matchExpressions: expressions.slice(0, 1) } }],
    })
  })

  it('ties a Job to its pods', () => {
    const own = {
      'batch.kubernetes.io/controller-uid': 'u1',
      'batch.kubernetes.io/job-name': 'j',
      'controller-uid': 'u1',
      'job-name': 'j',
    }
    const { spec, metadata } = made(job())
    expect(spec).toMatchObject({
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u1' } },
      template: { metadata: { labels: own } },
    })
    expect(metadata.labels).toEqual(own)
    const manual = made(job({ manualSelector: true, selector: { matchLabels: { a: 'b' } } }))
    expect(manual['spec'].selector).toEqual({ matchLabels: { a: 'b' } })
  })

  it('numbers the template of a DaemonSet', () => {
    const set = made(workload('DaemonSet'))
    const annotation = (o: KubeObject) => o.metadata.annotations?.['deprecated.daemonset.template.generation']
    expect(annotation(set)).toBe('1')
    const brought = (number: string) => annotation(made(withMeta(workload('DaemonSet') as KubeObject, { annotations: { 'deprecated.daemonset.template.generation': number } })))
    expect([brought('7'), brought('0')]).toEqual(['7', '1'])
    const relabelled = withSpec(set, {
      template: { ...set['spec'].template, metadata: { labels: { app: 'web', a: 'b' } } },
    })
    expect(annotation(prepareForUpdate(relabelled, set))).toBe('2')
    expect(annotation(prepareForUpdate(withSpec(set, { minReadySeconds: 3 }), set))).toBe('1')
  })
})

describe('updating', () => {
  it('counts generations by changes of the spec', () => {
    const old = made(deployment())
    const generation = (next: KubeObject) => prepareForUpdate(next, old).metadata.generation
    expect(generation(withSpec(old, { replicas: 3 }))).toBe(2)
    expect(generation(withSpec(old, { replicas: 1 }))).toBe(1)
    expect(generation(withMeta(old, { labels: { a: 'b' } }))).toBe(1)
    expect(generation(withMeta(old, { annotations: { a: 'b' } }))).toBe(2)
    expect(generation(withMeta(old, { generation: 7 }))).toBe(1)
    const oldPod = made(pod())
    expect(prepareForUpdate(withMeta(oldPod, { annotations: { a: 'b' } }), oldPod).metadata.generation).toBe(1)
  })

  it('leaves the status alone', () => {
    const old = made(deployment())
    const next = { ...withSpec(old, { replicas: 2 }), status: { replicas: 9 } }
    expect(prepareForUpdate(next, old)['status']).toBe(old['status'])
    const node = made(object('v1/Node', { status: { capacity: { cpu: '2' } } }))
    expect(prepareForUpdate({ ...node, status: {} }, node)['status']).toBe(node['status'])
  })

  it('keeps what a Service was given', () => {
    const given = { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'] }
    const old = withSpec(made(service({ type: 'NodePort' })), {
      ...given,
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80, nodePort: 30_080 }],
    })
    const next = made(service({ type: 'NodePort', selector: { app: 'other' } }))
    const { ipFamilies: _, ipFamilyPolicy: __, ...rest } = next['spec']
    expect(prepareForUpdate({ ...next, spec: rest }, old)['spec']).toEqual({
      ...old['spec'],
      selector: { app: 'other' },
    })
  })

  // pkg/registry/core/service: patchAllocatedValues, dropTypeDependentFields
  const nodePort = { type: 'NodePort', externalTrafficPolicy: 'Cluster' }
  const balanced = { ...nodePort, type: 'LoadBalancer', allocateLoadBalancerNodePorts: true, loadBalancerClass: 'a.io/b' }
  const port = (number: number, more: object = {}) => ({ port: number, protocol: 'TCP', targetPort: number, ...more })
  it.each<[string, Record<string, unknown>, Record<string, unknown>, Record<string, unknown>]>([
    ['keeps a node port by the name of the port, not its number', { ...nodePort, ports: [port(80, { nodePort: 30_080 })] }, { ...nodePort, ports: [port(81)] }, { ports: [port(81, { nodePort: 30_080 })] }],
    ['does not keep one that another port has', { ...nodePort, ports: [port(80, { name: 'a', nodePort: 30_080 })] },
      { ...nodePort, ports: [port(80, { name: 'a' }), port(81, { name: 'b', nodePort: 30_080 })] }, { ports: [port(80, { name: 'a' }), port(81, { name: 'b', nodePort: 30_080 })] }],
    ['lets node ports go with the type, whatever ports come', { ...nodePort, ports: [port(80, { name: 'a', nodePort: 30_080 })] },
      { ...nodePort, type: 'ClusterIP', ports: [port(80, { name: 'a', nodePort: 30_080 }), port(81, { name: 'b' })] },
      { ports: [port(80, { name: 'a' }), port(81, { name: 'b' })], externalTrafficPolicy: undefined }],
    ['leaves new ones to be refused', { ...nodePort, ports: [port(80, { nodePort: 30_080 })] }, { ...nodePort, type: 'ClusterIP', ports: [port(80, { nodePort: 30_081 })] }, { ports: [port(80, { nodePort: 30_081 })] }],
    ['lets each field of a balancer go for itself', { ...balanced }, { ...balanced, type: 'ClusterIP', loadBalancerClass: undefined }, { allocateLoadBalancerNodePorts: undefined, loadBalancerClass: undefined }],
    ['keeps the policy of what is reached from outside', { ...nodePort }, { ...nodePort, type: 'ClusterIP', externalIPs: ['9.9.9.9'] }, { externalTrafficPolicy: 'Cluster' }],
    ['keeps the port of health checks', { ...balanced, externalTrafficPolicy: 'Local', healthCheckNodePort: 30_001 }, { ...balanced, externalTrafficPolicy: 'Local' }, { healthCheckNodePort: 30_001 }],
  ])('%s', (_rule, before, after, expected) => {
    const old = withSpec(made(service()), before)
    const { spec } = prepareForUpdate(withSpec(made(service()), after), old)
    expect(Object.fromEntries(Object.keys(expected).map((field) => [field, spec[field]]))).toEqual(expected)
  })

  const ranges = (...podCIDRs: string[]) => ({ podCIDR: podCIDRs[0], podCIDRs })
  it.each<[string, object, object, object]>([
    ['gives a node its first range twice', {}, { podCIDRs: ['10.1.0.0/24'] }, ranges('10.1.0.0/24')],
    ['gives a node its only range twice', {}, { podCIDR: '10.1.0.0/24' }, ranges('10.1.0.0/24')],
    ['gives back the one of a node', ranges('10.1.0.0/24', 'fd00::/64'), { podCIDRs: ['10.1.0.0/24', 'fd00::/64'] }, ranges('10.1.0.0/24', 'fd00::/64')],
    ['believes the one range of a node', ranges('10.1.0.0/24', 'fd00::/64'), { podCIDR: '10.2.0.0/24', podCIDRs: ['10.1.0.0/24', 'fd00::/64'] }, ranges('10.2.0.0/24')],
  ])('%s', (_rule, before, spec, expected) => {
    const old = { ...made(object('v1/Node', {})), spec: before } as KubeObject
    expect(prepareForUpdate({ ...old, spec }, old)['spec']).toEqual(expected)
  })

  it('does not finalize namespaces', () => {
    const old = made(object('v1/Namespace', {}))
    expect(prepareForUpdate({ ...old, spec: {} }, old)['spec']).toEqual({ finalizers: ['kubernetes'] })
  })
})

test('the first change of a CSIDriver is its first generation', () => {
  const old = made(object('storage.k8s.io/v1/CSIDriver', { spec: { podInfoOnMount: false } }))
  expect(old.metadata.generation).toBeUndefined()
  expect(prepareForUpdate(withSpec(old, { podInfoOnMount: true }), old).metadata.generation).toBe(1)
})

describe('updating the status', () => {
  it('leaves everything else alone', () => {
    const old = made(deployment())
    const next = {
      ...withMeta(withSpec(old, { replicas: 9 }), { labels: { a: 'b' }, generation: 5 }),
      status: { replicas: 1 },
    }
    expect(prepareForStatusUpdate(next, old)).toEqual({ ...old, status: { replicas: 1 } })
  })

  it('of pods keeps the class, what was observed, and what ends them', () => {
    const old: KubeObject = {
      ...withMeta(made(pod()), { deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 30 }),
      status: { ...conditions({ type: 'Ready', status: 'False', observedGeneration: 1 }), qosClass: 'BestEffort' },
    }
    const { deletionTimestamp: _, deletionGracePeriodSeconds: __, ...metadata } = old.metadata
    const next = {
      ...old,
      metadata,
      spec: {},
      status: conditions({ type: 'Ready', status: 'True' }, { type: 'X', status: 'True' }),
    }
    expect(prepareForStatusUpdate(next, old)).toEqual({
      ...old,
      status: {
        phase: 'Running',
        qosClass: 'BestEffort',
        conditions: [
          { type: 'Ready', status: 'True', observedGeneration: 1 },
          { type: 'X', status: 'True' },
        ],
      },
    })
  })
})

describe('other subresources of pods', () => {
  it('ephemeralcontainers adds those and nothing else', () => {
    const old = made(pod())
    const debug = [{ name: 'debug', image: 'busybox', targetContainerName: 'c' }]
    const next = withMeta(withSpec(old, { ephemeralContainers: debug, nodeName: 'n' }), { labels: { a: 'b' } })
    expect(prepareForEphemeralContainersUpdate(next, old)).toEqual(
      withMeta(withSpec(old, { ephemeralContainers: debug }), { generation: 2 }),
    )
  })

  it('resize changes resources and nothing else', () => {
    const old = made(podWith({ resources: { requests: { cpu: '100m' } } }))
    const bigger = { requests: { cpu: '200m' } }
    const next = withSpec(old, { containers: [{ ...old['spec'].containers[0], resources: bigger, image: 'other' }] })
    const resized = prepareForResize(next, old)
    expect(resized['spec'].containers).toEqual([{ ...old['spec'].containers[0], resources: bigger }])
    expect(resized.metadata.generation).toBe(2)
  })
})
