/** Fields that the API's types mark as +enum, with their values in the order of the OpenAPI document. */
export const enums = fieldValues(`
  Container.imagePullPolicy EphemeralContainer.imagePullPolicy ImageVolumeSource.pullPolicy: Always IfNotPresent Never
  Container.terminationMessagePolicy EphemeralContainer.terminationMessagePolicy: FallbackToLogsOnError File
  ContainerPort.protocol ServicePort.protocol PortStatus.protocol: SCTP TCP UDP
  PodSpec.dnsPolicy: ClusterFirst ClusterFirstWithHostNet Default None
  PodSpec.restartPolicy: Always Never OnFailure
  PodSpec.preemptionPolicy PriorityClass.preemptionPolicy: Never PreemptLowerPriority
  PodStatus.phase: Failed Pending Running Succeeded Unknown
  PodStatus.qosClass: BestEffort Burstable Guaranteed
  NamespaceStatus.phase: Active Terminating
  Toleration.operator: Equal Exists
  Toleration.effect Taint.effect: NoExecute NoSchedule PreferNoSchedule
  NodeSelectorRequirement.operator: DoesNotExist Exists Gt In Lt NotIn
  TopologySpreadConstraint.whenUnsatisfiable: DoNotSchedule ScheduleAnyway
  TopologySpreadConstraint.nodeAffinityPolicy TopologySpreadConstraint.nodeTaintsPolicy: Honor Ignore
  HTTPGetAction.scheme: HTTP HTTPS
  HostPathVolumeSource.type: "" BlockDevice CharDevice Directory DirectoryOrCreate File FileOrCreate Socket
  SeccompProfile.type AppArmorProfile.type: Localhost RuntimeDefault Unconfined
  PodSecurityContext.fsGroupChangePolicy: Always OnRootMismatch
  SecurityContext.procMount: Default Unmasked
  ServiceSpec.type: ClusterIP ExternalName LoadBalancer NodePort
  ServiceSpec.sessionAffinity: ClientIP None
  ServiceSpec.externalTrafficPolicy ServiceSpec.internalTrafficPolicy: Cluster Local
  ServiceSpec.ipFamilyPolicy: PreferDualStack RequireDualStack SingleStack
  PersistentVolumeSpec.persistentVolumeReclaimPolicy StorageClass.reclaimPolicy: Delete Recycle Retain
  PersistentVolumeSpec.volumeMode PersistentVolumeClaimSpec.volumeMode: Block Filesystem
  PersistentVolumeClaimStatus.phase: Bound Lost Pending
  PersistentVolumeStatus.phase: Available Bound Failed Pending Released
  StorageClass.volumeBindingMode: Immediate WaitForFirstConsumer
  DeploymentStrategy.type: Recreate RollingUpdate
  DaemonSetUpdateStrategy.type StatefulSetUpdateStrategy.type: OnDelete RollingUpdate
  StatefulSetSpec.podManagementPolicy: OrderedReady Parallel
  JobSpec.completionMode: Indexed NonIndexed
  JobSpec.podReplacementPolicy: Failed TerminatingOrFailed
  CronJobSpec.concurrencyPolicy: Allow Forbid Replace
  PodFailurePolicyRule.action: Count FailIndex FailJob Ignore
  PodFailurePolicyOnExitCodesRequirement.operator: In NotIn
  EndpointSlice.addressType: FQDN IPv4 IPv6
  ScopedResourceSelectorRequirement.operator: DoesNotExist Exists In NotIn
  NetworkPolicyPort.protocol: SCTP TCP UDP
  HTTPIngressPath.pathType: Exact ImplementationSpecific Prefix
`)

/** "Type.field Type.field: value value" a line; `""` is the empty value. */
export function fieldValues(text: string): Readonly<Record<string, readonly string[]>> {
  const lines = text.trim().split('\n').map((line) => line.trim().split(': ') as [fields: string, values: string])
  return Object.fromEntries(lines.flatMap(([fields, values]) => fields.split(' ').map((field) => [field, values.split(' ').map((value) => (value === '""' ? '' : value))])))
}
