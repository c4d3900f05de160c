import type { RevisionStore } from '../etcd/store.ts'
import type { Kernel, Task, TaskId } from '../kernel/kernel.ts'
import type { Latency } from '../latency.ts'
import { badRequest, resourceNotFound, methodNotAllowed, serviceUnavailable } from '../api/status.ts'
import type { KubeObject, Status } from '../api/types.ts'
import type { Response } from '../api/request.ts'
import { custom } from '../api/custom/custom.ts'
import { asServed, hasVersions } from '../api/conversion.ts'
import { apiVersionOf, collectionOf, type ResourceInfo } from '../api/resources.ts'
import { Unanswered, type Dial } from './admission/plugin.ts'
import { anonymous } from './authentication.ts'
import { liveAuthority } from './authorization/authorizer.ts'
import { Gate } from './gate.ts'
import type { Exchange, ReplyTo, ResponseTask } from './exchange.ts'
import { apiServerName, ExchangeSteps } from './exchange-steps.ts'
import type { Forward } from './proxying.ts'
import { becameReady, requestMilestone, statusMilestone } from './milestones.ts'
import { tables } from './printers/tables.ts'
import { read, refusal, selection } from './read.ts'
import { objectKey, listPrefix } from './keys.ts'
import type { Decision } from './registry/decision.ts'
import { changes } from './registry/changes.ts'
import { special } from './authorization/special.ts'
import { isReview } from './registry/is-review.ts'
import type { ServiceAllocator } from './registry/service-allocator.ts'
import { type ApiRequest, isTrue, nameInBody } from './request-info.ts'
import { asBinding, isProxied, isServed, takes } from './served.ts'
import { isWriting, meansToWrite, WritePath } from './write-path.ts'
import type { MetricsServer } from './metrics-server.ts'
import type { Silence } from './silence.ts'
import type { Relay, Streams } from './streams.ts'
import type { EtcdOutage, WaitingStage } from './etcd-outage.ts'
import { WatchCache, type WatchOptions } from './watch.ts'
import { withCustom } from './with-custom.ts'
import type { Bookmarked, WatchStart } from './watch-start.ts'

/** What comes later: the next stage of an exchange, or something that a watch is due; `id` is that of the one or the other. */
type ServerTask = { type: 'arrive' | 'admit' | 'tired' | 'bookmark' | 'end-watch' | WaitingStage; id: number; about?: Bookmarked } | Relay

/** A request that the server hands on to the kubelet of a node: logs, exec, attach, port-forward. */
export type KubeletProxy = (exchange: Exchange, pod: KubeObject) => void

export { apiServerName } from './exchange-steps.ts'

/** Virtual ms between the bookmarks of a watch (cacher's defaultBookmarkFrequency). */
const bookmarkEveryMs = 60_000

/** How often admission looks for a default service account (plugin/pkg/admission/serviceaccount getServiceAccount). */
const admissionAttempts = 10

/**
 * The one door to etcd. A request passes its stages in order - authentication, authorization, mutating
 * admission, validation, validating admission, etcd - each a step; whoever watches is told afterwards.
 * The server never calls a component: it answers and tells, both by tasks that arrive later.
 */
export class ApiServer {
  readonly watches: WatchCache
  proxy: KubeletProxy | undefined
  /** Without a network nobody answers. */
  dial: Dial = () => 'connection refused'
  forward: Forward = (_, __, reply) => reply({ error: 'refused' })
  /** Told of every answer, where somebody has them written down. */
  audit: ((exchange: Exchange, response: Response) => void) | undefined
  /** Serves the group metrics.k8s.io, where it is installed. */
  metrics: MetricsServer | undefined
  private readonly kernel: Kernel
  private readonly latency: Latency
  private readonly etcd: RevisionStore<KubeObject>
  private readonly steps: ExchangeSteps
  private readonly gate: Gate
  readonly writes: WritePath
  private readonly exchanges = new Map<number, Exchange>()
  private nextId = 1
  private up = true
  private readonly etcdFaults = { stopped: false, frozen: false }
  private readonly unreachable = new Set<string>()
  /** Of the server itself, since it first stood still; of etcd, while it is of no use. */
  private silence: Silence | undefined
  private etcdOutage: EtcdOutage | undefined
  private openStreams: Streams | undefined

