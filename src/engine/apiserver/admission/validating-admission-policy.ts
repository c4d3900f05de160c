import { forbidden } from '../../api/status.ts'
import type { KubeObject, Status } from '../../api/types.ts'
import { inputOf } from './policy-input.ts'
import { matchedResource, type MatchResources } from './policy-matching.ts'
import { collectParams, paramResource, type ParamRef } from './policy-params.ts'
import { policyOf, type Denial, type PolicySpec } from './policy.ts'
import type { AdmissionContext, Attributes, ValidatingPlugin, Verdict } from './plugin.ts'

interface BindingSpec {
  policyName: string
  paramRef?: ParamRef
  matchResources?: MatchResources
  validationActions?: readonly ('Deny' | 'Warn' | 'Audit')[]
}

/** A denial, by which policy and which binding; without one the policy itself is at fault. */
interface Denied extends Denial {
  policy: KubeObject
  binding: KubeObject | undefined
}

/** Evaluates the ValidatingAdmissionPolicies that are bound (apiserver/pkg/admission/plugin/policy/validating dispatcher.go). */
export const validatingAdmissionPolicy: ValidatingPlugin = {
  name: 'ValidatingAdmissionPolicy',
  validate(attributes, context) {
    // Of policies themselves nothing is asked.
    if (attributes.info.group === 'admissionregistration.k8s.io') return undefined
    const denied: Denied[] = []
    const warnings: string[] = []
    for (const [policy, bindings] of boundPolicies(context)) judge(policy, bindings, attributes, context, denied, warnings)
    if (denied.length === 0 && warnings.length === 0) return undefined
    return { ...(denied.length === 0 ? {} : { refused: refusal(attributes, denied[0]!) }), warnings } satisfies Verdict
  },
}

/** Policies by name with their bindings by name; what is not bound does nothing. */
function boundPolicies(context: AdmissionContext): Iterable<[KubeObject, KubeObject[]]> {
  const byPolicy = new Map<KubeObject, KubeObject[]>()
  for (const binding of context.list('validatingadmissionpolicybindings')) {
    const policy = context.get('validatingadmissionpolicies', undefined, (binding['spec'] as BindingSpec).policyName)
    if (policy === undefined) continue
    const known = byPolicy.get(policy)
    if (known === undefined) byPolicy.set(policy, [binding])
    else known.push(binding)
  }
  return byPolicy
}

function judge(policy: KubeObject, bindings: readonly KubeObject[], attributes: Attributes, context: AdmissionContext, denied: Denied[], warnings: string[]): void {
  const { matchConstraints, paramKind, failurePolicy } = policy['spec'] as PolicySpec
  const info = matchedResource(matchConstraints ?? {}, attributes, context)
  if (info === undefined) return
  const misconfigured = (error: string, binding?: KubeObject): void => {
    if (failurePolicy !== 'Ignore') denied.push({ policy, binding, message: `failed to configure ${binding === undefined ? 'policy' : 'binding'}: ${error}`, reason: 'Invalid' })
  }
  const kind = paramKind === undefined ? undefined : paramResource(paramKind, context)
  if (kind !== undefined && 'error' in kind) return misconfigured(kind.error)
  const { evaluate } = policyOf(policy)
  for (const binding of bindings) {
    const { paramRef, matchResources, validationActions = [] } = binding['spec'] as BindingSpec
    if (matchResources !== undefined && matchedResource(matchResources, attributes, context) === undefined) continue
    const params = collectParams(kind, paramRef, attributes.namespace, context)
    if ('error' in params) {
      misconfigured(params.error, binding)
      continue
    }
    for (const param of params) {
      for (const denial of evaluate(inputOf(attributes, info, param, context))) {
        if (validationActions.includes('Deny')) denied.push({ ...denial, policy, binding })
        if (validationActions.includes('Warn')) warnings.push(`Validation failed for ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}': ${denial.message}`)
      }
    }
  }
}

const codes: Readonly<Record<string, number>> = { Unauthorized: 401, Forbidden: 403, RequestEntityTooLarge: 413, Invalid: 422 }

function refusal({ info, name }: Attributes, { policy, binding, message, reason }: Denied): Status {
  const by = binding === undefined ? '' : ` with binding '${binding.metadata.name}'`
  const text = `ValidatingAdmissionPolicy '${policy.metadata.name}'${by} denied request: ${message}`
  const status = forbidden(info, name, text)
  return { ...status, reason, code: codes[reason] ?? 422, details: { ...status.details, causes: [{ message: text }] } }
}
