/**
 * Fields behind gates that are off in v1.34 by default (pkg/features/kube_features.go): a server reads them and forgets them, so that nothing
 * pretends to follow them (pkg/api/pod/util.go dropDisabledFields, and the strategies of other kinds). Image volumes are taken as if their
 * gate was on.
 */
import { inside, insideEach } from './defaults/fill.ts'
import type { KubeObject } from './types.ts'

type Fields = Record<string, any>

/** Where a field lies: names, with [] behind those of lists. */
type Path = readonly string[]

const path = (text: string): Path => text.split('.')

const containers = ['containers[]', 'initContainers[]', 'ephemeralContainers[]']
/** Of ContainerRestartRules, ContainerStopSignals and EnvFiles. */
const ofContainers = ['restartPolicyRules', 'lifecycle.stopSignal', 'env[].valueFrom.fileKeyRef']
/** Of HostnameOverride, ClusterTrustBundleProjection and PodCertificateRequest. */
const ofPods = ['hostnameOverride', 'volumes[].projected.sources[].clusterTrustBundle', 'volumes[].projected.sources[].podCertificate']
const ofPodSpecs = [...ofPods, ...containers.flatMap((list) => ofContainers.map((field) => `${list}.${field}`))]

const podSpecsAt = (at: string): Path[] => ofPodSpecs.map((field) => path(`${at}.${field}`))
const inTemplate = podSpecsAt('spec.template.spec')

const disabled: Readonly<Record<string, readonly Path[]>> = {
  'v1/Pod': podSpecsAt('spec'),
  'v1/PodTemplate': podSpecsAt('template.spec'),
  'v1/ReplicationController': inTemplate,
  'apps/v1/ReplicaSet': inTemplate,
  'apps/v1/Deployment': inTemplate,
  'apps/v1/DaemonSet': inTemplate,
  // MaxUnavailableStatefulSet
  'apps/v1/StatefulSet': [...inTemplate, path('spec.updateStrategy.rollingUpdate.maxUnavailable')],
  'batch/v1/Job': inTemplate,
  'batch/v1/CronJob': podSpecsAt('spec.jobTemplate.spec.template.spec'),
  // HPAConfigurableTolerance
  'autoscaling/v2/HorizontalPodAutoscaler': [path('spec.behavior.scaleUp.tolerance'), path('spec.behavior.scaleDown.tolerance')],
  // CoordinatedLeaderElection
  'coordination.k8s.io/v1/Lease': [path('spec.strategy'), path('spec.preferredHolder')],
  // MutableCSINodeAllocatableCount
  'storage.k8s.io/v1/CSIDriver': [path('spec.nodeAllocatableUpdatePeriodSeconds')],
}

/** The object without them; itself when it has none. */
export function withoutDisabledFields(object: KubeObject, kind: string): KubeObject {
  return (disabled[kind] ?? []).reduce<Fields>((out, at) => without(out, at, 0), object) as KubeObject
}

function without(value: Fields, at: Path, depth: number): Fields {
  const name = at[depth]!
  if (depth === at.length - 1) {
    if (value[name] === undefined) return value
    const { [name]: _, ...rest } = value
    return rest
  }
  const inner = (next: Fields): Fields => without(next, at, depth + 1)
  return name.endsWith('[]') ? insideEach(value, name.slice(0, -2), inner) : inside(value, name, inner)
}
