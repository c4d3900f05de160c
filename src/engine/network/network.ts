import type { Kernel } from '../kernel/kernel.ts'
import type { Latency } from '../latency.ts'
import type { ContainerOS, HttpRequest, HttpResponse, NetworkError, NetworkPort } from '../runtime/container-os.ts'

/** What has an address: a pod's network namespace, with the containers that share it. */
export interface Endpoint {
  ip: string
  node: string
  /** Containers whose processes may listen. */
  containers(): Iterable<ContainerOS>
}

/** Turns a name or a Service address into an address of a pod; more is added by Services and DNS. */
export interface Resolver {
  /** Addresses of a name as seen from a pod of `namespace`; undefined when there is none. */
  resolve(name: string, namespace: string): { addresses: string[]; canonicalName?: string } | undefined
  /** Where a connection to ip:port really goes from `node`; the same address when it is no Service's. */
  route(ip: string, port: number, node: string, source: string): { ip: string; port: number } | NetworkError
}

interface Packet {
  readonly type: 'packet'
  readonly id: number
}

/**
 * Connections between whoever has an address. Every answer comes in a task of its own, after the time
 * that the way takes.
 */
export class Network {
  resolver: Resolver | undefined
  private readonly kernel: Kernel
  private readonly latency: Latency
  private readonly endpoints = new Map<string, Endpoint>()
  /** Nodes that a fault has cut off. */
  private readonly cut = new Set<string>()
  private readonly pending = new Map<number, () => void>()
  private nextId = 1

  constructor(kernel: Kernel, latency: Latency) {
    this.kernel = kernel
    this.latency = latency
    kernel.register('network', (packet: Packet) => this.arrive(packet))
  }

  join(endpoint: Endpoint): void {
    this.endpoints.set(endpoint.ip, endpoint)
  }

  leave(ip: string): void {
    this.endpoints.delete(ip)
  }

  setCut(node: string, cut: boolean): void {
    if (cut) this.cut.add(node)
    else this.cut.delete(node)
  }

  isCut(node: string): boolean {
    return this.cut.has(node)
  }

  /** An HTTP request from `node` (a kubelet's probe, a process) to an address. */
  http(from: { node: string; ip: string }, ip: string, request: HttpRequest, timeoutMs: number, reply: (r: HttpResponse | NetworkError) => void): void {
    const once = this.withTimeout(timeoutMs, reply)
    this.travel(() => {
      const target = this.target(from, ip, request.port)
      if ('error' in target) return target.error === 'timeout' ? undefined : this.travel(() => once(target))
      const arriving = { ...request, port: target.port, source: from.ip }
      target.container.request(arriving, (response) => this.travel(() => once(response)))
    })
  }

  tcp(from: { node: string; ip: string }, ip: string, port: number, timeoutMs: number, reply: (r: { connected: true } | NetworkError) => void): void {
    const once = this.withTimeout(timeoutMs, reply)
    this.travel(() => {
      const target = this.target(from, ip, port)
      if ('error' in target && target.error === 'timeout') return
      this.travel(() => once('error' in target ? target : { connected: true }))
    })
  }

  /** The network as a pod's processes see it. */
  portOf(pod: { namespace: string; node: string; ip: () => string }): NetworkPort {
    const from = (): { node: string; ip: string } => ({ node: pod.node, ip: pod.ip() })
    const address = (host: string): string | undefined => this.address(host, pod.namespace, pod.ip())
    return {
      http: (r, reply) => {
        const url = parseUrl(r.url)
        const ip = address(url.host)
        if (ip === undefined) return this.travel(() => reply({ error: 'unresolved' }))
        const request = { method: r.method, port: url.port, path: url.path, headers: r.headers, body: r.body }
        this.http(from(), ip, request, r.timeoutMs, reply)
      },
      tcp: (host, port, timeoutMs, reply) => {
        const ip = address(host)
        if (ip === undefined) return this.travel(() => reply({ error: 'unresolved' }))
        this.tcp(from(), ip, port, timeoutMs, reply)
      },
      resolve: (name, reply) => {
        const found = this.resolver?.resolve(name, pod.namespace)
        this.travel(() => reply(found ?? { error: 'unresolved' }))
      },
    }
  }

  private address(host: string, namespace: string, own: string): string | undefined {
    if (host === 'localhost' || host.startsWith('127.') || host === '[::1]') return own
    if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return host
    return this.resolver?.resolve(host, namespace)?.addresses[0]
  }

  private target(from: { node: string; ip: string }, ip: string, port: number): { container: ContainerOS; port: number } | NetworkError {
    const routed = this.resolver?.route(ip, port, from.node, from.ip) ?? { ip, port }
    if ('error' in routed) return routed
    const endpoint = this.endpoints.get(routed.ip)
    // Nobody has the address: the packet is lost, nobody says so.
    if (endpoint === undefined) return { error: 'timeout' }
    if (endpoint.node !== from.node && (this.cut.has(endpoint.node) || this.cut.has(from.node))) return { error: 'timeout' }
    for (const container of endpoint.containers()) if (container.listening(routed.port)) return { container, port: routed.port }
    return { error: 'refused' }
  }

  private withTimeout<T>(timeoutMs: number, reply: (r: T | NetworkError) => void): (r: T | NetworkError) => void {
    let open = true
    const once = (r: T | NetworkError): void => {
      if (!open) return
      open = false
      this.kernel.cancel(timer)
      reply(r)
    }
    const timer = this.after(timeoutMs, () => once({ error: 'timeout' }))
    return once
  }

  private travel(arrive: () => void): void {
    this.after(this.latency.of('podNetwork'), arrive)
  }

  private after(delayMs: number, action: () => void): number {
    const id = this.nextId++
    this.pending.set(id, action)
    return this.kernel.schedule('network', delayMs, { type: 'packet', id } as Packet)
  }

  private arrive({ id }: Packet): void {
    const action = this.pending.get(id)
    this.pending.delete(id)
    action?.()
  }
}

export function parseUrl(text: string): { host: string; port: number; path: string } {
  const match = /^(?:(https?):\/\/)?([^/:?#]+|\[[^\]]+\])(?::(\d+))?([/?][^#]*)?/.exec(text)
  const secure = match?.[1] === 'https'
  return { host: match?.[2] ?? '', port: Number(match?.[3] ?? (secure ? 443 : 80)), path: match?.[4] ?? '/' }
}
