/**
 * What the published client does not tell about the API's Go types, by hand: which optional fields
 * are pointers (and so keep a zero that was given), which structs are embedded by value (and so are
 * always there), which strings are quantities, and how Go calls a named string type in its errors.
 * Each line is `Type: field field ...`.
 */

export function table(text: string): ReadonlySet<string> {
  const entries = new Set<string>()
  for (const line of text.trim().split('\n')) {
    const [type, fields] = line.trim().split(': ') as [string, string]
    for (const field of fields.split(' ')) entries.add(`${type}.${field}`)
  }
  return entries
}

/** What is said of the fields of some types; a field is "Type.field". */
export interface Marks {
  /** Quantities, or maps of them. */
  quantities: ReadonlySet<string>
  /** Optional numbers and booleans that are plain values with omitempty: a zero is not stored. */
  plainNumbers: ReadonlySet<string>
  /** Optional strings that are pointers: an empty text that was given is stored. */
  pointerStrings: ReadonlySet<string>
  /** Optional structs by value: stored as {} when nothing is given. `metadata`, `spec` and `status` are so everywhere. */
  embedded: ReadonlySet<string>
  /** Required structs that are pointers: absent when they are not given, so that validation can say so. */
  requiredPointers: ReadonlySet<string>
  /** Times by value without omitzero: stored as null when nothing is given. */
  embeddedTimes: ReadonlySet<string>
  /** Not required, yet without omitempty: written even when empty. */
  alwaysWritten: ReadonlySet<string>
  /** Lists of which "none" and "not given" are two things; of all others an empty one is none. */
  keptLists: ReadonlySet<string>
  /** Go's name of a string type, as it shows in "cannot unmarshal number into ... of type v1.RestartPolicy". */
  named: Readonly<Record<string, string>>
}

/** Of the types that a Pod is made of. */
export const marksOfPods: Marks = {
  quantities: table(`
    ResourceRequirements: limits requests
    VolumeResourceRequirements: limits requests
    ContainerStatus: allocatedResources
    PodSpec: overhead
    EmptyDirVolumeSource: sizeLimit
    ResourceFieldSelector: divisor
  `),
  plainNumbers: table(`
    ObjectMeta: generation
    PodSpec: hostIPC hostNetwork hostPID
    Probe: failureThreshold initialDelaySeconds periodSeconds successThreshold timeoutSeconds
    ContainerPort: hostPort
    Container: stdin stdinOnce tty
    EphemeralContainer: stdin stdinOnce tty
    VolumeMount: readOnly
    AWSElasticBlockStoreVolumeSource: partition readOnly
    AzureFileVolumeSource: readOnly
    CephFSVolumeSource: readOnly
    CinderVolumeSource: readOnly
    FCVolumeSource: readOnly
    FlexVolumeSource: readOnly
    GCEPersistentDiskVolumeSource: partition readOnly
    GlusterfsVolumeSource: readOnly
    ISCSIVolumeSource: chapAuthDiscovery chapAuthSession readOnly
    NFSVolumeSource: readOnly
    PersistentVolumeClaimVolumeSource: readOnly
    PortworxVolumeSource: readOnly
    QuobyteVolumeSource: readOnly
    RBDVolumeSource: readOnly
    ScaleIOVolumeSource: readOnly sslEnabled
    StorageOSVolumeSource: readOnly
    PodCondition: observedGeneration
    ContainerStateTerminated: signal
    VolumeMountStatus: readOnly
    PodStatus: observedGeneration
  `),
  pointerStrings: table(`
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
    ClusterTrustBundleProjection: name signerName
    ContainerStatus: stopSignal
    VolumeMountStatus: recursiveReadOnly
    PodResourceClaimStatus: resourceClaimName
  `),
  embedded: table(`
    Container: resources
    EphemeralContainer: resources
    ContainerStatus: state lastState
    PersistentVolumeClaimSpec: resources
  `),
  requiredPointers: table(`
    ScaleIOVolumeSource: secretRef
  `),
  embeddedTimes: table(`
    PodCondition: lastProbeTime lastTransitionTime
    ContainerStateRunning: startedAt
    ContainerStateTerminated: startedAt finishedAt
  `),
  alwaysWritten: table(`
    ResourceFieldSelector: divisor
  `),
  keptLists: new Set(['ObjectMeta.managedFields']),
  named: {
    'PodSpec.restartPolicy': 'RestartPolicy',
    'PodSpec.dnsPolicy': 'DNSPolicy',
    'PodSpec.preemptionPolicy': 'PreemptionPolicy',
    'Container.imagePullPolicy': 'PullPolicy',
    'EphemeralContainer.imagePullPolicy': 'PullPolicy',
    'ImageVolumeSource.pullPolicy': 'PullPolicy',
    'Container.restartPolicy': 'ContainerRestartPolicy',
    'EphemeralContainer.restartPolicy': 'ContainerRestartPolicy',
    'Container.terminationMessagePolicy': 'TerminationMessagePolicy',
    'EphemeralContainer.terminationMessagePolicy': 'TerminationMessagePolicy',
    'ContainerPort.protocol': 'Protocol',
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
    'NodeSelectorRequirement.operator': 'NodeSelectorOperator',
    'LabelSelectorRequirement.operator': 'LabelSelectorOperator',
    'TopologySpreadConstraint.whenUnsatisfiable': 'UnsatisfiableConstraintAction',
    'TopologySpreadConstraint.nodeAffinityPolicy': 'NodeInclusionPolicy',
    'TopologySpreadConstraint.nodeTaintsPolicy': 'NodeInclusionPolicy',
    'EmptyDirVolumeSource.medium': 'StorageMedium',
    'HostPathVolumeSource.type': 'HostPathType',
    'PersistentVolumeClaimSpec.accessModes': 'PersistentVolumeAccessMode',
    'PersistentVolumeClaimSpec.volumeMode': 'PersistentVolumeMode',
    'PodStatus.phase': 'PodPhase',
    'PodStatus.qosClass': 'PodQOSClass',
    'PodCondition.type': 'PodConditionType',
    'PodCondition.status': 'ConditionStatus',
    'ObjectMeta.uid': 'UID',
    'OwnerReference.uid': 'UID',
  },
}
