import { extended } from './api/extended.ts'
import type { LoadRecord } from './api/load.ts'
import { sentOver } from './api/onTheWire.ts'
import { parseTime } from './api/time.ts'
import type { KubeObject, Node } from './api/types.ts'
import type { Request, Response } from './api/request.ts'
import { ApiServer } from './apiserver/apiserver.ts'
import { asAdmin } from './apiserver/authentication.ts'
import { requestInfo } from './apiserver/request-info.ts'
import { bootstrapKey, bootstrapObjects, controlPlaneLeases, defaultNodes, furnishedMachine, registeredNode, store, storeAsItWas } from './bootstrap.ts'
import type { Components } from './components.ts'
import type { takeObjects } from './dump/take.ts'
import type { EtcdData } from './control-plane/etcd-data.ts'
import type { followServer } from './control-plane/server-process.ts'
import type { controlPlaneFiles, nodeFiles } from './kubeadm/machine-files.ts'
import type { kubeadmObjects } from './kubeadm/kubeadm.ts'
import { RevisionStore } from './etcd/store.ts'
import type { Fault } from './fault.ts'
import { Kernel } from './kernel/kernel.ts'
import type { Step } from './kernel/step.ts'
import { firstRenewalMs, newCSINode, newLease } from './kubelet/nodestatus/registration.ts'
import { Latency } from './latency.ts'
import { LocalPorts } from './local-ports.ts'
import { needsShell } from './needs-shell.ts'
import { OutsideRequests } from './outside-requests.ts'
import { Part, PartMissing } from './part.ts'
import type { playPrologue } from './prologue.ts'
import { Programs, type FilesWritten, type PrintedText, type ProgramEnd } from './programs.ts'
import type { MachineStore } from './runtime/containerd.ts'
import type { ClusterOptions, Input } from './scenario.ts'
import type { Scheduler } from './scheduler/scheduler.ts'
import { Script, type Stagehand } from './script.ts'
import { View } from './view.ts'
import { deepCopy } from './api/deepCopy.ts'
import { durationMs } from './duration.ts'

/** When the film begins if nobody says otherwise. */
const defaultStartTime = '2026-01-05T09:00:00Z'
const defaultSeed = 1
const defaultNodeCount = 3

/** A command that waits for ever (`get -w`) is interrupted after this much virtual time. */
const longestCommandMs = 3_600_000

export interface RunLimit {
  /** '30s', '5m', or virtual ms. */
  for?: string | number
  /** Asked after each task. */
  until?: (cluster: Cluster) => boolean
  maxSteps?: number
}

export interface RunResult {
  /** Steps that were taken. */
  steps: number
  now: number
  stoppedBy: 'time' | 'condition' | 'steps' | 'idle'
}

/** An input as it was performed: enough to perform it again at exactly that moment. */
export interface PerformedInput extends Input {
  at: number
  step: number
  task: number
}

/** Who works in a cluster; the world can be shown, and its first command typed, before they have come. */
export const components = new Part<typeof Components>('components')

/** A machine as a kubelet with a configuration of its own registers it. */
export const allot = new Part<(node: Node, configuration: NonNullable<ClusterOptions['kubelet']>) => Node>('components')

/** What becomes of objects that come from another cluster. */
export const dump = new Part<{ takeObjects: typeof takeObjects }>('kinds')

/** What happens before the film. */
export const prologue = new Part<typeof playPrologue>('rare')

/** What a cluster has that kubeadm has made. */
export const kubeadm = new Part<{ controlPlaneFiles: typeof controlPlaneFiles; EtcdData: typeof EtcdData; followServer: typeof followServer; nodeFiles: typeof nodeFiles; kubeadmObjects: typeof kubeadmObjects }>('kubeadm')

