import { attachedName, attachedNameOf, isAttachedTo } from '../../api/attaching.ts'
import { claimsOf } from '../../api/podClaims.ts'
import type { KubeObject, Node, Pod } from '../../api/types.ts'
import { drivenBy, inlineName, type Driven } from '../../api/volumeDrivers.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, must, type Routine } from '../../client/controller.ts'
import type { Informer } from '../../client/informer.ts'
import { hasEnded } from '../common/pods.ts'
import { readyStatus } from '../node/decide.ts'
import { attachmentName, attachmentOf, attachments, removeAttachment, volumeOf } from './attachments.ts'
import { multiAttach } from './multi-attach.ts'
import type { SharedInformers } from '../shared-informers.ts'

const claims = resource('persistentvolumeclaims')
const volumes = resource('persistentvolumes')
const nodes = resource('nodes')

/** A node that does not say that it has unmounted a volume loses it after so long all the same (maxWaitForUnmountDuration). */
const maxWaitForUnmountMs = 360_000
const outOfService = 'node.kubernetes.io/out-of-service'
/** So long is a driver's attacher waited for (csi_attacher.go). */
const attacherTimeoutMs = 120_000
/** An attempt that could not be made is made again after so long (goroutinemap/exponentialbackoff, in the middle). */
const retryMs = 2000

/**
 * pkg/controller/volume/attachdetach: network volumes are attached to the node of a pod that wants them and detached when none there
 * does. What a node has is in its status; a volume that one node may write alone is not given to a second.
 */
export function startAttachDetach(options: ComponentOptions, informers: SharedInformers): void {
  new AttachDetach(options, informers)
}

/** A volume that nodes are given. */
interface Attachable extends Driven {
  /** Under which a node lists it. */
  name: string
  /** What events call it. */
  volume: string
  /** Its PersistentVolume; undefined: pods name it themselves. */
  persistent: string | undefined
  sharable: boolean
  /** The pods on nodes that use it and have not ended, by node. */
  wishes: Map<string, Pod[]>
}

/** One attachment under way or wished for. */
interface Wish {
  node: string
  pods: Pod[]
}

/** Attachments to nodes that are there no more. */
const goneKey = 'gone '

/** Of volumes that pods name themselves; the rest of a key is the name under which nodes list them. */
const inlineKey = 'inline '

class AttachDetach {
  private readonly pods: Informer<Pod>
  private readonly claims: Informer<KubeObject>
  private readonly volumes: Informer<KubeObject>
  private readonly nodes: Informer<Node>
  private readonly attachments: Informer<KubeObject>
  private readonly controller: Controller
  /** Volume and node -> since when it is asked for. */
  private readonly askedAt = new Map<string, number>()
  /** Volume and node -> since when nobody there wants it. */
  private readonly unwantedSince = new Map<string, number>()
  /** Volume and node whose pods were told that another node has it: once, until nobody there wants it any more (SetMultiAttachError). */
  private readonly complained = new Set<string>()
  /** Persistent volumes by name: what is attached has to be detached, though its object may have gone (actual_state_of_world.go). */
  private readonly known = new Map<string, Driven>()
  /** Name under which nodes list it -> what pods name themselves: the volume, and the pods by uid. */
  private readonly inline = new Map<string, Driven & { pods: Map<string, Pod> }>()

  constructor(options: ComponentOptions, informers: SharedInformers) {
    this.pods = informers.pods
    this.claims = informers.of(claims)
    this.volumes = informers.of(volumes)
    this.nodes = informers.of<Node>(nodes)
    this.attachments = informers.of(attachments)
    const controller = new Controller(options, 'attachdetach-controller', 1, (key) => this.sync(key))
    this.controller = controller
    this.pods.onChange(({ type, object, old }) => {
      if (object.spec.volumes === undefined) return
      const matters = type === 'delete' || old === undefined || object === old || object.spec.nodeName !== old.spec.nodeName || hasEnded(object)
      if (matters) this.podChanged(object, type === 'delete')
    })
    this.volumes.onChange(({ object }) => controller.queue.add(object.metadata.name))
    this.claims.onChange(({ object }) => {
      if (object['spec'].volumeName) controller.queue.add(object['spec'].volumeName as string)
    })
    this.attachments.onChange(({ type, object }) => {
      const of = volumeOf(object)
      if (of !== undefined && type !== 'delete') controller.queue.add('volume' in of ? of.volume : inlineKey + of.inline)
    })
    this.nodes.onChange(({ type, object, old }) => {
      if (type === 'delete') return this.nodeGone(object.metadata.name)
      if (object.spec.taints !== old?.spec.taints || (old !== undefined && readyStatus(object) !== readyStatus(old))) this.nodeChanged(object)
    })
  }

