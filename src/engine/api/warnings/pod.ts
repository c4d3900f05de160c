/** What the API server tells who writes a pod, or a template of pods, that it takes all the same (pkg/api/pod/warnings.go). */
import type { ObjectMeta } from '../types.ts'
import { everyContainer, type Fields } from '../validation/report.ts'
import { warningsForIP } from './addresses.ts'
import { warningsForLabel, warningsForTerm } from './nodeLabels.ts'
import { warningsForOverlaps } from './overlappingPaths.ts'
import { fractional, warningsForClaimSpec } from './storage.ts'

const deprecatedAnnotations: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
}
const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod'
const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/'
const appArmor = 'container.apparmor.security.beta.kubernetes.io/'

/** Kinds of volumes whose plugins are gone. */
const deprecatedVolumes: Readonly<Record<string, string>> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
}

/** Upstream names this one after its Go field. */
const pathOf = (source: string): string => (source === 'storageos' ? 'storageOS' : source)

/** `at` stands before "spec" and "metadata": '' of a pod, 'spec.template.' of a template. */
export function warningsForPod(at: string, metadata: Partial<ObjectMeta>, spec: Fields): string[] {
  const annotations = metadata.annotations ?? {}
  const podSpec = `${at}spec`
  const told = [...placement(podSpec, spec), ...annotated(`${at}metadata.annotations`, annotations)]
  told.push(...volumes(podSpec, spec['volumes'] ?? []), ...warningsForOverlaps(spec['volumes'] ?? []), ...duplicates(podSpec, spec))
  if (spec['securityContext']?.seccompProfile === undefined && Object.hasOwn(annotations, seccompPod)) told.push(seccomp(`${at}metadata.annotations[${seccompPod}]`))
  for (const { container, path } of everyContainer(podSpec, spec)) {
    told.push(...profiles(at, annotations, spec, container), ...resources(path, container['resources'] ?? {}), ...environment(path, container['env'] ?? []))
  }
  told.push(...ports(podSpec, spec))
  if (spec['terminationGracePeriodSeconds'] < 0) told.push(`${podSpec}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`)
  told.push(...affinityTerms(podSpec, spec['affinity'] ?? {}), ...addresses(podSpec, spec))
  return told
}

function addresses(at: string, { dnsConfig, hostAliases }: Fields): string[] {
  const servers: string[] = dnsConfig?.nameservers ?? []
  const aliases: Fields[] = hostAliases ?? []
  return [
    ...servers.flatMap((ip, i) => warningsForIP(`${at}.dnsConfig.nameservers[${i}]`, ip)),
    ...aliases.flatMap(({ ip }, i) => warningsForIP(`${at}.hostAliases[${i}].ip`, ip)),
  ]
}

const seccomp = (at: string): string => `${at}: non-functional in v1.27+; use the "seccompProfile" field instead`

const nullSelector = 'a null labelSelector results in matching no pod'

/** Labels of nodes that have new names, where they choose nodes. */
function placement(at: string, spec: Fields): string[] {
  const told = Object.keys(spec['nodeSelector'] ?? {}).flatMap((key) => warningsForLabel(`${at}.nodeSelector[${key}]`, key, false))
  const affinity: Fields = spec['affinity']?.nodeAffinity ?? {}
  const required: Fields[] = affinity['requiredDuringSchedulingIgnoredDuringExecution']?.nodeSelectorTerms ?? []
  required.forEach((term, i) => told.push(...warningsForTerm(`${at}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`, term, false)))
  const preferred: Fields[] = affinity['preferredDuringSchedulingIgnoredDuringExecution'] ?? []
  preferred.forEach(({ preference }, i) => told.push(...warningsForTerm(`${at}.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[${i}].preference`, preference, true)))
  const spread: Fields[] = spec['topologySpreadConstraints'] ?? []
  spread.forEach(({ topologyKey, labelSelector }, i) => {
    told.push(...warningsForLabel(`${at}.topologySpreadConstraints[${i}].topologyKey`, topologyKey, true))
    if (labelSelector === undefined) told.push(`${at}.topologySpreadConstraints[${i}].labelSelector: ${nullSelector}`)
  })
  return told
}

function annotated(at: string, annotations: Readonly<Record<string, string>>): string[] {
  return Object.entries(deprecatedAnnotations).flatMap(([key, message]) => (Object.hasOwn(annotations, key) ? [`${at}[${key}]: ${message}`] : []))
}

function volumes(at: string, all: readonly Fields[]): string[] {
  return all.flatMap((volume, i) => {
    const told = Object.entries(deprecatedVolumes).flatMap(([source, message]) => (volume[source] === undefined ? [] : [`${at}.volumes[${i}].${pathOf(source)}: ${message}`]))
    const template: Fields | undefined = volume['ephemeral']?.volumeClaimTemplate
    return template === undefined ? told : [...told, ...warningsForClaimSpec(`${at}.volumes[${i}].ephemeral.volumeClaimTemplate.spec`, template['spec'] ?? {})]
  })
}

