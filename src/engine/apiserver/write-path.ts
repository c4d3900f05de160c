import type { RevisionStore } from '../etcd/store.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { StepDetail } from '../kernel/step.ts'
import { applyDefaults } from '../api/defaults/defaults.ts'
import { alreadyExists, generateNameConflict, internalError, invalid, methodNotAllowed, notFound, success } from '../api/status.ts'
import { collectionOf, findKind, type ResourceInfo } from '../api/resources.ts'
import type { Response } from '../api/request.ts'
import type { KubeObject, Pod, Status } from '../api/types.ts'
import { special } from './authorization/special.ts'
import type { Gate } from './gate.ts'
import { deprecationOf } from './deprecations.ts'
import { Unanswered, Unserved, type AdmissionContext, type Attributes, type Charge, type Dial } from './admission/plugin.ts'
import type { Asked, Exchange } from './exchange.ts'
import { listPrefix, objectKey } from './keys.ts'
import type { Stage } from './milestones.ts'
import { refusal, selection } from './read.ts'
import { changes } from './registry/changes.ts'
import { refuse, type Decision } from './registry/decision.ts'
import { deleteOptions, isDryRun } from './registry/delete-options.ts'
import type { Chance, Intake } from './registry/intake.ts'
import { applyContentType } from './registry/content-types.ts'
import type { ServiceAllocator } from './registry/service-allocator.ts'
import type { ApiRequest } from './request-info.ts'

const writingVerbs = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

export const meansToWrite = (request: ApiRequest): boolean => writingVerbs.has(request.verb)

/** exec, attach and port-forward are creates by HTTP, but nothing is written. */
export function isWriting(request: ApiRequest): boolean {
  return meansToWrite(request) && !['exec', 'attach', 'portforward', 'proxy'].includes(request.subresource ?? '')
}

/** Told of each stage that a write passes. */
export type StageReport = (stage: Stage, detail: StepDetail) => void

export interface Outcome {
  old: KubeObject | undefined
  /** As stored; undefined when nothing is stored any more. */
  object: KubeObject | undefined
  code: number
  /** undefined when nothing was written. */
  revision: number | undefined
  /** Budgets and quotas that were written on the way. */
  charged?: readonly KubeObject[]
}

/**
 * From a write's body to etcd: understand it, admit it, prepare and validate it, admit it again. All of
 * that is deciding and changes nothing; `carryOut` alone writes.
 */
export class WritePath {
  private readonly kernel: Kernel
  private readonly etcd: RevisionStore<KubeObject>
  readonly admission: AdmissionContext
  private readonly chance: Chance
  private readonly gate: Gate
  /** Of the decision that is being made. */
  private asked: Asked | undefined
  private draws: unknown[] = []

  /** Made when the first Service is. */
  private readonly services: () => ServiceAllocator

  constructor(kernel: Kernel, etcd: RevisionStore<KubeObject>, gate: Gate, services: () => ServiceAllocator, dial: Dial) {
    this.kernel = kernel
    this.etcd = etcd
    const chance = seededChance(kernel)
    const drawn = <T>(draw: () => T): T => this.drawn(draw)
    this.chance = { uuid: () => drawn(() => chance.uuid()), suffix: () => drawn(() => chance.suffix()), below: (bound) => drawn(() => chance.below(bound)) }
    this.gate = gate
    this.services = services
    this.admission = {
      get: (plural, namespace, name) => etcd.get(namespace === undefined ? `${plural}/${name}` : `${plural}/${namespace}/${name}`),
      list: (plural, namespace) => etcd.range(namespace === undefined ? `${plural}/` : `${plural}/${namespace}/`),
      nowMs: () => kernel.now,
      authorize: gate.authorize,
      dial,
      answerTo: (key) => this.asked?.answers.get(key),
      mayAsk: true,
      uuid: () => this.drawn(() => kernel.random('questions').uuid()),
      randomSuffix: () => this.chance.suffix(),
    }
  }

