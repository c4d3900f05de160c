import type { KubeObject } from '../../api/types.ts'

/** pkg/controller/deployment/util/deployment_util.go: what a Deployment notes on its ReplicaSets. */
export const revisionAnnotation = 'deployment.kubernetes.io/revision'
const revisionHistory = 'deployment.kubernetes.io/revision-history'
export const desiredReplicas = 'deployment.kubernetes.io/desired-replicas'
export const maxReplicas = 'deployment.kubernetes.io/max-replicas'

/** Not copied from a Deployment to its ReplicaSets. */
const ownAnnotations: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  revisionHistory,
  desiredReplicas,
  maxReplicas,
  'deprecated.deployment.rollback.to',
])

/** An int64: somebody may have written a number that is larger than those that are exact otherwise. */
export const revisionOf = (object: KubeObject): bigint => parsed(object.metadata.annotations?.[revisionAnnotation] ?? '')

const parsed = (text: string): bigint => (/^[+-]?\d{1,19}$/.test(text) ? BigInt.asIntN(64, BigInt(text.replace('+', ''))) : 0n)

export function maxRevision(sets: readonly KubeObject[]): bigint {
  return sets.map(revisionOf).reduce((most, revision) => (revision > most ? revision : most), 0n)
}

/**
 * The annotations that the newest ReplicaSet should have (SetNewReplicaSetAnnotations): those of the Deployment, the revision, and of
 * an older one that is new again, which revisions it has been.
 */
export function newSetAnnotations(deployment: KubeObject, set: KubeObject, revision: bigint, exists: boolean, maxCount: number): Record<string, string> {
  const annotations: Record<string, string> = { ...set.metadata.annotations }
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) if (!ownAnnotations.has(name)) annotations[name] = value
  const before = annotations[revisionAnnotation]
  if (revision > parsed(before ?? '')) {
    annotations[revisionAnnotation] = String(revision)
    if (before !== undefined) annotations[revisionHistory] = historyWith(annotations[revisionHistory], before)
  }
  return exists ? annotations : { ...annotations, ...replicasAnnotations(deployment, maxCount) }
}

/** What the annotation may be long (maxRevHistoryLengthInChars). */
const maxHistoryLength = 2000

function historyWith(history: string | undefined, revision: string): string {
  const revisions = [...(history ? history.split(',') : []), revision]
  while (revisions.length > 1 && revisions.join(',').length > maxHistoryLength) revisions.shift()
  return revisions.join(',')
}

/** How many pods were wanted when the set was last scaled: by these, a later change of scale is seen and shared out. */
export function replicasAnnotations(deployment: KubeObject, maxCount: number): Record<string, string> {
  return { [desiredReplicas]: String(deployment['spec'].replicas ?? 1), [maxReplicas]: String(maxCount) }
}

export function numberAnnotation(set: KubeObject, name: string): number | undefined {
  const text = set.metadata.annotations?.[name]
  return text === undefined || !/^-?\d+$/.test(text) ? undefined : Number(text)
}
