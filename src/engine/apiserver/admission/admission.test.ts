import { describe, expect, test } from 'vitest'
import { createCluster } from '../../index.ts'
import type { Response } from '../../api/request.ts'
import type { KubeObject, Status } from '../../api/types.ts'

const pods = '/api/v1/namespaces/default/pods'
const pod = (spec: object = {}) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }], ...spec } })
const setUp = () => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  const create = (path: string, body: object): Response => cluster.request({ verb: 'create', path, body })
  return { cluster, create }
}
const message = (response: Response): string | undefined => (response.body as Status).message
const specOf = (response: Response): any => (response.body as KubeObject)['spec']

test.each([['default', 403], ['kube-system', 403], ['kube-public', 403], ['kube-node-lease', 200]] as const)('the namespace %s is deleted: %s', (name, code) => {
  const { cluster } = setUp()
  const response = cluster.request({ verb: 'delete', path: `/api/v1/namespaces/${name}` })
  expect(response.code).toBe(code)
  if (code === 403) expect(message(response)).toBe(`namespaces "${name}" is forbidden: this namespace may not be deleted`)
})

describe('what a pod has when it is stored', () => {
  const stored = (spec: object = {}) => {
    const { create } = setUp()
    create('/apis/scheduling.k8s.io/v1/priorityclasses', { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'high' }, value: 1000 })
    return create(pods, pod(spec)).body as KubeObject
  }
  const bears = (name: string, tolerationSeconds: number) => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds })

  test('though it asked for nothing', () => {
    const { metadata, spec, ...rest } = stored()
    expect(metadata.namespace).toBe('default')
    expect(spec).toMatchObject({
      serviceAccountName: 'default', serviceAccount: 'default', priority: 0, preemptionPolicy: 'PreemptLowerPriority', schedulerName: 'default-scheduler',
      restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', terminationGracePeriodSeconds: 30, enableServiceLinks: true, securityContext: {},
      tolerations: [bears('not-ready', 300), bears('unreachable', 300)], volumes: [{ name: expect.stringMatching(/^kube-api-access-/) }],
    })
    expect(rest['status']).toMatchObject({ phase: 'Pending', qosClass: 'BestEffort' })
  })

  test('without a token when it wants none', () => {
    const { spec } = stored({ automountServiceAccountToken: false })
    expect(spec.serviceAccountName).toBe('default')
    expect(spec).not.toHaveProperty('volumes')
  })

  test('with its own patience where it says so', () => {
    expect(stored({ tolerations: [bears('not-ready', 10)] })['spec'].tolerations).toEqual([bears('not-ready', 10), bears('unreachable', 300)])
  })

  test.each([['high', 1000], ['system-cluster-critical', 2_000_000_000], ['system-node-critical', 2_000_001_000]])('with the priority of its class: %s', (priorityClassName, priority) => {
    expect(stored({ priorityClassName })['spec']).toMatchObject({ priority, preemptionPolicy: 'PreemptLowerPriority' })
  })
})

test('one PriorityClass at most is the default', () => {
  const { cluster, create } = setUp()
  const classes = '/apis/scheduling.k8s.io/v1/priorityclasses'
  const priorityClass = (name: string, value: number) => ({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value, globalDefault: true })
  expect(create(classes, priorityClass('usual', 10)).code).toBe(201)
  const second = create(classes, priorityClass('other', 20))
  expect([second.code, message(second)]).toEqual([403, 'priorityclasses.scheduling.k8s.io "other" is forbidden: PriorityClass usual is already marked as default. Only one default can exist'])
  const body = { description: 'of those that name none' }
  expect(cluster.request({ verb: 'patch', path: `${classes}/usual`, contentType: 'application/merge-patch+json', body }).code).toBe(200)
  expect(specOf(create(pods, pod()))).toMatchObject({ priorityClassName: 'usual', priority: 10 })
})