function duplicates(at: string, spec: Fields): string[] {
  const told = repeated((spec['hostAliases'] ?? []).map(({ ip }: Fields) => ip), (i, ip) => `${at}.hostAliases[${i}].ip: duplicate ip "${ip}"`)
  const names: string[] = (spec['imagePullSecrets'] ?? []).map(({ name = '' }: Fields) => name)
  told.push(...repeated(names, (i, name) => `${at}.imagePullSecrets[${i}].name: duplicate name "${name}"`))
  names.forEach((name, i) => {
    if (name === '') told.push(`${at}.imagePullSecrets[${i}].name: invalid empty name ""`)
  })
  return [...told, ...resources(at, { overhead: spec['overhead'] })]
}

function repeated(values: readonly string[], words: (index: number, value: string) => string): string[] {
  const seen = new Set<string>()
  return values.flatMap((value, i) => {
    if (seen.has(value)) return [words(i, value)]
    seen.add(value)
    return []
  })
}

/** Annotations that stood for fields of the container's security context. */
function profiles(at: string, annotations: Readonly<Record<string, string>>, spec: Fields, { name, securityContext = {} }: Fields): string[] {
  const told: string[] = []
  if (securityContext.seccompProfile === undefined && Object.hasOwn(annotations, seccompContainer + name)) told.push(seccomp(`${at}metadata.annotations[${seccompContainer}${name}]`))
  const hasField = spec['securityContext']?.appArmorProfile !== undefined || securityContext.appArmorProfile !== undefined
  if (!hasField && Object.hasOwn(annotations, appArmor + name)) told.push(`${at}metadata.annotations[${appArmor}${name}]: deprecated since v1.30; use the "appArmorProfile" field instead`)
  return told
}

/** Parts of bytes. */
function resources(at: string, lists: Fields): string[] {
  const given = ['limits', 'requests', 'overhead'].filter((list) => lists[list] !== undefined)
  if (given.length === 0) return []
  const beginning = lists['overhead'] === undefined ? `${at}.resources.` : `${at}.`
  return ['memory', 'ephemeral-storage'].flatMap((name) => given.flatMap((list) => fractional(`${beginning}${list}[${name}]`, lists[list][name])))
}

/** A variable that is set twice, unless the second is made of the first. */
function environment(at: string, env: readonly Fields[]): string[] {
  const seen = new Set<string>()
  return env.flatMap(({ name, value = '', valueFrom }, i) => {
    const extends_ = valueFrom === undefined && value !== `$(${name})` && value.includes(`$(${name})`)
    const hides = seen.has(name) && !extends_
    seen.add(name)
    return hides ? [`${at}.env[${i}]: hides previous definition of "${name}", which may be dropped when using apply`] : []
  })
}

interface Port {
  at: string
  hostIP: string
  hostPort: number
}

function ports(at: string, spec: Fields): string[] {
  const told: string[] = []
  const all = new Map<string, Port[]>()
  for (const { container, path } of everyContainer(at, spec)) {
    for (const [i, { name = '', hostIP = '', hostPort = 0, containerPort, protocol }] of ((container['ports'] ?? []) as Fields[]).entries()) {
      const port: Port = { at: `${path}.ports[${i}]`, hostIP, hostPort }
      if (hostIP !== '' && hostPort === 0) told.push(`${port.at}: hostIP set without hostPort: {Name:${name} HostPort:0 ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`)
      const key = `${containerPort}/${protocol}`
      const others = all.get(key) ?? []
      for (const other of others) {
        const clash = clashOf(port, other)
        if (clash !== undefined) told.push(`${port.at}: ${clash} port definition with ${other.at}`)
      }
      all.set(key, [...others, port])
    }
  }
  return told
}

function clashOf(port: Port, other: Port): string | undefined {
  if (port.hostIP === other.hostIP && port.hostPort === other.hostPort) return 'duplicate'
  if (port.hostPort === 0 || other.hostPort === 0) return 'overlapping'
  return port.hostPort === other.hostPort && (port.hostIP === '') !== (other.hostIP === '') ? 'dangerously ambiguous' : undefined
}

function affinityTerms(at: string, affinity: Fields): string[] {
  return ['podAffinity', 'podAntiAffinity'].flatMap((kind) => {
    const required: Fields[] = affinity[kind]?.requiredDuringSchedulingIgnoredDuringExecution ?? []
    const preferred: Fields[] = affinity[kind]?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    const path = `${at}.affinity.${kind}`
    return [
      ...required.flatMap(({ labelSelector }, i) => (labelSelector === undefined ? [`${path}.requiredDuringSchedulingIgnoredDuringExecution[${i}].labelSelector: ${nullSelector}`] : [])),
      ...preferred.flatMap(({ podAffinityTerm }, i) =>
        podAffinityTerm?.labelSelector === undefined ? [`${path}.preferredDuringSchedulingIgnoredDuringExecution[${i}].podAffinityTerm.labelSelector: ${nullSelector}`] : [],
      ),
    ]
  })
}
