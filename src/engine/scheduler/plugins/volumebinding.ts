import { storageClassOf } from '../../api/storageClass.ts'
import { claimOf, notForPod } from '../../api/podClaims.ts'
import { compare } from '../../api/quantity.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import type { NodeInfo } from '../cache/nodeinfo.ts'
import { podInfo, type PodInfo } from '../cache/podinfo.ts'
import type { Change } from '../../api/scheduling.ts'
import { applyPatch } from '../framework/change.ts'
import { Add, Update, UpdateNodeLabel } from '../framework/events.ts'
import { failed, skip, unresolvable, type Status } from '../framework/status.ts'
import type { Call, Handle, Lister, Plugin, PreBindWork } from '../framework/plugin.ts'
import { names } from './names.ts'
import { labelPatch, labelsToMatch, mayBeLabelled } from './nodeaffinitychanges.ts'
import type { Selectable } from '../../api/nodeSelector.ts'
import {
  boundVolume, claimForNode, claims, classes, findMatchingVolume, hasRoom, isFullyBound, noProvisioner, reaches, selectedNodeAnnotation, storageOf,
  topologyAllows, volumes, type Claim, type PersistentVolume, type StorageClass,
} from './volumes.ts'

const tooLittleSpace = 'node(s) did not have enough free storage'
const bindConflict = "node(s) didn't find available persistent volumes to bind"
const nodeConflict = "node(s) didn't match PersistentVolume's node affinity"
const volumeGone = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)'

export interface VolumeBindingArgs {
  readonly bindTimeoutSeconds?: number
}

/** What binding this pod to one node would bind. */
interface PodVolumes {
  readonly bindings: readonly { volume: PersistentVolume; claim: Claim }[]
  readonly provisions: readonly Claim[]
  /** The driver has too little left there to make what is to be provisioned. */
  readonly short?: boolean
}

interface VolumeState {
  readonly bound: readonly Claim[]
  /** WaitForFirstConsumer: bound when the pod has a node. */
  readonly delayed: readonly Claim[]
  readonly byNode: Map<string, PodVolumes>
}

/** Claims and volumes: bound ones must reach the node, waiting ones must find a volume there (KEP-490). */
export function volumeBinding(handle: Handle, { bindTimeoutSeconds = 600 }: VolumeBindingArgs = {}): Plugin<VolumeState> {
  const assumed = new Assumptions(handle)
  return {
    name: names.VolumeBinding,
    events: [
      { resource: 'StorageClass', action: Add | Update, hint: (_pod, old, next) => afterClassEvent(old as StorageClass, next as StorageClass) },
      { resource: 'PersistentVolumeClaim', action: Add | Update, hint: (pod, _old, next) => (uses(pod, next!) ? 'Queue' : 'Skip') },
      { resource: 'PersistentVolume', action: Add | Update },
      { resource: 'Node', action: Add | UpdateNodeLabel },
      { resource: 'CSIDriver', action: Update, hint: (_pod, old, next) => (tellsCapacity(old) && !tellsCapacity(next) ? 'Queue' : 'Skip') },
      { resource: 'CSIStorageCapacity', action: Add | Update },
    ],
    preFilter: (pod) => preFilter(handle, assumed, pod),
    filter: (state, _pod, node) => filter(handle, assumed, state, node),
    reserve: (state, _pod, node) => {
      const chosen = state?.byNode.get(node.name)
      if (chosen !== undefined) assumed.assume(chosen, node.name)
      return undefined
    },
    unreserve: (state, _pod, node) => {
      const chosen = state?.byNode.get(node.name)
      if (chosen !== undefined) assumed.forget(chosen)
    },
    preBind: (state, pod, node) => {
      const chosen = state?.byNode.get(node.name)
      if (chosen === undefined || chosen.bindings.length + chosen.provisions.length === 0) return undefined
      return bindWork(handle, assumed, chosen, pod, node, bindTimeoutSeconds * 1000)
    },
    changes: (pod, node) => {
      const prepared = preFilter(handle, assumed, pod)
      return 'code' in prepared ? [] : reachVolumes(handle, assumed, prepared.state, node)
    },
  }
}

const tellsCapacity = (driver: KubeObject | undefined): boolean => driver?.['spec']?.storageCapacity === true

function afterClassEvent(old: StorageClass | undefined, next: StorageClass): 'Queue' | 'Skip' {
  if (old === undefined) return 'Queue'
  return JSON.stringify(old.allowedTopologies) === JSON.stringify(next.allowedTopologies) ? 'Skip' : 'Queue'
}

export function uses(pod: Pod, claim: KubeObject): boolean {
  return pod.metadata.namespace === claim.metadata.namespace && podInfo(pod).claims.includes(claim.metadata.name)
}

/** Volumes and claims as they will be once what was decided is written (volumebinding/assume_cache.go). */
class Assumptions {
  private readonly handle: Handle
  private readonly assumed = new Map<string, { object: KubeObject; base: KubeObject | undefined }>()

  constructor(handle: Handle) {
    this.handle = handle
  }

