import { certificateApproval, certificateSigning, certificateSubjectRestriction } from './certificate-signers.ts'
import { certificateSubject } from './certificate-subject.ts'
import { defaultIngressClass, defaultStorageClass } from './default-class.ts'
import { defaultTolerationSeconds } from './default-toleration-seconds.ts'
import { limitRangerBounds, limitRangerDefaults } from './limit-ranger.ts'
import { namespaceLifecycle, namespaceProtection } from './namespace-lifecycle.ts'
import { nodeRestriction } from './node-restriction.ts'
import { taintNodesByCondition } from './node-taint.ts'
import { isMutated, isRefusal, type AdmissionContext, type AdmissionPlugins, type Attributes, type MutatingPlugin, type Mutation, type Reinvocation, type ValidatingPlugin, type Verdict } from './plugin.ts'
import { optionalMutating, optionalValidating } from './options.ts'
import { podSecurity } from './pod-security.ts'
import { oneDefaultPriority, priority } from './priority.ts'
import { resourceQuota } from './resource-quota.ts'
import { runtimeClass } from './runtime-class.ts'
import { serviceAccount } from './service-account.ts'
import { persistentVolumeClaimResize, storageObjectInUseProtection } from './storage-in-use.ts'
import { validatingAdmissionPolicy } from './validating-admission-policy.ts'
import { mutatingWebhooks, validatingWebhooks } from './webhooks.ts'

/** In the order of pkg/kubeapiserver/options/plugins.go; those that are on by default, and NodeRestriction, which kubeadm turns on. */
const mutatingPlugins: readonly MutatingPlugin[] = [
  namespaceLifecycle,
  limitRangerDefaults,
  serviceAccount,
  nodeRestriction,
  taintNodesByCondition,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  runtimeClass,
  defaultIngressClass,
  certificateSubject,
  mutatingWebhooks,
]

const validatingPlugins: readonly ValidatingPlugin[] = [
  namespaceProtection,
  limitRangerBounds,
  nodeRestriction,
  podSecurity,
  oneDefaultPriority,
  persistentVolumeClaimResize,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  validatingAdmissionPolicy,
  validatingWebhooks,
  resourceQuota,
]

/** Asked of what is never stored, too, where the others have nothing to say: what people add to the server, and what binds kubelets. */
const extensionPlugins: readonly ValidatingPlugin[] = [nodeRestriction, validatingAdmissionPolicy, validatingWebhooks]

/** One after another; when a webhook has changed the object, all of them once more (apiserver/pkg/admission/reinvocation.go). */
export function mutate(attributes: Attributes, context: AdmissionContext): Mutation {
  const first = round(attributes, context)
  if (first.refused !== undefined || first.again === undefined) return first
  const second = round({ ...attributes, object: first.object, again: first.again }, context)
  return { ...second, ...warningsOf([...(first.warnings ?? []), ...(second.warnings ?? [])]) }
}

function round(given: Attributes, context: AdmissionContext): Mutation & { again?: Reinvocation | undefined } {
  let attributes = given
  let again: Reinvocation | undefined
  const warnings: string[] = []
  for (const plugin of context.plugins === undefined ? mutatingPlugins : [...chosen(optionalMutating, context.plugins), ...mutatingPlugins]) {
    if (isOff(plugin.name, context)) continue
    const result = plugin.mutate(attributes, context)
    if (isRefusal(result)) return { ...result, by: plugin.name, ...warningsOf([...warnings, ...(result.warnings ?? [])]) }
    const object = isMutated(result) ? result.object : result
    if (isMutated(result)) {
      again = result.again
      warnings.push(...(result.warnings ?? []))
    }
    if (object !== attributes.object) attributes = { ...attributes, object, name: object.metadata.name }
  }
  return { object: attributes.object, again, ...warningsOf(warnings) }
}

/** Of those that are off unless somebody wants them. */
function chosen<P extends { name: string }>(optional: readonly P[], { on }: AdmissionPlugins): P[] {
  return optional.filter(({ name }) => on.has(name))
}

/** Switched off, or the one that has to be switched on and is not. */
const isOff = (name: string, { plugins }: AdmissionContext): boolean => plugins !== undefined && (plugins.off.has(name) || (name === nodeRestriction.name && !plugins.on.has(name)))

const warningsOf = (warnings: readonly string[]): { warnings?: readonly string[] } => (warnings.length === 0 ? {} : { warnings })

/** All that may only say no; the first that does ends it. `onlyExtensions`: of what is never stored. */
export function admit(attributes: Attributes, context: AdmissionContext, onlyExtensions: boolean): Verdict & { by?: string } {
  let charges: Verdict['charges']
  const warnings: string[] = []
  for (const plugin of onlyExtensions ? extensionPlugins : context.plugins === undefined ? validatingPlugins : [...validatingPlugins, ...chosen(optionalValidating, context.plugins)]) {
    if (isOff(plugin.name, context)) continue
    const verdict = plugin.validate(attributes, context)
    if (verdict === undefined) continue
    warnings.push(...(verdict.warnings ?? []))
    if (verdict.charges !== undefined) charges = verdict.charges
    if (verdict.refused !== undefined) return { refused: verdict.refused, by: plugin.name, warnings }
  }
  return { warnings, ...(charges === undefined ? {} : { charges }) }
}
