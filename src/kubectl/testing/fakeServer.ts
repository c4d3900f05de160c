/**
 * A front door for tests of kubectl: a map of objects that answers requests at once, and a driver that
 * runs one program against it on a clock of its own. It defaults and validates nothing.
 */
import '../../engine/index.ts'
import '../commands/root.ts'
import '../explain/words.ts'
import { matchesFields, parseFieldSelector, isFieldSelectorError } from '../../engine/api/fieldSelector.ts'
import { applyPatch } from '../../engine/api/patch/patch.ts'
import { deepEqual } from '../../engine/api/patch/jsonMap.ts'
import type { ObjectList, Request, Response } from '../../engine/api/request.ts'
import { apiVersionOf, findResource, type ResourceInfo } from '../../engine/api/resources.ts'
import { isSelectorError, matches, parseSelector } from '../../engine/api/selector.ts'
import { alreadyExists, notFound, resourceNotFound } from '../../engine/api/status.ts'
import { formatTime, parseTime } from '../../engine/api/time.ts'
import type { KubeObject, Status, Table, WatchEventType } from '../../engine/api/types.ts'
import type { StreamEvent } from '../../engine/client/program.ts'
import { kubectlProgram } from '../program.ts'
import type { ProgramHost } from '../kubectl.ts'

export type PrintTable = (info: ResourceInfo, objects: readonly KubeObject[], options: { now: number }) => Table

/** An object as a test writes it down: metadata need only have a name. */
export interface Given {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; [field: string]: unknown }
  [field: string]: unknown
}

interface Parsed {
  info: ResourceInfo
  namespace: string
  name: string
  subresource: string
  query: Record<string, string>
}

interface Watching {
  parsed: Parsed
  table: boolean
  events: StreamEvent[]
}

/** More effects than any command of a test has. */
const endless = 10_000

export class FakeServer implements ProgramHost {
  now: number
  readonly requests: Request[] = []
  /** Answers that come instead of the ordinary ones: by "VERB path" or "path". */
  readonly answers = new Map<string, Response | ((request: Request) => Response)>()
  /** Texts and events of streams other than watches, by path. */
  readonly streams = new Map<string, StreamEvent[]>()
  /** Files that programs have written; later ones find them. */
  readonly written: Record<string, string> = {}
  private readonly objects = new Map<string, KubeObject>()
  private readonly watches = new Map<number, Watching>()
  private readonly timers: { at: number; run: () => void }[] = []
  private readonly printTable: PrintTable
  private revision = 100
  private nextStream = 1

  constructor(options: { printTable: PrintTable; now?: string; objects?: readonly Given[] }) {
    this.printTable = options.printTable
    this.now = parseTime(options.now ?? '2025-06-01T08:00:00Z')!
    for (const object of options.objects ?? []) this.put(object)
  }

  /** Runs a program to its end, or until nothing can happen any more. */
  exec({ line, stdin = '', files = {} }: { line: string; stdin?: string; files?: Record<string, string> }) {
    const out = { stdout: '', stderr: '', exitCode: -1 }
    const program = kubectlProgram({ line, stdin, files: { ...this.written, ...files }, now: () => this.now })
    let step = program.next()
    for (let effects = 0; !step.done; effects++) {
      if (effects > endless) throw new Error(`kubectl ${line}: does not end`)
      const effect = step.value
      switch (effect.do) {
        case 'print':
          out[effect.to] += effect.text
          step = program.next()
          break
        case 'request':
          step = program.next(this.answer(effect.request))
          break
        case 'open':
          step = program.next(this.open(effect.request))
          break
        case 'next': {
          const event = this.nextEvent(effect.stream, effect.timeoutMs)
          if (event === undefined) return out
          step = program.next(event)
          break
        }
        case 'listen':
          step = program.next([])
          break
        case 'run':
          throw new Error(`kubectl ${line}: kubectl runs nothing else`)
        case 'reply':
        case 'send':
          step = program.next()
          break
        case 'close':
          this.watches.delete(effect.stream)
          step = program.next()
          break
        case 'write':
          this.written[effect.path] = effect.text
          step = program.next()
          break
        case 'sleep':
          this.advance(effect.ms)
          step = program.next()
          break
      }
    }
    return { ...out, exitCode: step.value }
  }

  /** Something happens `ms` from now, while a program waits. */
  after(ms: number, run: () => void): void {
    this.timers.push({ at: this.now + ms, run })
    this.timers.sort((a, b) => a.at - b.at)
  }

  put(given: Given): KubeObject {
    const info = kindOf(given)
    const key = keyOf(info, given.metadata.namespace ?? (info.namespaced ? 'default' : ''), given.metadata.name)
    const old = this.objects.get(key)
    const metadata = {
      uid: `uid-${given.metadata.name}`,
      creationTimestamp: formatTime(this.now),
      ...(info.namespaced ? { namespace: 'default' } : {}),
      ...given.metadata,
      resourceVersion: String(++this.revision),
    }
    const object = { ...given, metadata } as unknown as KubeObject
    this.objects.set(key, object)
    this.tell(info, old === undefined ? 'ADDED' : 'MODIFIED', object)
    return object
  }

