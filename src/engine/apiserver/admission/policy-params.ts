/** The parameters of a binding (apiserver/pkg/admission/plugin/policy/generic CollectParams). */
import { custom } from '../../api/custom/custom.ts'
import { apiVersionOf, collectionOf, findKind, type ResourceInfo } from '../../api/resources.ts'
import { isSelectorError, matches, selectorOf, type LabelSelector } from '../../api/selector.ts'
import type { KubeObject } from '../../api/types.ts'
import type { AdmissionContext } from './plugin.ts'

export interface ParamKind {
  apiVersion: string
  kind: string
}

export interface ParamRef {
  name?: string
  namespace?: string
  selector?: LabelSelector
  parameterNotFoundAction?: 'Allow' | 'Deny'
}

/** The resource of the kind, or what is told of a policy that wants one that there is not. */
export function paramResource({ apiVersion, kind }: ParamKind, context: AdmissionContext): ResourceInfo | { error: string } {
  const found = findKind(apiVersion, kind) ?? customResources(context).find((info) => info.kind === kind && apiVersionOf(info) === apiVersion)
  return found ?? { error: `failed to find resource referenced by paramKind: '${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}'` }
}

const customResources = (context: AdmissionContext): readonly ResourceInfo[] => context.list('customresourcedefinitions').flatMap(custom.get().resourcesOf)

/** One parameter an evaluation; `undefined` among them: evaluated without. */
export function collectParams(info: ResourceInfo | undefined, ref: ParamRef | undefined, namespace: string | undefined, context: AdmissionContext): readonly (KubeObject | undefined)[] | { error: string } {
  if (info === undefined || ref === undefined) return [undefined]
  if (!info.namespaced && ref.namespace) return { error: 'paramRef.namespace must not be provided for a cluster-scoped `paramKind`' }
  const where = info.namespaced ? ref.namespace || namespace : undefined
  if (info.namespaced && where === undefined) return { error: 'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources' }
  const found = ref.name ? one(context.get(collectionOf(info), where, ref.name)) : selected(context.list(collectionOf(info), where), ref.selector)
  if (found.length === 0 && ref.parameterNotFoundAction === 'Deny') return { error: 'no params found for policy binding with `Deny` parameterNotFoundAction' }
  return found
}

const one = (object: KubeObject | undefined): KubeObject[] => (object === undefined ? [] : [object])

function selected(objects: readonly KubeObject[], given: LabelSelector | undefined): KubeObject[] {
  const selector = selectorOf(given ?? {})
  return isSelectorError(selector) ? [] : objects.filter(({ metadata }) => matches(selector, metadata.labels))
}
