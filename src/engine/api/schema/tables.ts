/**
 * What the published client does not tell about the API's Go types, by hand: which optional fields
 * are pointers (and so keep a zero that was given), which structs are embedded by value (and so are
 * always there), which strings are quantities, and how Go calls a named string type in its errors.
 * Each line is `Type: field field ...`.
 */

function table(text: string): ReadonlySet<string> {
  const entries = new Set<string>()
  for (const line of text.trim().split('\n')) {
    const [type, fields] = line.trim().split(': ') as [string, string]
    for (const field of fields.split(' ')) entries.add(`${type}.${field}`)
  }
  return entries
}

/** Fields that came after v1.34 (the client describes a later version). */
export const newer = table(`
  PodSpec: schedulingGroup
  PodCertificateProjection: userAnnotations
  PodStatus: allocatedResources nodeAllocatableResourceClaimStatuses resources
  ResourceHealth: message
  VolumeMountStatus: volumeStatus
  NodeStatus: declaredFeatures
  CustomResourceDefinitionStatus: observedGeneration
  CustomResourceDefinitionCondition: observedGeneration
`)

/** Quantities, or maps of them. */
export const quantities = table(`
  ResourceRequirements: limits requests
  VolumeResourceRequirements: limits requests
  ContainerStatus: allocatedResources
  PodSpec: overhead
  Overhead: podFixed
  EmptyDirVolumeSource: sizeLimit
  ResourceFieldSelector: divisor
  NodeStatus: capacity allocatable
  PersistentVolumeSpec: capacity
  PersistentVolumeClaimStatus: capacity allocatedResources
  ResourceQuotaSpec: hard
  ResourceQuotaStatus: hard used
  LimitRangeItem: default defaultRequest max maxLimitRequestRatio min
  v2.HPAScalingRules: tolerance
  v2.MetricTarget: averageValue value
  v2.MetricValueStatus: averageValue value
`)

/** Optional numbers and booleans that are plain values with omitempty: a zero is not stored. */
export const plainNumbers = table(`
  ObjectMeta: generation
  PodSpec: hostIPC hostNetwork hostPID
  Probe: failureThreshold initialDelaySeconds periodSeconds successThreshold timeoutSeconds
  ContainerPort: hostPort
  Container: stdin stdinOnce tty
  EphemeralContainer: stdin stdinOnce tty
  VolumeMount: readOnly
  AWSElasticBlockStoreVolumeSource: partition readOnly
  AzureFileVolumeSource: readOnly
  AzureFilePersistentVolumeSource: readOnly
  CephFSVolumeSource: readOnly
  CephFSPersistentVolumeSource: readOnly
  CinderVolumeSource: readOnly
  CinderPersistentVolumeSource: readOnly
  CSIPersistentVolumeSource: readOnly
  FCVolumeSource: readOnly
  FlexVolumeSource: readOnly
  FlexPersistentVolumeSource: readOnly
  GCEPersistentDiskVolumeSource: partition readOnly
  GlusterfsVolumeSource: readOnly
  GlusterfsPersistentVolumeSource: readOnly
  ISCSIVolumeSource: chapAuthDiscovery chapAuthSession readOnly
  ISCSIPersistentVolumeSource: chapAuthDiscovery chapAuthSession readOnly
  NFSVolumeSource: readOnly
  PersistentVolumeClaimVolumeSource: readOnly
  PortworxVolumeSource: readOnly
  QuobyteVolumeSource: readOnly
  RBDVolumeSource: readOnly
  RBDPersistentVolumeSource: readOnly
  ScaleIOVolumeSource: readOnly sslEnabled
  ScaleIOPersistentVolumeSource: readOnly sslEnabled
  StorageOSVolumeSource: readOnly
  StorageOSPersistentVolumeSource: readOnly
  PodCondition: observedGeneration
  ContainerStateTerminated: signal
  VolumeMountStatus: readOnly
  PodStatus: observedGeneration
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
`)

