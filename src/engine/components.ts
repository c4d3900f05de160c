import { apiServerEndpoint } from './api/cluster-domain.ts'
import { holds, mayChange, parseCondition } from './api/condition.ts'
import { formatTime } from './api/time.ts'
import type { KubeObject, Node, Pod } from './api/types.ts'
import type { Load, LoadRecord } from './api/load.ts'
import type { KubeletConfiguration } from './api/kubeletConfiguration.ts'
import { apiServerClient, healthzPort, kubeletPort, readOnlyPort } from './api/kubeletServer.ts'
import { uidOnNode, type ContainerUsage } from './api/machine.ts'
import { registryPort } from './api/registryKeys.ts'
import { compactPeriodically } from './apiserver/compactor.ts'
import { apiServerName } from './apiserver/apiserver.ts'
import { KubeletDial } from './apiserver/kubelet-dial.ts'
import { liveAuthority } from './apiserver/authorization/authorizer.ts'
import { special } from './apiserver/authorization/special.ts'
import { Gate } from './apiserver/gate.ts'
import { MetricsServer } from './apiserver/metrics-server.ts'
import { requestInfo } from './apiserver/request-info.ts'
import { bootstrapObjects, clusterAgeMs, defaultCapacity, store, kubernetesService, metricsApiService } from './bootstrap.ts'
import type { ComponentOptions } from './client/client.ts'
import { findProgram } from './client/program.ts'
import { allot, components, kubeadm } from './cluster.ts'
import { ControllerManager, startCloudControllers } from './controllers/controller-manager.ts'
import { startApiServices } from './controllers/apiservices/apiservices.ts'
import { startCustomResources } from './controllers/customresources/customresources.ts'
import { startFlowControl } from './controllers/flowcontrol/flowcontrol.ts'
import { kept as keptByServer, startKubernetesService } from './controllers/kubernetesservice/kubernetesservice.ts'
import { expireEvents } from './etcd/leases.ts'
import type { RevisionStore } from './etcd/store.ts'
import type { Fault } from './fault.ts'
import { pullErrorIn } from './kubelet/found-pod.ts'
import { LeaderElection } from './leader-election.ts'
import { serviceAccountUser } from './apiserver/authentication.ts'
import { ComponentPods } from './control-plane/component-pods.ts'
import { SchedulerPods } from './control-plane/scheduler-pods.ts'
import { controlPlaneName } from './kubeadm/names.ts'
import type { DataDirectory, EtcdData } from './control-plane/etcd-data.ts'
import { Kubelet } from './kubelet/kubelet.ts'
import { Machines } from './machines/machines.ts'
import { type Credentials, kubeletAnswer } from './kubelet/http-pages.ts'
import { allotted } from './kubelet/nodestatus/allotment.ts'
import type { KubeletApiTask } from './kubelet/server.ts'
import { isTerminal } from './kubelet/status/generate.ts'
import type { KnownObjects } from './kubelet/volumes/volume-manager.ts'
import { ClusterDns } from './network/cluster-dns.ts'
import { IngressController, ingressPeer, serveBeside } from './network/ingress/ingress.ts'
import { IngressPods } from './network/ingress/ingress-pods.ts'
import { NetworkPolicies } from './network/policy/network-policies.ts'
import { podCIDRof } from './api/podRanges.ts'
import { AddressRange } from './network/ipam.ts'
import { KubeProxy } from './network/kube-proxy.ts'
import { LoadGenerators } from './network/load.ts'
import { Network } from './network/network.ts'
import type { ContainerOS } from './runtime/container-os.ts'
import { Containerd, type MachineStore } from './runtime/containerd.ts'
import type { FileSystem } from './runtime/filesystem.ts'
import type { HttpRequest, HttpResponse, NetworkError } from './runtime/http.ts'
import { normalizeReference } from './runtime/images.ts'
import { commandLine } from './runtime/programs/command-line.ts'
import { Registry } from './runtime/registry.ts'
import type { ClusterOptions } from './scenario.ts'
import { Scheduler } from './scheduler/scheduler.ts'
import { conditions } from './script.ts'
import type { LocalPorts } from './local-ports.ts'
import { localProgram, type StartLocal } from './local-program.ts'
import './past-logs.ts'
import { Workstation } from './workstation.ts'

export interface ComponentsOptions extends ComponentOptions {
  etcd: RevisionStore<KubeObject>
  nodes: readonly Node[]
  machines: ReadonlyMap<string, MachineStore>
  outside: RevisionStore<LoadRecord>
  ports: LocalPorts
  /** A pod's process asks the API server. */
  fromPod: (r: HttpRequest, reply: (r: HttpResponse) => void) => void
  settings: ClusterOptions
}

