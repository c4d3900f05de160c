/** Webhooks that are asked before something is stored (apiserver/pkg/admission/plugin/webhook). */
import { cel } from '../../api/cel/cel.ts'
import { goQuote } from '../../api/field.ts'
import { badRequest, forbidden, internalError } from '../../api/status.ts'
import type { KubeObject, Status } from '../../api/types.ts'
import { compileConditions, type PolicySpec } from './policy.ts'
import { inputOf } from './policy-input.ts'
import { matchedResource, type MatchResources } from './policy-matching.ts'
import type { AdmissionContext, Attributes, MutatingPlugin, ValidatingPlugin } from './plugin.ts'
import { callFailure, type ClientConfig } from './webhook-call.ts'

interface Webhook extends Omit<MatchResources, 'resourceRules' | 'excludeResourceRules'> {
  name: string
  clientConfig: ClientConfig
  rules?: MatchResources['resourceRules']
  failurePolicy: 'Fail' | 'Ignore'
  matchConditions?: PolicySpec['matchConditions']
  sideEffects: string
  timeoutSeconds: number
}

/** Of which requests webhooks are asked, and what comes of it; nothing when the request may go on. */
function objection(collection: string, attributes: Attributes, context: AdmissionContext): Status | undefined {
  // Of what admits, nobody is asked: whoever breaks it must be able to mend it.
  if (attributes.info.group === 'admissionregistration.k8s.io') return undefined
  for (const configuration of context.list(collection)) {
    for (const hook of (configuration['webhooks'] ?? []) as Webhook[]) {
      const status = ask(hook, attributes, context)
      if (status !== undefined) return status
    }
  }
  return undefined
}

function ask(hook: Webhook, attributes: Attributes, context: AdmissionContext): Status | undefined {
  const { name, rules = [], failurePolicy, clientConfig, sideEffects, timeoutSeconds } = hook
  const matched = rules.length === 0 ? undefined : matchedResource({ ...hook, resourceRules: rules }, attributes, context)
  if (matched === undefined) return undefined
  const applies = hook.matchConditions === undefined ? true : conditionsOf(hook)(cel.get().scopeOf(inputOf(attributes, matched, undefined, context), []))
  if (applies === false) return undefined
  if (applies !== true) return failurePolicy === 'Ignore' ? undefined : forbidden(attributes.info, attributes.name, applies.error)
  if (attributes.dryRun && sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun') return badRequest(`admission webhook ${goQuote(name)} does not support dry run`)
  if (failurePolicy === 'Ignore') return undefined
  const why = callFailure(clientConfig, timeoutSeconds, context)
  return why === undefined ? undefined : internalError(`failed calling webhook ${goQuote(name)}: failed to call webhook: ${why}`)
}

const compiled = new WeakMap<Webhook, ReturnType<typeof compileConditions>>()

function conditionsOf(hook: Webhook): ReturnType<typeof compileConditions> {
  let conditions = compiled.get(hook)
  if (conditions === undefined) compiled.set(hook, (conditions = compileConditions(hook.matchConditions ?? [], { params: false, authorizer: true })))
  return conditions
}

const mutating = 'mutatingwebhookconfigurations'

export const mutatingWebhooks: MutatingPlugin = {
  name: 'MutatingAdmissionWebhook',
  mutate(attributes, context): KubeObject | { refused: Status } {
    const refused = objection(mutating, attributes, context)
    return refused === undefined ? attributes.object : { refused }
  },
}

export const validatingWebhooks: ValidatingPlugin = {
  name: 'ValidatingAdmissionWebhook',
  validate(attributes, context) {
    // Where no object is stored there is no first half of admission: whoever may change objects is asked here, too.
    const { operation, subresource } = attributes
    const storesNothing = operation === 'DELETE' || operation === 'CONNECT' || (operation === 'CREATE' && subresource !== undefined)
    const first = storesNothing ? objection(mutating, attributes, context) : undefined
    const refused = first ?? objection('validatingwebhookconfigurations', attributes, context)
    return refused === undefined ? undefined : { refused }
  },
}