  /** What chance gave to the same decision before. */
  private drawn<T>(draw: () => T): T {
    const { draws, asked } = this
    const value = asked !== undefined && draws.length < asked.draws.length ? (asked.draws[draws.length] as T) : draw()
    draws.push(value)
    return value
  }

  /** Whether nothing has changed of what the decision was made from. */
  holds(exchange: Exchange): boolean {
    const { decision, seen } = exchange
    if (this.stored(exchange) !== seen) return false
    if (decision === undefined || decision.do === 'refuse' || decision.charges === undefined) return true
    return decision.charges.every(({ on: { apiVersion, kind, metadata }, on }) => this.etcd.get(objectKey(findKind(apiVersion, kind)!, metadata.namespace, metadata.name)) === on)
  }

  /** The stored object that a write is about, if there is one. */
  stored({ request, decision }: Exchange): KubeObject | undefined {
    const name = request.name ?? (decision?.do === 'put' ? decision.object.metadata.name : undefined)
    return name === undefined ? undefined : this.etcd.get(objectKey(request.info!, request.namespace, name))
  }

  /** What becomes of it, or who has to be asked before that can be said. */
  decide(exchange: Exchange, report: StageReport): Decision | Unanswered {
    const decision = this.asking(exchange, report, (tell) => changes.get().inStorageVersion(exchange.request.info!, this.decided(exchange, tell)))
    return decision instanceof Unserved ? refuse(decision.status) : decision
  }

  /** A read, which may have to ask how what is stored is said in another version. */
  read(exchange: Exchange, read: () => Response): Response | Unanswered {
    const response = this.asking(exchange, () => {}, read)
    return response instanceof Unserved ? refusal(response.status) : response
  }

  /** A decision that is made once more tells only of what is new. */
  private asking<T>(exchange: Exchange, report: StageReport, decide: (tell: StageReport) => T): T | Unanswered | Unserved {
    const before = (this.asked = exchange.asked)
    this.draws = []
    let told = 0
    try {
      const tell: StageReport = (stage, detail) => void (++told > (before?.told ?? 0) && report(stage, detail))
      const info = changes.get().converting(exchange.request.info, this.admission)
      if (info !== exchange.request.info) exchange.request = { ...exchange.request, info }
      return decide(tell)
    } catch (questions) {
      if (questions instanceof Unserved) return questions
      if (!(questions instanceof Unanswered)) throw questions
      exchange.asked = { at: before?.at ?? this.kernel.now, answers: before?.answers ?? new Map(), draws: this.draws, told: Math.max(told, before?.told ?? 0) }
      return questions
    }
  }

  private decided(exchange: Exchange, report: StageReport): Decision {
    const { request } = exchange
    const info = request.info!
    const wrong = changes.get().writeRefusal(request)
    if (wrong !== undefined) return this.refuseEarly(wrong, report)
    exchange.seen = request.name === undefined ? undefined : this.etcd.get(objectKey(info, request.namespace, request.name))
    if (request.verb.startsWith('delete')) exchange.warnings = changes.get().deletionWarnings(request)
    if (request.verb === 'deletecollection') return this.decideDeleteCollection(exchange, info, report)
    if (request.verb === 'create' && request.subresource === undefined) return this.decideCreate(exchange, info, report)
    const old = changes.get().asAsked(info, exchange.seen)
    if (old === undefined && (request.contentType === applyContentType || changes.get().mayCreateByUpdate(request)) && request.subresource === undefined) return this.decideCreate(exchange, info, report)
    if (old === undefined) return refuse(notFound(info, request.name ?? ''))
    if (request.verb === 'delete') return this.decideDelete(exchange, info, old, report)
    if (request.verb === 'create') return this.decideSubresource(exchange, old, report)
    return this.decideUpdate(exchange, info, old, report)
  }

