import { jsonOf } from '../../api/json.ts'
import { type HttpRequest, type HttpResponse, textResponse } from '../http.ts'
import { print, readLine, sleep } from '../process/io.ts'
import { INTERRUPTED, type Process, type Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { parseUrl, request } from '../tools/http-client.ts'
import { sample } from './samples.ts'
import { type Answer, serveOrFail, stopsOn } from './serve.ts'

/** The suite of the second edition of "Kubernetes in Action": Kiada, and the services that it asks from its fifth version on. */

interface State {
  version: string
  /** The number behind the dot; 1.0 is the tenth. */
  at: number
  status: string
}

const stateOf = (p: Process): State => {
  const version = /:(\d+\.\d+)/.exec(p.machine.config.image.reference)?.[1] ?? '0.1'
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return { version, at: major * 10 + minor, status: p.env.get('INITIAL_STATUS_MESSAGE') ?? '' }
}

/** 0.1 to 1.0: it says who it is; from 0.2 on it ends on TERM, and from 0.4 on knows its pod. Its standard input sets the status message. */
export function* kiada(p: Process): Run<number> {
  const state = stateOf(p)
  const { at } = state
  const port = p.argv.includes('--listen-port') ? Number(p.argv[p.argv.indexOf('--listen-port') + 1]) : 8080
  const stopped = at < 2 ? undefined : stopsOn(p, ['TERM'], 0)
  const stamp = (): string => (at < 2 ? '' : `${formatTime('%FT%T.000Z', p.machine.now())} `)
  const say = (...lines: string[]): Run<void> => print(p, lines.map((line) => `${stamp()}${line}\n`).join(''))
  yield* sleep(p, 300, at >= 2)
  yield* say('Kiada - Kubernetes in Action Demo Application', '---------------------------------------------', `Kiada ${state.version} starting...`)
  if (at >= 4) yield* say(`Pod name is ${p.env.get('POD_NAME') ?? 'unknown-pod'}`)
  yield* say(`Local hostname is ${p.machine.config.hostname}`)
  if (at >= 4) yield* say(`Local IP is ${p.env.get('POD_IP') ?? '0.0.0.0'}`, `Running on node ${p.env.get('NODE_NAME') ?? 'unknown-node'}`, `Node IP is ${p.env.get('NODE_IP') ?? '0.0.0.0'}`)
  if (at >= 3) yield* say(`Status message is ${state.status}`)
  for (const [name, variable, from] of services) if (at >= from) yield* say(`URL of the ${name} service is ${p.env.get(variable) ?? 'undefined'}`)
  yield* say(`Listening on port ${port}`)
  if (at >= 2) p.machine.spawn({ parent: p, argv: p.argv, costUs: 0, program: (q) => readStatus(q, state) })
  const handle = (r: HttpRequest): Answer | Run<Answer> => {
    const log = `${stamp()}Received request for ${r.path} from ::ffff:${r.source ?? '127.0.0.1'}\n`
    if (at >= 5 && (r.path === '/text' || (r.path === '/' && !isBrowser(r)))) return withOthers(p, state, r, log)
    return { response: kiadaPage(p, state, r), log }
  }
  const code = yield* serveOrFail(p, [port], handle, stopped)
  yield* say('Received SIGTERM. Server shutting down...')
  return code
}

const services: readonly (readonly [name: string, variable: string, from: number])[] = [['quote', 'QUOTE_URL', 5], ['quiz', 'QUIZ_URL', 5], ['node-agent', 'NODE_AGENT_URL', 9]]

function* readStatus(p: Process, state: State): Run<number> {
  for (;;) {
    const line = yield* readLine(p, p.fd(0))
    if (line === undefined || line === INTERRUPTED) return 0
    if (line.trim() === '') yield* print(p, 'Enter new status message and press ENTER.\n', 2)
    else {
      state.status = line.trimEnd()
      yield* print(p, `${formatTime('%FT%T.000Z', p.machine.now())} Status message set to: ${state.status}\n`)
    }
  }
}

/** Browsers want a page, curl takes anything. */
const isBrowser = (r: HttpRequest): boolean => (r.headers['accept'] ?? '').startsWith('text/html')

const clientOf = (r: HttpRequest): string => `::ffff:${r.source ?? '127.0.0.1'}`

function kiadaPage(p: Process, { version, at, status }: State, r: HttpRequest): HttpResponse {
  if (r.path === '/' && isBrowser(r)) return { status: 302, headers: { location: 'html' }, body: 'Redirecting to the html version...' }
  if (r.path === '/html') return textResponse(200, (p.machine.files.readText('/html/index.html') ?? '').replaceAll('{{version}}', version).replaceAll('{{hostname}}', p.machine.config.hostname).replaceAll('{{clientIP}}', clientOf(r)), 'text/html')
  if (r.path === '/' || r.path === '/text') return textResponse(200, `Kiada version ${version}. Request processed by "${p.machine.config.hostname}". Client IP: ${clientOf(r)}\n${status === '' ? '' : `${status}\n`}`)
  if (at >= 5 && r.path === '/dummy/quote') return textResponse(200, 'Thou shall read the entire Kubernetes in Action Second Edition!')
  return r.path === '/healthz/ready' ? textResponse(200, 'Ready') : textResponse(404, `${r.path} not found`)
}

interface Question {
  id: number
  text: string
  answers: readonly string[]
}

function* fetched(p: Process, url: string | undefined): Run<string> {
  const to = parseUrl(url ?? '')
  if (to === undefined) return 'ERROR: TypeError [ERR_INVALID_URL]: Invalid URL'
  const answer = yield* request(p, to, { method: 'GET', headers: {}, body: '', timeoutMs: 10_000 })
  if (!('error' in answer)) return answer.body
  return `ERROR: ${answer.error === 'unresolved' ? `getaddrinfo ENOTFOUND ${to.host}` : `connect ECONNREFUSED ${to.host}:${to.port}`}`
}

/** Its page with what the quote and the quiz service have to say. */
function* withOthers(p: Process, { version, at, status }: State, r: HttpRequest, log: string): Run<Answer> {
  const quote = yield* fetched(p, p.env.get('QUOTE_URL'))
  const asked = yield* fetched(p, p.env.has('QUIZ_URL') ? `${p.env.get('QUIZ_URL')}/questions/random` : undefined)
  const node = at >= 9 ? yield* fetched(p, p.env.get('NODE_AGENT_URL')) : undefined
  const question = questionOf(asked)
  const of = (name: string, otherwise: string): string => p.env.get(name) ?? otherwise
  const body = `==== TIP OF THE MINUTE\n${quote.trimEnd()}\n\n==== POP QUIZ\n${question.text}\n${question.answers.map((answer, i) => `${i}) ${answer}\n`).join('')}\nSubmit your answer to /question/${question.id}/answers/<index of answer> using the POST method.\n\n==== REQUEST INFO\nRequest processed by Kiada ${version} running in pod "${of('POD_NAME', 'unknown-pod')}" on node "${of('NODE_NAME', 'unknown-node')}".\nPod hostname: ${p.machine.config.hostname}; Pod IP: ${of('POD_IP', '0.0.0.0')}; Node IP: ${of('NODE_IP', '0.0.0.0')}; Client IP: ${clientOf(r)}\n${node === undefined ? '' : `Node info: ${node}\n`}${status === '' ? '' : `${status}\n`}\nHTML version of this content is available at /html\n`
  return { response: textResponse(200, body), log }
}