  constructor(kernel: Kernel, latency: Latency, etcd: RevisionStore<KubeObject>) {
    this.kernel = kernel
    this.latency = latency
    this.etcd = etcd
    this.steps = new ExchangeSteps(kernel)
    this.watches = new WatchCache(kernel, latency, etcd)
    this.gate = new Gate(etcd, liveAuthority(etcd))
    let allocator: ServiceAllocator | undefined
    const services = (): ServiceAllocator => (allocator ??= new (special.get().ServiceAllocator)(etcd))
    const dial: Dial = (ip, port) => this.dial(ip, port)
    this.writes = new WritePath(kernel, etcd, this.gate, services, dial)
    kernel.register(apiServerName, (task: ServerTask) => this.handle(task))
  }

  /** A fault: a server that is down refuses connections and has dropped its watches. */
  setUp(up: boolean): void {
    this.up = up
    if (up) return
    this.watches.closeAll()
    for (const exchange of this.exchanges.values()) this.refuseConnection(exchange)
    this.exchanges.clear()
    this.openStreams?.breakAll()
  }

  /** A fault: a process that stands still neither answers nor refuses; when it goes on, it takes up what is still waited for. */
  setFrozen(frozen: boolean): void {
    const { kernel } = this
    if (frozen) {
      kernel.hold(apiServerName)
      this.silence ??= new (special.get().Silence)({ kernel, giveUp: (id, message) => this.giveUp(id, message), dropWatches: () => this.watches.closeAll() })
      this.silence.begin(this.exchanges.values())
    } else {
      this.silence?.end()
      kernel.release(apiServerName)
    }
  }

  /** A fault: etcd is stopped, or stands still; when it is back, what still waits for it goes on. */
  setEtcd(fault: { stopped: boolean } | { frozen: boolean }): void {
    const { stopped, frozen } = Object.assign(this.etcdFaults, fault)
    if (!stopped && !frozen) return this.etcdIsBack()
    this.etcdOutage ??= new (special.get().EtcdOutage)()
    this.etcdOutage.isGone = stopped
    if (!stopped) return
    for (const [id, stage] of this.etcdOutage.waiting) {
      const exchange = this.exchanges.get(id)
      if (exchange !== undefined) this.waits(exchange, stage)
    }
  }

  private etcdIsBack(): void {
    const waiting = this.etcdOutage?.waiting ?? []
    this.etcdOutage = undefined
    for (const [id, stage] of waiting) {
      const exchange = this.exchanges.get(id)
      if (exchange !== undefined) this.next(exchange, stage, this.latency.of('etcdCommit'))
    }
  }

  private giveUp(id: number, message: string): void {
    const exchange = this.exchanges.get(id)
    this.exchanges.delete(id)
    if (exchange !== undefined) this.connectionFails(exchange, message, 0)
  }

  /** A fault: whoever is on the other end of a cut line reaches the server no more, and is not told anything. */
  cutOff(author: string, cut: boolean): void {
    if (!cut) return void this.unreachable.delete(author)
    this.unreachable.add(author)
    this.watches.closeOf(author)
    for (const exchange of [...this.exchanges.values()].filter((open) => open.author === author)) {
      this.exchanges.delete(exchange.id)
      this.refuseConnection(exchange)
    }
  }

  /** Whether it runs and gets through to etcd. */
  get reachesEtcd(): boolean {
    return this.up && this.etcdOutage === undefined
  }

  get streams(): Streams {
    return (this.openStreams ??= new (special.get().Streams)(this.kernel, this.latency, {
      newId: () => this.watches.newStream(),
      isFrozen: () => this.silence?.isOn === true,
      reaches: (author) => !this.unreachable.has(author),
    }))
  }

