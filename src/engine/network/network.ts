import type { DialResult } from '../api/dial.ts'
import { extended } from '../api/extended.ts'
import { isIPv4 } from '../api/names.ts'
import { isWorldAddress, worldAnswer } from '../api/world.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Latency } from '../latency.ts'
import { datagramMethod, type ContainerOS, type Datagram, type DnsQuestion, type DnsReply, type HttpRequest, type HttpResponse, type NetworkError, type NetworkPort } from '../runtime/container-os.ts'
import type { ClusterDns, DnsAnswer } from './cluster-dns.ts'
import type { KubeProxy } from './kube-proxy.ts'
import { clusterDnsAddress } from '../api/cluster-domain.ts'
import { resolverOf, type DnsServers, type LookUp, type NoServer, type WayToServer } from './dns-servers.ts'
import { isPodAddress } from './ipam.ts'
import { serverAnswer } from './name-servers.ts'
import { connectAgainMs, dnsPatienceMs, healthNoticeMs, retransmitMs, serverPatienceMs } from './patience.ts'
import { peerOf, type NetworkPolicies, type PodAt } from './policy/network-policies.ts'
import type { Denial, Peer } from './policy/rules.ts'
import { isLoopback, isProbe, parseUrl, requestOf, shownUrl } from './messages.ts'
import { RequestSteps, type RequestStory, silent, type Teller } from './request-steps.ts'
import { udp, type Backend, type Rule } from './service-rules.ts'
import { Wire } from './wire.ts'

/** How a port is asked for: over TCP and at the address when left out. */
export interface Asked {
  protocol?: 'UDP' | undefined
  /** At an address of the loopback. */
  isLoopback?: boolean
}

/** What has an address: a pod's network namespace, with the containers that share it. */
export interface Endpoint {
  ip: string
  node: string
  /** The pod that has the address; a node's own address is nobody's. */
  pod?: { namespace: string; name: string }
  /** The container of which a process listens on a port, and its own number for that port. */
  listeningOn(port: number, asked?: Asked): { container: ContainerOS; port: number } | undefined
}

/** Who sends: a pod's processes, a kubelet, or somebody outside of the cluster (`node` is then empty). */
export interface Sender {
  node: string
  ip: string
}

/** A server that is no container: the API server behind the `kubernetes` Service. */
export type Handler = (request: HttpRequest, reply: (r: HttpResponse | NetworkError) => void, told: RequestStory | undefined) => void

/** Where a packet goes, and whose address it carries there. */
interface Way {
  backend: Backend
  service: string | undefined
  source: string
}

type Target = { container: ContainerOS; port: number } | { handler: Handler; port: number }

/** Whose network it is. */
interface Speaker {
  from: () => Sender
  /** Tells of what it asks. */
  story: Teller
  /** Whether a host is the speaker's own address. */
  isItself: (host: string) => boolean
  resolve: (name: string) => DnsAnswer | undefined
  /** Why a name was not resolved, when it may exist for all that: nobody answers at all, or nobody could. */
  failure: () => LookUp['error']
  /** What a DNS server says to one question: a server of the world passes 'world', one that is none or cannot be reached nothing. */
  ask: (question: DnsQuestion) => DnsReply | 'world' | NetworkError | undefined
}

/**
 * Connections between whoever has an address. Every answer comes in a task of its own, after the time
 * that the way takes.
 */
export class Network {
  dns: ClusterDns | undefined
  /** Whether the cluster's DNS servers are processes in pods, to which questions have to find their way. */
  dnsInPods = false
  policies: NetworkPolicies | undefined
  /** Names that people outside know. */
  publicNames: (host: string) => string | undefined = () => undefined
  private readonly kernel: Kernel
  private readonly wire: Wire
  private readonly endpoints = new Map<string, Endpoint>()
  private readonly handlers = new Map<string, Handler>()
  private readonly proxies = new Map<string, KubeProxy>()
  /** Nodes by their addresses. */
  private readonly nodes = new Map<string, string>()
  private readonly steps: RequestSteps
  private readonly podAt: PodAt
  /** Peers that are no pods of this cluster's nodes, and yet known to policies by their labels. */
  private readonly known = new Map<string, Peer>()
  /** Addresses of nodes by their names. */
  private readonly addresses = new Map<string, string>()
  private readonly nodeNames: string[] = []
  /** Nodes that a fault has cut off, and since when. */
  private readonly cut = new Map<string, number>()

