/** The defaults of all kinds but those that a cluster begins with, which come with the part "kinds". */
import { otherDefaults } from './defaults.ts'
import { inside } from './fill.ts'
import * as others from './others.ts'
import { podTemplateDefaults } from './podSpec.ts'
import * as workloads from './workloads.ts'

otherDefaults.bring({
  'v1/Secret': others.secret,
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
  'storage.k8s.io/v1/StorageClass': others.storageClass,
  'storage.k8s.io/v1/CSIDriver': others.csiDriver,
  'networking.k8s.io/v1/IngressClass': others.ingressClass,
  'networking.k8s.io/v1/NetworkPolicy': others.networkPolicy,
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy': others.validatingAdmissionPolicy,
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding': others.validatingAdmissionPolicyBinding,
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration': others.mutatingWebhookConfiguration,
  'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration': others.validatingWebhookConfiguration,
  'resource.k8s.io/v1/ResourceClaim': others.resourceClaim,
  'resource.k8s.io/v1/ResourceClaimTemplate': others.resourceClaimTemplate,
  'apiextensions.k8s.io/v1/CustomResourceDefinition': others.customResourceDefinition,
  'authentication.k8s.io/v1/TokenRequest': others.tokenRequest,
})
