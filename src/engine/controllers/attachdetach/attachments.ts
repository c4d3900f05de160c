import type { KubeObject } from '../../api/types.ts'
import { attachedName } from '../../api/attaching.ts'
import { sha256 } from '../../api/digest.ts'
import { drivenBy, driverOf, type Driven } from '../../api/volumeDrivers.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, must, type Call, type Reconciliation, type Routine } from '../../client/controller.ts'
import type { Informer } from '../../client/informer.ts'
import { jsonMergePatch } from '../common/claim.ts'
import type { SharedInformers } from '../shared-informers.ts'

export const attachments = resource('volumeattachments', 'storage.k8s.io')
const classes = resource('storageclasses', 'storage.k8s.io')

/** How the attachment of a volume to a node is called (pkg/volume/csi/csi_attacher.go getAttachmentName). */
export const attachmentName = ({ driver, handle }: Driven, node: string): string => `csi-${sha256(handle + driver + node)}`

/** What asks for a volume on a node; `volume`: its PersistentVolume, undefined when pods name it themselves. */
export function attachmentOf({ driver, handle }: Driven, volume: string | undefined, node: string): object {
  const inline = { accessModes: ['ReadWriteOnce'], csi: { driver, volumeHandle: handle } }
  const source = volume === undefined ? { inlineVolumeSpec: inline } : { persistentVolumeName: volume }
  const name = attachmentName({ driver, handle }, node)
  return { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', metadata: { name }, spec: { attacher: driver, nodeName: node, source } }
}

/** Which volume an attachment is of: the name of a PersistentVolume, or under which name nodes list one that pods name themselves. */
export function volumeOf({ spec }: KubeObject): { volume: string } | { inline: string } | undefined {
  const { persistentVolumeName, inlineVolumeSpec } = spec?.source ?? {}
  if (persistentVolumeName !== undefined) return { volume: persistentVolumeName }
  const driven = inlineVolumeSpec === undefined ? undefined : drivenBy(inlineVolumeSpec)
  return driven === undefined ? undefined : { inline: attachedName(driven) }
}

/** Takes back what asks for a volume on a node; the attacher lets it go when it has detached. */
export function* removeAttachment(informer: Informer<KubeObject>, name: string): Routine<void> {
  const attachment = informer.get(undefined, name)
  if (attachment === undefined || attachment.metadata.deletionTimestamp !== undefined) return
  yield* must({ verb: 'delete', info: attachments, name, body: {}, tolerate: [404] })
}

/** Nobody runs drivers here: a cluster that has a class of volumes of a driver is taken to have the driver. */
export function hasDriver(all: Informer<KubeObject>, driver: string): boolean {
  return [...all.all()].some((one) => driverOf(one['provisioner'] as string) === driver)
}

/**
 * The external-attacher beside each driver (github.com/kubernetes-csi/external-attacher): it answers VolumeAttachments of its driver, and
 * holds them until it has detached.
 */
export function startExternalAttacher(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(attachments)
  const installed = informers.of<KubeObject>(classes)
  /** By uid, when the cloud will have done it: virtual ms. */
  const readyAt = new Map<string, number>()
  const own = { ...options, process: 'cloud-controller-manager' }
  const controller: Controller = new Controller(own, 'external-attacher', 10, (name): Reconciliation => {
    const attachment = all.get(undefined, name)
    if (attachment === undefined || !hasDriver(installed, attachment['spec'].attacher as string)) return {}
    const { uid, finalizers, deletionTimestamp } = attachment.metadata
    const patch = (body: object, subresource?: string): Call => ({
      verb: 'patch', info: attachments, name, body, contentType: jsonMergePatch, tolerate: [404], ...(subresource === undefined ? {} : { subresource }),
    })
    if (deletionTimestamp !== undefined) return finalizers === undefined ? {} : { calls: [patch({ metadata: { finalizers: null } })] }
    if (attachment['status']?.attached === true) return {}
    const at = readyAt.get(uid) ?? controller.now + own.latency.of('attachVolume')
    readyAt.set(uid, at)
    if (finalizers === undefined) return { calls: [patch({ metadata: { finalizers: [finalizerOf(attachment['spec'].attacher as string)] } })] }
    return at > controller.now ? { requeueAfterMs: at - controller.now } : { calls: [patch({ status: { attached: true } }, 'status')] }
  })
  all.onChange(({ type, object }) => {
    if (type === 'delete') readyAt.delete(object.metadata.uid)
    else controller.queue.add(object.metadata.name)
  })
  installed.onChange(({ object }) => {
    const driver = driverOf(object['provisioner'] as string)
    for (const { metadata, spec } of all.all()) if (spec?.attacher === driver) controller.queue.add(metadata.name)
  })
}

const finalizerOf = (driver: string): string => `external-attacher/${driver.replaceAll('.', '-')}`
