/** Topology spread constraints of a pod, or those of the profile when it has none (podtopologyspread/common.go). */
import { isSelectorError, matches, nothing, selectorFromSet, selectorOf, type Labels, type Selector } from '../../api/selector.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { compiled, type PodInfo } from '../cache/podinfo.ts'
import type { PodClass } from '../cache/classindex.ts'
import { hostnameLabel, zoneLabel, type NodeInfo } from '../cache/nodeinfo.ts'
import type { Handle } from '../framework/plugin.ts'
import { affinityHolds, type RequiredNodeAffinity } from '../../api/nodeSelector.ts'
import { firstUntolerated } from '../../api/tolerations.ts'

export interface SpreadConstraint {
  /** Place in the pod's list; -1 for one of the profile. */
  readonly index: number
  readonly maxSkew: number
  readonly topologyKey: string
  readonly selector: Selector
  readonly minDomains: number
  readonly honorAffinity: boolean
  readonly honorTaints: boolean
}

type When = 'DoNotSchedule' | 'ScheduleAnyway'

export interface RawConstraint {
  maxSkew: number
  topologyKey: string
  whenUnsatisfiable: When
  labelSelector?: Parameters<typeof selectorOf>[0]
  minDomains?: number
  nodeAffinityPolicy?: 'Honor' | 'Ignore'
  nodeTaintsPolicy?: 'Honor' | 'Ignore'
  matchLabelKeys?: string[]
}

export interface PodTopologySpreadArgs {
  readonly defaultConstraints?: readonly RawConstraint[]
  readonly defaultingType?: 'System' | 'List'
}

const systemConstraints: readonly RawConstraint[] = [
  { topologyKey: hostnameLabel, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3 },
  { topologyKey: zoneLabel, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5 },
]

export const isSystemDefaulted = (args: PodTopologySpreadArgs): boolean => args.defaultingType !== 'List'

export function ownConstraints(pod: Pod): readonly RawConstraint[] {
  return (pod.spec.topologySpreadConstraints ?? []) as unknown as readonly RawConstraint[]
}

export function constraintsOf(handle: Handle, args: PodTopologySpreadArgs, pod: PodInfo, when: When): readonly SpreadConstraint[] {
  const own = ownConstraints(pod.pod)
  if (own.length > 0) {
    return own.flatMap((raw, i) => (raw.whenUnsatisfiable === when ? [constraint(raw, i, pod.labels)] : []))
  }
  const defaults = isSystemDefaulted(args) ? systemConstraints : (args.defaultConstraints ?? [])
  const wanted = defaults.filter((raw) => raw.whenUnsatisfiable === when)
  if (wanted.length === 0) return []
  const selector = defaultSelector(handle, pod)
  if (selector.requirements.length === 0) return []
  return wanted.map((raw) => ({ ...constraint(raw, -1, pod.labels), selector }))
}

function constraint(raw: RawConstraint, index: number, labels: Labels): SpreadConstraint {
  return {
    index,
    maxSkew: raw.maxSkew,
    topologyKey: raw.topologyKey,
    selector: withLabelKeys(compiled(raw.labelSelector as Parameters<typeof compiled>[0]), raw.matchLabelKeys, labels),
    minDomains: raw.minDomains ?? 1,
    honorAffinity: raw.nodeAffinityPolicy !== 'Ignore',
    honorTaints: raw.nodeTaintsPolicy === 'Honor',
  }
}

/** matchLabelKeys: pods count only when they have the same values as this one. */
function withLabelKeys(selector: Selector, keys: readonly string[] | undefined, labels: Labels): Selector {
  const requirements = (keys ?? [])
    .filter((key) => key in labels)
    .map((key) => ({ key, operator: '=' as const, values: [labels[key]!] }))
  return requirements.length === 0 ? selector : { ...selector, requirements: [...selector.requirements, ...requirements] }
}

/** helper.DefaultSelector: what services and the controller of the pod select it by. */
function defaultSelector({ listers }: Handle, { pod, namespace, labels }: PodInfo): Selector {
  const set: Record<string, string> = {}
  for (const { spec } of listers.services.byIndex('namespace', namespace)) {
    const wanted = spec?.selector as Record<string, string> | undefined
    if (wanted !== undefined && matches(selectorFromSet(wanted), labels)) Object.assign(set, wanted)
  }
  const owner = pod.metadata.ownerReferences?.find((reference) => reference.controller === true)
  const kind = owner === undefined ? '' : `${owner.apiVersion}/${owner.kind}`
  if (kind === 'v1/ReplicationController') {
    Object.assign(set, listers.replicationcontrollers.get(namespace, owner!.name)?.['spec']?.selector)
  }
  const selector = selectorFromSet(set)
  const lister = kind === 'apps/v1/ReplicaSet' ? listers.replicasets : kind === 'apps/v1/StatefulSet' ? listers.statefulsets : undefined
  const controller = lister?.get(namespace, owner!.name)
  return controller === undefined ? selector : { requirements: [...selector.requirements, ...selectorOfController(controller).requirements] }
}

function selectorOfController(controller: KubeObject): Selector {
  const selector = selectorOf(controller['spec']?.selector)
  return isSelectorError(selector) ? nothing : selector
}

/** Nodes that the pod could not use anyway make no domain, as the constraint's policies say. */
export function isIncluded(c: SpreadConstraint, pod: Pod, node: NodeInfo, required: RequiredNodeAffinity): boolean {
  if (c.honorAffinity && !affinityHolds(required, node)) return false
  return !c.honorTaints || firstUntolerated(node.hardTaints, pod.spec.tolerations) === undefined
}

export function hasAllTopologies(labels: Labels, constraints: readonly SpreadConstraint[]): boolean {
  for (const { topologyKey } of constraints) if (!(topologyKey in labels)) return false
  return true
}

const noCounts: ReadonlyMap<number, number> = new Map()

/** Classes of living pods of the namespace that the selector chooses. An empty selector chooses none here. */
export function matchingClasses(handle: Handle, namespace: string, selector: Selector): PodClass[] {
  if (selector.requirements.length === 0 || selector.nothing) return []
  const found: PodClass[] = []
  for (const podClass of handle.cache.selectorClasses.all()) {
    handle.work.classesVisited++
    const { sample } = podClass
    if (sample.namespace === namespace && !sample.terminating && matches(selector, sample.labels)) found.push(podClass)
  }
  return found
}

/** Row of the node -> how many pods of these classes are there. */
export function countPerRow([first, ...others]: readonly PodClass[]): ReadonlyMap<number, number> {
  return others.reduce((counts, { perRow }) => sum(counts, perRow), first?.perRow ?? noCounts)
}

function sum(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  const both = new Map(a)
  for (const [row, count] of b) both.set(row, (both.get(row) ?? 0) + count)
  return both
}
