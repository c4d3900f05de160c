import type { LabelSelector, Selector } from '../../api/selector.ts'
import type { Response } from '../../api/request.ts'
import type { KubeObject, Pod, Status } from '../../api/types.ts'
import { resource, type ComponentOptions, type ResourceRef } from '../../client/client.ts'
import { ask, Controller, isRefusal, namespaceEnds, Refused, type Call, type Routine } from '../../client/controller.ts'
import { keyOf, type Informer } from '../../client/informer.ts'
import { candidates, claim } from '../common/claim.ts'
import type { PodTally } from '../common/pod-tally.ts'
import { Expectations } from '../common/expectations.ts'
import { createPod, deletePod, isActive, podFromTemplate, podsResource } from '../common/pods.ts'
import { watchPods } from '../common/pod-watch.ts'
import { podSelector } from '../common/selectors.ts'
import { slowStart } from '../common/slow-start.ts'
import { controllerOf } from '../common/owner.ts'
import type { SharedInformers } from '../shared-informers.ts'
import {
  countReplicas, nextAvailableMs, replicaSetStatus, replicasMissing, statusDiffers, tallyReplicas, type ReplicaCounts, type ReplicaFailure,
} from './decide.ts'
import { podsToDelete } from './ranking.ts'

/** ReplicaSets and ReplicationControllers are kept by the same rules; they differ in names and in how they select. */
interface Flavour {
  resource: ResourceRef
  author: string
  selector: (set: KubeObject) => Selector
}

/** pkg/controller/replicaset/replica_set.go: as many pods as wanted, no more and no fewer. */
export function startReplicaSets(options: ComponentOptions, informers: SharedInformers): void {
  new ReplicaSets(options, informers, {
    resource: resource('replicasets', 'apps'),
    author: 'replicaset-controller',
    selector: ({ spec }) => podSelector(spec.selector),
  })
}

/** pkg/controller/replication: the same for its predecessor, whose selector is a plain map. */
export function startReplicationControllers(options: ComponentOptions, informers: SharedInformers): void {
  const asObjects = new WeakMap<object, LabelSelector>()
  new ReplicaSets(options, informers, {
    resource: resource('replicationcontrollers'),
    author: 'replication-controller',
    selector: ({ spec }) => {
      const labels: Record<string, string> = spec.selector ?? {}
      let selector = asObjects.get(labels)
      if (selector === undefined) asObjects.set(labels, (selector = { matchLabels: labels }))
      return podSelector(selector)
    },
  })
}

class ReplicaSets {
  private readonly flavour: Flavour
  private readonly sets: Informer<KubeObject>
  private readonly pods: Informer<Pod>
  private readonly tally: PodTally
  private readonly controller: Controller
  private readonly expectations = new Expectations()

  constructor(options: ComponentOptions, informers: SharedInformers, flavour: Flavour) {
    this.flavour = flavour
    this.sets = informers.of(flavour.resource)
    this.pods = informers.pods
    this.tally = informers.podTally
    const controller = new Controller(options, flavour.author, 5, (key) => this.sync(key))
    this.controller = controller
    this.sets.onChange(({ type, object }) => {
      if (type === 'delete') this.expectations.forget(keyOf(object))
      controller.queue.add(keyOf(object))
    })
    watchPods({
      pods: this.pods,
      owners: this.sets,
      kind: flavour.resource.kind,
      selector: flavour.selector,
      expectations: this.expectations,
      enqueue: (key) => controller.queue.add(key),
    })
  }

  private *sync(key: string): Routine {
    const set = this.sets.byKey(key)
    if (set === undefined) return
    const needsSync = this.expectations.satisfied(key, this.controller.now)
    const selector = this.flavour.selector(set)
    const { tally } = this
    const counts = tallyReplicas(set, selector, tally.ownedBy(set.metadata.uid), tally.orphansIn(set.metadata.namespace!))
    const claimed = counts === undefined ? yield* this.claim(set, selector) : undefined
    let refusal: Response | undefined
    let creating = true
    if (needsSync && set.metadata.deletionTimestamp === undefined) {
      const missing = replicasMissing(set['spec'].replicas ?? 1, counts?.replicas ?? claimed!.length)
      creating = missing > 0
      if (missing > 0) refusal = yield* this.create(key, set, missing)
      if (missing < 0) refusal = yield* this.remove(key, set, claimed ?? this.activePods(set), -missing)
    }
    const failure = refusal === undefined ? undefined : { creating, message: (refusal.body as Status).message ?? '' }
    const { now } = this.controller
    yield* this.writeStatus(set, counts ?? countReplicas(set, claimed!, now), failure)
    if (refusal !== undefined) return { failed: true }
    const next = claimed === undefined ? undefined : nextAvailableMs(set, claimed, now)
    return next === undefined ? {} : { requeueAfterMs: next }
  }