  carryOut(exchange: Exchange, decision: Exclude<Decision, { do: 'refuse' }>): Outcome {
    const { request, seen: old } = exchange
    const info = request.info!
    if (isDryRun(request)) return { ...dryRun(decision, old), ...(request.subresource === 'eviction' ? { code: 201 } : {}) }
    if (request.verb === 'deletecollection') return this.deleteCollection(request, info)
    const charged = decision.charges?.map(({ becomes }) => this.put(findKind(becomes.apiVersion, becomes.kind)!, becomes))
    const outcome = this.write(exchange, info, decision)
    if (charged !== undefined) outcome.charged = charged
    if (request.subresource === 'eviction') outcome.code = 201
    return outcome
  }

  private write({ seen: old }: Exchange, info: ResourceInfo, decision: Exclude<Decision, { do: 'refuse' }>): Outcome {
    if (decision.do === 'nothing') return { old, object: old, code: decision.code, revision: undefined }
    if (decision.first !== undefined) this.put(info, decision.first)
    if (decision.do === 'put') {
      const object = this.put(info, decision.object)
      return { old, object, code: decision.code, revision: this.etcd.revision }
    }
    return { old, object: undefined, code: 200, revision: this.remove(info, old!, decision.last) }
  }

  private decideCreate(exchange: Exchange, info: ResourceInfo, report: StageReport): Decision {
    const { request } = exchange
    const now = this.asked?.at ?? this.kernel.now
    const applies = request.contentType === applyContentType
    const intake = applies ? changes.get().intakeApply(request, info, undefined, now, this.chance) : changes.get().intakeCreate(request, info, now, this.chance)
    if ('status' in intake) return this.refuseEarly(intake.status, report)
    const generateName = requestName(request) === undefined ? intake.object.metadata.generateName : undefined
    const named = generateName === undefined ? intake : this.freelyNamed(intake, info, generateName)
    const { name } = named.object.metadata
    exchange.seen = name === '' ? undefined : this.etcd.get(objectKey(info, request.namespace, name))
    const decision = this.admitAndValidate(exchange, named, 'CREATE', undefined, report, (object) => this.allocated(info, object, undefined, (given) => changes.get().decideCreate(info, given, this.kernel.now)))
    if (decision.do === 'refuse' || exchange.seen === undefined) return decision
    return refuse(generateName === undefined ? alreadyExists(info, name) : generateNameConflict(info, name))
  }

  /** A name by chance that is taken is made again, a few times (RetryGenerateName, KEP-4420). */
  private freelyNamed(intake: Exclude<Intake, { status: unknown }>, info: ResourceInfo, generateName: string): Exclude<Intake, { status: unknown }> {
    const { object } = intake
    const isTaken = (name: string): boolean => this.etcd.get(objectKey(info, object.metadata.namespace, name)) !== undefined
    let { name } = object.metadata
    for (let attempt = 1; isTaken(name) && attempt < nameAttempts; attempt++) name = changes.get().generatedName(generateName, this.chance)
    return name === object.metadata.name ? intake : { ...intake, object: { ...object, metadata: { ...object.metadata, name } } }
  }

  private decideUpdate(exchange: Exchange, info: ResourceInfo, old: KubeObject, report: StageReport): Decision {
    const { request } = exchange
    const applies = request.contentType === applyContentType && request.subresource !== 'scale'
    const intake = applies ? changes.get().intakeApply(request, info, old, this.kernel.now, this.chance) : intakeOf(request, info, old)
    if ('status' in intake) return this.refuseEarly(intake.status, report)
    if (request.subresource === 'finalize') return changes.get().decideFinalize(info, old, intake.object)
    return this.admitAndValidate(exchange, intake, 'UPDATE', old, report, (object) => this.updated(info, changes.get().decideUpdate(info, object, old, request.subresource, this.kernel.now), old))
  }

