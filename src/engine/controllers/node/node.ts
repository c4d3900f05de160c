import type { KubeObject, Node, NodeCondition, Pod, Taint } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { ask, Controller, isRefusal, must, type Reconciliation, type Routine } from '../../client/controller.ts'
import { keyOf, type Informer } from '../../client/informer.ts'
import { EventRecorder } from '../../client/recorder.ts'
import { disruptionTarget } from '../common/disruption.ts'
import { deletePod, podsResource } from '../common/pods.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { evictionDelayMs, executingTaintsOf, graceMs, heartbeatOf, notReadyConditions, readyStatus, schedulingTaintsOf, silentConditions, startupGraceMs, withoutExecuting } from './decide.ts'
import { rateOf, ZoneQueue, zoneOf, zoneState, type ZoneState } from './zones.ts'

const nodes = resource('nodes')
const leases = resource('leases', 'coordination.k8s.io')

/** How often the nodes are looked over (node-monitor-period). */
const monitorMs = 5000
/** How often nodes are taken from the line (nodeEvictionPeriod). */
const taintingMs = 100
/** A node with this label does not count when a zone's state is found. */
const excluded = 'node.kubernetes.io/exclude-disruption'

/**
 * Who watches the nodes: silence becomes Unknown, conditions become taints (pkg/controller/nodelifecycle), and taints drive pods away
 * (pkg/controller/tainteviction). Both write as `node-controller`.
 */
export function startNodeController(options: ComponentOptions, informers: SharedInformers): void {
  new NodeController(options, informers)
}

/** When something was last heard of a node. */
interface Health {
  uid: string
  heartbeat: number
  lease: string | undefined
  seenAt: number
  ready: NodeCondition['status']
  /** Its pods still have to be told that it is not ready: a write was refused. */
  retry: boolean
}

class NodeController {
  private readonly nodes: Informer<Node>
  private readonly pods: Informer<Pod>
  private readonly leases: Informer<KubeObject>
  private readonly controller: Controller
  private readonly evictions: EventRecorder
  private readonly health = new Map<string, Health>()
  private readonly zones = new Map<string, { queue: ZoneQueue; state: ZoneState }>()
  private allDown = false
  /** Pod -> when it is to go. */
  private readonly doomed = new Map<string, { uid: string; at: number }>()

  constructor(options: ComponentOptions, informers: SharedInformers) {
    this.nodes = informers.of<Node>(nodes)
    this.pods = informers.pods
    this.leases = informers.of(leases)
    const controller = new Controller(options, 'node-controller', 8, (key) => this.sync(key))
    this.controller = controller
    this.evictions = new EventRecorder(controller.client, { component: 'taint-eviction-controller' })
    this.nodes.onChange(({ type, object, old }) => {
      const { name } = object.metadata
      if (type === 'delete') return
      controller.queue.add(`${nodeKey}${name}`)
      if (executing(object.spec.taints) !== executing(old?.spec.taints)) for (const pod of this.pods.byIndex('node', name)) controller.queue.add(`${podKey}${keyOf(pod)}`)
    })
    this.pods.onChange(({ type, object, old }) => this.podChanged(type, object, old))
    controller.queue.addAfter(monitorKey, monitorMs)
  }

  private podChanged(type: 'add' | 'update' | 'delete', pod: Pod, old: Pod | undefined): void {
    const bound = pod.spec.nodeName
    if (type === 'delete') return void this.doomed.delete(keyOf(pod))
    if (!bound || (old !== undefined && old.spec.nodeName === bound && old.spec.tolerations === pod.spec.tolerations)) return
    if (executing(this.nodes.get(undefined, bound)?.spec.taints) !== '' || this.doomed.has(keyOf(pod))) this.controller.queue.add(`${podKey}${keyOf(pod)}`)
  }

  private sync(key: string): Reconciliation | Routine {
    if (key === monitorKey) return this.monitor()
    if (key === taintingKey) return this.taintForExecution()
    if (key.startsWith(nodeKey)) return this.taintForScheduling(key.slice(nodeKey.length))
    return this.evict(key.slice(podKey.length))
  }

  // --- health --------------------------------------------------------------------------------------

  private *monitor(): Routine {
    // Whoever does not reach the server has lost the lead, and who takes it over counts silence from then on.
    if (this.nodes.watchingSince === undefined || this.leases.watchingSince === undefined) return { requeueAfterMs: monitorMs }
    this.noteComingAndGoing()
    const byZone = new Map<string, NodeCondition['status'][]>()
    for (const node of [...this.nodes.all()]) {
      const ready = yield* this.look(node)
      if (node.metadata.labels?.[excluded] !== undefined) continue
      const zone = zoneOf(node)
      byZone.set(zone, [...(byZone.get(zone) ?? []), ready])
    }
    yield* this.handleDisruption(byZone)
    this.controller.queue.addAfter(taintingKey, taintingMs)
    return { requeueAfterMs: monitorMs }
  }

  /** classifyNodes: what came and went since the last look. */
  private noteComingAndGoing(): void {
    for (const [name, { uid }] of this.health) {
      if (this.nodes.get(undefined, name) !== undefined) continue
      this.health.delete(name)
      for (const { queue } of this.zones.values()) queue.remove(name)
      this.nodeEvent({ name, uid }, 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`)
    }
    for (const { metadata: { name, uid } } of this.nodes.all()) {
      if (!this.health.has(name) && this.health.size > 0) this.nodeEvent({ name, uid }, 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`)
    }
  }