  /** A client hangs up, on a watch or on a stream: both are named alike. */
  close(id: number): void {
    this.watches.close(id)
    this.openStreams?.close(id)
  }

  /** Whether requests that need etcd are answered. */
  get answers(): boolean {
    return this.reachesEtcd && this.silence?.isOn !== true
  }

  /** Sends a request; the answer arrives as a ResponseTask at `replyTo`. Returns the id of the exchange. */
  send(request: ApiRequest, author: string, replyTo: ReplyTo, background = false): number {
    const exchange = this.newExchange(request, author, replyTo, background)
    this.steps.request(exchange)
    if (!this.up || this.unreachable.has(author)) {
      this.refuseConnection(exchange)
      return exchange.id
    }
    this.exchanges.set(exchange.id, exchange)
    this.next(exchange, 'arrive', this.latency.of('request'))
    this.silence?.wait(exchange)
    return exchange.id
  }

  /** Opens a watch as of now without a request: how components that were there before the film began watch. */
  attach(request: ApiRequest, target: string): number {
    return this.openWatch(request, target, {}, false)
  }

  private newExchange(request: ApiRequest, author: string, replyTo: ReplyTo, background: boolean): Exchange {
    return {
      id: this.nextId++,
      request,
      author,
      replyTo,
      name: request.name ?? nameInBody(request),
      user: request.user ?? anonymous,
      seen: undefined,
      decision: undefined,
      warnings: [],
      attempts: 0,
      background,
    }
  }

  private next(exchange: Exchange, type: 'arrive' | 'admit' | WaitingStage, delayMs: number): TaskId {
    return this.kernel.schedule(apiServerName, delayMs, { type, id: exchange.id } as ServerTask)
  }

  private handle(task: ServerTask): void {
    if (task.type === 'relay') return void this.kernel.schedule(task.target, task.delayMs, task.task)
    if (task.type === 'bookmark') return this.bookmark(task)
    if (task.type === 'end-watch') return this.watches.end(task.id)
    const exchange = this.exchanges.get(task.id)
    // Gone when the server went down in between.
    if (exchange === undefined) return
    if (task.type === 'arrive') this.arrive(exchange)
    else if (task.type === 'admit') this.admit(exchange)
    else if (task.type === 'tired') this.tire(exchange)
    else this[task.type](exchange)
  }

  /** Whether the exchange has to wait for an etcd that is of no use. */
  private waits({ id, request }: Exchange, stage: WaitingStage): boolean {
    const patienceMs = this.etcdOutage?.wait(id, stage, request)
    if (patienceMs === undefined) return false
    if (patienceMs < Infinity) this.kernel.schedule(apiServerName, patienceMs, { type: 'tired', id } satisfies ServerTask as Task)
    return true
  }

  private tire(exchange: Exchange): void {
    const stage = this.etcdOutage?.waiting.get(exchange.id)
    if (stage === undefined) return
    if (stage === 'describe') return this.answer(exchange, special.get().health(exchange.request, false)!)
    const refusal = this.etcdOutage!.refusal(exchange.request, stage)
    if (typeof refusal === 'string') this.giveUp(exchange.id, refusal)
    else this.refuse(exchange, refusal)
  }

  private arrive(exchange: Exchange): void {
    const refused = this.pass(exchange) ?? exchange.request.unfit
    if (refused !== undefined) return this.refuse(exchange, refused)
    exchange.request = asBinding(withCustom(exchange.request, this.etcd))
    const { request } = exchange
    if (request.info === undefined) return this.describe(exchange)
    if (!isServed(request, request.info)) return this.refuse(exchange, resourceNotFound())
    if (!takes(request, request.info)) return this.refuse(exchange, methodNotAllowed())
    if (request.info.group === 'metrics.k8s.io') return this.metrics === undefined ? this.passBehind(exchange) : this.answer(exchange, this.metrics.answer(request, request.info))
    if (isReview(request)) return this.answer(exchange, special.get().review(request, exchange.user, this.gate.judges(this.kernel.now)))
    this.serve(exchange)
  }