  claim(namespace: string, name: string): Claim | undefined {
    return this.present(`claim/${namespace}/${name}`, claims(this.handle), namespace, name)
  }

  volume(name: string): PersistentVolume | undefined {
    return this.present(`volume/${name}`, volumes(this.handle), undefined, name)
  }

  *volumes(): Iterable<PersistentVolume> {
    for (const { metadata } of volumes(this.handle).all()) yield this.volume(metadata.name)!
  }

  assume({ bindings, provisions }: PodVolumes, nodeName: string): void {
    for (const { volume, claim } of bindings) {
      const { name } = volume.metadata
      this.assumed.set(`volume/${name}`, { object: boundVolume(volume, claim), base: volumes(this.handle).get(undefined, name) })
    }
    for (const claim of provisions) {
      const { namespace, name } = claim.metadata
      this.assumed.set(`claim/${namespace}/${name}`, { object: claimForNode(claim, nodeName), base: claims(this.handle).get(namespace, name) })
    }
  }

  forget({ bindings, provisions }: PodVolumes): void {
    for (const { volume } of bindings) this.assumed.delete(`volume/${volume.metadata.name}`)
    for (const { metadata } of provisions) this.assumed.delete(`claim/${metadata.namespace}/${metadata.name}`)
  }

  /** An assumption holds until the object is seen to have changed. */
  private present<T extends KubeObject>(key: string, lister: Lister<T>, namespace: string | undefined, name: string): T | undefined {
    const seen = lister.get(namespace, name)
    const assumed = this.assumed.get(key)
    if (assumed === undefined) return seen
    if (assumed.base === seen) return assumed.object as T
    this.assumed.delete(key)
    return seen
  }
}

function preFilter(handle: Handle, assumed: Assumptions, pod: PodInfo): { state: VolumeState } | Status {
  if (pod.claims.length === 0) return skip(names.VolumeBinding)
  const bound: Claim[] = []
  const delayed: Claim[] = []
  let immediate = false
  for (const name of pod.claims) {
    const claim = assumed.claim(pod.namespace, name)
    const problem = problemOf(pod, name, claim)
    if (problem !== undefined) return unresolvable(names.VolumeBinding, problem)
    if (isFullyBound(claim!)) bound.push(claim!)
    else if (isDelayed(handle, claim!)) delayed.push(claim!)
    else immediate = true
  }
  if (immediate) return unresolvable(names.VolumeBinding, 'pod has unbound immediate PersistentVolumeClaims')
  return { state: { bound, delayed, byNode: new Map() } }
}

