import { storageClassOf } from '../../engine/api/storageClass.ts'
import { formatSelector, selectorFromSet } from '../../engine/api/selector.ts'
import type { KubeObject, Pod } from '../../engine/api/types.ts'
import { podsResource } from '../podsOf.ts'
import { getObject } from '../fileTargets.ts'
import { listObjects } from '../targets.ts'
import { accessModes, phaseText, writeClaim } from './claims.ts'
import { typed, withEvents, type Describer } from './describer.ts'
import { eventsOf, writeEvents } from './events.ts'
import { writeVolumeSource } from './volumes.ts'
import { amount, dateOf, Description, goList, writeAnnotations, writeColumn, writeHead, writeLabels, yesNoUnset } from './writer.ts'

export const pairs = (map: Readonly<Record<string, string>> | undefined): string => formatSelector(selectorFromSet(map ?? {})) || '<none>'

export const describePersistentVolume = withEvents((w, volume) => {
  const { metadata, spec, status } = volume
  w.line(0, `Name:\t${metadata.name}`)
  writeLabels(w, 'Labels', metadata.labels)
  writeAnnotations(w, 'Annotations', metadata.annotations)
  w.line(0, `Finalizers:\t${goList(metadata.finalizers)}`)
  w.line(0, `StorageClass:\t${storageClassOf(volume)}`)
  w.line(0, `Status:\t${phaseText(volume, w.now)}`)
  w.line(0, `Claim:\t${spec?.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : ''}`)
  w.line(0, `Reclaim Policy:\t${spec?.persistentVolumeReclaimPolicy ?? ''}`)
  w.line(0, `Access Modes:\t${accessModes(spec?.accessModes)}`)
  if (spec?.volumeMode) w.line(0, `VolumeMode:\t${spec.volumeMode}`)
  w.line(0, `Capacity:\t${amount(spec?.capacity?.storage)}`)
  writeNodeAffinity(w, spec?.nodeAffinity)
  w.line(0, `Message:\t${status?.message ?? ''}`)
  w.line(0, 'Source:')
  writeVolumeSource(w, spec ?? {}, true)
})

interface Term {
  matchExpressions?: { key: string; operator: string; values?: string[] }[]
}

function writeNodeAffinity(w: Description, affinity: { required?: { nodeSelectorTerms?: Term[] } } | undefined): void {
  if (!affinity?.required) return w.line(0, 'Node Affinity:\t<none>')
  w.line(0, 'Node Affinity:\t')
  const terms = affinity.required.nodeSelectorTerms ?? []
  w.line(1, `Required Terms:\t${terms.length === 0 ? '<none>' : ''}`)
  terms.forEach((term, i) => writeTerm(w, 2, i, (term.matchExpressions ?? []).map((e) => ({ ...e, word: e.operator.toLowerCase() }))))
}

function writeTerm(w: Description, level: number, index: number, requirements: readonly { key: string; word: string; values?: string[] }[]): void {
  w.write(level, `Term ${index}:\t`)
  if (requirements.length === 0) w.line(0, '<none>')
  requirements.forEach(({ key, word, values = [] }, i) => {
    if (i > 0) w.write(level, '\t')
    w.line(0, `${key} ${word}${values.length > 0 ? ` [${values.join(', ')}]` : ''}`)
  })
}

export const describePersistentVolumeClaim: Describer = function* (session, target) {
  const claim = typed(target, yield* getObject(session, target))
  const { items } = yield* listObjects(session, { resource: podsResource, namespace: target.namespace })
  const events = yield* eventsOf(session, claim)
  const w = new Description(session.input.now())
  writeClaim(w, claim, true)
  writeColumn(w, 'Used By', usersOf(claim, items as Pod[]).map((pod) => pod.metadata.name).toSorted())
  const conditions = claim['status']?.conditions ?? []
  if (conditions.length > 0) {
    w.line(0, 'Conditions:')
    w.line(1, 'Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage')
    w.line(1, '----\t------\t-----------------\t------------------\t------\t-------')
    for (const c of conditions) {
      w.line(1, `${c.type} \t${c.status} \t${dateOf(c.lastProbeTime)} \t${dateOf(c.lastTransitionTime)} \t${c.reason ?? ''} \t${c.message ?? ''}`)
    }
  }
  writeEvents(w, events)
  return w.text()
}

/** Pods that mount it, and those that own it (ephemeral volumes). */
function usersOf({ metadata }: KubeObject, pods: readonly Pod[]): Pod[] {
  const mounting = pods.flatMap((pod) => (pod.spec.volumes ?? []).filter((v) => v.persistentVolumeClaim?.claimName === metadata.name).map(() => pod))
  const owners = new Set((metadata.ownerReferences ?? []).filter((ref) => ref.kind === 'Pod').map((ref) => ref.uid))
  return [...mounting, ...pods.filter((pod) => owners.has(pod.metadata.uid) && !mounting.includes(pod))]
}

const defaultAnnotations = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']

export const describeStorageClass = withEvents((w, object) => {
  const { metadata, provisioner, parameters, allowVolumeExpansion, mountOptions, reclaimPolicy, volumeBindingMode, allowedTopologies } = object
  w.line(0, `Name:\t${metadata.name}`)
  w.line(0, `IsDefaultClass:\t${defaultAnnotations.some((key) => metadata.annotations?.[key] === 'true') ? 'Yes' : 'No'}`)
  w.line(0, `Annotations:\t${pairs(metadata.annotations)}`)
  w.line(0, `Provisioner:\t${provisioner ?? ''}`)
  w.line(0, `Parameters:\t${pairs(parameters)}`)
  w.line(0, `AllowVolumeExpansion:\t${yesNoUnset(allowVolumeExpansion)}`)
  w.line(0, `MountOptions:${mountOptions?.length ? '' : '\t<none>'}`)
  for (const option of mountOptions ?? []) w.line(1, option)
  if (reclaimPolicy) w.line(0, `ReclaimPolicy:\t${reclaimPolicy}`)
  if (volumeBindingMode) w.line(0, `VolumeBindingMode:\t${volumeBindingMode}`)
  if (!allowedTopologies) return
  w.line(0, `AllowedTopologies:\t${allowedTopologies.length === 0 ? '<none>' : ''}`)
  allowedTopologies.forEach(({ matchLabelExpressions = [] }, i: number) =>
    writeTerm(w, 1, i, matchLabelExpressions.map((e: { key: string; values?: string[] }) => ({ ...e, word: 'in' }))))
})

export const describeVolumeAttributesClass = withEvents((w, { metadata, driverName, parameters }) => {
  w.line(0, `Name:\t${metadata.name}`)
  w.line(0, `Annotations:\t${pairs(metadata.annotations)}`)
  w.line(0, `DriverName:\t${driverName ?? ''}`)
  w.line(0, `Parameters:\t${pairs(parameters)}`)
})

export const describeCSINode = withEvents((w, { metadata, spec }) => {
  writeHead(w, metadata, { namespace: false })
  w.line(0, `CreationTimestamp:\t${dateOf(metadata.creationTimestamp)}`)
  w.line(0, 'Spec:')
  if (!spec?.drivers) return
  w.line(1, 'Drivers:')
  for (const { name, nodeID, allocatable, topologyKeys } of spec.drivers) {
    w.line(2, `${name}:`)
    w.line(3, `Node ID:\t${nodeID}`)
    if (allocatable?.count !== undefined) {
      w.line(3, 'Allocatables:')
      w.line(4, `Count:\t${allocatable.count}`)
    }
    if (topologyKeys) w.line(3, `Topology Keys:\t${goList(topologyKeys)}`)
  }
})
