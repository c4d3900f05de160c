import { Errno, strerror } from '../filesystem/errno.ts'
import { type HttpRequest, type HttpResponse, type NetworkError, rawMethod, reasonPhrase } from '../http.ts'
import { runShell } from '../process/child.ts'
import { complain, print, readAll } from '../process/io.ts'
import { BLOCKED } from '../process/open-file.ts'
import type { Process, Run } from '../process/process.ts'
import { type Options, parseOptions } from '../../text/options.ts'
import { connect, datagram, request, resolve } from './http-client.ts'
import { usesBusybox } from './words.ts'

export const connectionFailures: Record<NetworkError['error'], string> = {
  refused: 'Connection refused',
  timeout: 'Connection timed out',
  reset: 'Connection reset by peer',
  closed: 'Connection closed by peer',
  plain: 'Connection closed by peer',
  unreachable: 'No route to host',
  unresolved: 'bad address',
}

/** nc -z, nc HOST PORT, nc -u, nc -l. */
export function nc(p: Process): Run<number> {
  return netcat(p, usesBusybox(p))
}

/** The one of OpenBSD, which images install beside a busybox. */
export function ncOpenbsd(p: Process): Run<number> {
  return netcat(p, false)
}

function* netcat(p: Process, busybox: boolean): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: `zvw:l${busybox ? 'p:' : 'p:t'}kune:c:s:i:q:N46` })
  if (o.has('l')) return yield* listen(p, Number(o.value('p') ?? o.operands.at(-1)), o)
  const [host, port] = o.operands
  if (host === undefined || port === undefined) {
    yield* print(p, 'usage: nc [-zv] [-w seconds] [-l -p port] host port\n', 2)
    return 1
  }
  const to = { host, port, busybox, verbose: o.has('v'), protocol: o.has('u') ? 'udp' : 'tcp', timeoutMs: o.number(120, 'w') * 1000 }
  return yield* o.has('u') ? toDatagramPort(p, to, o) : toPort(p, to, o)
}

interface Target {
  host: string
  port: string
  protocol: string
  busybox: boolean
  verbose: boolean
  timeoutMs: number
}

function* toPort(p: Process, to: Target, o: Options): Run<number> {
  const answer = yield* connect(p, to.host, Number(to.port), to.timeoutMs)
  if ('error' in answer) return yield* notConnected(p, to, answer.error)
  yield* sayConnected(p, to)
  const text = o.has('z') ? '' : yield* available(p)
  if (text !== '') yield* print(p, yield* conversation(p, to, text))
  return 0
}

/** A port that nobody refuses is as good as one that answers. */
function* toDatagramPort(p: Process, to: Target, o: Options): Run<number> {
  const text = o.has('z') ? 'X' : yield* available(p)
  if (text === '') return 0
  const answer = yield* datagram(p, to.host, Number(to.port), text, o.has('z') ? Math.min(to.timeoutMs, 1000) : to.timeoutMs)
  if ('error' in answer && answer.error !== 'timeout') return yield* notConnected(p, to, answer.error)
  yield* sayConnected(p, to)
  if ('data' in answer && !o.has('z')) yield* print(p, answer.data)
  return 0
}

/** What comes back to what was said: to an HTTP request an answer as it goes over the wire, to anything else what the server makes of it. */
export function* conversation(p: Process, { host, port, timeoutMs }: Pick<Target, 'host' | 'port' | 'timeoutMs'>, text: string): Run<string> {
  const url = { scheme: 'http', host, port: Number(port), isPortGiven: true, path: '/', user: undefined }
  const asked = httpRequest(text)
  const answer = yield* request(p, { ...url, path: asked?.path ?? '/' }, { method: asked?.method ?? rawMethod, headers: asked?.headers ?? {}, body: asked?.body ?? text, timeoutMs })
  if ('error' in answer) return ''
  return asked === undefined ? answer.body : overTheWire(answer)
}