  constructor(kernel: Kernel, latency: Latency, podAt: PodAt) {
    this.podAt = podAt
    this.kernel = kernel
    this.wire = new Wire(kernel, latency)
    this.steps = new RequestSteps(kernel)
  }

  join(endpoint: Endpoint): void {
    this.endpoints.set(endpoint.ip, endpoint)
  }

  leave(ip: string): void {
    this.endpoints.delete(ip)
  }

  /** A machine with its address, and who writes its Service rules. */
  addNode(name: string, ip: string, proxy: KubeProxy): void {
    this.nodes.set(ip, name)
    this.addresses.set(name, ip)
    this.nodeNames.push(name)
    this.proxies.set(name, proxy)
  }

  introduce(peer: Peer): void {
    this.known.set(peer.ip, peer)
  }

  serve(ip: string, port: number, handler: Handler): void {
    this.handlers.set(`${ip}:${port}`, handler)
  }

  unserve(ip: string, port: number): void {
    this.handlers.delete(`${ip}:${port}`)
  }

  setCut(node: string, cut: boolean): void {
    if (!cut) this.cut.delete(node)
    else if (!this.cut.has(node)) this.cut.set(node, this.kernel.now)
  }

  /** Of what goes to and from a machine, or all machines, this share is lost. */
  setLoss(node: string | undefined, chance: number): void {
    for (const name of node === undefined ? this.nodeNames : [node]) this.wire.setLoss(name, chance)
  }

  /** Whether somebody has the address just now. */
  has(ip: string): boolean {
    return this.endpoints.has(ip)
  }

  isCut(node: string): boolean {
    return this.cut.has(node)
  }

  /** An HTTP request from `node` (a kubelet's probe, a process) to an address, or to the sender's own machine by a name of the loopback. */
  http(
    from: Sender,
    host: string,
    request: HttpRequest,
    timeoutMs: number,
    reply: (r: HttpResponse | NetworkError) => void,
    told?: RequestStory,
  ): void {
    const ip = isLoopback(host) ? from.ip : host
    const once = this.wire.withTimeout<HttpResponse>(timeoutMs, (r) => {
      told?.ended(r)
      reply(r)
    })
    this.wire.travel(() => {
      const routed = this.route(from, ip, request.port)
      if ('error' in routed) return this.wire.fail(routed.error, once)
      if (routed.service !== undefined) told?.routed(routed.service, routed.backend)
      const denial = this.denial(from, routed)
      if (denial !== undefined) return told?.dropped(denial)
      const target = this.reach(from, routed.backend, { isLoopback: isLoopback(host), isProbe: isProbe(request) })
      if ('error' in target) return this.wire.fail(target.error, once)
      const { source } = routed
      const chance = this.wire.chanceOfLoss(from.node, this.endpoints.get(routed.backend.ip)?.node)
      const answer = (response: HttpResponse | NetworkError): void => this.wire.travel(() => once(response), { chance, againMs: retransmitMs })
      const arrive = (): void => {
        if ('handler' in target) return target.handler(extended(request, { source }), answer, told)
        const { method, path, headers, body, secure } = request
        target.container.request({ method, port: target.port, path, headers, body, source, ...(secure === true ? { secure } : {}) }, answer)
      }
      if (chance === 0) arrive()
      else this.wire.travel(arrive, { chance, againMs: connectAgainMs })
    })
  }

  tcp(
    from: Sender,
    host: string,
    port: number,
    timeoutMs: number,
    reply: (r: { connected: true } | NetworkError) => void,
  ): void {
    const ip = isLoopback(host) ? from.ip : host
    const once = this.wire.withTimeout<{ connected: true }>(timeoutMs, reply)
    this.wire.travel(() => {
      const routed = this.route(from, ip, port)
      if (!('error' in routed) && this.denial(from, routed) !== undefined) return
      if (!('error' in routed) && isWorldAddress(routed.backend.ip)) return this.worldReplies(from, routed.backend, once)
      const target = 'error' in routed ? routed : this.reach(from, routed.backend, { isLoopback: isLoopback(host) })
      if ('error' in target || 'error' in routed) return this.wire.fail(('error' in target ? target : (routed as NetworkError)).error, once)
      this.wire.travel(() => once({ connected: true }), { chance: this.wire.chanceOfLoss(from.node, this.endpoints.get(routed.backend.ip)?.node), againMs: connectAgainMs })
    })
  }

