import type { HttpResponse, NetworkError } from '../http.ts'

/** What a process waits for when it asks the network. */
export type NetworkWait =
  /** Gives an HttpResponse or a NetworkError. */
  | { wait: 'http'; request: HttpExchange }
  /** Gives { connected: true } or a NetworkError. */
  | { wait: 'tcp'; host: string; port: number; timeoutMs: number }
  /** Gives a Datagram or a NetworkError: 'refused' when nobody listens, 'timeout' when nothing comes back. */
  | { wait: 'datagram'; host: string; port: number; data: string; timeoutMs: number }
  /** Gives Addresses or a NetworkError: 'timeout' when no server has answered. */
  | { wait: 'resolve'; name: string; timeoutMs?: number }
  /** Gives a DnsReply, 'world', or a NetworkError: 'timeout' when the server has not answered. */
  | { wait: 'query'; question: DnsQuestion }

export interface HttpExchange {
  url: string
  method: string
  headers: Record<string, string>
  body: string
  timeoutMs: number
  /** The certificate that is shown (PEM). */
  certificate?: string
  /** A routine that nobody watches for its own sake. */
  quiet?: boolean
}

/** What came back to one that was sent. */
export interface Datagram {
  data: string
}

export interface Addresses {
  addresses: string[]
  canonicalName?: string
  /** What the name is a CNAME of. */
  alias?: string
}

/** One question to one DNS server; the name is taken as it is, no search list is tried. */
export interface DnsQuestion {
  server: string
  name: string
  /** A, AAAA, SRV, PTR ... */
  type: string
  timeoutMs: number
}

export interface DnsRecord {
  /** In full, without the dot at the end. */
  name: string
  type: string
  ttl: number
  /** As tools print it; names in it without the dot at the end. */
  data: string
}

export interface DnsReply {
  /** SERVFAIL: the server could not find it out. REFUSED: it is not for such names. */
  status: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED'
  /** The server knows it by itself, and has not asked another one. */
  authoritative: boolean
  answers: DnsRecord[]
}

/** One question as it comes to a server: the name in lower case, without the dot at its end. */
export interface DnsAsked {
  name: string
  type: string
}

/** What a DNS server has been told of the cluster; undefined: the name is none of the cluster's. */
export interface DnsSources {
  cluster: (name: string, type: string) => DnsReply | undefined
}

/** What a process answers at a UDP port to a question from an address, and the lines that it writes of it. */
export type DnsServer = (asked: DnsAsked, from: string, sources: DnsSources) => { reply: DnsReply | 'world'; lines: readonly string[] }

/** What a process inside asks of the outside. Replies come from a kernel task, never at once. */
export interface NetworkPort {
  http(r: HttpExchange, reply: (r: HttpResponse | NetworkError) => void): void
  tcp(host: string, port: number, timeoutMs: number, reply: (r: { connected: true } | NetworkError) => void): void
  datagram(to: { host: string; port: number; data: string; timeoutMs: number }, reply: (r: Datagram | NetworkError) => void): void
  resolve(name: string, reply: (r: Addresses | NetworkError) => void, timeoutMs?: number): void
  /** 'world': the server passes the question on to the servers of the world. */
  query(question: DnsQuestion, reply: (r: DnsReply | 'world' | NetworkError) => void): void
}