  remove(apiVersion: string, kind: string, name: string, namespace = 'default'): void {
    const info = kindOf({ apiVersion, kind })
    const key = keyOf(info, info.namespaced ? namespace : '', name)
    const object = this.objects.get(key)
    if (object === undefined) return
    this.objects.delete(key)
    this.revision++
    this.tell(info, 'DELETED', object)
  }

  get(apiVersion: string, kind: string, name: string, namespace = 'default'): KubeObject | undefined {
    const info = kindOf({ apiVersion, kind })
    return this.objects.get(keyOf(info, info.namespaced ? namespace : '', name))
  }

  /** "GET /api/v1/...", without queries, of all requests so far. */
  log(): string[] {
    return this.requests.map((r) => `${httpVerb(r.verb)} ${r.path}`)
  }

  private answer(request: Request): Response {
    this.requests.push(request)
    const prepared = this.answers.get(`${httpVerb(request.verb)} ${request.path}`) ?? this.answers.get(request.path)
    if (prepared !== undefined) return typeof prepared === 'function' ? prepared(request) : prepared
    const parsed = parsePath(request)
    if (parsed === undefined) return failure(resourceNotFound())
    switch (httpVerb(request.verb)) {
      case 'POST':
        return this.create(parsed, request)
      case 'PUT':
        return this.replace(parsed, request)
      case 'PATCH':
        return this.patch(parsed, request)
      case 'DELETE':
        return this.delete(parsed, request)
      default:
        return parsed.name === '' ? this.list(parsed, request) : this.read(parsed, request)
    }
  }

  private read(parsed: Parsed, request: Request): Response {
    const object = this.objects.get(keyOf(parsed.info, parsed.namespace, parsed.name))
    if (object === undefined) return failure(notFound(parsed.info, parsed.name))
    if (request.accept === 'table') {
      const table = this.printTable(parsed.info, [object], { now: this.now })
      return { code: 200, body: { ...table, metadata: { resourceVersion: object.metadata.resourceVersion } } }
    }
    return { code: 200, body: object }
  }

  private list(parsed: Parsed, request: Request): Response {
    const matching = this.matching(parsed)
    if ('code' in matching) return matching
    const metadata = { resourceVersion: String(this.revision) }
    if (request.accept === 'table') return { code: 200, body: { ...this.printTable(parsed.info, matching.items, { now: this.now }), metadata } }
    const body: ObjectList = { kind: `${parsed.info.kind}List`, apiVersion: apiVersionOf(parsed.info), metadata, items: matching.items }
    return { code: 200, body }
  }

