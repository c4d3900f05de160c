import { jsonOf } from '../../api/json.ts'
import { uriEncoded } from '../../api/uri.ts'
import { warningsIn } from '../../api/warningHeader.ts'
import { formPairs, type HttpResponse, type NetworkError, textResponse } from '../http.ts'
import { print, readAll, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { parseUrl, request as httpRequest } from '../tools/http-client.ts'
import { commandLine } from './command-line.ts'
import { type Answer, serveOrFail, stopsLikeGo } from './serve.ts'

/** What a program of the command line is, seen from inside a container: src/engine/client/program.ts has it in full. */
type Effect =
  | { do: 'request' | 'open'; request: Asked }
  | { do: 'next'; stream: number; timeoutMs?: number }
  | { do: 'close'; stream: number }
  | { do: 'sleep'; ms: number }
  | { do: 'print'; to: 'stdout' | 'stderr'; text: string }
  | { do: 'write'; path: string; text: string }
  | { do: 'run' | 'listen' | 'reply' | 'send' }

interface Asked {
  verb: string
  path: string
  query?: Readonly<Record<string, string>>
  body?: unknown
  contentType?: string
  accept?: string
  /** A routine that nobody watches for its own sake. */
  quiet?: boolean
}

const account = '/var/run/secrets/kubernetes.io/serviceaccount'
/** Where programs in a pod look for the API server: by address, so that they need no DNS (client-go rest.InClusterConfig). */
const serverOf = (p: Process): string => `https://${p.env.get('KUBERNETES_SERVICE_HOST') ?? 'kubernetes.default.svc'}`
const askAgainMs = 1000
const requestTimeoutMs = 30_000

/** kubectl in a pod: the same program, that asks over the pod's network in the name of its service account. */
export function* kubectl(p: Process): Run<number> {
  if (p.argv[1] === 'proxy') return yield* proxy(p)
  const stdin = p.argv.includes('-') && !p.fd(0).isTerminal ? yield* readAll(p, p.fd(0)) : ''
  const files = { ...namedFiles(p), '.kube/config': inClusterConfig(p) }
  const program = commandLine.get()('kubectl')({ line: p.argv.slice(1).map(quoted).join(' '), stdin, files, now: () => p.machine.now() })
  const watches = new Watches(p)
  let answer: unknown
  for (;;) {
    const next = program.next(answer)
    if (next.done === true) return next.value
    answer = yield* carryOut(p, next.value as Effect, watches)
  }
}

function* carryOut(p: Process, effect: Effect, watches: Watches): Run<unknown> {
  switch (effect.do) {
    case 'print':
      return yield* print(p, effect.text, effect.to === 'stderr' ? 2 : 1)
    case 'sleep':
      return void (yield* sleep(p, effect.ms))
    case 'write':
      return p.machine.files.writeText(effect.path.startsWith('/') ? effect.path : `${p.cwd}/${effect.path}`, effect.text)
    case 'request':
      return yield* ask(p, effect.request)
    case 'open':
      return yield* watches.open(effect.request)
    case 'next':
      return yield* watches.next(effect.stream, effect.timeoutMs)
    case 'close':
      return watches.close(effect.stream)
    default:
      return undefined
  }
}

interface Told {
  code: number
  body: any
  warnings?: readonly string[]
  location?: string
}

/** Asks the API server in the name of the pod's service account. */
export function* ask(p: Process, { verb, path, query = {}, body, contentType, accept, quiet = false }: Asked): Run<Told> {
  const text = Object.entries(query).map((pair) => pair.map(uriEncoded).join('=')).join('&')
  const url = parseUrl(`${serverOf(p)}${path}${text === '' ? '' : `${path.includes('?') ? '&' : '?'}${text}`}`)!
  const headers = {
    ...bearer(p),
    accept: accept === 'table' ? 'application/json;as=Table;v=v1;g=meta.k8s.io' : accept === 'discovery' ? 'application/json;v=v2;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList' : 'application/json',
    ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
  }
  const answer: HttpResponse | NetworkError = yield* httpRequest(p, url, { method: methods[verb] ?? verb, headers, body: body === undefined ? '' : JSON.stringify(body), timeoutMs: requestTimeoutMs, quiet })
  if ('error' in answer) return { code: 0, body: `dial tcp: ${answer.error === 'unresolved' ? 'lookup kubernetes.default.svc: no such host' : answer.error === 'timeout' ? 'i/o timeout' : 'connect: connection refused'}` }
  const header = answer.headers['warning']
  const warnings = header === undefined ? undefined : warningsIn(header)
  const { location } = answer.headers
  return { code: answer.status, body: parsed(answer.body), ...(warnings === undefined ? {} : { warnings }), ...(location === undefined ? {} : { location }) }
}

const methods: Readonly<Record<string, string>> = { get: 'GET', list: 'GET', create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE', deletecollection: 'DELETE' }

const parsed = (text: string): unknown => (text.startsWith('{') ? (jsonOf(text) ?? text) : text)

export function bearer(p: Process): Record<string, string> {
  const token = p.machine.files.readText(`${account}/token`, p.access)
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

function queryOf(text: string): Record<string, string> {
  return Object.fromEntries(formPairs(text))
}

type Row = { metadata: { uid: string; resourceVersion: string } }

/** No stream comes through the pod's network here: what a watch would have told is asked for, again and again. */
class Watches {
  private readonly p: Process
  private readonly open_ = new Map<number, { asked: Asked; known: Map<string, Row>; ready: { type: string; object: unknown }[] }>()
  private last = 0

  constructor(p: Process) {
    this.p = p
  }

  *open(request: Asked): Run<unknown> {
    const [path = '', inPath = ''] = request.path.split('?')
    const { watch, resourceVersion, timeoutSeconds: _, allowWatchBookmarks: __, follow: ___, ...query }: Record<string, string> = { ...queryOf(inPath), ...request.query }
    const asked: Asked = { ...request, verb: 'GET', path, query }
    if (watch === undefined) return yield* ask(this.p, asked)
    const first = yield* ask(this.p, asked)
    if (first.code !== 200) return first
    const known = new Map(rowsOf(first.body).map((row) => [row.metadata.uid, row]))
    // What has changed since a version that the program knows.
    const type = resourceVersion === undefined ? 'ADDED' : 'MODIFIED'
    const ready = rowsOf(first.body).filter((row) => Number(row.metadata.resourceVersion) > Number(resourceVersion ?? 0)).map((object) => ({ type, object: shaped(first.body, object) }))
    this.open_.set(++this.last, { asked, known, ready })
    return { stream: this.last }
  }

  close(stream: number): void {
    this.open_.delete(stream)
  }

  *next(stream: number, timeoutMs = Infinity): Run<unknown> {
    const watch = this.open_.get(stream)
    if (watch === undefined) return { type: 'CLOSED' }
    for (let waited = 0; watch.ready.length === 0; waited += askAgainMs) {
      if (waited >= timeoutMs) return { type: 'TIMEOUT' }
      yield* sleep(this.p, Math.min(askAgainMs, timeoutMs))
      const { code, body } = yield* ask(this.p, watch.asked)
      if (code !== 200) continue
      const now = new Map(rowsOf(body).map((row) => [row.metadata.uid, row]))
      for (const [uid, row] of now) {
        const before = watch.known.get(uid)
        if (before?.metadata.resourceVersion !== row.metadata.resourceVersion) watch.ready.push({ type: before === undefined ? 'ADDED' : 'MODIFIED', object: shaped(body, row) })
      }
      for (const [uid, row] of watch.known) if (!now.has(uid)) watch.ready.push({ type: 'DELETED', object: shaped(body, row) })
      watch.known = now
    }
    return watch.ready.shift()
  }
}

const tableRows = new WeakMap<Row, unknown>()

function rowsOf(body: any): Row[] {
  if (body.kind !== 'Table') return body.items ?? []
  return (body.rows as { object: Row }[]).map((row) => {
    tableRows.set(row.object, row)
    return row.object
  })
}

/** An event about a table is a table of one row. */
const shaped = (list: any, row: Row): unknown => (list.kind === 'Table' ? { ...list, rows: [tableRows.get(row)] } : row)

/** What stands for a kubeconfig in a pod: its account's token and namespace; without a token nothing does. */
function inClusterConfig(p: Process): string {
  const token = p.machine.files.readText(`${account}/token`, p.access)
  if (token === undefined) return ''
  const namespace = p.machine.files.readText(`${account}/namespace`, p.access) ?? 'default'
  const own = 'in-cluster'
  return JSON.stringify({
    'apiVersion': 'v1',
    'kind': 'Config',
    'clusters': [{ name: own, cluster: { server: 'https://127.0.0.1:6443' } }],
    'users': [{ name: own, user: { token } }],
    'contexts': [{ name: own, context: { cluster: own, user: own, namespace } }],
    'current-context': own,
  })
}

/** The files that the command names: manifests, patches. */
function namedFiles(p: Process): Record<string, string> {
  const files: Record<string, string> = {}
  for (const word of p.argv.slice(1).map((arg) => arg.replace(/^--?[\w-]+=/, ''))) {
    const text = p.machine.files.readText(word.startsWith('/') ? word : `${p.cwd}/${word}`, p.access)
    if (text !== undefined) files[word] = text
  }
  return files
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** `kubectl proxy`: whoever asks the port asks the API server in the pod's name. */
function* proxy(p: Process): Run<number> {
  const port = Number(/(?:--port[= ]|-p[= ]?)(\d+)/.exec(p.argv.join(' '))?.[1] ?? 8001)
  const stopped = stopsLikeGo(p)
  yield* sleep(p, 100, true)
  yield* print(p, `Starting to serve on 127.0.0.1:${port}\n`)
  return yield* serveOrFail(p, [port], (r) => forward(p, r), stopped)
}

function* forward(p: Process, { method, path, body, headers }: { method: string; path: string; body: string; headers: Readonly<Record<string, string>> }): Run<Answer> {
  const { host: _, ...rest } = headers
  const answer = yield* httpRequest(p, parseUrl(`${serverOf(p)}${path}`)!, { method, headers: { ...rest, ...bearer(p) }, body, timeoutMs: requestTimeoutMs })
  return { response: 'error' in answer ? textResponse(502, '') : answer }
}
