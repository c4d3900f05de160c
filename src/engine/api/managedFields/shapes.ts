/**
 * How server-side apply divides objects into fields: which lists and maps are one field as a whole, and
 * by which keys the items of the others are told apart (the +listType, +listMapKey, +mapType and
 * +structType markers of the API types).
 */
import type { Field, Struct } from '../schema/schema.ts'

/** What a value is divided into. */
export type Shape =
  | { readonly is: 'leaf'; readonly basic: Field['basic'] | 'list' | 'map' }
  | { readonly is: 'ignored' }
  | { readonly is: 'struct'; readonly type: Struct }
  | { readonly is: 'map'; readonly element: Shape }
  | { readonly is: 'set' }
  | { readonly is: 'keyed'; readonly keys: readonly Key[]; readonly element: Shape }

export interface Key {
  name: string
  /** Of items that do not name it. */
  otherwise: string | undefined
}

/** Keys of lists whose items are fields of their own, sorted; '' for sets. All other lists are one field. */
const listKeys: Record<string, string> = {
  'ObjectMeta.ownerReferences': 'uid',
  'ObjectMeta.finalizers': '',
  'PodSpec.containers': 'name',
  'PodSpec.initContainers': 'name',
  'PodSpec.ephemeralContainers': 'name',
  'PodSpec.volumes': 'name',
  'PodSpec.imagePullSecrets': 'name',
  'PodSpec.hostAliases': 'ip',
  'PodSpec.topologySpreadConstraints': 'topologyKey whenUnsatisfiable',
  'PodSpec.schedulingGates': 'name',
  'PodSpec.resourceClaims': 'name',
  'Container.ports': 'containerPort protocol',
  'Container.env': 'name',
  'Container.volumeMounts': 'mountPath',
  'Container.volumeDevices': 'devicePath',
  'EphemeralContainer.ports': 'containerPort protocol',
  'EphemeralContainer.env': 'name',
  'EphemeralContainer.volumeMounts': 'mountPath',
  'EphemeralContainer.volumeDevices': 'devicePath',
  'ResourceRequirements.claims': 'name',
  'PodStatus.conditions': 'type',
  'PodStatus.podIPs': 'ip',
  'PodStatus.resourceClaimStatuses': 'name',
  'NodeSpec.podCIDRs': '',
  'NodeStatus.conditions': 'type',
  'NodeStatus.addresses': 'type',
  'NamespaceStatus.conditions': 'type',
  'ServiceSpec.ports': 'port protocol',
  'ServiceStatus.conditions': 'type',
  'ServiceAccount.secrets': 'name',
  'PersistentVolumeClaimStatus.conditions': 'type',
  'ReplicationControllerStatus.conditions': 'type',
  'ReplicaSetStatus.conditions': 'type',
  'DeploymentStatus.conditions': 'type',
  'StatefulSetStatus.conditions': 'type',
  'DaemonSetStatus.conditions': 'type',
  'UncountedTerminatedPods.succeeded': '',
  'UncountedTerminatedPods.failed': '',
  'PodFailurePolicyOnExitCodesRequirement.values': '',
  'v2.HorizontalPodAutoscalerStatus.conditions': 'type',
  'PodDisruptionBudgetStatus.conditions': 'type',
  'CustomResourceDefinitionStatus.conditions': 'type',
  'ValidatingAdmissionPolicySpec.matchConditions': 'name',
  'ValidatingAdmissionPolicySpec.variables': 'name',
  'ValidatingAdmissionPolicyStatus.conditions': 'type',
  'ValidatingAdmissionPolicyBindingSpec.validationActions': '',
  'MutatingWebhookConfiguration.webhooks': 'name',
  'MutatingWebhook.matchConditions': 'name',
  'ValidatingWebhookConfiguration.webhooks': 'name',
  'ValidatingWebhook.matchConditions': 'name',
  'APIServiceStatus.conditions': 'type',
  'FlowSchemaStatus.conditions': 'type',
  'PriorityLevelConfigurationStatus.conditions': 'type',
  'ServiceCIDRStatus.conditions': 'type',
  'ResourceClaimStatus.devices': 'device driver pool shareID',
  'ResourceClaimStatus.reservedFor': 'uid',
}

