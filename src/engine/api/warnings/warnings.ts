/**
 * What a write is told although it is well: WarningsOnCreate and WarningsOnUpdate of the strategies
 * (pkg/registry/<group>/<kind>/strategy.go). Asked after validation; kubectl prints each behind "Warning: ".
 */
import { isDNS1123Label } from '../names.ts'
import type { KubeObject } from '../types.ts'
import type { Fields } from '../validation/report.ts'
import { warningsForCIDR, warningsForIP } from './addresses.ts'
import { warningsForDefinition } from './definitions.ts'
import { warningsForLabel } from './nodeLabels.ts'
import { warningsForPod } from './pod.ts'
import { warningsForSecret } from './secrets.ts'
import { warningsForClaim, warningsForClaimSpec, warningsForStorageClass, warningsForVolume } from './storage.ts'

/** Of a create when `old` is undefined. */
export function objectWarnings(object: KubeObject, old: KubeObject | undefined): readonly string[] {
  const key = `${object.apiVersion}/${object.kind}`
  const always = Object.hasOwn(atEveryWrite, key) ? atEveryWrite[key]!(object, old) : []
  const work = Object.hasOwn(workloads, key) ? workloads[key] : undefined
  if (work === undefined) return always
  if (old === undefined) return [...always, ...name(object, work.name), ...work.told(object)]
  const changed = work.once !== true && old.metadata.generation !== object.metadata.generation
  return changed ? [...always, ...work.told(object)] : always
}

interface Workload {
  /** What the object's name becomes a part of; undefined: nobody cares. */
  name?: string
  /** Only who creates it is told. */
  once?: true
  told(object: KubeObject): string[]
}

const hostname = "the Pod's hostname"
const podNames = 'Pod names and hostnames'

function name({ metadata }: KubeObject, use: string | undefined): string[] {
  const complaints = use === undefined ? [] : isDNS1123Label(metadata.name)
  if (complaints.length === 0) return []
  return [`metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${complaints.join(' ')}]`]
}

const template = (at: string, owner: Fields): string[] => warningsForPod(`${at}template.`, owner['template']?.metadata ?? {}, owner['template']?.spec ?? {})
const ofTemplate = ({ spec }: KubeObject): string[] => template('spec.', spec)

const workloads: Readonly<Record<string, Workload>> = {
  'v1/ReplicationController': { name: podNames, told: ofTemplate },
  'v1/PodTemplate': { told: (object) => template('', object) },
  'apps/v1/ReplicaSet': { name: podNames, told: ofTemplate },
  'apps/v1/Deployment': { name: podNames, told: ofTemplate },
  'apps/v1/DaemonSet': { told: ofTemplate },
  'apps/v1/StatefulSet': { told: ofStatefulSet },
  'batch/v1/Job': { name: podNames, told: ({ spec }) => jobSpec('spec', spec) },
  'batch/v1/CronJob': { name: podNames, told: ({ spec }) => jobSpec('spec.jobTemplate.spec', spec.jobTemplate.spec) },
  'v1/Pod': { name: hostname, once: true, told: (pod) => warningsForPod('', pod.metadata, pod.spec) },
}

