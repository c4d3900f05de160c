import { qosClass, type QOSSpec } from '../qos.ts'
import type { KubeObject, Pod } from '../types.ts'

interface ScopeSelector {
  scopeName: string
  operator: string
  values?: readonly string[]
}

function selectorsOf({ spec }: KubeObject): ScopeSelector[] {
  const named = ((spec?.scopes ?? []) as string[]).map((scopeName) => ({ scopeName, operator: 'Exists' }))
  return [...named, ...((spec?.scopeSelector?.matchExpressions ?? []) as ScopeSelector[])]
}

/** Whether a quota is about this object at all; only pods, and claims by their class, have scopes. */
export function inScope(quota: KubeObject, plural: string, object: KubeObject): boolean {
  return selectorsOf(quota).every((selector) => {
    if (plural === 'pods') return podInScope(selector, object as Pod)
    return plural === 'persistentvolumeclaims' && selector.scopeName === 'VolumeAttributesClass'
      ? classesOf(object).some((name) => matchesValue(selector, name))
      : false
  })
}

/** The class that a claim asks for, the one that it has and the one that it is on its way to. */
function classesOf({ spec, status }: KubeObject): (string | undefined)[] {
  const names = [spec?.volumeAttributesClassName, status?.currentVolumeAttributesClassName, status?.modifyVolumeStatus?.targetVolumeAttributesClassName]
  const given = (names as (string | undefined)[]).filter(Boolean)
  return given.length === 0 ? [undefined] : given
}

export const isTimeLimited = ({ spec }: Pick<Pod, 'spec'>): boolean => (spec.activeDeadlineSeconds ?? -1) >= 0

function podInScope(selector: ScopeSelector, { spec }: Pod): boolean {
  switch (selector.scopeName) {
    case 'Terminating':
      return isTimeLimited({ spec })
    case 'NotTerminating':
      return !isTimeLimited({ spec })
    case 'BestEffort':
      return qosClass(spec as QOSSpec) === 'BestEffort'
    case 'NotBestEffort':
      return qosClass(spec as QOSSpec) !== 'BestEffort'
    case 'PriorityClass':
      return matchesValue(selector, spec.priorityClassName)
    case 'CrossNamespacePodAffinity':
      return usesOtherNamespaces(spec)
    default:
      return false
  }
}

function matchesValue({ operator, values = [] }: ScopeSelector, value: string | undefined): boolean {
  const given = value !== undefined && value !== ''
  if (operator === 'Exists') return given
  if (operator === 'DoesNotExist') return !given
  if (operator === 'In') return given && values.includes(value)
  return !given || !values.includes(value)
}

function usesOtherNamespaces({ affinity }: Pod['spec']): boolean {
  return [affinity?.podAffinity, affinity?.podAntiAffinity].some((side) => {
    const terms = [...(side?.requiredDuringSchedulingIgnoredDuringExecution ?? []), ...(side?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((weighted) => weighted.podAffinityTerm)]
    return terms.some((term) => (term.namespaces?.length ?? 0) > 0 || term.namespaceSelector !== undefined)
  })
}
