/** Pods: update, status, ephemeral containers, resize. */
import { duplicate, forbidden, invalid, required, type FieldError } from '../field.ts'
import { isMirrorPod } from '../machine.ts'
import { semanticEqual } from '../equality.ts'
import { isDNS1123Subdomain, isInRange, isIPv6, isValidIP } from '../names.ts'
import { internalStruct } from './internalTypes.ts'
import { qosClass, type QOSSpec } from '../qos.ts'
import type { KubeObject } from '../types.ts'
import { immutable } from './meta.ts'
import { validatePodAnnotationUpdates } from './podAnnotations.ts'
import { specDiff } from './podDiff.ts'
import { complain, qualifiedName, type Fields } from './report.ts'
import { validateTolerations } from './scheduling.ts'
import { validateSpec } from './pod.ts'

const updatable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',')

export function updatePod(next: KubeObject, old: KubeObject, errors: FieldError[]): void {
  const spec: Fields = next['spec']
  const before: Fields = old['spec']
  if (spec === before && next.metadata.annotations === old.metadata.annotations) return
  validateSpec(next, errors)
  validatePodAnnotationUpdates(
    next.metadata.annotations,
    old.metadata.annotations,
    spec,
    'metadata.annotations',
    errors,
  )
  if (!sameContainers(spec, before, 'containers', errors) || !sameContainers(spec, before, 'initContainers', errors))
    return
  if (!validateDeadline(spec, before, errors)) return
  onlyAddedTolerations(spec['tolerations'] ?? [], before['tolerations'] ?? [], errors)
  onlyRemovedGates(spec['schedulingGates'] ?? [], before['schedulingGates'] ?? [], errors)
  if (semanticEqual(spec, before)) return
  const munged = munge(spec, before, errors)
  if (semanticEqual(munged, before)) return
  errors.push(
    forbidden('spec', `pod updates may not change fields other than ${updatable}\n${specDiff(before, munged)}`),
  )
}

function sameContainers(spec: Fields, old: Fields, list: string, errors: FieldError[]): boolean {
  const [next, before]: [Fields[], Fields[]] = [spec[list] ?? [], old[list] ?? []]
  if (next.length !== before.length) {
    errors.push(forbidden(`spec.${list}`, 'pod updates may not add or remove containers'))
    return false
  }
  next.forEach(({ image = '' }, i) => {
    if (image === '') errors.push(required(`spec.${list}[${i}].image`))
    if (image.trim() !== image) {
      errors.push(invalid(`spec.${list}[${i}].image`, image, 'must not have leading or trailing whitespace'))
    }
  })
  return true
}

/** May be set, and lowered; whether the rest is worth looking at. */
function validateDeadline(spec: Fields, old: Fields, errors: FieldError[]): boolean {
  const at = 'spec.activeDeadlineSeconds'
  const [next, before] = [spec['activeDeadlineSeconds'], old['activeDeadlineSeconds']]
  if (next === undefined) {
    if (before !== undefined) errors.push(invalid(at, null, 'must not update from a positive integer to nil value'))
    return true
  }
  const complaints = isInRange(next, 0, 2147483647)
  complain(complaints, next, at, errors)
  if (complaints.length > 0) return false
  if (before === undefined || before >= next) return true
  errors.push(invalid(at, next, 'must be less than or equal to previous value'))
  return false
}

