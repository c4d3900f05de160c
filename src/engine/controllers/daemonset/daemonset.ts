import { semanticEqual } from '../../api/equality.ts'
import type { Response } from '../../api/request.ts'
import type { KubeObject, Node, Pod, Status } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, isRefusal, namespaceEnds, Refused, type Call, type Routine } from '../../client/controller.ts'
import { keyOf, type Informer } from '../../client/informer.ts'
import { candidates, claim } from '../common/claim.ts'
import { Expectations } from '../common/expectations.ts'
import { controllerOf } from '../common/owner.ts'
import { createPod, deletePod, hasEnded, isReady, podsResource } from '../common/pods.ts'
import { watchPods } from '../common/pod-watch.ts'
import { controllerRevisions, hashOf, ownRevisions, presentRevision, revisionLabel, truncateRevisions } from '../common/revisions.ts'
import { podSelector } from '../common/selectors.ts'
import { slowStart } from '../common/slow-start.ts'
import { writeStatus } from '../common/status-write.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { daemonPod, daemonSetStatus, decideNodes, decideRollingUpdate, nodeConcerns, targetNode, type Changes } from './decide.ts'
import { FailedPods } from './failed-pods.ts'

const daemonSets = resource('daemonsets', 'apps')

/** So many pods at most are created or deleted in one look (BurstReplicas). */
const burst = 250

/** pkg/controller/daemon: one pod on every node that should have it. */
export function startDaemonSets(options: ComponentOptions, informers: SharedInformers): void {
  new DaemonSets(options, informers)
}

class DaemonSets {
  private readonly sets: Informer<KubeObject>
  private readonly nodes: Informer<Node>
  private readonly pods: Informer<Pod>
  private readonly revisions: Informer<KubeObject>
  private readonly controller: Controller
  private readonly expectations = new Expectations()
  private readonly failedPods = new FailedPods()

  constructor(options: ComponentOptions, informers: SharedInformers) {
    this.sets = informers.of(daemonSets)
    this.nodes = informers.of<Node>(resource('nodes'))
    this.pods = informers.pods
    this.revisions = informers.of(controllerRevisions)
    const controller = new Controller(options, 'daemon-set-controller', 2, (key) => this.sync(key), 'daemonset-controller')
    this.controller = controller
    this.sets.onChange(({ type, object }) => {
      if (type === 'delete') this.expectations.forget(keyOf(object))
      controller.queue.add(keyOf(object))
    })
    this.nodes.onChange(({ type, object, old }) => {
      if (type === 'delete' || (type === 'update' && sameForDaemons(object, old))) return
      const owners = new Set([...this.pods.byIndex('node', object.metadata.name)].map((pod) => controllerOf(pod)?.uid))
      for (const set of this.sets.all()) if (nodeConcerns(set, object, owners.has(set.metadata.uid))) controller.queue.add(keyOf(set))
    })
    watchPods({
      pods: this.pods,
      owners: this.sets,
      kind: 'DaemonSet',
      selector: ({ spec }) => podSelector(spec.selector),
      expectations: this.expectations,
      enqueue: (key) => controller.queue.add(key),
      // The status may not tell that one waits, if an older pod is there: then only this looks again. A second more, for times are cut to seconds.
      updated: (set, old, pod) => {
        const minReadySeconds: number = set['spec'].minReadySeconds ?? 0
        if (minReadySeconds > 0 && !isReady(old) && isReady(pod)) controller.queue.addAfter(keyOf(set), (minReadySeconds + 1) * 1000)
      },
    })
  }

  private *sync(key: string): Routine {
    const set = this.sets.byKey(key)
    if (set === undefined) return
    const selector = podSelector(set['spec'].selector)
    if (selector.nothing === true || set.metadata.deletionTimestamp !== undefined) return
    const own = yield* ownRevisions(set, daemonSets, selector, this.revisions)
    const present = yield* presentRevision(set, own)
    const hash = hashOf(present)
    const { now } = this.controller
    const nodes = [...this.nodes.all()]
    const satisfied = this.expectations.satisfied(key, now)
    const refused = satisfied ? yield* this.update(key, set, nodes, own, present) : undefined
    // What is there is counted as it is now: the copies may have seen what was just done. Told even when something was refused.
    const status = daemonSetStatus(set, nodes, yield* this.podsByNode(set), hash, this.controller.now)
    // What nobody has acted on is not observed yet.
    yield* writeStatus(daemonSets, set, satisfied ? status : { ...status, observedGeneration: set['status']?.observedGeneration ?? 0 })
    if (refused !== undefined) throw refused
    const minReadySeconds: number = set['spec'].minReadySeconds ?? 0
    const waiting = minReadySeconds > 0 && status.numberReady !== (status.numberAvailable ?? 0)
    return waiting ? { requeueAfterMs: minReadySeconds * 1000 } : {}
  }

