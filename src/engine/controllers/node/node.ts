import type { KubeObject, Node, Pod, Taint } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, must, type Reconciliation, type Routine } from '../../client/controller.ts'
import { keyOf, type Informer } from '../../client/informer.ts'
import { EventRecorder } from '../../client/recorder.ts'
import { disruptionTarget } from '../common/disruption.ts'
import { deletePod, podsResource } from '../common/pods.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { evictionDelayMs, executingTaintsOf, graceMs, heartbeatOf, notReadyConditions, readyStatus, schedulingTaintsOf, silentConditions, startupGraceMs } from './decide.ts'

const nodes = resource('nodes')
const leases = resource('leases', 'coordination.k8s.io')

/** How often the nodes are looked over (node-monitor-period). */
const monitorMs = 5000

/**
 * Who watches the nodes: silence becomes Unknown, conditions become taints (pkg/controller/nodelifecycle), and taints drive pods away
 * (pkg/controller/tainteviction). Both write as `node-controller`.
 */
export function startNodeController(options: ComponentOptions, informers: SharedInformers): void {
  new NodeController(options, informers)
}

/** When something was last heard of a node. */
interface Health {
  heartbeat: number
  lease: string | undefined
  seenAt: number
  ready: string
}

class NodeController {
  private readonly nodes: Informer<Node>
  private readonly pods: Informer<Pod>
  private readonly leases: Informer<KubeObject>
  private readonly controller: Controller
  private readonly evictions: EventRecorder
  private readonly health = new Map<string, Health>()
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
      if (type === 'delete') return void this.health.delete(name)
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
    if (key.startsWith(nodeKey)) return this.taintForScheduling(key.slice(nodeKey.length))
    return this.evict(key.slice(podKey.length))
  }

  // --- health --------------------------------------------------------------------------------------

  private *monitor(): Routine {
    for (const node of [...this.nodes.all()]) yield* this.look(node)
    return { requeueAfterMs: monitorMs }
  }

  private *look(node: Node): Routine<void> {
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
    if (before === 'True' && health.ready !== 'True') yield* this.becameNotReady(current)
    const taints = executingTaintsOf(this.nodes.get(undefined, name) ?? current, this.controller.now)
    const seen = readyStatus(this.nodes.get(undefined, name) ?? current) === health.ready
    // What was written just now is tainted when it has been seen.
    if (taints !== undefined && seen) yield* this.writeTaints(this.nodes.get(undefined, name)!, taints)
  }

  private noted(node: Node): Health {
    const { name } = node.metadata
    const { now } = this.controller
    const heartbeat = heartbeatOf(node)
    const lease: string | undefined = this.leases.get('kube-node-lease', name)?.['spec'].renewTime
    let health = this.health.get(name)
    if (health === undefined) this.health.set(name, (health = { heartbeat, lease, seenAt: now, ready: readyStatus(node) }))
    else if (health.heartbeat !== heartbeat || health.lease !== lease) Object.assign(health, { heartbeat, lease, seenAt: now })
    return health
  }

  /** Whoever asks a Service must not be sent there any more. */
  private *becameNotReady(node: Node): Routine<void> {
    const { name } = node.metadata
    const { recorder, now } = this.controller
    recorder.eventOn({ kind: 'Node', apiVersion: 'v1', name, uid: node.metadata.uid }, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`)
    for (const pod of [...this.pods.byIndex('node', name)]) {
      const conditions = notReadyConditions(pod, now)
      if (conditions === undefined) continue
      const { namespace, name: podName } = pod.metadata
      const body = { ...pod, status: { ...pod.status, conditions } }
      yield* must({ verb: 'update', info: podsResource, subresource: 'status', namespace, name: podName, body, tolerate: [404, 409] })
      recorder.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready')
    }
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
const nodeKey = 'node '
const podKey = 'pod '

/** The NoExecute taints as a text, to see a change. */
function executing(taints: readonly Taint[] = []): string {
  return taints.filter(({ effect }) => effect === 'NoExecute').map(({ key, value }) => `${key}=${value}`).join()
}
