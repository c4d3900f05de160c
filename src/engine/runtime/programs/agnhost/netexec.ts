import { parseOptions } from '../../../text/options.ts'
import { datagramMethod, formValue, type HttpRequest, textResponse } from '../../http.ts'
import { startChild, waitFor } from '../../process/child.ts'
import { readAll } from '../../process/io.ts'
import { pipe } from '../../process/pipe.ts'
import type { Process, Run } from '../../process/process.ts'
import { formatTime } from '../../tools/calendar.ts'
import { datagram, isAddress, request, resolve } from '../../tools/http-client.ts'
import { parseDuration } from '../../tools/time.ts'
import { log, logLine } from './log.ts'
import { type Answer, type Aside, cannotListen, endsAfter, listenOn, serve, stopsLikeGo } from '../serve.ts'

const dialTimeoutMs = 5000

interface State {
  startedAt: number
  /** Whether the UDP server is there. */
  ready: boolean
}

/** Serves HTTP and UDP, and asks others when it is told to. */
export function* netexec(p: Process, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: '', long: ['http-port', 'udp-port', 'sctp-port', 'udp-listen-addresses', 'delay-shutdown', 'http-override', 'tls-cert-file', 'tls-private-key-file'] })
  const [port, udpPort] = [o.number(8080, 'http-port'), o.number(8081, 'udp-port')]
  const delayMs = o.number(0, 'delay-shutdown') * 1000
  const state: State = { startedAt: p.machine.now(), ready: udpPort !== -1 }
  yield* log(p, `Started HTTP server on port ${port}`)
  const http = yield* listenOn(p, [port], cannotListen)
  const udp = udpPort === -1 ? [] : yield* listenOn(p, [udpPort], cannotListen, 'UDP')
  if (http === undefined || udp === undefined) return 1
  if (o.has('tls-cert-file')) for (const listener of http) listener.secure = true
  if (udp.length > 0) yield* log(p, `Started UDP server on port  ${udpPort}`)
  const override = o.value('http-override')
  const handle = (r: HttpRequest): Answer | Aside =>
    r.method === datagramMethod ? toDatagram(p, r) : toRequest(p, override === undefined || override === '' ? r : { ...r, method: 'GET', path: override, body: '' }, state)
  return yield* serve(p, { listeners: [...http, ...udp], handle, ...(delayMs > 0 ? { endsAt: endsAfter(p, delayMs) } : { stopped: stopsLikeGo(p) }) })
}

function toDatagram(p: Process, { body, source = '' }: HttpRequest): Answer {
  const text = body.trim().toLowerCase()
  const client = `${source}:40000`
  const says = (data: string, log: string): Answer => ({ response: textResponse(200, data), log: logLine(p, log), logTo: 2 })
  if (text === 'hostname') return says(p.machine.config.hostname, 'Sending udp hostName response')
  if (text.startsWith('echo ')) return says(text.slice('echo '.length), `Echoing ${text.slice('echo '.length)} to UDP client ${client}`)
  if (text === 'clientip') return says(client, `Sending clientip back to UDP client ${client}`)
  return { response: { error: 'reset' }, ...(text === '' ? {} : { log: logLine(p, `Unknown UDP command received from ${client}: ${text}`), logTo: 2 }) }
}

function toRequest(p: Process, r: HttpRequest, state: State): Answer | Aside {
  const [path = '/', query = ''] = r.path.split('?')
  const of = formOf(r, query)
  const says = (body: string, log: string, status = 200): Answer => ({ response: textResponse(status, body), log: logLine(p, log), logTo: 2 })
  switch (path) {
    case '/clientip':
      return says(`${r.source ?? '127.0.0.1'}:40000`, 'GET /clientip')
    case '/dial':
      return dialed(p, of)
    case '/echo':
      return echoed(says, of('msg'), of('code'))
    case '/exit':
      return exits(says, of)
    case '/header':
      return says(r.headers[of('key').toLowerCase()] ?? '', `GET /header?key=${of('key')}`)
    case '/healthz':
      return says('', 'GET /healthz', state.ready ? 200 : 412)
    case '/hostname':
    case '/hostName':
      return says(p.machine.config.hostname, `GET ${path}`)
    case '/redirect':
      return redirected(says, r.method, of)
    case '/shell':
      return { aside: (thread) => shellAnswer(thread, of('shellCommand') || of('cmd')) }
    case '/shutdown':
      return { ...says('', 'GET /shutdown'), exit: 0 }
    case '/started':
      return says(formatTime('%FT%TZ', state.startedAt), 'GET /started')
    case '/upload':
      return uploaded(p, says, r)
    default:
      return says(`NOW: ${formatTime('%F %T', p.machine.now())} +0000 UTC`, 'GET /')
  }
}

