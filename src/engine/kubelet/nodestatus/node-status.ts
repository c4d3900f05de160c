import { formatMicroTime } from '../../api/time.ts'
import type { Node, NodeCondition, ObjectReference } from '../../api/types.ts'
import { resource } from '../../client/client.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import { newNode } from './new-node.ts'
import { resourcesOf } from './node-resources.ts'
import { firstRenewalMs, heartbeats, leaseDurationSeconds, leasePeriodMs, newCSINode, newLease, readyConditions } from './registration.ts'

const nodes = resource('nodes')
const leases = resource('leases', 'coordination.k8s.io')
const csiNodes = resource('csinodes', 'storage.k8s.io')

/** Virtual ms: the kubelet looks this often whether its node's conditions have changed (nodeStatusUpdateFrequency). */
const statusUpdatePeriodMs = 10_000
/** Virtual ms: the status, unchanged, is told every 5 min (nodeStatusReportFrequency). */
const statusReportPeriodMs = 300_000
/** nodeStatusMaxImages */
const mostImages = 50

/** What is still to be said beside the conditions: that the machine was started anew. */
interface Told {
  nodeInfo?: { bootID?: string; kubeletVersion?: string }
}

/** Tells the control plane that this node lives. */
export class NodeStatus {
  /** The node has been made anew in the API server. */
  registered: (node: Node) => void = () => {}
  private readonly context: KubeletContext
  private readonly pressures: () => readonly string[]
  private readonly problem: () => string | undefined
  private readonly lookPhaseMs: number
  /** Something has changed that the next look will see. */
  private looks = false
  private untold: Told = {}
  /** Has started, and has not heard yet whether the API server knows its node. */
  private registers = false
  /** Of the program that runs now, where it is another than the node was registered with. */
  version: string | undefined
  /** The last renewal of the lease did not get through. */
  private unheard = false
  private renewedAt = 0
  /** The version of the node that was compared with what was told. */
  private compared: string | undefined
  /** Whether the node took no new pods when it was looked at last. */
  private unschedulable: boolean
  /** Condition -> the status that was reported last. */
  private readonly told = new Map<string, string>([
    ['MemoryPressure', 'False'], ['DiskPressure', 'False'], ['PIDPressure', 'False'], ['Ready', 'True'],
  ])

  /** `problem`: why the node takes no pods, if it takes none. */
  constructor(context: KubeletContext, pressures: () => readonly string[], problem: () => string | undefined) {
    this.context = context
    this.problem = problem
    this.pressures = pressures
    this.unschedulable = context.node().spec.unschedulable === true
    this.lookPhaseMs = context.kernel.random(`status of ${context.nodeName}`).int(statusUpdatePeriodMs)
  }

  start(): void {
    const { kernel, client, nodeName } = this.context
    client.later(firstRenewalMs(kernel, nodeName), () => this.renewLease())
    // The last report is taken to have been made as the film begins.
    client.later(statusReportPeriodMs + heartbeats(kernel, nodeName).int(leasePeriodMs), () => this.report())
  }

  private renewLease(): void {
    const { kernel, client, nodeName } = this.context
    const body = { spec: { holderIdentity: nodeName, leaseDurationSeconds, renewTime: formatMicroTime(kernel.now) } }
    client.send('patch', leases, {
      namespace: 'kube-node-lease',
      name: nodeName,
      body,
      query: { timeout: `${leasePeriodMs / 1000}s` },
      contentType: 'application/merge-patch+json',
      background: true,
    }, ({ code }) => {
      if (code === 404) this.makeLease()
      if (code === 200 || code === 404) this.compare()
      // Who renews too late was not heard either.
      const wasLate = this.renewedAt > 0 && kernel.now - this.renewedAt > leaseDurationSeconds * 1000
      const back = code === 200 ? this.unheard || wasLate : code === 404 && this.registers
      this.unheard = code !== 200
      if (code === 200) this.renewedAt = kernel.now
      if (back) this.correct()
    })
    client.later(leasePeriodMs, () => this.renewLease())
  }

  /** Somebody has deleted it: it is made anew, as long as there is a node that it can be of. */
  private makeLease(): void {
    const node = this.context.nodeInApi()
    if (node === undefined) return
    const { client, kernel } = this.context
    client.send('create', leases, { namespace: 'kube-node-lease', body: newLease(node, kernel.now), background: true })
  }