describe('RuntimeClass', () => {
  const sandboxed = {
    apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'sandboxed' }, handler: 'kata', overhead: { podFixed: { memory: '120Mi' } },
    scheduling: { nodeSelector: { kata: 'yes' }, tolerations: [{ key: 'kata', operator: 'Exists', effect: 'NoSchedule' }] },
  }

  test('gives overhead, selector and tolerations', () => {
    const { create } = setUp()
    create('/apis/node.k8s.io/v1/runtimeclasses', sandboxed)
    const spec = specOf(create(pods, pod({ runtimeClassName: 'sandboxed', nodeSelector: { disk: 'ssd' } })))
    expect(spec).toMatchObject({ overhead: { memory: '120Mi' }, nodeSelector: { kata: 'yes', disk: 'ssd' } })
    expect(spec.tolerations).toContainEqual({ key: 'kata', operator: 'Exists', effect: 'NoSchedule' })
  })

  test.each<[object, string]>([
    [{ runtimeClassName: 'nothing' }, 'pod rejected: RuntimeClass "nothing" not found'],
    [{ overhead: { cpu: '1' } }, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'],
    [{ runtimeClassName: 'sandboxed', overhead: { memory: '1Mi' } }, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"],
    [{ runtimeClassName: 'sandboxed', nodeSelector: { kata: 'no' } }, 'conflict: runtimeClass.scheduling.nodeSelector[kata] = yes; pod.spec.nodeSelector[kata] = no'],
  ])('refuses %j', (spec, why) => {
    const { create } = setUp()
    create('/apis/node.k8s.io/v1/runtimeclasses', sandboxed)
    expect(message(create(pods, pod(spec)))).toBe(`pods "p" is forbidden: ${why}`)
  })
})

describe('a class that nobody names', () => {
  const marked = (name: string) => ({ name, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } })
  const storageClass = (metadata: object, more: object = {}) => ({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata, provisioner: 'podreel.dev/disk', ...more })
  const classes = '/apis/storage.k8s.io/v1/storageclasses'
  const claims = '/api/v1/namespaces/default/persistentvolumeclaims'
  const claim = (more: object = {}) => ({
    apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'box' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...more },
  })

  test('is the default one, the newest of several', () => {
    const { cluster, create } = setUp()
    expect(specOf(create(claims, claim())).storageClassName).toBeUndefined()
    create(classes, storageClass(marked('a')))
    cluster.run({ for: '2s' })
    create(classes, storageClass(marked('b')))
    create(classes, storageClass({ name: 'c' }))
    const named = (name: string, more: object = {}) => specOf(create(claims, { ...claim(more), metadata: { name } })).storageClassName
    expect([named('one'), named('two', { storageClassName: '' }), named('three', { storageClassName: 'c' })]).toEqual(['b', '', 'c'])
  })

  test('of an ingress likewise', () => {
    const { create } = setUp()
    const ingressClass = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'edge', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } }, spec: { controller: 'example.com/edge' } }
    create('/apis/networking.k8s.io/v1/ingressclasses', ingressClass)
    const ingress = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'i' }, spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } } }
    expect(specOf(create('/apis/networking.k8s.io/v1/namespaces/default/ingresses', ingress)).ingressClassName).toBe('edge')
  })

  test.each<[boolean, number]>([[true, 200], [false, 403]])('that lets volumes grow: %s', (allowVolumeExpansion, code) => {
    const { cluster, create } = setUp()
    create(classes, storageClass({ name: 'grows' }, { allowVolumeExpansion }))
    create(claims, claim({ storageClassName: 'grows' }))
    cluster.run({ for: '10s' })
    const body = { spec: { resources: { requests: { storage: '2Gi' } } } }
    expect(cluster.request({ verb: 'patch', path: `${claims}/box`, contentType: 'application/merge-patch+json', body }).code).toBe(code)
  })
})