  private serve(exchange: Exchange): void {
    const { request } = exchange
    const passes = request.subresource?.split('/', 1)[0] === 'proxy'
    if (isWriting(request) && !passes) return void this.next(exchange, 'admit', this.latency.of('admission'))
    if (this.waits(exchange, 'serve')) return
    if (passes) this.passOn(exchange)
    else if (isProxied(request)) this.handOn(exchange)
    else if (request.verb === 'watch') this.startWatch(exchange)
    else if (request.verb === 'get' || request.verb === 'list') {
      const answer = (): Response => read(exchange.request, exchange.request.info!, this.etcd, this.kernel.now)
      const response = request.info!.custom === undefined ? answer() : this.writes.read(exchange, answer)
      if (response instanceof Unanswered) this.ask(exchange, response, 'serve')
      else this.answer(exchange, response)
    } else this.refuse(exchange, methodNotAllowed())
  }

  /** The first two stages: who is it, and may they? */
  private pass(exchange: Exchange): Status | undefined {
    const { request } = exchange
    const who = this.gate.identify(request, this.kernel.now)
    this.steps.decision(exchange, 'authenticate', who.detail)
    if (who.refused !== undefined) return who.refused
    exchange.user = who.user
    const may = this.gate.admit(who.user, request)
    this.steps.decision(exchange, 'authorize', may.detail)
    return may.refused
  }

  /** A path that is no resource. */
  private describe(exchange: Exchange): void {
    const { path, verb, accept } = exchange.request
    const well = special.get().health(exchange.request, this.reachesEtcd)
    if (well?.code === 500 && this.waits(exchange, 'describe')) return
    if (well !== undefined) return this.answer(exchange, well)
    const definitions = custom.get().allCustom(this.etcd)
    if (path === '/metrics') return this.answer(exchange, { code: 200, body: special.get().serverMetrics(this.kernel, this.etcd, definitions) })
    const found = verb === 'get' || verb === 'list' ? special.get().discover(path, accept === 'discovery', [...definitions, ...special.get().servedBehind(this.etcd)]) : undefined
    if (found === undefined) this.refuse(exchange, resourceNotFound())
    else this.answer(exchange, { code: 200, body: found })
  }

  private admit(exchange: Exchange): void {
    const decision = this.writes.decide(exchange, (stage, detail) => this.steps.decision(exchange, stage, detail))
    if (decision instanceof Unanswered) return this.ask(exchange, decision, 'admit')
    exchange.decision = decision
    if (decision.do === 'refuse') {
      if (decision.mayPass === true && ++exchange.attempts < admissionAttempts) this.next(exchange, 'admit', this.latency.of('admissionRetry'))
      else this.refuse(exchange, decision.status)
      return
    }
    this.next(exchange, 'commit', this.latency.of('etcdCommit'))
  }

  /** etcd's transaction: valid only while the object is still the one that the decision was made from. */
  private commit(exchange: Exchange): void {
    if (this.waits(exchange, 'commit')) return
    if (!this.writes.holds(exchange)) {
      delete exchange.asked
      const again = this.writes.decide(exchange, () => {})
      if (again instanceof Unanswered) return this.ask(exchange, again, 'admit')
      exchange.decision = again
    }
    const decision = exchange.decision!
    if (decision.do === 'refuse') return this.refuse(exchange, decision.status)
    const { old, object, code, revision, charged } = this.kernel.causedByNext(() => this.writes.carryOut(exchange, decision))
    const chart = object === undefined ? undefined : statusMilestone(object, old)
    this.steps.written(exchange, { code, revision, object: object ?? old, milestone: chart ?? storeMilestone(exchange, decision) })
    for (const each of charged ?? []) this.steps.charged(each)
    if (exchange.request.verb === 'deletecollection') return this.answer(exchange, { code, body: decision.do === 'nothing' ? decision.answer : object!, warnings: exchange.warnings })
    const body = written(exchange.request, decision, object ?? old!)
    const both = chart === 'create/running' && becameReady(object!, old)
    this.answer(exchange, { code, body, warnings: exchange.warnings }, both ? 'create/ready' : undefined)
  }

