import { collectionOf } from '../../api/resources.ts'
import type { Pod } from '../../api/types.ts'
import type { Attributes } from './plugin.ts'

/** Most plug-ins look only at new pods, not at their subresources. */
export function isPodCreation({ operation, info, subresource }: Attributes): boolean {
  return operation === 'CREATE' && collectionOf(info) === 'pods' && subresource === undefined
}

type Fields = Record<string, any>

/** The sources of a pod's projected volumes. */
export const projectionsOf = ({ spec }: Pod): Fields[] => ((spec.volumes ?? []) as Fields[]).flatMap((volume) => (volume['projected']?.sources ?? []) as Fields[])

/** Variables of containers and of init containers with the name of their container. */
export function* variablesOf({ spec }: Pod): Generator<{ container: string; isInit: boolean; variable: Fields }> {
  for (const [list, isInit] of [[spec.initContainers, true], [spec.containers, false]] as const) {
    for (const { name, env } of (list ?? []) as Fields[]) for (const variable of (env ?? []) as Fields[]) yield { container: name, isInit, variable }
  }
}

/** What kind of other objects a pod names, the first of those that a mirror pod must not (podutil.VisitPodSecretNames, VisitPodConfigmapNames). */
export function references(pod: Pod): 'secrets' | 'configmaps' | 'clustertrustbundles' | 'persistentvolumeclaims' | undefined {
  const volumes = (pod.spec.volumes ?? []) as Fields[]
  const projections = projectionsOf(pod)
  const whole = [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])].flatMap((container) => ((container as Fields)['envFrom'] ?? []) as Fields[])
  const inVariables = (reference: string): boolean => [...variablesOf(pod)].some(({ variable }) => variable['valueFrom']?.[reference] !== undefined)
  const names = (kind: 'secret' | 'configMap'): boolean =>
    [...volumes, ...projections].some((source) => source[kind] !== undefined) || whole.some((source) => source[`${kind}Ref`] !== undefined) || inVariables(`${kind}KeyRef`)
  if ((pod.spec.imagePullSecrets ?? []).length > 0 || names('secret') || volumes.some(({ csi }) => csi?.nodePublishSecretRef !== undefined)) return 'secrets'
  if (names('configMap')) return 'configmaps'
  if (projections.some(({ clusterTrustBundle }) => clusterTrustBundle !== undefined)) return 'clustertrustbundles'
  return volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined) ? 'persistentvolumeclaims' : undefined
}
