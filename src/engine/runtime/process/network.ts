import type { HttpResponse, NetworkError } from '../http.ts'

/** What a process waits for when it asks the network. */
export type NetworkWait =
  /** Gives an HttpResponse or a NetworkError. */
  | { wait: 'http'; request: HttpExchange }
  /** Gives { connected: true } or a NetworkError. */
  | { wait: 'tcp'; host: string; port: number; timeoutMs: number }
  /** Gives Addresses or a NetworkError: 'timeout' when no server has answered. */
  | { wait: 'resolve'; name: string; timeoutMs?: number }

export interface HttpExchange {
  url: string
  method: string
  headers: Record<string, string>
  body: string
  timeoutMs: number
}

export interface Addresses {
  addresses: string[]
  canonicalName?: string
  /** What the name is a CNAME of. */
  alias?: string
}

/** What a process inside asks of the outside. Replies come from a kernel task, never at once. */
export interface NetworkPort {
  http(r: HttpExchange, reply: (r: HttpResponse | NetworkError) => void): void
  tcp(host: string, port: number, timeoutMs: number, reply: (r: { connected: true } | NetworkError) => void): void
  resolve(name: string, reply: (r: Addresses | NetworkError) => void, timeoutMs?: number): void
}