  private podChanged(pod: Pod, gone: boolean): void {
    for (const name of this.volumesOf(pod)) this.controller.queue.add(name)
    for (const volume of pod.spec.volumes ?? []) {
      const driven = drivenBy(volume)
      if (driven === undefined) continue
      const name = attachedName(driven)
      const known = this.inline.get(name) ?? { ...driven, pods: new Map<string, Pod>() }
      this.inline.set(name, known)
      if (gone || hasEnded(pod)) known.pods.delete(pod.metadata.uid)
      else known.pods.set(pod.metadata.uid, pod)
      this.controller.queue.add(inlineKey + name)
    }
  }

  private nodeChanged(node: Node): void {
    const attached = (node.status as { volumesAttached?: { name: string }[] }).volumesAttached ?? []
    if (attached.length === 0) return
    for (const volume of this.volumes.all()) if (attached.some(({ name }) => name === attachedNameOf(volume))) this.controller.queue.add(volume.metadata.name)
    for (const { name } of attached) if (this.inline.has(name)) this.controller.queue.add(inlineKey + name)
  }

  /** Nothing is attached to what is not there. */
  private nodeGone(node: string): void {
    for (const { metadata, spec } of this.attachments.all()) if (spec?.nodeName === node) this.controller.queue.add(goneKey + metadata.name)
  }

  private volumesOf(pod: Pod): string[] {
    return claimsOf(pod).flatMap((name) => {
      const claim = this.claims.get(pod.metadata.namespace, name)
      return claim?.['spec'].volumeName ? [claim['spec'].volumeName as string] : []
    })
  }

  private find(key: string): Attachable | undefined {
    if (key.startsWith(inlineKey)) return this.findInline(key.slice(inlineKey.length))
    const volume = this.volumes.get(undefined, key)
    const driven = volume === undefined ? this.known.get(key) : drivenBy(volume['spec'])
    if (driven === undefined) return undefined
    if (volume === undefined) return { ...driven, name: attachedName(driven), volume: key, persistent: key, sharable: false, wishes: new Map() }
    this.known.set(key, driven)
    const { claimRef } = volume['spec']
    const uses = (pod: Pod): boolean => claimsOf(pod).includes(claimRef.name as string)
    const pods = claimRef === undefined ? [] : [...this.pods.byIndex('namespace', claimRef.namespace as string)].filter(uses)
    return { ...driven, name: attachedName(driven), volume: volume.metadata.name, persistent: volume.metadata.name, sharable: sharable(volume), wishes: wishesOf(pods) }
  }

  private findInline(name: string): Attachable | undefined {
    const known = this.inline.get(name)
    if (known === undefined) return undefined
    const { driver, handle, pods } = known
    if (pods.size === 0) this.inline.delete(name)
    return { driver, handle, name, volume: inlineName(known), persistent: undefined, sharable: false, wishes: wishesOf([...pods.values()]) }
  }

  private *sync(key: string): Routine {
    if (key.startsWith(goneKey)) return yield* removeAttachment(this.attachments, key.slice(goneKey.length))
    const volume = this.find(key)
    if (volume === undefined) return
    const { name, wishes } = volume
    const waits: number[] = []
    for (const node of [...this.nodes.all()]) {
      if (isAttachedTo(node, name) && !wishes.has(node.metadata.name)) waits.push(yield* this.detach(volume, node))
      else if (isAttachedTo(node, name)) this.unwantedSince.delete(`${name} ${node.metadata.name}`)
      else if (!wishes.has(node.metadata.name)) yield* this.forgo(volume, node.metadata.name)
    }
    for (const [node, pods] of wishes) if (!isAttachedTo(this.nodes.get(undefined, node), name)) waits.push(yield* this.attach(volume, { node, pods }))
    // What was deleted while it was attached has been detached by now.
    if (waits.every((wait) => wait === 0) && this.volumes.get(undefined, key) === undefined) this.known.delete(key)
    const soonest = Math.min(...waits.filter((wait) => wait > 0))
    return soonest === Infinity ? {} : { requeueAfterMs: soonest }
  }

