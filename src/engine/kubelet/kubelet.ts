import type { KubeletFile } from '../api/kubeletConfiguration.ts'
import type { Node, Pod, PodStatus } from '../api/types.ts'
import { Client, resource, type ComponentOptions } from '../client/client.ts'
import { Informer, type Change } from '../client/informer.ts'
import { isMirrorPod, type ContainerUsage } from '../api/machine.ts'
import { EventRecorder } from '../client/recorder.ts'
import { DraManager } from './devices/dra-manager.ts'
import type { Network } from '../network/network.ts'
import { parseTime } from '../api/time.ts'
import type { Containerd, MachineStore } from '../runtime/containerd.ts'
import { Notes } from './notes.ts'
import { semanticEqual } from '../api/equality.ts'
import { rejectPod, shortagesOf, wrongNodeReason, type Rejection } from './admission.ts'
import { isCritical } from './critical.ts'
import { deadContainers } from './garbage/dead-containers.ts'
import { ImageCollector } from './garbage/image-collector.ts'
import { EvictionManager } from './eviction/manager.ts'
import { capacityOf, type Supply } from './eviction/signals.ts'
import { ImageManager } from './images/image-manager.ts'
import type { KubeletContext } from './kubelet-context.ts'
import { NodeShutdown } from './node-shutdown.ts'
import { reallotted } from './nodestatus/allotment.ts'
import { NodeStatus } from './nodestatus/node-status.ts'
import { Pleg } from './pleg.ts'
import { PodSync } from './pod-sync.ts'
import { PodWorkers, type KillOptions, type UpdateType } from './pod-workers.ts'
import { podsToPreempt } from './preemption.ts'
import { Prober } from './prober/prober.ts'
import { resizeCompleted } from './resize/actuate.ts'
import { AllocationManager } from './resize/allocation.ts'
import { RuntimeState } from './runtime-state.ts'
import { isTerminal } from './status/generate.ts'
import { StatusManager } from './status/manager.ts'
import { VolumeManager, type KnownObjects } from './volumes/volume-manager.ts'
import { KubeletServer, type KubeletApiTask, type KubeletInputTask } from './server.ts'
import type { NodeFigures } from './summary.ts'
import { isStaticPod, staticPodOf, type Manifest } from './static-pods/manifest.ts'
import { ManifestFolder } from './static-pods/manifest-folder.ts'
import { StaticPods } from './static-pods/static-pods.ts'
import { takeUpPods } from './take-up.ts'

const pods = resource('pods')
const nodes = resource('nodes')

export interface KubeletOptions extends ComponentOptions {
  node: Node
  runtime: Containerd
  network: Network
  store: MachineStore
  persistentVolume: KubeletContext['persistentVolume']
  services: KubeletContext['services']
  nodeInApi: KubeletContext['nodeInApi']
  runtimeHandler: KubeletContext['runtimeHandler']
  configuration: KubeletFile
  machine: KubeletContext['machine']
}

/** Where the runtime looks for what its network plugins are to do. */
const networkConfiguration = '/etc/cni/net.d'
/** Virtual ms between two looks for what dead pods have left behind. */
const cleanupDelayMs = 2000
/** Virtual ms that the runtime has at least to end a pod for the node's sake. */
const leastKillTimeoutMs = 10_000

/**
 * The kubelet of one node: hears from the API server which pods are its own, brings them about with the container
 * runtime, and reports how they are.
 */
