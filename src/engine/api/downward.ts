/**
 * What the downward API tells a container about its pod: fieldRef (pkg/fieldpath and, for addresses,
 * the kubelet's podFieldSelectorRuntimeValue) and resourceFieldRef (pkg/api/v1/resource/helpers.go).
 */
import { goQuote } from './field.ts'
import { isQualifiedName } from './names.ts'
import { ceilDivide, isZero, parseQuantity, quantity } from './quantity.ts'
import type { Container, Pod, ResourceList } from './types.ts'

export type FieldValue = { value: string } | { error: string }

const subscripted = /^(metadata\.(?:annotations|labels))\['(.*)'\]$/s

/**
 * The value of a fieldRef's path. Environment variables may also name spec.nodeName,
 * spec.serviceAccountName and the addresses; `nodeIPs` stand in for those while the status lacks them.
 */
export function fieldValue(pod: Pod, path: string, nodeIPs: readonly string[] = []): FieldValue {
  const { metadata, spec, status } = pod
  const match = subscripted.exec(path)
  if (match) return subscriptValue(pod, path, match[1]!, match[2]!)
  switch (path) {
    case 'metadata.name':
      return { value: metadata.name }
    case 'metadata.namespace':
      return { value: metadata.namespace ?? '' }
    case 'metadata.uid':
      return { value: metadata.uid }
    case 'metadata.labels':
      return { value: formatMap(metadata.labels) }
    case 'metadata.annotations':
      return { value: formatMap(metadata.annotations) }
    case 'spec.nodeName':
      return { value: spec.nodeName ?? '' }
    case 'spec.serviceAccountName':
      return { value: spec.serviceAccountName ?? '' }
    case 'status.hostIP':
      return { value: status.hostIP ?? nodeIPs[0] ?? '' }
    case 'status.hostIPs':
      return { value: joinIPs(status.hostIPs) || nodeIPs.join(',') }
    case 'status.podIP':
      return { value: status.podIP ?? '' }
    case 'status.podIPs':
      return { value: joinIPs(status.podIPs) || (status.podIP ?? '') }
    default:
      return { error: `unsupported fieldPath: ${path}` }
  }
}

const joinIPs = (ips: readonly { ip: string }[] | undefined): string => (ips ?? []).map(({ ip }) => ip).join(',')

function subscriptValue({ metadata }: Pod, path: string, base: string, key: string): FieldValue {
  const annotations = base === 'metadata.annotations'
  const complaints = isQualifiedName(annotations ? key.toLowerCase() : key)
  if (complaints.length > 0) return { error: `invalid key subscript in ${path}: ${complaints.join(';')}` }
  const map = annotations ? metadata.annotations : metadata.labels
  return { value: map && Object.hasOwn(map, key) ? map[key]! : '' }
}

/** One `key="value"` a line, by key (fieldpath.FormatMap). */
function formatMap(map: Readonly<Record<string, string>> | undefined): string {
  return Object.keys(map ?? {})
    .toSorted()
    .map((key) => `${key}=${goQuote(map![key]!)}`)
    .join('\n')
}

/**
 * The value of a resourceFieldRef, in units of the divisor and rounded up. A limit that is not set, or is nothing, is that of the pod as a
 * whole, or else what the node has to give: that is `fallbacks` (see `limitFallbacks`).
 */
export function resourceValue(
  container: Pick<Container, 'resources'>,
  resource: string,
  divisorText: string | undefined,
  fallbacks: ResourceList,
): FieldValue {
  const parsed = parseQuantity(divisorText ?? '0')
  if ('error' in parsed) return { error: parsed.error }
  const divisor = isZero(parsed) ? quantity('1') : parsed
  const dot = resource.indexOf('.')
  const [list, name] = [resource.slice(0, dot), resource.slice(dot + 1)]
  const known = name === 'cpu' || name === 'memory' || name === 'ephemeral-storage' || name.startsWith('hugepages-')
  if (!known || (list !== 'limits' && list !== 'requests'))
    return { error: `unsupported container resource : ${resource}` }
  const given = container.resources?.[list]?.[name]
  const fallback = list === 'limits' && !name.startsWith('hugepages-') ? fallbacks[name] : undefined
  const amount = quantity(given === undefined || isZero(quantity(given)) ? (fallback ?? given) : given)
  return { value: String(ceilDivide(amount, divisor, name === 'cpu' ? -3 : 0)) }
}

/** What a container may use at most that says nothing of it (pkg/kubelet/kubelet_resources.go defaultPodLimitsForDownwardAPI). */
export function limitFallbacks({ spec }: Pod, nodeAllocatable: ResourceList): ResourceList {
  const limits = (spec as { resources?: { limits?: ResourceList } }).resources?.limits ?? {}
  const own = Object.entries(limits).filter(([name, limit]) => (name === 'cpu' || name === 'memory') && nodeAllocatable[name] !== undefined && !isZero(quantity(limit)))
  return own.length === 0 ? nodeAllocatable : { ...nodeAllocatable, ...Object.fromEntries(own) }
}
