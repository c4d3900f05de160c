import { attachedName, isAttachedTo } from '../../api/attaching.ts'
import type { KubeObject, Node, Pod } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, must, type Routine } from '../../client/controller.ts'
import type { Informer } from '../../client/informer.ts'
import type { Latency } from '../../latency.ts'
import { hasEnded } from '../common/pods.ts'
import { readyStatus } from '../node/decide.ts'
import type { SharedInformers } from '../shared-informers.ts'

const claims = resource('persistentvolumeclaims')
const volumes = resource('persistentvolumes')
const nodes = resource('nodes')

/** A node that does not say that it has unmounted a volume loses it after so long all the same (maxWaitForUnmountDuration). */
const maxWaitForUnmountMs = 360_000
const outOfService = 'node.kubernetes.io/out-of-service'
/** An attempt that could not be made is made again after so long (goroutinemap/exponentialbackoff, in the middle). */
const retryMs = 2000

/**
 * pkg/controller/volume/attachdetach: network volumes are attached to the node of a pod that wants them and detached when none there
 * does. What a node has is in its status; a volume that one node may write alone is not given to a second.
 */
export function startAttachDetach(options: ComponentOptions, informers: SharedInformers): void {
  new AttachDetach(options, informers)
}

/** One attachment under way or wished for. */
interface Wish {
  volume: KubeObject
  node: string
  pods: Pod[]
}

class AttachDetach {
  private readonly pods: Informer<Pod>
  private readonly claims: Informer<KubeObject>
  private readonly volumes: Informer<KubeObject>
  private readonly nodes: Informer<Node>
  private readonly controller: Controller
  private readonly latency: Latency
  /** Volume and node -> when the cloud will have done it. */
  private readonly readyAt = new Map<string, number>()
  /** Volume and node -> since when nobody there wants it. */
  private readonly unwantedSince = new Map<string, number>()
  private readonly complained = new Set<string>()

  constructor(options: ComponentOptions, informers: SharedInformers) {
    this.pods = informers.pods
    this.claims = informers.of(claims)
    this.volumes = informers.of(volumes)
    this.nodes = informers.of<Node>(nodes)
    this.latency = options.latency
    const controller = new Controller(options, 'attachdetach-controller', 1, (key) => this.sync(key))
    this.controller = controller
    this.pods.onChange(({ object, old }) => {
      if (object.spec.volumes?.some((volume) => volume.persistentVolumeClaim !== undefined) !== true) return
      if (object.spec.nodeName !== old?.spec.nodeName || hasEnded(object) || old === undefined || object === old) for (const name of this.volumesOf(object)) controller.queue.add(name)
    })
    this.volumes.onChange(({ object }) => controller.queue.add(object.metadata.name))
    this.claims.onChange(({ object }) => {
      if (object['spec'].volumeName) controller.queue.add(object['spec'].volumeName as string)
    })
    this.nodes.onChange(({ object, old }) => {
      if (object.spec.taints !== old?.spec.taints || (old !== undefined && readyStatus(object) !== readyStatus(old))) this.nodeChanged(object)
    })
  }

  private nodeChanged(node: Node): void {
    const attached = (node.status as { volumesAttached?: { name: string }[] }).volumesAttached ?? []
    if (attached.length === 0) return
    for (const volume of this.volumes.all()) if (attached.some(({ name }) => name === attachedName(volume))) this.controller.queue.add(volume.metadata.name)
  }

  private volumesOf(pod: Pod): string[] {
    return (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => {
      const claim = persistentVolumeClaim === undefined ? undefined : this.claims.get(pod.metadata.namespace, persistentVolumeClaim.claimName)
      return claim?.['spec'].volumeName ? [claim['spec'].volumeName as string] : []
    })
  }

  /** The pods on nodes that use a volume and have not ended, by node. */
  private wishesFor(volume: KubeObject): Map<string, Pod[]> {
    const { claimRef } = volume['spec']
    const wishes = new Map<string, Pod[]>()
    if (claimRef === undefined) return wishes
    for (const pod of this.pods.byIndex('namespace', claimRef.namespace as string)) {
      if (!pod.spec.nodeName || hasEnded(pod) || pod.spec.volumes?.some((v) => v.persistentVolumeClaim?.claimName === claimRef.name) !== true) continue
      wishes.set(pod.spec.nodeName, [...(wishes.get(pod.spec.nodeName) ?? []), pod])
    }
    return wishes
  }