  private nodeEvent({ name, uid }: { name: string; uid: string }, reason: string, message: string): void {
    this.controller.recorder.eventOn({ kind: 'Node', apiVersion: 'v1', name, uid }, 'Normal', reason, message)
  }

  private *look(node: Node): Routine<NodeCondition['status']> {
    const { name } = node.metadata
    const health = this.noted(node)
    const before = health.ready
    let current = node
    const posted = node.status.conditions?.some(({ type }) => type === 'Ready') === true
    if (this.controller.now - health.seenAt > (posted ? graceMs : startupGraceMs)) {
      const conditions = silentConditions(node, this.controller.now)
      if (conditions !== undefined) {
        current = { ...node, status: { ...node.status, conditions } }
        yield* must({ verb: 'update', info: nodes, subresource: 'status', name, body: current, tolerate: [404, 409] })
      }
    }
    health.ready = readyStatus(current)
    yield* this.setForTainting(node, health.ready)
    if (before === 'True' && health.ready !== 'True') {
      this.nodeEvent({ name, uid: node.metadata.uid }, 'NodeNotReady', `Node ${name} status is now: NodeNotReady`)
      health.retry = yield* this.markPodsNotReady(name)
    } else if (health.retry && health.ready !== 'True') health.retry = yield* this.markPodsNotReady(name)
    return health.ready
  }

  // --- zones ---------------------------------------------------------------------------------------

  private zone(node: Node): ZoneQueue {
    const name = zoneOf(node)
    let zone = this.zones.get(name)
    if (zone === undefined) this.zones.set(name, (zone = { queue: new ZoneQueue(), state: 'Normal' }))
    return zone.queue
  }

  /** Puts a node in line for its taint, takes the taint off one that is back, swaps it at once when only the reason has changed (processTaintBaseEviction). */
  private *setForTainting(node: Node, ready: NodeCondition['status']): Routine<void> {
    const { name } = node.metadata
    const zone = this.zone(node)
    if (ready === 'True') {
      zone.remove(name)
      yield* this.taintNow(name)
    } else if (executing(node.spec.taints) !== '' && executingTaintsOf(node, this.controller.now) !== undefined) yield* this.taintNow(name)
    else if (executingTaintsOf(node, this.controller.now) !== undefined || ready !== readyStatus(node)) zone.add(name)
  }

  private *taintForExecution(): Routine {
    const { now } = this.controller
    let next = Infinity
    for (const { queue } of this.zones.values()) {
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
    for (const [name, state] of states) {
      const zone = this.zones.get(name)
      if (zone === undefined) continue
      zone.state = state
      zone.queue.setRate(allDown ? 0 : rateOf(state, byZone.get(name)!.length), now)
    }
  }

  private noted(node: Node): Health {
    const { name } = node.metadata
    const { now } = this.controller
    const heartbeat = heartbeatOf(node)
    const lease: string | undefined = this.leases.get('kube-node-lease', name)?.['spec'].renewTime
    const connectedAt = Math.max(this.nodes.watchingSince ?? 0, this.leases.watchingSince ?? 0)
    let health = this.health.get(name)
    if (health === undefined) this.health.set(name, (health = { uid: node.metadata.uid, heartbeat, lease, seenAt: now, ready: readyStatus(node), retry: false }))
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
    const ready = node === undefined ? 'Unknown' : readyStatus(node)
    // A node that is back is not left waiting for the next round.
    if (node !== undefined && ready === 'True' && executingTaintsOf(node, this.controller.now) !== undefined) this.controller.queue.addAfter(monitorKey, monitorMs)
  }

  private *writeTaints({ metadata: { name, resourceVersion } }: Node, taints: readonly Taint[]): Routine<void> {
    const body = { metadata: { resourceVersion }, spec: { taints: taints.length === 0 ? null : taints } }
    yield* must({ verb: 'patch', info: nodes, name, body, contentType: 'application/merge-patch+json', tolerate: [404, 409] })
  }

  // --- eviction ------------------------------------------------------------------------------------

  private *evict(key: string): Routine {
    const pod = this.pods.byKey(key)
    const node = pod === undefined ? undefined : this.nodes.get(undefined, pod.spec.nodeName ?? '')
    if (pod === undefined || node === undefined || pod.metadata.deletionTimestamp !== undefined) return
    const delay = evictionDelayMs(node.spec.taints ?? [], pod.spec.tolerations ?? [])
    const planned = this.doomed.get(key)
    const { now } = this.controller
    if (delay === undefined) {
      if (planned !== undefined) this.evictions.event(pod, 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${key}`)
      return void this.doomed.delete(key)
    }
    const at = planned?.uid === pod.metadata.uid ? Math.min(planned.at, now + delay) : now + delay
    this.doomed.set(key, { uid: pod.metadata.uid, at })
    if (at > now) return { requeueAfterMs: at - now }
    this.doomed.delete(key)
    this.evictions.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${key}`)
    yield* must(disruptionTarget(pod, 'DeletionByTaintManager', 'Taint manager: deleting due to NoExecute taint', now))
    yield* must({ ...deletePod(pod), tolerate: [404] })
  }
}

const monitorKey = 'monitor'
const taintingKey = 'tainting'
const nodeKey = 'node '
const podKey = 'pod '

/** The NoExecute taints as a text, to see a change. */
function executing(taints: readonly Taint[] = []): string {
  return taints.filter(({ effect }) => effect === 'NoExecute').map(({ key, value }) => `${key}=${value}`).join()
}
