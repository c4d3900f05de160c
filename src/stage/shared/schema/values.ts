import { enums, fieldValues as readValues } from '../../../engine/api/enums.ts'

/** Values of fields that are no enums in the API's types, and of enums of which the API server takes fewer. */
const more = readValues(`
  PodOS.name: linux windows
  ObjectFieldSelector.fieldPath: metadata.name metadata.namespace metadata.uid spec.nodeName spec.serviceAccountName status.hostIP status.hostIPs status.podIP status.podIPs
  ResourceFieldSelector.resource: limits.cpu limits.ephemeral-storage limits.memory requests.cpu requests.ephemeral-storage requests.memory
  VolumeMount.mountPropagation: Bidirectional HostToContainer None
  VolumeMount.recursiveReadOnly: Disabled Enabled IfPossible
  EmptyDirVolumeSource.medium: Memory
  PodSecurityContext.supplementalGroupsPolicy: Merge Strict
  LabelSelectorRequirement.operator: DoesNotExist Exists In NotIn
  PersistentVolumeClaimSpec.accessModes PersistentVolumeSpec.accessModes: ReadOnlyMany ReadWriteMany ReadWriteOnce ReadWriteOncePod
  v2.MetricSpec.type: ContainerResource External Object Pods Resource
  v2.MetricTarget.type: AverageValue Utilization Value
  NetworkPolicySpec.policyTypes: Egress Ingress
  StorageClass.reclaimPolicy: Delete Retain
`)

/** Nobody writes a status. */
const isWritten = (field: string): boolean => !/Status\.\w+$/.test(field)

/**
 * Values that a field may have, by "Type.field" and sorted, for completion. They are what the API
 * server accepts: values.test.ts asks it.
 */
export const fieldValues: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({ ...enums, ...more })
    .filter(([field]) => isWritten(field))
    .map(([field, values]) => [field, values.filter((value) => value !== '')]),
)