  /** Webhooks, all at once; with their answers it goes on. */
  private ask(exchange: Exchange, { questions }: Unanswered, stage: 'admit' | 'serve'): void {
    let open = questions.length
    for (const { key, to, body } of questions) {
      this.forward(to, { method: 'POST', port: to.port, path: to.path, headers: { 'content-type': 'application/json' }, body, secure: true }, (answer) => {
        exchange.asked!.answers.set(key, answer)
        if (--open === 0) this.next(exchange, stage, 0)
      })
    }
  }

  private startWatch(exchange: Exchange): void {
    const { request, replyTo } = exchange
    const chosen = selection(request, request.info!)
    if ('kind' in chosen) return this.answer(exchange, refusal(chosen))
    const start = special.get().startOfWatch(request, this.etcd)
    if ('status' in start) return this.answer(exchange, refusal(start.status))
    this.exchanges.delete(exchange.id)
    const watch = this.openWatch(request, replyTo.target, start, true)
    if (start.error !== undefined) this.watches.end(watch, start.error)
    else this.scheduleWatch(request, watch)
    this.deliver(exchange, { code: 200, body: { kind: 'Watch', apiVersion: 'v1', metadata: {}, watch } as never })
  }

  /** What a watch is due beside the writes. */
  private scheduleWatch({ info, query }: ApiRequest, id: number): void {
    const later = (type: 'bookmark' | 'end-watch', delayMs: number, about?: Bookmarked): TaskId => this.kernel.schedule(apiServerName, delayMs, { type, id, about } as ServerTask)
    if (isTrue(query['allowWatchBookmarks'])) later('bookmark', bookmarkEveryMs, { kind: info!.kind, apiVersion: apiVersionOf(info!) })
    const seconds = Number(query['timeoutSeconds'] ?? 0)
    if (seconds > 0) later('end-watch', seconds * 1000)
  }

  private bookmark({ id, about }: Exclude<ServerTask, Relay>): void {
    if (!this.watches.bookmark(id, special.get().bookmarkOf(about!, this.etcd.revision))) return
    this.kernel.schedule(apiServerName, bookmarkEveryMs, { type: 'bookmark', id, about } satisfies ServerTask as ServerTask)
  }

  private openWatch(request: ApiRequest, target: string, start: WatchStart, answered: boolean): number {
    const info = request.info!
    const chosen = selection(request, info)
    if ('kind' in chosen) throw new Error(`watch: ${chosen.message}`)
    return this.watches.open(
      {
        target,
        resource: collectionOf(info),
        prefix: listPrefix(info, request.namespace),
        ...(chosen.nodeName === undefined ? {} : { nodeName: chosen.nodeName }),
        ...(chosen.filter === undefined ? {} : { matches: chosen.filter }),
        ...(start.after === undefined ? {} : { after: start.after }),
        ...shownIn(request, info),
      },
      start,
      answered,
    )
  }

  private handOn(exchange: Exchange): void {
    const { request } = exchange
    const pod = this.etcd.get(objectKey(request.info!, request.namespace, request.name!))
    if (pod === undefined || this.proxy === undefined) {
      return this.answer(exchange, read({ ...request, verb: 'get', subresource: undefined }, request.info!, this.etcd, this.kernel.now))
    }
    const wrong = request.subresource === 'log' ? special.get().logOptionsError(request) : undefined
    if (wrong !== undefined) return this.refuse(exchange, wrong)
    const denied = request.subresource === 'log' ? undefined : this.writes.admitConnect(exchange, (stage, detail) => this.steps.decision(exchange, stage, detail))
    if (denied instanceof Unanswered) return this.ask(exchange, denied, 'serve')
    if (denied !== undefined) return this.refuse(exchange, denied)
    // Nothing has been written where nothing runs.
    if (!pod.spec?.nodeName && request.subresource === 'log') return this.answer(exchange, { code: 200, body: '' })
    if (!pod.spec?.nodeName) return this.refuse(exchange, badRequest(`pod ${request.name} does not have a host assigned`))
    this.proxy(exchange, pod)
  }