function onlyAddedTolerations(next: Fields[], old: Fields[], errors: FieldError[]): void {
  const same = (a: Fields, b: Fields) =>
    semanticEqual({ ...a, tolerationSeconds: undefined }, { ...b, tolerationSeconds: undefined })
  if (!old.every((before) => next.some((t) => same(t, before)))) {
    errors.push(forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'))
    return
  }
  validateTolerations(next, 'spec.tolerations', errors)
}

function onlyRemovedGates(next: Fields[], old: Fields[], errors: FieldError[]): void {
  next.forEach(({ name }, i) => {
    if (old.some((gate) => gate['name'] === name)) return
    errors.push(
      forbidden(`spec.schedulingGates[${i}].name`, `only deletion is allowed, but found new scheduling gate '${name}'`),
    )
  })
}

/** The new spec with everything that may change as it was: what still differs is refused. */
function munge(spec: Fields, old: Fields, errors: FieldError[]): Fields {
  const images = (list: string) => spec[list]?.map((c: Fields, i: number) => ({ ...c, image: old[list][i].image }))
  const munged: Fields = {
    ...spec,
    containers: images('containers'),
    initContainers: images('initContainers'),
    activeDeadlineSeconds: old['activeDeadlineSeconds'],
    schedulingGates: old['schedulingGates'],
    tolerations: old['tolerations'],
  }
  if (old['terminationGracePeriodSeconds'] < 0 && spec['terminationGracePeriodSeconds'] === 1) {
    munged['terminationGracePeriodSeconds'] = old['terminationGracePeriodSeconds']
  }
  if (old['schedulingGates']?.length > 0) mungeGated(munged, old, errors)
  return munged
}

/** A gated pod may still be told more narrowly where to go. */
function mungeGated(munged: Fields, old: Fields, errors: FieldError[]): void {
  const selector: Fields = munged['nodeSelector'] ?? {}
  const before: Fields = old['nodeSelector'] ?? {}
  if (Object.keys(before).some((key) => selector[key] !== before[key])) {
    errors.push(
      invalid(
        'spec.nodeSelector',
        selector,
        'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
      ),
    )
  }
  munged['nodeSelector'] = old['nodeSelector']
  const [nextAffinity, oldAffinity] = [munged['affinity']?.nodeAffinity, old['affinity']?.nodeAffinity]
  if (semanticEqual(nextAffinity, oldAffinity)) return
  onlyNarrowedAffinity(nextAffinity, oldAffinity, errors)
  munged['affinity'] = { ...munged['affinity'], nodeAffinity: oldAffinity }
}

const hard = 'requiredDuringSchedulingIgnoredDuringExecution'

function onlyNarrowedAffinity(next: Fields | undefined, old: Fields | undefined, errors: FieldError[]): void {
  const before: Fields[] = old?.[hard]?.nodeSelectorTerms ?? []
  const after: Fields[] = next?.[hard]?.nodeSelectorTerms ?? []
  if (before.length === 0) return
  const at = `spec.affinity.nodeAffinity.${hard}.nodeSelectorTerms`
  if (before.length !== after.length) {
    errors.push(invalid(at, after.length === 0 ? null : after.map(printedTerm), 'no additions/deletions to non-empty NodeSelectorTerms list are allowed'))
    return
  }
  before.forEach((term, i) => {
    const narrowed = (field: string) => {
      const was: Fields[] = term[field] ?? []
      const is: Fields[] = after[i]![field] ?? []
      return is.length >= was.length && semanticEqual(is.slice(0, was.length), was)
    }
    const wasEmpty = !term['matchExpressions']?.length && !term['matchFields']?.length
    const isEmpty = !after[i]!['matchExpressions']?.length && !after[i]!['matchFields']?.length
    if (narrowed('matchExpressions') && narrowed('matchFields') && (!wasEmpty || isEmpty)) return
    errors.push(invalid(`${at}[${i}]`, printedTerm(after[i]!), 'only additions are allowed (no mutations or deletions)'))
  })
}

const printedTerm = (term: Fields) => internalStruct(term, 'NodeSelectorTerm')

const systemConditions = new Set(['PodScheduled', 'Ready', 'Initialized'])
const notNegative = 'must be a non-negative integer'

export function updatePodStatus(next: KubeObject, old: KubeObject, errors: FieldError[]): void {
  const [status, before]: [Fields, Fields] = [next['status'] ?? {}, old['status'] ?? {}]
  validatePodAnnotationUpdates(
    next.metadata.annotations,
    old.metadata.annotations,
    next['spec'],
    'metadata.annotations',
    errors,
  )
  status['conditions']?.forEach(({ type = '', observedGeneration = 0 }: Fields, i: number) => {
    const at = `status.conditions[${i}]`
    if (observedGeneration < 0) errors.push(invalid(`${at}.observedGeneration`, observedGeneration, notNegative))
    if (!systemConditions.has(type)) qualifiedName(type, `${at}.Type`, errors)
  })
  if ((next['spec'].nodeName ?? '') !== (old['spec'].nodeName ?? '')) {
    errors.push(forbidden('status.nodeName', 'may not be changed directly'))
  }
  const nominated = status['nominatedNodeName']
  if (nominated && nominated !== before['nominatedNodeName']) {
    complain(isDNS1123Subdomain(nominated), nominated, 'status.nominatedNodeName', errors)
    if (old['spec'].nodeName) errors.push(forbidden('status.nominatedNodeName', 'may not be set on pods that are already bound to a node'))
  }
  if (status['observedGeneration'] < 0) errors.push(invalid('status.observedGeneration', status['observedGeneration'], notNegative))
  immutable(status['qosClass'], before['qosClass'], 'status.qosClass', errors)
  validateTransitions(next, status, before, errors)
  claimStatuses(status['resourceClaimStatuses'] ?? [], next['spec'].resourceClaims ?? [], errors)
  if (status['podIPs']) validateIPs(status['podIPs'], before['podIPs'], 'status.podIPs', errors)
  const hostIPs: Fields[] = status['hostIPs'] ?? []
  if (hostIPs.length > 0) {
    if ((status['hostIP'] ?? '') !== hostIPs[0]!['ip']) {
      errors.push(invalid('status.hostIPs[0].ip', hostIPs[0]!['ip'], 'must be equal to `hostIP`'))
    }
    validateIPs(hostIPs, before['hostIPs'], 'status.hostIPs', errors)
  }
}

/** A container that may not restart stays terminated. */
function validateTransitions(pod: KubeObject, status: Fields, old: Fields, errors: FieldError[]): void {
  const policy: string = pod['spec'].restartPolicy
  const check = (list: string, restartPolicy: string, exempt: (name: string) => boolean) => {
    if (restartPolicy === 'Always') return
    old[list]?.forEach((before: Fields, i: number) => {
      const ended = before['state']?.terminated
      if (!ended || (ended.exitCode !== 0 && restartPolicy === 'OnFailure') || exempt(before['name'])) return
      const now = status[list]?.find((s: Fields) => s['name'] === before['name'])
      if (now && !now.state?.terminated) {
        errors.push(forbidden(`status.${list}[${i}].state`, 'may not be transitioned to non-terminated state'))
      }
    })
  }
  const isSidecar = (name: string) =>
    pod['spec'].initContainers?.some((c: Fields) => c['name'] === name && c['restartPolicy'] === 'Always') ?? false
  check('containerStatuses', policy, () => false)
  check('initContainerStatuses', policy, isSidecar)
  check('ephemeralContainerStatuses', 'Never', () => false)
}

function claimStatuses(statuses: readonly Fields[], claims: readonly Fields[], errors: FieldError[]): void {
  const seen = new Set<string>()
  for (const [i, { name = '', resourceClaimName }] of statuses.entries()) {
    const at = `status.resourceClaimStatuses[${i}].name`
    if (!claims.some((claim) => claim['name'] === name)) errors.push(invalid(at, name, 'must match the name of an entry in `spec.resourceClaims`'))
    if (seen.has(name)) errors.push(duplicate(at, name))
    seen.add(name)
    if (resourceClaimName !== undefined) complain(isDNS1123Subdomain(resourceClaimName), resourceClaimName, at, errors)
  }
}

function validateIPs(ips: Fields[], old: Fields[] | undefined, at: string, errors: FieldError[]): void {
  const known = new Set(old?.map(({ ip }) => ip))
  ips.forEach(({ ip = '' }, i) => known.has(ip) || complain(isValidIP(ip), ip, `${at}[${i}]`, errors))
  if (ips.length < 2) return
  const families = new Set(ips.map(({ ip = '' }) => isIPv6(ip)))
  if (families.size === 2 && ips.length === 2) return
  const printed = ips.map(({ ip }) => ({ IP: ip }))
  errors.push(invalid(at, printed, 'may specify no more than one IP for each IP family'))
}

export function updateEphemeralContainers(next: KubeObject, old: KubeObject, errors: FieldError[]): void {
  // instead of everything else
  if (isMirrorPod(old)) return void errors.splice(0, errors.length, forbidden('[]', 'static pods do not support ephemeral containers'))
  validateSpec(next, errors)
  validatePodAnnotationUpdates(next.metadata.annotations, old.metadata.annotations, next['spec'], 'metadata.annotations', errors)
  const at = 'spec.ephemeralContainers'
  for (const before of old['spec'].ephemeralContainers ?? []) {
    const now = next['spec'].ephemeralContainers?.find((c: Fields) => c['name'] === before.name)
    const quoted = JSON.stringify(before.name)
    if (!now) errors.push(forbidden(at, `existing ephemeral containers ${quoted} may not be removed\n`))
    else if (!semanticEqual(before, now)) {
      errors.push(
        forbidden(
          at,
          `existing ephemeral containers ${quoted} may not be changed\n${specDiff(before, now, 'Container')}`,
        ),
      )
    }
  }
}

/** What pods/resize refuses. A memory limit may go down: whether it can, only the node knows (KEP-1287, since v1.34). */
export function resizePod(next: KubeObject, old: KubeObject, errors: FieldError[]): void {
  const spec: Fields = next['spec']
  const before: Fields = old['spec']
  const never = neverResized(old, spec)
  // instead of everything else
  if (never !== undefined) return void errors.splice(0, errors.length, forbidden('[]', never))
  validateSpec(next, errors)
  if ((old['status']?.qosClass ?? qosClass(before as QOSSpec)) !== qosClass(spec as QOSSpec)) {
    errors.push(invalid('spec', next['status']?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing'))
  }
  const running: Fields | undefined = old['status']?.containerStatuses?.find((c: Fields) => c['state']?.running)
  if (running && running['resources'] === undefined) errors.push(forbidden('spec', 'Pod running on node without support for resize'))
  const [sameMain, sameInit] = [inOrder(spec, before, 'containers', errors), inOrder(spec, before, 'initContainers', errors)]
  if (!sameMain || !sameInit) return
  const lists = ['initContainers', 'containers'] as const
  for (const list of lists) {
    for (const [i, c] of ((spec[list] ?? []) as Fields[]).entries()) {
      if (list === 'containers' || isRestarted(c)) nothingRemoved(c, before[list][i], `spec.${list}[${i}].resources`, errors)
    }
  }
  for (const [i, c] of ((spec['containers'] ?? []) as Fields[]).entries()) {
    if (!sameButCPUAndMemory(c, before['containers'][i])) errors.push(forbidden('spec', 'only cpu and memory resources are mutable'))
  }
  for (const [i, c] of ((spec['initContainers'] ?? []) as Fields[]).entries()) {
    const was: Fields = before['initContainers'][i]
    if (isRestarted(c)) {
      if (!sameButCPUAndMemory(c, was)) errors.push(forbidden('spec', 'only cpu and memory resources for sidecar containers are mutable'))
    } else if (!semanticEqual(c, was)) errors.push(forbidden('spec', 'resources for non-sidecar init containers are immutable'))
  }
}

const isRestarted = (c: Fields): boolean => c['restartPolicy'] === 'Always'

function neverResized(old: KubeObject, spec: Fields): string | undefined {
  const before: Fields = old['spec']
  const hasOwn = ({ resources }: Fields) => Object.keys({ ...resources?.requests, ...resources?.limits }).length > 0
  if (hasOwn(before) || hasOwn(spec)) return 'pods with pod-level resources cannot be resized'
  if (isMirrorPod(old)) return 'static pods cannot be resized'
  return before['os']?.name === 'windows' ? 'windows pods cannot be resized' : undefined
}

function inOrder(spec: Fields, old: Fields, list: 'containers' | 'initContainers', errors: FieldError[]): boolean {
  const [next, before]: [Fields[], Fields[]] = [spec[list] ?? [], old[list] ?? []]
  const at = `spec.${list}`
  const wrong =
    next.length === before.length
      ? next.flatMap((c, i) => (c['name'] === before[i]!['name'] ? [] : [forbidden(`${at}[${i}].name`, `${list} may not be renamed or reordered on resize`)]))
      : [forbidden(at, `${list} may not be added or removed on resize`)]
  errors.push(...wrong)
  return wrong.length === 0
}

function nothingRemoved(next: Fields, old: Fields, at: string, errors: FieldError[]): void {
  for (const list of ['requests', 'limits'] as const) {
    const [is, was]: [Fields, Fields] = [next['resources']?.[list] ?? {}, old['resources']?.[list] ?? {}]
    if (Object.keys(was).some((name) => is[name] === undefined)) errors.push(forbidden(`${at}.${list}`, `resource ${list} cannot be removed`))
  }
}

/** Where the old container said nothing of requests or limits, the new one may say anything. */
function sameButCPUAndMemory(next: Fields, old: Fields): boolean {
  const munged = (list: 'requests' | 'limits'): Fields | undefined => {
    const was: Fields | undefined = old['resources']?.[list]
    if (!was) return undefined
    const others = Object.entries(next['resources']?.[list] ?? {}).filter(([name]) => name !== 'cpu' && name !== 'memory')
    const kept = Object.entries(was).filter(([name]) => name === 'cpu' || name === 'memory')
    return Object.fromEntries([...others, ...kept])
  }
  const { claims: _, ...rest } = next['resources'] ?? {}
  const resources = { ...rest, requests: munged('requests'), limits: munged('limits') }
  return semanticEqual({ ...next, resources }, { ...old, resources: old['resources'] ?? {} })
}