function httpRequest(text: string): Pick<HttpRequest, 'method' | 'path' | 'headers' | 'body'> | undefined {
  const match = /^([A-Z]+) (\S+)(?: HTTP\/1\.[01])?\n((?:[^\n:]+:[^\n]*\n)*)\n([\s\S]*)$/.exec(text.replaceAll('\r\n', '\n'))
  if (match === null) return undefined
  const [, method = '', path = '', lines = '', body = ''] = match
  const headers = Object.fromEntries([...lines.matchAll(/^([^:\n]+):[ \t]*(.*)$/gm)].map(([, name = '', value = '']) => [name.toLowerCase(), value]))
  return { method, path, headers, body }
}

function overTheWire({ status, headers, body }: HttpResponse): string {
  const named = Object.entries(headers).map(([name, value]) => `${name.replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n${named.join('')}\r\n${body}`
}

function* sayConnected(p: Process, { host, port, verbose, busybox, protocol }: Target): Run<void> {
  if (!verbose) return
  const address = yield* addressOf(p, host)
  yield* print(p, busybox ? `${host} (${address}:${port}) open\n` : `Connection to ${host} (${address}) ${port} port [${protocol}/*] succeeded!\n`, 2)
}

function* notConnected(p: Process, { host, port, verbose, busybox, protocol }: Target, error: NetworkError['error']): Run<number> {
  if (error === 'unresolved') yield* complain(p, busybox ? `bad address '${host}'` : `getaddrinfo for host "${host}" port ${port}: Name or service not known`)
  else if (busybox) yield* complain(p, error === 'timeout' ? 'timed out' : `${host} (${yield* addressOf(p, host)}:${port}): ${connectionFailures[error]}`)
  else if (verbose) yield* complain(p, `connect to ${host} (${yield* addressOf(p, host)}) port ${port} (${protocol}) failed: ${connectionFailures[error]}`)
  return 1
}

/** For words that show it; the name, where there is none. */
export function* addressOf(p: Process, host: string): Run<string> {
  const found = yield* resolve(p, host)
  return 'error' in found ? host : found.addresses[0]!
}

/** Answers a request with what it reads, and ends (or goes on, with -k). */
function* listen(p: Process, port: number, o: Options): Run<number> {
  if (!Number.isInteger(port) || port <= 0 || port > 65535) {
    yield* complain(p, 'missing port number')
    return 1
  }
  const command = o.value('e', 'c')
  try {
    const listener = p.machine.listen(p, port, o.has('u') ? 'UDP' : 'TCP')
    listener.takesText = true
    const text = command === undefined ? yield* available(p) : ''
    do {
      let exchange = listener.accept()
      while (exchange === undefined) {
        yield { wait: 'accept', listeners: [listener], interruptible: false }
        exchange = listener.accept()
      }
      const { request: asked } = exchange
      yield* print(p, asRead(asked))
      if (command !== undefined) yield* runShell(p, command)
      const isText = asked.method === rawMethod || o.has('u')
      exchange.reply(isText && text !== '' ? { status: 200, headers: {}, body: text } : rawResponse(text))
    } while (o.has('k') || o.has('u'))
    return 0
  } catch (e) {
    if (!(e instanceof Errno)) throw e
    yield* complain(p, `bind: ${strerror(e)}`)
    return 1
  }
}

export function asRead({ method, path, headers, body }: HttpRequest): string {
  if (path === '' || method === rawMethod) return body
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`)
  return `${method} ${path} HTTP/1.1\n${lines.join('')}\n`
}

/** Standard input, if there is any: a terminal or an open pipe is not waited for. */
function* available(p: Process): Run<string> {
  const input = p.fd(0)
  const first = input.isTerminal ? BLOCKED : input.read(65536)
  if (first === BLOCKED || first === undefined) return ''
  return String(first) + (yield* readAll(p, input))
}

/** An answer that somebody has written by hand: `HTTP/1.1 200 OK`, an empty line, the body. */
export function rawResponse(text: string): HttpResponse | { error: 'reset' } {
  const match = /^HTTP\/[\d.]+ (\d{3})[^\n]*\n([\s\S]*)$/.exec(text.replaceAll('\r\n', '\n'))
  if (match === null) return { error: 'reset' }
  const empty = match[2]!.startsWith('\n') ? 0 : match[2]!.indexOf('\n\n')
  return {
    status: Number(match[1]),
    headers: {},
    body: empty < 0 ? '' : match[2]!.slice(empty + (empty === 0 ? 1 : 2)),
  }
}
