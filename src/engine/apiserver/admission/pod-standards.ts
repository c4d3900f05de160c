import { collectionOf } from '../../api/resources.ts'
import { isOpen, isStricter, policyOf, printLevel, printViolations, violations, type LevelVersion, type Policy } from '../../api/podSecurity/policy.ts'
import type { Checked } from '../../api/podSecurity/check.ts'
import { forbidden, invalid } from '../../api/status.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import type { AdmissionContext, Attributes, Verdict } from './plugin.ts'

/** The pod in an object: itself, or what its template makes. */
function podIn({ kind, metadata, spec }: KubeObject): Checked | undefined {
  switch (kind) {
    case 'Pod':
      return { metadata, spec } as Checked
    case 'CronJob':
      return template(spec?.jobTemplate?.spec?.template)
    case 'Deployment':
    case 'ReplicaSet':
    case 'ReplicationController':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
      return template(spec?.template)
    default:
      return undefined
  }
}

const template = (given: Partial<Checked> | undefined): Checked | undefined => (given?.spec == null ? undefined : { metadata: given.metadata ?? {}, spec: given.spec })

/** Subresources that change nothing of what is checked. */
const otherParts = new Set(['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status'])

function checkPod({ info, name, subresource, object, old }: Attributes, { enforce, warn }: Policy): Verdict | undefined {
  if (isOpen(enforce) && isOpen(warn)) return undefined
  if (subresource !== undefined && otherParts.has(subresource)) return undefined
  const pod = object as Pod
  if (old !== undefined && !changesImages(pod, old as Pod)) return undefined
  const found = violations(pod, enforce)
  if (found.length > 0) return { refused: forbidden(info, name, `violates PodSecurity ${JSON.stringify(printLevel(enforce))}: ${printViolations(found)}`) }
  return warning(pod, warn)
}

function checkTemplate({ subresource }: Attributes, checked: Checked, { warn }: Policy): Verdict | undefined {
  return subresource !== undefined || isOpen(warn) ? undefined : warning(checked, warn)
}

function warning(checked: Checked, level: LevelVersion): Verdict | undefined {
  const found = violations(checked, level)
  return found.length === 0 ? undefined : { warnings: [`would violate PodSecurity ${JSON.stringify(printLevel(level))}: ${printViolations(found)}`] }
}

/** Of a stored pod little can change: images, and which containers there are. */
function changesImages(pod: Pod, old: Pod): boolean {
  const images = ({ spec }: Pod): string =>
    JSON.stringify([spec.containers, spec.initContainers ?? [], spec.ephemeralContainers ?? []].map((list) => (list as { name: string; image?: string }[]).map(({ name, image }) => [name, image])))
  return images(pod) !== images(old)
}

function checkNamespace({ info, name, subresource, operation, object, old }: Attributes, context: AdmissionContext): Verdict | undefined {
  if (subresource !== undefined || object.metadata.labels === old?.metadata.labels) return undefined
  const policy = policyOf(object.metadata.labels)
  const before = policyOf(old?.metadata.labels)
  if (policy.errors.length > 0 && JSON.stringify(policy.errors) !== JSON.stringify(before.errors)) return { refused: invalid(info, name, policy.errors) }
  const { enforce } = policy
  if (operation === 'CREATE' || isOpen(enforce) || printLevel(enforce) === printLevel(before.enforce)) return undefined
  if (enforce.version === before.enforce.version && !isStricter(enforce.level, before.enforce.level)) return undefined
  const warnings = presentPods(context.list('pods', name) as Pod[], enforce)
  if (warnings.length === 0) return undefined
  return { warnings: [`existing pods in namespace ${JSON.stringify(name)} violate the new PodSecurity enforce level ${JSON.stringify(printLevel(enforce))}`, ...warnings] }
}

/** What is wrong with the pods that are there, each reason once: "web-1 (and 2 other pods): host namespaces, privileged". */
function presentPods(pods: readonly Pod[], level: LevelVersion): string[] {
  const byReason = new Map<string, string[]>()
  for (const pod of pods) {
    const found = violations(pod, level)
    if (found.length === 0) continue
    const reason = found.map(({ reason: one }) => one).join(', ')
    byReason.set(reason, [...(byReason.get(reason) ?? []), pod.metadata.name])
  }
  const others = (n: number): string => (n === 0 ? '' : n === 1 ? ' (and 1 other pod)' : ` (and ${n} other pods)`)
  return [...byReason].map(([reason, names]) => `${names.toSorted()[0]}${others(names.length - 1)}: ${reason}`).sort()
}

/** What the standards say of a pod, a template, or a namespace whose labels change. */
export function checkStandards(attributes: Attributes, context: AdmissionContext): Verdict | undefined {
  const { info, namespace, object } = attributes
  if (collectionOf(info) === 'namespaces') return checkNamespace(attributes, context)
  const checked = podIn(object)
  if (checked === undefined || namespace === undefined) return undefined
  const policy = policyOf(context.get('namespaces', undefined, namespace)?.metadata.labels)
  return collectionOf(info) === 'pods' ? checkPod(attributes, policy) : checkTemplate(attributes, checked, policy)
}
