import type { KubeObject } from '../../engine/api/types.ts'
import { storageClassOf } from '../../engine/api/storageClass.ts'
import { amount, goList, writeAnnotations, writeLabels, type Description } from './writer.ts'
import { age } from '../../engine/api/time.ts'

const shortModes: Record<string, string> = { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP' }

/** "RWO,ROX": each mode once, in kubectl's order. */
export function accessModes(modes: readonly string[] | undefined): string {
  return Object.entries(shortModes).filter(([mode]) => modes?.includes(mode)).map(([, short]) => short).join(',')
}

/** "Status:  Bound", or for how long it has been going. */
export function phaseText({ metadata, status }: KubeObject, now: number): string {
  return metadata.deletionTimestamp ? `Terminating (lasts ${age(metadata.deletionTimestamp, now)})` : (status?.phase ?? '')
}

/** A claim, or the template of one inside a pod, which has neither name nor state. */
export function writeClaim(w: Description, claim: KubeObject, whole: boolean): void {
  const { metadata, spec, status } = claim
  if (whole) {
    w.line(0, `Name:\t${metadata.name}`)
    w.line(0, `Namespace:\t${metadata.namespace ?? ''}`)
  }
  w.line(0, `StorageClass:\t${storageClassOf(claim)}`)
  if (whole) w.line(0, `Status:\t${phaseText(claim, w.now)}`)
  w.line(0, `Volume:\t${spec?.volumeName ?? ''}`)
  writeLabels(w, 'Labels', metadata.labels)
  writeAnnotations(w, 'Annotations', metadata.annotations)
  if (whole) w.line(0, `Finalizers:\t${goList(metadata.finalizers)}`)
  const bound = Boolean(spec?.volumeName)
  w.line(0, `Capacity:\t${bound ? amount(status?.capacity?.storage) : ''}`)
  w.line(0, `Access Modes:\t${bound ? accessModes(status?.accessModes) : ''}`)
  if (spec?.volumeMode) w.line(0, `VolumeMode:\t${spec.volumeMode}`)
  if (spec?.dataSource) {
    w.line(0, 'DataSource:')
    if (spec.dataSource.apiGroup) w.line(1, `APIGroup:\t${spec.dataSource.apiGroup}`)
    w.line(1, `Kind:\t${spec.dataSource.kind}`)
    w.line(1, `Name:\t${spec.dataSource.name}`)
  }
}