export class Kubelet {
  readonly name: string
  readonly server: KubeletServer
  readonly shutdown: NodeShutdown
  /** Among other things it keeps the machine's own files, and knows what its journal tells of. */
  readonly volumes: Pick<VolumeManager, 'hostFiles' | 'originalFiles' | 'hasHostFiles' | 'journal'>
  private readonly context: KubeletContext
  private node: Node
  private readonly pods: Informer<Pod>
  private readonly byUID = new Map<string, Pod>()
  /** Those whose admission waits for the node's present labels. */
  private readonly admitting = new Set<string>()
  private readonly workers: PodWorkers
  /** Uids of pods that were here before the film, until the first task; whether anything of them ran. */
  private readonly found = new Map<string, boolean>()
  private readonly runtimeState: RuntimeState
  private readonly allocations: AllocationManager
  private readonly statics: StaticPods
  private readonly manifests: ManifestFolder
  private readonly pleg: Pleg
  private readonly prober: Prober
  private readonly statuses: StatusManager
  private readonly nodeStatus: NodeStatus
  private readonly sync: PodSync
  private readonly evictions: EvictionManager
  private readonly imageCollector: ImageCollector

  constructor(options: KubeletOptions) {
    const { kernel, latency, node, runtime, network } = options
    const nodeName = node.metadata.name
    this.name = `kubelet/${nodeName}`
    this.node = node
    const client = new Client(options, this.name)
    const nodeIP = node.status.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? ''
    const recorder = new EventRecorder(client, { component: 'kubelet', host: nodeName })
    const { persistentVolume, services, nodeInApi, runtimeHandler, configuration, machine } = options
    this.runtimeState = new RuntimeState({ kernel, client }, () => this.nodeStatus.changed())
    const notes = new Notes(kernel, options.store, nodeName)
    this.context = { kernel, latency, client, recorder, runtime, network, notes, nodeName, nodeIP, configuration, machine, persistentVolume, services, nodeInApi, runtimeHandler, node: () => this.node, networkProblem: () => this.runtimeState.network }
    this.pods = new Informer<Pod>(client, pods, { fieldSelector: `spec.nodeName=${nodeName}`, milestone: podMilestone })
    this.pods.onChange((change) => this.podChanged(change))
    this.pleg = new Pleg(kernel, runtime, this.name)
    this.statuses = new StatusManager(client, {
      pod: (uid) => this.inApi(uid),
      couldHaveRunningContainers: (uid) => this.workers.couldHaveRunningContainers(uid),
    })
    this.prober = new Prober(this.context, this.statuses)
    const volumes = new VolumeManager(this.context)
    this.volumes = volumes
    const images = new ImageManager(kernel, runtime.images, notes, () => this.context.configuration)
    this.allocations = this.makeAllocations(client)
    this.statics = this.makeStatics(client)
    this.manifests = new ManifestFolder(client, notes, this.statics, () => volumes.hostFiles())
    const devices = new DraManager(this.context, () => volumes.hostFiles())
    runtime.nodeFiles = () => (volumes.hasHostFiles ? volumes.hostFiles() : undefined)
    volumes.hostChanged = () => {
      this.manifests.look()
      devices.look()
      this.runtimeState.setNetwork((volumes.hostFiles().list(networkConfiguration) ?? []).some((file) => /\.(conf|conflist|json)$/.test(file)), 'configuration')
    }
    const { allocations, pleg, prober, statics, statuses } = this
    this.sync = new PodSync(this.context, { allocations, images, pleg, prober, statics, statuses, volumes, devices })
    this.workers = new PodWorkers(client, this.sync)
    this.sync.wakeUp = (uid) => this.workers.sync(uid)
    this.sync.isTerminating = (uid) => this.workers.isTerminating(uid)
    this.evictions = new EvictionManager(this.context, volumes, {
      activePods: () => this.activePods(),
      kill: (pod, kill) => this.kill(pod, kill),
      isCleanedUp: ({ metadata: { uid } }) => !this.workers.couldHaveRunningContainers(uid) && runtime.containersOf(uid).length === 0,
      removeUnusedImages: () => this.imageCollector.removeUnused(),
      conditionsChanged: () => this.nodeStatus.changed(),
    })
    this.imageCollector = new ImageCollector(this.context, () => this.evictions.diskUsed())
    this.shutdown = new NodeShutdown(this.context, {
      activePods: () => this.activePods(),
      kill: (pod, kill) => this.kill(pod, kill),
      statusChanged: () => this.nodeStatus.changedNow(),
      powerOff: machine.powerOff,
    })
    this.nodeStatus = new NodeStatus(this.context, () => this.evictions.pressures(), () => (this.shutdown.isShuttingDown ? 'node is shutting down' : this.runtimeState.problem))
    this.nodeStatus.registered = (node) => void (this.node = node)
    this.server = new KubeletServer(this.context, options.apiServer)
    this.pleg.podChanged = (uid) => {
      this.workers.sync(uid)
      this.removeDead(uid)
    }
    this.prober.podChanged = (uid) => this.workers.sync(uid)
    this.workers.forgotten = (uid) => this.forget(uid)
    kernel.register(this.name, (task: { type: string }) => this.handle(task))
  }