type Says = (body: string, log: string, status?: number) => Answer

/** As Go's FormValue: a form that was posted comes before the query. */
function formOf({ body, headers }: HttpRequest, query: string): (name: string) => string {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  const form = `${isForm ? body : ''}&${query}`
  return (name) => formValue(form, name) ?? ''
}

const isNumber = (text: string): boolean => /^[-+]?\d+$/.test(text)

function echoed(says: Says, msg: string, code: string): Answer {
  const log = `GET /echo?msg=${msg}&code=${code}`
  if (code !== '' && !isNumber(code)) return says(`argument 'code' must be an integer or empty, got ${JSON.stringify(code)}\n`, log)
  return says(msg, log, code === '' ? 200 : Number(code))
}

function redirected(says: Says, method: string, of: (name: string) => string): Answer {
  const [location, code] = [of('location') || of('loc'), of('code')]
  const log = `${method} /redirect?msg=${location}&code=${code}`
  if (code !== '' && !isNumber(code)) return says(`argument 'code' must be an integer or empty, got ${JSON.stringify(code)}\n`, log)
  const { response, ...rest } = says('', log, code === '' ? 302 : Number(code))
  return { ...rest, response: { ...(response as { status: number; body: string }), headers: { location } } }
}

/** It goes when it has waited; one that is not told to let others finish does so without an answer. */
function exits(says: Says, of: (name: string) => string): Answer {
  const [code, timeout, wait] = [of('code'), of('timeout'), of('wait')]
  const answer = says('', `GET /exit?code=${code}&timeout=${timeout}&wait=${wait}`)
  const waitMs = wait === '' ? 0 : parseDuration(wait)
  if (waitMs === undefined) return { ...answer, response: textResponse(200, `argument 'wait' must be a valid golang duration or empty, got ${JSON.stringify(wait)}\n`) }
  if (code !== '' && !isNumber(code)) return { ...answer, response: textResponse(200, `argument 'code' must be an integer [0-127] or empty, got ${JSON.stringify(code)}\n`) }
  const gone: Answer = { ...answer, ...(timeout === '' || timeout === '0' ? { response: { error: 'reset' } } : {}), exit: Number(code) }
  return waitMs === 0 ? gone : { ...gone, afterMs: waitMs }
}

/** A file of a form (multipart/form-data) under the name `file`. */
function uploaded(p: Process, says: Says, { body, headers }: HttpRequest): Answer {
  const boundary = /boundary="?([^";]+)/.exec(headers['content-type'] ?? '')?.[1]
  const part = boundary === undefined ? undefined : body.split(`--${boundary}`).find((text) => /name="file"/.test(text))
  const content = part === undefined ? undefined : /\r?\n\r?\n([\s\S]*?)\r?\n?$/.exec(part)?.[1]
  if (content === undefined) return says(JSON.stringify({ error: 'Unable to upload file.' }), 'Unable to upload file: request Content-Type isn\'t multipart/form-data')
  const path = `/uploads/upload${100_000_000 + p.machine.random(900_000_000)}`
  p.machine.files.writeText(path, content, { mode: 0o700 })
  return says(JSON.stringify({ output: path }), `Wrote upload to ${path}`, 201)
}

// --- asking others ----------------------------------------------------------------------------------

