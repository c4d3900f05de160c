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
  claimOwners, claimsOf, decidePlace, firstUnhealthy, isParallel, isTerminating, mayCondemn, ordinalOf, placePods, revisionOf, statefulPod, statefulSetStatus,
  updateTarget, wantsCurrentRevision, type Places,
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
    if (set.metadata.deletionTimestamp === undefined) yield* this.act(work)
    const status = statefulSetStatus(set, pods, current.metadata.name, update.metadata.name, work.taken, this.controller.now)
    yield* writeStatus(statefulSets, set, { ...status })
    const live = new Set([current.metadata.name, update.metadata.name, ...pods.map(revisionOf)])
    yield* truncateRevisions(set, own, live)
    const minReadySeconds: number = set['spec'].minReadySeconds ?? 0
    return minReadySeconds > 0 && (status.readyReplicas ?? 0) !== status.availableReplicas ? { requeueAfterMs: minReadySeconds * 1000 } : {}
  }

  /** updateStatefulSet: places first, then what is too much, then what is old; in order the first that is not done ends the look. */
  private *act(work: Work): Routine<void> {
    if (yield* this.fillPlaces(work)) return
    if (yield* this.takeDown(work)) return
    const target = updateTarget(work.set, work.places, work.update.metadata.name)
    if (target === undefined) return
    yield* this.remove(work, target)
    if (revisionOf(target) === work.current.metadata.name) work.taken++
  }

  private *fillPlaces(work: Work): Routine<boolean> {
    const { set, places } = work
    const ordered = !isParallel(set)
    for (const [i, pod] of places.wanted.entries()) {
      if (pod !== undefined) yield* this.ownClaims(set, pod, false)
      const step = decidePlace(pod, set['spec'].minReadySeconds ?? 0, this.controller.now)
      if (step === 'create') yield* this.create(work, places.first + i)
      if (step === 'remove') yield* this.remove(work, pod!)
      if (step === 'remove' || (ordered && step !== 'fine')) return true
    }
    return false
  }

  private *takeDown(work: Work): Routine<boolean> {
    const { set, places } = work
    const ordered = !isParallel(set)
    for (const pod of places.condemned) yield* this.ownClaims(set, pod, true)
    const unhealthy = firstUnhealthy(places)
    let any = false
    for (const pod of places.condemned) {
      const may = mayCondemn(pod, unhealthy, ordered)
      if (may) yield* this.remove(work, pod)
      any ||= may
      if (ordered) return true
    }
    return any
  }

  private *create(work: Work, ordinal: number): Routine<void> {
    const { set, current, update } = work
    for (const body of claimsOf(set, ordinal)) yield* this.createClaim(set, ordinal, body)
    const revision = wantsCurrentRevision(set, ordinal) ? current : update
    const pod = statefulPod(set, revision['data'].spec.template, ordinal, revision.metadata.name)
    const made = yield* this.tell(set, 'create', `Pod ${pod.metadata.name}`, createPod(pod, set.metadata.namespace!), 409)
    if (made !== undefined) yield* this.ownClaims(set, made as Pod, false)
  }

  /** A claim that has just been made may not be in the copy yet: its owner is set at a later look. */
  private *ownClaims(set: KubeObject, pod: Pod, scaledDown: boolean): Routine<void> {
    for (const { metadata: { name } } of claimsOf(set, ordinalOf(set, pod))) {
      const { namespace } = set.metadata
      const claim = this.claims.get(namespace, name)
      const ownerReferences = claim === undefined ? undefined : claimOwners(set, pod, claim, scaledDown)
      if (ownerReferences === undefined) continue
      yield* must({ verb: 'update', info: claims, namespace, name, body: { ...claim, metadata: { ...claim!.metadata, ownerReferences } }, tolerate: [404] })
    }
  }

  private *createClaim(set: KubeObject, ordinal: number, body: KubeObject): Routine<void> {
    const { name } = body.metadata
    if (this.claims.get(set.metadata.namespace, name) !== undefined) return
    const response = yield* ask({ verb: 'create', info: claims, namespace: set.metadata.namespace, body })
    if (response.code === 409) return
    const failed = isRefusal(response)
    const what = `create Claim ${name} Pod ${set.metadata.name}-${ordinal} in StatefulSet ${set.metadata.name}`
    const end = failed ? `failed error: ${(response.body as Status).message}` : 'success'
    this.controller.recorder.event(set, failed ? 'Warning' : 'Normal', failed ? 'FailedCreate' : 'SuccessfulCreate', `${what} ${end}`)
    if (failed) throw new Refused(response)
  }

  private *remove({ set }: Work, pod: Pod): Routine<void> {
    if (!isTerminating(pod)) yield* this.tell(set, 'delete', `Pod ${pod.metadata.name}`, deletePod(pod), 404)
  }

  /** Makes the call and says how it went, in upstream's words (recordPodEvent). */
  private *tell(set: KubeObject, verb: 'create' | 'delete', what: string, call: Parameters<typeof ask>[0], fine: number): Routine<KubeObject | undefined> {
    const response = yield* ask(call)
    if (response.code === fine) return undefined
    const { recorder } = this.controller
    const noun = verb === 'create' ? 'Create' : 'Delete'
    const where = `${verb} ${what} in StatefulSet ${set.metadata.name}`
    if (!isRefusal(response)) {
      recorder.event(set, 'Normal', `Successful${noun}`, `${where} successful`)
      return response.body as KubeObject
    }
    recorder.event(set, 'Warning', `Failed${noun}`, `${where} failed error: ${(response.body as Status).message}`)
    throw new Refused(response)
  }
}

interface Work {
  set: KubeObject
  pods: readonly Pod[]
  places: Places
  current: KubeObject
  update: KubeObject
  taken: number
}
