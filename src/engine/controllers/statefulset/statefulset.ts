import type { KubeObject, Pod, Status } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { ask, Controller, isRefusal, must, Refused, type Routine } from '../../client/controller.ts'
import { keyOf, type Informer } from '../../client/informer.ts'
import { candidates, claim } from '../common/claim.ts'
import { createPod, deletePod, podsResource } from '../common/pods.ts'
import { watchPods } from '../common/pod-watch.ts'
import { controllerRevisions, presentRevision, truncateRevisions } from '../common/revisions.ts'
import { podSelector } from '../common/selectors.ts'
import { writeStatus } from '../common/status-write.ts'
import type { SharedInformers } from '../shared-informers.ts'
import {
  claimOwners, claimsOf, decidePlace, firstUnhealthy, hasEnded, isParallel, isStale, isTerminating, mayCondemn, ordinalOf, placePods, revisionOf, statefulPod,
  statefulSetStatus, updateTarget, wantsCurrentRevision, withIdentity, type Places,
} from './decide.ts'

const statefulSets = resource('statefulsets', 'apps')
const claims = resource('persistentvolumeclaims')

/** pkg/controller/statefulset: numbered pods, each with its own name and storage, made and taken down in order. */
export function startStatefulSets(options: ComponentOptions, informers: SharedInformers): void {
  new StatefulSets(options, informers)
}

class StatefulSets {
  private readonly sets: Informer<KubeObject>
  private readonly pods: Informer<Pod>
  private readonly claims: Informer<KubeObject>
  private readonly revisions: Informer<KubeObject>
  private readonly controller: Controller

  constructor(options: ComponentOptions, informers: SharedInformers) {
    this.sets = informers.of(statefulSets)
    this.pods = informers.pods
    this.claims = informers.of(claims)
    this.revisions = informers.of(controllerRevisions)
    const controller = new Controller(options, 'statefulset-controller', 5, (key) => this.sync(key))
    this.controller = controller
    this.sets.onChange(({ object }) => controller.queue.add(keyOf(object)))
    watchPods({
      pods: this.pods, owners: this.sets, kind: 'StatefulSet', selector: ({ spec }) => podSelector(spec.selector), enqueue: (key) => controller.queue.add(key),
    })
  }

  private *sync(key: string): Routine {
    const set = this.sets.byKey(key)
    const selector = set === undefined ? undefined : podSelector(set['spec'].selector)
    if (set === undefined || selector!.nothing === true) return
    const objects = [...candidates(set, this.pods)].filter((pod) => ordinalOf(set, pod) >= 0)
    const pods = yield* claim({ owner: set, ownerResource: statefulSets, resource: podsResource, selector: selector!, objects })
    const own = [...this.revisions.byIndex('controller', set.metadata.uid)]
    const update = yield* presentRevision(set, own)
    const current = own.find(({ metadata }) => metadata.name === set['status']?.currentRevision) ?? update
    const work: Work = { set, pods, places: placePods(set, pods), current, update, taken: 0 }
    const failed = set.metadata.deletionTimestamp === undefined && (yield* this.act(work))
    // Told even when something went wrong.
    const status = statefulSetStatus(set, pods, current.metadata.name, update.metadata.name, work.taken, this.controller.now)
    yield* writeStatus(statefulSets, set, { ...status })
    const live = new Set([current.metadata.name, update.metadata.name, ...pods.map(revisionOf)])
    yield* truncateRevisions(set, own, live)
    if (failed) return { failed }
    const minReadySeconds: number = set['spec'].minReadySeconds ?? 0
    return minReadySeconds > 0 && (status.readyReplicas ?? 0) !== status.availableReplicas ? { requeueAfterMs: minReadySeconds * 1000 } : {}
  }

  /** Whether something went wrong, so that the set has to be looked at again. */
  private *act(work: Work): Routine<boolean> {
    try {
      yield* this.update(work)
      return false
    } catch (error) {
      if (error instanceof Refused || error instanceof ClaimGoes) return true
      throw error
    }
  }

  /** updateStatefulSet: places first, then what is too much, then what is old; in order the first that is not done ends the look. */
  private *update(work: Work): Routine<void> {
    const { set, places } = work
    const ordered = !isParallel(set)
    for (const i of places.wanted.keys()) if ((yield* this.fillPlace(work, i)) && ordered) return
    for (const pod of places.condemned) yield* this.ownClaims(set, pod, true)
    const unhealthy = firstUnhealthy(places)
    for (const pod of places.condemned) {
      if (mayCondemn(set, pod, unhealthy, this.controller.now)) yield* this.remove(work, pod)
      if (ordered) return
    }
    const target = updateTarget(set, places, work.update.metadata.name)
    if (target === undefined) return
    yield* this.remove(work, target)
    work.taken++
  }

  /** One place (processReplica); true when those behind it have to wait. */
  private *fillPlace(work: Work, i: number): Routine<boolean> {
    const { set, places } = work
    const pod = places.wanted[i]
    const ordinal = places.first + i
    const step = decidePlace(pod, set['spec'].minReadySeconds ?? 0, this.controller.now)
    if (pod === undefined) {
      if (!claimsOf(set, ordinal).some(({ metadata: { name } }) => isStale(set, this.claims.get(set.metadata.namespace, name)))) yield* this.create(work, ordinal)
      return true
    }
    if (step === 'remove') yield* this.remove(work, pod)
    if (hasEnded(pod)) return true
    if (pod.status.phase === 'Pending') {
      yield* this.createClaims(set, ordinal)
      yield* this.ownClaims(set, pod, false)
    }
    if (step === 'wait' && !isParallel(set)) return true
    yield* this.keepIdentity(set, pod)
    return false
  }

