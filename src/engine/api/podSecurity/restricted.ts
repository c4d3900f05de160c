/** The checks that the level `restricted` has besides those of `baseline`. */
import { isSafeSeccomp, unsafeSeccomp } from './baseline.ts'
import { containers, containersOf, contextOf, isWindows, namesWhere, plural, podContext, quoted, setters, sorted, type Check, type Checked, type Violation } from './check.ts'

function allowPrivilegeEscalation(pod: Checked, minor: number): Violation | undefined {
  if (isWindows(pod, minor)) return undefined
  const names = namesWhere(pod, (container) => contextOf(container)['allowPrivilegeEscalation'] !== false)
  return names.length === 0 ? undefined : { reason: 'allowPrivilegeEscalation != false', detail: `${containers(names)} must set securityContext.allowPrivilegeEscalation=false` }
}

function capabilities(pod: Checked, minor: number): Violation | undefined {
  if (isWindows(pod, minor)) return undefined
  const others = (added: string[] | undefined): string[] => (added ?? []).filter((name) => name !== 'NET_BIND_SERVICE')
  const keeping = namesWhere(pod, (container) => contextOf(container)['capabilities']?.drop?.includes('ALL') !== true)
  const adding = containersOf(pod).filter((container) => others(contextOf(container)['capabilities']?.add).length > 0)
  const details: string[] = []
  if (keeping.length > 0) details.push(`${containers(keeping)} must set securityContext.capabilities.drop=["ALL"]`)
  if (adding.length > 0) {
    const added = sorted(adding.flatMap((container) => others(contextOf(container)['capabilities'].add)))
    details.push(`${containers(adding.map(({ name }) => name))} must not include ${quoted(added)} in securityContext.capabilities.add`)
  }
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') }
}

const allowedVolumes = new Set(['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret'])

function volumes({ spec }: Checked): Violation | undefined {
  const typeOf = (volume: object): string => Object.keys(volume).find((field) => field !== 'name') ?? 'unknown'
  const bad = (spec.volumes ?? []).filter((volume) => !allowedVolumes.has(typeOf(volume)))
  if (bad.length === 0) return undefined
  const types = sorted(bad.map(typeOf))
  const use = bad.length === 1 ? 'uses' : 'use'
  return {
    reason: 'restricted volume types',
    detail: `${plural('volume', bad.length)} ${quoted(bad.map(({ name }) => name))} ${use} ${plural('restricted volume type', types.length)} ${quoted(types)}`,
  }
}

function runAsNonRoot(pod: Checked): Violation | undefined {
  const own = podContext(pod)['runAsNonRoot'] as boolean | undefined
  const reason = 'runAsNonRoot != true'
  const who = setters(own === false, namesWhere(pod, (container) => contextOf(container)['runAsNonRoot'] === false))
  if (who !== '') return { reason, detail: `${who} must not set securityContext.runAsNonRoot=false` }
  const names = own === true ? [] : namesWhere(pod, (container) => contextOf(container)['runAsNonRoot'] === undefined)
  return names.length === 0 ? undefined : { reason, detail: `pod or ${containers(names)} must set securityContext.runAsNonRoot=true` }
}

function runAsUser(pod: Checked): Violation | undefined {
  const who = setters(podContext(pod)['runAsUser'] === 0, namesWhere(pod, (container) => contextOf(container)['runAsUser'] === 0))
  return who === '' ? undefined : { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` }
}

function seccompProfile(pod: Checked, minor: number): Violation | undefined {
  if (isWindows(pod, minor)) return undefined
  const unsafe = unsafeSeccomp(pod)
  if (unsafe !== undefined) return unsafe
  if (isSafeSeccomp((podContext(pod)['seccompProfile']?.type as string | undefined) ?? '')) return undefined
  const names = namesWhere(pod, (container) => contextOf(container)['seccompProfile'] === undefined)
  if (names.length === 0) return undefined
  return { reason: 'seccompProfile', detail: `pod or ${containers(names)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"` }
}

export const restricted: readonly Check[] = [
  { id: 'allowPrivilegeEscalation', since: 8, check: allowPrivilegeEscalation },
  { id: 'capabilities_restricted', since: 22, check: capabilities },
  { id: 'restrictedVolumes', since: 0, check: volumes },
  { id: 'runAsNonRoot', since: 0, check: runAsNonRoot },
  { id: 'runAsUser', since: 23, check: runAsUser },
  { id: 'seccompProfile_restricted', since: 19, check: seccompProfile },
]

/** Checks of `baseline` that a stricter one of `restricted` takes the place of. */
export const replaced: Readonly<Record<string, string>> = {
  capabilities_baseline: 'capabilities_restricted',
  hostPathVolumes: 'restrictedVolumes',
  seccompProfile_baseline: 'seccompProfile_restricted',
}
