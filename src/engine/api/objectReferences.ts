import type { Pod } from './types.ts'

type Fields = Record<string, any>

/** The sources of a pod's projected volumes. */
export const projectionsOf = ({ spec }: Pod): Fields[] => ((spec.volumes ?? []) as Fields[]).flatMap((volume) => (volume['projected']?.sources ?? []) as Fields[])

/** Volumes of these kinds come from an object of the API, whatever they say. */
const fromObjects: readonly [field: string, resource: string][] = [
  ['csi', 'csidrivers (via CSI volumes)'],
  ['glusterfs', 'endpoints (via glusterFS volumes)'],
  ['persistentVolumeClaim', 'persistentvolumeclaims'],
  ['ephemeral', 'persistentvolumeclaims (via ephemeral volumes)'],
]

const fromProjections: readonly [field: string, resource: string][] = [
  ['serviceAccountToken', 'serviceaccounts (via projected volumes)'],
  ['clusterTrustBundle', 'clustertrustbundles'],
  ['podCertificate', 'podcertificates'],
]

/** The first resource of which a pod names an object; a static pod may name none, for it runs without an API server (podutil.HasAPIObjectReference). */
export function referenceOf(pod: Pod): string | undefined {
  if (pod.spec.serviceAccountName) return 'serviceaccounts'
  if (namesSecret(pod)) return 'secrets'
  if (names(pod, 'configMap')) return 'configmaps'
  if ((pod.spec as Fields)['resourceClaims']?.length > 0) return 'resourceclaims'
  for (const volume of (pod.spec.volumes ?? []) as Fields[]) {
    const found = first(fromObjects, volume) ?? ((volume['projected']?.sources ?? []) as Fields[]).map((source) => first(fromProjections, source)).find(Boolean)
    if (found !== undefined) return found
  }
  return undefined
}

/** podutil.VisitPodSecretNames. */
export function namesSecret(pod: Pod): boolean {
  const inVolume = (volume: Fields): boolean =>
    Object.values(volume).some((source) => source?.secretRef != null || source?.nodePublishSecretRef != null) || volume['azureFile'] != null
  return (pod.spec.imagePullSecrets ?? []).length > 0 || names(pod, 'secret') || ((pod.spec.volumes ?? []) as Fields[]).some(inVolume)
}

function names(pod: Pod, kind: 'secret' | 'configMap'): boolean {
  const { initContainers = [], containers, ephemeralContainers = [], volumes = [] } = pod.spec as Fields
  return (
    [...(volumes as Fields[]), ...projectionsOf(pod)].some((source) => source[kind] != null) ||
    [...initContainers, ...containers, ...ephemeralContainers].some(({ env = [], envFrom = [] }: Fields) =>
      envFrom.some((source: Fields) => source[`${kind}Ref`] != null) || env.some((variable: Fields) => variable['valueFrom']?.[`${kind}KeyRef`] != null))
  )
}

const first = (list: typeof fromObjects, given: Fields): string | undefined => list.find(([field]) => given[field] != null)?.[1]