function questionOf(text: string): Question {
  return (jsonOf(text) as Question | undefined) ?? { id: 0, text: text.trimEnd(), answers: [] }
}

const quotes = [
  'The `exec` command requires a double dash to separate the command to run in the container from the kubectl options.',
  'Kubectl options that take a value can be specified with an equal sign or with a space. Instead of --tail=10, you can also type --tail 10.',
  'Liveness probes can only be used in the pod\'s regular containers. They can\'t be defined in init containers.',
  'A Service IP can\'t be pinged: it is virtual, and means something only together with a port.',
]

/** Writes a quote into a file, now and then another, for nginx beside it. */
export function* quoteWriter(p: Process): Run<number> {
  const path = p.argv[1] ?? '/var/local/output/quote'
  for (let i = p.machine.random(quotes.length); ; i++) {
    p.machine.files.writeText(path, `${quotes[i % quotes.length]}\n`)
    yield* print(p, `${formatTime('%a %b %e %T UTC %Y', p.machine.now())} Writing quote to ${path}\n`)
    yield* sleep(p, 60_000)
  }
}

/** /proc's uptime and load of the machine that it runs on. */
export const nodeAgent = sample({
  port: ({ argv }) => Number(/:(\d+)$/.exec(argv.find((word, i) => /^--?listen-address$/.test(argv[i - 1] ?? '') || /^--?listen-address=/.test(word)) ?? '')?.[1] ?? 80),
  startMs: 20,
  stops: 'go',
  handler: (p) => (r) => {
    if (r.path !== '/') return textResponse(404, '404 page not found\n')
    const seconds = Math.floor(Number((p.machine.files.readText('/proc/uptime') ?? '0').split(' ')[0]))
    const uptime = `${Math.floor(seconds / 3600)}h${Math.floor((seconds % 3600) / 60)}m${seconds % 60}s`
    const load = (p.machine.files.readText('/proc/loadavg') ?? '0.00 0.00 0.00').split(' ').slice(0, 3).join(', ')
    return textResponse(200, `${p.env.get('NODE_NAME') ?? p.machine.config.hostname} uptime: ${uptime}, load average: ${load}`)
  },
})