/** A whole cluster on one virtual clock. */
export class Cluster implements Stagehand {
  readonly options: ClusterOptions
  /** Virtual ms since the Unix epoch at which the film begins. */
  startMs: number
  readonly etcd: RevisionStore<KubeObject>
  /** Each machine's own store, by node name. */
  readonly machines = new Map<string, MachineStore>()
  /** What people outside of the cluster count: `loads/<name>`. */
  readonly outside: RevisionStore<LoadRecord>
  readonly inputs: PerformedInput[] = []
  private readonly kernel: Kernel
  private readonly latency: Latency
  private readonly apiServer: ApiServer
  private readonly requests: OutsideRequests
  private readonly ports = new LocalPorts()
  private readonly programs: Programs
  private readonly components: Components | undefined
  private readonly openingRevision: number
  private script: Script
  private files: Readonly<Record<string, string>> = {}
  /** Steps that `step` has handed out. */
  private shown = 0
  /** The first revision that can be looked at, and when the world came to it. */
  private rememberedFrom = 0
  private rememberedFromMs: number

  constructor(options: ClusterOptions = {}) {
    this.options = options
    this.startMs = parseTime(options.startTime ?? defaultStartTime) ?? 0
    this.rememberedFromMs = this.startMs
    this.kernel = new Kernel({ seed: options.seed ?? defaultSeed, startMs: this.startMs, ...(options.prologue === undefined ? {} : { firstStep: -(2 ** 31) }) })
    const { kernel } = this
    this.latency = new Latency(kernel, options.latency)
    this.etcd = new RevisionStore<KubeObject>(kernel.revisions)
    this.outside = new RevisionStore<LoadRecord>(kernel.revisions)
    this.apiServer = new ApiServer(kernel, this.latency, this.etcd)
    this.requests = new OutsideRequests(kernel, this.apiServer)
    this.programs = new Programs({ kernel, latency: this.latency, apiServer: this.apiServer, ports: this.ports, workstation: (kubectl) => this.present().workstation(kubectl), wrote: (path, text) => this.wrote(path, text) })
    this.script = new Script([], this.startMs)
    const nodes = this.furnish()
    this.openingRevision = this.revision
    this.components = this.boot(nodes)
    if (options.prologue !== undefined) prologue.get()(this, options.prologue)
  }

  /** Virtual ms since the Unix epoch. */
  get now(): number {
    return this.kernel.now
  }

  /** Of the last write, in whichever store. */
  get revision(): number {
    return this.kernel.revisions.current
  }

  /** What is kept of the film. */
  get trace(): readonly Step[] {
    return this.kernel.trace
  }

  /** How many steps there have been, forgotten ones too. */
  get steps(): number {
    return this.kernel.steps
  }

  stepAt(index: number): Step | undefined {
    return this.kernel.stepAt(index)
  }

  get seed(): number {
    return this.options.seed ?? defaultSeed
  }

  get nextAt(): number {
    return this.kernel.nextAt()
  }

  get tasksRun(): number {
    return this.kernel.tasksRun
  }

  get pendingInputs(): number {
    return this.script.pending
  }

  /** For its memory of attempts: which nodes it looked at, and why it chose. */
  get scheduler(): Scheduler {
    return this.present().scheduler
  }

  /** What programs have printed so far, and which have ended. */
  get output(): readonly PrintedText[] {
    return this.programs.output
  }

  get ended(): readonly ProgramEnd[] {
    return this.programs.ended
  }

  /** Files that programs have written: a kubeconfig, what `kubectl cp` has fetched. */
  get written(): Readonly<Record<string, string>> {
    return this.programs.written
  }

  get writes(): readonly FilesWritten[] {
    return this.programs.writes
  }

  /** The same as they were when so many steps had happened. */
  writtenAt(steps: number): Readonly<Record<string, string>> {
    return this.programs.writes.findLast(({ step }) => step <= steps)?.files ?? {}
  }

  world(): View {
    return this.at(this.revision)
  }

  /** Throws a RangeError for what is forgotten. */
  at(revision: number): View {
    if (revision < this.rememberedFrom) throw new RangeError(`revision ${revision} is forgotten: nothing before ${this.rememberedFrom} is kept`)
    return new View(this.etcd, this.machines, this.outside, revision, this.timeOf(revision))
  }

