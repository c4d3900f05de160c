/**
 * The rules of all kinds, which come with the part "kinds".
 */
import { definition, definitionStatus, definitionUpdate } from '../custom/definition.ts'
import type { FieldError } from '../field.ts'
import { isPathSegmentName } from '../names.ts'
import * as admission from './admissionPolicies.ts'
import { apiService, apiServiceStatus } from './apiServices.ts'
import * as apps from './apps.ts'
import * as batch from './batch.ts'
import { certificateSigningRequest, certificateStatus } from './certificates.ts'
import * as core from './core.ts'
import * as devices from './devices.ts'
import * as slices from './endpointSlices.ts'
import * as flow from './flowControl.ts'
import { labelName, type NameRule } from './meta.ts'
import { jobStatus } from './jobStatus.ts'
import * as networking from './networking.ts'
import { validatePodTemplate } from './podSpec.ts'
import { createPod } from './pod.ts'
import { updatePod, updatePodStatus } from './podUpdate.ts'
import * as policies from './policies.ts'
import * as quotas from './quota.ts'
import * as services from './service.ts'
import * as ranges from './serviceRanges.ts'
import * as csi from './csi.ts'
import * as storage from './storage.ts'
import { otherKinds } from './validation.ts'
import { updateWebhookConfiguration, webhookConfiguration } from './webhooks.ts'

const segmentName: NameRule = (name) => isPathSegmentName(name)
/** Judged where it can be compared with the spec. */
const anyName: NameRule = () => []
const rbac = 'rbac.authorization.k8s.io/v1'
const podTemplate = (object: any, errors: FieldError[]) =>
  validatePodTemplate(object.template ?? {}, 'template', errors)

