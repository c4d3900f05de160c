import { cel } from '../../api/cel/cel.ts'
import type { Expressions } from '../../api/cel/typeChecking.ts'
import type { KubeObject } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, type Reconciliation } from '../../client/controller.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { kindsOf, paramSchema, type Rule } from './kinds.ts'

const group = 'admissionregistration.k8s.io'
const policies = resource('validatingadmissionpolicies', group)
const definitions = resource('customresourcedefinitions', 'apiextensions.k8s.io')
const name = 'validatingadmissionpolicy-status-controller'

/** Says in the status of each ValidatingAdmissionPolicy where its expressions do not fit the kinds that it matches (pkg/controller/validatingadmissionpolicystatus). */
export function startAdmissionPolicyStatus(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(policies)
  const added = informers.of<KubeObject>(definitions)
  const controller = new Controller(options, name, 5, (key): Reconciliation => {
    const policy = all.byKey(key)
    if (policy === undefined || (policy.metadata.generation ?? 0) <= (policy['status']?.observedGeneration ?? 0)) return {}
    const status = { observedGeneration: policy.metadata.generation, typeChecking: checked(policy['spec'], added.all()) }
    const body = { apiVersion: `${group}/v1`, kind: 'ValidatingAdmissionPolicy', metadata: { name: key }, status }
    const contentType = 'application/apply-patch+yaml'
    return { calls: [{ verb: 'patch', info: policies, subresource: 'status', name: key, body, contentType, query: { fieldManager: name, force: 'true' } }] }
  })
  all.onChange(({ type, object }) => {
    if (type !== 'delete') controller.queue.add(object.metadata.name)
  })
}

interface PolicySpec extends Expressions {
  matchConstraints?: { resourceRules?: readonly Rule[] }
  paramKind?: { apiVersion: string; kind: string }
}

function checked(spec: PolicySpec, customs: Iterable<KubeObject>): object {
  const known = [...customs]
  const params = spec.paramKind && paramSchema(spec.paramKind, known)
  const expressionWarnings = cel.get().typeWarnings(spec, kindsOf(spec.matchConstraints?.resourceRules ?? [], known), params)
  return expressionWarnings.length === 0 ? {} : { expressionWarnings }
}