/** Optional strings that are pointers: an empty text that was given is stored. */
export const pointerStrings = table(`
  Container: restartPolicy
  EphemeralContainer: restartPolicy
  Lifecycle: stopSignal
  GRPCAction: service
  AppArmorProfile: localhostProfile
  SeccompProfile: localhostProfile
  SecurityContext: procMount
  WindowsSecurityContextOptions: gmsaCredentialSpec gmsaCredentialSpecName runAsUserName
  VolumeMount: mountPropagation recursiveReadOnly
  PodDNSConfigOption: value
  PodSpec: hostnameOverride preemptionPolicy runtimeClassName
  PodResourceClaim: resourceClaimName resourceClaimTemplateName
  PodSecurityContext: fsGroupChangePolicy seLinuxChangePolicy supplementalGroupsPolicy
  TopologySpreadConstraint: nodeAffinityPolicy nodeTaintsPolicy
  AzureDiskVolumeSource: cachingMode fsType kind
  CSIVolumeSource: fsType
  EmptyDirVolumeSource: sizeLimit
  TypedLocalObjectReference: apiGroup
  TypedObjectReference: apiGroup namespace
  PersistentVolumeClaimSpec: storageClassName volumeAttributesClassName volumeMode
  HostPathVolumeSource: type
  ISCSIVolumeSource: initiatorName
  ISCSIPersistentVolumeSource: initiatorName
  ClusterTrustBundleProjection: name signerName
  ContainerStatus: stopSignal
  VolumeMountStatus: recursiveReadOnly
  PodResourceClaimStatus: resourceClaimName
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
  Preconditions: resourceVersion uid
`)

/** Optional structs by value: stored as {} when nothing is given. `metadata` and `status` are so everywhere. */
export const embedded = table(`
  Pod: spec
  Container: resources
  EphemeralContainer: resources
  ContainerStatus: state lastState
  Node: spec
  NodeStatus: daemonEndpoints nodeInfo
  NodeDaemonEndpoints: kubeletEndpoint
  Namespace: spec
  Event: source
  events.Event: deprecatedSource regarding
  Service: spec
  ServiceStatus: loadBalancer
  Endpoint: conditions
  PersistentVolume: spec
  PersistentVolumeClaim: spec
  PersistentVolumeClaimSpec: resources
  ResourceQuota: spec
  LimitRange: spec
  ReplicationController: spec
  PodTemplate: template
  PodTemplateSpec: spec
  ReplicaSet: spec
  ReplicaSetSpec: template
  Deployment: spec
  DeploymentSpec: strategy
  StatefulSet: spec
  StatefulSetSpec: updateStrategy
  DaemonSet: spec
  DaemonSetSpec: updateStrategy
  Job: spec
  JobTemplateSpec: spec
  CronJob: spec
  HorizontalPodAutoscaler: spec
  v2.HorizontalPodAutoscaler: spec
  PodDisruptionBudget: spec
  Lease: spec
  Ingress: spec
  IngressStatus: loadBalancer
  IngressServiceBackend: port
  IngressClass: spec
  NetworkPolicy: spec
  NetworkPolicySpec: podSelector
  CustomResourceDefinitionStatus: acceptedNames
  Scale: spec
  TokenReviewStatus: user
  SelfSubjectReviewStatus: userInfo
`)

/** Required structs that are pointers: absent when they are not given, so that validation can say so. */
export const requiredPointers = table(`
  ReplicaSetSpec: selector
  DeploymentSpec: selector
  StatefulSetSpec: selector
  DaemonSetSpec: selector
  ScaleIOVolumeSource: secretRef
  ScaleIOPersistentVolumeSource: secretRef
`)

/** Times by value without omitzero: stored as null when nothing is given. */
export const embeddedTimes = table(`
  PodCondition: lastProbeTime lastTransitionTime
  ContainerStateRunning: startedAt
  ContainerStateTerminated: startedAt finishedAt
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
  HorizontalPodAutoscalerCondition: lastTransitionTime
  v2.HorizontalPodAutoscalerCondition: lastTransitionTime
  Condition: lastTransitionTime
  CustomResourceDefinitionCondition: lastTransitionTime
  TokenRequestStatus: expirationTimestamp
`)

/** Not required, yet without omitempty: written even when empty. */
export const alwaysWritten = table(`
  Event: reportingComponent reportingInstance
  StatefulSetSpec: serviceName
  StatefulSetStatus: availableReplicas
  StatefulSetOrdinals: start
  PodDisruptionBudgetStatus: currentHealthy desiredHealthy disruptionsAllowed expectedPods
  PriorityClass: value
  v2.HorizontalPodAutoscalerStatus: currentMetrics
  EndpointSlice: endpoints ports
  Role: rules
  ClusterRole: rules
  ResourceFieldSelector: divisor
  ServicePort: targetPort
  CustomResourceDefinitionStatus: conditions storedVersions
`)