  /** Nodes first, then what is old, then history; the first refusal ends the row and is returned (updateDaemonSet). */
  private *update(key: string, set: KubeObject, nodes: readonly Node[], own: readonly KubeObject[], present: KubeObject): Routine<Refused | undefined> {
    const hash = hashOf(present)
    const { now } = this.controller
    try {
      yield* this.change(key, set, decideNodes({ set, nodes, podsOn: yield* this.podsByNode(set), hash, now }, (pod) => this.endedGoes(set, pod)), hash)
      if (this.expectations.satisfied(key, now) && set['spec'].updateStrategy?.type !== 'OnDelete') {
        yield* this.change(key, set, decideRollingUpdate({ set, nodes, podsOn: yield* this.podsByNode(set), hash, now }), hash)
      }
      // The limit is for all old ones, those among them that pods have included (cleanupHistory).
      const hashes = new Set((yield* this.ownPods(set)).map((pod) => pod.metadata.labels?.[revisionLabel]))
      yield* truncateRevisions(set, own.filter(({ metadata }) => metadata.name !== present.metadata.name), (revision) => hashes.has(hashOf(revision)))
      return undefined
    } catch (error) {
      if (error instanceof Refused) return error
      throw error
    }
  }

  private ownPods(set: KubeObject): Routine<Pod[]> {
    return claim({
      owner: set, ownerResource: daemonSets, resource: podsResource, selector: podSelector(set['spec'].selector), objects: [...candidates(set, this.pods)],
    })
  }

  private *podsByNode(set: KubeObject): Routine<Map<string, Pod[]>> {
    const byNode = new Map<string, Pod[]>()
    for (const pod of yield* this.ownPods(set)) {
      const node = targetNode(pod)
      // One that has ended and is about to go leaves its place to the next (getNodesToDaemonPods).
      if (node === undefined || (hasEnded(pod) && pod.metadata.deletionTimestamp !== undefined)) continue
      const there = byNode.get(node)
      if (there === undefined) byNode.set(node, [pod])
      else there.push(pod)
    }
    return byNode
  }

  /** A pod that has ended is made anew; one that fails again and again waits longer each time, or kubelet and controller would fight. */
  private endedGoes(set: KubeObject, { metadata: { namespace, name }, spec, status }: Pod): boolean {
    const { controller: { recorder, queue, now } } = this
    const place = `${spec.nodeName}`
    if (status.phase === 'Succeeded') {
      recorder.event(set, 'Normal', 'SucceededDaemonPod', `Found succeeded daemon pod ${namespace}/${name} on node ${place}, will try to delete it`)
      return true
    }
    const waitMs = this.failedPods.delayMs(`${set.metadata.uid}/${set.metadata.generation}/${place}`, now)
    if (waitMs > 0) {
      queue.addAfter(keyOf(set), waitMs)
      return false
    }
    this.failedPods.next(`${set.metadata.uid}/${set.metadata.generation}/${place}`, now)
    recorder.event(set, 'Warning', 'FailedDaemonPod', `Found failed daemon pod ${namespace}/${name} on node ${place}, will try to kill it`)
    return true
  }

  /** syncNodes: creations in growing batches, deletions all at once. */
  private *change(key: string, set: KubeObject, { create, remove }: Changes, hash: string): Routine<void> {
    const nodes = create.slice(0, burst)
    const doomed = remove.slice(0, burst)
    if (nodes.length + doomed.length === 0) return
    this.expectations.expect(key, nodes.length, doomed.map(keyOf), this.controller.now)
    const { succeeded, refusal } = yield* slowStart(nodes.map((node): Call => ({
      ...createPod(daemonPod(set, node, hash), set.metadata.namespace!),
      answered: (response) => this.created(set, response),
    })))
    if (succeeded < nodes.length) this.expectations.creationObserved(key, nodes.length - succeeded)
    const refused = (yield* this.remove(key, set, doomed)) ?? refusal
    if (refused !== undefined) throw new Refused(refused)
  }

  private *remove(key: string, set: KubeObject, doomed: readonly Pod[]): Routine<Response | undefined> {
    const { recorder } = this.controller
    let refusal: Response | undefined
    const responses = doomed.length === 0 ? [] : yield doomed.map((pod) => deletePod(pod))
    responses.forEach((response, i) => {
      const pod = doomed[i]!
      if (!isRefusal(response)) return recorder.event(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
      this.expectations.deletionObserved(key, keyOf(pod))
      if (response.code === 404) return
      refusal ??= response
      recorder.event(set, 'Warning', 'FailedDelete', `Error deleting: ${(response.body as Status).message}`)
    })
    return refusal
  }

  private created(set: KubeObject, response: Response): void {
    const { recorder } = this.controller
    if (!isRefusal(response)) recorder.event(set, 'Normal', 'SuccessfulCreate', `Created pod: ${(response.body as KubeObject).metadata.name}`)
    else if (!namespaceEnds(response.body as Status)) recorder.event(set, 'Warning', 'FailedCreate', `Error creating: ${(response.body as Status).message}`)
  }
}

/** Heartbeats change nothing for a daemon. */
function sameForDaemons(a: Node, b: Node): boolean {
  return semanticEqual(a.metadata.labels, b.metadata.labels) && semanticEqual(a.spec, b.spec)
}