  /** Begins as a kubelet that has been up for a while, with the pods that it has by then, and what lies on its machine: path -> text. */
  start(pods: readonly Pod[], known: KnownObjects, files: Readonly<Record<string, string>> = {}): void {
    this.manifests.furnish(files)
    if (pods.length === 0) this.pods.startWith([])
    else this.takeUp(pods, known)
    this.nodeStatus.start()
    this.evictions.start()
    this.imageCollector.start()
  }

  private takeUp(pods: readonly Pod[], known: KnownObjects): void {
    this.sync.setKnown(known)
    const own = pods.filter((pod) => !isMirrorPod(pod))
    const statics = pods.filter(isMirrorPod).map(staticPodOf)
    const begun = takeUpPods(this.context, this.sync, [...own, ...statics], known)
    this.sync.setKnown(undefined)
    this.pleg.begin()
    this.statics.found(statics)
    for (const { metadata: { uid } } of [...own, ...statics]) this.found.set(uid, begun.has(uid))
    this.pods.startWith(pods)
    for (const pod of statics) this.byUID.set(pod.metadata.uid, pod)
    // In a task: what a component does is a step of the film.
    this.context.client.later(0, () => this.goOn(known))
  }

  private goOn(known: KnownObjects): void {
    this.sync.setKnown(known)
    for (const [uid, begun] of this.found) {
      const pod = this.byUID.get(uid)
      this.found.delete(uid)
      if (pod === undefined) continue
      // Nobody asks any more whether the node can take what it runs.
      if (begun) this.workers.updatePod(pod, 'create')
      else this.podAdded(pod)
    }
    this.sync.setKnown(undefined)
  }

  /** Ends a pod for the node's sake, and says so when the runtime does not do it in time (pod_workers.go killPodNow). */
  private kill(pod: Pod, kill: KillOptions): void {
    const { notes, client, kernel, recorder } = this.context
    notes.ends(pod, kill.reason ?? '', kill.message ?? '')
    let open = true
    const seconds = kill.gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 0
    const timeout = client.later(Math.max(leastKillTimeoutMs, seconds * 1500), () => {
      open = false
      recorder.event(pod, 'Warning', 'ExceededGracePeriod', 'Container runtime did not kill the pod within specified grace period.')
      kill.ended?.(false)
    })
    const ended = (): void => {
      if (!open) return
      kernel.cancel(timeout)
      kill.ended?.(true)
    }
    this.workers.updatePod(pod, 'kill', { ...kill, ended })
  }

  /** All of this node, also those that have ended. */
  boundPods(): Pod[] {
    return [...this.byUID.values()]
  }

  figures(): NodeFigures {
    const node = this.context.node()
    return { name: this.context.nodeName, startedAt: parseTime(node.metadata.creationTimestamp) ?? 0, memoryBytes: capacityOf('memory', node), diskBytes: capacityOf('disk', node), diskUsedBytes: this.evictions.diskUsed() }
  }

  /** What the containers that run use: /metrics/resource, which a metrics-server asks for. */
  usage(): ContainerUsage[] {
    const { runtime } = this.context
    return [...this.activePods()].flatMap(({ metadata: { uid, namespace, name } }) => runtime.containersOf(uid).flatMap((record): ContainerUsage[] => {
      const used = runtime.running(record.id)?.usage()
      return used === undefined ? [] : [{ namespace: namespace!, pod: name, container: record.name, startedAt: record.startedAt ?? record.createdAt, ...used }]
    }))
  }