  /** Its name as a label and its claims as they should be; claims that change hands are told as an update of the pod (UpdateStatefulPod). */
  private *keepIdentity(set: KubeObject, pod: Pod): Routine<void> {
    const named = withIdentity(set, pod)
    const owned = yield* this.ownClaims(set, pod, false)
    if (named === undefined && !owned) return
    const { namespace, name } = pod.metadata
    yield* this.tell(set, 'update', `Pod ${name}`, { verb: 'update', info: podsResource, namespace, name, body: named ?? pod })
  }

  private *create(work: Work, ordinal: number): Routine<void> {
    const { set, current, update } = work
    const revision = wantsCurrentRevision(set, ordinal) ? current : update
    const pod = statefulPod(set, revision['data'].spec.template, ordinal, revision.metadata.name)
    const what = `Pod ${pod.metadata.name}`
    yield* this.createClaims(set, ordinal, what)
    const made = yield* this.tell(set, 'create', what, createPod(pod, set.metadata.namespace!), 409)
    yield* this.ownClaims(set, made as Pod, false)
  }

  /** Whether any had to be changed. A claim that has just been made may not be in the copy yet: its owner is set at a later look. */
  private *ownClaims(set: KubeObject, pod: Pod, scaledDown: boolean): Routine<boolean> {
    let changed = false
    for (const { metadata: { name } } of claimsOf(set, ordinalOf(set, pod))) {
      const { namespace } = set.metadata
      const claim = this.claims.get(namespace, name)
      const ownerReferences = claim === undefined ? undefined : claimOwners(set, pod, claim, scaledDown)
      if (ownerReferences === undefined) continue
      changed = true
      yield* must({ verb: 'update', info: claims, namespace, name, body: { ...claim, metadata: { ...claim!.metadata, ownerReferences } }, tolerate: [404] })
    }
    return changed
  }

  /** Those of a place that are missing; `creating`: the pod that is not made when they cannot be had, which is told (createPersistentVolumeClaims). */
  private *createClaims(set: KubeObject, ordinal: number, creating?: string): Routine<void> {
    const errors: string[] = []
    for (const body of claimsOf(set, ordinal)) {
      const { name } = body.metadata
      const present = this.claims.get(set.metadata.namespace, name)
      if (present?.metadata.deletionTimestamp !== undefined) errors.push(`pvc ${name} is being deleted`)
      const error = present === undefined ? yield* this.createClaim(set, ordinal, body) : undefined
      if (error !== undefined) errors.push(`failed to create PVC ${name}: ${error}`)
    }
    if (errors.length === 0) return
    const error = errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]`
    if (creating !== undefined) this.controller.recorder.event(set, 'Warning', 'FailedCreate', `create ${creating} in StatefulSet ${set.metadata.name} failed error: ${error}`)
    throw new ClaimGoes(error)
  }

  private *createClaim(set: KubeObject, ordinal: number, body: KubeObject): Routine<string | undefined> {
    const { name } = body.metadata
    const response = yield* ask({ verb: 'create', info: claims, namespace: set.metadata.namespace, body })
    const { recorder } = this.controller
    const pod = `Pod ${set.metadata.name}-${ordinal} in StatefulSet ${set.metadata.name}`
    if (!isRefusal(response)) {
      recorder.event(set, 'Normal', 'SuccessfulCreate', `create Claim ${name} ${pod} success`)
      return undefined
    }
    const { message } = response.body as Status
    if (response.code !== 409) recorder.event(set, 'Warning', 'FailedCreate', `create Claim ${name} for ${pod} failed error: ${message}`)
    return message
  }

  private *remove({ set }: Work, pod: Pod): Routine<void> {
    if (!isTerminating(pod)) yield* this.tell(set, 'delete', `Pod ${pod.metadata.name}`, deletePod(pod))
  }

  /** Makes the call and says how it went, in upstream's words (recordPodEvent); nothing is said of a refusal that is `silent`. */
  private *tell(set: KubeObject, verb: 'create' | 'update' | 'delete', what: string, call: Parameters<typeof ask>[0], silent?: number): Routine<KubeObject> {
    const response = yield* ask(call)
    const { recorder } = this.controller
    const noun = { create: 'Create', update: 'Update', delete: 'Delete' }[verb]
    const where = `${verb} ${what} in StatefulSet ${set.metadata.name}`
    if (!isRefusal(response)) {
      recorder.event(set, 'Normal', `Successful${noun}`, `${where} successful`)
      return response.body as KubeObject
    }
    if (response.code !== silent) recorder.event(set, 'Warning', `Failed${noun}`, `${where} failed error: ${(response.body as Status).message}`)
    throw new Refused(response)
  }
}

/** A claim of a pod is not to be had: it is about to go, or could not be made. */
class ClaimGoes extends Error {}

interface Work {
  set: KubeObject
  pods: readonly Pod[]
  places: Places
  current: KubeObject
  update: KubeObject
  taken: number
}