  private claim(set: KubeObject, selector: Selector): Routine<Pod[]> {
    const objects = [...candidates(set, this.pods)].filter(isActive)
    return claim({ owner: set, ownerResource: this.flavour.resource, resource: podsResource, selector, objects })
  }

  private activePods({ metadata: { uid } }: KubeObject): Pod[] {
    return [...this.pods.byIndex('controller', uid)].filter(isActive)
  }

  private *create(key: string, set: KubeObject, count: number): Routine<Response | undefined> {
    const { expectations, controller } = this
    expectations.expectCreations(key, count, controller.now)
    const pod = podFromTemplate(set['spec'].template, set)
    const call: Call = { ...createPod(pod, set.metadata.namespace!), answered: (response) => this.created(set, response) }
    const { succeeded, refusal } = yield* slowStart(Array.from({ length: count }, () => call))
    if (succeeded < count) expectations.creationObserved(key, count - succeeded)
    return refusal
  }

  private created(set: KubeObject, response: Response): void {
    const { recorder } = this.controller
    if (!isRefusal(response)) recorder.event(set, 'Normal', 'SuccessfulCreate', `Created pod: ${(response.body as KubeObject).metadata.name}`)
    else if (!namespaceEnds(response.body as Status)) recorder.event(set, 'Warning', 'FailedCreate', `Error creating: ${(response.body as Status).message}`)
  }

  private *remove(key: string, set: KubeObject, active: readonly Pod[], count: number): Routine<Response | undefined> {
    const { expectations, controller } = this
    const chosen = podsToDelete(active, this.relatedPods(set), count, controller.now)
    expectations.expectDeletions(key, chosen.map(keyOf), controller.now)
    const responses = yield chosen.map((pod) => deletePod(pod))
    let refusal: Response | undefined
    responses.forEach((response, i) => {
      const pod = chosen[i]!
      if (isRefusal(response)) {
        expectations.deletionObserved(key, keyOf(pod))
        if (response.code === 404) return
        refusal ??= response
        controller.recorder.event(set, 'Warning', 'FailedDelete', `Error deleting: ${(response.body as Status).message}`)
      } else controller.recorder.event(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
    })
    return refusal
  }

  /** Active pods of all sets that have the same owner (getIndirectlyRelatedPods). */
  private relatedPods(set: KubeObject): Pod[] {
    const owner = controllerOf(set)
    const sets = owner === undefined ? [set] : [...this.sets.byIndex('controller', owner.uid)]
    return sets.flatMap(({ metadata }) => [...this.pods.byIndex('controller', metadata.uid)]).filter(isActive)
  }

  /** Written when it differs; after a conflict once more onto the set as it is now (updateReplicaSetStatus). */
  private *writeStatus(set: KubeObject, counts: ReplicaCounts, failure: ReplicaFailure | undefined): Routine<void> {
    const status = replicaSetStatus(set, counts, failure, this.controller.now)
    if (!statusDiffers(set, status)) return
    const { resource: info } = this.flavour
    const { namespace, name } = set.metadata
    const update = (onto: KubeObject): Call => ({ verb: 'update', info, subresource: 'status', namespace, name, body: { ...onto, status } })
    const response = yield* ask(update(set))
    if (!isRefusal(response)) return
    const fresh = yield* ask({ verb: 'get', info, namespace, name })
    if (isRefusal(fresh)) throw new Refused(fresh)
    const again = yield* ask(update(fresh.body as KubeObject))
    if (isRefusal(again)) throw new Refused(again)
  }
}
