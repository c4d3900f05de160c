/** Webhooks that are asked before something is stored (apiserver/pkg/admission/plugin/webhook). */
import { cel } from '../../api/cel/cel.ts'
import { toStorage } from '../../api/conversion.ts'
import { custom } from '../../api/custom/custom.ts'
import type { CustomResource } from '../../api/custom/kind.ts'
import { decode } from '../../api/decode.ts'
import { applyDefaults } from '../../api/defaults/defaults.ts'
import { goQuote } from '../../api/field.ts'
import { jsonPatch } from '../../api/patch/jsonPatch.ts'
import { PatchFailure } from '../../api/patch/jsonMap.ts'
import type { ResourceInfo } from '../../api/resources.ts'
import { badRequest, forbidden, internalError } from '../../api/status.ts'
import type { KubeObject, Status } from '../../api/types.ts'
import { compileConditions, type PolicySpec } from './policy.ts'
import { inputOf } from './policy-input.ts'
import { asMatched, matchedResource, type MatchResources } from './policy-matching.ts'
import { Unanswered, type AdmissionContext, type Attributes, type Mutated, type MutatingPlugin, type Question, type Refusal, type ValidatingPlugin } from './plugin.ts'
import { jsonOf, webhookTarget, type ClientConfig } from './webhook-call.ts'
import { opinionOf, reviewOf, versionFor, type Opinion } from './webhook-review.ts'

interface Webhook extends Omit<MatchResources, 'resourceRules' | 'excludeResourceRules'> {
  name: string
  clientConfig: ClientConfig
  rules?: MatchResources['resourceRules']
  failurePolicy: 'Fail' | 'Ignore'
  matchConditions?: PolicySpec['matchConditions']
  sideEffects: string
  timeoutSeconds: number
  admissionReviewVersions: readonly string[]
  reinvocationPolicy?: 'Never' | 'IfNeeded'
}

/** Names of configurations and of hooks are no keys by themselves: both may come again. */
interface Hook {
  key: string
  webhook: Webhook
}

/** In the order of the names of their configurations; of what admits, nobody is asked: whoever breaks it must be able to mend it. */
function* hooksOf(collection: string, { info }: Attributes, context: AdmissionContext): Generator<Hook> {
  if (info.group === 'admissionregistration.k8s.io') return
  for (const configuration of context.list(collection)) {
    for (const webhook of (configuration['webhooks'] ?? []) as Webhook[]) yield { key: `${collection}/${configuration.metadata.name}/${webhook.name}`, webhook }
  }
}

/** What a hook says of a request; nothing when it is not asked. */
type Answer = Opinion | { refused: Status } | Question | undefined