  /** To a pod, which may be one behind a Service. */
  private passOn(exchange: Exchange): void {
    const { proxyRedirect, proxyTarget, proxiedRequest, proxiedAnswer } = special.get()
    const redirect = proxyRedirect(exchange.request)
    if (redirect !== undefined) return this.answer(exchange, redirect)
    const draw = (bound: number): number => this.kernel.random('apiserver-proxy').int(bound)
    const target = proxyTarget(exchange.request, { get: (key) => this.etcd.get(key), draw })
    if ('kind' in target) return this.refuse(exchange, target)
    this.forward(target, proxiedRequest(exchange.request, target), (answer) => {
      // Nobody waits any more when the server went down in between.
      if (this.exchanges.has(exchange.id)) this.answer(exchange, proxiedAnswer(answer, target, exchange.request))
    })
  }

  /** To another server, which serves an API behind this one. */
  private passBehind(exchange: Exchange): void {
    const { aggregatedTarget, aggregatedRequest, aggregatedAnswer } = special.get()
    const target = aggregatedTarget(exchange.request, { get: (key) => this.etcd.get(key), draw: () => 0 })
    if ('kind' in target) return this.refuse(exchange, target)
    this.forward(target, aggregatedRequest(exchange, target), (answer) => {
      if (this.exchanges.has(exchange.id)) this.answer(exchange, aggregatedAnswer(answer))
    })
  }

  /** Ends an exchange that a kubelet has answered. */
  answerProxied(exchange: Exchange, response: Response): void {
    if (response.code >= 400) this.refuse(exchange, response.body as Status)
    else this.answer(exchange, response)
  }

  private refuse(exchange: Exchange, status: Status): void {
    if (meansToWrite(exchange.request)) this.steps.refused(exchange, status)
    this.answer(exchange, { ...refusal(status), warnings: exchange.warnings })
  }

  private answer(exchange: Exchange, response: Response, milestone?: string): void {
    this.exchanges.delete(exchange.id)
    this.deliver(exchange, response, milestone)
  }

  private deliver(exchange: Exchange, response: Response, milestone?: string): void {
    this.steps.response(exchange, response, milestone)
    this.audit?.(exchange, response)
    const { replyTo } = exchange
    const task: ResponseTask = { type: 'response', tag: replyTo.tag, response }
    this.kernel.schedule(replyTo.target, this.latency.of('response'), task)
  }

  private refuseConnection(exchange: Exchange): void {
    this.connectionFails(exchange, 'connect: connection refused', this.latency.of('request'))
  }

  private connectionFails({ replyTo }: Exchange, message: string, delayMs: number): void {
    const task: ResponseTask = { type: 'response', tag: replyTo.tag, response: { code: 0, body: serviceUnavailable(message) } }
    this.kernel.schedule(replyTo.target, delayMs, task)
  }
}

/** How a watcher gets what is stored, when not as it is. */
function shownIn({ accept }: ApiRequest, info: ResourceInfo): Pick<WatchOptions, 'show'> {
  if (accept === 'table') return { show: (object, now) => tables.get()(info, [object], { now }) }
  return hasVersions(info) ? { show: (object) => asServed(object, info) } : {}
}

/** What a write answers with. */
function written({ subresource, info }: ApiRequest, decision: Decision, object: KubeObject): Response['body'] {
  if (subresource === 'scale') return changes.get().scaleOf(object, info)
  if (decision.do === 'put' && decision.shown !== undefined) return { ...decision.shown, metadata: object.metadata }
  const body = ('answer' in decision ? decision.answer : undefined) ?? object
  return hasVersions(info!) && info!.custom?.convert === undefined ? asServed(body as KubeObject, info!) : body
}

function storeMilestone(exchange: Exchange, decision: Decision): string | undefined {
  const { request, author } = exchange
  if (decision.do === 'remove' && collectionOf(request.info!) === 'pods') return 'terminate/removed'
  return requestMilestone(request, author, 'store')
}
