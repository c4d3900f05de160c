/** What is told of claims, volumes and classes (pkg/api/persistentvolumeclaim, persistentvolume, storage). */
import { quantity } from '../quantity.ts'
import { betaClassAnnotation } from '../storageClass.ts'
import type { KubeObject } from '../types.ts'
import type { Fields } from '../validation/report.ts'
import { warningsForLabel, warningsForTerm } from './nodeLabels.ts'

const betaMountOptions = 'volume.beta.kubernetes.io/mount-options'

/** '100m' of memory is a tenth of a byte. */
export function fractional(at: string, text: string | undefined): string[] {
  if (text === undefined || quantity(text).milliValue % 1000 === 0) return []
  return [`${at}: fractional byte value "${quantity(text).text}" is invalid, must be an integer`]
}

export function warningsForClaimSpec(at: string, spec: Fields): string[] {
  return ['requests', 'limits'].flatMap((list) => fractional(`${at}.resources.${list}[storage]`, spec['resources']?.[list]?.storage))
}

export function warningsForClaim({ metadata, spec }: KubeObject): string[] {
  return [...annotated(metadata.annotations, betaClassAnnotation, classField), ...warningsForClaimSpec('spec', spec)]
}

const classField = 'deprecated since v1.8; use "storageClassName" attribute instead'

function annotated(annotations: Readonly<Record<string, string>> | undefined, key: string, message: string): string[] {
  return annotations !== undefined && Object.hasOwn(annotations, key) ? [`metadata.annotations[${key}]: ${message}`] : []
}

const deprecatedSources: Readonly<Record<string, string>> = {
  cephfs: 'cephfs: deprecated in v1.28, non-functional in v1.31+',
  photonPersistentDisk: 'photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+',
  scaleIO: 'scaleIO: deprecated in v1.16, non-functional in v1.22+',
  storageos: 'storageOS: deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'glusterfs: deprecated in v1.25, non-functional in v1.26+',
  rbd: 'rbd: deprecated in v1.28, non-functional in v1.31+',
}

export function warningsForVolume({ metadata: { annotations }, spec }: KubeObject): string[] {
  const told = [...annotated(annotations, betaClassAnnotation, classField), ...annotated(annotations, betaMountOptions, 'deprecated since v1.31; use "mountOptions" attribute instead')]
  if (spec.persistentVolumeReclaimPolicy === 'Recycle') {
    told.push('spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.')
  }
  const terms: Fields[] = spec.nodeAffinity?.required?.nodeSelectorTerms ?? []
  terms.forEach((term, i) => told.push(...warningsForTerm(`spec.nodeAffinity.required.nodeSelectorTerms[${i}]`, term, false)))
  for (const [source, words] of Object.entries(deprecatedSources)) if (spec[source] !== undefined) told.push(`spec.${words}`)
  return told
}

export function warningsForStorageClass(object: KubeObject): string[] {
  const topologies: Fields[] = object['allowedTopologies'] ?? []
  return topologies.flatMap(({ matchLabelExpressions = [] }, i) =>
    (matchLabelExpressions as Fields[]).flatMap(({ key }, j) => warningsForLabel(`allowedTopologies[${i}].matchLabelExpressions[${j}].key`, key, true)),
  )
}
