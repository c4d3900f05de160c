/** An HTTP request as it arrives at a port. Other protocols (gRPC, redis, UDP, ...) travel as a method of their own name. */
export interface HttpRequest {
  method: string
  port: number
  /** With its query. */
  path: string
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  body: string
  /** IP of the sender. */
  source?: string
  /** Asked under https: who listens there must speak TLS. */
  secure?: boolean
  /** Of TLS: the name in the certificate that the client has shown. */
  clientCertificate?: string
  /** The whole of it, where it is one of the cluster's authority. */
  clientPem?: string
  /** A routine that nobody watches for its own sake. */
  quiet?: boolean
}

export interface HttpResponse {
  status: number
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  body: string
  /** What was shown when TLS began, where no authority that a client knows has signed it. */
  certificate?: 'self-signed'
  /** Of a watch: there is more to come, for who asks again. */
  goesOn?: boolean
}

/** 'closed': connected, and closed again before a word was said. 'plain': asked in TLS, answered without. */
export interface NetworkError {
  error: 'refused' | 'timeout' | 'reset' | 'closed' | 'plain' | 'unreachable' | 'unresolved'
  /** Time was over before the name was known, or no server could tell it. */
  isLookup?: true
}

/** Of what is said over TCP without being a request; who speaks HTTP calls it a bad one. */
export const rawMethod = 'TCP'

/** Of a connection that ends with the handshake of TLS: who asks does not trust what was shown. */
export const handshakeMethod = 'TLS'

/** Of a request that is one datagram; what is answered to it with nothing but a reset stays without an answer. */
export const datagramMethod = 'UDP'

const phrases: Record<number, string> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** 'Not Found' for 404; 'Unknown' for what nobody uses. */
export function reasonPhrase(status: number): string {
  return phrases[status] ?? 'Unknown'
}

export type WireProtocol = 'REDIS' | 'SQL' | 'MONGO' | 'ZOOKEEPER' | 'CASSANDRA'

/** An answer in a protocol of its own, by which who speaks it can tell it from a page. */
export function wireResponse(protocol: WireProtocol, body: string): HttpResponse {
  return { status: 200, headers: { 'content-type': `wire/${protocol}` }, body }
}

export function isWire(protocol: WireProtocol, { headers }: HttpResponse): boolean {
  return headers['content-type'] === `wire/${protocol}`
}

export type GrpcHealth = 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN' | 'UNIMPLEMENTED'

/** The answer to grpc.health.v1.Health/Check: the serving status as text. */
export function grpcHealthResponse(status: GrpcHealth): HttpResponse {
  return { status: 200, headers: { 'content-type': 'application/grpc' }, body: status }
}

/** What a server says of its health; undefined of one that does not speak gRPC. */
export function grpcHealthOf({ headers, body }: HttpResponse): GrpcHealth | undefined {
  return headers['content-type'] === 'application/grpc' ? (body as GrpcHealth) : undefined
}

export const jsonResponse = (status: number, body: object): HttpResponse => textResponse(status, JSON.stringify(body), 'application/json')

export function textResponse(status: number, body: string, contentType = 'text/plain; charset=utf-8'): HttpResponse {
  return { status, headers: { 'content-type': contentType }, body }
}

/** The names and values of a query, or of a form that was posted. */
export function formPairs(text: string): [name: string, value: string][] {
  return text.split('&').filter((pair) => pair !== '').map((pair) => {
    const at = pair.indexOf('=')
    return [decoded(at < 0 ? pair : pair.slice(0, at)), at < 0 ? '' : decoded(pair.slice(at + 1))]
  })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/** One of them. */
export function formValue(text: string, name: string): string | undefined {
  return formPairs(text).find(([given]) => given === name)?.[1]
}
