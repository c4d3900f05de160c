import { parseTime } from '../../api/time.ts'
import type { KubeObject, OwnerReference, Pod, PodCondition } from '../../api/types.ts'
import { resource } from '../../client/client.ts'
import type { Call } from '../../client/controller.ts'

export const podsResource = resource('pods')

/** Its phase is final (pkg/api/v1/pod IsPodTerminal). */
export function hasEnded({ status: { phase } }: Pod): boolean {
  return phase === 'Succeeded' || phase === 'Failed'
}

/** Neither ended nor about to end (pkg/controller IsPodActive). */
export function isActive(pod: Pod): boolean {
  return !hasEnded(pod) && pod.metadata.deletionTimestamp === undefined
}

export function podCondition(pod: Pod, type: string): PodCondition | undefined {
  return pod.status.conditions?.find((condition) => condition.type === type)
}

/** A set of a thousand pods is counted for each change of one of them: what was found out of a stored pod is kept. */
const readiness = new WeakMap<Pod, boolean>()

export function isReady(pod: Pod): boolean {
  let ready = readiness.get(pod)
  if (ready === undefined) readiness.set(pod, (ready = podCondition(pod, 'Ready')?.status === 'True'))
  return ready
}

/** Ready since `minReadySeconds` or longer (pkg/api/v1/pod IsPodAvailable). */
export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  const ready = podCondition(pod, 'Ready')
  if (ready?.status !== 'True') return false
  const since = timeOf(ready.lastTransitionTime)
  // Since nobody knows when: not for so long.
  return minReadySeconds === 0 || (since !== 0 && now - since >= minReadySeconds * 1000)
}

/** Virtual ms; 0 for none. */
export function timeOf(text: string | null | undefined): number {
  return text ? (parseTime(text) ?? 0) : 0
}

/** The reference by which an object controls what it has made (metav1.NewControllerRef). */
export function controllerReference({ apiVersion, kind, metadata: { name, uid } }: KubeObject): OwnerReference {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }
}

/** A pod from a template; the API server gives the end of the name (pkg/controller GetPodFromTemplate). */
export function podFromTemplate(template: KubeObject['spec'], owner: KubeObject): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {}
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: podNamePrefix(owner.metadata.name),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: template.spec,
  } as unknown as Pod
}

/** Longest that leaves room for the generated end. */
function podNamePrefix(name: string): string {
  return name.length >= 253 ? name : `${name}-`
}

export function createPod(pod: Pod, namespace: string): Call {
  return { verb: 'create', info: podsResource, namespace, body: pod }
}

export function deletePod({ metadata: { namespace, name } }: Pod): Call {
  return { verb: 'delete', info: podsResource, namespace, name, body: {} }
}
