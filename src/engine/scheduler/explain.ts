/**
 * "Why not there, and what would make it fit?" for any pod at any moment: from the objects alone, so that
 * a view of the past answers as well as the present.
 */
import type { NodeExplanation } from '../api/scheduling.ts'
import type { KubeObject, Node, Pod } from '../api/types.ts'
import { SchedulerCache } from './cache/cache.ts'
import type { NodeInfo } from './cache/nodeinfo.ts'
import { podInfo, type PodInfo } from './cache/podinfo.ts'
import type { KubeSchedulerConfiguration } from '../api/schedulerConfiguration.ts'
import { defaultSchedulerName, makeProfiles } from './config.ts'
import { Framework } from './framework/framework.ts'
import { noWork, type Handle, type Lister, type Listers } from './framework/plugin.ts'
import { messageOf } from './framework/status.ts'

export interface Explanation {
  /** Why the pod is refused whatever the node; undefined when it is not. */
  readonly preFilter: { readonly plugin: string; readonly message: string } | undefined
  readonly nodes: readonly NodeExplanation[]
}

/** What is asked of a view: the objects of one kind. */
export interface Objects {
  list(kind: string): readonly KubeObject[]
}

export interface ExplainOptions {
  readonly configuration?: KubeSchedulerConfiguration
  /** Only this node; all when left out. */
  readonly node?: string
  /** Pods that the scheduler had placed already though their binding was not written yet: uid -> node. */
  readonly assumed?: ReadonlyMap<string, string>
}

/** undefined when no profile takes the pod. */
export function explain(objects: Objects, pod: Pod, options: ExplainOptions = {}): Explanation | undefined {
  const handle = handleOf(objects, pod, options.assumed)
  const profile = makeProfiles(options.configuration ?? {}, handle).find(({ schedulerName }) => schedulerName === (pod.spec.schedulerName ?? defaultSchedulerName))
  if (profile === undefined) return undefined
  const { nodes } = handle.cache
  const wanted = options.node === undefined ? nodes : nodes.filter(({ name }) => name === options.node)
  return explainWith(new Framework(profile, handle), podInfo(pod), wanted)
}

function explainWith(framework: Framework, pod: PodInfo, wanted: readonly NodeInfo[]): Explanation {
  const { cycle, status, nodeNames } = framework.preFilter(pod)
  if (status !== undefined) {
    return { preFilter: { plugin: status.plugin, message: messageOf(status) }, nodes: wanted.map(({ name }) => ({ node: name, obstacles: [] })) }
  }
  const nodes = wanted.map((node) => {
    const obstacles = cycle.filters.flatMap(({ plugin, state }) => {
      const refusal = plugin.filter!(state, pod, node)
      return refusal === undefined ? [] : [{ plugin: plugin.name, reasons: refusal.reasons, changes: plugin.changes?.(pod, node) ?? [] }]
    })
    const entry = { node: node.name, obstacles }
    return nodeNames === undefined ? entry : named(entry, nodeNames, framework, pod, node)
  })
  return { preFilter: undefined, nodes }
}

/** A node that is out because the pod names others is refused by who named them. */
function named(entry: NodeExplanation, names: ReadonlySet<string>, framework: Framework, pod: PodInfo, node: NodeInfo): NodeExplanation {
  const plugin = framework.profile.enabled.filter.find((candidate) => candidate.changes !== undefined && candidate.name === 'NodeAffinity')
  if (names.has(entry.node) || plugin === undefined || entry.obstacles.some((obstacle) => obstacle.plugin === plugin.name)) return entry
  const reasons = ["node(s) didn't satisfy plugin(s) [NodeAffinity]"]
  return { ...entry, obstacles: [{ plugin: plugin.name, reasons, changes: plugin.changes!(pod, node) }, ...entry.obstacles] }
}

const kinds: Readonly<Record<keyof Listers, string>> = {
  namespaces: 'Namespace',
  services: 'Service',
  replicasets: 'ReplicaSet',
  replicationcontrollers: 'ReplicationController',
  statefulsets: 'StatefulSet',
  persistentvolumes: 'PersistentVolume',
  persistentvolumeclaims: 'PersistentVolumeClaim',
  storageclasses: 'StorageClass',
  csinodes: 'CSINode',
  csidrivers: 'CSIDriver',
  csistoragecapacities: 'CSIStorageCapacity',
  volumeattachments: 'VolumeAttachment',
  poddisruptionbudgets: 'PodDisruptionBudget',
  resourceclaims: 'ResourceClaim',
  resourceslices: 'ResourceSlice',
  deviceclasses: 'DeviceClass',
}

/** The pod itself is taken out: it asks as if it had no node yet. */
function handleOf(objects: Objects, pod: Pod, assumed: ReadonlyMap<string, string> = new Map()): Handle {
  const cache = new SchedulerCache()
  for (const node of objects.list('Node')) cache.setNode(node as Node)
  for (const other of objects.list('Pod') as readonly Pod[]) {
    const { phase } = other.status
    const nodeName = other.spec.nodeName ?? assumed.get(other.metadata.uid)
    if (other.metadata.uid === pod.metadata.uid || !nodeName || phase === 'Succeeded' || phase === 'Failed') continue
    cache.addPod(other.spec.nodeName === nodeName ? other : { ...other, spec: { ...other.spec, nodeName } })
  }
  const listers = Object.entries(kinds).map(([plural, kind]) => [plural, new ObjectLister(objects, kind)])
  return {
    cache,
    listers: Object.fromEntries(listers) as unknown as Listers,
    work: noWork(),
    now: () => 0,
    random: () => () => 0,
    isPreempting: () => false,
  }
}

class ObjectLister implements Lister {
  private readonly objects: Objects
  private readonly kind: string
  private found: readonly KubeObject[] | undefined

  constructor(objects: Objects, kind: string) {
    this.objects = objects
    this.kind = kind
  }

  all(): readonly KubeObject[] {
    return (this.found ??= this.objects.list(this.kind))
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.all().find(({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace))
  }

  byIndex(_index: string, namespace: string): readonly KubeObject[] {
    return this.all().filter(({ metadata }) => metadata.namespace === namespace)
  }
}