  /**
   * Lets go of the past, as far as nothing that goes on needs it: steps, versions that have been replaced, tables of the scheduler's
   * attempts. What comes then is the same as if it had been kept; who watches from before is told that it is too old, as after a
   * compaction. For runs that are larger than memory. Costs as much as has been written since the last time.
   */
  forget(): void {
    const { kernel, etcd, machines, outside } = this
    this.rememberedFrom = this.revision
    this.rememberedFromMs = kernel.now
    this.shown = kernel.steps
    kernel.forget()
    for (const store of [etcd, ...machines.values(), outside]) store.forget()
    this.components?.scheduler.forgetAttempts()
  }

  /** The film begins now. What was before is in the world; who did it, and what they saw, is nobody's in the film. */
  begin(): void {
    const { kernel, etcd, machines, outside } = this
    this.forget()
    this.programs.forget()
    for (const store of [etcd, ...machines.values(), outside]) store.begin()
    kernel.begin()
    this.startMs = kernel.now
    this.inputs.length = 0
    this.shown = 0
    this.script = new Script([], kernel.now)
  }

  // --- doing --------------------------------------------------------------------------------------

  /**
   * The front door for callers outside the engine: runs the clock until the answer is there. As over a wire, what is sent and what
   * comes back is the caller's to change; nothing in the cluster changes with it.
   */
  request(r: Request): Response {
    let response: Response | undefined
    this.perform({ request: 'body' in r ? { ...r, body: sentOver(r.body) } : r }, (answer) => (response = answer))
    while (response === undefined && this.advance()) {}
    if (response === undefined) throw new Error('request: nothing is scheduled and no answer came')
    return deepCopy(response)
  }

  /** Does an input now; commands go on in virtual time. Returns its index. `answered`: told the answer to a request, in a later task. */
  perform(input: Input, answered?: (response: Response) => void): number {
    const { kernel } = this
    const index = this.inputs.length
    const { at: _at, step: _step, task: _task, when: _when, after: _after, ...rest } = input
    this.inputs.push(extended(rest, { at: kernel.now - this.startMs, step: kernel.steps, task: kernel.tasksRun }))
    if (input.files !== undefined) this.files = input.files
    kernel.cause = undefined
    const type = typeOf(input)
    const detail = { type, input: index, line: input.kubectl ?? input.shell, fault: input.fault, ...(input.load === undefined ? {} : { load: input.load }) }
    kernel.record({ kind: 'input', from: 'user', to: type === 'Fault' || type === 'Load' ? 'cluster' : 'kubectl', detail })
    const { kubectl, stdin = '' } = input
    const shell = kubectl !== undefined && needsShell(kubectl) ? `kubectl ${kubectl}` : input.shell
    if (shell !== undefined) this.present()
    const start = { stdin, files: { ...this.programs.written, ...this.files }, terminal: input.terminal === true }
    if (shell !== undefined) this.programs.start(index, { program: 'shell', line: shell, ...start })
    else if (kubectl !== undefined) this.programs.start(index, { program: 'kubectl', line: kubectl, ...start })
    if (input.request !== undefined) this.requests.send(requestInfo(asAdmin(input.request)), input.request.user?.name ?? 'kubectl', answered)
    if (input.fault !== undefined) this.present().break(input.fault)
    if (input.load !== undefined) this.present().load(input.load)
    if (input.interrupt !== undefined) this.programs.interrupt(input.interrupt)
    if (input.typed !== undefined) this.programs.type(input.typed.into, input.typed.text)
    kernel.cause = undefined
    return index
  }

  /** What a program writes over a file of the desk is what later programs read. */
  private wrote(path: string, text: string): void {
    if (Object.hasOwn(this.files, path)) this.files = { ...this.files, [path]: text }
  }

