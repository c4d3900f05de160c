import type { Cluster } from '../cluster.ts'
import { createCluster } from '../index.ts'
import type { Fault } from '../fault.ts'
import type { Request } from '../api/request.ts'
import type { KubeObject, Pod } from '../api/types.ts'
import { Random } from '../kernel/random.ts'
import { Invariants } from './invariants.ts'

/**
 * Random workloads in a cluster in which things break. When the faults are lifted, what was wanted must come about (controllers are
 * eventually consistent), and when nothing is wanted any more nothing may be left.
 */

const pick = <T>(random: Random, list: readonly T[]): T => list[random.int(list.length)]!

const ready = { containers: [{ name: 'app', image: 'nginx:1.27', readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 2 } }] }
const pods: readonly object[] = [
  { containers: [{ name: 'app', image: 'nginx:1.27' }] },
  ready,
  { terminationGracePeriodSeconds: 4, containers: [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', "trap '' TERM; while true; do sleep 1; done"], lifecycle: { preStop: { exec: { command: ['sleep', '2'] } } } }] },
  { initContainers: [{ name: 'first', image: 'busybox:1.36', command: ['sleep', '2'] }], containers: [{ name: 'app', image: 'nginx:1.25', resources: { requests: { cpu: '100m' } } }] },
]
const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'local' } }

/** In a namespace that goes in the middle of the film. */
const team: readonly [path: string, body: object][] = [
  ['/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } }],
  ['/apis/apps/v1/namespaces/team/deployments', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: pods[0] } } }],
  ['/apis/apps/v1/namespaces/team/statefulsets', { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' }, spec: { serviceName: 'db', replicas: 2, selector: { matchLabels: { app: 'db' } }, template: { metadata: { labels: { app: 'db' } }, spec: pods[2] }, volumeClaimTemplates: [claim] } }],
  ['/api/v1/namespaces/team/services', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }],
]

const paths: Readonly<Record<string, string>> = {
  Deployment: '/apis/apps/v1/namespaces/default/deployments',
  ReplicaSet: '/apis/apps/v1/namespaces/default/replicasets',
  StatefulSet: '/apis/apps/v1/namespaces/default/statefulsets',
  DaemonSet: '/apis/apps/v1/namespaces/default/daemonsets',
  Job: '/apis/batch/v1/namespaces/default/jobs',
  HorizontalPodAutoscaler: '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers',
  PodDisruptionBudget: '/apis/policy/v1/namespaces/default/poddisruptionbudgets',
  Service: '/api/v1/namespaces/default/services',
  PersistentVolumeClaim: '/api/v1/namespaces/default/persistentvolumeclaims',
  StorageClass: '/apis/storage.k8s.io/v1/storageclasses',
}
const kinds = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'] as const

function workload(random: Random, kind: string, name: string): object {
  const labels = { app: name }
  const metadata = { name }
  const template = { metadata: { labels }, spec: pick(random, pods) }
  const base = { selector: { matchLabels: labels }, template }
  const replicas = random.int(4)
  switch (kind) {
    case 'Deployment':
      return { apiVersion: 'apps/v1', kind, metadata, spec: { ...base, replicas, strategy: pick(random, [{ type: 'Recreate' }, { type: 'RollingUpdate' }]) } }
    case 'StatefulSet':
      return { apiVersion: 'apps/v1', kind, metadata, spec: {
        ...base, replicas, serviceName: name, podManagementPolicy: pick(random, ['OrderedReady', 'Parallel']), minReadySeconds: pick(random, [0, 0, 3]),
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: pick(random, [0, 0, 1]) } },
        ...(random.int(2) === 0 ? {} : { volumeClaimTemplates: [claim], persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: pick(random, ['Retain', 'Delete']) } }),
      } }
    case 'DaemonSet':
      return { apiVersion: 'apps/v1', kind, metadata, spec: { ...base, updateStrategy: { type: 'RollingUpdate', rollingUpdate: pick(random, [{ maxUnavailable: 1 }, { maxSurge: 1, maxUnavailable: 0 }, { maxUnavailable: '60%' }]) } } }
    case 'Job':
      return { apiVersion: 'batch/v1', kind, metadata, spec: {
        completions: 1 + random.int(4), parallelism: 1 + random.int(3), backoffLimit: 50, completionMode: pick(random, ['NonIndexed', 'Indexed']),
        ...pick(random, [{}, { podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] } }]),
        template: { spec: { restartPolicy: pick(random, ['Never', 'Never', 'OnFailure']), containers: [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', `sleep ${1 + random.int(20)}`] }] } },
      } }
    default:
      return { apiVersion: 'apps/v1', kind, metadata, spec: { ...base, replicas } }
  }
}

