import { describe, expect, test } from 'vitest'
import { findKind } from '../../api/resources.ts'
import { formatTime, parseTime } from '../../api/time.ts'
import type { KubeObject } from '../../api/types.ts'
import { printTable } from './printers.ts'

const now = parseTime('2025-06-01T08:00:00Z')!
const minute = 60
const hour = 3600
const day = 86_400
const ago = (seconds: number) => formatTime(now - seconds * 1000)

function row(apiVersion: string, kind: string, body: Record<string, unknown>, metadata: Record<string, unknown> = {}) {
  const object = { apiVersion, kind, ...body, metadata: { name: 'x', creationTimestamp: ago(3 * hour), ...metadata } }
  return printTable(findKind(apiVersion, kind)!, [object as unknown as KubeObject], { now }).rows[0]!.cells
}

const template = {
  metadata: { labels: { app: 'shop' } },
  spec: { containers: [{ name: 'web', image: 'web:1' }, { name: 'log', image: 'log:2' }] },
}
const selector = { matchLabels: { app: 'shop' } }

describe('workloads', () => {
  test.each<[string, string, Record<string, unknown>, unknown[]]>([
    ['Deployment', 'all up', { spec: { replicas: 3, selector, template }, status: { readyReplicas: 3, updatedReplicas: 3, availableReplicas: 3 } }, ['x', '3/3', 3, 3, '3h', 'web,log', 'web:1,log:2', 'app=shop']],
    ['Deployment', 'scaled to zero', { spec: { replicas: 0, selector, template } }, ['x', '0/0', 0, 0, '3h', 'web,log', 'web:1,log:2', 'app=shop']],
    ['Deployment', 'without replicas', { spec: { selector, template }, status: { updatedReplicas: 1 } }, ['x', '0/1', 1, 0, '3h', 'web,log', 'web:1,log:2', 'app=shop']],
    ['Deployment', 'a selector by sets', {
      spec: { replicas: 2, template, selector: { ...selector, matchExpressions: [{ key: 'tier', operator: 'In', values: ['b', 'a'] }, { key: 'old', operator: 'DoesNotExist' }] } },
    }, ['x', '0/2', 0, 0, '3h', 'web,log', 'web:1,log:2', 'app=shop,!old,tier in (a,b)']],
    ['Deployment', 'a selector that is none', { spec: { template, selector: { matchExpressions: [{ key: 'a', operator: 'Near' }] } } }, ['x', '0/1', 0, 0, '3h', 'web,log', 'web:1,log:2', '<invalid>']],
    ['ReplicaSet', '', { spec: { replicas: 2, selector, template }, status: { replicas: 2, readyReplicas: 1 } }, ['x', 2, 2, 1, '3h', 'web,log', 'web:1,log:2', 'app=shop']],
    ['StatefulSet', '', { spec: { replicas: 3, template }, status: { readyReplicas: 1 } }, ['x', '1/3', '3h', 'web,log', 'web:1,log:2']],
    ['DaemonSet', '', {
      spec: { selector, template }, status: { desiredNumberScheduled: 5, currentNumberScheduled: 4, numberReady: 3, updatedNumberScheduled: 2, numberAvailable: 1 },
    }, ['x', 5, 4, 3, 2, 1, '<none>', '3h', 'web,log', 'web:1,log:2', 'app=shop']],
  ])('%s %s', (kind, _, body, cells) => {
    expect(row('apps/v1', kind, body)).toEqual(cells)
  })

  test('a revision names its owner by kind and group', () => {
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', controller: true }]
    expect(row('apps/v1', 'ControllerRevision', { revision: 4 }, { ownerReferences })).toEqual(['x', 'daemonset.apps/agent', 4, '3h'])
    expect(row('apps/v1', 'ControllerRevision', { revision: 1 })).toEqual(['x', '<none>', 1, '3h'])
  })
})

