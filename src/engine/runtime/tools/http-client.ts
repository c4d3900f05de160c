import type { HttpResponse, NetworkError } from '../http.ts'
import type { Addresses } from '../process/network.ts'
import type { Process, Run } from '../process/process.ts'
import { publicAddress, publicPage } from './internet.ts'

export interface Url {
  scheme: string
  host: string
  port: number
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
    port: Number(match[4] ?? (scheme === 'https' ? 443 : 80)),
    path: path.startsWith('/') ? path : `/${path}`,
  }
}

/** No connection is waited for longer than this. */
export const MAX_TIMEOUT_MS = 900_000

/** Looks the name up, then asks the network; what is public answers from the world outside. */
export function* request(
  p: Process,
  url: Url,
  o: { method: string; headers: Record<string, string>; body: string; timeoutMs: number },
): Run<HttpResponse | NetworkError> {
  known.get(p)?.delete(url.host)
  const found: Addresses | NetworkError = url.host === 'localhost' ? { addresses: ['localhost'] } : yield* resolve(p, url.host)
  if ('error' in found) return found
  const address = found.addresses[0]!
  const name = found.canonicalName ?? url.host
  if (publicAddress(name) === address) return publicPage(name, url.path) ?? { error: 'timeout' }
  const headers = { host: url.port === 80 ? url.host : `${url.host}:${url.port}`, ...o.headers }
  const target = `${url.scheme}://${address}:${url.port}${url.path}`
  const timeoutMs = Math.min(o.timeoutMs, MAX_TIMEOUT_MS)
  return yield { wait: 'http', request: { url: target, method: o.method, headers, body: o.body, timeoutMs } }
}

/** What each process has looked up: a tool that says where it connected to does not ask twice. */
const known = new WeakMap<Process, Map<string, Addresses>>()

export function* connect(
  p: Process,
  host: string,
  port: number,
  timeoutMs: number,
): Run<{ connected: true } | NetworkError> {
  known.get(p)?.delete(host)
  const found: Addresses | NetworkError = host === 'localhost' ? { addresses: ['localhost'] } : yield* resolve(p, host)
  if ('error' in found) return found
  const address = found.addresses[0]!
  if (publicAddress(found.canonicalName ?? host) === address) return { connected: true }
  return yield { wait: 'tcp', host: address, port, timeoutMs: Math.min(timeoutMs, MAX_TIMEOUT_MS) }
}

/** As getaddrinfo does: names in /etc/hosts come before DNS. */
export function* resolve(p: Process, name: string): Run<Addresses | NetworkError> {
  if (isAddress(name)) return { addresses: [name] }
  const written = hostsFile(p, name)
  if (written !== undefined) return { addresses: [written] }
  const before = known.get(p)?.get(name)
  if (before !== undefined) return before
  const found = yield* resolveByDns(p, name)
  if (!('error' in found)) known.set(p, (known.get(p) ?? new Map()).set(name, found))
  return found
}

function* resolveByDns(p: Process, name: string): Run<Addresses | NetworkError> {
  const found = yield* lookUp(p, name)
  return 'error' in found || found.addresses.length > 0 ? found : { error: 'unresolved' }
}

/** What nslookup does: /etc/hosts is not asked. An alias of a name that nobody knows has no address. */
export function* lookUp(_p: Process, name: string): Run<Addresses | NetworkError> {
  const answer: Addresses | NetworkError = yield { wait: 'resolve', name }
  const outside = 'error' in answer ? name : answer.addresses.length === 0 ? (answer.canonicalName ?? name) : undefined
  if (outside === undefined) return answer
  const address = publicAddress(outside)
  if ('error' in answer) return address === undefined ? { error: 'unresolved' } : { addresses: [address] }
  return { ...answer, addresses: address === undefined ? [] : [address], canonicalName: outside }
}

export function isAddress(text: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(text) || text.startsWith('[') || /^[0-9a-f:]*:[0-9a-f:]*$/i.test(text)
}

/** localhost is left to the network, which knows the containers that share it. */
function hostsFile(p: Process, name: string): string | undefined {
  if (isAddress(name) || name === 'localhost') return undefined
  for (const line of (p.machine.files.readText('/etc/hosts') ?? '').split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (address !== undefined && names.includes(name) && !address.includes(':')) return address
  }
  return undefined
}
