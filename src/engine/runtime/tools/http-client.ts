import { clusterDnsAddress, nodeResolver } from '../../api/cluster-domain.ts'
import { isIPv4 } from '../../api/names.ts'
import { isWorldAddress } from '../../api/world.ts'
import type { HttpResponse, NetworkError } from '../http.ts'
import { hostsLines } from '../process/hosts-file.ts'
import type { Addresses, Datagram } from '../process/network.ts'
import type { Process, Run } from '../process/process.ts'
import { ask, candidates, resolverConfig, type ResolverConfig } from './dns/resolver.ts'
import { publicAddress, publicPage } from './internet.ts'

export interface Url {
  scheme: string
  host: string
  port: number
  /** It does not only follow from the scheme. */
  isPortGiven: boolean
  /** With its query. */
  path: string
  user: string | undefined
}

export function parseUrl(text: string): Url | undefined {
  const match =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:([^@/]*)@)?(\[[0-9a-fA-F:]+\]|[^/:?#\s]+)(?::(\d+))?([/?][^#\s]*)?(?:#.*)?$/i.exec(
      text,
    )
  if (match === null) return undefined
  const scheme = (match[1] ?? 'http').toLowerCase()
  const path = match[5] ?? '/'
  return {
    scheme,
    user: match[2],
    host: match[3]!,
    isPortGiven: match[4] !== undefined,
    port: Number(match[4] ?? (scheme === 'https' ? 443 : 80)),
    path: path.startsWith('/') ? path : `/${path}`,
  }
}

/** As the header says it: with the port, unless it is the scheme's own. */
export function hostOf({ scheme, host, port }: Url): string {
  return port === (scheme === 'https' ? 443 : 80) ? host : `${host}:${port}`
}

/** No connection is waited for longer than this. */
export const MAX_TIMEOUT_MS = 900_000

/** Looks the name up, then asks the network; what is public answers from the world outside. */
export function* request(
  p: Process,
  url: Url,
  o: Asked,
): Run<HttpResponse | NetworkError> {
  const from = p.machine.now()
  const found = yield* addressOf(p, url.host, o)
  if ('error' in found) return found
  const address = found.addresses[0]!
  const name = found.canonicalName ?? url.host
  if (isWorldAddress(address) && (isAddress(url.host) || publicAddress(name) === address)) {
    const way: { connected: true } | NetworkError = yield { wait: 'tcp', host: address, port: url.port, timeoutMs: Math.min(o.timeoutMs, MAX_TIMEOUT_MS) }
    return 'error' in way ? way : publicPage(name, url.path)
  }
  const spent = o.boundsLookup === true ? p.machine.now() - from : 0
  const headers = { host: hostOf(url), ...o.headers }
  const target = `${url.scheme}://${address}:${url.port}${url.path}`
  const timeoutMs = Math.max(0, Math.min(o.timeoutMs, MAX_TIMEOUT_MS) - spent)
  return yield { wait: 'http', request: { url: target, method: o.method, headers, body: o.body, timeoutMs, ...(o.quiet === true ? { quiet: true } : {}), ...(o.certificate === undefined ? {} : { certificate: o.certificate }) } }
}

export interface Asked {
  method: string
  headers: Record<string, string>
  body: string
  timeoutMs: number
  /** The time is also that of looking the name up, as curl counts; otherwise the resolver has its own patience. */
  boundsLookup?: boolean
  /** The certificate that is shown (PEM). */
  certificate?: string | undefined
  /** A routine that nobody watches for its own sake. */
  quiet?: boolean
}

/** As getaddrinfo: a server that says nothing is as good as none, unless the caller's time was over first. */
function* addressOf(p: Process, host: string, o: { timeoutMs: number; boundsLookup?: boolean }): Run<Addresses | NetworkError> {
  known.get(p)?.delete(host)
  const found = yield* resolve(p, host, o.boundsLookup === true ? o.timeoutMs : undefined)
  return 'error' in found && found.error === 'timeout' && o.boundsLookup !== true ? { error: 'unresolved' } : found
}

/** What each process has looked up: a tool that says where it connected to does not ask twice. */
const known = new WeakMap<Process, Map<string, Addresses>>()

export function* connect(
  p: Process,
  host: string,
  port: number,
  timeoutMs: number,
  boundsLookup = false,
): Run<{ connected: true } | NetworkError> {
  const found = yield* addressOf(p, host, { timeoutMs, boundsLookup })
  if ('error' in found) return found
  return yield { wait: 'tcp', host: found.addresses[0]!, port, timeoutMs: Math.min(timeoutMs, MAX_TIMEOUT_MS) }
}

