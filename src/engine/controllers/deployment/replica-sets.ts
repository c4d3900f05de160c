import type { KubeObject } from '../../api/types.ts'
import { controllerReference } from '../common/pods.ts'
import { desiredReplicas, maxReplicas, maxRevision, newSetAnnotations, replicasAnnotations } from './annotations.ts'
import { byCreation, maxSurgeOf, newSetReplicas, replicasOf } from './arithmetic.ts'
import { computeHash, podTemplateHash, sameTemplate } from '../common/hash.ts'

/** The set of the present template; the oldest when several are (FindNewReplicaSet). */
export function findNewSet(deployment: KubeObject, sets: readonly KubeObject[]): KubeObject | undefined {
  const { template } = deployment['spec']
  return sets.toSorted(byCreation).find((set) => sameTemplate(set['spec'].template, template))
}

/** A set that is to be created. */
export interface SetPlan {
  set: KubeObject
  revision: bigint
  replicas: number
}

const longestName = 253

export function createdSet(deployment: KubeObject, old: readonly KubeObject[]): SetPlan {
  const { template, selector, minReadySeconds } = deployment['spec']
  const hash = computeHash(template, deployment['status']?.collisionCount)
  const labels = { ...template.metadata?.labels, [podTemplateHash]: hash }
  const revision = maxRevision(old) + 1n
  const replicas = newSetReplicas(deployment, old, 0)
  const bare = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: nameOfSet(deployment.metadata.name, hash), namespace: deployment.metadata.namespace!, labels, ownerReferences: [controllerReference(deployment)] },
    spec: {
      replicas,
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [podTemplateHash]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  } as unknown as KubeObject
  const annotations = newSetAnnotations(deployment, bare, revision, false, replicasOf(deployment) + maxSurgeOf(deployment))
  return { set: { ...bare, metadata: { ...bare.metadata, annotations } }, revision, replicas }
}

/** The newest set with what the Deployment says of it now; undefined when it has all of it. */
export function updatedSet(deployment: KubeObject, set: KubeObject, old: readonly KubeObject[]): KubeObject | undefined {
  const annotations = newSetAnnotations(deployment, set, maxRevision(old) + 1n, true, 0)
  const minReadySeconds: number = deployment['spec'].minReadySeconds ?? 0
  const before = set.metadata.annotations ?? {}
  const same = Object.entries(annotations).every(([name, value]) => before[name] === value)
  if (same && (set['spec'].minReadySeconds ?? 0) === minReadySeconds) return undefined
  return { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set['spec'], minReadySeconds } }
}

/** The set with another size and the numbers it was scaled by; undefined when nothing changes. */
export function scaledSet(deployment: KubeObject, set: KubeObject, to: number, maxCount: number): KubeObject | undefined {
  const noted = replicasAnnotations(deployment, maxCount)
  const { annotations = {} } = set.metadata
  const same = annotations[desiredReplicas] === noted[desiredReplicas] && annotations[maxReplicas] === noted[maxReplicas]
  if (same && replicasOf(set) === to) return undefined
  return { ...set, metadata: { ...set.metadata, annotations: { ...annotations, ...noted } }, spec: { ...set['spec'], replicas: to } }
}

/** A long name is cut so that the hash has room. */
const nameOfSet = (deployment: string, hash: string): string => `${deployment.slice(0, longestName - 1 - hash.length)}-${hash}`