  /** Runs one command to its end and returns what it printed; one that never ends is interrupted after an hour. */
  exec(command: { program: 'kubectl' | 'shell'; line: string; stdin?: string; files?: Readonly<Record<string, string>> }): { stdout: string; stderr: string; exitCode: number } {
    const index = this.perform({
      [command.program]: command.line,
      ...(command.stdin === undefined ? {} : { stdin: command.stdin }),
      ...(command.files === undefined ? {} : { files: command.files }),
    })
    const patience = this.now + longestCommandMs
    while (this.programs.isRunning(index) && this.dueAt() <= patience && this.advance()) {}
    if (this.programs.isRunning(index)) this.perform({ interrupt: index })
    const text = (to: 'stdout' | 'stderr'): string =>
      this.output.filter((o) => o.command === index && o.to === to).map((o) => o.text).join('')
    const end = this.ended.find((e) => e.command === index)
    return { stdout: text('stdout'), stderr: text('stderr'), exitCode: end?.exitCode ?? 1 }
  }

  fault(f: Fault): void {
    this.perform({ fault: f })
  }

  /** Inputs that are to come by themselves. */
  follow(inputs: readonly Input[], files: Readonly<Record<string, string>> = {}): void {
    // A recording counts the tasks of all.
    if (inputs.some(({ task = 0 }) => task > 0)) this.present()
    this.script = new Script(inputs, this.kernel.now)
    this.files = files
  }

  /** What of the script has not happened yet never will. */
  dropScript(): void {
    this.script.drop()
  }

  // --- running ------------------------------------------------------------------------------------

  /** The next hop, or undefined when nothing is scheduled. */
  step(): Step | undefined {
    while (this.shown >= this.steps) if (!this.advance()) return undefined
    return this.stepAt(this.shown++)
  }

  run(limit: RunLimit): RunResult {
    const { kernel } = this
    const first = kernel.steps
    const deadline = limit.for === undefined ? Infinity : kernel.now + durationMs(limit.for)
    const result = (stoppedBy: RunResult['stoppedBy']): RunResult => {
      this.shown = kernel.steps
      return { steps: kernel.steps - first, now: kernel.now, stoppedBy }
    }
    for (;;) {
      if (limit.until?.(this) === true) return result('condition')
      if (limit.maxSteps !== undefined && kernel.steps - first >= limit.maxSteps) return result('steps')
      if (this.dueAt() > deadline) {
        kernel.advanceTo(deadline)
        return result('time')
      }
      if (!this.advance()) return result('idle')
    }
  }

  /** Virtual time of what comes next: a task or an input of the script. */
  dueAt(): number {
    const next = this.script.due(this)
    const at = next === undefined || next.due === 'later' ? Infinity : next.due === 'now' ? this.kernel.now : next.due.at
    return Math.min(at, this.kernel.nextAt())
  }

  /** Performs the next input or runs the next task, whichever is first; an input goes first at the same time. */
  advance(): boolean {
    // Whoever would be told of a write has to be there, and so has whoever a second command may find at work.
    if (this.components === undefined && this.revision > this.openingRevision) this.present()
    const next = this.script.due(this)
    if (next !== undefined && next.due !== 'later') {
      const at = next.due === 'now' ? this.kernel.now : next.due.at
      if (at <= this.kernel.nextAt()) {
        if (this.inputs.length > 0) this.present()
        this.kernel.advanceTo(at)
        this.perform(next.input)
        this.script.performed(this.kernel.now)
        return true
      }
    }
    return this.kernel.runNext()
  }

  // --- inside -------------------------------------------------------------------------------------

  /** What is there as the film begins; the nodes. */
  private furnish(): Node[] {
    const { kernel, etcd } = this
    const held = this.heldObjects()
    const uids = kernel.random('uids')
    for (const object of bootstrapObjects(this.options)) if (!held.has(bootstrapKey(object))) store(etcd, object, uids, kernel.now)
    const stored = [...held].map(([key, object]) => storeAsItWas(etcd, key, object, kernel.now))
    const nodes = this.nodesAmong(stored) ?? this.wantedNodes().map((node, i) => store(etcd, registeredNode(node, i, kernel.now), uids, kernel.now) as Node)
    for (const node of nodes) if (!held.has(`leases/kube-node-lease/${node.metadata.name}`)) store(etcd, newLease(node, kernel.now) as unknown as KubeObject, uids, kernel.now)
    const others = kernel.random('uids of what kubelets have registered')
    for (const node of nodes) if (!held.has(`csinodes/${node.metadata.name}`)) store(etcd, newCSINode(node) as unknown as KubeObject, others, kernel.now)
    const leaders = kernel.random('uids of what the control plane has registered')
    for (const lease of controlPlaneLeases(this.options, kernel.now)) if (!held.has(bootstrapKey(lease))) store(etcd, lease, leaders, kernel.now)
    for (const node of nodes) this.machines.set(node.metadata.name, furnishedMachine(new RevisionStore(kernel.revisions), node, etcd))
    return nodes
  }