  /** One packet there and one back, over UDP. Nobody tries again, and what nobody answers is silence. */
  private datagram(from: Sender, host: string, { port, data, timeoutMs }: { port: number; data: string; timeoutMs: number }, reply: (r: Datagram | NetworkError) => void): void {
    const once = this.wire.withTimeout<Datagram>(timeoutMs, reply)
    const ip = isLoopback(host) ? from.ip : host
    this.wire.travel(() => {
      const routed = this.route(from, ip, port, udp)
      if ('error' in routed) return this.wire.fail(routed.error, once)
      if (this.denial(from, routed, 'UDP') !== undefined) return
      const { backend, source } = routed
      const target = this.reach(from, backend, { protocol: 'UDP', isLoopback: isLoopback(host) })
      if ('error' in target) return this.wire.fail(target.error, once)
      const isLost = (): boolean => this.wire.isLost(this.wire.chanceOfLoss(from.node, this.endpoints.get(backend.ip)?.node))
      if (!('container' in target) || isLost()) return
      target.container.request({ method: datagramMethod, port: target.port, path: '', headers: {}, body: data, source }, (r) => {
        if (!('error' in r) && !isLost()) this.wire.travel(() => once({ data: r.body }))
      })
    })
  }

  /** Somebody outside of everything, unless a machine of ours is cut off from there. */
  private worldReplies(from: Sender, { ip, port }: Backend, once: (r: { connected: true } | NetworkError) => void): void {
    const answer = this.cut.has(from.node) ? 'timeout' : worldAnswer(ip, port)
    if (answer === 'connected') this.wire.travel(() => once({ connected: true }), { chance: this.wire.chanceOfLoss(from.node, undefined), againMs: connectAgainMs })
    else this.wire.fail(answer, once)
  }

  /** The network as a pod's processes see it. */
  portOf(pod: {
    namespace: string
    name: string
    uid: string
    node: string
    ip: () => string
    clusterDns: boolean
    /** The load that asks in the pod's name. */
    load?: string
  }): NetworkPort {
    const story = this.steps.of({ kind: 'pod', namespace: pod.namespace, name: pod.name, uid: pod.uid, load: pod.load })
    const speaker = { from: (): Sender => ({ node: pod.node, ip: pod.ip() }), story, isItself: isLoopback }
    if (this.dnsInPods) return this.port({ ...speaker, ...resolverOf(pod, story, this.serversFor(pod, speaker.from)) })
    return this.port({
      ...speaker,
      resolve: (name) => {
        const found = this.resolveFor(pod, name)
        story.resolved(name, found)
        return found
      },
      // No answer is waited for longer than a name that does not exist.
      failure: () => (this.cannotResolve(pod.ip()) ? 'timeout' : undefined),
      ask: (question) => this.askDirectly(pod, question),
    })
  }

  private askDirectly({ node, ip }: { node: string; ip: () => string }, question: DnsQuestion): DnsReply | 'world' | undefined {
    return this.isCut(node) || this.cannotResolve(ip(), question.server) ? undefined : serverAnswer(question, this.dns, this.publicNames)
  }

  /** What a resolver in a pod has to do with, where DNS servers are pods. */
  private serversFor(pod: { node: string; namespace: string; clusterDns: boolean; ip: () => string }, from: () => Sender): DnsServers {
    return {
      wayTo: (server) => this.wayToServer(from(), server),
      goalOf: (server) => this.goalOf(pod.node, server, dnsPort),
      query: (name, type) => this.dns!.query(name, type),
      publicNames: (host) => this.publicNames(host),
      resolveOutside: (name) => this.resolveFor(pod, name),
      askOutside: (question) => this.askDirectly(pod, question),
    }
  }