/**
 * Who works in the cluster. This is the only file that knows every component; they know the API server and nothing of one another.
 */
export class Components {
  /** For its memory of attempts: which nodes it looked at, and why it chose. */
  readonly scheduler: Scheduler
  private readonly options: ComponentsOptions
  private readonly registry = new Registry()
  private readonly network: Network
  private readonly loads: LoadGenerators
  private readonly dial: KubeletDial
  private readonly machines: Machines
  private readonly elections: ReadonlyMap<string, LeaderElection>
  private readonly kubeletConfiguration: KubeletConfiguration
  private serverAnswers = true
  /** Why a target stands still: by a fault, for want of its lease. */
  private readonly holds = new Map<string, Set<Hold>>()

  /** They begin as if they had been up for a while. */
  constructor(options: ComponentsOptions) {
    const { kernel, latency, apiServer, etcd, nodes, settings } = options
    this.options = options
    this.kubeletConfiguration = settings.kubelet ?? {}
    const podAt = (namespace: string, name: string): Pod | undefined => etcd.get(`pods/${namespace}/${name}`) as Pod | undefined
    this.network = new Network(kernel, latency, podAt)
    this.network.dnsInPods = settings.kubeadm === true
    this.loads = new LoadGenerators({ kernel, network: this.network, store: options.outside, podAt })
    this.dial = new KubeletDial(kernel, apiServer)
    this.machines = new Machines({ kernel, network: this.network, apiServer, dial: this.dial, configuration: this.kubeletConfiguration })
    this.scheduler = new Scheduler({ kernel, latency, apiServer, ...(settings.scheduler === undefined ? {} : { configuration: settings.scheduler }) })
    this.scheduler.start(etcd)
    new ControllerManager(options).start(etcd)
    startCustomResources(options, etcd)
    startFlowControl(options, etcd)
    startApiServices(options, etcd, new Set(settings.metricsServer === true ? [metricsApiService.metadata.name] : []))
    const look = startKubernetesService(options, kubernetesService)
    etcd.onWrite(({ key }) => void (keptByServer.has(key) && look()))
    expireEvents(kernel, etcd)
    compactPeriodically(kernel, apiServer, etcd)
    if (settings.cloud === true) startCloudControllers(options, etcd)
    const leaders = ['kube-scheduler', 'kube-controller-manager', ...(settings.cloud === true ? ['cloud-controller-manager'] : [])]
    this.elections = new Map(leaders.map((process) =>
      [process, new LeaderElection(options, process, (held) => this.setHeld(this.targetsOf(process), held, 'lease'))]))
    const podsOf = podsByNode(etcd)
    nodes.forEach((node, i) => this.bootNode(node, i, podsOf.get(node.metadata.name) ?? []))
    this.network.dns = new ClusterDns(options)
    this.network.dns.start(etcd)
    this.network.policies = new NetworkPolicies(options)
    this.network.policies.start(etcd)
    const { ip, port } = apiServerAddress(etcd)
    this.network.serve(ip, port, options.fromPod)
    if (settings.kubeadm === true) {
      for (const { metadata: { name } } of nodes) this.followPods(name)
      this.etcdData = this.makeEtcdData()
      this.network.serve(this.addressOf(controlPlaneName), registryPort, ({ path }, reply) => reply({ status: 200, headers: {}, body: JSON.stringify(this.etcdData!.keys(path === '/snapshot')) }))
    }
    const ingresses = new IngressPods({ options, network: this.network, machines: options.machines, get: (key) => etcd.get(key), list: (prefix) => etcd.range(prefix) })
    this.network.publicNames = (host) => ingresses.addressOf(host)
    new SchedulerPods({ options, kernel, etcd, machines: options.machines, maySchedule: (account) => this.maySchedule(account) })
    if (settings.ingress === true) this.installIngress()
    if (settings.metricsServer === true) this.installMetricsServer()
    apiServer.dial = (address, at) => this.network.dial(address, at)
    apiServer.forward = (to, request, reply) => this.network.fromServer(to, request, reply)
    apiServer.proxy = (exchange, pod) => {
      if (!this.dial.reaches(exchange, pod, this.addressOf(pod['spec'].nodeName))) return
      const task: KubeletApiTask = { type: 'kubelet-api', exchange, pod: pod as Pod }
      kernel.schedule(`kubelet/${pod['spec'].nodeName}`, latency.of('request'), task)
    }
  }