  private decideDelete(exchange: Exchange, info: ResourceInfo, old: KubeObject, report: StageReport): Decision {
    const attributes = this.attributes(exchange, 'DELETE', old, old)
    const verdict = this.validateAdmission(exchange, attributes, report)
    if (verdict !== undefined && 'do' in verdict) return verdict
    const decision = changes.get().decideDelete(info, old, deleteOptions(exchange.request), this.kernel.now)
    reportMark(decision, report)
    return decision
  }

  private decideSubresource(exchange: Exchange, old: KubeObject, report: StageReport): Decision {
    const { request } = exchange
    report('validate', validated)
    const body = request.body as KubeObject | undefined
    const refused = this.askExtensions(exchange, 'CREATE', { ...body, metadata: { ...body?.metadata, name: old.metadata.name } } as KubeObject, report)
    if (refused !== undefined) return refused
    if (request.subresource === 'binding') return changes.get().decideBinding(old as Pod, request.body as KubeObject, this.kernel.now)
    if (request.subresource === 'eviction') {
      const budgets = this.etcd.range(`poddisruptionbudgets/${request.namespace}/`)
      const decision = changes.get().evict(request, old as Pod, budgets, this.kernel.now)
      reportMark(decision, report)
      return decision
    }
    if (request.subresource === 'token') return this.decideToken(old, request.body)
    return refuse(methodNotAllowed())
  }

  /** A stream to a pod is admitted, too: what is looked at are its options (CONNECT). */
  admitConnect(exchange: Exchange, report: StageReport): Status | Unanswered | undefined {
    const verdict = this.asking(exchange, report, (tell) => this.askExtensions(exchange, 'CONNECT', changes.get().connectOptions(exchange.request), tell)?.status)
    return verdict instanceof Unserved ? verdict.status : verdict
  }

  /** Nothing, or the refusal. */
  private askExtensions(exchange: Exchange, operation: Attributes['operation'], object: KubeObject, report: StageReport): Extract<Decision, { do: 'refuse' }> | undefined {
    const verdict = this.validateAdmission(exchange, this.attributes(exchange, operation, object, undefined), (stage, detail) => void (detail.type === 'AdmissionRefused' && report(stage, detail)), true)
    return verdict !== undefined && 'do' in verdict && verdict.do === 'refuse' ? verdict : undefined
  }

  private decideToken(account: KubeObject, body: unknown): Decision {
    const issued = special.get().issueToken(account, body, this.chance.uuid(), this.etcd, this.kernel.now)
    return 'status' in issued ? refuse(issued.status) : { do: 'nothing', code: 201, answer: issued.answer }
  }

  /** A new Service gets its address and node ports before it is looked at (BeginCreate), one that is changed when it is valid. */
  private allocated(info: ResourceInfo, object: KubeObject, old: KubeObject | undefined, next: (given: KubeObject) => Decision): Decision {
    if (!isService(info)) return next(object)
    const allocated = this.services().allocate(object, (bound) => this.chance.below(bound), old)
    if ('internal' in allocated) return refuse(internalError(allocated.internal))
    return 'errors' in allocated ? refuse(invalid(info, object.metadata.name, allocated.errors)) : next(allocated.object)
  }

  private updated(info: ResourceInfo, decision: Decision, old: KubeObject): Decision {
    return decision.do === 'put' ? this.allocated(info, decision.object, old, (object) => ({ ...decision, object })) : decision
  }

