/**
 * How strategic merge treats each field (the patchStrategy and patchMergeKey tags of the API types).
 */
import { structOfKind, type Field, type Struct } from '../schema/schema.ts'

/** Lists merged item by item: the key that makes two items the same; '' for lists of plain values. */
const mergeKeys: Record<string, string> = {
  'ObjectMeta.ownerReferences': 'uid',
  'ObjectMeta.finalizers': '',
  'PodSpec.volumes': 'name',
  'PodSpec.initContainers': 'name',
  'PodSpec.containers': 'name',
  'PodSpec.ephemeralContainers': 'name',
  'PodSpec.imagePullSecrets': 'name',
  'PodSpec.hostAliases': 'ip',
  'PodSpec.topologySpreadConstraints': 'topologyKey',
  'PodSpec.schedulingGates': 'name',
  'PodSpec.resourceClaims': 'name',
  'Container.ports': 'containerPort',
  'Container.env': 'name',
  'Container.volumeMounts': 'mountPath',
  'Container.volumeDevices': 'devicePath',
  'EphemeralContainer.ports': 'containerPort',
  'EphemeralContainer.env': 'name',
  'EphemeralContainer.volumeMounts': 'mountPath',
  'EphemeralContainer.volumeDevices': 'devicePath',
  'PodStatus.conditions': 'type',
  'PodStatus.podIPs': 'ip',
  'PodStatus.hostIPs': 'ip',
  'PodStatus.resourceClaimStatuses': 'name',
  'ContainerStatus.volumeMounts': 'mountPath',
  'ContainerStatus.allocatedResourcesStatus': 'name',
  'NodeSpec.podCIDRs': '',
  'NodeStatus.conditions': 'type',
  'NodeStatus.addresses': 'type',
  'NamespaceStatus.conditions': 'type',
  'ServiceSpec.ports': 'port',
  'ServiceStatus.conditions': 'type',
  'ServiceAccount.secrets': 'name',
  'PersistentVolumeClaimStatus.conditions': 'type',
  'ReplicationControllerStatus.conditions': 'type',
  'ReplicaSetStatus.conditions': 'type',
  'DeploymentStatus.conditions': 'type',
  'StatefulSetStatus.conditions': 'type',
  'DaemonSetStatus.conditions': 'type',
  'JobStatus.conditions': 'type',
  'v2.HorizontalPodAutoscalerStatus.conditions': 'type',
  'PodDisruptionBudgetStatus.conditions': 'type',
  'ValidatingAdmissionPolicySpec.matchConditions': 'name',
  'ValidatingAdmissionPolicySpec.variables': 'name',
}

/** Maps of which a patch names all keys that stay ($retainKeys); of a list, its items. */
const retain = new Set([
  'PodSpec.volumes',
  'PodSpec.resourceClaims',
  'PodStatus.resourceClaimStatuses',
  'DeploymentSpec.strategy',
])

/** Maps that are replaced as a whole. */
const replaced = new Set(['PodDisruptionBudgetSpec.selector'])

export interface FieldStrategy {
  /** Of the value, or of the items of a list; undefined below fields without a schema. */
  type: Struct | undefined
  /** Undefined: a list is replaced as a whole. */
  mergeKey: string | undefined
  retainKeys: boolean
  replace: boolean
}

const untyped: FieldStrategy = { type: undefined, mergeKey: undefined, retainKeys: false, replace: false }

/** Made once for each field. */
const strategies = new WeakMap<Field, FieldStrategy>()

/** `type` is the type of the map that has `key`. */
export function strategyOf(type: Struct | undefined, key: string): FieldStrategy {
  const field: Field | undefined = type?.fields.get(key)
  if (!field) return untyped
  let strategy = strategies.get(field)
  if (strategy === undefined) strategies.set(field, (strategy = strategyOfField(field, `${type!.key}.${key}`)))
  return strategy
}

function strategyOfField(field: Field, id: string): FieldStrategy {
  return {
    type: field.collection === 'map' ? undefined : field.struct,
    mergeKey: Object.hasOwn(mergeKeys, id) ? mergeKeys[id] : undefined,
    retainKeys: retain.has(id),
    replace: replaced.has(id),
  }
}

export const typeOf = (apiVersion: string, kind: string): Struct | undefined => structOfKind(apiVersion, kind)