  /** What somebody else made of the node's status is put right. Told apart here, for most looks see nothing new. */
  private compare(): void {
    const node = this.context.nodeInApi()
    if (node === undefined || node.metadata.resourceVersion === this.compared) return
    this.compared = node.metadata.resourceVersion
    this.noteSchedulable(node)
    if (this.wrongIn(node).length > 0 || resourcesOf(node, this.context.node()) !== undefined || ownLabels(node) !== undefined) this.tell()
  }

  /** Somebody has cordoned the node, or let it have pods again (recordNodeSchedulableEvent). */
  private noteSchedulable({ spec: { unschedulable = false } }: Node): void {
    if (unschedulable === this.unschedulable) return
    this.unschedulable = unschedulable
    this.say(unschedulable ? 'NodeNotSchedulable' : 'NodeSchedulable')
  }

  private wrongIn({ status }: Node): NodeCondition[] {
    return (status.conditions ?? []).filter(({ type, status: said }) => this.told.has(type) && said !== this.told.get(type))
  }

  /** Who was not heard for a while may have been given up: the node is read, and what is said of it put right (tryUpdateNodeStatus). */
  private correct(): void {
    const { client, nodeName } = this.context
    client.send('get', nodes, { name: nodeName }, ({ code, body }) => {
      if (code === 404 && this.registers) return this.register()
      if (code !== 200) return void (this.unheard = true)
      this.registers = false
      const more = this.untold
      this.untold = {}
      const wrong = this.wrongIn(body as Node)
      for (const { type, status } of wrong) this.told.set(type, status)
      if (wrong.length > 0 || Object.keys(more).length > 0) this.send(false, more)
    })
  }

  /** Somebody has deleted the node meanwhile: only who starts makes it anew (registerWithAPIServer). */
  private register(): void {
    const { client } = this.context
    const conditions = this.conditions()
    const body = newNode(this.context.node(), { conditions, images: this.images(), ...this.untold })
    client.send('create', nodes, { body }, (response) => {
      if (response.code !== 201) return
      this.registers = false
      this.untold = {}
      for (const { type, status } of conditions) this.told.set(type, status)
      const node = response.body as Node
      this.registered(node)
      client.send('create', csiNodes, { body: newCSINode(node) })
      this.makeLease()
    })
  }

  private report(): void {
    this.send(true)
    this.context.client.later(statusReportPeriodMs, () => this.report())
  }

  /** Something has changed: it is told at the next look, conditions with an event. */
  changed(): void {
    if (this.looks) return
    this.looks = true
    const { kernel, client } = this.context
    const untilNextLook = statusUpdatePeriodMs - ((kernel.now - this.lookPhaseMs) % statusUpdatePeriodMs)
    client.later(untilNextLook, () => {
      this.looks = false
      this.tell()
    })
  }

  private tell(): void {
    const node = this.context.nodeInApi()
    if (node === undefined) return
    for (const { type, status } of this.wrongIn(node)) this.told.set(type, status)
    this.send(false, resourcesOf(node, this.context.node()), ownLabels(node))
  }

  /** It is told at once, whenever the next look would be. */
  changedNow(): void {
    this.send(false)
  }

  /** The kubelet has been away: whatever was said of the node meanwhile is put right. `bootID`: the machine was away, too. */
  restarted(bootID: string | undefined): void {
    const { recorder, nodeName } = this.context
    recorder.eventOn(this.reference(), 'Normal', 'Starting', 'Starting kubelet.')
    // It has not been told yet how large the runtime's disk is.
    recorder.eventOn(this.reference(), 'Warning', 'InvalidDiskCapacity', 'invalid capacity 0 on image filesystem')
    if (bootID !== undefined) recorder.eventOn(this.reference(), 'Warning', 'Rebooted', `Node ${nodeName} has been rebooted, boot id: ${bootID}`)
    for (const { type } of readyConditions(0)) if (type !== 'Ready') this.event(type, 'False')
    // Whoever has just started takes a node for one that may have pods.
    this.unschedulable = false
    this.compared = undefined
    this.registers = true
    recorder.eventOn(this.reference(), 'Normal', 'NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods')
    const nodeInfo = { ...(bootID === undefined ? {} : { bootID }), ...(this.version === undefined ? {} : { kubeletVersion: this.version }) }
    if (Object.keys(nodeInfo).length > 0) this.untold = { nodeInfo }
    this.correct()
  }

