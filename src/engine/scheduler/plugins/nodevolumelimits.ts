import { storageClassOf } from '../../api/storageClass.ts'
import { claimOf } from '../../api/podClaims.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { drivenBy, driverOf, type Driven } from '../../api/volumeDrivers.ts'
import type { Fields } from '../../api/validation/report.ts'
import type { NodeInfo } from '../cache/nodeinfo.ts'
import { podInfo, type PodInfo } from '../cache/podinfo.ts'
import { Add, Delete, Update } from '../framework/events.ts'
import type { Handle, Plugin } from '../framework/plugin.ts'
import { skip, unschedulable } from '../framework/status.ts'
import { names } from './names.ts'
import { uses } from './volumebinding.ts'
import { claims, classes, volumes } from './volumes.ts'

const refusal = unschedulable(names.NodeVolumeLimits, 'node(s) exceed max volume count')

type Limits = ReadonlyMap<string, number>

/** How many volumes each driver can attach to a node, as its CSINode says; what says nothing limits nothing. */
function limitsOf(csiNode: KubeObject | undefined): Limits {
  const drivers = (csiNode?.['spec']?.drivers ?? []) as { name: string; allocatable?: { count?: number } }[]
  return new Map(drivers.flatMap(({ name, allocatable }) => (allocatable?.count === undefined ? [] : [[name, allocatable.count] as const])))
}

/** Volumes of drivers that may be attached to a node are limited in number (pkg/scheduler/framework/plugins/nodevolumelimits). */
export const nodeVolumeLimits = (handle: Handle): Plugin<AttachedTo> => ({
  name: names.NodeVolumeLimits,
  events: [
    { resource: 'CSINode', action: Add },
    { resource: 'CSINode', action: Update, hint: (_pod, old, next) => (hasGrown(limitsOf(old), limitsOf(next)) ? 'Queue' : 'Skip') },
    { resource: 'AssignedPod', action: Delete, hint: (_pod, old) => (mayHaveAttached(podInfo(old as Pod)) ? 'Queue' : 'Skip') },
    { resource: 'PersistentVolumeClaim', action: Add, hint: (pod, _old, next) => (uses(pod, next!) ? 'Queue' : 'Skip') },
    { resource: 'VolumeAttachment', action: Delete },
  ],
  preFilter: (pod) => (mayHaveAttached(pod) ? { state: attachedTo(handle) } : skip(names.NodeVolumeLimits)),
  filter: (attached, pod, node) => (isTooMuch(handle, attached, pod, node) ? refusal : undefined),
})

function mayHaveAttached({ claims: named, pod }: PodInfo): boolean {
  return named.length > 0 || pod.spec.volumes?.some((volume) => drivenBy(volume as Fields) !== undefined) === true
}

function hasGrown(before: Limits, after: Limits): boolean {
  return [...before].some(([driver, count]) => (after.get(driver) ?? Infinity) > count)
}

function isTooMuch(handle: Handle, attached: AttachedTo, pod: PodInfo, node: NodeInfo): boolean {
  const limits = limitsOf(handle.listers.csinodes.get(undefined, node.name))
  if (limits.size === 0) return false
  const wanted = attachable(handle, pod)
  if (![...wanted.values()].some((driver) => limits.has(driver))) return false
  const there = new Map<string, string>()
  for (const other of node.pods.values()) for (const [volume, driver] of attachable(handle, other)) there.set(volume, driver)
  for (const [volume, driver] of attached.get(node.name) ?? []) there.set(volume, driver)
  for (const volume of there.keys()) wanted.delete(volume)
  const count = (volumesOf: ReadonlyMap<string, string>, driver: string): number => [...volumesOf.values()].filter((one) => one === driver).length
  return [...new Set(wanted.values())].some((driver) => count(there, driver) + count(wanted, driver) > (limits.get(driver) ?? Infinity))
}

/** Of a pod's volumes those that a driver attaches: the volume -> its driver. One that is still to be made is known by its claim. */
function attachable(handle: Handle, { pod, namespace }: PodInfo): Map<string, string> {
  const found = new Map<string, string>()
  for (const volume of pod.spec.volumes ?? []) {
    const claimName = claimOf(pod, volume)
    if (claimName === undefined) note(found, drivenBy(volume as Fields))
    else noteClaim(handle, found, namespace, claimName)
  }
  return found
}

function noteClaim(handle: Handle, found: Map<string, string>, namespace: string, name: string): void {
  const claim = claims(handle).get(namespace, name)
  if (claim === undefined) return
  const { volumeName } = claim.spec
  const volume = volumeName ? volumes(handle).get(undefined, volumeName) : undefined
  if (volume !== undefined) return note(found, drivenBy(volume.spec as Fields))
  const provisioner = classes(handle).get(undefined, storageClassOf(claim))?.provisioner
  const driver = provisioner === undefined ? undefined : driverOf(provisioner)
  if (driver !== undefined) found.set(`${driver}/claim ${namespace}/${name}`, driver)
}

/** Node -> volume -> driver. */
type AttachedTo = ReadonlyMap<string, ReadonlyMap<string, string>>

/** What is attached though no pod there has it any more, or yet; sorted once for an attempt, not looked through for each node. */
function attachedTo(handle: Handle): AttachedTo {
  const byNode = new Map<string, Map<string, string>>()
  for (const { spec } of handle.listers.volumeattachments.all()) {
    const name: string | undefined = spec?.source?.persistentVolumeName
    const volume = name === undefined ? undefined : volumes(handle).get(undefined, name)
    if (volume === undefined) continue
    const found = byNode.get(spec.nodeName) ?? new Map<string, string>()
    byNode.set(spec.nodeName, found)
    note(found, drivenBy(volume.spec as Fields))
  }
  return byNode
}

function note(found: Map<string, string>, driven: Driven | undefined): void {
  if (driven !== undefined) found.set(`${driven.driver}/${driven.handle}`, driven.driver)
}