  private matching(parsed: Parsed): { items: KubeObject[] } | Response {
    const test = selection(parsed)
    if ('code' in test) return test
    const prefix = keyOf(parsed.info, parsed.namespace, '')
    const all = [...this.objects.entries()].filter(([key, object]) => key.startsWith(prefix) && test.fits(object))
    return { items: all.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object) }
  }

  private create(parsed: Parsed, request: Request): Response {
    const body = request.body as Given
    if (parsed.subresource === 'eviction') return this.delete(parsed, request)
    if (parsed.subresource !== '') return { code: 201, body: body as unknown as KubeObject }
    if (parsed.info.verbs.length === 1) return { code: 201, body: body as unknown as KubeObject }
    if (this.objects.has(keyOf(parsed.info, parsed.namespace, body.metadata.name))) return failure(alreadyExists(parsed.info, body.metadata.name))
    const object = { ...body, metadata: { ...body.metadata, ...(parsed.info.namespaced ? { namespace: parsed.namespace } : {}) } }
    if (parsed.query['dryRun'] === 'All') return { code: 201, body: object as unknown as KubeObject }
    return { code: 201, body: this.put(object) }
  }

  private replace(parsed: Parsed, request: Request): Response {
    const old = this.objects.get(keyOf(parsed.info, parsed.namespace, parsed.name))
    if (old === undefined) return failure(notFound(parsed.info, parsed.name))
    const object = { ...(request.body as Given), metadata: { ...old.metadata, ...(request.body as Given).metadata } }
    if (parsed.query['dryRun'] === 'All') return { code: 200, body: object as unknown as KubeObject }
    return { code: 200, body: this.put(object as Given) }
  }

  private patch(parsed: Parsed, request: Request): Response {
    const old = this.objects.get(keyOf(parsed.info, parsed.namespace, parsed.name))
    if (old === undefined) return failure(notFound(parsed.info, parsed.name))
    const patched = applyPatch(old, request.body, request.contentType, parsed.info, parsed.query)
    if ('status' in patched) return failure(patched.status)
    if (deepEqual(patched.object, old)) return { code: 200, body: old }
    if (parsed.query['dryRun'] === 'All') return { code: 200, body: patched.object }
    return { code: 200, body: this.put(patched.object as unknown as Given) }
  }

  private delete(parsed: Parsed, _request: Request): Response {
    const object = this.objects.get(keyOf(parsed.info, parsed.namespace, parsed.name))
    if (object === undefined) return failure(notFound(parsed.info, parsed.name))
    if (parsed.query['dryRun'] === 'All') return { code: 200, body: object }
    this.remove(apiVersionOf(parsed.info), parsed.info.kind, parsed.name, parsed.namespace)
    return { code: 200, body: object }
  }

  private open(request: Request): Response | { stream: number } {
    const prepared = this.streams.get(request.path)
    const parsed = parsePath(request)
    if (prepared === undefined && request.verb !== 'watch') return this.answer(request)
    this.requests.push(request)
    if (parsed === undefined) return failure(resourceNotFound())
    const stream = this.nextStream++
    this.watches.set(stream, { parsed, table: request.accept === 'table', events: [...(prepared ?? [])] })
    return { stream }
  }

  private tell(info: ResourceInfo, type: WatchEventType, object: KubeObject): void {
    for (const watch of this.watches.values()) {
      const { parsed, table } = watch
      const test = selection(parsed)
      if (parsed.info !== info || 'code' in test || !test.fits(object)) continue
      if (parsed.namespace !== '' && parsed.namespace !== object.metadata.namespace) continue
      const shown = table ? (this.printTable(info, [object], { now: this.now }) as unknown as KubeObject) : object
      watch.events.push({ type, object: shown })
    }
  }

  /** Lets time pass until the stream has something or the time is up; undefined when nothing will ever come. */
  private nextEvent(stream: number, timeoutMs: number | undefined): StreamEvent | undefined {
    const watch = this.watches.get(stream)
    const deadline = timeoutMs === undefined ? undefined : this.now + timeoutMs
    for (;;) {
      const event = watch?.events.shift()
      if (event !== undefined) return event
      const timer = this.timers[0]
      if (timer === undefined || (deadline !== undefined && timer.at > deadline)) {
        if (deadline === undefined) return undefined
        this.now = deadline
        return { type: 'TIMEOUT' }
      }
      this.timers.shift()
      this.now = timer.at
      timer.run()
    }
  }

  private advance(ms: number): void {
    const until = this.now + ms
    while (this.timers[0] !== undefined && this.timers[0].at <= until) {
      const timer = this.timers.shift()!
      this.now = timer.at
      timer.run()
    }
    this.now = until
  }
}

function selection({ query, name }: Parsed): { fits: (object: KubeObject) => boolean } | Response {
  const labels = parseSelector(query['labelSelector'] ?? '')
  const fields = parseFieldSelector(query['fieldSelector'] ?? '')
  if (isSelectorError(labels)) return badRequest(`unable to parse requirement: ${labels.error}`)
  if (isFieldSelectorError(fields)) return badRequest(fields.error)
  return { fits: (o) => matches(labels, o.metadata.labels) && matchesFields(fields, o) && (name === '' || o.metadata.name === name) }
}

function badRequest(message: string): Response {
  return failure({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: 'BadRequest', code: 400 })
}

function failure(status: Status): Response {
  return { code: status.code, body: status }
}

function kindOf(object: { apiVersion: string; kind: string }): ResourceInfo {
  const [version = '', group = ''] = object.apiVersion.split('/').toReversed()
  for (const plural of [`${object.kind.toLowerCase()}s`, `${object.kind.toLowerCase()}es`, object.kind.toLowerCase(), object.kind.toLowerCase().replace(/y$/, 'ies')]) {
    const info = findResource(group, version, plural)
    if (info?.kind === object.kind) return info
  }
  throw new Error(`no kind ${object.kind} in ${object.apiVersion}`)
}

function keyOf(info: ResourceInfo, namespace: string, name: string): string {
  return `${info.group}/${info.plural}/${info.namespaced && namespace !== '' ? `${namespace}/` : ''}${name}`
}

const verbs: Record<string, string> =
  { get: 'GET', list: 'GET', watch: 'GET', create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE', connect: 'POST' }

function httpVerb(verb: string): string {
  return verbs[verb] ?? verb
}

function parsePath(request: Request): Parsed | undefined {
  const [path = '', search = ''] = request.path.split('?')
  const query = { ...Object.fromEntries(search.split('&').filter(Boolean).map((pair) => pair.split('=').map(decodeURIComponent))), ...request.query }
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent)
  const [group, version, rest] = parts[0] === 'api' ? ['', parts[1], parts.slice(2)] : [parts[1], parts[2], parts.slice(3)]
  let namespace = ''
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize'
  if (inNamespace) namespace = rest.splice(0, 2)[1]!
  const info = findResource(group ?? '', version ?? '', rest[0] ?? '')
  return info && { info, namespace, name: rest[1] ?? '', subresource: rest[2] ?? '', query }
}
