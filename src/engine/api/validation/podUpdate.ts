/** Pods: update, status, ephemeral containers, resize. */
import { forbidden, invalid, required, duplicate, type FieldError } from '../field.ts'
import { semanticEqual } from '../equality.ts'
import { isDNS1123Subdomain, isInRange, isIPv6, isValidIP } from '../names.ts'
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
    errors.push(invalid(at, after, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed'))
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
    errors.push(invalid(`${at}[${i}]`, after[i], 'only additions are allowed (no mutations or deletions)'))
  })
}

const systemConditions = new Set(['PodScheduled', 'Ready', 'Initialized'])

export function updatePodStatus(next: KubeObject, old: KubeObject, errors: FieldError[]): void {
  const [status, before]: [Fields, Fields] = [next['status'] ?? {}, old['status'] ?? {}]
  validatePodAnnotationUpdates(
    next.metadata.annotations,
    old.metadata.annotations,
    next['spec'],
    'metadata.annotations',
    errors,
  )
  status['conditions']?.forEach(({ type = '' }: Fields, i: number) => {
    if (!systemConditions.has(type)) qualifiedName(type, `metadata.conditions[${i}].Type`, errors)
  })
  if ((next['spec'].nodeName ?? '') !== (old['spec'].nodeName ?? '')) {
    errors.push(forbidden('status.nodeName', 'may not be changed directly'))
  }
  const nominated = status['nominatedNodeName']
  if (nominated && nominated !== before['nominatedNodeName']) {
    complain(isDNS1123Subdomain(nominated), nominated, 'status.nominatedNodeName', errors)
  }
  immutable(status['qosClass'], before['qosClass'], 'status.qosClass', errors)
  validateTransitions(next, status, before, errors)
  if (status['podIPs']) validateIPs(status['podIPs'], 'status.podIPs', errors)
  const hostIPs: Fields[] = status['hostIPs'] ?? []
  if (hostIPs.length > 0) {
    if ((status['hostIP'] ?? '') !== hostIPs[0]!['ip']) {
      errors.push(invalid('status.hostIPs[0].ip', hostIPs[0]!['ip'], 'must be equal to `hostIP`'))
    }
    validateIPs(hostIPs, 'status.hostIPs', errors)
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

function validateIPs(ips: Fields[], at: string, errors: FieldError[]): void {
  ips.forEach(({ ip = '' }, i) => complain(isValidIP(ip), ip, `${at}[${i}].ip`, errors))
  if (ips.length < 2) return
  const families = new Set(ips.map(({ ip = '' }) => isIPv6(ip)))
  if (families.size < 2 || ips.length > 2) {
    errors.push(
      invalid(
        at,
        ips.map(({ ip }) => ({ IP: ip })),
        'may specify no more than one IP for each IP family',
      ),
    )
  }
  const seen = new Set<string>()
  ips.forEach(({ ip }, i) => {
    if (seen.has(ip)) errors.push(duplicate(`${at}[${i}]`, { IP: ip }))
    seen.add(ip)
  })
}

export function updateEphemeralContainers(next: KubeObject, old: KubeObject, errors: FieldError[]): void {
  validateSpec(next, errors)
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
  if (old.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return void errors.push(forbidden('[]', 'static pods cannot be resized'))
  if (old['spec'].resources !== undefined) return void errors.push(forbidden('[]', 'pods with pod-level resources cannot be resized'))
  validateSpec(next, errors)
  const spec: Fields = next['spec']
  const before: Fields = old['spec']
  if (!sameContainers(spec, before, 'containers', errors) || !sameContainers(spec, before, 'initContainers', errors))
    return
  if (old['status']?.qosClass && old['status'].qosClass !== qosClass(spec as QOSSpec)) {
    errors.push(invalid('spec', old['status'].qosClass, 'Pod QOS Class may not change as a result of resizing'))
  }
  spec['containers'].forEach((c: Fields, i: number) =>
    validateContainerResize(c, before['containers'][i], `spec.containers[${i}].resources`, errors),
  )
  spec['initContainers']?.forEach((c: Fields, i: number) => {
    const was = before['initContainers'][i]
    if (c['restartPolicy'] === 'Always') validateContainerResize(c, was, `spec.initContainers[${i}].resources`, errors)
    else if (!semanticEqual(c, was))
      errors.push(forbidden('spec', 'resources for non-sidecar init containers are immutable'))
  })
}

function validateContainerResize(next: Fields, old: Fields, at: string, errors: FieldError[]): void {
  const lists = ['requests', 'limits'] as const
  for (const list of lists) {
    const [is, was]: [Fields, Fields] = [next['resources']?.[list] ?? {}, old['resources']?.[list] ?? {}]
    if (Object.keys(was).some((name) => is[name] === undefined)) {
      errors.push(forbidden(`${at}.${list}`, `resource ${list} cannot be removed`))
    }
    const others = Object.keys({ ...is, ...was }).filter((name) => name !== 'cpu' && name !== 'memory')
    if (others.some((name) => is[name] !== was[name]))
      errors.push(forbidden('spec', 'only cpu and memory resources are mutable'))
  }
}
