import type { KubeObject, Pod, Volume } from './types.ts'

type WithName = { metadata: { name: string } }

/** The claim behind a pod's volume, by name: one that it names, or one that is made for it and goes with it (KEP-1698); undefined: no claim. */
export function claimOf({ metadata }: WithName, { name, persistentVolumeClaim, ephemeral }: Volume): string | undefined {
  return persistentVolumeClaim?.claimName ?? (ephemeral == null ? undefined : `${metadata.name}-${name}`)
}

/** The claims that a pod's volumes name or stand for. */
export function claimsOf(pod: WithName & { spec: { volumes?: Volume[] } }): string[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => claimOf(pod, volume) ?? [])
}

/** Why a claim that should have been made for a pod is somebody else's; undefined: it is the pod's (component-helpers VolumeIsForPod). */
export function notForPod({ metadata: pod }: Pod, { metadata: claim }: KubeObject): string | undefined {
  if (claim.ownerReferences?.some(({ controller, uid }) => controller === true && uid === pod.uid) === true) return undefined
  return `PVC ${claim.namespace}/${claim.name} was not created for pod ${pod.namespace}/${pod.name} (pod is not owner)`
}