function dialed(p: Process, of: (name: string) => string): Answer | Aside {
  const [host, port, asked, protocol, tries] = [of('host'), of('port'), of('request'), of('protocol').toLowerCase(), of('tries')]
  const log = logLine(p, `GET /dial?host=${host}&protocol=${of('protocol')}&port=${port}&request=${asked}&tries=${tries}`)
  const refuses = (why: string): Answer => ({ response: textResponse(400, `${why}\n`), log, logTo: 2 })
  if (tries !== '' && !isNumber(tries)) return refuses(`tries parameter is invalid. strconv.Atoi: parsing ${JSON.stringify(tries)}: invalid syntax`)
  if (asked === '') return refuses('request parameter not specified. <nil>')
  if (!['', 'http', 'udp'].includes(protocol)) return refuses(`unsupported protocol. ${of('protocol')}`)
  return {
    *aside(thread) {
      const address = yield* addressFor(thread, host)
      if (address === undefined) return refuses(`host and/or port param are invalid. lookup ${host}: no such host`)
      return { response: textResponse(200, yield* dialAll(thread, { address, port: Number(port), asked, isUDP: protocol === 'udp', tries: tries === '' ? 1 : Number(tries) })), log, logTo: 2 }
    },
  }
}

function* addressFor(p: Process, host: string): Run<string | undefined> {
  if (isAddress(host)) return host
  const found = yield* resolve(p, host)
  return 'error' in found ? undefined : found.addresses[0]
}

interface Dialed {
  address: string
  port: number
  asked: string
  isUDP: boolean
  tries: number
}

function* dialAll(p: Process, dial: Dialed): Run<string> {
  const responses: string[] = []
  const errors: string[] = []
  let last = ''
  for (let i = 0; i < dial.tries; i++) {
    const answer = yield* dial.isUDP ? dialUDP(p, dial) : dialHTTP(p, dial)
    last = 'error' in answer ? '' : answer.text
    if ('error' in answer) errors.push(answer.error)
    else responses.push(answer.text)
  }
  // The members in the order of their names, as Go writes a map.
  return JSON.stringify({ ...(errors.length > 0 ? { errors } : {}), ...(last === '' ? {} : { responses }) })
}

type Said = { text: string } | { error: string }

const reasons: Readonly<Record<string, string>> = {
  refused: 'connect: connection refused',
  unreachable: 'connect: no route to host',
  reset: 'read: connection reset by peer',
  timeout: 'i/o timeout',
}

function* dialHTTP(p: Process, { address, port, asked }: Dialed): Run<Said> {
  const url = { scheme: 'http', host: address, port, isPortGiven: true, path: `/${asked}`, user: undefined }
  const answer = yield* request(p, url, { method: 'GET', headers: { 'user-agent': 'Go-http-client/1.1' }, body: '', timeoutMs: dialTimeoutMs })
  if (!('error' in answer)) return { text: answer.body }
  const target = `Get "http://${address}:${port}/${asked}"`
  if (answer.error === 'timeout') return { error: `${target}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)` }
  return { error: `${target}: dial tcp ${address}:${port}: ${reasons[answer.error] ?? answer.error}` }
}

function* dialUDP(p: Process, { address, port, asked }: Dialed): Run<Said> {
  const answer = yield* datagram(p, address, port, asked, dialTimeoutMs)
  if (!('error' in answer)) return { text: answer.data }
  const why = answer.error === 'refused' ? 'read: connection refused' : (reasons[answer.error] ?? answer.error)
  return { error: `reading from udp connection failed. err:'read udp ${p.machine.config.ip()}:40000->${address}:${port}: ${why}'` }
}

/** The command's output, both streams in one, and how it has failed. */
function* shellAnswer(p: Process, command: string): Run<Answer> {
  const { reader, writer } = pipe()
  for (const descriptor of [1, 2]) p.setFd(descriptor, writer.retain())
  const started = startChild(p, ['/bin/sh', '-c', command])
  for (const descriptor of [1, 2]) p.setFd(descriptor, undefined)
  writer.release()
  const output = yield* readAll(p, reader)
  const code = 'failed' in started ? 127 : yield* waitFor(p, started.child)
  const error = code === 0 ? {} : { error: `exit status ${code}` }
  return { response: textResponse(200, JSON.stringify({ ...error, ...(output === '' ? {} : { output }) })) }
}
