/**
 * Values that a field may have, as "Type.field: value value ...", for completion. They are what the API
 * server accepts: values.test.ts asks it. The published client does not tell them.
 */
const text = `
  PodSpec.restartPolicy: Always Never OnFailure
  PodSpec.dnsPolicy: ClusterFirst ClusterFirstWithHostNet Default None
  PodSpec.preemptionPolicy: Never PreemptLowerPriority
  PodOS.name: linux windows
  Container.imagePullPolicy: Always IfNotPresent Never
  Container.terminationMessagePolicy: FallbackToLogsOnError File
  ContainerPort.protocol: SCTP TCP UDP
  HTTPGetAction.scheme: HTTP HTTPS
  ObjectFieldSelector.fieldPath: metadata.name metadata.namespace metadata.uid spec.nodeName spec.serviceAccountName status.hostIP status.hostIPs status.podIP status.podIPs
  ResourceFieldSelector.resource: limits.cpu limits.ephemeral-storage limits.memory requests.cpu requests.ephemeral-storage requests.memory
  VolumeMount.mountPropagation: Bidirectional HostToContainer None
  VolumeMount.recursiveReadOnly: Disabled Enabled IfPossible
  EmptyDirVolumeSource.medium: Memory
  HostPathVolumeSource.type: BlockDevice CharDevice Directory DirectoryOrCreate File FileOrCreate Socket
  SecurityContext.procMount: Default Unmasked
  SeccompProfile.type: Localhost RuntimeDefault Unconfined
  AppArmorProfile.type: Localhost RuntimeDefault Unconfined
  PodSecurityContext.fsGroupChangePolicy: Always OnRootMismatch
  PodSecurityContext.supplementalGroupsPolicy: Merge Strict
  Toleration.operator: Equal Exists
  Toleration.effect: NoExecute NoSchedule PreferNoSchedule
  Taint.effect: NoExecute NoSchedule PreferNoSchedule
  NodeSelectorRequirement.operator: DoesNotExist Exists Gt In Lt NotIn
  LabelSelectorRequirement.operator: DoesNotExist Exists In NotIn
  TopologySpreadConstraint.whenUnsatisfiable: DoNotSchedule ScheduleAnyway
  TopologySpreadConstraint.nodeAffinityPolicy: Honor Ignore
  TopologySpreadConstraint.nodeTaintsPolicy: Honor Ignore
  PersistentVolumeClaimSpec.accessModes: ReadOnlyMany ReadWriteMany ReadWriteOnce ReadWriteOncePod
  PersistentVolumeClaimSpec.volumeMode: Block Filesystem
  PersistentVolumeSpec.accessModes: ReadOnlyMany ReadWriteMany ReadWriteOnce ReadWriteOncePod
  PersistentVolumeSpec.volumeMode: Block Filesystem
  PersistentVolumeSpec.persistentVolumeReclaimPolicy: Delete Recycle Retain
  ServiceSpec.type: ClusterIP ExternalName LoadBalancer NodePort
  ServiceSpec.sessionAffinity: ClientIP None
  ServiceSpec.externalTrafficPolicy: Cluster Local
  ServiceSpec.internalTrafficPolicy: Cluster Local
  ServicePort.protocol: SCTP TCP UDP
  DeploymentStrategy.type: Recreate RollingUpdate
  StatefulSetUpdateStrategy.type: OnDelete RollingUpdate
  StatefulSetSpec.podManagementPolicy: OrderedReady Parallel
  DaemonSetUpdateStrategy.type: OnDelete RollingUpdate
  JobSpec.completionMode: Indexed NonIndexed
  CronJobSpec.concurrencyPolicy: Allow Forbid Replace
  v2.MetricSpec.type: ContainerResource External Object Pods Resource
  v2.MetricTarget.type: AverageValue Utilization Value
  HTTPIngressPath.pathType: Exact ImplementationSpecific Prefix
  NetworkPolicySpec.policyTypes: Egress Ingress
  NetworkPolicyPort.protocol: SCTP TCP UDP
  StorageClass.reclaimPolicy: Delete Retain
  StorageClass.volumeBindingMode: Immediate WaitForFirstConsumer
`

/** "Type.field" -> values, sorted. */
export const fieldValues: ReadonlyMap<string, readonly string[]> = new Map(
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [field = '', values = ''] = line.trim().split(': ')
      return [field, values.split(' ')]
    }),
)