  /** Disks that are on no node's own. */
  private readonly disks = new Map<string, FileSystem>()

  private readonly persistentVolume = (name: string, make: () => FileSystem): FileSystem => {
    let files = this.disks.get(name)
    if (files === undefined) this.disks.set(name, (files = make()))
    return files
  }

  /** Where etcd is a process in a pod: which of the states that there have been it holds. */
  private etcdData: EtcdData | undefined

  private makeEtcdData(): EtcdData {
    const { etcd, kernel, settings } = this.options
    const furnish = (): void => {
      const uids = kernel.random('uids of an empty etcd')
      for (const object of bootstrapObjects(settings)) store(etcd, object, uids, kernel.now)
    }
    const { runtime } = this.machines.byName.get(controlPlaneName)!
    const record = runtime.records.containers().find(({ name, state }) => name === 'etcd' && state === 'running')
    const os = record === undefined ? undefined : runtime.running(record.id)
    return new (kubeadm.get().EtcdData)(etcd, furnish, os === undefined ? undefined : dataDirectory(os))
  }

  private installIngress(): void {
    const { network } = this
    const controller = new IngressController(this.options)
    serveBeside(controller, network)
    network.introduce(ingressPeer)
    const { publicNames } = network
    network.publicNames = (host) => controller.addressOf(host) ?? publicNames(host)
    controller.startWith(this.options.etcd)
  }