  /** Where a question to a DNS server comes to: by the rules of the node for UDP, if policies let it through, to a process that listens. */
  private wayToServer(from: Sender, server: string): WayToServer | NoServer {
    const routed = this.route(from, server, dnsPort, udp)
    if ('error' in routed) return { error: routed.error === 'refused' ? 'refused' : 'timeout' }
    const denial = this.denial(from, routed, 'UDP')
    if (denial !== undefined) return { error: 'timeout', denial }
    const { backend, service, source } = routed
    const endpoint = this.endpoints.get(backend.ip)
    if (endpoint === undefined || (endpoint.node !== from.node && (this.cut.has(endpoint.node) || this.cut.has(from.node)))) return { error: 'timeout' }
    const process = endpoint.listeningOn(backend.port, { protocol: 'UDP' })
    return process === undefined ? { error: 'refused' } : { container: process.container, backend, service, source }
  }

  /** As a pod's resolver is answered: by the cluster's server, which asks the world for names that are not the cluster's. */
  private resolveFor(pod: { node: string; namespace: string; clusterDns: boolean; ip: () => string }, name: string): DnsAnswer | undefined {
    if (this.isCut(pod.node) || (pod.clusterDns && this.cannotResolve(pod.ip()))) return undefined
    const found = pod.clusterDns ? this.dns?.resolve(name, pod.namespace) : undefined
    if (found !== undefined) return found
    const address = this.publicNames(name.replace(/\.$/, ''))
    return address === undefined ? undefined : { addresses: [address] }
  }

  /** The network as the processes of a machine itself see it: nobody watches what they ask. */
  ofNode(node: string, ip: string): NetworkPort {
    const ask = (question: DnsQuestion) => this.askDirectly({ node, ip: () => ip }, question)
    const resolve = (name: string): DnsAnswer | undefined => {
      const address = this.addresses.get(name) ?? (this.isCut(node) ? undefined : this.publicNames(name))
      return address === undefined ? undefined : { addresses: [address] }
    }
    return this.port({ from: () => ({ node, ip }), story: silent, isItself: isLoopback, resolve, failure: () => undefined, ask })
  }

  /** The network as somebody outside of the cluster sees it: only addresses that can be reached from there. */
  outside(load?: string): NetworkPort {
    return this.port({
      from: () => outside,
      story: this.steps.of({ kind: 'outside', load }),
      isItself: () => false,
      resolve: (name) => {
        const ip = this.publicNames(name)
        return ip === undefined ? undefined : { addresses: [ip] }
      },
      failure: () => undefined,
      ask: (question) => serverAnswer(question, undefined, this.publicNames),
    })
  }

  /** What a speaker asks of the network: names first, then connections. */
  private port({ from, story, isItself, resolve, failure, ask }: Speaker): NetworkPort {
    const unresolved = (timeoutMs: number, reply: (r: NetworkError) => void): void => {
      if (failure() === 'timeout') this.wire.after(Math.min(timeoutMs, dnsPatienceMs), () => reply({ error: 'unresolved' }))
      else this.wire.travel(() => reply({ error: 'unresolved' }))
    }
    /** The address to connect to; an outside name that a Service stands for is left to the outside. */
    const address = (host: string): string | undefined => {
      if (isItself(host)) return isIPv4(host) ? host : '127.0.0.1'
      return isIPv4(host) ? host : resolve(host)?.addresses[0]
    }
    return {
      http: (r, reply) => {
        const url = parseUrl(r.url)
        const ip = address(url.host)
        if (ip === undefined) {
          story.lost(r.url)
          return unresolved(r.timeoutMs, reply)
        }
        const sender = from()
        const told = ip === sender.ip || isLoopback(ip) || r.quiet === true ? undefined : story.begin(r.method, shownUrl(r), `${ip}:${url.port}`, this.goalOf(sender.node, ip, url.port))
        this.http(sender, ip, requestOf(r), r.timeoutMs, reply, told)
      },
      tcp: (host, port, timeoutMs, reply) => {
        const ip = address(host)
        if (ip === undefined) return unresolved(timeoutMs, reply)
        this.tcp(from(), ip, port, timeoutMs, reply)
      },
      datagram: (to, reply) => {
        const ip = address(to.host)
        if (ip === undefined) return unresolved(to.timeoutMs, reply)
        this.datagram(from(), ip, to, reply)
      },
      resolve: (name, reply, timeoutMs = Infinity) => {
        const found = resolve(name)
        if (found !== undefined) this.wire.travel(() => reply(found))
        else if (failure() === 'timeout') this.wire.after(Math.min(timeoutMs, dnsPatienceMs), () => reply({ error: 'timeout', isLookup: true }))
        else {
          const isLookup = failure() !== undefined
          this.wire.travel(() => reply({ error: 'unresolved', ...(isLookup ? { isLookup } : {}) }))
        }
      },
      query: (question, reply) => {
        const answer = ask(question)
        if (answer === undefined || (answer !== 'world' && 'error' in answer && answer.error === 'timeout')) this.wire.after(question.timeoutMs, () => reply({ error: 'timeout' }))
        else this.wire.travel(() => reply(answer))
      },
    }
  }