  /** By key: what comes from another cluster, and what kubeadm has made. */
  private heldObjects(): ReadonlyMap<string, KubeObject> {
    const { options, kernel } = this
    const held = heldObjects(options.objects)
    const isWanted = options.kubeadm === true && ![...held.values()].some(({ kind }) => kind === 'Node')
    return isWanted ? new Map([...kubeadm.get().kubeadmObjects(this.wantedNodes(), kernel.now, options.kubelet), ...held]) : held
  }

  private wantedNodes(): Node[] {
    const { nodes, kubelet } = this.options
    const wanted = Array.isArray(nodes) ? nodes : defaultNodes(nodes ?? defaultNodeCount)
    return kubelet === undefined ? wanted : wanted.map((node) => allot.get()(node, kubelet))
  }

  /** Those of a dump are all that there are; undefined: it has none. */
  private nodesAmong(stored: readonly KubeObject[]): Node[] | undefined {
    const nodes = stored.filter(({ kind }) => kind === 'Node') as unknown as Node[]
    return nodes.length === 0 ? undefined : nodes
  }

  /**
   * Healthy nodes that nobody has written to leave everyone idle until the first lease is due: so long a film can go on before its
   * components have come (part.ts).
   */
  private boot(nodes: readonly Node[]): Components | undefined {
    const { kernel, latency, apiServer, etcd, machines, outside, ports } = this
    const { metricsServer, cloud, ingress, kubeadm, objects } = this.options
    if (components.isHere || Array.isArray(this.options.nodes) || objects !== undefined || metricsServer === true || cloud === true || ingress === true || kubeadm === true) {
      return new (components.get())({ kernel, latency, apiServer, etcd, nodes, machines, outside, ports, fromPod: this.requests.fromPod, settings: this.options })
    }
    kernel.register('components', () => this.present())
    kernel.schedule('components', Math.min(...nodes.map((node) => firstRenewalMs(kernel, node.metadata.name))), { type: 'first-renewal' })
    return undefined
  }

  /** Throws PartMissing before they have come. */
  private present(): Components {
    if (this.components === undefined) throw new PartMissing('components')
    return this.components
  }

  /** When the world came to this revision: binary search, for steps carry the revision after them. */
  private timeOf(revision: number): number {
    const { trace } = this.kernel
    let low = 0
    let high = trace.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (trace[middle]!.world <= revision) low = middle + 1
      else high = middle
    }
    return low === 0 ? this.rememberedFromMs : Math.max(trace[low - 1]!.at, revision === this.revision ? this.now : 0)
  }
}

/** By key. Throws for what the API server could not have stored: a film does not begin with less than it says. */
function heldObjects(objects: readonly KubeObject[] = []): ReadonlyMap<string, KubeObject> {
  if (objects.length === 0) return new Map()
  const { objects: taken, refused } = dump.get().takeObjects(objects)
  const [first] = refused
  if (first !== undefined) throw new Error(`cluster.objects: ${first.object.kind} ${first.object.name}: ${first.message}`)
  return taken
}

function typeOf({ kubectl, shell, fault, request, load }: Input): 'Command' | 'Shell' | 'Fault' | 'Request' | 'Load' | 'Said' {
  if (kubectl !== undefined) return 'Command'
  if (shell !== undefined) return 'Shell'
  if (fault !== undefined) return 'Fault'
  if (load !== undefined) return 'Load'
  return request === undefined ? 'Said' : 'Request'
}

/** Three workers node1..node3 (4 CPU, 8Gi, 110 pods, zone labels) when nodes is left out. */
export function createCluster(options?: ClusterOptions): Cluster {
  return new Cluster(options)
}
