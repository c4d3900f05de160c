/** Which requests a policy or a binding is about (apiserver/pkg/admission/plugin/policy/matching, webhook/predicates). */
import { asServed } from '../../api/conversion.ts'
import { apiVersionOf, resources, type ResourceInfo } from '../../api/resources.ts'
import { isSelectorError, matches, selectorOf, type LabelSelector } from '../../api/selector.ts'
import { custom } from '../../api/custom/custom.ts'
import type { AdmissionContext, Attributes } from './plugin.ts'

/** admissionregistration.k8s.io/v1 MatchResources, defaulted. */
export interface MatchResources {
  resourceRules?: readonly NamedRule[]
  excludeResourceRules?: readonly NamedRule[]
  namespaceSelector?: LabelSelector
  objectSelector?: LabelSelector
  matchPolicy?: 'Exact' | 'Equivalent'
}

interface NamedRule {
  resourceNames?: readonly string[]
  operations?: readonly string[]
  apiGroups?: readonly string[]
  apiVersions?: readonly string[]
  resources?: readonly string[]
  scope?: '*' | 'Cluster' | 'Namespaced'
}

/** The resource as which the request matches - the one that was asked for, or another version of it - or undefined when it does not. */
export function matchedResource(wanted: MatchResources, attributes: Attributes, context: AdmissionContext): ResourceInfo | undefined {
  if (!inNamespaces(wanted.namespaceSelector, attributes, context) || !hasLabels(wanted.objectSelector, attributes)) return undefined
  const same = equivalents(attributes.info, wanted.matchPolicy)
  const anyOf = (rules: readonly NamedRule[] | undefined): ResourceInfo | undefined => same.find((info) => rules?.some((rule) => ruleMatches(rule, info, attributes)))
  if (anyOf(wanted.excludeResourceRules) !== undefined) return undefined
  return (wanted.resourceRules ?? []).length === 0 ? attributes.info : anyOf(wanted.resourceRules)
}

/** An object as the version of `info` says it. */
export const asMatched = asServed

/** The resource itself first, then the other versions in which the same objects are served. */
function equivalents(info: ResourceInfo, policy: MatchResources['matchPolicy'] = 'Equivalent'): readonly ResourceInfo[] {
  if (policy === 'Exact') return [info]
  const all = info.custom === undefined ? resources : custom.get().resourcesOf(info.custom.definition)
  return [info, ...all.filter((other) => other !== info && other.plural === info.plural && other.kind === info.kind && apiVersionOf(other) !== apiVersionOf(info))]
}

function ruleMatches(rule: NamedRule, info: ResourceInfo, { operation, subresource = '', namespace, name }: Attributes): boolean {
  const has = (list: readonly string[] | undefined, value: string): boolean => list !== undefined && (list.includes('*') || list.includes(value))
  const isCluster = info.plural === 'namespaces' || namespace === undefined
  if (rule.scope === 'Cluster' && !isCluster) return false
  if (rule.scope === 'Namespaced' && isCluster) return false
  if (!has(rule.operations, operation) || !has(rule.apiGroups, info.group) || !has(rule.apiVersions, info.version)) return false
  const isNamed = rule.resources?.some((text) => {
    const [resource, sub = ''] = text.split('/')
    return (resource === '*' || resource === info.plural) && (sub === '*' || sub === subresource)
  })
  return isNamed === true && (!rule.resourceNames?.length || rule.resourceNames.includes(name))
}

function inNamespaces(selector: LabelSelector | undefined, { info, namespace, operation, object, name }: Attributes, context: AdmissionContext): boolean {
  const isNamespace = info.group === '' && info.plural === 'namespaces'
  if (selects(selector, undefined, true) || (namespace === undefined && !isNamespace)) return true
  const about = isNamespace && (operation === 'CREATE' || operation === 'UPDATE') ? object : context.get('namespaces', undefined, isNamespace ? name : namespace!)
  return selects(selector, about?.metadata.labels)
}

/** Of an update, either object may have the labels. */
function hasLabels(selector: LabelSelector | undefined, { object, old }: Attributes): boolean {
  return selects(selector, object.metadata.labels) || (old !== undefined && selects(selector, old.metadata.labels))
}

/** `isEmpty`: whether the selector asks for nothing. */
function selects(given: LabelSelector | undefined, labels: Readonly<Record<string, string>> | undefined, isEmpty = false): boolean {
  const selector = selectorOf(given ?? {})
  if (isSelectorError(selector)) return false
  return isEmpty ? selector.requirements.length === 0 : matches(selector, labels)
}