  rulesOn = (node: string): [string, Rule][] => this.proxies.get(node)?.all() ?? []

  /** Whom an address belongs to, as steps name it: 'service/default/web', 'pod/default/web-1', 'address/10.1.2.3:80'. */
  private goalOf(node: string, ip: string, port: number): string {
    const at = this.nodes.get(ip)
    const proxy = this.proxies.get(at ?? node) ?? this.proxies.values().next().value
    const service = proxy?.serviceAt(at === undefined ? `${ip}:${port}` : `node:${port}`)
    if (service !== undefined) return `service/${service}`
    const pod = this.endpoints.get(ip)?.pod
    return pod === undefined ? `address/${ip}:${port}` : `pod/${pod.namespace}/${pod.name}`
  }

  /** `asProbe`: a container's own process is asked, where one stands for a server that is no container. */
  private reach(from: Sender, backend: Backend, asked?: Asked & { isProbe?: boolean }): Target | NetworkError {
    const isUDP = asked?.protocol === 'UDP'
    const handler = isUDP ? undefined : this.handlers.get(`${backend.ip}:${backend.port}`)
    const process = asked?.isProbe === true ? this.endpoints.get(backend.ip)?.listeningOn(backend.port) : undefined
    if (handler !== undefined && process === undefined)
      return this.cut.has(from.node) ? { error: 'timeout' } : { handler, port: backend.port }
    const endpoint = this.endpoints.get(backend.ip)
    const said = isUDP ? undefined : this.said(backend, backend.ip === from.ip)
    if (said !== undefined) return { handler: (request, reply) => reply(said(request)), port: backend.port }
    // Nobody answers for the address: its machine says so, when it can be reached, after it has asked in vain.
    if (endpoint === undefined) return { error: isPodAddress(backend.ip) ? 'unreachable' : 'timeout' }
    if (endpoint.node !== from.node && (this.cut.has(endpoint.node) || this.cut.has(from.node)))
      return { error: 'timeout' }
    return endpoint.listeningOn(backend.port, asked) ?? { error: 'refused' }
  }

  /** The machine where the API server is. */
  private server(): Sender {
    const node = this.nodeNames[0]
    return { node: node ?? '', ip: node === undefined ? '' : this.addressOf(node) }
  }

  /** A request that the API server passes on; `goal`: to whom, as steps name it. */
  fromServer({ ip, goal, patienceMs = serverPatienceMs }: { ip: string; goal: string; patienceMs?: number }, request: HttpRequest, reply: (r: HttpResponse | NetworkError) => void): void {
    const url = `${request.secure === true ? 'https' : 'http'}://${ip}:${request.port}${request.path}`
    const told = request.quiet === true ? undefined : this.steps.of({ kind: 'server' }).begin(request.method, url, `${ip}:${request.port}`, goal)
    this.http(this.server(), ip, request, patienceMs, reply, told)
  }

