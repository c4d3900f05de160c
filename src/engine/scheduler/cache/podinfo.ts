/** A pod with what plugins need of it worked out once (framework.PodInfo). */
import { claimsOf } from '../../api/podClaims.ts'
import { hostPortsOf, type HostPort } from '../../api/hostPorts.ts'
import { everything, isSelectorError, matches, nothing, selectorOf, type Labels, type Selector } from '../../api/selector.ts'
import type { Affinity, Pod } from '../../api/types.ts'
import { parseTime } from '../../api/time.ts'
import { nonZeroRequests, podRequests, type ResourceAmounts } from './requests.ts'

export interface AffinityTerm {
  readonly namespaces: readonly string[]
  readonly namespaceSelector: Selector
  readonly selector: Selector
  readonly topologyKey: string
}

export interface WeightedAffinityTerm extends AffinityTerm {
  readonly weight: number
}

export interface PodInfo {
  readonly pod: Pod
  readonly uid: string
  /** namespace/name */
  readonly key: string
  readonly namespace: string
  readonly labels: Labels
  readonly priority: number
  readonly terminating: boolean
  readonly requests: ResourceAmounts
  readonly nonZeroMilliCPU: number
  readonly nonZeroMemory: number
  readonly requiredAffinity: readonly AffinityTerm[]
  readonly requiredAntiAffinity: readonly AffinityTerm[]
  readonly preferredAffinity: readonly WeightedAffinityTerm[]
  readonly preferredAntiAffinity: readonly WeightedAffinityTerm[]
  readonly hostPorts: readonly HostPort[]
  /** Names of the claims that its volumes use. */
  readonly claims: readonly string[]
  /** Pods of one class look the same to every selector: namespace, labels and whether they are ending. */
  readonly selectorClass: string
  /** The same for their own affinity terms; '' when they have none. */
  readonly affinityClass: string
}

const noLabels: Labels = {}

/**
 * The info of `pod`; `previous` is an earlier one of the same pod, whose parts serve again where nothing
 * has changed: a status update then costs next to nothing.
 */
export function podInfo(pod: Pod, previous?: PodInfo): PodInfo {
  const { metadata, spec } = pod
  const same = previous !== undefined && previous.pod.spec === spec && previous.pod.status === pod.status
  const sameSpec = previous !== undefined && previous.pod.spec === spec
  const namespace = metadata.namespace ?? ''
  const labels = metadata.labels ?? noLabels
  const terminating = metadata.deletionTimestamp !== undefined
  const requests = same ? previous.requests : podRequests(pod)
  const nonZero = same ? undefined : nonZeroRequests(pod)
  const terms = sameSpec && previous.pod.metadata.labels === metadata.labels ? previous : affinityTerms(pod, namespace)
  return {
    pod,
    uid: metadata.uid,
    key: `${namespace}/${metadata.name}`,
    namespace,
    labels,
    priority: (spec as { priority?: number }).priority ?? 0,
    terminating,
    requests,
    nonZeroMilliCPU: nonZero === undefined ? previous!.nonZeroMilliCPU : nonZero.milliCPU,
    nonZeroMemory: nonZero === undefined ? previous!.nonZeroMemory : nonZero.memory,
    requiredAffinity: terms.requiredAffinity,
    requiredAntiAffinity: terms.requiredAntiAffinity,
    preferredAffinity: terms.preferredAffinity,
    preferredAntiAffinity: terms.preferredAntiAffinity,
    hostPorts: sameSpec ? previous.hostPorts : hostPortsOf(pod),
    claims: sameSpec ? previous.claims : claimNames(pod),
    selectorClass: `${namespace}|${terminating ? '-' : '+'}|${labels === noLabels ? '' : JSON.stringify(labels)}`,
    affinityClass: terms.affinityClass,
  }
}

/** When the pod was started by a kubelet (virtual ms); one that was not counts as started `now`. */
export function startTimeOf(pod: Pod, now: number): number {
  const text = pod.status.startTime
  return text === undefined ? now : (parseTime(text) ?? now)
}

type Terms = Pick<
  PodInfo, 'requiredAffinity' | 'requiredAntiAffinity' | 'preferredAffinity' | 'preferredAntiAffinity' | 'affinityClass'
>

const noTerms: Terms = {
  requiredAffinity: [], requiredAntiAffinity: [], preferredAffinity: [], preferredAntiAffinity: [], affinityClass: '',
}

interface RawTerm {
  labelSelector?: { matchLabels?: Record<string, string>; matchExpressions?: { key: string; operator: string; values?: string[] }[] }
  namespaceSelector?: RawTerm['labelSelector']
  namespaces?: string[]
  topologyKey: string
}

interface RawWeighted {
  weight: number
  podAffinityTerm: RawTerm
}

interface RawRules {
  requiredDuringSchedulingIgnoredDuringExecution?: RawTerm[]
  preferredDuringSchedulingIgnoredDuringExecution?: RawWeighted[]
}

function affinityTerms(pod: Pod, namespace: string): Terms {
  const affinity = pod.spec.affinity as Affinity | undefined
  const [attract, repel] = [affinity?.podAffinity as RawRules | undefined, affinity?.podAntiAffinity as RawRules | undefined]
  if (!attract && !repel) return noTerms
  const required = (rules: RawRules | undefined) =>
    (rules?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => affinityTerm(term, namespace))
  const preferred = (rules: RawRules | undefined) =>
    (rules?.preferredDuringSchedulingIgnoredDuringExecution ?? [])
      .map((w) => ({ ...affinityTerm(w.podAffinityTerm, namespace), weight: w.weight }))
  return {
    requiredAffinity: required(attract),
    requiredAntiAffinity: required(repel),
    preferredAffinity: preferred(attract),
    preferredAntiAffinity: preferred(repel),
    affinityClass: `${namespace}|${JSON.stringify([attract ?? null, repel ?? null])}`,
  }
}

/** framework.newAffinityTerm: without namespaces and namespaceSelector the pod's own namespace is meant. */
function affinityTerm(term: RawTerm, podNamespace: string): AffinityTerm {
  const listed = term.namespaces ?? []
  return {
    namespaces: listed.length === 0 && !term.namespaceSelector ? [podNamespace] : listed,
    namespaceSelector: compiled(term.namespaceSelector),
    selector: compiled(term.labelSelector),
    topologyKey: term.topologyKey,
  }
}

/** A selector that does not parse (validation refuses it) selects nothing. */
export function compiled(object: RawTerm['labelSelector'] | undefined): Selector {
  const selector = selectorOf(object as Parameters<typeof selectorOf>[0])
  return isSelectorError(selector) ? nothing : selector
}

/** AffinityTerm.Matches; `namespaceLabels` are those of the pod's namespace. */
export function termMatches(term: AffinityTerm, pod: PodInfo, namespaceLabels: Labels | undefined): boolean {
  if (!term.namespaces.includes(pod.namespace) && !matches(term.namespaceSelector, namespaceLabels)) return false
  return matches(term.selector, pod.labels)
}

export function isEverything(selector: Selector): boolean {
  return selector === everything || (!selector.nothing && selector.requirements.length === 0)
}

const noClaims: string[] = []

function claimNames(pod: Pod): readonly string[] {
  const names = claimsOf(pod)
  return names.length === 0 ? noClaims : names
}