/** Sends over UDP, and waits for what comes back. */
export function* datagram(p: Process, host: string, port: number, data: string, timeoutMs: number): Run<Datagram | NetworkError> {
  const found = yield* addressOf(p, host, { timeoutMs })
  if ('error' in found) return found
  return yield { wait: 'datagram', host: found.addresses[0]!, port, data, timeoutMs: Math.min(timeoutMs, MAX_TIMEOUT_MS) }
}

/** As getaddrinfo does: names in /etc/hosts come before DNS; localhost is there in every container, and only its IPv4 address is meant. */
export function* resolve(p: Process, name: string, timeoutMs?: number): Run<Addresses | NetworkError> {
  if (isAddress(name)) return { addresses: [name] }
  if (name === 'localhost') return { addresses: ['127.0.0.1'] }
  const written = hostsFile(p, name)
  if (written !== undefined) return { addresses: [written] }
  const before = known.get(p)?.get(name)
  if (before !== undefined) return before
  const found = yield* resolveByDns(p, name, timeoutMs)
  if (!('error' in found)) known.set(p, (known.get(p) ?? new Map()).set(name, found))
  return found
}

/** As whoever asks again does: what was known does not count. */
export function* resolveByDns(p: Process, name: string, timeoutMs?: number): Run<Addresses | NetworkError> {
  const found = yield* lookUp(p, name, timeoutMs)
  return 'error' in found || found.addresses.length > 0 ? found : { error: 'unresolved' }
}

/** What nslookup does: /etc/hosts is not asked. An alias of a name that nobody knows has no address. */
export function* lookUp(p: Process, name: string, timeoutMs?: number): Run<Addresses | NetworkError> {
  const config = resolverConfig(p)
  if (!isUsual(config)) return yield* lookUpBy(p, config, name, timeoutMs)
  const answer: Addresses | NetworkError = yield timeoutMs === undefined ? { wait: 'resolve', name } : { wait: 'resolve', name, timeoutMs }
  if ('error' in answer && (answer.error === 'timeout' || answer.isLookup === true)) return yield* unanswered(p, answer, timeoutMs)
  const outside = 'error' in answer ? name : answer.addresses.length === 0 ? (answer.canonicalName ?? name) : undefined
  if (outside === undefined) return answer
  const address = publicAddress(outside)
  if ('error' in answer) return address === undefined ? { error: 'unresolved' } : { addresses: [address] }
  return { ...answer, addresses: address === undefined ? [] : [address], canonicalName: outside }
}

/** Nobody could say. musl's resolver does not hear that nobody listens at a port, and waits until its time is over (res_msend.c). */
function* unanswered(p: Process, answer: NetworkError, timeoutMs = Infinity): Run<NetworkError> {
  if (answer.error === 'timeout' || !usesMusl.has(p.machine.config.image.userland)) return answer
  yield { wait: 'time', ms: Math.min(resolverPatienceMs, timeoutMs), interruptible: false }
  return timeoutMs < resolverPatienceMs ? { error: 'timeout', isLookup: true } : answer
}

const usesMusl: ReadonlySet<string> = new Set(['alpine', 'bash', 'languages'])

/** As the kubelet writes it without a dnsConfig: then the network answers for the whole search at once. */
function isUsual({ servers, searches, ndots }: ResolverConfig): boolean {
  if (servers.length > 1) return false
  if (servers[0] === nodeResolver) return searches.length === 0
  return servers[0] === clusterDnsAddress && ndots === 5 && /^\S+\.svc\.cluster\.local,svc\.cluster\.local,cluster\.local$/.test(String(searches))
}

/** Name by name, as a dnsConfig or somebody who has changed resolv.conf wants it; all servers know the same of a name, or nothing. */
function* lookUpBy(p: Process, config: ResolverConfig, name: string, timeoutMs = resolverPatienceMs): Run<Addresses | NetworkError> {
  let answers: Addresses | NetworkError = { error: 'unresolved' }
  for (const candidate of candidates(name, config)) {
    for (const server of config.servers) {
      const reply = yield* ask(p, server, candidate, 'A', Math.min(timeoutMs, resolverPatienceMs))
      answers = 'error' in reply && reply.error === 'timeout' ? reply : { error: 'unresolved' }
      if ('error' in reply) continue
      const addresses = reply.answers.filter((r) => r.type === 'A').map((r) => r.data)
      if (addresses.length > 0) return { addresses, canonicalName: reply.answers.at(-1)!.name }
      break
    }
    if ('error' in answers && answers.error === 'timeout') return answers
  }
  return answers
}

const resolverPatienceMs = 5000

export function isAddress(text: string): boolean {
  return isIPv4(text) || text.startsWith('[') || /^[0-9a-f:]*:[0-9a-f:]*$/i.test(text)
}

function hostsFile(p: Process, name: string): string | undefined {
  if (isAddress(name)) return undefined
  const lines = hostsLines(p.machine.files.readText('/etc/hosts') ?? '')
  return lines.find(({ address, names }) => names.includes(name) && !address.includes(':'))?.address
}
