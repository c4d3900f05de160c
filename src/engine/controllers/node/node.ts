import type { KubeObject, Node, NodeCondition, Pod, Taint } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { ask, Controller, isRefusal, must, type Reconciliation, type Routine } from '../../client/controller.ts'
import type { Informer } from '../../client/informer.ts'
import { podsResource, timeOf } from '../common/pods.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { isEvictionKey, TaintEvictions } from '../tainteviction/tainteviction.ts'
import {
  executingTaintsOf, graceMs, heartbeatOf, notReadyConditions, olderLabelsOf, readyStatus, schedulingTaintsOf, silentConditions, startupGraceMs, withoutExecuting,
} from './decide.ts'
import { rateOf, ZoneQueue, zoneOf, zoneState } from './zones.ts'

const nodes = resource('nodes')
const leases = resource('leases', 'coordination.k8s.io')

/** How often the nodes are looked over (node-monitor-period). */
const monitorMs = 5000
/** How often nodes are taken from the line (nodeEvictionPeriod). */
const taintingMs = 100
/** How often silence is written down when others write, too (NodeHealthUpdateRetry). */
const healthUpdateAttempts = 5
/** A node with this label does not count when a zone's state is found. */
const excluded = 'node.kubernetes.io/exclude-disruption'

/** Who watches the nodes: silence becomes Unknown, conditions become taints (pkg/controller/nodelifecycle), and these drive pods away. */
export function startNodeController(options: ComponentOptions, informers: SharedInformers): void {
  new NodeController(options, informers)
}

/** When something was last heard of a node. */
interface Health {
  uid: string
  heartbeat: number
  lease: string | undefined
  seenAt: number
  /** Its pods still have to be told that it is not ready: a write was refused. */
  retry: boolean
}

class NodeController {
  private readonly nodes: Informer<Node>
  private readonly pods: Informer<Pod>
  private readonly leases: Informer<KubeObject>
  private readonly controller: Controller
  private readonly evictions: TaintEvictions
  private readonly health = new Map<string, Health>()
  private readonly zones = new Map<string, ZoneQueue>()
  private allDown = false
  private readonly startedAt: number

  constructor(options: ComponentOptions, informers: SharedInformers) {
    this.nodes = informers.of<Node>(nodes)
    this.pods = informers.pods
    this.leases = informers.of(leases)
    const controller = new Controller(options, 'node-controller', 8, (key) => this.sync(key))
    this.controller = controller
    this.startedAt = controller.now
    this.nodes.onChange(({ type, object }) => {
      if (type !== 'delete') controller.queue.add(nodeKey + object.metadata.name)
    })
    this.evictions = new TaintEvictions(controller, this.nodes, this.pods)
    controller.queue.addAfter(monitorKey, monitorMs)
  }

  private sync(key: string): Reconciliation | Routine {
    if (key === monitorKey) return this.monitor()
    if (key === taintingKey) return this.taintForExecution()
    return isEvictionKey(key) ? this.evictions.sync(key) : this.taintForScheduling(key.slice(nodeKey.length))
  }

  // --- health --------------------------------------------------------------------------------------

  private *monitor(): Routine {
    // Whoever does not reach the server has lost the lead, and who takes it over counts silence from then on.
    if (this.nodes.watchingSince === undefined || this.leases.watchingSince === undefined) return { requeueAfterMs: monitorMs }
    this.noteComingAndGoing()
    const byZone = new Map<string, NodeCondition['status'][]>()
    for (const node of [...this.nodes.all()]) {
      const ready = yield* this.look(node)
      if (ready === undefined || node.metadata.labels?.[excluded] !== undefined) continue
      const zone = zoneOf(node)
      byZone.set(zone, [...(byZone.get(zone) ?? []), ready])
    }
    yield* this.handleDisruption(byZone)
    this.controller.queue.addAfter(taintingKey, taintingMs)
    return { requeueAfterMs: monitorMs }
  }

