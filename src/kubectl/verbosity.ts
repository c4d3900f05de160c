/**
 * `-v`: what kubectl tells of itself and of its requests (client-go/transport/round_trippers.go, klog's text format).
 * 1: features of the client; 5 and 6: how it starts;
 * 6: what was asked and what came; 7: the request's headers; 8: the answer's headers, and bodies, cut off;
 * 9: a curl command, times, and more of the bodies; 10: bodies whole.
 */
import { civilTime } from '../engine/api/time.ts'
import type { Request, Response } from '../engine/api/request.ts'
import { kubernetesVersion } from '../engine/api/version.ts'
import { fnv1a } from '../engine/api/fnv1a.ts'
import { uriEncoded } from '../engine/api/uri.ts'
import { toJson } from './printing/goJson.ts'
import { inStructOrder } from './printing/structOrder.ts'
import { shownConfigPath } from './kubeconfig.ts'
import { err, verbosity, type Session, type Task } from './session.ts'
import { goQuote } from '../engine/api/field.ts'

/** How much of a body is told at a level, in characters. */
const bodyLimits: Readonly<Record<number, number>> = { 8: 1024, 9: 10240 }

export function* logRequest(session: Session, request: Request, response: Response, elapsedMs: number): Task<void> {
  const level = session.flags.number('v')
  if (level < 6) return
  const { 'Response': received, ...told } = entriesOf(session, request, response, Math.round(elapsedMs), level)
  const say = (where: string, title: string, values: string): string => `${klogHead(session, 'I', where)} "${title}"${values}\n`
  let text = ''
  if (level >= 8 && request.body !== undefined) text += say('request.go:1351', 'Request Body', body(jsonOf(request.body, isGenerated(session)), level))
  if (told.Request !== '') text += say('round_trippers.go:527', 'Request', told.Request)
  if (level >= 9 && !connected.has(session)) {
    text += say('round_trippers.go:568', 'HTTP Trace: Dial succeed', value('network', 'tcp') + value('address', session.context.server.replace(/^https?:\/\//, '')))
  }
  connected.add(session)
  text += say('round_trippers.go:632', 'Response', received)
  if (level >= 8) text += say('request.go:1351', 'Response Body', body(jsonOf(response.body, true), level))
  yield { do: 'print', to: 'stderr', text }
}

/** What is told before the first request, once: from 1 on which of client-go's features are on. */
const gates = 'ClientsAllowCBOR=false ClientsPreferCBOR=false InOrderInformers=true InOrderInformersBatchProcess=false InformerResourceVersion=false WatchListClient=false'.split(' ')

/** What a command tells as it starts: at 5 that it names itself in its requests, at 6 which file it has read. */
export function* logStart(session: Session): Task<void> {
  const level = session.flags.number('v')
  if (level >= 5) yield* err(`${klogHead(session, 'I', 'cmd.go:527')} kubectl command headers turned on\n`)
  if (level >= 6) yield* err(`${klogHead(session, 'I', 'loader.go:402')} Config loaded from file:  ${shownConfigPath(session.flags)}\n`)
}

export function* logClient(session: Session): Task<void> {
  if (clients.has(session)) return
  clients.add(session)
  for (const gate of gates) {
    const [feature = '', enabled = ''] = gate.split('=')
    yield* err(`${klogHead(session, 'I', 'envvar.go:172')} "Feature gate default state" feature="${feature}" enabled=${enabled}\n`)
  }
}

/** Commands that have made their client. */
const clients = new WeakSet<Session>()

/** Commands that have had an answer: their connection is used again. */
const connected = new WeakSet<Session>()

function entriesOf(session: Session, request: Request, response: Response, ms: number, level: number): { Request: string; Response: string } {
  const place = value('verb', httpVerb(request)) + value('url', urlOf(session, request))
  const status = value('status', response.code === 0 ? '' : `${response.code} ${words[response.code] ?? ''}`.trim())
  const took = ` milliseconds=${ms}`
  const sent = requestHeaders(session, request)
  if (level === 6) return { Request: '', Response: place + status + took }
  const asked = place + value('headers', lined(sent))
  if (level === 7) return { Request: asked, Response: status + took }
  const headers = value('headers', lined(responseHeaders(session, request, response)))
  if (level === 8) return { Request: asked, Response: status + headers + took }
  const curl = `curl -v -X${httpVerb(request)} ${sent.map((header) => ` -H ${goQuote(header)}`).join('')} '${urlOf(session, request)}'\n`
  const connection = connected.has(session) ? ' getConnectionMilliseconds=0' : ' dnsLookupMilliseconds=0 dialMilliseconds=0 tlsHandshakeMilliseconds=0'
  return { Request: value('curlCommand', curl), Response: place + status + headers + took + connection + (ms > 0 ? ` serverProcessingMilliseconds=${ms}` : '') }
}

const lined = (headers: readonly string[]): string => headers.toSorted().map((header) => `${header}\n`).join('')

function requestHeaders({ context: { token, as } }: Session, request: Request): string[] {
  return [
    `Accept: ${acceptHeader(request)}`,
    ...(token === undefined ? [] : ['Authorization: Bearer <masked>']),
    ...(request.body === undefined ? [] : [`Content-Type: ${request.contentType ?? 'application/json'}`]),
    ...(as === undefined ? [] : [`Impersonate-User: ${as.name}`, ...(as.groups ?? []).map((group) => `Impersonate-Group: ${group}`)]),
    `User-Agent: kubectl/${kubernetesVersion} (linux/amd64) kubernetes/f28b4c9`,
  ]
}

/** Up to this length an answer is sent as one piece. */
const wholeLength = 2048

function responseHeaders(session: Session, request: Request, response: Response): string[] {
  if (response.code === 0) return []
  const text = jsonOf(response.body, true)
  const now = session.input.now()
  return [
    `Audit-Id: ${uuidOf(`${now} ${request.verb} ${request.path}`)}`,
    'Cache-Control: no-cache, private',
    ...(text.length > wholeLength ? [] : [`Content-Length: ${new TextEncoder().encode(text).length}`]),
    `Content-Type: ${typeof response.body === 'string' ? 'text/plain' : 'application/json'}`,
    `Date: ${httpDate(now)}`,
    ...(response.warnings ?? []).map((warning) => `Warning: 299 - ${goQuote(warning)}`),
    `X-Kubernetes-Pf-Flowschema-Uid: ${uuidOf('flowschema')}`,
    `X-Kubernetes-Pf-Prioritylevel-Uid: ${uuidOf('prioritylevel')}`,
  ]
}

/** One that depends on nothing but the text, so that a film that is played again is the same film. */
function uuidOf(text: string): string {
  let hash: number | undefined
  let digits = ''
  for (let i = 0; i < 4; i++) {
    hash = fnv1a(`${i}${text}`, hash)
    digits += hash.toString(16).padStart(8, '0')
  }
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, '$1-$2-4$3-a$4-$5')
}

/** A key and a text as klog writes them: quoted, or line by line when there are several. */
function value(key: string, text: string): string {
  if (!text.includes('\n')) return ` ${key}=${goQuote(text)}`
  return ` ${key}=<\n${text.replace(/\n$/, '').split('\n').map((line) => `\t${line}\n`).join('')} >`
}

const words: Record<number, string> = {
  200: 'OK', 201: 'Created', 202: 'Accepted', 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found',
  405: 'Method Not Allowed', 409: 'Conflict', 410: 'Gone', 413: 'Request Entity Too Large', 415: 'Unsupported Media Type',
  422: 'Unprocessable Entity', 429: 'Too Many Requests', 500: 'Internal Server Error', 503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

const two = (n: number): string => String(n).padStart(2, '0')
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** "Mon, 05 Jan 2026 09:00:00 GMT" */
function httpDate(ms: number): string {
  const { year, month, day, hour, minute, second, weekday } = civilTime(ms)
  return `${weekdays[weekday]}, ${two(day)} ${months[month - 1]} ${year} ${two(hour)}:${two(minute)}:${two(second)} GMT`
}

/** "I0601 08:00:00.123000       1 file.go:1]": klog's head, with the virtual clock. */
export function klogHead(session: Session, severity: 'I' | 'W' | 'E', where: string): string {
  const t = civilTime(session.input.now())
  return `${severity}${two(t.month)}${two(t.day)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)}.${String(t.ms).padStart(3, '0')}000       1 ${where}]`
}

const httpVerbs: Record<string, string> = {
  get: 'GET', list: 'GET', watch: 'GET', create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE',
  deletecollection: 'DELETE', connect: 'POST',
}

function httpVerb(request: Request): string {
  return httpVerbs[request.verb] ?? request.verb
}

function urlOf(session: Session, request: Request): string {
  const query = Object.entries(request.query ?? {}).map(([key, value]) => `${uriEncoded(key)}=${uriEncoded(value)}`)
  return session.context.server + request.path + (query.length === 0 ? '' : `?${query.toSorted().join('&')}`)
}

function acceptHeader(request: Request): string {
  return request.accept === 'table'
    ? 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'
    : 'application/json'
}

/** What `create deployment` and its like send is made of Go's types, not of a file. */
const isGenerated = ({ command }: Session): boolean => /^create \w/.test(command)

/** Whole objects end with a new line; those of Go's types have their order, others that of the alphabet. */
function jsonOf(sent: unknown, isTyped: boolean): string {
  if (typeof sent === 'string') return sent
  if (typeof sent !== 'object' || sent === null || !('kind' in sent)) return toJson(sent)
  return `${toJson(isTyped ? inStructOrder(sent) : sent)}\n`
}

function body(text: string, level: number): string {
  const limit = bodyLimits[level] ?? text.length
  return value('body', text.length <= limit ? text : `${text.slice(0, limit)} [truncated ${text.length - limit} chars]`)
}

verbosity.bring({ klogHead, logClient, logRequest, logStart })