describe('jobs', () => {
  const is = (type: string) => ({ conditions: [{ type, status: 'True' }] })
  test.each<[string, Record<string, unknown>, Record<string, unknown>, unknown[]]>([
    ['runs', { completions: 1 }, { startTime: ago(8 * minute) }, ['Running', '0/1', '8m']],
    ['is half done', { completions: 5, parallelism: 2 }, { active: 2, succeeded: 3, startTime: ago(270) }, ['Running', '3/5', '4m30s']],
    ['has not begun', { completions: 2, parallelism: 1 }, {}, ['Running', '0/2', '']],
    ['has come to its end', { completions: 5 }, { succeeded: 5, startTime: ago(hour), completionTime: ago(hour - 270), ...is('Complete') }, ['Complete', '5/5', '4m30s']],
    ['failed', { completions: 1 }, { startTime: ago(9 * minute), ...is('Failed') }, ['Failed', '0/1', '9m']],
    ['is suspended', { completions: 1 }, is('Suspended'), ['Suspended', '0/1', '']],
    ['fails', { completions: 2 }, { startTime: ago(2 * minute), ...is('FailureTarget') }, ['FailureTarget', '0/2', '2m']],
    ['has what it wanted', { completions: 2 }, { succeeded: 2, ...is('SuccessCriteriaMet') }, ['SuccessCriteriaMet', '2/2', '']],
    ['works off a queue', { parallelism: 3 }, { succeeded: 1 }, ['Running', '1/1 of 3', '']],
    ['works off a queue alone', { parallelism: 1 }, {}, ['Running', '0/1', '']],
  ])('a job that %s', (_, spec, status, cells) => {
    expect(row('batch/v1', 'Job', { spec: { template, ...spec }, status }).slice(1, 4)).toEqual(cells)
  })

  test('a job that is being deleted', () => {
    const selector = { matchLabels: { job: 'x' } }
    const cells = row('batch/v1', 'Job', { spec: { template, selector, completions: 2 }, status: { active: 1, startTime: ago(2 * minute) } }, { deletionTimestamp: ago(1) })
    expect(cells).toEqual(['x', 'Terminating', '0/2', '2m', '3h', 'web,log', 'web:1,log:2', 'job=x'])
  })

  test('cron jobs', () => {
    const spec = { schedule: '*/5 * * * *', suspend: false, jobTemplate: { spec: { template } } }
    expect(row('batch/v1', 'CronJob', { spec, status: { active: [{}, {}], lastScheduleTime: ago(200) } })).toEqual(
      ['x', '*/5 * * * *', '<none>', 'False', 2, '3m20s', '3h', 'web,log', 'web:1,log:2', '<none>'])
    expect(row('batch/v1', 'CronJob', { spec: { ...spec, suspend: true, timeZone: 'Asia/Tokyo' } }).slice(1, 6)).toEqual(
      ['*/5 * * * *', 'Asia/Tokyo', 'True', 0, '<none>'])
    expect(row('batch/v1', 'CronJob', { spec, status: { lastScheduleTime: ago(20) } }).slice(3, 6)).toEqual(['False', 0, '20s'])
  })

  test('disruption budgets', () => {
    expect(row('policy/v1', 'PodDisruptionBudget', { spec: { maxUnavailable: '30%' }, status: { disruptionsAllowed: 1 } })).toEqual(['x', 'N/A', '30%', 1, '3h'])
    expect(row('policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: 2 } })).toEqual(['x', '2', 'N/A', 0, '3h'])
  })
})

describe('services and endpoints', () => {
  const port = { port: 80, protocol: 'TCP' }
  test.each<[string, Record<string, unknown>, Record<string, unknown>, unknown[]]>([
    ['cluster IP', { type: 'ClusterIP', clusterIPs: ['10.96.0.1'], ports: [port], selector: { b: '2', a: '1' } }, {}, ['ClusterIP', '10.96.0.1', '<none>', '80/TCP', '3h', 'a=1,b=2']],
    ['headless, no selector', { type: 'ClusterIP', clusterIPs: ['None'], ports: [] }, {}, ['ClusterIP', 'None', '<none>', '<none>', '3h', '<none>']],
    ['node ports', { type: 'NodePort', clusterIPs: ['10.96.0.1'], ports: [{ ...port, nodePort: 30080 }, { port: 53, nodePort: 30053, protocol: 'UDP' }] }, {}, ['NodePort', '10.96.0.1', '<none>', '80:30080/TCP,53:30053/UDP', '3h', '<none>']],
    ['headless', { type: 'ClusterIP', clusterIPs: ['None'], ports: [{ ...port, targetPort: 8080 }] }, {}, ['ClusterIP', 'None', '<none>', '80/TCP', '3h', '<none>']],
    ['balancer with a port on nodes', { type: 'LoadBalancer', clusterIPs: ['10.96.0.1'], ports: [{ port: 443, nodePort: 31443, protocol: 'TCP' }] }, { loadBalancer: { ingress: [{ ip: '203.0.113.9' }] } }, ['LoadBalancer', '10.96.0.1', '203.0.113.9', '443:31443/TCP', '3h', '<none>']],
    ['balancer to come', { type: 'LoadBalancer', clusterIPs: ['10.96.0.1'], ports: [port] }, {}, ['LoadBalancer', '10.96.0.1', '<pending>', '80/TCP', '3h', '<none>']],
    ['balancer', { type: 'LoadBalancer', clusterIPs: ['10.96.0.1'], externalIPs: ['9.9.9.9'], ports: [port] }, { loadBalancer: { ingress: [{ hostname: 'a-very-long-name.example.org' }, { ip: '203.0.113.9' }] } }, ['LoadBalancer', '10.96.0.1', '203.0.113.9,a-very-long-name.example.org,9.9.9.9', '80/TCP', '3h', '<none>']],
    ['a name elsewhere', { type: 'ExternalName', externalName: 'db.example.org' }, {}, ['ExternalName', '<none>', 'db.example.org', '<none>', '3h', '<none>']],
  ])('service: %s', (_, spec, status, cells) => {
    expect(row('v1', 'Service', { spec, status }).slice(1)).toEqual(cells)
  })

  const addresses = (n: number) => Array.from({ length: n }, (_, i) => ({ ip: `10.1.0.${i + 1}` }))
  test.each<[string, unknown, string]>([
    ['none', [], '<none>'],
    ['only not ready', [{ notReadyAddresses: addresses(1), ports: [{ port: 80 }] }], ''],
    ['two', [{ addresses: addresses(2), ports: [{ port: 80 }] }], '10.1.0.1:80,10.1.0.2:80'],
    ['more', [{ addresses: addresses(2), ports: [{ port: 81 }, { port: 80 }] }], '10.1.0.1:81,10.1.0.2:81,10.1.0.1:80 + 1 more...'],
    ['headless', [{ addresses: addresses(2) }], '10.1.0.1,10.1.0.2'],
  ])('endpoints: %s', (_, subsets, cell) => {
    expect(row('v1', 'Endpoints', { subsets })[1]).toBe(cell)
  })

  test('endpoint slices', () => {
    const endpoints = addresses(6).map(({ ip }) => ({ addresses: [ip] }))
    expect(row('discovery.k8s.io/v1', 'EndpointSlice', { addressType: 'IPv4', ports: [1, 2, 3, 4, 5].map((p) => ({ port: 8000 + p })), endpoints })).toEqual(
      ['x', 'IPv4', '8001,8002,8003 + 2 more...', '10.1.0.1,10.1.0.2,10.1.0.3 + 3 more...', '3h'])
    expect(row('discovery.k8s.io/v1', 'EndpointSlice', { addressType: 'IPv4', ports: null, endpoints: [] }).slice(2, 4)).toEqual(['<unset>', '<unset>'])
    expect(row('discovery.k8s.io/v1', 'EndpointSlice', { addressType: 'IPv6', ports: [{ name: 'web' }, {}], endpoints: [] })[2]).toBe('web,*')
  })

  test('ingresses', () => {
    const rules = (...hosts: string[]) => ({ rules: hosts.map((host) => (host ? { host } : {})) })
    const cells = (spec: object) => row('networking.k8s.io/v1', 'Ingress', { spec, status: {} }).slice(1, 5)
    expect(cells(rules('a'))).toEqual(['<none>', 'a', '', '80'])
    expect(cells({ ...rules(''), ingressClassName: 'nginx', tls: [{}] })).toEqual(['nginx', '*', '', '80, 443'])
    expect(cells(rules('a', 'b', 'c', 'd', 'e'))[1]).toBe('a,b,c + 2 more...')
    expect(row('networking.k8s.io/v1', 'IngressClass', { spec: { controller: 'k/c', parameters: { apiGroup: 'k', kind: 'P', name: 'n' } } })).toEqual(['x', 'k/c', 'P.k/n', '3h'])
    expect(row('networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {} } })).toEqual(['x', '<none>', '3h'])
  })
})

describe('cluster', () => {
  const ready = (status: string) => [{ type: 'MemoryPressure', status: 'False' }, { type: 'Ready', status }]
  const nodeInfo = { kubeletVersion: 'v1.34.0' }
  test.each<[string, Record<string, unknown>, Record<string, string> | undefined, unknown[]]>([
    ['ready', { status: { conditions: ready('True'), nodeInfo } }, undefined, ['Ready', '<none>', '3h', 'v1.34.0']],
    ['not ready', { status: { conditions: ready('False'), nodeInfo } }, { 'kubernetes.io/role': 'worker' }, ['NotReady', 'worker', '3h', 'v1.34.0']],
    ['unknown', { status: { conditions: ready('Unknown'), nodeInfo } }, undefined, ['NotReady', '<none>', '3h', 'v1.34.0']],
    ['cordoned', { spec: { unschedulable: true }, status: { conditions: ready('True'), nodeInfo } }, undefined, ['Ready,SchedulingDisabled', '<none>', '3h', 'v1.34.0']],
    ['of other conditions alone', { status: { conditions: [{ type: 'MemoryPressure', status: 'False' }, { type: 'DiskPressure', status: 'True' }], nodeInfo } }, undefined, ['Unknown', '<none>', '3h', 'v1.34.0']],
    ['says nothing', { spec: { unschedulable: true }, status: { nodeInfo } }, undefined, ['Unknown,SchedulingDisabled', '<none>', '3h', 'v1.34.0']],
    ['with roles', { status: { conditions: ready('True'), nodeInfo } }, { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/control-plane': '', 'node-role.kubernetes.io/': '' }, ['Ready', 'control-plane,worker', '3h', 'v1.34.0']],
  ])('node: %s', (_, body, labels, cells) => {
    expect(row('v1', 'Node', body, { labels }).slice(1, 5)).toEqual(cells)
  })

  test('node, wide', () => {
    const status = {
      addresses: [{ type: 'InternalIP', address: '10.0.0.2' }, { type: 'ExternalIP', address: '203.0.113.7' }],
      nodeInfo: { ...nodeInfo, osImage: 'Debian GNU/Linux 12 (bookworm)', kernelVersion: '6.1.0', containerRuntimeVersion: 'containerd://2.1.4' },
    }
    expect(row('v1', 'Node', { status }).slice(5)).toEqual(['10.0.0.2', '203.0.113.7', 'Debian GNU/Linux 12 (bookworm)', '6.1.0', 'containerd://2.1.4'])
    expect(row('v1', 'Node', { status: { nodeInfo } }).slice(5)).toEqual(['<none>', '<none>', '<unknown>', '<unknown>', '<unknown>'])
  })

  const event = { involvedObject: { kind: 'Pod', name: 'web', fieldPath: 'spec.containers{c}' }, type: 'Normal', reason: 'Pulled', message: ' pulled\n' }
  test.each<[string, Record<string, unknown>, unknown[]]>([
    ['counted', { firstTimestamp: ago(300), lastTimestamp: ago(60), count: 4, source: { component: 'kubelet', host: 'n1' } }, ['60s', 'Normal', 'Pulled', 'pod/web', 'spec.containers{c}', 'kubelet, n1', 'pulled', '5m', 4, 'x']],
    ['one', { eventTime: ago(120), firstTimestamp: null, lastTimestamp: null, source: {}, reportingComponent: 'default-scheduler', reportingInstance: '' }, ['2m', 'Normal', 'Pulled', 'pod/web', 'spec.containers{c}', 'default-scheduler', 'pulled', '2m', 1, 'x']],
    ['a series', { eventTime: ago(300), series: { count: 9, lastObservedTime: ago(30) }, source: {} }, ['30s', 'Normal', 'Pulled', 'pod/web', 'spec.containers{c}', '', 'pulled', '5m', 9, 'x']],
  ])('event: %s', (_, body, cells) => {
    expect(row('v1', 'Event', { ...event, ...body })).toEqual(cells)
  })

  test('an event about a kind, and one of the new group', () => {
    expect(row('v1', 'Event', { ...event, involvedObject: { kind: 'Node' } })[3]).toBe('node')
    expect(row('events.k8s.io/v1', 'Event', { regarding: { kind: 'Pod', name: 'p' }, note: 'n', type: 'Normal', reason: 'R', eventTime: ago(5), reportingController: 'c' }).slice(0, 7)).toEqual(
      ['5s', 'Normal', 'R', 'pod/p', '', 'c', 'n'])
  })

  test.each<[string, string, Record<string, unknown>, unknown[]]>([
    ['v1', 'Namespace', { status: { phase: 'Active' } }, ['x', 'Active', '3h']],
    ['v1', 'Namespace', { status: { phase: 'Terminating' } }, ['x', 'Terminating', '3h']],
    ['coordination.k8s.io/v1', 'Lease', { spec: { holderIdentity: 'n1' } }, ['x', 'n1', '3h']],
    ['scheduling.k8s.io/v1', 'PriorityClass', { value: 10, preemptionPolicy: 'Never' }, ['x', 10, false, '3h', 'Never']],
    ['node.k8s.io/v1', 'RuntimeClass', { handler: 'runsc' }, ['x', 'runsc', '3h']],
    ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding', { spec: { policyName: 'p', paramRef: { name: 'a' } } }, ['x', 'p', '*/a', '3h']],
    ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding', { spec: { policyName: 'p', paramRef: { name: 'a', namespace: 'b' } } }, ['x', 'p', 'b/a', '3h']],
    ['v1', 'ComponentStatus', { conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }] }, ['x', 'Healthy', 'ok', '']],
    ['v1', 'ConfigMap', { data: { a: '1' }, binaryData: { b: '', c: '' } }, ['x', 3, '3h']],
    ['v1', 'ConfigMap', {}, ['x', 0, '3h']],
    ['v1', 'Secret', { type: 'Opaque', data: { a: '' } }, ['x', 'Opaque', 1, '3h']],
    ['v1', 'ServiceAccount', {}, ['x', 0, '3h']],
    ['v1', 'ResourceQuota', { status: { hard: { pods: '40', 'limits.cpu': '2', 'requests.cpu': '1' }, used: { pods: '7', 'limits.cpu': '500m' } } }, ['x', 'pods: 7/40, requests.cpu: 0/1', 'limits.cpu: 500m/2', '3h']],
    ['rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'User', name: 'ann' }, { kind: 'User', name: 'bob' }, { kind: 'ServiceAccount', namespace: 'n', name: 's' }] }, ['x', 'Role/r', '3h', 'ann, bob', '', 'n/s']],
    ['rbac.authorization.k8s.io/v1', 'Role', {}, ['x', ago(3 * hour)]],
    ['v1', 'LimitRange', {}, ['x', ago(3 * hour)]],
    ['v1', 'PodTemplate', { template }, ['x', 'web,log', 'web:1,log:2', 'app=shop']],
  ])('%s %s', (apiVersion, kind, body, cells) => {
    expect(row(apiVersion, kind, body)).toEqual(cells)
  })
})

describe('storage', () => {
  test('claims', () => {
    const bound = { spec: { volumeName: 'pv-7', storageClassName: 'fast', volumeMode: 'Filesystem' }, status: { phase: 'Bound', capacity: { storage: '2Gi' }, accessModes: ['ReadWriteMany', 'ReadWriteOnce'] } }
    expect(row('v1', 'PersistentVolumeClaim', bound)).toEqual(['x', 'Bound', 'pv-7', '2Gi', 'RWO,RWX', 'fast', '<unset>', '3h', 'Filesystem'])
    expect(row('v1', 'PersistentVolumeClaim', { spec: {}, status: { phase: 'Pending', accessModes: ['ReadWriteOnce'] } })).toEqual(['x', 'Pending', '', '', '', '', '<unset>', '3h', '<unset>'])
    const shared = { spec: { volumeName: 'pv-9' }, status: { phase: 'Bound', capacity: { storage: '500Mi' }, accessModes: ['ReadWriteMany', 'ReadOnlyMany'] } }
    expect(row('v1', 'PersistentVolumeClaim', shared, { deletionTimestamp: ago(1) })).toEqual(['x', 'Terminating', 'pv-9', '500Mi', 'ROX,RWX', '', '<unset>', '3h', '<unset>'])
    const block = { spec: { volumeName: 'pv-9', volumeMode: 'Block' }, status: { phase: 'Bound', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOncePod'] } }
    expect(row('v1', 'PersistentVolumeClaim', block)).toEqual(['x', 'Bound', 'pv-9', '1Gi', 'RWOP', '', '<unset>', '3h', 'Block'])
  })

  test('volumes and classes', () => {
    const spec = { capacity: { storage: '5Gi' }, accessModes: ['ReadWriteOncePod'], persistentVolumeReclaimPolicy: 'Retain', claimRef: { namespace: 'a', name: 'b' } }
    expect(row('v1', 'PersistentVolume', { spec, status: { phase: 'Released', reason: 'why' } })).toEqual(
      ['x', '5Gi', 'RWOP', 'Retain', 'Released', 'a/b', '', '<unset>', 'why', '3h', '<unset>'])
    const going = { capacity: { storage: '5Gi' }, accessModes: ['ReadWriteOnce'], persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' }
    expect(row('v1', 'PersistentVolume', { spec: going, status: { phase: 'Bound' } }, { deletionTimestamp: ago(1) })).toEqual(
      ['x', '5Gi', 'RWO', 'Retain', 'Terminating', '', '', '<unset>', '', '3h', 'Filesystem'])
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' }
    expect(row('storage.k8s.io/v1', 'StorageClass', { provisioner: 'p' }, { annotations })).toEqual(['x (default)', 'p', 'Delete', 'Immediate', false, '3h'])
  })
})

describe('autoscalers', () => {
  const metric = (type: string, source: object) => ({ type, [type[0]!.toLowerCase() + type.slice(1)]: source })
  const cpu = (target: object) => metric('Resource', { name: 'cpu', target })
  const now80 = metric('Resource', { name: 'cpu', current: { averageUtilization: 35, averageValue: '70m' } })
  test.each<[string, unknown[], unknown[], string]>([
    ['nothing', [], [], '<none>'],
    ['a share of the request', [cpu({ averageUtilization: 80 })], [now80], 'cpu: 35%/80%'],
    ['not measured', [cpu({ averageUtilization: 80 })], [], 'cpu: <unknown>/80%'],
    ['an amount', [metric('Resource', { name: 'memory', target: { averageValue: '200Mi' } })], [metric('Resource', { current: { averageValue: '150Mi' } })], 'memory: 150Mi/200Mi'],
    ['per pod', [metric('Pods', { target: { averageValue: '1k' } })], [], '<unknown>/1k'],
    ['of an object', [metric('Object', { target: { value: '10' } })], [metric('Object', { current: { value: '7' } })], '7/10'],
    ['from outside', [metric('External', { target: { averageValue: '10' } })], [], '<unknown>/10 (avg)'],
    ['three, two measured', [cpu({ averageUtilization: 50 }), metric('Resource', { name: 'memory', target: { averageUtilization: 60 } }), metric('Pods', { target: { averageValue: '10' } })],
      [metric('Resource', { current: { averageUtilization: 20 } }), metric('Resource', { current: { averageUtilization: 30 } })], 'cpu: 20%/50%, memory: 30%/60% + 1 more...'],
    ['three', [cpu({ averageUtilization: 1 }), cpu({}), cpu({})], [], 'cpu: <unknown>/1%, cpu: <unknown>/<auto> + 1 more...'],
    ['of a kind unknown', [{ type: 'Moon' }], [], '<unknown type>'],
  ])('targets: %s', (_, metrics, currentMetrics, cell) => {
    const spec = { scaleTargetRef: { kind: 'Deployment', name: 'shop' }, minReplicas: 1, maxReplicas: 5, metrics }
    expect(row('autoscaling/v2', 'HorizontalPodAutoscaler', { spec, status: { currentReplicas: 2, currentMetrics } })).toEqual(
      ['x', 'Deployment/shop', cell, '1', 5, 2, '3h'])
  })

  test('autoscaling/v1', () => {
    const spec = { scaleTargetRef: { kind: 'Deployment', name: 'shop' }, maxReplicas: 5, targetCPUUtilizationPercentage: 50 }
    expect(row('autoscaling/v1', 'HorizontalPodAutoscaler', { spec }).slice(2, 4)).toEqual(['cpu: <unknown>/50%', '<unset>'])
  })
})

test.each([[0, '0s'], [59, '59s'], [89, '89s'], [119, '119s'], [121, '2m1s'], [599, '9m59s'], [600, '10m'], [630, '10m'], [59 * minute, '59m'],
  [2 * hour, '120m'], [3 * hour - 1, '179m'], [3 * hour, '3h'], [8.5 * hour, '8h'], [day, '24h'], [2 * day - minute, '47h'], [2 * day, '2d'],
  [49 * hour, '2d1h'], [3 * day, '3d'], [365 * day, '365d'], [731 * day, '2y1d'], [2000 * day, '5y175d'], [2920 * day, '8y'], [4000 * day, '10y']])(
  'age of %d s is %s', (seconds, text) => {
    expect(row('v1', 'Namespace', { status: {} }, { creationTimestamp: ago(seconds) })[2]).toBe(text)
  })

test('columns', () => {
  const table = printTable(findKind('v1', 'Pod')!, [], { now })
  expect(table.columnDefinitions.map((c) => c.name)).toEqual(
    ['Name', 'Ready', 'Status', 'Restarts', 'Age', 'IP', 'Node', 'Nominated Node', 'Readiness Gates'])
  expect(table.columnDefinitions[0]).toMatchObject({ type: 'string', format: 'name', priority: 0 })
  expect(table.columnDefinitions[5]).toMatchObject({ priority: 1 })
  expect(table.rows).toEqual([])
})
