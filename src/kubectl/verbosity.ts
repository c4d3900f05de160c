/**
 * `-v`: what kubectl tells of its requests (client-go/transport/round_trippers.go, klog's text format).
 * 6: the request line and the answer's code; 7: headers too; 8: bodies, cut off; 9: bodies whole.
 */
import { civilTime } from '../engine/api/time.ts'
import type { Request, Response } from '../engine/api/request.ts'
import { toJson } from './printing/goJson.ts'
import { verbosity, type Session, type Task } from './session.ts'
import { goQuote } from '../engine/api/field.ts'

const bodyLimit = 1024

export function* logRequest(session: Session, request: Request, response: Response, elapsedMs: number): Task<void> {
  const level = session.flags.number('v')
  if (level < 6) return
  const lines: string[] = []
  if (level >= 8 && request.body !== undefined) lines.push(`${klogHead(session, 'I', 'request.go:1351')} "Request Body" body=${body(request.body, level)}`)
  if (level >= 7) lines.push(`${klogHead(session, 'I', 'round_trippers.go:527')} "Request" verb=${goQuote(httpVerb(request))} url=${goQuote(urlOf(session, request))} headers=<\n\tAccept: ${acceptHeader(request)}\n\tUser-Agent: kubectl/v1.34.9 (linux/amd64) kubernetes/f28b4c9\n >`)
  lines.push(
    `${klogHead(session, 'I', 'round_trippers.go:632')} "Response" verb=${goQuote(httpVerb(request))} url=${goQuote(urlOf(session, request))} ` +
    `status=${goQuote(response.code === 0 ? '' : `${response.code} ${words[response.code] ?? ''}`.trim())} milliseconds=${Math.round(elapsedMs)}`)
  if (level >= 8) lines.push(`${klogHead(session, 'I', 'request.go:1351')} "Response Body" body=${body(response.body, level)}`)
  yield { do: 'print', to: 'stderr', text: lines.map((line) => `${line}\n`).join('') }
}

const words: Record<number, string> = {
  200: 'OK', 201: 'Created', 202: 'Accepted', 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found',
  405: 'Method Not Allowed', 409: 'Conflict', 410: 'Gone', 413: 'Request Entity Too Large', 415: 'Unsupported Media Type',
  422: 'Unprocessable Entity', 429: 'Too Many Requests', 500: 'Internal Server Error', 503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** "I0601 08:00:00.123000       1 file.go:1]": klog's head, with the virtual clock. */
export function klogHead(session: Session, severity: 'I' | 'W', where: string): string {
  const t = civilTime(session.input.now())
  const two = (n: number) => String(n).padStart(2, '0')
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
  const query = Object.entries(request.query ?? {}).map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
  return session.context.server + request.path + (query.length === 0 ? '' : `?${query.toSorted().join('&')}`)
}

function acceptHeader(request: Request): string {
  return request.accept === 'table'
    ? 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'
    : 'application/json'
}

function body(value: unknown, level: number): string {
  const text = typeof value === 'string' ? value : toJson(value)
  if (level >= 9 || text.length <= bodyLimit) return `<\n\t${text}\n >`
  return `<\n\t${text.slice(0, bodyLimit)} [truncated ${text.length - bodyLimit} chars]\n >`
}

verbosity.bring({ klogHead, logRequest })
