import type { KubeObject, OwnerReference, Pod, PodSpec } from '../../api/types.ts'
import { controllerReference, isAvailable, isReady, podFromTemplate } from '../common/pods.ts'
import { revisionLabel } from '../common/revisions.ts'

/** Pure decisions about a StatefulSet (pkg/controller/statefulset/stateful_set_utils.go and stateful_set_control.go). */

export const isTerminating = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined
export const hasEnded = ({ status: { phase } }: Pod): boolean => phase === 'Failed' || phase === 'Succeeded'
export const isRunningAndReady = (pod: Pod): boolean => pod.status.phase === 'Running' && isReady(pod)
export const isHealthy = (pod: Pod): boolean => isRunningAndReady(pod) && !isTerminating(pod)
export const revisionOf = (pod: Pod): string => pod.metadata.labels?.[revisionLabel] ?? ''
export const isParallel = (set: KubeObject): boolean => set['spec'].podManagementPolicy === 'Parallel'
export const startOrdinal = (set: KubeObject): number => set['spec'].ordinals?.start ?? 0

/** The number behind the set's name; -1 when the pod is not one of its, or the number is none of 32 bits. */
export function ordinalOf(set: KubeObject, pod: Pod): number {
  const prefix = `${set.metadata.name}-`
  const rest = pod.metadata.name.startsWith(prefix) ? pod.metadata.name.slice(prefix.length) : ''
  return /^\d+$/.test(rest) && Number(rest) < 2 ** 31 ? Number(rest) : -1
}

const inRange = (set: KubeObject, ordinal: number): boolean => ordinal >= startOrdinal(set) && ordinal < startOrdinal(set) + (set['spec'].replicas ?? 1)

/** Pods by their place: those that are wanted, in order (a gap where one is missing), and those that are to go, the last first. */
export interface Places {
  first: number
  wanted: (Pod | undefined)[]
  condemned: Pod[]
}

export function placePods(set: KubeObject, pods: readonly Pod[]): Places {
  const first = startOrdinal(set)
  const replicas: number = set['spec'].replicas ?? 1
  const wanted: (Pod | undefined)[] = Array.from({ length: replicas }, () => undefined)
  const condemned: Pod[] = []
  for (const pod of pods) {
    const ordinal = ordinalOf(set, pod)
    if (inRange(set, ordinal)) wanted[ordinal - first] = pod
    else if (ordinal >= 0) condemned.push(pod)
  }
  return { first, wanted, condemned: condemned.toSorted((a, b) => ordinalOf(set, b) - ordinalOf(set, a)) }
}

/** What is to be done with a wanted place; in order, anything but 'fine' stops the row. */
export type PlaceStep = 'create' | 'remove' | 'wait' | 'fine'

export function decidePlace(pod: Pod | undefined, minReadySeconds: number, now: number): PlaceStep {
  if (pod === undefined) return 'create'
  if (hasEnded(pod)) return isTerminating(pod) ? 'wait' : 'remove'
  if (isTerminating(pod) || !isRunningAndReady(pod) || !isAvailable(pod, minReadySeconds, now)) return 'wait'
  return 'fine'
}

/** Whether a condemned pod may go now: in order only one at a time, and what is unhealthy elsewhere comes first (processCondemned). */
export function mayCondemn(set: KubeObject, pod: Pod, firstUnhealthy: Pod | undefined, now: number): boolean {
  if (isTerminating(pod)) return false
  if (isParallel(set) || pod === firstUnhealthy) return true
  return isRunningAndReady(pod) && isAvailable(pod, set['spec'].minReadySeconds ?? 0, now)
}

/** The lowest place that is not healthy, then the lowest condemned one. */
export function firstUnhealthy({ wanted, condemned }: Places): Pod | undefined {
  const pods = [...wanted.filter((pod) => pod !== undefined), ...condemned.toReversed()]
  return pods.find((pod) => !isHealthy(pod))
}

/** Which pod a rolling update takes next: the highest that is old, once all above it are healthy. */
export function updateTarget(set: KubeObject, { wanted }: Places, updateRevision: string): Pod | undefined {
  if (set['spec'].updateStrategy?.type === 'OnDelete') return undefined
  const partition: number = set['spec'].updateStrategy?.rollingUpdate?.partition ?? 0
  for (let i = wanted.length - 1; i >= partition; i--) {
    const pod = wanted[i]
    if (pod === undefined) return undefined
    if (revisionOf(pod) !== updateRevision && !isTerminating(pod)) return pod
    if (!isHealthy(pod)) return undefined
  }
  return undefined
}