otherKinds.bring({
  'v1/Pod': { create: createPod, update: updatePod, status: updatePodStatus },
  'v1/Node': { create: core.node, update: core.updateNode, status: core.updateNode },
  'v1/Namespace': { name: labelName, create: core.namespace, update: () => {}, status: core.namespaceStatus },
  'v1/Event': { name: segmentName, create: core.event },
  'events.k8s.io/v1/Event': { create: core.newEvent, update: core.updateNewEvent },
  'v1/Binding': { create: core.binding },
  'v1/ConfigMap': { create: core.configMap, update: core.updateConfigMap },
  'v1/Secret': { create: core.secret, update: core.updateSecret },
  'v1/Service': {
    name: services.serviceName,
    create: services.service,
    update: services.updateService,
    status: services.serviceStatus,
  },
  'v1/Endpoints': { create: core.endpoints },
  'v1/PersistentVolume': { create: storage.persistentVolume, update: storage.updatePersistentVolume },
  'v1/PersistentVolumeClaim': { create: storage.persistentVolumeClaim, update: storage.updatePersistentVolumeClaim, status: storage.claimStatus },
  'v1/ResourceQuota': { create: quotas.resourceQuota, update: quotas.updateResourceQuota, status: quotas.quotaStatus },
  'v1/LimitRange': { create: quotas.limitRange },
  'v1/ReplicationController': { create: apps.replicationController, status: apps.replicaSetStatus },
  'v1/PodTemplate': { create: podTemplate },
  'apps/v1/ReplicaSet': { create: apps.replicaSet, update: apps.updateReplicaSet, status: apps.replicaSetStatus },
  'apps/v1/Deployment': { create: apps.deployment, update: apps.updateDeployment, status: apps.deploymentStatus },
  'apps/v1/DaemonSet': { create: apps.daemonSet, update: apps.updateDaemonSet, status: apps.daemonSetStatus },
  'apps/v1/StatefulSet': {
    name: labelName,
    create: apps.statefulSet,
    update: apps.updateStatefulSet,
    status: apps.statefulSetStatus,
  },
  'apps/v1/ControllerRevision': { create: apps.controllerRevision, update: apps.updateControllerRevision },
  'batch/v1/Job': { create: batch.job, update: batch.updateJob, status: jobStatus },
  'batch/v1/CronJob': { create: batch.cronJob, update: batch.updateCronJob },
  'autoscaling/v1/HorizontalPodAutoscaler': { create: policies.horizontalPodAutoscaler, status: policies.horizontalPodAutoscalerStatus },
  'autoscaling/v2/HorizontalPodAutoscaler': { create: policies.horizontalPodAutoscaler, status: policies.horizontalPodAutoscalerStatus },
  'policy/v1/PodDisruptionBudget': { create: policies.podDisruptionBudget, status: policies.podDisruptionBudgetStatus },
  'scheduling.k8s.io/v1/PriorityClass': { create: policies.priorityClass, update: policies.updatePriorityClass },
  [`${rbac}/Role`]: { name: segmentName, create: policies.role },
  [`${rbac}/ClusterRole`]: { name: segmentName, create: policies.clusterRole },
  [`${rbac}/RoleBinding`]: { name: segmentName, create: policies.roleBinding, update: policies.updateRoleBinding },
  [`${rbac}/ClusterRoleBinding`]: {
    name: segmentName,
    create: policies.roleBinding,
    update: policies.updateRoleBinding,
  },
  'coordination.k8s.io/v1/Lease': { create: policies.lease },
  'node.k8s.io/v1/RuntimeClass': { create: policies.runtimeClass, update: policies.updateRuntimeClass },
  'storage.k8s.io/v1/StorageClass': { create: storage.storageClass, update: storage.updateStorageClass },
  'storage.k8s.io/v1/CSIDriver': { create: csi.csiDriver, update: csi.updateCsiDriver },
  'storage.k8s.io/v1/CSINode': { create: csi.csiNode, update: csi.updateCsiNode },
  'storage.k8s.io/v1/CSIStorageCapacity': { create: csi.csiStorageCapacity, update: csi.updateCsiStorageCapacity },
  'storage.k8s.io/v1/VolumeAttachment': { create: csi.volumeAttachment, update: csi.updateVolumeAttachment },
  'storage.k8s.io/v1/VolumeAttributesClass': { create: csi.volumeAttributesClass, update: csi.updateVolumeAttributesClass },
  'certificates.k8s.io/v1/CertificateSigningRequest': { name: segmentName, create: certificateSigningRequest, update: () => {}, status: certificateStatus },
  'discovery.k8s.io/v1/EndpointSlice': { create: slices.endpointSlice, update: slices.updateEndpointSlice },
  'networking.k8s.io/v1/Ingress': { create: networking.newIngress, update: networking.updateIngress, status: networking.ingressStatus },
  'networking.k8s.io/v1/IngressClass': { create: networking.ingressClass, update: networking.updateIngressClass },
  'networking.k8s.io/v1/NetworkPolicy': { create: networking.networkPolicy },
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy': { create: admission.policy, update: admission.updatePolicy },
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding': { create: admission.binding, update: admission.updateBinding },
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration': { create: webhookConfiguration, update: updateWebhookConfiguration },
  'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration': { create: webhookConfiguration, update: updateWebhookConfiguration },
  'apiregistration.k8s.io/v1/APIService': { name: anyName, create: apiService, status: apiServiceStatus },
  'flowcontrol.apiserver.k8s.io/v1/FlowSchema': { create: flow.flowSchema, status: flow.flowStatus },
  'flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration': { create: flow.priorityLevel, status: flow.flowStatus },
  'networking.k8s.io/v1/IPAddress': { name: ranges.ipAddressName, create: ranges.ipAddress, update: ranges.updateIpAddress },
  'networking.k8s.io/v1/ServiceCIDR': { create: ranges.serviceCidr, update: ranges.updateServiceCidr },
  'resource.k8s.io/v1/DeviceClass': { create: devices.deviceClass },
  'resource.k8s.io/v1/ResourceClaim': { create: devices.resourceClaim, update: devices.sameSpec, status: devices.resourceClaimStatus },
  'resource.k8s.io/v1/ResourceClaimTemplate': { create: devices.resourceClaimTemplate, update: devices.sameSpec },
  'resource.k8s.io/v1/ResourceSlice': { create: devices.resourceSlice, update: devices.updateResourceSlice },
  'apiextensions.k8s.io/v1/CustomResourceDefinition': { create: definition, update: definitionUpdate, status: definitionStatus },
})
