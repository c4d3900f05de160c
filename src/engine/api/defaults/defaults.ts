/**
 * What the API server fills in before admission (zz_generated.defaults.go of every group). Deciding
 * what a new object's status is belongs to prepare.ts.
 */
import type { KubeObject, Pod } from '../types.ts'
import * as others from './others.ts'
import { podDefaults, podTemplateDefaults } from './podSpec.ts'
import { inside } from './fill.ts'
import * as workloads from './workloads.ts'

const byKind: Record<string, (object: any) => any> = {
  'v1/Namespace': others.namespace,
  'v1/Node': others.node,
  'v1/Secret': others.secret,
  'v1/Service': others.service,
  'v1/Endpoints': others.endpoints,
  'v1/PersistentVolume': others.persistentVolume,
  'v1/PersistentVolumeClaim': others.persistentVolumeClaim,
  'v1/ResourceQuota': others.resourceQuota,
  'v1/LimitRange': others.limitRange,
  'v1/ReplicationController': workloads.replicationController,
  'v1/PodTemplate': (object) => inside(object, 'template', podTemplateDefaults),
  'apps/v1/ReplicaSet': workloads.replicaSet,
  'apps/v1/Deployment': workloads.deployment,
  'apps/v1/StatefulSet': workloads.statefulSet,
  'apps/v1/DaemonSet': workloads.daemonSet,
  'batch/v1/Job': workloads.job,
  'batch/v1/CronJob': workloads.cronJob,
  'autoscaling/v1/HorizontalPodAutoscaler': others.horizontalPodAutoscalerV1,
  'autoscaling/v2/HorizontalPodAutoscaler': others.horizontalPodAutoscaler,
  'rbac.authorization.k8s.io/v1/RoleBinding': others.roleBinding,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': others.roleBinding,
  'scheduling.k8s.io/v1/PriorityClass': others.priorityClass,
  'storage.k8s.io/v1/StorageClass': others.storageClass,
  'networking.k8s.io/v1/IngressClass': others.ingressClass,
  'networking.k8s.io/v1/NetworkPolicy': others.networkPolicy,
  'discovery.k8s.io/v1/EndpointSlice': others.endpointSlice,
  'apiextensions.k8s.io/v1/CustomResourceDefinition': others.customResourceDefinition,
  'authentication.k8s.io/v1/TokenRequest': others.tokenRequest,
}

/** The object with its defaults: a new one, or the same when it lacks none. Takes what `decode` returns. */
export function applyDefaults<T extends KubeObject>(object: T): T {
  if (object.kind === 'Pod' && object.apiVersion === 'v1') return podDefaults(object as unknown as Pod) as unknown as T
  const key = `${object.apiVersion}/${object.kind}`
  return Object.hasOwn(byKind, key) ? byKind[key]!(object) : object
}