  /** Components work as long as their processes in pods do. */
  private followPods(node: string): void {
    const { kernel, machines, apiServer } = this.options
    const elected = (process: string) => (runs: boolean): void => {
      this.elections.get(process)!.setStopped(!runs)
      this.setHeld(this.targetsOf(process), !runs, 'process')
    }
    const processOf = (id = ''): ContainerOS => this.machines.byName.get(node)!.runtime.running(id)!
    const controlPlane = {
      'kube-scheduler': elected('kube-scheduler'),
      'kube-controller-manager': elected('kube-controller-manager'),
      'kube-apiserver': (runs: boolean, id?: string): void => {
        if (runs) kubeadm.get().followServer(processOf(id), { apiServer, etcdData: this.etcdData!, kernel, provide: (name) => void store(this.options.etcd, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, creationTimestamp: formatTime(kernel.now) } } as KubeObject, kernel.random('uids of namespaces'), kernel.now + clusterAgeMs) })
        apiServer.setUp(runs)
        this.serverChanged()
      },
      etcd: (runs: boolean, id?: string): void => {
        if (runs) this.etcdData?.started(dataDirectory(processOf(id)))
        else this.etcdData?.stopped()
        apiServer.setEtcd({ stopped: !runs })
        this.serverChanged()
      },
    }
    const proxy = (runs: boolean): void => this.setHeld([`kube-proxy/${node}`], !runs, 'process')
    const switches = { 'kube-proxy': proxy, ...(node === controlPlaneName ? controlPlane : {}) }
    this.machines.byName.get(node)!.pods = new ComponentPods(kernel, node, machines.get(node)!, switches, (component, id) => servesAt(component, this.machines.byName.get(node)!.runtime.running(id)))
  }

  private installMetricsServer(): void {
    const { kernel, apiServer, etcd } = this.options
    const names = [...this.machines.byName.keys()]
    const scrape = (node: string): readonly ContainerUsage[] | undefined =>
      this.dial.deaf.has(node) ? undefined : this.kubeletOf(node)!.usage()
    apiServer.metrics = new MetricsServer(kernel, { nodes: () => names, scrape }, etcd)
  }

  /** Whoever asks a kubelet at its port. Of one that does not even refuse nothing is heard. */
  private askKubelet(name: string, request: HttpRequest, reply: (r: HttpResponse | NetworkError) => void): void {
    const why = this.dial.deaf.get(name)
    if (why === 'refused') return reply({ error: 'refused' })
    if (why !== undefined) return
    const { kernel, settings } = this.options
    const kubelet = this.kubeletOf(name)!
    reply(kubeletAnswer(request, {
      usage: () => kubelet.usage(),
      pods: () => kubelet.boundPods(),
      node: () => kubelet.figures(),
      configuration: kubelet.configuration,
      now: () => kernel.now,
      judge: (shown, subresource) => this.judge(shown, name, subresource),
      isSelfSigned: settings.kubeadm === true,
    }))
  }

  /** Ports at which a kubelet asks nobody who he is: one for its own machine only, and one that is there when its configuration says so. */
  private askOpenly(name: string, port: number, request: HttpRequest, reply: (r: HttpResponse | NetworkError) => void): void {
    const isOpen = port === healthzPort ? request.source === this.machines.byName.get(name)!.ip : this.kubeletOf(name)!.configuration.readOnlyPort === readOnlyPort
    if (!isOpen) return reply({ error: 'refused' })
    this.askKubelet(name, { ...request, clientCertificate: apiServerClient }, (answer) => reply(answer))
  }

  private judge(shown: Credentials, node: string, subresource: string): { allowed: boolean; refusal: string } | undefined {
    const { kernel } = this.options
    const gate = this.gateHere
    const request = requestInfo({ verb: 'get', path: `/api/v1/nodes/${node}/${subresource}`, ...shown })
    const who = gate.identify(request, kernel.now)
    if (who.refused !== undefined) return undefined
    const allowed = gate.admit(who.user, request).refused === undefined
    return { allowed, refusal: `Forbidden (user=${who.user.name}, verb=get, resource=nodes, subresource(s)=[${subresource}])` }
  }

  /** What a scheduler cannot do without. */
  private maySchedule({ namespace, name }: { namespace: string; name: string }): boolean {
    const user = serviceAccountUser(name, namespace)
    const may = (verb: 'list' | 'create', path: string): boolean => this.gateHere.admit(user, requestInfo({ verb, path })).refused === undefined
    return may('list', '/api/v1/pods') && may('list', '/api/v1/nodes') && may('create', '/api/v1/namespaces/default/pods/x/binding')
  }

  private get gateHere(): Gate {
    const { etcd } = this.options
    return (this.gate ??= new Gate(etcd, liveAuthority(etcd)))
  }

  private gate: Gate | undefined

  private bootNode(node: Node, index: number, pods: readonly Pod[]): void {
    const { name } = node.metadata
    const { kernel, latency, apiServer, settings } = this.options
    const { registry, network, persistentVolume } = this
    const services = (namespace: string): KubeObject[] => this.options.etcd.range(`services/${namespace}/`)
    const runtimeHandler = (name: string): string | undefined => (this.options.etcd.get(`runtimeclasses/${name}`) as { handler?: string } | undefined)?.handler
    const nodeInApi = (): Node | undefined => this.options.etcd.get(`nodes/${name}`) as Node | undefined
    const store = this.options.machines.get(name)!
    const nodeIP = node.status.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? ''
    const addresses = new AddressRange(podRangeOf(node, index))
    const runtime = new Containerd({ kernel, latency, node: name, nodeIP, store, registry, network, addresses })
    const machine = { powerOff: () => this.machines.setPower(name, false), remote: this.machines.remote(name), units: this.machines.units(name), furnished: () => (settings.kubeadm === true ? kubeadm.get().nodeFiles(name, kernel.now - clusterAgeMs) : {}) }
    const kubelet = new Kubelet({ kernel, latency, apiServer, node, runtime, network, store, persistentVolume, services, nodeInApi, runtimeHandler, configuration: this.kubeletConfiguration, machine })
    const proxy = new KubeProxy({ kernel, latency, apiServer }, node, store)
    network.addNode(name, nodeIP, proxy)
    network.serve(nodeIP, kubeletPort, (request, reply) => this.askKubelet(name, request, reply))
    for (const port of [healthzPort, readOnlyPort]) network.serve(nodeIP, port, (request, reply) => this.askOpenly(name, port, request, reply))
    proxy.start(this.options.etcd)
    this.machines.add(name, { ip: nodeIP, kubelet, runtime })
    for (const { status, spec } of pods) {
      if (status.podIP !== undefined && spec.hostNetwork !== true && !isTerminal(status)) addresses.reserve(status.podIP)
      this.refusePulls(status)
    }
    const isControlPlane = settings.kubeadm === true && name === controlPlaneName
    kubelet.start(pods, this.known, isControlPlane ? kubeadm.get().controlPlaneFiles(kernel.now - clusterAgeMs) : {})
  }

  /** What could not be pulled before the film cannot be pulled now. */
  private refusePulls({ containerStatuses = [], initContainerStatuses = [] }: Pod['status']): void {
    for (const { image, state } of [...initContainerStatuses, ...containerStatuses]) {
      const { reason, message = '' } = state?.waiting ?? {}
      const error = reason === undefined ? undefined : pullErrorIn({ reason, message })
      const name = normalizeReference(image)
      if (error !== undefined && !('error' in name)) this.registry.refuse(name.reference, error.message)
    }
  }

  /** To kubelets that have been up for a while. */
  private get known(): KnownObjects {
    const { etcd, kernel } = this.options
    return {
      get: (key) => etcd.get(key),
      range: (prefix) => etcd.range(prefix),
      token: ({ metadata: { namespace, name, uid }, spec }, { audience, expirationSeconds }) => {
        const account = etcd.get(`serviceaccounts/${namespace}/${spec.serviceAccountName ?? 'default'}`)
        if (account === undefined) return ''
        const body = { spec: { audiences: audience === '' ? [] : [audience], expirationSeconds, boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, uid } } }
        const issued = special.get().issueToken(account, body, kernel.random('tokens').uuid(), etcd, kernel.now)
        return 'status' in issued ? '' : (issued.answer['status'].token as string)
      },
    }
  }

  /** Nobody may ever sit down there. `kubectl`: what its shell starts under this name. */
  workstation(kubectl: StartLocal): Workstation {
    const { kernel, ports } = this.options
    this.machines.installed = () => ({ kubectl: localProgram(kubectl, ['/root', '/etc/kubernetes', '/var/lib/kubelet/pki', '/tmp'], { elsewhere: true }) })
    return (this.desk ??= new Workstation({ kernel, network: this.network, ports, kubectl, remote: this.machines.remote(undefined) }))
  }

  private desk: Workstation | undefined

  load(load: Load): void {
    this.loads.perform(load)
  }

  /** A fault, or its end. */
  break(f: Fault): void {
    this.carryOut(f)
    this.serverChanged()
  }

  private serverChanged(): void {
    const { answers } = this.options.apiServer
    if (answers === this.serverAnswers) return
    this.serverAnswers = answers
    this.machines.serverAnswers(answers)
    for (const election of this.elections.values()) election.serverAnswers(answers)
  }

  private carryOut(f: Fault): void {
    const stop = f.type === 'kill-process' ? true : f.restore !== true
    switch (f.type) {
      case 'registry-down':
        return this.registry.setDown(stop)
      case 'registry-slow':
        return this.registry.setSlowness(stop ? f.factor : 1)
      case 'apiserver-stop':
        return this.options.apiServer.setUp(!stop)
      case 'etcd-stop':
        return this.options.apiServer.setEtcd({ stopped: stop })
      case 'scheduler-stop':
        this.elections.get('kube-scheduler')!.setStopped(stop)
        return this.setHeld(['kube-scheduler'], stop)
      case 'controller-stop':
        if (f.controller === undefined) this.elections.get('kube-controller-manager')!.setStopped(stop)
        return this.setHeld(this.options.kernel.targets(controllersNamed(f.controller)), stop)
      case 'kubelet-stop':
        return this.machines.setKubelet(f.node, !stop)
      case 'node-stop':
        return this.machines.setPower(f.node, !stop)
      case 'node-shutdown':
        return this.machines.shutDown(f.node, stop)
      case 'runtime-stop':
        return this.machines.setRuntime(f.node, !stop)
      case 'network-stop':
        return this.kubeletOf(f.node)?.setNetwork(!stop)
      case 'node-partition':
        return this.machines.setPartition(f.node, stop)
      case 'node-pressure':
        return this.kubeletOf(f.node)?.press(f.signal, stop)
      case 'static-pod':
        return this.kubeletOf(f.node)?.setManifest({ file: f.file, pod: f.pod ?? {} }, stop)
      case 'component-freeze':
        return this.setFrozen(f.component, stop)
      case 'component-slow':
        return this.targetsOf(f.component).forEach((target) => this.options.kernel.setSlowness(target, stop ? f.factor : 1))
      case 'watch-lag':
        return this.targetsOf(f.component).forEach((target) => this.options.apiServer.watches.setLag(target, stop ? f.ms : 0))
      case 'packet-loss':
        return this.network.setLoss(f.node, stop ? f.percent / 100 : 0)
      case 'kill-process':
        return this.killProcess(f.namespace, f.pod, f.container, f.signal ?? 'KILL')
      case 'probe-corrupt':
        return this.corruptProbes(f.namespace, f.pod, f.container, stop)
      default:
        throw new Error(`no such fault: ${JSON.stringify(f satisfies never)}`)
    }
  }

  /** 'kubelet/node1'; 'kube-proxy' are those of all machines, 'kube-controller-manager' is all that lives in it. */
  private targetsOf(component: string): string[] {
    return this.options.kernel.targets(component).filter((target) => target === component || target.startsWith(`${component}/`))
  }

  private setFrozen(component: string, frozen: boolean): void {
    if (component === apiServerName) return this.options.apiServer.setFrozen(frozen)
    this.elections.get(component)?.setStopped(frozen)
    if (component === 'etcd') this.options.apiServer.setEtcd({ frozen })
    const [, node] = /^kubelet\/(.+)$/.exec(component) ?? []
    if (node !== undefined) this.machines.setDeaf(node, frozen ? 'frozen' : undefined)
    this.setHeld(this.targetsOf(component), frozen)
  }

  private setHeld(targets: readonly string[], held: boolean, why: Hold = 'fault'): void {
    const { kernel } = this.options
    for (const target of targets) {
      const reasons = this.holds.get(target) ?? new Set()
      this.holds.set(target, reasons)
      if (held) reasons.add(why)
      else reasons.delete(why)
      if (reasons.size > 0) kernel.hold(target)
      else kernel.release(target)
    }
  }

  private addressOf(node: string): string {
    const addresses: { type: string; address: string }[] = this.options.etcd.get(`nodes/${node}`)?.['status'].addresses ?? []
    return addresses.find(({ type }) => type === 'InternalIP')?.address ?? node
  }

  private kubeletOf(node: string): Kubelet | undefined {
    return this.machines.byName.get(node)?.kubelet
  }

  private corruptProbes(namespace: string, pod: string, container: string, corrupt: boolean): void {
    const found = this.options.etcd.get(`pods/${namespace}/${pod}`) as Pod | undefined
    if (found !== undefined) this.kubeletOf(found.spec.nodeName ?? '')?.corruptProbes(uidOnNode(found), container, corrupt)
  }

  private killProcess(namespace: string, pod: string, container: string, signal: string): void {
    const found = this.options.etcd.get(`pods/${namespace}/${pod}`)
    const uid = found && uidOnNode(found)
    for (const { runtime } of this.machines.byName.values()) {
      const running = runtime.containersOf(uid ?? '').find((c) => c.name === container && c.state === 'running')
      if (running !== undefined) runtime.sendSignal(running.id, signal)
    }
  }
}

