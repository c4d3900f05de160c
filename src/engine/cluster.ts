import { parseTime } from './api/time.ts'
import type { KubeObject, Node, Pod, Status } from './api/types.ts'
import type { Request, Response } from './api/request.ts'
import { ApiServer } from './apiserver/apiserver.ts'
import { asAdmin } from './apiserver/authentication.ts'
import type { ResponseTask } from './apiserver/exchange.ts'
import { KubeletDial, type Deaf } from './apiserver/kubelet-dial.ts'
import type { ContainerUsage } from './api/machine.ts'
import { MetricsServer } from './apiserver/metrics-server.ts'
import { requestInfo } from './apiserver/request-info.ts'
import { apiServerEndpoint, bootstrapObjects, rootCertificate, defaultNodes, registeredNode, store } from './bootstrap.ts'
import type { ComponentOptions } from './client/client.ts'
import { ControllerManager } from './controllers/controller-manager.ts'
import { RevisionStore } from './etcd/store.ts'
import type { Fault } from './fault.ts'
import { Kernel } from './kernel/kernel.ts'
import type { Step } from './kernel/step.ts'
import { Kubelet } from './kubelet/kubelet.ts'
import { newLease } from './kubelet/node-status.ts'
import { Latency } from './latency.ts'
import { AddressRange } from './network/ipam.ts'
import { ClusterDns } from './network/cluster-dns.ts'
import { KubeProxy } from './network/kube-proxy.ts'
import { Network } from './network/network.ts'
import { Programs, runAt, type PrintedText, type ProgramEnd } from './programs.ts'
import { Containerd, type MachineStore } from './runtime/containerd.ts'
import type { FileSystem } from './runtime/filesystem.ts'
import type { HttpRequest, HttpResponse } from './runtime/http.ts'
import { Registry } from './runtime/registry.ts'
import { Scheduler } from './scheduler/scheduler.ts'
import type { ClusterOptions, Input } from './scenario.ts'
import { Script, type Stagehand } from './script.ts'
import { View } from './view.ts'
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

/**
 * A whole cluster on one virtual clock. This is the only file that knows every component; they know the API server and
 * nothing of one another.
 */
export class Cluster implements Stagehand {
  readonly options: ClusterOptions
  readonly startMs: number
  readonly etcd: RevisionStore<KubeObject>
  /** Each machine's own store, by node name. */
  readonly machines = new Map<string, MachineStore>()
  readonly inputs: PerformedInput[] = []
  /** For its memory of attempts: which nodes it looked at, and why it chose. */
  scheduler!: Scheduler
  private readonly kernel: Kernel
  private readonly apiServer: ApiServer
  private readonly programs: Programs
  private readonly registry = new Registry()
  private readonly network: Network
  private readonly dial: KubeletDial
  private readonly containerds = new Map<string, Containerd>()
  private readonly kubelets = new Map<string, Kubelet>()
  private script: Script
  private files: Readonly<Record<string, string>> = {}
  /** Steps that `step` has handed out. */
  private shown = 0

  constructor(options: ClusterOptions = {}) {
    this.options = options
    this.startMs = parseTime(options.startTime ?? defaultStartTime) ?? 0
    this.kernel = new Kernel({ seed: options.seed ?? defaultSeed, startMs: this.startMs })
    const { kernel } = this
    const latency = new Latency(kernel, options.latency)
    this.etcd = new RevisionStore<KubeObject>(kernel.revisions)
    this.apiServer = new ApiServer(kernel, latency, this.etcd)
    this.dial = new KubeletDial(kernel, this.apiServer)
    this.network = new Network(kernel, latency)
    this.programs = new Programs(kernel, latency, this.apiServer)
    this.script = new Script([], this.startMs)
    this.boot({ kernel, latency, apiServer: this.apiServer })
  }

  /** Virtual ms since the Unix epoch. */
  get now(): number {
    return this.kernel.now
  }

  /** Of the last write, in whichever store. */
  get revision(): number {
    return this.kernel.revisions.current
  }