  /** The largest images that are here, which the scheduler scores by; told with whatever else is told, not by a report of their own. */
  private images(): { names: string[]; sizeBytes: number }[] {
    const largestFirst = this.context.runtime.images.list().toSorted((a, b) => b.sizeBytes - a.sizeBytes)
    return largestFirst.slice(0, mostImages).map(({ reference, digest, sizeBytes }) => ({ names: [`${reference.replace(/(:[^/:]*)?(@.*)?$/, '')}@${digest}`, reference], sizeBytes }))
  }

  private send(background: boolean, more: object = {}, labels?: Record<string, string>): void {
    const { client, nodeName } = this.context
    const conditions = this.conditions().map((told) => {
      if (told.status === this.told.get(told.type)) return withoutTransition(told)
      this.announce(told)
      return told
    })
    client.send('patch', nodes, {
      name: nodeName,
      subresource: 'status',
      body: { ...(labels === undefined ? {} : { metadata: { labels } }), status: { conditions, images: this.images(), ...more } },
      contentType: 'application/strategic-merge-patch+json',
      background,
    })
  }

  /** As they are now. */
  private conditions(): NodeCondition[] {
    const present = new Set(this.pressures())
    return readyConditions(this.context.kernel.now).map((condition) => {
      if (present.has(condition.type)) return pressed(condition)
      return condition.type === 'Ready' ? readiness(condition, this.problem()) : condition
    })
  }

  private announce({ type, status }: NodeCondition): void {
    this.told.set(type, status)
    this.event(type, status)
  }

  private event(type: string, status: NodeCondition['status']): void {
    const reason = eventReasons[type]?.[status === 'True' ? 1 : 0]
    if (reason !== undefined) this.say(reason)
  }

  private say(reason: string): void {
    const { recorder, nodeName } = this.context
    recorder.eventOn(this.reference(), 'Normal', reason, `Node ${nodeName} status is now: ${reason}`)
  }

  /** Events of the kubelet name the node by its name alone. */
  private reference(): ObjectReference {
    const { nodeName } = this.context
    return { kind: 'Node', apiVersion: 'v1', name: nodeName, uid: nodeName }
  }
}

/** What the machine is, told by its labels: somebody else has said otherwise (kubelet_node_status.go updateNode). Undefined: nobody has. */
function ownLabels({ metadata: { labels = {} }, status: { nodeInfo } }: Node): Record<string, string> | undefined {
  if (nodeInfo === undefined) return undefined
  const own = { 'kubernetes.io/os': nodeInfo.operatingSystem, 'kubernetes.io/arch': nodeInfo.architecture }
  const wrong = Object.entries(own).filter(([name, value]) => value !== undefined && labels[name] !== value)
  return wrong.length === 0 ? undefined : Object.fromEntries(wrong)
}

/** Condition -> the reasons of its events when it is False and when it is True. */
const eventReasons: Record<string, [string, string]> = {
  MemoryPressure: ['NodeHasSufficientMemory', 'NodeHasInsufficientMemory'],
  DiskPressure: ['NodeHasNoDiskPressure', 'NodeHasDiskPressure'],
  PIDPressure: ['NodeHasSufficientPID', 'NodeHasInsufficientPID'],
  Ready: ['NodeNotReady', 'NodeReady'],
}

function withoutTransition({ lastTransitionTime: _, ...condition }: NodeCondition): NodeCondition {
  return condition
}

/** The node takes no pods any more (nodestatus/setters.go ReadyCondition). */
function readiness(condition: NodeCondition, problem: string | undefined): NodeCondition {
  return problem === undefined ? condition : { ...condition, status: 'False', reason: 'KubeletNotReady', message: problem }
}

/** A pressure condition that holds (pkg/kubelet/nodestatus/setters.go). */
function pressed(condition: NodeCondition): NodeCondition {
  const words: Record<string, [string, string]> = {
    MemoryPressure: ['KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'],
    DiskPressure: ['KubeletHasDiskPressure', 'kubelet has disk pressure'],
    PIDPressure: ['KubeletHasInsufficientPID', 'kubelet has insufficient PID available'],
  }
  const [reason, message] = words[condition.type]!
  return { ...condition, status: 'True', reason, message }
}