  /** Returns after how many ms to look again; 0: no need to. */
  private *attach(volume: Attachable, { node, pods }: Wish): Routine<number> {
    const { recorder, now } = this.controller
    const { name } = volume
    const key = `${name} ${node}`
    const others = [...this.nodes.all()].filter((other) => other.metadata.name !== node && isAttachedTo(other, name))
    if (others.length > 0 && !volume.sharable) {
      if (!this.complained.has(key)) this.complain(volume, pods, others)
      this.complained.add(key)
      return retryMs
    }
    const attachment = this.attachments.get(undefined, attachmentName(volume, node))
    if (attachment === undefined && this.isAskedForElsewhere(volume, node)) return retryMs
    const askedAt = this.askedAt.get(key) ?? now
    this.askedAt.set(key, askedAt)
    if (attachment === undefined) yield* must({ verb: 'create', info: attachments, body: attachmentOf(volume, volume.persistent, node), tolerate: [409] })
    if (attachment?.['status']?.attached !== true || attachment.metadata.deletionTimestamp !== undefined) {
      if (askedAt + attacherTimeoutMs > now) return askedAt + attacherTimeoutMs - now
      this.askedAt.delete(key)
      for (const pod of pods) recorder.event(pod, 'Warning', 'FailedAttachVolume', nobodyAttaches(volume))
      return retryMs
    }
    this.askedAt.delete(key)
    const attached = this.attachedOf(node)
    yield* this.writeAttached(node, [...attached, { name, devicePath: '' }])
    for (const pod of pods) recorder.event(pod, 'Normal', 'SuccessfulAttachVolume', `AttachVolume.Attach succeeded for volume "${volume.volume}" `)
    return 0
  }

  /** Of a volume that one node has for itself one attachment is made at a time (IsOperationPending). */
  private isAskedForElsewhere(volume: Attachable, node: string): boolean {
    if (volume.sharable) return false
    const isAsked = (other: string): boolean =>
      this.askedAt.has(`${volume.name} ${other}`) || this.attachments.get(undefined, attachmentName(volume, other)) !== undefined
    return [...volume.wishes.keys()].some((other) => other !== node && isAsked(other))
  }

  private complain({ volume, wishes }: Attachable, pods: readonly Pod[], others: readonly Node[]): void {
    const users = others.flatMap(({ metadata }) => wishes.get(metadata.name) ?? [])
    for (const pod of pods) this.controller.recorder.event(pod, 'Warning', 'FailedAttachVolume', multiAttach(volume, users, pod))
  }

  /** A node that is well has unmounted what its pods used when they are gone; of one that says nothing that is not known. */
  private *detach(volume: Attachable, node: Node): Routine<number> {
    const { name } = volume
    const { now } = this.controller
    const key = `${name} ${node.metadata.name}`
    const since = this.unwantedSince.get(key) ?? now
    this.unwantedSince.set(key, since)
    this.complained.delete(key)
    const forced = node.spec.taints?.some((taint) => taint.key === outOfService) === true
    const waitMs = readyStatus(node) === 'True' || forced ? 0 : since + maxWaitForUnmountMs - now
    if (waitMs > 0) return waitMs
    this.unwantedSince.delete(key)
    yield* this.writeAttached(node.metadata.name, this.attachedOf(node.metadata.name).filter((other) => other.name !== name))
    yield* removeAttachment(this.attachments, attachmentName(volume, node.metadata.name))
    return 0
  }

  /** What was asked for, and is not wanted any more before it has come. */
  private *forgo(volume: Attachable, node: string): Routine<void> {
    this.askedAt.delete(`${volume.name} ${node}`)
    this.complained.delete(`${volume.name} ${node}`)
    yield* removeAttachment(this.attachments, attachmentName(volume, node))
  }

  private attachedOf(node: string): { name: string; devicePath: string }[] {
    const status = this.nodes.get(undefined, node)?.status as { volumesAttached?: { name: string; devicePath: string }[] } | undefined
    return status?.volumesAttached ?? []
  }

  private *writeAttached(name: string, attached: readonly object[]): Routine<void> {
    const body = { status: { volumesAttached: attached.length === 0 ? null : attached } }
    yield* must({ verb: 'patch', info: nodes, subresource: 'status', name, body, contentType: 'application/merge-patch+json', tolerate: [404] })
  }
}

function wishesOf(pods: readonly Pod[]): Map<string, Pod[]> {
  const wishes = new Map<string, Pod[]>()
  for (const pod of pods) if (pod.spec.nodeName && !hasEnded(pod)) wishes.set(pod.spec.nodeName, [...(wishes.get(pod.spec.nodeName) ?? []), pod])
  return wishes
}

const nobodyAttaches = ({ volume, driver, handle }: Attachable): string =>
  `AttachVolume.Attach failed for volume "${volume}" : timed out waiting for external-attacher of ${driver} CSI driver to attach volume ${handle}`

/** Whether several nodes may have it at once. */
function sharable(volume: KubeObject): boolean {
  const modes: readonly string[] = volume['spec'].accessModes ?? []
  return modes.some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany')
}