function ofStatefulSet({ spec }: KubeObject): string[] {
  const claims: Fields[] = spec.volumeClaimTemplates ?? []
  return [
    ...template('spec.', spec),
    ...claims.flatMap((claim, i) => warningsForClaimSpec(`spec.volumeClaimTemplates[${i}]`, claim['spec'] ?? {})),
    ...(spec.revisionHistoryLimit < 0 ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended'] : []),
  ]
}

function jobSpec(at: string, spec: Fields): string[] {
  const huge = spec['completionMode'] === 'Indexed' && spec['completions'] > 100_000 && spec['parallelism'] > 10_000
  const told = huge
    ? [`${at}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`]
    : []
  return [...told, ...template(`${at}.`, spec)]
}

const atEveryWrite: Readonly<Record<string, (object: KubeObject, old: KubeObject | undefined) => string[]>> = {
  'v1/Service': service,
  'v1/Endpoints': endpoints,
  'discovery.k8s.io/v1/EndpointSlice': endpointSlice,
  'v1/Node': ({ spec }) => ((spec.podCIDRs ?? []) as string[]).flatMap((range, i) => warningsForCIDR(`spec.podCIDRs[${i}]`, range)),
  'v1/PersistentVolume': warningsForVolume,
  'v1/PersistentVolumeClaim': warningsForClaim,
  'v1/Secret': warningsForSecret,
  'v1/ServiceAccount': serviceAccount,
  'node.k8s.io/v1/RuntimeClass': runtimeClass,
  'storage.k8s.io/v1/StorageClass': warningsForStorageClass,
  'networking.k8s.io/v1/Ingress': ingress,
  'networking.k8s.io/v1/NetworkPolicy': networkPolicy,
  'apiextensions.k8s.io/v1/CustomResourceDefinition': warningsForDefinition,
}

function endpoints(object: KubeObject): string[] {
  return ((object['subsets'] ?? []) as Fields[]).flatMap((subset, i) =>
    ['addresses', 'notReadyAddresses'].flatMap((list) => ((subset[list] ?? []) as Fields[]).flatMap(({ ip }, j) => warningsForIP(`subsets[${i}].${list}[${j}].ip`, ip))))
}

function endpointSlice(object: KubeObject): string[] {
  if (object['addressType'] === 'FQDN') return []
  return ((object['endpoints'] ?? []) as Fields[]).flatMap(({ addresses }, i) => ((addresses ?? []) as string[]).flatMap((ip, j) => warningsForIP(`endpoints[${i}].addresses[${j}]`, ip)))
}

const aware = 'service.kubernetes.io/topology-aware-hints'

function service({ metadata, spec }: KubeObject): string[] {
  const told = metadata.annotations?.[aware] === undefined ? [] : [`annotation ${aware} is deprecated, please use service.kubernetes.io/topology-mode instead`]
  const ips = (field: string, list: readonly string[] = []) => told.push(...list.flatMap((ip, i) => warningsForIP(`spec.${field}[${i}]`, ip)))
  ips('clusterIPs', spec.clusterIPs)
  if (spec.type === 'ClusterIP' && spec.clusterIP === 'None') {
    if (spec.loadBalancerIP) told.push('spec.loadBalancerIP is ignored for headless services')
    if ((spec.externalIPs ?? []).length > 0) told.push('spec.externalIPs is ignored for headless services')
    if (spec.sessionAffinity !== 'None') told.push('spec.SessionAffinity is ignored for headless services')
  }
  ips('externalIPs', spec.externalIPs)
  if (spec.loadBalancerIP) told.push(...warningsForIP('spec.loadBalancerIP', spec.loadBalancerIP))
  const ranges: string[] = spec.loadBalancerSourceRanges ?? []
  told.push(...ranges.flatMap((range, i) => warningsForCIDR(`spec.loadBalancerSourceRanges[${i}]`, range)))
  const isName = spec.type === 'ExternalName'
  if (isName && (spec.externalIPs ?? []).length > 0) told.push('spec.externalIPs is ignored when spec.type is "ExternalName"')
  if (!isName && spec.externalName) told.push('spec.externalName is ignored when spec.type is not "ExternalName"')
  return told
}

function runtimeClass(object: KubeObject): string[] {
  return Object.keys(object['scheduling']?.nodeSelector ?? {}).flatMap((key) => warningsForLabel('scheduling.nodeSelector', key, false))
}

const mountable = 'kubernetes.io/enforce-mountable-secrets'

function serviceAccount({ metadata }: KubeObject): string[] {
  if (metadata.annotations?.[mountable] === undefined) return []
  return [`metadata.annotations[${mountable}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`]
}

const ingressClass = 'kubernetes.io/ingress.class'

function ingress({ metadata, spec }: KubeObject): string[] {
  const old = metadata.annotations?.[ingressClass] !== undefined && spec.ingressClassName === undefined
  return old ? [`annotation "${ingressClass}" is deprecated, please use 'spec.ingressClassName' instead`] : []
}

function networkPolicy({ spec }: KubeObject): string[] {
  const rules = (list: string, peers: string): string[] =>
    ((spec[list] ?? []) as Fields[]).flatMap((rule, i) =>
      ((rule[peers] ?? []) as Fields[]).flatMap(({ ipBlock }, j) => {
        if (ipBlock === undefined) return []
        const at = `spec.${list}[${i}].${peers}[${j}].ipBlock`
        return [...warningsForCIDR(`${at}.cidr`, ipBlock.cidr), ...((ipBlock.except ?? []) as string[]).flatMap((except, k) => warningsForCIDR(`${at}.except[${k}]`, except))]
      }),
    )
  return [...rules('ingress', 'from'), ...rules('egress', 'to')]
}
