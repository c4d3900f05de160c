import type { KubeObject, Pod, Status } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { ask, Controller, isRefusal, must, Refused, type Routine } from '../../client/controller.ts'
import { keyOf, type Informer } from '../../client/informer.ts'
import { candidates, claim } from '../common/claim.ts'
import { createPod, deletePod, podsResource } from '../common/pods.ts'
import { watchPods } from '../common/pod-watch.ts'
import { controllerRevisions, ownRevisions, presentRevision, truncateRevisions } from '../common/revisions.ts'
import { podSelector } from '../common/selectors.ts'
import { writeStatus } from '../common/status-write.ts'
import type { SharedInformers } from '../shared-informers.ts'
import {
  asMember, claimOwners, claimsOf, decidePlace, firstUnhealthy, hasEnded, isParallel, isStale, isTerminating, mayCondemn, ordinalOf, placePods, revisionOf,
  statefulPod, statefulSetStatus, updateTarget, wantsCurrentRevision, type Places,
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
    const own = yield* ownRevisions(set, statefulSets, selector!, this.revisions)
    const pods = yield* claim({
      owner: set, ownerResource: statefulSets, resource: podsResource, selector: selector!, objects: [...candidates(set, this.pods)],
      belongs: (pod) => ordinalOf(set, pod) >= 0,
    })
    const update = yield* presentRevision(set, own)
    const current = own.find(({ metadata }) => metadata.name === set['status']?.currentRevision) ?? update
    const work: Work = { set, pods, places: placePods(set, pods), current, update, taken: 0 }
    const failed = set.metadata.deletionTimestamp === undefined && (yield* this.act(work))
    // Told even when something went wrong.
    const status = statefulSetStatus(set, pods, current.metadata.name, update.metadata.name, work.taken, this.controller.now)
    yield* writeStatus(statefulSets, set, { ...status })
    const live = new Set([current.metadata.name, update.metadata.name, ...pods.map(revisionOf)])
    yield* truncateRevisions(set, own.filter(({ metadata }) => !live.has(metadata.name)), () => false)
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
      if (isFailure(error)) return true
      throw error
    }
  }

  /** updateStatefulSet: places first, then what is too much, then what is old; in order the first that is not done ends the look. */
  private *update(work: Work): Routine<void> {
    const { set, places } = work
    const ordered = !isParallel(set)
    if (yield* forAll(places.wanted.length, ordered, (i) => this.fillPlace(work, i))) return
    yield* forAll(places.condemned.length, ordered, (i) => this.handOver(work, places.condemned[i]!))
    const unhealthy = firstUnhealthy(places)
    if (yield* forAll(places.condemned.length, ordered, (i) => this.condemn(work, places.condemned[i]!, unhealthy))) return
    const target = updateTarget(set, places, work.update.metadata.name)
    if (target === undefined) return
    yield* this.remove(work, target)
    work.taken++
  }

  /** The claims of a pod that is too much (fixPodClaim); nobody has to wait for it. */
  private *handOver({ set }: Work, pod: Pod): Routine<boolean> {
    yield* this.ownClaims(set, pod)
    return false
  }

  /** A pod that is too much (processCondemned): those behind it wait. */
  private *condemn(work: Work, pod: Pod, unhealthy: Pod | undefined): Routine<boolean> {
    if (mayCondemn(work.set, pod, unhealthy, this.controller.now)) yield* this.remove(work, pod)
    return true
  }

  /** One place (processReplica); true when those behind it have to wait. */
  private *fillPlace(work: Work, i: number): Routine<boolean> {
    const { set, places } = work
    const pod = places.wanted[i]
    const ordinal = places.first + i
    const step = decidePlace(pod, set['spec'].minReadySeconds ?? 0, this.controller.now)
    if (pod === undefined) {
      const stale = claimsOf(set, ordinal).some(({ metadata: { name } }) => isStale(set, `${set.metadata.name}-${ordinal}`, this.claims.get(set.metadata.namespace, name)))
      if (!stale) yield* this.create(work, ordinal)
      return true
    }
    if (step === 'remove') yield* this.remove(work, pod)
    if (hasEnded(pod)) return true
    if (pod.status.phase === 'Pending') {
      yield* this.createClaims(set, ordinal)
      yield* this.ownClaims(set, pod)
    }
    if (step === 'wait' && !isParallel(set)) return true
    yield* this.keepIdentity(set, pod)
    return false
  }

  /**
   * Its name as a label, its claims as volumes - which the API server refuses a pod that has been adopted without - and as they should be;
   * claims that change hands are told as an update of the pod (UpdateStatefulPod).
   */
  private *keepIdentity(set: KubeObject, pod: Pod): Routine<void> {
    const member = asMember(set, pod)
    const { namespace, name } = pod.metadata
    if (member?.storage === true) yield* this.createClaims(set, ordinalOf(set, pod), { verb: 'update', what: `Pod ${name}` })
    const owned = yield* this.ownClaims(set, pod)
    if (member === undefined && !owned) return
    yield* this.tell(set, 'update', `Pod ${name}`, { verb: 'update', info: podsResource, namespace, name, body: member?.pod ?? pod })
  }

  private *create(work: Work, ordinal: number): Routine<void> {
    const { set, current, update } = work
    const revision = wantsCurrentRevision(set, ordinal) ? current : update
    const pod = statefulPod(set, revision['data'].spec.template, ordinal, revision.metadata.name)
    const what = `Pod ${pod.metadata.name}`
    yield* this.createClaims(set, ordinal, { verb: 'create', what })
    const made = yield* this.tell(set, 'create', what, createPod(pod, set.metadata.namespace!), 409)
    yield* this.ownClaims(set, made as Pod)
  }

  /** Whether any had to be changed. A claim that has just been made may not be in the copy yet: its owner is set at a later look. */
  private *ownClaims(set: KubeObject, pod: Pod): Routine<boolean> {
    let changed = false
    for (const { metadata: { name } } of claimsOf(set, ordinalOf(set, pod))) {
      const { namespace } = set.metadata
      const claim = this.claims.get(namespace, name)
      const ownerReferences = claim === undefined ? undefined : claimOwners(set, pod, claim)
      if (ownerReferences === undefined) continue
      changed = true
      yield* must({ verb: 'update', info: claims, namespace, name, body: { ...claim, metadata: { ...claim!.metadata, ownerReferences } }, tolerate: [404] })
    }
    return changed
  }

  /** Those of a place that are missing; `for`: what is not done to a pod when they cannot be had, which is told (createPersistentVolumeClaims). */
  private *createClaims(set: KubeObject, ordinal: number, wish?: { verb: 'create' | 'update'; what: string }): Routine<void> {
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
    if (wish !== undefined) this.tellFailure(set, wish.verb, wish.what, error)
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
  private *tell(set: KubeObject, verb: keyof typeof nouns, what: string, call: Parameters<typeof ask>[0], silent?: number): Routine<KubeObject> {
    const response = yield* ask(call)
    const { recorder } = this.controller
    if (!isRefusal(response)) {
      recorder.event(set, 'Normal', `Successful${nouns[verb]}`, `${verb} ${what} in StatefulSet ${set.metadata.name} successful`)
      return response.body as KubeObject
    }
    if (response.code !== silent) this.tellFailure(set, verb, what, `${(response.body as Status).message}`)
    throw new Refused(response)
  }

  private tellFailure(set: KubeObject, verb: keyof typeof nouns, what: string, error: string): void {
    this.controller.recorder.event(set, 'Warning', `Failed${nouns[verb]}`, `${verb} ${what} in StatefulSet ${set.metadata.name} failed error: ${error}`)
  }
}

const nouns = { create: 'Create', update: 'Update', delete: 'Delete' } as const

/**
 * In order, until one says that those behind it have to wait, which is returned; or else in batches of 1, 2, 4 and so on, of which one with a
 * failure is the last (runForAll).
 */
function* forAll(count: number, ordered: boolean, look: (i: number) => Routine<boolean>): Routine<boolean> {
  if (ordered) {
    for (let i = 0; i < count; i++) if (yield* look(i)) return true
    return false
  }
  for (let start = 0, size = 1; start < count; start += size, size *= 2) {
    const failures: unknown[] = []
    for (let i = start; i < Math.min(start + size, count); i++) {
      try {
        yield* look(i)
      } catch (error) {
        if (!isFailure(error)) throw error
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
  return false
}

const isFailure = (error: unknown): boolean => error instanceof Refused || error instanceof ClaimGoes

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
