/** What is said of the fields of types that no Pod has in it: see tables.ts. */
import { table, type Marks } from './tables.ts'

export const marksOfKinds: Marks = {
  quantities: table(`
    Overhead: podFixed
    NodeStatus: capacity allocatable
    PersistentVolumeSpec: capacity
    PersistentVolumeClaimStatus: capacity allocatedResources
    ResourceQuotaSpec: hard
    ResourceQuotaStatus: hard used
    LimitRangeItem: default defaultRequest max maxLimitRequestRatio min
    v2.HPAScalingRules: tolerance
    v2.MetricTarget: averageValue value
    v2.MetricValueStatus: averageValue value
    Counter: value
    DeviceCapacity: value
    CapacityRequirements: requests
    CapacityRequestPolicy: default validValues
    CapacityRequestPolicyRange: max min step
    DeviceRequestAllocationResult: consumedCapacity
  `),
  plainNumbers: table(`
    AzureFilePersistentVolumeSource: readOnly
    CephFSPersistentVolumeSource: readOnly
    CinderPersistentVolumeSource: readOnly
    CSIPersistentVolumeSource: readOnly
    FlexPersistentVolumeSource: readOnly
    GlusterfsPersistentVolumeSource: readOnly
    ISCSIPersistentVolumeSource: chapAuthDiscovery chapAuthSession readOnly
    RBDPersistentVolumeSource: readOnly
    ScaleIOPersistentVolumeSource: readOnly sslEnabled
    StorageOSPersistentVolumeSource: readOnly
    NodeSpec: unschedulable
    ContainerImage: sizeBytes
    Event: count
    EventSeries: count
    events.Event: deprecatedCount
    ServiceSpec: healthCheckNodePort publishNotReadyAddresses
    ServicePort: nodePort
    Condition: observedGeneration
    ReplicationControllerSpec: minReadySeconds
    ReplicationControllerStatus: availableReplicas fullyLabeledReplicas observedGeneration readyReplicas
    ReplicaSetSpec: minReadySeconds
    ReplicaSetStatus: availableReplicas fullyLabeledReplicas observedGeneration readyReplicas
    DeploymentSpec: minReadySeconds paused
    DeploymentStatus: availableReplicas observedGeneration readyReplicas replicas unavailableReplicas updatedReplicas
    StatefulSetSpec: minReadySeconds
    StatefulSetStatus: currentReplicas observedGeneration readyReplicas updatedReplicas
    DaemonSetSpec: minReadySeconds
    DaemonSetStatus: numberAvailable numberUnavailable observedGeneration updatedNumberScheduled
    JobStatus: active failed succeeded
    v2.HorizontalPodAutoscalerStatus: currentReplicas
    PodDisruptionBudgetStatus: observedGeneration
    PriorityClass: globalDefault
    ServiceBackendPort: number
    CustomResourceDefinitionSpec: preserveUnknownFields
    CustomResourceColumnDefinition: priority
    CustomResourceDefinitionVersion: deprecated
    JSONSchemaProps: exclusiveMaximum exclusiveMinimum nullable uniqueItems x-kubernetes-embedded-resource x-kubernetes-int-or-string
    ScaleSpec: replicas
    TokenReviewStatus: authenticated
    SubjectAccessReviewStatus: denied
    APIServiceSpec: insecureSkipTLSVerify
    ResourcePolicyRule: clusterScope
    ExactDeviceRequest: count
    DeviceSubRequest: count
  `),
  pointerStrings: table(`
    ISCSIPersistentVolumeSource: initiatorName
    ServiceSpec: internalTrafficPolicy ipFamilyPolicy loadBalancerClass trafficDistribution
    ServicePort: appProtocol
    LoadBalancerIngress: ipMode
    PortStatus: error
    IngressPortStatus: error
    EndpointAddress: nodeName
    EndpointPort: appProtocol
    Endpoint: hostname nodeName zone
    discovery.EndpointPort: appProtocol name protocol
    AzureFilePersistentVolumeSource: secretNamespace
    GlusterfsPersistentVolumeSource: endpointsNamespace
    LocalVolumeSource: fsType
    PersistentVolumeSpec: volumeAttributesClassName volumeMode
    PersistentVolumeClaimStatus: currentVolumeAttributesClassName
    StorageClass: reclaimPolicy volumeBindingMode
    CSIDriverSpec: fsGroupPolicy
    VolumeAttachmentSource: persistentVolumeName
    JobSpec: completionMode managedBy podReplacementPolicy
    PodFailurePolicyOnExitCodesRequirement: containerName
    SuccessPolicyRule: succeededIndexes
    JobStatus: failedIndexes
    CronJobSpec: timeZone
    v2.HPAScalingRules: selectPolicy tolerance
    v2.MetricTarget: averageValue value
    v2.MetricValueStatus: averageValue value
    PodDisruptionBudgetSpec: unhealthyPodEvictionPolicy
    PriorityClass: preemptionPolicy
    LeaseSpec: holderIdentity preferredHolder strategy
    IngressSpec: ingressClassName
    HTTPIngressPath: pathType
    IngressClassParametersReference: apiGroup namespace scope
    NetworkPolicyPort: protocol
    apiextensions.WebhookClientConfig: url
    apiextensions.ServiceReference: path
    CustomResourceDefinitionVersion: deprecationWarning
    JSONSchemaProps: $ref x-kubernetes-list-type x-kubernetes-map-type
    ValidationRule: reason
    CustomResourceSubresourceScale: labelSelectorPath
    DeleteOptions: propagationPolicy
    ValidatingAdmissionPolicySpec: failurePolicy
    MatchResources: matchPolicy
    NamedRuleWithOperations: scope
    ParamRef: parameterNotFoundAction
    Validation: reason
    Preconditions: resourceVersion uid
    MutatingWebhook: failurePolicy matchPolicy reinvocationPolicy sideEffects
    ValidatingWebhook: failurePolicy matchPolicy sideEffects
    RuleWithOperations: scope
    admissionregistration.WebhookClientConfig: url
    admissionregistration.ServiceReference: path
    DeviceAttribute: string version
    DeviceClassSpec: extendedResourceName
    DeviceConstraint: distinctAttribute matchAttribute
    Device: nodeName
    ResourceSliceSpec: nodeName
  `),
  embedded: table(`
    NodeStatus: daemonEndpoints nodeInfo
    NodeDaemonEndpoints: kubeletEndpoint
    Event: source
    events.Event: deprecatedSource regarding
    ServiceStatus: loadBalancer
    Endpoint: conditions
    PodTemplate: template
    ReplicaSetSpec: template
    DeploymentSpec: strategy
    StatefulSetSpec: updateStrategy
    DaemonSetSpec: updateStrategy
    IngressStatus: loadBalancer
    IngressServiceBackend: port
    NetworkPolicySpec: podSelector
    CustomResourceDefinitionStatus: acceptedNames
    TokenReviewStatus: user
    SelfSubjectReviewStatus: userInfo
    LimitedPriorityLevelConfiguration: limitResponse
    ResourceClaimSpec: devices
    AllocationResult: devices
  `),
  requiredPointers: table(`
    ReplicaSetSpec: selector
    DeploymentSpec: selector
    StatefulSetSpec: selector
    DaemonSetSpec: selector
    ScaleIOPersistentVolumeSource: secretRef
    IPAddressSpec: parentRef
  `),
  embeddedTimes: table(`
    NodeCondition: lastHeartbeatTime lastTransitionTime
    NamespaceCondition: lastTransitionTime
    Event: firstTimestamp lastTimestamp eventTime
    EventSeries: lastObservedTime
    events.Event: eventTime deprecatedFirstTimestamp deprecatedLastTimestamp
    events.EventSeries: lastObservedTime
    PersistentVolumeClaimCondition: lastProbeTime lastTransitionTime
    ReplicationControllerCondition: lastTransitionTime
    ReplicaSetCondition: lastTransitionTime
    DeploymentCondition: lastTransitionTime lastUpdateTime
    StatefulSetCondition: lastTransitionTime
    DaemonSetCondition: lastTransitionTime
    JobCondition: lastProbeTime lastTransitionTime
    v2.HorizontalPodAutoscalerCondition: lastTransitionTime
    Condition: lastTransitionTime
    CustomResourceDefinitionCondition: lastTransitionTime
    TokenRequestStatus: expirationTimestamp
    APIServiceCondition: lastTransitionTime
    FlowSchemaCondition: lastTransitionTime
    PriorityLevelConfigurationCondition: lastTransitionTime
  `),
  keptLists: new Set(['v2.HPAScalingRules.policies']),
  alwaysWritten: table(`
    Event: reportingComponent reportingInstance
    StatefulSetSpec: serviceName
    StatefulSetStatus: availableReplicas
    StatefulSetOrdinals: start
    v2.HorizontalPodAutoscalerStatus: currentMetrics
    EndpointSlice: ports
    Role: rules
    ClusterRole: rules
    ServicePort: targetPort
    CustomResourceDefinitionStatus: conditions storedVersions
    FlowSchemaSpec: matchingPrecedence
    QueuingConfiguration: handSize queueLengthLimit queues
  `),
  named: {
    'PriorityClass.preemptionPolicy': 'PreemptionPolicy',
    'ServicePort.protocol': 'Protocol',
    'EndpointPort.protocol': 'Protocol',
    'discovery.EndpointPort.protocol': 'Protocol',
    'NetworkPolicyPort.protocol': 'Protocol',
    'Taint.effect': 'TaintEffect',
    'PersistentVolumeSpec.accessModes': 'PersistentVolumeAccessMode',
    'PersistentVolumeSpec.volumeMode': 'PersistentVolumeMode',
    'PersistentVolumeSpec.persistentVolumeReclaimPolicy': 'PersistentVolumeReclaimPolicy',
    'StorageClass.reclaimPolicy': 'PersistentVolumeReclaimPolicy',
    'StorageClass.volumeBindingMode': 'VolumeBindingMode',
    'NodeCondition.type': 'NodeConditionType',
    'NodeCondition.status': 'ConditionStatus',
    'NamespaceSpec.finalizers': 'FinalizerName',
    'NamespaceStatus.phase': 'NamespacePhase',
    'ObjectReference.uid': 'UID',
    'Secret.type': 'SecretType',
    'ServiceSpec.type': 'ServiceType',
    'ServiceSpec.sessionAffinity': 'ServiceAffinity',
    'ServiceSpec.externalTrafficPolicy': 'ServiceExternalTrafficPolicy',
    'ServiceSpec.internalTrafficPolicy': 'ServiceInternalTrafficPolicy',
    'ServiceSpec.ipFamilies': 'IPFamily',
    'ServiceSpec.ipFamilyPolicy': 'IPFamilyPolicy',
    'DeploymentStrategy.type': 'DeploymentStrategyType',
    'StatefulSetSpec.podManagementPolicy': 'PodManagementPolicyType',
    'StatefulSetUpdateStrategy.type': 'StatefulSetUpdateStrategyType',
    'DaemonSetUpdateStrategy.type': 'DaemonSetUpdateStrategyType',
    'JobSpec.completionMode': 'CompletionMode',
    'JobSpec.podReplacementPolicy': 'PodReplacementPolicy',
    'CronJobSpec.concurrencyPolicy': 'ConcurrencyPolicy',
    'PodFailurePolicyRule.action': 'PodFailurePolicyAction',
    'HTTPIngressPath.pathType': 'PathType',
    'NetworkPolicySpec.policyTypes': 'PolicyType',
    'EndpointSlice.addressType': 'AddressType',
    'LimitRangeItem.type': 'LimitType',
    'PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy': 'UnhealthyPodEvictionPolicyType',
    'v2.MetricSpec.type': 'MetricSourceType',
    'v2.MetricTarget.type': 'MetricTargetType',
    'v2.HPAScalingRules.selectPolicy': 'ScalingPolicySelect',
    'v2.HPAScalingPolicy.type': 'HPAScalingPolicyType',
  },
}