  /** A fault: something outside of all pods takes what the node has. */
  press(supply: Supply, on: boolean): void {
    this.evictions.press(supply, on)
  }

  /** A fault: the runtime has no network plugin, or has it again. */
  setNetwork(ready: boolean): void {
    this.runtimeState.setNetwork(ready)
  }

  /** A fault: the runtime does not answer, or does again. */
  setRuntime(up: boolean): void {
    this.runtimeState.setRuntime(up)
  }

  get configuration(): KubeletFile {
    return this.context.configuration
  }

  /** It reads its configuration as it starts. */
  configure({ configuration, version }: { configuration: KubeletFile; version: string | undefined }): void {
    this.nodeStatus.version = version
    const before = this.context.configuration
    if (before === configuration) return
    this.context.configuration = configuration
    this.node = reallotted(this.node, before, configuration)
    this.manifests.setFolder(configuration.staticPodPath)
    this.evictions.configured()
    this.imageCollector.configured()
    this.shutdown.configured()
  }

  /** A fault: every probe of a container is answered as if what it asks for had broken. */
  corruptProbes(uid: string, container: string, corrupt: boolean): void {
    this.prober.setCorrupted(uid, container, corrupt)
  }

  /** A file is written into /etc/kubernetes/manifests, or taken away. */
  setManifest(manifest: Manifest, present: boolean): void {
    this.manifests.set(manifest, present)
  }

  /** A fault: nobody is there to hear or to do anything. */
  stop(): void {
    this.context.kernel.hold(this.name)
  }

  /** It is back, alone or with its machine: it takes up what has happened meanwhile, and has forgotten what it waited for. */
  restart(how: { rebooted: boolean }): void {
    const { kernel, nodeName } = this.context
    kernel.release(this.name)
    this.sync.forgetBackoffs()
    if (!how.rebooted) {
      this.statuses.restarted()
      for (const uid of this.prober.restarted()) this.workers.sync(uid)
    }
    if (how.rebooted) this.shutdown.restarted()
    this.nodeStatus.restarted(how.rebooted ? kernel.random(`boots of ${nodeName}`).uuid() : undefined)
  }

  private handle(task: { type: string }): void {
    if (this.context.client.handle(task)) return
    if (task.type === 'relist') return this.pleg.relist()
    if (task.type === 'kubelet-api') return this.server.handle(task as KubeletApiTask)
    if (task.type === 'kubelet-input') return this.server.input(task as KubeletInputTask)
    throw new Error(`${this.name}: unknown task ${task.type}`)
  }

  private podChanged(change: Change<Pod>): void {
    if (isMirrorPod(change.object)) return this.statics.mirrorChanged(change)
    const { uid } = change.object.metadata
    if (change.type === 'delete') return this.podRemoved(change.object)
    this.byUID.set(uid, change.object)
    this.prober.updatePod(change.object)
    if (change.type === 'update' && change.old.status !== change.object.status) this.statuses.podUpdated(change.object)
    if (this.admitting.has(uid)) return
    if (change.type === 'add') this.podAdded(change.object)
    else if (concernsWorker(change.old, change.object)) {
      if (change.old.spec !== change.object.spec) this.allocations.podUpdated(change.old, change.object)
      this.updateWorker(change.object, 'update')
    }
    else if (gatesChanged(change.old, change.object)) this.updateWorker(change.object, 'sync')
  }

  /** A worker works on the pod as it was granted. */
  private updateWorker(pod: Pod, type: UpdateType): void {
    this.workers.updatePod(this.allocations.allocated(pod), type)
  }

  /** A pod as the API server has it: a static one by its mirror. */
  private inApi(uid: string): Pod | undefined {
    const pod = this.byUID.get(uid)
    return pod !== undefined && isStaticPod(pod) ? this.statics.mirror(pod) : pod
  }

