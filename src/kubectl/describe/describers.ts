import { groupKind, type ResourceInfo } from '../../engine/api/resources.ts'
import { describeHorizontalPodAutoscaler } from './autoscaling.ts'
import { describeCertificateSigningRequest } from './certificates.ts'
import { describeConfigMap, describeSecret, describeServiceAccount } from './config.ts'
import type { Describer } from './describer.ts'
import { describeAnything } from './generic.ts'
import { describeCronJob, describeJob } from './jobs.ts'
import { describeIngress, describeIngressClass, describeIPAddress, describeNetworkPolicy, describeServiceCIDR } from './networking.ts'
import { describeNode } from './nodes.ts'
import { describePod } from './pods.ts'
import { describePodDisruptionBudget, describePriorityClass } from './policies.ts'
import { describeLimitRange, describeNamespace, describeResourceQuota } from './quotas.ts'
import { describeBinding, describeRole } from './rbac.ts'
import { describeEndpoints, describeEndpointSlice, describeService } from './services.ts'
import { describeCSINode, describePersistentVolume, describePersistentVolumeClaim, describeStorageClass, describeVolumeAttributesClass } from './storage.ts'
import { describeDaemonSet, describeDeployment, describeReplicaSet, describeReplicationController, describeStatefulSet } from './workloads.ts'

const describers: Readonly<Record<string, Describer>> = {
  Pod: describePod,
  ReplicationController: describeReplicationController,
  Secret: describeSecret,
  Service: describeService,
  ServiceAccount: describeServiceAccount,
  Node: describeNode,
  LimitRange: describeLimitRange,
  ResourceQuota: describeResourceQuota,
  PersistentVolume: describePersistentVolume,
  PersistentVolumeClaim: describePersistentVolumeClaim,
  Namespace: describeNamespace,
  Endpoints: describeEndpoints,
  ConfigMap: describeConfigMap,
  'EndpointSlice.discovery.k8s.io': describeEndpointSlice,
  'HorizontalPodAutoscaler.autoscaling': describeHorizontalPodAutoscaler,
  'Ingress.networking.k8s.io': describeIngress,
  'IngressClass.networking.k8s.io': describeIngressClass,
  'NetworkPolicy.networking.k8s.io': describeNetworkPolicy,
  'ServiceCIDR.networking.k8s.io': describeServiceCIDR,
  'IPAddress.networking.k8s.io': describeIPAddress,
  'CertificateSigningRequest.certificates.k8s.io': describeCertificateSigningRequest,
  'Job.batch': describeJob,
  'CronJob.batch': describeCronJob,
  'StatefulSet.apps': describeStatefulSet,
  'Deployment.apps': describeDeployment,
  'DaemonSet.apps': describeDaemonSet,
  'ReplicaSet.apps': describeReplicaSet,
  'StorageClass.storage.k8s.io': describeStorageClass,
  'CSINode.storage.k8s.io': describeCSINode,
  'VolumeAttributesClass.storage.k8s.io': describeVolumeAttributesClass,
  'PodDisruptionBudget.policy': describePodDisruptionBudget,
  'Role.rbac.authorization.k8s.io': describeRole,
  'ClusterRole.rbac.authorization.k8s.io': describeRole,
  'RoleBinding.rbac.authorization.k8s.io': describeBinding,
  'ClusterRoleBinding.rbac.authorization.k8s.io': describeBinding,
  'PriorityClass.scheduling.k8s.io': describePriorityClass,
}

export function describerOf(resource: ResourceInfo): Describer {
  return describers[groupKind(resource)] ?? describeAnything
}