/** Below the partition a new pod still gets the present template (newVersionedStatefulSetPod). */
export function wantsCurrentRevision(set: KubeObject, ordinal: number): boolean {
  const { type, rollingUpdate } = set['spec'].updateStrategy ?? {}
  if (type === 'OnDelete') return false
  return ordinal < startOrdinal(set) + (rollingUpdate === undefined ? set['status']?.currentReplicas ?? 0 : (rollingUpdate.partition ?? 0))
}

const podIndexLabel = 'apps.kubernetes.io/pod-index'
const podNameLabel = 'statefulset.kubernetes.io/pod-name'

/** The pod of one place, of the template of one revision. */
export function statefulPod(set: KubeObject, template: KubeObject['spec'], ordinal: number, revision: string): Pod {
  const bare = podFromTemplate(template, set)
  const name = `${set.metadata.name}-${ordinal}`
  const { generateName: _, ...metadata } = bare.metadata
  const labels = { ...metadata.labels, [podNameLabel]: name, [podIndexLabel]: String(ordinal), [revisionLabel]: revision }
  const volumes = volumesOf(set, name, bare.spec.volumes)
  return {
    ...bare,
    metadata: { ...metadata, name, labels, ownerReferences: [controllerReference(set)] },
    spec: { ...bare.spec, hostname: name, subdomain: set['spec'].serviceName, ...(volumes.length > 0 ? { volumes } : {}) },
  } as Pod
}

/** Its claims first, then what else there is under other names (updateStorage). */
function volumesOf(set: KubeObject, pod: string, volumes: PodSpec['volumes'] = []): NonNullable<PodSpec['volumes']> {
  const claims: KubeObject[] = set['spec'].volumeClaimTemplates ?? []
  const own = claims.map(({ metadata: claim }) => ({ name: claim.name ?? '', persistentVolumeClaim: { claimName: claimName(claim.name, pod) } }))
  return [...own, ...volumes.filter((volume) => !own.some((other) => other.name === volume.name))]
}

/** A template without a name is taken; its claims are refused. */
const claimName = (template: string | undefined, pod: string): string => `${template ?? ''}-${pod}`

/**
 * The pod with the label that names it, when somebody has changed that, and with its claims as volumes, when it was adopted without; undefined
 * when it is right (identityMatches, storageMatches). `storage`: whether the claims were missing.
 */
export function asMember(set: KubeObject, pod: Pod): { pod: Pod; storage: boolean } | undefined {
  const { name, labels } = pod.metadata
  const storage = !storageMatches(set, pod)
  if (labels?.[podNameLabel] === name && !storage) return undefined
  const named = { ...pod, metadata: { ...pod.metadata, labels: { ...labels, [podNameLabel]: name, [podIndexLabel]: String(ordinalOf(set, pod)) } } }
  return { pod: storage ? { ...named, spec: { ...pod.spec, volumes: volumesOf(set, name, pod.spec.volumes) } } : named, storage }
}

function storageMatches(set: KubeObject, { metadata: { name }, spec: { volumes = [] } }: Pod): boolean {
  return ((set['spec'].volumeClaimTemplates ?? []) as KubeObject[]).every(({ metadata: template }) =>
    volumes.findLast((volume) => volume.name === (template.name ?? ''))?.persistentVolumeClaim?.claimName === claimName(template.name, name))
}

/** A claim that goes with a pod that is there no more: the next of that name has to wait for a new one (PodClaimIsStale). */
export function isStale(set: KubeObject, pod: string, claim: KubeObject | undefined): boolean {
  if ((set['spec'].persistentVolumeClaimRetentionPolicy?.whenScaled ?? 'Retain') === 'Retain') return false
  return claim?.metadata.ownerReferences?.some(({ kind, apiVersion, name }) => kind === 'Pod' && apiVersion === 'v1' && name === pod) === true
}

/** Of this kind and name; it may be an earlier one (matchesRef). */
const names = (reference: OwnerReference, owner: OwnerReference): boolean =>
  reference.kind === owner.kind && reference.apiVersion === owner.apiVersion && reference.name === owner.name