  private makeStatics(client: Client): StaticPods {
    return new StaticPods(client, this.context.notes, {
      node: () => this.context.node(),
      added: (pod) => {
        this.byUID.set(pod.metadata.uid, pod)
        this.podAdded(pod)
      },
      removed: (pod) => this.podRemoved(pod),
      mirrorChanged: (uid, change) => {
        if (change.type !== 'update' || concernsWorker(change.old, change.object)) this.workers.sync(uid)
        if (change.type === 'add') this.statuses.podAppeared(uid)
        if (change.type === 'update') this.statuses.podUpdated(change.object, uid)
      },
    })
  }

  private makeAllocations(client: Client): AllocationManager {
    return new AllocationManager(client, {
      pod: (uid) => this.byUID.get(uid),
      node: () => this.context.node(),
      rejection: (pod) => rejectPod(pod, this.context.node(), this.activePods(pod.metadata.uid), this.evictions.pressures(), this.context.configuration),
      podChanged: (uid) => this.updateWorker(this.byUID.get(uid)!, 'update'),
      resized: (pod) => this.context.recorder.event(pod, 'Normal', 'ResizeCompleted', resizeCompleted(pod)),
    })
  }

  /** The node looks for itself whether it can take the pod; one that it rejects has failed for good. */
  private podAdded(pod: Pod): void {
    if (this.found.has(pod.metadata.uid)) return
    const rejection = this.rejection(pod, this.context.node())
    if (rejection?.reason === wrongNodeReason) this.askForNode(pod.metadata.uid)
    else if (isCritical(pod) && rejection?.reason.startsWith('OutOf') === true) this.makeRoom(pod)
    else this.admit(pod, rejection)
  }

  /** For a pod that the cluster needs others are ended; it comes in when they are gone (pkg/kubelet/preemption). */
  private makeRoom(pod: Pod): void {
    const others = [...this.activePods()]
    const shortages = shortagesOf(pod, this.context.node(), others)
    const missing = new Map(shortages.map(({ resource, requested, used, capacity }) => [resource, requested + used - capacity]))
    const victims = podsToPreempt(pod, others, missing)
    if ('error' in victims) {
      const why = `preemption: error finding a set of pods to preempt: ${victims.error}`
      return this.admit(pod, { reason: 'UnexpectedAdmissionError', message: `Unexpected error while attempting to recover from admission failure: ${why}` })
    }
    const { uid } = pod.metadata
    this.admitting.add(uid)
    let open = victims.length
    for (const victim of victims) this.preempt(victim, () => void (--open === 0 && this.admitAfter(uid)))
  }

  private admitAfter(uid: string): void {
    this.admitting.delete(uid)
    const pod = this.byUID.get(uid)
    if (pod !== undefined) this.admit(pod, this.rejection(pod, this.context.node()))
  }

  private preempt(victim: Pod, ended: () => void): void {
    const [reason, message] = ['Preempting', 'Preempted in order to admit critical pod']
    this.context.recorder.event(victim, 'Warning', reason, message)
    this.kill(victim, { reason, message, disrupted: 'Pod was preempted by Kubelet to accommodate a critical pod.', ended })
  }

  private rejection(pod: Pod, node: Node): Rejection | undefined {
    if (pod.metadata.deletionTimestamp !== undefined || isTerminal(pod.status)) return undefined
    return rejectPod(pod, node, this.activePods(), this.evictions.pressures(), this.context.configuration) ?? this.shutdown.rejection()
  }

  /** What the kubelet knows of its node's labels may be old: it reads them anew before it rejects for them. */
  private askForNode(uid: string): void {
    const { client, nodeName } = this.context
    this.admitting.add(uid)
    client.send('get', nodes, { name: nodeName }, ({ code, body }) => {
      this.admitting.delete(uid)
      const pod = this.byUID.get(uid)
      if (pod !== undefined) this.admit(pod, this.rejection(pod, code === 200 ? (body as Node) : this.context.node()))
    })
  }