type Hold = 'fault' | 'lease' | 'process'

/** Only of a dump are there any. */
function podsByNode(etcd: RevisionStore<KubeObject>): ReadonlyMap<string, Pod[]> {
  const pods = new Map<string, Pod[]>()
  for (const pod of etcd.range('pods/') as Pod[]) {
    const { nodeName } = pod.spec
    if (nodeName) pods.set(nodeName, [...(pods.get(nodeName) ?? []), pod])
  }
  return pods
}

/** Other clusters give addresses to pods by other means: their nodes may have no range, or one of another family. */
function podRangeOf({ spec: { podCIDR = '' } }: Node, index: number): string {
  return /^[\d.]+\/\d+$/.test(podCIDR) ? podCIDR : podCIDRof(index)
}

/** Where the Service "kubernetes" leads to. */
function apiServerAddress(etcd: RevisionStore<KubeObject>): { ip: string; port: number } {
  const slice = etcd.get('endpointslices/default/kubernetes')
  return { ip: slice?.['endpoints']?.[0]?.addresses?.[0] ?? apiServerEndpoint.ip, port: slice?.['ports']?.[0]?.port ?? apiServerEndpoint.port }
}

/** Where the others look for a component; of the rest nobody asks anything. */
const servingPorts: Readonly<Record<string, number>> = { 'kube-apiserver': apiServerEndpoint.port, etcd: 2379 }

function dataDirectory({ files, config: { command = [], args = [] } }: ContainerOS): DataDirectory {
  const flag = [...command, ...args].find((word) => word.startsWith('--data-dir='))
  return { files, path: flag?.slice('--data-dir='.length) ?? '/default.etcd' }
}

function servesAt(component: string, os: ContainerOS | undefined): boolean {
  const port = servingPorts[component]
  return port === undefined || os?.listening(port) !== undefined
}

/** The whole controller manager, or one of its controllers ('deployment'). */
function controllersNamed(controller: string | undefined): string {
  return controller === undefined ? 'kube-controller-manager' : `kube-controller-manager/${controller.replace(/-controller$/, '')}-controller`
}

commandLine.bring(findProgram)
components.bring(Components)
conditions.bring({ holds, mayChange, parseCondition })
allot.bring((node, configuration) => allotted(node, defaultCapacity, configuration))
