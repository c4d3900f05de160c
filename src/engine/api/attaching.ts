import type { KubeObject } from './types.ts'
import { drivenBy, type Driven } from './volumeDrivers.ts'

/** The name under which a node lists a volume as attached (pkg/volume/util GetUniqueVolumeName). */
export const attachedName = ({ driver, handle }: Driven): string => `kubernetes.io/csi/${driver}^${handle}`

/** The same of a persistent volume; undefined for one that needs no attaching. */
export function attachedNameOf({ spec }: KubeObject): string | undefined {
  const driven = drivenBy(spec)
  return driven === undefined ? undefined : attachedName(driven)
}

export function isAttachedTo(node: KubeObject | undefined, name: string): boolean {
  return (node?.['status'].volumesAttached as { name: string }[] | undefined)?.some((volume) => volume.name === name) === true
}