  /** Mutating admission, then `decide` (strategy and validation), then validating admission. */
  private admitAndValidate(
    exchange: Exchange,
    intake: Exclude<Intake, { status: unknown }>,
    operation: Attributes['operation'],
    old: KubeObject | undefined,
    report: StageReport,
    decide: (admitted: KubeObject) => Decision,
  ): Decision {
    exchange.warnings = [...deprecationOf(exchange.request.info!), ...intake.warnings]
    const understood = changes.get().trackManager(exchange.request, exchange.author, intake.object, old, this.kernel.now)
    const verdict = changes.get().mutate(this.attributes(exchange, operation, understood, old), this.admission)
    if (verdict.warnings !== undefined) exchange.warnings = [...exchange.warnings, ...verdict.warnings]
    if (verdict.refused !== undefined) {
      report('mutate', { type: 'AdmissionRefused', plugin: verdict.by, message: verdict.refused.message })
      return { do: 'refuse', status: verdict.refused, ...(verdict.mayPass === true ? { mayPass: true as const } : {}) }
    }
    const { object } = verdict
    report('mutate', object === understood ? leftAlone : mutated)
    // Defaults once more: what admission added has fields of its own to be filled.
    const decision = decide(object === understood ? object : applyDefaults(object))
    if (decision.do === 'refuse') {
      report('validate', { type: 'Invalid', message: decision.status.message })
      return decision
    }
    const escalates = this.escalation(exchange, object, old)
    if (escalates !== undefined) {
      report('validate', { type: 'Forbidden', user: exchange.user.name, reason: escalates.message })
      return refuse(escalates)
    }
    report('validate', validated)
    const admitted = decision.do === 'put' ? decision.object : object
    // The strategies of the other subresources have nothing to tell.
    if (exchange.request.subresource === undefined || exchange.request.subresource === 'scale') exchange.warnings = [...exchange.warnings, ...changes.get().objectWarnings(admitted, old)]
    const charges = this.validateAdmission(exchange, this.attributes(exchange, operation, admitted, old), report)
    if (charges === undefined) return decision
    return 'do' in charges ? charges : { ...decision, charges }
  }

  private escalation({ user, request }: Exchange, object: KubeObject, old: KubeObject | undefined): Status | undefined {
    const info = request.info!
    if (info.group === 'admissionregistration.k8s.io') {
      const errors = special.get().paramAccess(user, object, old, this.gate.authorize, this.admission)
      return errors.length === 0 ? undefined : invalid(info, object.metadata.name, errors)
    }
    if (info.group !== 'rbac.authorization.k8s.io') return undefined
    return special.get().escalation({ user, info, namespace: request.namespace, name: object.metadata.name, object, old }, this.gate)
  }

  /** A refusal, or what the write draws on. */
  private validateAdmission(exchange: Exchange, attributes: Attributes, report: StageReport, onlyExtensions = false): Decision | readonly Charge[] | undefined {
    const { refused, by, warnings = [], charges } = changes.get().admit(attributes, this.admission, onlyExtensions)
    if (warnings.length > 0) exchange.warnings = [...exchange.warnings, ...warnings]
    if (refused === undefined) {
      report('admit', admittedAll)
      return charges
    }
    report('admit', { type: 'AdmissionRefused', plugin: by, message: refused.message })
    return refuse(refused)
  }

  private attributes(exchange: Exchange, operation: Attributes['operation'], object: KubeObject, old: KubeObject | undefined): Attributes {
    const { request, user } = exchange
    const { info, subresource, namespace } = request
    return { operation, info: info!, subresource, namespace, name: object.metadata.name, object, old, user, dryRun: isDryRun(request) }
  }

  private refuseEarly(status: ReturnType<typeof notFound>, report: StageReport): Decision {
    report('validate', { type: 'NotUnderstood', message: status.message })
    return refuse(status)
  }