  /** classifyNodes: what came and went since the last look; nodes of the time before the film were told of then. */
  private noteComingAndGoing(): void {
    for (const [name, { uid }] of this.health) {
      if (this.nodes.get(undefined, name) !== undefined) continue
      this.health.delete(name)
      for (const queue of this.zones.values()) queue.remove(name)
      this.nodeEvent({ name, uid }, 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`)
    }
    for (const { metadata: { name, uid, creationTimestamp } } of this.nodes.all()) {
      if (!this.health.has(name) && timeOf(creationTimestamp) >= this.startedAt) this.nodeEvent({ name, uid }, 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`)
    }
  }

  private nodeEvent({ name, uid }: { name: string; uid: string }, reason: string, message: string): void {
    this.controller.recorder.eventOn({ kind: 'Node', apiVersion: 'v1', name, uid }, 'Normal', reason, message)
  }

  /** How a node is found; undefined when that could not be written, and nothing follows from it this time. */
  private *look(node: Node): Routine<NodeCondition['status'] | undefined> {
    const judged = yield* this.judge(node)
    if (judged === undefined) return undefined
    const { name, uid } = node.metadata
    const [before, ready] = [readyStatus(judged.observed), readyStatus(judged.current)]
    // One that has not said yet how it is has time for that: nothing is driven away from it meanwhile.
    if (!hasReady(judged.current)) return ready
    yield* this.setForTainting(judged.current)
    const health = this.health.get(name)!
    if (before === 'True' && ready !== 'True') this.nodeEvent({ name, uid }, 'NodeNotReady', `Node ${name} status is now: NodeNotReady`)
    const tells = ready !== 'True' && (before === 'True' || health.retry)
    health.retry = tells && (yield* this.markPodsNotReady(name))
    return ready
  }

  /** The node as it was found, and as it is said to be now that nobody has heard of it for long (tryUpdateNodeHealth). */
  private *judge(listed: Node): Routine<{ observed: Node; current: Node } | undefined> {
    let observed = listed
    for (let attempt = 0; attempt < healthUpdateAttempts; attempt++) {
      const { seenAt } = this.noted(observed)
      const isSilent = this.controller.now - seenAt > (hasReady(observed) ? graceMs : startupGraceMs)
      const conditions = isSilent ? silentConditions(observed, this.controller.now) : undefined
      if (conditions === undefined) return { observed, current: observed }
      const { name } = observed.metadata
      const body = { ...observed, status: { ...observed.status, conditions } }
      const response = yield* ask({ verb: 'update', info: nodes, subresource: 'status', name, body })
      if (!isRefusal(response)) return { observed, current: response.body as Node }
      const live = yield* ask({ verb: 'get', info: nodes, name })
      if (isRefusal(live)) return undefined
      observed = live.body as Node
    }
    return undefined
  }

  // --- zones ---------------------------------------------------------------------------------------

  private zone(node: Node): ZoneQueue {
    const name = zoneOf(node)
    let queue = this.zones.get(name)
    if (queue === undefined) this.zones.set(name, (queue = new ZoneQueue()))
    return queue
  }

  /** Puts a node in line for its taint, takes the taint off one that is back, swaps it at once when only the reason has changed (processTaintBaseEviction). */
  private *setForTainting(node: Node): Routine<void> {
    const { name } = node.metadata
    const zone = this.zone(node)
    const taints = executingTaintsOf(node, this.controller.now)
    if (readyStatus(node) === 'True') {
      zone.remove(name)
      if (taints !== undefined) yield* this.writeTaints(node, taints)
    } else if (taints !== undefined && withoutExecuting(node) !== undefined) yield* this.writeTaints(node, taints)
    else if (taints !== undefined) {
      // Somebody may have taken it off by hand.
      zone.remove(name)
      zone.add(name)
    }
  }

  private *taintForExecution(): Routine {
    const { now } = this.controller
    let next = Infinity
    for (const queue of this.zones.values()) {
      for (const name of queue.take(now)) yield* this.taintNow(name)
      next = Math.min(next, queue.nextMs(now) ?? Infinity)
    }
    return next === Infinity ? {} : { requeueAfterMs: Math.max(next, taintingMs) }
  }