function ask({ key, webhook }: Hook, attributes: Attributes, context: AdmissionContext, mutates: boolean): { matched: ResourceInfo; answer: Answer } | undefined {
  const { name, rules = [], failurePolicy, clientConfig, sideEffects, timeoutSeconds, matchConditions } = webhook
  const matched = rules.length === 0 ? undefined : matchedResource({ ...webhook, resourceRules: rules }, attributes, context)
  if (matched === undefined) return undefined
  const says = (answer: Answer): { matched: ResourceInfo; answer: Answer } => ({ matched, answer })
  const input = inputOf(attributes, matched, undefined, context)
  const applies = matchConditions === undefined ? true : conditionsOf(webhook)(cel.get().scopeOf(input, []))
  if (applies === false) return undefined
  if (applies !== true) return failurePolicy === 'Ignore' ? undefined : says({ refused: forbidden(attributes.info, attributes.name, applies.error) })
  if (attributes.dryRun && sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun') return says({ refused: badRequest(`admission webhook ${goQuote(name)} does not support dry run`) })
  const to = webhookTarget(clientConfig, timeoutSeconds, context)
  if ('why' in to) return says({ why: `failed to call webhook: ${to.why}` })
  if (!context.mayAsk) return undefined
  const version = versionFor(webhook.admissionReviewVersions)
  const uid = context.uuid()
  const question = `${key}/${attributes.again === undefined ? 0 : 1}`
  const reply = context.answerTo(question)
  if (reply === undefined) return says({ key: question, to, body: JSON.stringify(reviewOf(uid, version, input)) })
  const json = jsonOf(reply, to)
  return says('why' in json ? { why: `failed to call webhook: ${json.why}` } : opinionOf(name, uid, version, json.value, mutates))
}

const compiled = new WeakMap<Webhook, ReturnType<typeof compileConditions>>()

function conditionsOf(hook: Webhook): ReturnType<typeof compileConditions> {
  let conditions = compiled.get(hook)
  if (conditions === undefined) compiled.set(hook, (conditions = compileConditions(hook.matchConditions ?? [], { params: false, authorizer: true })))
  return conditions
}

/** Why it does not go on, if it does not: who cannot be asked and may be missing stands in nobody's way. */
function objection({ name, failurePolicy }: Webhook, answer: Exclude<Answer, Question>): Status | undefined {
  if (answer === undefined) return undefined
  if ('refused' in answer) return answer.refused
  if ('why' in answer) return failurePolicy === 'Ignore' ? undefined : internalError(`failed calling webhook ${goQuote(name)}: ${answer.why}`)
  return answer.allowed ? undefined : answer.status
}

const isQuestion = (answer: Answer): answer is Question => answer !== undefined && 'key' in answer

const warned = (answer: Exclude<Answer, Question>): readonly string[] => (answer !== undefined && 'warnings' in answer ? answer.warnings : [])

const mutating = 'mutatingwebhookconfigurations'

export const mutatingWebhooks: MutatingPlugin = {
  name: 'MutatingAdmissionWebhook',
  /** One after another: each sees what those before it have made of the object. */
  mutate(given, context): KubeObject | Refusal | Mutated {
    let attributes = given
    const warnings: string[] = []
    const due = new Set<string>()
    let others: string[] = []
    const { again } = given
    const isDue = (key: string): boolean => again === undefined || again.due.has(key) || (given.object !== again.output && again.others.includes(key))
    for (const hook of hooksOf(mutating, given, context)) {
      const { key, webhook } = hook
      const asked = isDue(key) ? ask(hook, attributes, context, true) : undefined
      if (asked === undefined) continue
      const { matched, answer } = asked
      if (isQuestion(answer)) throw new Unanswered([answer])
      warnings.push(...warned(answer))
      const refused = objection(webhook, answer)
      if (refused !== undefined) return { refused, warnings }
      const patch = answer !== undefined && 'patch' in answer ? answer.patch : []
      if (patch.length > 0) {
        const object = patched(attributes.object, patch, matched)
        if ('refused' in object) return { ...object, warnings }
        attributes = { ...attributes, object: object.object }
        for (const earlier of others) due.add(earlier)
        others = []
      }
      if (webhook.reinvocationPolicy === 'IfNeeded') others.push(key)
    }
    const { object } = attributes
    if (object === given.object) return warnings.length === 0 ? object : { object, warnings }
    return { object, again: { output: object, due, others }, warnings }
  },
}

/** What a patch makes of an object: decoded, with its defaults, as it is stored. */
function patched(object: KubeObject, patch: unknown[], matched: ResourceInfo): { object: KubeObject } | Refusal {
  let json: unknown
  try {
    json = jsonPatch(asMatched(object, matched), patch)
  } catch (failure) {
    if (!(failure instanceof PatchFailure)) throw failure
    return { refused: internalError(failure.message) }
  }
  const decoded = decode(matched, json, 'Ignore')
  if ('status' in decoded) return { refused: internalError(decoded.status.message ?? '') }
  return { object: matched.custom === undefined ? applyDefaults(toStorage(decoded.object, object), object) : custom.get().toStored(matched as CustomResource, decoded.object) }
}

export const validatingWebhooks: ValidatingPlugin = {
  name: 'ValidatingAdmissionWebhook',
  /** All at the same time. */
  validate(attributes, context) {
    // Where no object is stored there is no first half of admission: whoever may change objects is asked here, too.
    const { operation, subresource } = attributes
    const storesNothing = operation === 'DELETE' || operation === 'CONNECT' || (operation === 'CREATE' && subresource !== undefined)
    const warnings: string[] = []
    for (const collection of storesNothing ? [mutating, validating] : [validating]) {
      const asked = [...hooksOf(collection, attributes, context)].map(({ key, webhook }) => ({ webhook, answer: ask({ key, webhook }, attributes, context, false)?.answer }))
      const questions = asked.map(({ answer }) => answer).filter(isQuestion)
      if (questions.length > 0) throw new Unanswered(questions)
      for (const { webhook, answer } of asked as { webhook: Webhook; answer: Exclude<Answer, Question> }[]) {
        warnings.push(...warned(answer))
        const refused = objection(webhook, answer)
        if (refused !== undefined) return { refused, warnings }
      }
    }
    return warnings.length === 0 ? undefined : { warnings }
  },
}

const validating = 'validatingwebhookconfigurations'