  private put(info: ResourceInfo, object: KubeObject): KubeObject {
    const { namespace, name } = object.metadata
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.etcd.revision + 1) } }
    const key = objectKey(info, namespace, name)
    if (isService(info)) this.services().note(this.etcd.get(key), stored)
    this.etcd.put(key, stored)
    return stored
  }

  /** Returns the revision of the removal. */
  private remove(info: ResourceInfo, old: KubeObject, last: KubeObject | undefined): number {
    const { namespace, name } = old.metadata
    if (last !== undefined) this.put(info, last)
    this.etcd.delete(objectKey(info, namespace, name))
    const { revision } = this.etcd
    if (isService(info)) {
      this.services().note(last ?? old, undefined)
      // The next Service of this name shall not begin with the addresses of this one (registry/core/service/storage afterDelete).
      this.etcd.delete(`endpoints/${namespace}/${name}`)
    }
    return revision
  }

  private chosen(request: ApiRequest, info: ResourceInfo): KubeObject[] {
    const chosen = selection(request, info)
    const filter = 'kind' in chosen ? undefined : chosen.filter
    const all = this.etcd.range(listPrefix(info, request.namespace))
    return filter === undefined ? all : all.filter(filter)
  }

  /** Each of them is admitted as if it were deleted by itself; the first refusal is that of all. */
  private decideDeleteCollection(exchange: Exchange, info: ResourceInfo, report: StageReport): Decision {
    const refused: StageReport = (stage, detail) => void (detail.type === 'AdmissionRefused' && report(stage, detail))
    for (const object of this.chosen(exchange.request, info)) {
      const verdict = this.validateAdmission(exchange, this.attributes(exchange, 'DELETE', object, object), refused)
      if (verdict !== undefined && 'do' in verdict) return verdict
    }
    return { do: 'nothing', code: 200, answer: success() }
  }

  private deleteCollection(request: ApiRequest, info: ResourceInfo): Outcome {
    const before = this.etcd.revision
    for (const object of this.chosen(request, info)) {
      const decision = changes.get().decideDelete(info, object, deleteOptions(request), this.kernel.now)
      if (decision.do === 'put') this.put(info, decision.object)
      else if (decision.do === 'remove') this.remove(info, object, decision.last)
    }
    const { revision } = this.etcd
    return { old: undefined, object: undefined, code: 200, revision: revision === before ? undefined : revision }
  }
}

const isService = (info: ResourceInfo): boolean => collectionOf(info) === 'services'

// What many steps say in the same words they say in the same object.
const mutated: StepDetail = { type: 'Mutated', changed: true }
const leftAlone: StepDetail = { type: 'Mutated', changed: false }
const validated: StepDetail = { type: 'Validated' }
const admittedAll: StepDetail = { type: 'Admitted' }

function intakeOf(request: ApiRequest, info: ResourceInfo, old: KubeObject): Intake {
  if (request.subresource === 'scale') return changes.get().intakeScale(request, info, old)
  return request.verb === 'patch' ? changes.get().intakePatch(request, info, old) : changes.get().intakeUpdate(request, info, old)
}

/** Names and uids from the seed. */
function seededChance(kernel: Kernel): Chance {
  return {
    uuid: () => kernel.random('uids').uuid(),
    suffix: () => kernel.random('names').text(5, suffixAlphabet),
    below: (bound) => kernel.random('services').int(bound),
  }
}

/** How often a name is made by chance until one is free. */
const nameAttempts = 8

/** Letters and digits that cannot be read as words or mistaken for one another (apimachinery util/rand). */
const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789'

function requestName(request: ApiRequest): string | undefined {
  return (request.body as KubeObject | undefined)?.metadata?.name || undefined
}

function dryRun(decision: Exclude<Decision, { do: 'refuse' }>, old: KubeObject | undefined): Outcome {
  const object = decision.do === 'put' ? unwritten(decision.object) : old
  const code = decision.do === 'remove' ? 200 : decision.code
  return { old, object, code, revision: undefined }
}

/** What was never stored has no version. */
function unwritten(object: KubeObject): KubeObject {
  const { resourceVersion, ...metadata } = object.metadata
  return resourceVersion === '' ? { ...object, metadata: metadata as KubeObject['metadata'] } : object
}

/** A deletion that waits for somebody: the object stays, marked. */
function reportMark(decision: Decision, report: StageReport): void {
  if (decision.do !== 'put') return
  report('mark', { type: 'Marked', gracePeriodSeconds: decision.object.metadata.deletionGracePeriodSeconds })
}
