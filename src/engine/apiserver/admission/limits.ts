import { podLimits, podRequests } from '../../api/podResources.ts'
import { compare, quantity } from '../../api/quantity.ts'
import type { Container, KubeObject, Pod } from '../../api/types.ts'

type Amounts = Record<string, string>

/** One entry of a LimitRange's spec.limits. */
interface LimitItem {
  type: 'Container' | 'Pod' | 'PersistentVolumeClaim'
  default?: Amounts
  defaultRequest?: Amounts
  min?: Amounts
  max?: Amounts
  maxLimitRequestRatio?: Amounts
}

const annotation = 'kubernetes.io/limit-ranger'

function itemsOf(range: KubeObject): LimitItem[] {
  return (range.spec?.limits ?? []) as LimitItem[]
}

export function withDefaults(pod: Pod, range: KubeObject): Pod {
  const requests: Amounts = {}
  const limits: Amounts = {}
  for (const item of itemsOf(range)) {
    if (item.type !== 'Container') continue
    Object.assign(requests, item.defaultRequest)
    Object.assign(limits, item.default)
  }
  const said: string[] = []
  const fill = (what: string) => (container: Container): Container => fillIn(container, what, requests, limits, said)
  // Not validated yet: there may be none.
  const containers = (pod.spec.containers ?? []).map(fill('container'))
  const initContainers = pod.spec.initContainers?.map(fill('init container'))
  if (said.length === 0) return pod
  const annotations = { ...pod.metadata.annotations, [annotation]: `LimitRanger plugin set: ${said.join('; ')}` }
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations },
    spec: { ...pod.spec, containers, ...(initContainers === undefined ? {} : { initContainers }) },
  }
}

function fillIn(container: Container, what: string, requests: Amounts, limits: Amounts, said: string[]): Container {
  const own = { requests: (container.resources?.requests ?? {}) as Amounts, limits: (container.resources?.limits ?? {}) as Amounts }
  const missing = (given: Amounts, defaults: Amounts): string[] => Object.keys(defaults).filter((name) => given[name] === undefined).sort()
  const forRequest = missing(own.requests, requests)
  const forLimit = missing(own.limits, limits)
  if (forRequest.length > 0) said.push(`${forRequest.join(', ')} request for ${what} ${container.name}`)
  if (forLimit.length > 0) said.push(`${forLimit.join(', ')} limit for ${what} ${container.name}`)
  if (forRequest.length + forLimit.length === 0) return container
  return { ...container, resources: { ...container.resources, requests: { ...requests, ...own.requests }, limits: { ...limits, ...own.limits } } }
}

function podErrors(item: LimitItem, pod: Pod): string[] {
  if (item.type === 'Pod') return boundErrors(item, podRequests(pod.spec), podLimits(pod.spec))
  if (item.type !== 'Container') return []
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
  return all.flatMap(({ resources }) => boundErrors(item, (resources?.requests ?? {}) as Amounts, (resources?.limits ?? {}) as Amounts))
}

function boundErrors(item: LimitItem, requests: Amounts, limits: Amounts): string[] {
  const each = (bounds: Amounts | undefined, check: (name: string, bound: string) => string | undefined): string[] =>
    Object.keys(bounds ?? {}).sort().flatMap((name) => check(name, bounds![name]!) ?? [])
  const usage = (name: string): string => `${name} usage per ${item.type}`
  return [
    ...each(item.min, (name, bound) => belowMinimum(usage(name), bound, requests[name], limits[name])),
    ...each(item.max, (name, bound) => aboveMaximum(usage(name), bound, requests[name], limits[name])),
    ...each(item.maxLimitRequestRatio, (name, bound) => ratioTooHigh(`${name} max limit to request ratio per ${item.type} is ${bound}`, bound, requests[name], limits[name])),
  ]
}

const less = (a: string, b: string): boolean => compare(quantity(a), quantity(b)) < 0

function belowMinimum(usage: string, bound: string, request: string | undefined, limit: string | undefined): string | undefined {
  const minimum = `minimum ${usage} is ${bound}`
  if (request === undefined) return `${minimum}.  No request is specified`
  if (less(request, bound)) return `${minimum}, but request is ${request}`
  return limit !== undefined && less(limit, bound) ? `${minimum}, but limit is ${limit}` : undefined
}

function aboveMaximum(usage: string, bound: string, request: string | undefined, limit: string | undefined): string | undefined {
  const maximum = `maximum ${usage} is ${bound}`
  if (limit === undefined) return `${maximum}.  No limit is specified`
  if (less(bound, limit)) return `${maximum}, but limit is ${limit}`
  return request !== undefined && less(bound, request) ? `${maximum}, but request is ${request}` : undefined
}

function ratioTooHigh(about: string, bound: string, request: string | undefined, limit: string | undefined): string | undefined {
  const asked = quantity(request).milliValue
  if (asked === 0) return `${about}, but no request is specified or request is 0`
  const allowed = quantity(limit).milliValue
  if (allowed === 0) return `${about}, but no limit is specified or limit is 0`
  const ratio = allowed / asked
  return ratio > quantity(bound).milliValue / 1000 ? `${about}, but provided ratio is ${ratio.toFixed(6)}` : undefined
}

function claimErrors(item: LimitItem, claim: KubeObject): string[] {
  if (item.type !== 'PersistentVolumeClaim') return []
  const requests = (claim.spec?.resources?.requests ?? {}) as Amounts
  const usage = (name: string): string => `${name} usage per ${item.type}`
  const below = Object.entries(item.min ?? {}).flatMap(([name, bound]) => belowMinimum(usage(name), bound, requests[name], undefined) ?? [])
  const above = Object.entries(item.max ?? {}).flatMap(([name, bound]) =>
    requests[name] === undefined ? [`maximum ${usage(name)} is ${bound}.  No request is specified`]
      : less(bound, requests[name]!) ? [`maximum ${usage(name)} is ${bound}, but request is ${requests[name]}`] : [],
  )
  return [...below, ...above]
}

/** In what a pod or a claim is out of the bounds of a range. */
export function errorsOf(range: KubeObject, object: KubeObject, isClaim: boolean): string[] {
  return itemsOf(range).flatMap((item) => (isClaim ? claimErrors(item, object) : podErrors(item, object as Pod)))
}