  private *sync(key: string): Routine {
    const volume = this.volumes.get(undefined, key)
    const name = volume === undefined ? undefined : attachedName(volume)
    if (volume === undefined || name === undefined) return
    const wishes = this.wishesFor(volume)
    const waits: number[] = []
    for (const node of [...this.nodes.all()]) {
      if (isAttachedTo(node, name) && !wishes.has(node.metadata.name)) waits.push(yield* this.detach(volume, name, node))
      else if (isAttachedTo(node, name)) this.unwantedSince.delete(`${key} ${node.metadata.name}`)
    }
    for (const [node, pods] of wishes) if (!isAttachedTo(this.nodes.get(undefined, node), name)) waits.push(yield* this.attach({ volume, node, pods }, name))
    const soonest = Math.min(...waits.filter((wait) => wait > 0))
    return soonest === Infinity ? {} : { requeueAfterMs: soonest }
  }

  /** Returns after how many ms to look again; 0: no need to. */
  private *attach({ volume, node, pods }: Wish, name: string): Routine<number> {
    const { recorder, now } = this.controller
    const key = `${volume.metadata.name} ${node}`
    const others = [...this.nodes.all()].filter((other) => other.metadata.name !== node && isAttachedTo(other, name))
    if (others.length > 0 && !sharable(volume)) {
      for (const pod of pods) if (this.firstComplaint(key, pod)) recorder.event(pod, 'Warning', 'FailedAttachVolume', this.multiAttach(volume, others))
      return retryMs
    }
    const readyAt = this.readyAt.get(key) ?? now + this.latency.of('attachVolume')
    this.readyAt.set(key, readyAt)
    if (readyAt > now) return readyAt - now
    this.readyAt.delete(key)
    const attached = this.attachedOf(node)
    yield* this.writeAttached(node, [...attached, { name, devicePath: '' }])
    for (const pod of pods) {
      this.complained.delete(`${key} ${pod.metadata.uid}`)
      recorder.event(pod, 'Normal', 'SuccessfulAttachVolume', `AttachVolume.Attach succeeded for volume "${volume.metadata.name}" `)
    }
    return 0
  }

  private firstComplaint(key: string, { metadata: { uid } }: Pod): boolean {
    const told = this.complained.has(`${key} ${uid}`)
    this.complained.add(`${key} ${uid}`)
    return !told
  }

  private multiAttach(volume: KubeObject, others: readonly Node[]): string {
    const wishes = this.wishesFor(volume)
    const users = others.flatMap(({ metadata }) => wishes.get(metadata.name) ?? []).map(({ metadata }) => metadata.name)
    const why = users.length > 0 ? `Volume is already used by pod(s) ${users.join(', ')}` : "Volume is already exclusively attached to one node and can't be attached to another"
    return `Multi-Attach error for volume "${volume.metadata.name}" ${why}`
  }

  /** A node that is well has unmounted what its pods used when they are gone; of one that says nothing that is not known. */
  private *detach(volume: KubeObject, name: string, node: Node): Routine<number> {
    const { now } = this.controller
    const key = `${volume.metadata.name} ${node.metadata.name}`
    const since = this.unwantedSince.get(key) ?? now
    this.unwantedSince.set(key, since)
    const forced = node.spec.taints?.some((taint) => taint.key === outOfService) === true
    const waitMs = readyStatus(node) === 'True' || forced ? 0 : since + maxWaitForUnmountMs - now
    if (waitMs > 0) return waitMs
    this.unwantedSince.delete(key)
    yield* this.writeAttached(node.metadata.name, this.attachedOf(node.metadata.name).filter((other) => other.name !== name))
    return 0
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

/** Whether several nodes may have it at once. */
function sharable(volume: KubeObject): boolean {
  const modes: readonly string[] = volume['spec'].accessModes ?? []
  return modes.some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany')
}