/** Go's name of a string type, as it shows in "cannot unmarshal number into ... of type v1.RestartPolicy". */
const namedText: Record<string, string> = {
  'PodSpec.restartPolicy': 'RestartPolicy',
  'PodSpec.dnsPolicy': 'DNSPolicy',
  'PodSpec.preemptionPolicy': 'PreemptionPolicy',
  'PriorityClass.preemptionPolicy': 'PreemptionPolicy',
  'Container.imagePullPolicy': 'PullPolicy',
  'EphemeralContainer.imagePullPolicy': 'PullPolicy',
  'ImageVolumeSource.pullPolicy': 'PullPolicy',
  'Container.restartPolicy': 'ContainerRestartPolicy',
  'EphemeralContainer.restartPolicy': 'ContainerRestartPolicy',
  'Container.terminationMessagePolicy': 'TerminationMessagePolicy',
  'EphemeralContainer.terminationMessagePolicy': 'TerminationMessagePolicy',
  'ContainerPort.protocol': 'Protocol',
  'ServicePort.protocol': 'Protocol',
  'EndpointPort.protocol': 'Protocol',
  'discovery.EndpointPort.protocol': 'Protocol',
  'NetworkPolicyPort.protocol': 'Protocol',
  'HTTPGetAction.scheme': 'URIScheme',
  'Lifecycle.stopSignal': 'Signal',
  'SecurityContext.procMount': 'ProcMountType',
  'Capabilities.add': 'Capability',
  'Capabilities.drop': 'Capability',
  'SeccompProfile.type': 'SeccompProfileType',
  'AppArmorProfile.type': 'AppArmorProfileType',
  'VolumeMount.mountPropagation': 'MountPropagationMode',
  'VolumeMount.recursiveReadOnly': 'RecursiveReadOnlyMode',
  'PodSecurityContext.fsGroupChangePolicy': 'PodFSGroupChangePolicy',
  'PodSecurityContext.supplementalGroupsPolicy': 'SupplementalGroupsPolicy',
  'PodSecurityContext.seLinuxChangePolicy': 'PodSELinuxChangePolicy',
  'Toleration.effect': 'TaintEffect',
  'Toleration.operator': 'TolerationOperator',
  'Taint.effect': 'TaintEffect',
  'NodeSelectorRequirement.operator': 'NodeSelectorOperator',
  'LabelSelectorRequirement.operator': 'LabelSelectorOperator',
  'TopologySpreadConstraint.whenUnsatisfiable': 'UnsatisfiableConstraintAction',
  'TopologySpreadConstraint.nodeAffinityPolicy': 'NodeInclusionPolicy',
  'TopologySpreadConstraint.nodeTaintsPolicy': 'NodeInclusionPolicy',
  'EmptyDirVolumeSource.medium': 'StorageMedium',
  'HostPathVolumeSource.type': 'HostPathType',
  'PersistentVolumeClaimSpec.accessModes': 'PersistentVolumeAccessMode',
  'PersistentVolumeClaimSpec.volumeMode': 'PersistentVolumeMode',
  'PersistentVolumeSpec.accessModes': 'PersistentVolumeAccessMode',
  'PersistentVolumeSpec.volumeMode': 'PersistentVolumeMode',
  'PersistentVolumeSpec.persistentVolumeReclaimPolicy': 'PersistentVolumeReclaimPolicy',
  'StorageClass.reclaimPolicy': 'PersistentVolumeReclaimPolicy',
  'StorageClass.volumeBindingMode': 'VolumeBindingMode',
  'PodStatus.phase': 'PodPhase',
  'PodStatus.qosClass': 'PodQOSClass',
  'PodCondition.type': 'PodConditionType',
  'PodCondition.status': 'ConditionStatus',
  'NodeCondition.type': 'NodeConditionType',
  'NodeCondition.status': 'ConditionStatus',
  'NamespaceSpec.finalizers': 'FinalizerName',
  'NamespaceStatus.phase': 'NamespacePhase',
  'ObjectMeta.uid': 'UID',
  'OwnerReference.uid': 'UID',
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
}

/** 'RestartPolicy' for 'PodSpec.restartPolicy'; undefined for a plain string. */
export const namedString = (typeAndField: string): string | undefined =>
  Object.hasOwn(namedText, typeAndField) ? namedText[typeAndField] : undefined