  private admit(pod: Pod, rejection: Rejection | undefined): void {
    if (rejection === undefined) return this.workers.updatePod(pod, 'create')
    const { reason, message } = rejection
    this.context.recorder.event(pod, 'Warning', reason, message)
    // Nothing of it is ever looked after here: the node takes back what was said of it before, that it is scheduled, too (kubelet.go rejectPod).
    const { status: { qosClass }, metadata: { generation } } = pod
    const status: PodStatus = { phase: 'Failed', reason, message: `Pod was rejected: ${message}` }
    if (qosClass !== undefined) status.qosClass = qosClass
    if (generation !== undefined) status.observedGeneration = generation
    this.statuses.setPodStatus(pod, status)
  }

  private *activePods(except?: string): Iterable<Pod> {
    for (const pod of this.byUID.values()) {
      const { uid } = pod.metadata
      if (uid !== except && this.workers.knows(uid) && !this.workers.isTerminating(uid) && !isTerminal(pod.status)) yield this.allocations.allocated(pod)
    }
  }

  private podRemoved(pod: Pod): void {
    this.byUID.delete(pod.metadata.uid)
    this.statuses.forget(pod.metadata.uid)
    this.workers.removePod(pod)
    this.allocations.podRemoved(pod.metadata.uid)
  }

  /** What has ended and nobody needs any more goes at once (kubelet.go cleanUpContainersInPod). */
  private removeDead(uid: string): void {
    const { runtime } = this.context
    const { containers, sandboxes } = deadContainers(this.pleg.status(uid), this.workers.shouldContentBeRemoved(uid))
    for (const id of containers) runtime.removeContainer(id, () => {})
    for (const id of sandboxes) runtime.removePodSandbox(id, () => {})
  }

  /** Records of a pod that is gone are removed with what the runtime still has of it: logs go with the pod. */
  private forget(uid: string): void {
    this.sync.forget(uid)
    this.statuses.forget(uid)
    // A static pod that is the same again begins when nothing is left of what it was (pod_workers.go restartRequested).
    const comesAgain = this.statics.comesAgain(uid)
    if (!comesAgain) this.statics.ended(uid)
    this.context.client.later(cleanupDelayMs, () => {
      const { runtime, notes } = this.context
      notes.forget(uid, runtime.containersOf(uid).map(({ id }) => id))
      for (const { id } of runtime.containersOf(uid)) runtime.removeContainer(id, () => {})
      for (const { id } of runtime.sandboxesOf(uid)) runtime.removePodSandbox(id, () => {})
      if (comesAgain) this.statics.ended(uid)
    })
  }
}

/** A change of status alone is the kubelet's own doing, or the scheduler's: nothing to work on. */
function concernsWorker(old: Pod, next: Pod): boolean {
  if (old.spec !== next.spec && !semanticEqual(old.spec, next.spec)) return true
  const { labels, annotations, deletionTimestamp, deletionGracePeriodSeconds } = next.metadata
  return (
    deletionTimestamp !== old.metadata.deletionTimestamp ||
    deletionGracePeriodSeconds !== old.metadata.deletionGracePeriodSeconds ||
    !semanticEqual(labels, old.metadata.labels) ||
    !semanticEqual(annotations, old.metadata.annotations)
  )
}

function gatesChanged(old: Pod, next: Pod): boolean {
  return (next.spec.readinessGates ?? []).some(({ conditionType }) => {
    const status = (pod: Pod): string | undefined => pod.status.conditions?.find(({ type }) => type === conditionType)?.status
    return status(old) !== status(next)
  })
}

function podMilestone(change: Change<Pod>): string | undefined {
  if (change.type === 'add') return 'create/kubelet-sees'
  if (change.type === 'update' && change.old.metadata.deletionTimestamp === undefined && change.object.metadata.deletionTimestamp !== undefined) {
    return 'terminate/kubelet-sees'
  }
  return undefined
}