  get trace(): readonly Step[] {
    return this.kernel.trace
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

  world(): View {
    return this.at(this.revision)
  }

  at(revision: number): View {
    return new View(this.etcd, this.machines, revision, this.timeOf(revision))
  }

  // --- doing --------------------------------------------------------------------------------------

  /** The front door for callers outside the engine: runs the clock until the answer is there. */
  request(r: Request): Response {
    const index = this.inputs.length
    this.perform({ request: r })
    let response: Response | undefined
    this.answers.set(index, (answer) => (response = answer))
    while (response === undefined && this.advance()) {}
    if (response === undefined) throw new Error('request: nothing is scheduled and no answer came')
    return response
  }

  /** Does an input now; commands go on in virtual time. Returns its index. */
  perform(input: Input): number {
    const { kernel } = this
    const index = this.inputs.length
    const { at: _at, step: _step, task: _task, when: _when, after: _after, ...rest } = input
    this.inputs.push({ ...rest, at: kernel.now - this.startMs, step: kernel.trace.length, task: kernel.tasksRun })
    if (input.files !== undefined) this.files = input.files
    kernel.cause = undefined
    const type = input.kubectl !== undefined ? 'Command' : input.fault !== undefined ? 'Fault' : input.request !== undefined ? 'Request' : 'Said'
    kernel.record({ kind: 'input', from: 'user', to: type === 'Fault' ? 'cluster' : 'kubectl', detail: { type, input: index, line: input.kubectl, fault: input.fault } })
    if (input.kubectl !== undefined) {
      this.programs.start(index, { program: 'kubectl', line: input.kubectl, stdin: input.stdin ?? '', files: { ...this.programs.written, ...this.files }, terminal: input.terminal === true })
    }
    if (input.request !== undefined) this.sendRequest(index, input.request)
    if (input.fault !== undefined) this.break(input.fault)
    if (input.interrupt !== undefined) this.programs.interrupt(input.interrupt)
    if (input.typed !== undefined) this.programs.type(input.typed.into, input.typed.text)
    kernel.cause = undefined
    return index
  }

  /** Runs one command to its end and returns what it printed; one that never ends is interrupted after an hour. */
  exec(command: { program: 'kubectl'; line: string; stdin?: string; files?: Readonly<Record<string, string>> }): { stdout: string; stderr: string; exitCode: number } {
    const index = this.perform({
      kubectl: command.line,
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

  /** What a command that only reads would print at a past revision; nothing is traced. */
  query(line: string, revision: number): { stdout: string; stderr: string; exitCode: number } {
    const view = this.at(revision)
    return runAt(view, view.now, { program: 'kubectl', line, stdin: '', files: { ...this.programs.written, ...this.files } })
  }

  /** The refusal that a write would get now, or undefined; nothing is done and nothing is traced. */
  try(r: Request): Status | undefined {
    return this.apiServer.try(requestInfo(asAdmin(r)))
  }

  /** Inputs that are to come by themselves. */
  follow(inputs: readonly Input[], files: Readonly<Record<string, string>> = {}): void {
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
    while (this.shown >= this.kernel.trace.length) if (!this.advance()) return undefined
    return this.kernel.trace[this.shown++]
  }

  run(limit: RunLimit): RunResult {
    const { kernel } = this
    const first = kernel.trace.length
    const deadline = limit.for === undefined ? Infinity : kernel.now + durationMs(limit.for)
    const result = (stoppedBy: RunResult['stoppedBy']): RunResult => {
      this.shown = kernel.trace.length
      return { steps: kernel.trace.length - first, now: kernel.now, stoppedBy }
    }
    for (;;) {
      if (limit.until?.(this) === true) return result('condition')
      if (limit.maxSteps !== undefined && kernel.trace.length - first >= limit.maxSteps) return result('steps')
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
    const next = this.script.due(this)
    if (next !== undefined && next.due !== 'later') {
      const at = next.due === 'now' ? this.kernel.now : next.due.at
      if (at <= this.kernel.nextAt()) {
        this.kernel.advanceTo(at)
        this.perform(next.input)
        this.script.performed(this.kernel.now)
        return true
      }
    }
    return this.kernel.runNext()
  }

  // --- inside -------------------------------------------------------------------------------------

  /** Disks that are on no node's own. */
  private readonly disks = new Map<string, FileSystem>()

  private readonly persistentVolume = (name: string, make: () => FileSystem): FileSystem => {
    let files = this.disks.get(name)
    if (files === undefined) this.disks.set(name, (files = make()))
    return files
  }

  private readonly answers = new Map<number, (response: Response) => void>()

  private sendRequest(index: number, r: Request): void {
    const author = r.user?.name ?? 'kubectl'
    this.apiServer.send(requestInfo(asAdmin(r)), author, { target: 'outside', tag: index })
  }

  /** A pod's process asks the API server, with the token that it shows or as nobody. */
  private fromPod({ method, path, headers, body }: HttpRequest, reply: (r: HttpResponse) => void): void {
    const token = /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1]
    const tag = -++this.asked
    this.answers.set(tag, ({ code, body: answer }) => {
      const text = typeof answer === 'string' ? answer : `${JSON.stringify(answer, undefined, 2)}\n`
      reply({ status: code, headers: { 'content-type': 'application/json' }, body: text })
    })
    const request = requestInfo({ verb: method as Request['verb'], path, body: parsed(body), ...(token === undefined ? {} : { token }) })
    this.apiServer.send(request, 'client', { target: 'outside', tag })
  }

  private asked = 0

  private boot(options: ComponentOptions): void {
    const { kernel } = this
    const given = this.options.nodes
    const wanted = Array.isArray(given) ? given : defaultNodes(given ?? defaultNodeCount)
    const uids = kernel.random('uids')
    kernel.register('outside', ({ tag, response }: ResponseTask) => {
      this.answers.get(tag)?.(response)
      this.answers.delete(tag)
    })
    for (const object of bootstrapObjects()) store(this.etcd, object, uids, kernel.now)
    const nodes = wanted.map((node, i) => store(this.etcd, registeredNode(node, i, kernel.now), uids, kernel.now) as Node)
    for (const node of nodes) store(this.etcd, newLease(node, kernel.now) as unknown as KubeObject, uids, kernel.now)
    const { scheduler } = this.options
    this.scheduler = new Scheduler({ ...options, ...(scheduler === undefined ? {} : { configuration: scheduler }) })
    this.scheduler.start(this.etcd)
    new ControllerManager(options, rootCertificate).start(this.etcd)
    for (const node of nodes) this.bootNode(options, node)
    this.network.dns = new ClusterDns(options)
    this.network.dns.start(this.etcd)
    this.network.serve(apiServerEndpoint.ip, apiServerEndpoint.port, (r, reply) => this.fromPod(r, reply))
    if (this.options.metricsServer === true) this.installMetricsServer()
    this.apiServer.proxy = (exchange, pod) => {
      if (!this.dial.reaches(exchange, pod, this.addressOf(pod['spec'].nodeName))) return
      const target = `kubelet/${pod.spec.nodeName}`
      kernel.schedule(target, options.latency.of('request'), { type: 'kubelet-api', exchange, pod } as never)
    }
  }

  private installMetricsServer(): void {
    const names = [...this.kubelets.keys()]
    const scrape = (node: string): readonly ContainerUsage[] | undefined =>
      this.dial.deaf.has(node) ? undefined : this.kubelets.get(node)!.usage()
    this.apiServer.metrics = new MetricsServer(this.kernel, { nodes: () => names, scrape }, this.etcd)
  }

  private bootNode(options: ComponentOptions, node: Node): void {
    const { name } = node.metadata
    const machine: MachineStore = new RevisionStore(this.kernel.revisions)
    this.machines.set(name, machine)
    const nodeIP = node.status.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? ''
    const runtime = new Containerd({
      kernel: this.kernel,
      latency: options.latency,
      node: name,
      nodeIP,
      store: machine,
      registry: this.registry,
      network: this.network,
      addresses: new AddressRange(node.spec.podCIDR!),
    })
    const services = (namespace: string): KubeObject[] => this.etcd.range(`services/${namespace}/`)
    const { network, persistentVolume } = this
    const kubelet = new Kubelet({ ...options, node, runtime, network, store: machine, persistentVolume, services })
    const proxy = new KubeProxy(options, node, machine)
    network.addNode(name, nodeIP, proxy)
    proxy.start(this.etcd)
    this.containerds.set(name, runtime)
    this.kubelets.set(name, kubelet)
    kubelet.start()
  }

  private break(f: Fault): void {
    const stop = f.type === 'kill-process' ? true : f.restore !== true
    const setHeld = (target: string): void => (stop ? this.kernel.hold(target) : this.kernel.release(target))
    switch (f.type) {
      case 'registry-down':
        return this.registry.setDown(stop)
      case 'registry-slow':
        return this.registry.setSlowness(stop ? f.factor : 1)
      case 'apiserver-stop':
        return this.apiServer.setUp(!stop)
      case 'etcd-stop':
        return this.apiServer.setEtcdUp(!stop)
      case 'scheduler-stop':
        return setHeld('kube-scheduler')
      case 'controller-stop':
        return this.kernel.targets(controllersNamed(f.controller)).forEach(setHeld)
      case 'kubelet-stop':
        return this.setKubelet(f.node, !stop)
      case 'node-stop':
        return this.setPower(f.node, !stop)
      case 'runtime-stop':
        return this.containerds.get(f.node)?.setHeld(stop)
      case 'node-partition':
        return this.setPartition(f.node, stop)
      case 'node-pressure':
        return this.kubelets.get(f.node)?.press(f.signal, stop)
      case 'kill-process':
        return this.killProcess(f.namespace, f.pod, f.container, f.signal ?? 'KILL')
      case 'probe-corrupt':
        return this.corruptProbes(f.namespace, f.pod, f.container, stop)
    }
  }

  private addressOf(node: string): string {
    const addresses: { type: string; address: string }[] = this.etcd.get(`nodes/${node}`)?.['status'].addresses ?? []
    return addresses.find(({ type }) => type === 'InternalIP')?.address ?? node
  }

  private setDeaf(node: string, why: Deaf | undefined): void {
    if (why === undefined) this.dial.deaf.delete(node)
    else this.dial.deaf.set(node, why)
  }

  private setPartition(node: string, cut: boolean): void {
    this.apiServer.cutOff(`kubelet/${node}`, cut)
    this.network.setCut(node, cut)
    this.setDeaf(node, cut ? 'lost' : undefined)
  }

  private setKubelet(node: string, up: boolean): void {
    const kubelet = this.kubelets.get(node)
    this.setDeaf(node, up ? undefined : 'refused')
    if (up) kubelet?.restart({ rebooted: false })
    else kubelet?.stop()
  }

  private setPower(node: string, on: boolean): void {
    const kubelet = this.kubelets.get(node)
    const runtime = this.containerds.get(node)
    this.network.setCut(node, !on)
    this.setDeaf(node, on ? undefined : 'lost')
    if (on) {
      runtime?.powerOn()
      kubelet?.restart({ rebooted: true })
    } else {
      kubelet?.stop()
      runtime?.powerOff()
    }
  }

  private corruptProbes(namespace: string, pod: string, container: string, corrupt: boolean): void {
    const found = this.etcd.get(`pods/${namespace}/${pod}`) as Pod | undefined
    if (found !== undefined) this.kubelets.get(found.spec.nodeName ?? '')?.corruptProbes(found.metadata.uid, container, corrupt)
  }

  private killProcess(namespace: string, pod: string, container: string, signal: string): void {
    const uid = this.etcd.get(`pods/${namespace}/${pod}`)?.metadata.uid
    for (const runtime of this.containerds.values()) {
      const running = runtime.containersOf(uid ?? '').find((c) => c.name === container && c.state === 'running')
      if (running !== undefined) runtime.sendSignal(running.id, signal)
    }
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
    return low === 0 ? this.startMs : Math.max(trace[low - 1]!.at, revision === this.revision ? this.now : 0)
  }
}

/** What is no JSON goes on as it is: the API server says what is wrong with it. */
function parsed(body: string): unknown {
  if (body === '') return undefined
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

/** The whole controller manager, or one of its controllers ('deployment'). */
function controllersNamed(controller: string | undefined): string {
  return controller === undefined ? 'kube-controller-manager' : `kube-controller-manager/${controller.replace(/-controller$/, '')}-controller`
}

/** Three workers node1..node3 (4 CPU, 8Gi, 110 pods, zone labels) when nodes is left out. */
export function createCluster(options?: ClusterOptions): Cluster {
  return new Cluster(options)
}