describe('of nodes', () => {
  test('one that registers is not ready yet', () => {
    const { create } = setUp()
    expect(specOf(create('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'new' } })).taints).toEqual([{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }])
  })

  test('each writes only what is its own', () => {
    const { cluster, create } = setUp()
    create(pods, pod({ nodeName: 'node1' }))
    const other = { name: 'system:node:node2', groups: ['system:nodes', 'system:authenticated'] }
    const refused = (r: { verb: 'delete' | 'patch'; path: string; body: unknown }) => message(cluster.request({ ...r, user: other, contentType: 'application/merge-patch+json' }))
    expect(refused({ verb: 'delete', path: `${pods}/p`, body: {} })).toBe('pods "p" is forbidden: node "node2" can only delete pods with spec.nodeName set to itself')
    expect(refused({ verb: 'patch', path: `${pods}/p/status`, body: { status: { reason: 'x' } } })).toBe('pods "p" is forbidden: node "node2" can only update pod status for pods with spec.nodeName set to itself')
    expect(refused({ verb: 'patch', path: '/api/v1/nodes/node1', body: { metadata: { labels: { a: 'b' } } } })).toBe('nodes "node1" is forbidden: node "node2" is not allowed to modify node "node1"')
  })
})

test('who replaces a pod need not repeat what admission has added', () => {
  const { cluster, create } = setUp()
  const { priority: _, preemptionPolicy: __, tolerations: ___, ...spec } = specOf(create(pods, pod({ nodeName: 'node1' })))
  expect(cluster.request({ verb: 'update', path: `${pods}/p`, body: { ...pod(), spec } })).toMatchObject({ code: 200, body: { spec: { priority: 0, preemptionPolicy: 'PreemptLowerPriority' } } })
})

test('an account that is strict lets its pods have only the secrets that it lists', () => {
  const { cluster, create } = setUp()
  const annotations = { 'kubernetes.io/enforce-mountable-secrets': 'true' }
  create('/api/v1/namespaces/default/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'strict', annotations }, secrets: [{ name: 'a' }] })
  const refusal = (spec: object): string | undefined => message(create(pods, pod({ serviceAccountName: 'strict', ...spec })))
  const because = 'is not allowed because service account strict does not reference that'
  expect(refusal({ volumes: [{ name: 'v', secret: { secretName: 'b' } }] })).toBe(`pods "p" is forbidden: volume with secret.secretName="b" ${because} secret`)
  expect(refusal({ imagePullSecrets: [{ name: 'b' }] })).toBe(`pods "p" is forbidden: imagePullSecrets[0].name="b" ${because} imagePullSecret`)
  const env = [{ name: 'V', valueFrom: { secretKeyRef: { name: 'b', key: 'k' } } }]
  expect(refusal({ initContainers: [{ name: 'i', image: 'nginx', env }] })).toBe(`pods "p" is forbidden: init container i with envVar V referencing secret.secretName="b" ${because} secret`)
  const envFrom = [{ configMapRef: { name: 'b' } }, { secretRef: { name: 'b' } }]
  expect(refusal({ containers: [{ name: 'c', image: 'nginx', envFrom }] })).toBe(`pods "p" is forbidden: container c with envFrom referencing secret.secretName="b" ${because} secret`)
  expect(create(pods, pod({ serviceAccountName: 'strict', volumes: [{ name: 'v', secret: { secretName: 'a' } }] })).code).toBe(201)
  const attach = (more: object) =>
    cluster.request({ verb: 'patch', path: `${pods}/p/ephemeralcontainers`, contentType: 'application/strategic-merge-patch+json', body: { spec: { ephemeralContainers: [{ name: 'e', image: 'busybox', ...more }] } } })
  expect(message(attach({ env }))).toBe(`pods "p" is forbidden: ephemeral container e with envVar V referencing secret.secretName="b" ${because} secret`)
  expect(message(attach({ envFrom }))).toBe(`pods "p" is forbidden: ephemeral container e with envFrom referencing secret.secretName="b" ${because} secret`)
  expect(attach({ envFrom: [{ secretRef: { name: 'a' } }] }).code).toBe(200)
})