/** Keys that items may leave out. */
const keyDefaults: Record<string, string> = { protocol: 'TCP' }

const wholeStructs = new Set([
  'LabelSelector',
  'LocalObjectReference',
  'ObjectReference',
  'SecretReference',
  'TypedLocalObjectReference',
  'SecretKeySelector',
  'ConfigMapKeySelector',
  'FileKeySelector',
  'ObjectFieldSelector',
  'ResourceFieldSelector',
  'NodeSelector',
  'NodeSelectorTerm',
  'TopologySelectorTerm',
  'ScopeSelector',
  'ServiceBackendPort',
  'RoleRef',
  'CrossVersionObjectReference',
  'ParamKind',
  'ParamRef',
  'NamedRuleWithOperations',
  'MatchResources',
  'Variable',
])

const wholeMaps = new Set(['PodSpec.nodeSelector', 'ServiceSpec.selector', 'ReplicationControllerSpec.selector'])

/** Where a type that is otherwise one field is divided. */
const dividedStructs = new Set(['PersistentVolumeSpec.claimRef'])

/** managedFields do not speak of themselves. */
const ignored = new Set(['ObjectMeta.managedFields'])

/** A field of a type: its path element, and what its value is divided into. */
export interface Part {
  readonly element: string
  readonly shape: Shape
}

const parts = new WeakMap<Struct, Map<string, Part>>()

/** Of a field without a schema. */
const unknown: Shape = { is: 'leaf', basic: 'any' }

export function partOf(type: Struct, name: string): Part {
  let known = parts.get(type)
  if (!known) parts.set(type, (known = new Map()))
  let part = known.get(name)
  if (!part) {
    const field = type.fields.get(name)
    if (!field) return { element: `f:${name}`, shape: unknown }
    known.set(name, (part = { element: `f:${name}`, shape: shapeOfField(`${type.key}.${name}`, field) }))
  }
  return part
}

export const shapeOf = (type: Struct, name: string): Shape => partOf(type, name).shape

function shapeOfField(id: string, field: Field): Shape {
  if (ignored.has(id)) return { is: 'ignored' }
  if (field.collection === 'none') return field.whole ? { is: 'leaf', basic: 'struct' } : shapeOfElement(field, dividedStructs.has(id))
  if (field.collection === 'map') {
    return field.whole || wholeMaps.has(id) ? { is: 'leaf', basic: 'map' } : { is: 'map', element: shapeOfElement(field) }
  }
  const keys = field.listKeys ?? (Object.hasOwn(listKeys, id) ? listKeys[id]! : undefined)
  if (keys === undefined) return { is: 'leaf', basic: 'list' }
  if (keys === '') return { is: 'set' }
  return {
    is: 'keyed',
    keys: keys.split(' ').map((name) => ({
      name,
      otherwise: Object.hasOwn(keyDefaults, name) ? keyDefaults[name] : undefined,
    })),
    element: shapeOfElement(field),
  }
}

function shapeOfElement(field: Field, divided = false): Shape {
  if (field.basic !== 'struct') return { is: 'leaf', basic: field.basic }
  const type = field.struct!
  return divided || !wholeStructs.has(type.key) ? { is: 'struct', type } : { is: 'leaf', basic: 'struct' }
}

/** What an item of a keyed list has for one of its keys. */
export function keyValue(item: unknown, { name, otherwise }: Key): unknown {
  if (typeof item !== 'object' || item === null || !Object.hasOwn(item, name)) return otherwise
  return (item as Record<string, unknown>)[name] ?? otherwise
}

/** The element of FieldsV1 for an item of a keyed list; undefined when it has not the keys. */
export function keyElement(item: unknown, keys: readonly Key[]): string | undefined {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return undefined
  let text = ''
  for (const key of keys) {
    const { name } = key
    const value = keyValue(item, key)
    if (value === undefined) return undefined
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${JSON.stringify(value)}`
  }
  return `k:{${text}}`
}

export const setElement = (item: unknown): string => `v:${JSON.stringify(item)}`
