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

/** Asks the network. Names in /etc/hosts come before DNS; what is public answers from the world outside. */
export function* request(
  p: Process,
  url: Url,
  o: { method: string; headers: Record<string, string>; body: string; timeoutMs: number },
): Run<HttpResponse | NetworkError> {
  const known = hostsFile(p, url.host)
  const headers = { host: url.port === 80 ? url.host : `${url.host}:${url.port}`, ...o.headers }
  const target = `${url.scheme}://${known ?? url.host}:${url.port}${url.path}`
  const timeoutMs = Math.min(o.timeoutMs, MAX_TIMEOUT_MS)
  const answer: HttpResponse | NetworkError = yield {
    wait: 'http',
    request: { url: target, method: o.method, headers, body: o.body, timeoutMs },
  }
  if (!('error' in answer) || answer.error !== 'unresolved') return answer
  return publicPage(url.host, url.path) ?? answer
}

export function* connect(
  p: Process,
  host: string,
  port: number,
  timeoutMs: number,
): Run<{ connected: true } | NetworkError> {
  const answer: { connected: true } | NetworkError = yield {
    wait: 'tcp',
    host: hostsFile(p, host) ?? host,
    port,
    timeoutMs: Math.min(timeoutMs, MAX_TIMEOUT_MS),
  }
  if ('error' in answer && answer.error === 'unresolved' && publicAddress(host) !== undefined)
    return { connected: true }
  return answer
}

export function* resolve(p: Process, name: string): Run<Addresses | NetworkError> {
  if (isAddress(name)) return { addresses: [name] }
  const known = hostsFile(p, name)
  if (known !== undefined) return { addresses: [known] }
  return yield* resolveByDns(p, name)
}

/** What nslookup does: /etc/hosts is not asked. */
export function* resolveByDns(_p: Process, name: string): Run<Addresses | NetworkError> {
  const answer: Addresses | NetworkError = yield { wait: 'resolve', name }
  if (!('error' in answer)) return answer
  const address = publicAddress(name)
  return address === undefined ? answer : { addresses: [address] }
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