function problemOf({ pod }: PodInfo, name: string, claim: Claim | undefined): string | undefined {
  const ephemeral = pod.spec.volumes?.some((volume) => volume.ephemeral != null && claimOf(pod, volume) === name) === true
  if (claim === undefined) {
    return ephemeral
      ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
      : `persistentvolumeclaim "${name}" not found`
  }
  if (claim.status?.phase === 'Lost') {
    return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName ?? ''}"`
  }
  if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim "${name}" is being deleted`
  return ephemeral ? notForPod(pod, claim) : undefined
}

function isDelayed(handle: Handle, claim: Claim): boolean {
  if (claim.spec.volumeName) return false
  return classes(handle).get(undefined, storageClassOf(claim))?.volumeBindingMode === 'WaitForFirstConsumer'
}

function filter(handle: Handle, assumed: Assumptions, state: VolumeState, node: Selectable): Status | undefined {
  const reasons: string[] = []
  // The first claim in trouble has the word (checkBoundClaims).
  const known = state.bound.map((claim) => assumed.volume(claim.spec.volumeName!))
  const trouble = known.findIndex((volume) => volume === undefined || !reaches(volume, node))
  if (trouble >= 0 && known[trouble] !== undefined) reasons.push(nodeConflict)
  const found = choose(handle, assumed, state.delayed, node)
  if (found === undefined) reasons.push(bindConflict)
  else if ('code' in found) return found
  else if (found.short === true) reasons.push(tooLittleSpace)
  else state.byNode.set(node.name, found)
  if (trouble >= 0 && known[trouble] === undefined) reasons.push(volumeGone)
  return reasons.length === 0 ? undefined : unresolvable(names.VolumeBinding, ...reasons)
}

/** A volume for each waiting claim, or a class that can make one for this node. */
function choose(handle: Handle, assumed: Assumptions, delayed: readonly Claim[], node: Selectable): PodVolumes | Status | undefined {
  const bindings: { volume: PersistentVolume; claim: Claim }[] = []
  const provisions: Claim[] = []
  const taken = new Set<string>()
  const open: Claim[] = []
  for (const claim of delayed) {
    const selected = claim.metadata.annotations?.[selectedNodeAnnotation]
    if (selected === undefined) open.push(claim)
    else if (selected === node.name) provisions.push(claim)
    else return undefined
  }
  // The smallest first, so that it does not take what a larger one needs.
  for (const claim of open.length > 1 ? open.toSorted(bySize) : open) {
    const volume = findMatchingVolume(claim, assumed.volumes(), node, taken)
    if (volume === undefined) provisions.push(claim)
    else {
      taken.add(volume.metadata.name)
      bindings.push({ volume, claim })
    }
  }
  for (const claim of provisions) {
    const storageClass = classes(handle).get(undefined, storageClassOf(claim))
    if (storageClass === undefined) return failed(names.VolumeBinding, `failed to find storage class "${storageClassOf(claim)}"`)
    const { provisioner } = storageClass
    if (!provisioner || provisioner === noProvisioner || !topologyAllows(storageClass, node.labels)) return undefined
    if (!hasRoom(handle, storageClass, claim, node.labels)) return { bindings, provisions, short: true }
  }
  return { bindings, provisions }
}

const bySize = (a: Claim, b: Claim): number => compare(storageOf(a.spec.resources?.requests), storageOf(b.spec.resources?.requests))

/** Labels for the node that let it reach the volumes of the pod's claims, or such as its waiting claims may be bound to. */
function reachVolumes(handle: Handle, assumed: Assumptions, state: VolumeState, node: NodeInfo): Change[] {
  const labels = new Map<string, string | undefined>()
  for (const claim of state.bound) {
    const volume = assumed.volume(claim.spec.volumeName!)
    const affinity = volume?.spec.nodeAffinity?.required
    if (affinity === undefined || reaches(volume!, node)) continue
    const needed = labelsToMatch({ nodeSelector: undefined, affinity }, node)
    for (const [key, value] of needed ?? []) labels.set(key, value)
  }
  for (const claim of state.delayed) {
    if (isChoice(choose(handle, assumed, [claim], labelled(node, labels)))) continue
    const [best] = roomFor(handle, assumed, claim, labelled(node, labels))
    for (const [key, value] of best ?? []) labels.set(key, value)
  }
  if (labels.size === 0) return []
  const patch = labelPatch(node, labels)
  const changed = { name: node.name, labels: applyPatch(node.node!, patch).metadata.labels ?? {} }
  // Two volumes may want different things of the node.
  if (filter(handle, assumed, state, changed) !== undefined) return []
  const facts = { node: node.name, labels: Object.fromEntries([...labels].map(([key, value]) => [key, value ?? null])) }
  return [{ target: 'node', type: 'AddNodeLabels', patch, facts }]
}

const isChoice = (found: PodVolumes | Status | undefined): boolean => found !== undefined && !('code' in found) && found.short !== true

type NodeLabels = ReadonlyMap<string, string | undefined>

/** The node with other labels. */
function labelled({ name, labels: present }: Selectable, labels: NodeLabels): Selectable {
  const after: Record<string, string> = { ...present }
  for (const [key, value] of labels) {
    if (value === undefined) delete after[key]
    else after[key] = value
  }
  return { name, labels: after }
}

/** Labels with which a waiting claim would find a volume on the node, or have one made there; the fewest first. */
function roomFor(handle: Handle, assumed: Assumptions, claim: Claim, node: Selectable): NodeLabels[] {
  const candidates: NodeLabels[] = []
  for (const { spec } of assumed.volumes()) {
    const affinity = spec.nodeAffinity?.required
    const needed = affinity === undefined ? undefined : labelsToMatch({ nodeSelector: undefined, affinity }, node)
    if (needed !== undefined) candidates.push(needed)
  }
  for (const { matchLabelExpressions = [] } of classes(handle).get(undefined, storageClassOf(claim))?.allowedTopologies ?? []) {
    const wrong = matchLabelExpressions.filter(({ key, values }) => !values.includes(node.labels[key] ?? ''))
    candidates.push(new Map(wrong.map(({ key, values }) => [key, values[0]])))
  }
  return candidates
    .filter((labels) => mayBeLabelled(labels.keys()) && isChoice(choose(handle, assumed, [claim], labelled(node, labels))))
    .sort((a, b) => a.size - b.size)
}

function bindWork(
  handle: Handle, assumed: Assumptions, { bindings, provisions }: PodVolumes, pod: PodInfo, node: NodeInfo, timeoutMs: number,
): PreBindWork {
  const update = (resource: string, body: KubeObject): Call =>
    ({ verb: 'update', resource, namespace: body.metadata.namespace, name: body.metadata.name, body })
  const waiting = [...bindings.map(({ claim }) => claim), ...provisions]
  return {
    calls: [
      ...bindings.map(({ volume }) => update('persistentvolumes', assumed.volume(volume.metadata.name)!)),
      ...provisions.map((claim) => update('persistentvolumeclaims', claimForNode(claim, node.name))),
    ],
    timeoutMs,
    tooLate: 'binding volumes: context deadline exceeded',
    done: () => {
      for (const { metadata } of waiting) {
        const claim = claims(handle).get(pod.namespace, metadata.name)
        if (claim === undefined) return failed(names.VolumeBinding, `binding volumes: pvc "${pod.namespace}/${metadata.name}" not found`)
        if (!isFullyBound(claim)) return 'wait'
      }
      return undefined
    },
  }
}