/**
 * Whom a claim belongs to by persistentVolumeClaimRetentionPolicy (KEP-1847): the set, when it takes its claims with it; its pod, when that
 * goes because the set has become smaller. Undefined when it is right as it is, and when it is not for the set to say: the claim belongs to an
 * earlier set or pod of the same name, which the garbage collector sees to, or to another controller (isClaimOwnerUpToDate,
 * updateClaimOwnerRefForSetAndPod).
 */
export function claimOwners(set: KubeObject, pod: Pod, claim: KubeObject): OwnerReference[] | undefined {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = set['spec'].persistentVolumeClaimRetentionPolicy ?? {}
  const before = claim.metadata.ownerReferences ?? []
  const ofSet = controllerReference(set)
  const ofPod = controllerReference(pod)
  const ours = [ofSet, ofPod]
  if (ours.some((own) => (before.find((reference) => names(reference, own))?.uid ?? own.uid) !== own.uid)) return undefined
  const rest = before.filter((reference) => !ours.some((own) => names(reference, own)))
  const has = (own: OwnerReference): boolean => before.some(({ uid }) => uid === own.uid)
  const retains = whenDeleted === 'Retain' && whenScaled === 'Retain'
  if (!retains && rest.some(({ controller }) => controller === true)) return ours.some(has) ? rest : undefined
  const owner = whenScaled === 'Delete' && !inRange(set, ordinalOf(set, pod)) ? ofPod : whenDeleted === 'Delete' ? ofSet : undefined
  const asMere = before.some(({ uid, controller }) => controller !== true && ours.some((own) => own.uid === uid))
  if (!asMere && ours.every((own) => has(own) === (own === owner))) return undefined
  return owner === undefined || rest.some(({ uid }) => uid === owner.uid) ? rest : [...rest, owner]
}

/** The claims of one place (getPersistentVolumeClaims). */
export function claimsOf(set: KubeObject, ordinal: number): KubeObject[] {
  const pod = `${set.metadata.name}-${ordinal}`
  return ((set['spec'].volumeClaimTemplates ?? []) as KubeObject[]).map((template) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      ...template.metadata,
      name: claimName(template.metadata.name, pod),
      namespace: set.metadata.namespace!,
      labels: { ...template.metadata.labels, ...set['spec'].selector.matchLabels },
    },
    spec: template['spec'],
  }))
}

export interface StatefulSetStatus {
  observedGeneration: number
  replicas: number
  readyReplicas?: number
  availableReplicas: number
  currentReplicas?: number
  updatedReplicas?: number
  currentRevision: string
  updateRevision: string
  collisionCount: number
}

/** `taken`: pods that an update has taken down just now and that are still there; upstream takes them for pods of the present revision. */
export function statefulSetStatus(set: KubeObject, pods: readonly Pod[], current: string, update: string, taken: number, now: number): StatefulSetStatus {
  const minReadySeconds: number = set['spec'].minReadySeconds ?? 0
  const ready = pods.filter(isRunningAndReady)
  const staying = pods.filter((pod) => !isTerminating(pod))
  const status = {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => isAvailable(pod, minReadySeconds, now)).length,
    currentReplicas: Math.max(0, staying.filter((pod) => revisionOf(pod) === current).length - taken),
    updatedReplicas: staying.filter((pod) => revisionOf(pod) === update).length,
    currentRevision: current,
    updateRevision: update,
    collisionCount: set['status']?.collisionCount ?? 0,
  }
  return withoutZeros(completed(set, status))
}

/** A rolling update that has reached every pod that there is to be makes its revision the present one (completeRollingUpdate). */
function completed<T extends StatefulSetStatus>(set: KubeObject, status: T): T {
  const { replicas, readyReplicas = 0, updatedReplicas = 0, updateRevision } = status
  const wanted: number = set['spec'].replicas ?? 1
  const done = set['spec'].updateStrategy?.type !== 'OnDelete' && [replicas, readyReplicas, updatedReplicas].every((count) => count === wanted)
  return done ? { ...status, currentReplicas: updatedReplicas, currentRevision: updateRevision } : status
}

function withoutZeros(status: StatefulSetStatus): StatefulSetStatus {
  const { readyReplicas, currentReplicas, updatedReplicas, ...rest } = status
  return { ...rest, ...(readyReplicas ? { readyReplicas } : {}), ...(currentReplicas ? { currentReplicas } : {}), ...(updatedReplicas ? { updatedReplicas } : {}) }
}