/** A request that nobody waits for: it may meet a server that is away. */
function send(cluster: Cluster, verb: string, path: string, body: unknown): void {
  cluster.perform({ request: { verb, path, body, ...(verb === 'PATCH' ? { contentType: 'application/merge-patch+json' } : {}) } as Request })
}

const owned = (cluster: Cluster): KubeObject[] => kinds.flatMap((kind) => cluster.world().list(kind, { namespace: 'default' })).filter(({ metadata }) => metadata.ownerReferences === undefined)

function change(cluster: Cluster, random: Random): void {
  const objects = owned(cluster)
  if (objects.length === 0) return
  const object = pick(random, objects)
  const path = `${paths[object.kind]}/${object.metadata.name}`
  const choice = random.int(8)
  if (choice < 3 && object['spec'].replicas !== undefined) return send(cluster, 'PATCH', path, { spec: { replicas: random.int(4) } })
  if (choice < 5 && object.kind !== 'Job') {
    const image = pick(random, ['nginx:1.25', 'nginx:1.27', 'nginx:1.28'])
    return send(cluster, 'PATCH', path, { spec: { template: { metadata: { annotations: { image } } } } })
  }
  if (choice < 7) {
    const all = cluster.world().list('Pod', { namespace: 'default' })
    if (all.length === 0) return
    const { name } = pick(random, all).metadata
    const pod = `/api/v1/namespaces/default/pods/${name}`
    if (random.int(2) === 0) return send(cluster, 'POST', `${pod}/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } })
    return send(cluster, 'DELETE', pod, random.int(4) === 0 ? { gracePeriodSeconds: 0 } : {})
  }
  send(cluster, 'DELETE', path, { propagationPolicy: pick(random, ['Background', 'Foreground']) })
}

/** An autoscaler for one of the workloads: what its pods use is little, and where they request nothing it can only keep between its limits. */
function autoscale(cluster: Cluster, random: Random): void {
  const scaled = owned(cluster).filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
  if (scaled.length === 0) return
  const { kind, metadata: { name } } = pick(random, scaled)
  const minReplicas = 1 + random.int(2)
  const metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: pick(random, [1, 50]) } } }]
  send(cluster, 'POST', paths['HorizontalPodAutoscaler']!, {
    apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind, name }, minReplicas, maxReplicas: minReplicas + random.int(3), metrics },
  })
}

/** What a person types who takes a machine out of service, or rolls something back. */
function type(cluster: Cluster, random: Random, nodes: readonly string[]): void {
  const rolled = owned(cluster).filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet' || kind === 'DaemonSet')
  if (random.int(2) === 0 || rolled.length === 0) return void cluster.perform({ kubectl: `drain ${pick(random, nodes)} --ignore-daemonsets --delete-emptydir-data --force --timeout=90s` })
  const { kind, metadata } = pick(random, rolled)
  cluster.perform({ kubectl: `rollout ${pick(random, ['restart', 'undo'])} ${kind.toLowerCase()}/${metadata.name}` })
}

function someFault(random: Random, nodes: readonly string[]): Fault {
  const node = pick(random, nodes)
  return pick<Fault>(random, [
    { type: 'kubelet-stop', node }, { type: 'node-stop', node }, { type: 'node-partition', node }, { type: 'runtime-stop', node }, { type: 'scheduler-stop' },
    { type: 'controller-stop' }, { type: 'controller-stop', controller: 'replicaset' }, { type: 'registry-down' }, { type: 'apiserver-stop' }, { type: 'etcd-stop' },
    { type: 'component-freeze', component: 'etcd' }, { type: 'component-freeze', component: 'kube-scheduler' }, { type: 'component-freeze', component: 'kube-apiserver' }, { type: 'component-freeze', component: `kubelet/${node}` }, { type: 'component-freeze', component: 'kube-controller-manager' },
  ])
}

/** What is not as it was asked for; nothing when all is well. */
export function unmet(cluster: Cluster): string[] {
  const world = cluster.world()
  return owned(cluster).flatMap(({ kind, metadata: { name }, ...object }) => {
    const spec = object['spec'] as Record<string, any>
    const status = (object['status'] ?? {}) as Record<string, any>
    if (kind === 'Job') return status['conditions']?.some(({ type, status: is }: { type: string; status: string }) => (type === 'Complete' || type === 'Failed') && is === 'True') ? [] : [`job ${name} has not ended: ${JSON.stringify(status)}`]
    const wanted: number = kind === 'DaemonSet' ? world.list('Node').length : spec['replicas']
    const partition: number = spec['updateStrategy']?.rollingUpdate?.partition ?? 0
    const is: number = (kind === 'DaemonSet' ? status['numberReady'] : status['readyReplicas']) ?? 0
    const updated: number = (kind === 'DaemonSet' ? status['updatedNumberScheduled'] : kind === 'ReplicaSet' ? wanted : status['updatedReplicas']) ?? 0
    return is === wanted && updated >= wanted - partition ? [] : [`${kind} ${name} has ${is} ready and ${updated} updated of ${wanted}`]
  }).concat(unmetServices(cluster), unmetAutoscalers(cluster))
}

/** Whatever an autoscaler is for has a size between its limits, and each says so. */
function unmetAutoscalers(cluster: Cluster): string[] {
  const world = cluster.world()
  return world.list('HorizontalPodAutoscaler').flatMap(({ metadata: { name }, spec, status }: any) => {
    const replicas: number | undefined = world.get(spec.scaleTargetRef.kind, name)?.['spec'].replicas
    if (replicas === undefined || replicas === 0) return []
    const isWell = replicas >= spec.minReplicas && replicas <= spec.maxReplicas && status?.currentReplicas === replicas
    return isWell ? [] : [`autoscaler ${name} of ${spec.minReplicas} to ${spec.maxReplicas} sees ${status?.currentReplicas} of ${replicas}`]
  })
}

/** Every Service leads to exactly the pods that are ready. */
function unmetServices(cluster: Cluster): string[] {
  const world = cluster.world()
  return world.list('Service').filter(({ spec }) => spec.selector !== undefined).flatMap((service) => {
    const ips = (world.list('Pod') as Pod[])
      .filter(({ metadata, status }) => metadata.labels?.['app'] === service['spec'].selector.app && metadata.deletionTimestamp === undefined && status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'))
      .map(({ status }) => status.podIP)
    const slices = world.list('EndpointSlice').filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name)
    const endpoints = slices.flatMap((slice) => (slice['endpoints'] ?? []) as { addresses: string[]; conditions: { ready: boolean } }[]).filter(({ conditions }) => conditions.ready).flatMap(({ addresses }) => addresses)
    const [is, wanted] = [endpoints.toSorted(byText).join(), ips.toSorted(byText).join()]
    return is === wanted ? [] : [`service ${service.metadata.name} leads to ${is || 'nobody'} instead of ${wanted || 'nobody'}`]
  })
}

const byText = (a: string | undefined, b: string | undefined): number => ((a ?? '') < (b ?? '') ? -1 : 1)

/** A machine takes no new pods, or takes them again. */
function cordon(cluster: Cluster, node: string, unschedulable: boolean): void {
  send(cluster, 'PATCH', `/api/v1/nodes/${node}`, { spec: { unschedulable } })
}

function runChecked(cluster: Cluster, invariants: Invariants, ms: number): void {
  cluster.run({ for: ms, until: () => {
    invariants.check()
    return false
  } })
}

/** Long enough for a lost node's pods, for a back-off of five minutes and for a disk of a node that was silent. */
const settleMs = 1_200_000

export function playRandomWorkloads(seed: number, acts = 14): Cluster {
  const random = new Random(seed, 'workloads')
  const cluster = createCluster({ seed, nodes: 3, metricsServer: true })
  const invariants = new Invariants(cluster)
  const nodes = ['node1', 'node2', 'node3']
  const broken: Fault[] = []
  send(cluster, 'POST', paths['StorageClass']!, { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'local' }, provisioner: pick(random, ['rancher.io/local-path', 'disk.example.com']), volumeBindingMode: pick(random, ['Immediate', 'WaitForFirstConsumer']) })
  for (let i = 0; i < acts; i++) {
    const choice = random.int(14)
    if (choice === 12) type(cluster, random, nodes)
    else if (choice === 13) autoscale(cluster, random)
    else if (choice === 10) cordon(cluster, pick(random, nodes), random.int(2) === 0)
    else if (choice === 11) {
      if (cluster.world().get('Namespace', 'team') === undefined) for (const [path, body] of team) send(cluster, 'POST', path, body)
      else send(cluster, 'DELETE', '/api/v1/namespaces/team', {})
    } else if (choice < 4 || i < 2) {
      const kind = pick(random, kinds)
      send(cluster, 'POST', paths[kind]!, workload(random, kind, `w${i}`))
      if (random.int(2) === 0) send(cluster, 'POST', paths['Service']!, { apiVersion: 'v1', kind: 'Service', metadata: { name: `w${i}` }, spec: { selector: { app: `w${i}` }, ports: [{ port: 80 }] } })
      if (random.int(3) === 0) send(cluster, 'POST', paths['PodDisruptionBudget']!, { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: `w${i}` }, spec: { selector: { matchLabels: { app: `w${i}` } }, ...pick(random, [{ maxUnavailable: 1 }, { minAvailable: '50%' }]) } })
    } else if (choice < 7) change(cluster, random)
    else if (choice < 9 || broken.length === 0) {
      const fault = someFault(random, nodes)
      broken.push(fault)
      cluster.fault(fault)
    } else cluster.fault({ ...broken.shift()!, restore: true } as Fault)
    runChecked(cluster, invariants, random.int(pick(random, [100, 3000, 30_000, 120_000])))
  }
  for (const fault of broken) cluster.fault({ ...fault, restore: true } as Fault)
  for (const node of nodes) cordon(cluster, node, false)
  // What a server that stood still has yet to answer comes first.
  runChecked(cluster, invariants, 120_000)
  for (const node of nodes) cordon(cluster, node, false)
  send(cluster, 'DELETE', '/api/v1/namespaces/team', {})
  runChecked(cluster, invariants, settleMs)
  if (cluster.world().get('Namespace', 'team') !== undefined) invariants.fail('the namespace team is still there')
  const left = unmet(cluster)
  if (left.length > 0) invariants.fail(left.join('; '))
  for (const { metadata } of cluster.world().list('HorizontalPodAutoscaler')) send(cluster, 'DELETE', `${paths['HorizontalPodAutoscaler']}/${metadata.name}`, {})
  for (const { kind, metadata } of owned(cluster)) send(cluster, 'DELETE', `${paths[kind]}/${metadata.name}`, { propagationPolicy: 'Background' })
  for (const { metadata } of cluster.world().list('Service')) if (metadata.name !== 'kubernetes') send(cluster, 'DELETE', `${paths['Service']}/${metadata.name}`, {})
  runChecked(cluster, invariants, 120_000)
  for (const { metadata } of cluster.world().list('PersistentVolumeClaim')) send(cluster, 'DELETE', `${paths['PersistentVolumeClaim']}/${metadata.name}`, {})
  for (const { metadata } of cluster.world().list('Pod')) send(cluster, 'DELETE', `/api/v1/namespaces/default/pods/${metadata.name}`, {})
  runChecked(cluster, invariants, 120_000)
  invariants.checkNothingLeft()
  invariants.checkNoObjects(['ReplicaSet', 'ControllerRevision', 'PersistentVolumeClaim', 'PersistentVolume', 'EndpointSlice', 'Endpoints'])
  return cluster
}