  /** What comes of a connection from the machine where the API server is, in the kernel's words; whether TLS is spoken when somebody answers. It is only looked, not made. */
  dial(ip: string, port: number): DialResult {
    const from = this.server()
    const decided = from.node === '' ? undefined : this.proxies.get(from.node)!.route(`${ip}:${port}`, from.ip, false, () => 0)
    if (decided === 'refuse') return 'connection refused'
    if (decided === 'drop') return 'timeout'
    const target = this.reach(from, decided?.backend ?? { ip, port, node: undefined, pod: undefined })
    if (!('error' in target)) {
      const listener = 'container' in target ? target.container.listening(target.port) : undefined
      return listener?.secure !== true ? 'plain' : listener.isPrivate ? 'private TLS' : 'TLS'
    }
    return target.error === 'refused' ? 'connection refused' : target.error === 'unreachable' ? 'no route to host' : 'timeout'
  }

  /** What NetworkPolicies say; a node always reaches its own pods. */
  private denial(from: Sender, { backend, source }: Way, protocol: 'TCP' | 'UDP' = 'TCP'): Denial | undefined {
    if (this.policies?.hold !== true) return undefined
    const to = this.endpoints.get(backend.ip)
    if (to?.node === from.node && from.ip === this.addresses.get(from.node)) return undefined
    return this.policies.denies({ from: this.peer(source), to: this.peer(backend.ip), port: backend.port, protocol })
  }

  private peer(ip: string): Peer {
    const pod = this.endpoints.get(ip)?.pod
    return this.known.get(ip) ?? peerOf(ip, pod === undefined ? undefined : this.podAt(pod.namespace, pod.name))
  }

  /** Whether policies keep a pod from a DNS server: the cluster's, or another one. */
  private cannotResolve(ip: string, server = clusterDnsAddress): boolean {
    if (this.policies?.hold !== true) return false
    const dns = server !== clusterDnsAddress ? this.peer(server) : { ip: clusterDnsAddress, pod: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, ports: new Map([['dns', 53]]) } }
    return this.policies.denies({ from: this.peer(ip), to: dns, port: 53, protocol: 'UDP' }) !== undefined
  }

  /** What a machine's kube-proxy answers on a port of its own. */
  private said({ ip, port }: Backend, asksItself: boolean): ((request: HttpRequest) => HttpResponse) | undefined {
    const node = this.nodes.get(ip)
    return node === undefined ? undefined : this.proxies.get(node)!.answerOn(port, asksItself)
  }

  /** The rules of the sender's machine first, then those of the machine that the packet comes to. */
  private route(from: Sender, ip: string, port: number, protocol: '' | typeof udp = ''): Way | NetworkError {
    const { node, ip: client } = from
    const draw = (bound: number): number => this.kernel.random('kube-proxy').int(bound)
    const at = this.nodes.get(ip)
    const direct: Way = { backend: { ip, port, node: undefined, pod: undefined }, service: undefined, source: client }
    if (at !== undefined && this.isCut(at) && at !== node) return { error: 'timeout' }
    const through = at ?? (this.proxies.has(node) ? node : this.balance(`${ip}:${port}`))
    const decided = through === undefined ? undefined : this.proxies.get(through)!.route(`${at === undefined ? ip : 'node'}:${port}${protocol}`, client, node !== through, draw)
    if (decided === undefined) return node === '' && at === undefined && !this.handlers.has(`${ip}:${port}`) && !isWorldAddress(ip) ? { error: 'timeout' } : direct
    if (decided === 'refuse') return { error: 'refused' }
    if (decided === 'drop') return { error: 'timeout' }
    return extended(decided, { source: decided.masqueraded ? this.addressOf(through!) : client })
  }

  /** The machine that a load balancer sends to: any that it has seen to be well. It takes a while until it sees a change. */
  private balance(address: string): string | undefined {
    const names = this.nodeNames
    if (names.length === 0) return undefined
    const first = this.kernel.random('load-balancer').int(names.length)
    for (let i = 0; i < names.length; i++) {
      const name = names[(first + i) % names.length]!
      if (this.seemsUp(name) && this.proxies.get(name)!.isHealthyFor(address, healthNoticeMs)) return this.isCut(name) ? undefined : name
    }
    return undefined
  }

  private seemsUp(node: string): boolean {
    const cutAt = this.cut.get(node)
    return cutAt === undefined || this.kernel.now < cutAt + healthNoticeMs
  }

  private addressOf(node: string): string {
    return this.addresses.get(node)!
  }

}

const outside: Sender = { node: '', ip: '198.51.100.7' }

const dnsPort = 53