  private *taintNow(name: string): Routine<void> {
    const node = this.nodes.get(undefined, name)
    const taints = node === undefined ? undefined : executingTaintsOf(node, this.controller.now)
    if (taints !== undefined) yield* this.writeTaints(node!, taints)
  }

  /** The more of a zone is down, the more likely it is the line and not the nodes: with all zones down nothing is driven away. */
  private *handleDisruption(byZone: ReadonlyMap<string, readonly NodeCondition['status'][]>): Routine<void> {
    const { now } = this.controller
    const states = new Map([...byZone].map(([name, ready]) => [name, zoneState(ready)]))
    const allDown = states.size > 0 && [...states.values()].every((state) => state === 'FullDisruption')
    if (allDown && !this.allDown) {
      for (const node of [...this.nodes.all()]) {
        this.zone(node).remove(node.metadata.name)
        const taints = withoutExecuting(node)
        if (taints !== undefined) yield* this.writeTaints(node, taints)
      }
    }
    // They may have been well while nobody saw them.
    if (!allDown && this.allDown) for (const health of this.health.values()) health.seenAt = now
    this.allDown = allDown
    for (const [name, state] of states) this.zones.get(name)?.setRate(allDown ? 0 : rateOf(state, byZone.get(name)!.length), now)
  }

  private noted(node: Node): Health {
    const { name } = node.metadata
    const { now } = this.controller
    const heartbeat = heartbeatOf(node)
    const lease: string | undefined = this.leases.get('kube-node-lease', name)?.['spec'].renewTime
    const connectedAt = Math.max(this.nodes.watchingSince ?? 0, this.leases.watchingSince ?? 0)
    let health = this.health.get(name)
    const firstSeenAt = hasReady(node) ? now : timeOf(node.metadata.creationTimestamp)
    if (health === undefined) this.health.set(name, (health = { uid: node.metadata.uid, heartbeat, lease, seenAt: firstSeenAt, retry: false }))
    else if (health.heartbeat !== heartbeat || health.lease !== lease) Object.assign(health, { heartbeat, lease, seenAt: now })
    health.seenAt = Math.max(health.seenAt, connectedAt)
    return health
  }

  /** Whoever asks a Service must not be sent there any more. Returns whether a write was refused. */
  private *markPodsNotReady(node: string): Routine<boolean> {
    const { recorder, now } = this.controller
    let refused = false
    for (const pod of [...this.pods.byIndex('node', node)]) {
      const conditions = notReadyConditions(pod, now)
      if (conditions === undefined) continue
      const { namespace, name } = pod.metadata
      const body = { ...pod, status: { ...pod.status, conditions } }
      const response = yield* ask({ verb: 'update', info: podsResource, subresource: 'status', namespace, name, body })
      if (isRefusal(response)) refused ||= response.code !== 404
      else recorder.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready')
    }
    return refused
  }

  // --- taints --------------------------------------------------------------------------------------

  private *taintForScheduling(name: string): Routine {
    const node = this.nodes.get(undefined, name)
    const taints = node === undefined ? undefined : schedulingTaintsOf(node, this.controller.now)
    if (taints !== undefined) yield* this.writeTaints(node!, taints)
    const labels = node === undefined ? undefined : olderLabelsOf(node)
    if (labels !== undefined) yield* must({ verb: 'patch', info: nodes, name, body: { metadata: { labels } }, contentType: 'application/merge-patch+json', tolerate: [404] })
  }

  private *writeTaints({ metadata: { name, resourceVersion } }: Node, taints: readonly Taint[]): Routine<void> {
    const body = { metadata: { resourceVersion }, spec: { taints: taints.length === 0 ? null : taints } }
    yield* must({ verb: 'patch', info: nodes, name, body, contentType: 'application/merge-patch+json', tolerate: [404, 409] })
  }
}

const monitorKey = 'monitor'
const taintingKey = 'tainting'
const nodeKey = 'node '

const hasReady = ({ status }: Node): boolean => status.conditions?.some(({ type }) => type === 'Ready') === true
