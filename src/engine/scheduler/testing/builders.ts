/** Short ways to say nodes, pods and clusters in tests of the scheduler. */
import type { KubeObject, Node, Pod, ResourceList, Taint } from '../../api/types.ts'
import { SchedulerCache } from '../cache/cache.ts'
import { podInfo, type PodInfo } from '../cache/podinfo.ts'
import type { KubeSchedulerConfiguration } from '../../api/schedulerConfiguration.ts'
import { makeProfiles } from '../config.ts'
import { Framework } from '../framework/framework.ts'
import { noWork, type Handle, type Lister, type Listers } from '../framework/plugin.ts'

export interface NodeSpec {
  name: string
  labels?: Record<string, string>
  taints?: Taint[]
  unschedulable?: boolean
  allocatable?: ResourceList
  /** Name -> MiB. */
  images?: Record<string, number>
  created?: string
}

export interface PodSpecShort {
  name?: string
  namespace?: string
  node?: string
  labels?: Record<string, string>
  /** Requests of the only container. */
  requests?: ResourceList
  containers?: { name?: string; image?: string; requests?: ResourceList; restartPolicy?: string; ports?: object[] }[]
  initContainers?: PodSpecShort['containers']
  priority?: number
  preemptionPolicy?: string
  phase?: string
  startTime?: string
  deletionTimestamp?: string
  nominatedNodeName?: string
  conditions?: object[]
  owner?: { apiVersion: string; kind: string; name: string }
  /** More of the spec. */
  spec?: object
}

export const megabyte = 1024 * 1024

export function node({ name, labels = {}, taints, unschedulable, allocatable, images }: NodeSpec): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `node-${name}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', labels },
    spec: { ...(taints === undefined ? {} : { taints }), ...(unschedulable === undefined ? {} : { unschedulable }) },
    status: {
      allocatable: allocatable ?? { cpu: '8', memory: '32Gi', pods: '110' },
      ...(images === undefined
        ? {}
        : { images: Object.entries(images).map(([image, size]) => ({ names: [image], sizeBytes: size * megabyte })) }),
    },
  }
}

function containers(list: NonNullable<PodSpecShort['containers']>): object[] {
  return list.map(({ requests, name = 'c', image = 'app:1', ...rest }, i) => ({
    name: name === 'c' && i > 0 ? `c${i}` : name,
    image,
    ...(requests === undefined ? {} : { resources: { requests } }),
    ...rest,
  }))
}

export function pod(given: PodSpecShort): Pod {
  const { name = 'p', namespace = 'default', labels, priority, preemptionPolicy, owner } = given
  const main = given.containers ?? [given.requests === undefined ? {} : { requests: given.requests }]
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      uid: `${namespace}-${name}`,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...(labels === undefined ? {} : { labels }),
      ...(given.deletionTimestamp === undefined ? {} : { deletionTimestamp: given.deletionTimestamp }),
      ...(owner === undefined ? {} : { ownerReferences: [{ ...owner, uid: owner.name, controller: true }] }),
    },
    spec: {
      schedulerName: 'default-scheduler',
      containers: containers(main),
      ...(given.initContainers === undefined ? {} : { initContainers: containers(given.initContainers) }),
      ...(given.node === undefined ? {} : { nodeName: given.node }),
      ...(priority === undefined ? {} : { priority }),
      ...(preemptionPolicy === undefined ? {} : { preemptionPolicy }),
      ...given.spec,
    },
    status: {
      phase: given.phase ?? (given.node === undefined ? 'Pending' : 'Running'),
      ...(given.startTime === undefined ? {} : { startTime: given.startTime }),
      ...(given.nominatedNodeName === undefined ? {} : { nominatedNodeName: given.nominatedNodeName }),
      ...(given.conditions === undefined ? {} : { conditions: given.conditions }),
    },
  } as unknown as Pod
}

export interface Situation {
  nodes: NodeSpec[]
  existing?: PodSpecShort[]
  /** Other objects, by plural. */
  objects?: Partial<Record<keyof Listers, object[]>>
  configuration?: KubeSchedulerConfiguration
  now?: number
  random?: (bound: number) => number
}

const plurals = [
  'namespaces', 'services', 'replicasets', 'replicationcontrollers', 'statefulsets', 'persistentvolumes', 'persistentvolumeclaims',
  'storageclasses', 'csinodes', 'csidrivers', 'csistoragecapacities', 'volumeattachments', 'poddisruptionbudgets',
] as const

function listerOf(objects: readonly object[]): Lister {
  const list = objects as KubeObject[]
  return {
    all: () => list,
    get: (namespace, name) => list.find(({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace)),
    byIndex: (_index, namespace) => list.filter(({ metadata }) => metadata.namespace === namespace),
  }
}

/** A cluster as the scheduler sees it, and its plugins. */
export function situation(given: Situation): { handle: Handle; framework: Framework; incoming(pod: PodSpecShort): PodInfo } {
  const cache = new SchedulerCache()
  for (const spec of given.nodes) cache.setNode(node(spec))
  for (const spec of given.existing ?? []) cache.addPod(pod(spec))
  const handle: Handle = {
    cache,
    work: noWork(),
    listers: Object.fromEntries(plurals.map((plural) => [plural, listerOf(given.objects?.[plural] ?? [])])) as unknown as Listers,
    now: () => given.now ?? 0,
    random: () => (bound) => given.random?.(bound) ?? 0,
    isPreempting: () => false,
  }
  const framework = new Framework(makeProfiles(given.configuration ?? {}, handle)[0]!, handle)
  return { handle, framework, incoming: (spec) => podInfo(pod(spec)) }
}
