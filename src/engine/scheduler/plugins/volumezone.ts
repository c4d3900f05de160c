import { storageClassOf } from '../../api/storageClass.ts'
import type { Labels } from '../../api/selector.ts'
import type { KubeObject } from '../../api/types.ts'
import type { NodeInfo } from '../cache/nodeinfo.ts'
import type { PodInfo } from '../cache/podinfo.ts'
import type { Change } from '../../api/scheduling.ts'
import { Add, Update, UpdateNodeLabel } from '../framework/events.ts'
import { skip, unresolvable, type Status } from '../framework/status.ts'
import type { Handle, Plugin } from '../framework/plugin.ts'
import { names } from './names.ts'
import { labelPatch } from './nodeaffinitychanges.ts'
import { uses } from './volumebinding.ts'
import { claimsOf, classes, volumes, type PersistentVolume, type StorageClass } from './volumes.ts'

const refusal = unresolvable(names.VolumeZone, 'node(s) had no available volume zone')

const gaLabel: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
}
const topologyLabels = [...Object.keys(gaLabel), ...Object.values(gaLabel)]

interface VolumeTopology {
  readonly key: string
  readonly values: readonly string[]
}

/** "a__b": a volume that lies in several zones. */
function topologiesOf({ metadata }: KubeObject): VolumeTopology[] {
  return topologyLabels.flatMap((key) => {
    const value = metadata.labels?.[key]
    return value === undefined ? [] : [{ key, values: value.split('__').map((zone) => zone.trim()) }]
  })
}

/** Volumes with zone labels only on nodes of that zone. Nodes without any zone are not looked at. */
export const volumeZone = (handle: Handle): Plugin<readonly VolumeTopology[]> => ({
  name: names.VolumeZone,
  events: [
    {
      resource: 'StorageClass',
      action: Add,
      hint: (_pod, _old, next) => ((next as StorageClass).volumeBindingMode === 'WaitForFirstConsumer' ? 'Queue' : 'Skip'),
    },
    { resource: 'Node', action: Add | UpdateNodeLabel },
    { resource: 'PersistentVolumeClaim', action: Add | Update, hint: (pod, _old, next) => (uses(pod, next!) ? 'Queue' : 'Skip') },
    {
      resource: 'PersistentVolume',
      action: Add | Update,
      hint: (_pod, old, next) =>
        old !== undefined && JSON.stringify(topologiesOf(old)) === JSON.stringify(topologiesOf(next!)) ? 'Skip' : 'Queue',
    },
  ],
  preFilter: (pod) => preFilter(handle, pod),
  filter: (topologies, _pod, { labels }) => (mismatches(topologies, labels).length === 0 ? undefined : refusal),
  changes: (pod, node) => changes(preFilter(handle, pod), node),
})

function mismatches(topologies: readonly VolumeTopology[], labels: Labels): readonly VolumeTopology[] {
  if (!topologyLabels.some((key) => key in labels)) return []
  return topologies.filter(({ key, values }) => {
    const value = labels[key] ?? labels[gaLabel[key] ?? key]
    return value === undefined || !values.includes(value)
  })
}

/** The node moves to where the volumes are. */
function changes(prepared: { state: readonly VolumeTopology[] } | Status, node: NodeInfo): Change[] {
  if ('code' in prepared) return []
  const wrong = mismatches(prepared.state, node.labels)
  if (wrong.length === 0) return []
  const labels = new Map(wrong.map(({ key, values }) => [key, values[0]]))
  return [{
    target: 'node', type: 'AddNodeLabels', patch: labelPatch(node, labels), facts: { node: node.name, labels: Object.fromEntries(labels) },
  }]
}

function preFilter(handle: Handle, pod: PodInfo): { state: readonly VolumeTopology[] } | Status {
  const claims = claimsOf(handle, pod)
  if (typeof claims === 'string') return unresolvable(names.VolumeZone, claims)
  const topologies: VolumeTopology[] = []
  for (const claim of claims) {
    if (!claim.spec.volumeName) {
      const problem = problemOfUnbound(handle, storageClassOf(claim))
      if (problem !== undefined) return unresolvable(names.VolumeZone, problem)
      continue
    }
    const volume: PersistentVolume | undefined = volumes(handle).get(undefined, claim.spec.volumeName)
    if (volume === undefined) return unresolvable(names.VolumeZone, `persistentvolume "${claim.spec.volumeName}" not found`)
    topologies.push(...topologiesOf(volume))
  }
  return topologies.length === 0 ? skip(names.VolumeZone) : { state: topologies }
}

function problemOfUnbound(handle: Handle, className: string): string | undefined {
  if (className === '') return 'PersistentVolumeClaim had no pv name and storageClass name'
  const storageClass = classes(handle).get(undefined, className)
  if (storageClass === undefined) return `storageclass.storage.k8s.io "${className}" not found`
  if (storageClass.volumeBindingMode === undefined) return `VolumeBindingMode not set for StorageClass "${className}"`
  return storageClass.volumeBindingMode === 'WaitForFirstConsumer' ? undefined : 'PersistentVolume had no name'
}
