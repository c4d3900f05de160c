import type { Struct } from '../schema/schema.ts'
import type { ResourceInfo } from '../resources.ts'
import type { KubeObject } from '../types.ts'
import { structOfSchema } from './struct.ts'

/** apiextensions.k8s.io/v1 JSONSchemaProps, as far as structural schemas use it. */
export interface Schema {
  type?: string
  format?: string
  nullable?: boolean
  default?: unknown
  description?: string
  properties?: Readonly<Record<string, Schema>>
  additionalProperties?: boolean | Schema
  items?: Schema
  required?: readonly string[]
  enum?: readonly unknown[]
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  exclusiveMinimum?: boolean
  exclusiveMaximum?: boolean
  multipleOf?: number
  minItems?: number
  maxItems?: number
  uniqueItems?: boolean
  minProperties?: number
  maxProperties?: number
  allOf?: readonly Schema[]
  anyOf?: readonly Schema[]
  oneOf?: readonly Schema[]
  not?: Schema
  $ref?: string
  'x-kubernetes-preserve-unknown-fields'?: boolean
  'x-kubernetes-int-or-string'?: boolean
  'x-kubernetes-embedded-resource'?: boolean
  'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map'
  'x-kubernetes-list-map-keys'?: readonly string[]
  'x-kubernetes-map-type'?: 'atomic' | 'granular'
  'x-kubernetes-validations'?: readonly ValidationRule[]
}

/** A rule in CEL that values have to keep. */
export interface ValidationRule {
  rule: string
  message?: string
  messageExpression?: string
  reason?: string
  fieldPath?: string
  optionalOldSelf?: boolean
}

export interface PrinterColumn {
  name: string
  type: string
  format?: string
  description?: string
  priority?: number
  jsonPath: string
}

/** What one version of a CustomResourceDefinition says of its objects. */
export interface CustomKind {
  readonly definition: KubeObject
  readonly schema: Schema
  /** For server-side apply. */
  readonly struct: Struct
  /** "shop.example/v1": in which version its objects are stored. */
  readonly storageVersion: string
  readonly hasStatus: boolean
  readonly scale: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string } | undefined
  readonly columns: readonly PrinterColumn[]
  /** Fields beside name and namespace that a selector may name. */
  readonly selectable: readonly string[]
  /** What is said to everyone who uses this version. */
  readonly warnings: readonly string[]
  /** While a request is served for which a webhook may be asked: other versions of objects. Throws when it has to be asked first. */
  readonly convert?: (objects: readonly KubeObject[], to: string) => readonly KubeObject[]
}

export type CustomResource = ResourceInfo & { custom: CustomKind }

/** In the order in which the server of custom resources lists them. */
const verbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'] as const

const known = new WeakMap<KubeObject, readonly CustomResource[]>()

/** The resources that a definition gives, the most stable version first; none before its names are accepted. */
export function resourcesOf(definition: KubeObject): readonly CustomResource[] {
  let found = known.get(definition)
  if (found === undefined) known.set(definition, (found = isTrue(definition, 'Established') ? made(definition) : []))
  return found
}

export function isTrue(definition: KubeObject, type: string): boolean {
  return conditionsOf(definition).some((condition) => condition.type === type && condition.status === 'True')
}

export interface Condition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  lastTransitionTime: string
  reason: string
  message: string
}

export const conditionsOf = (definition: KubeObject): readonly Condition[] => (definition['status']?.conditions ?? []) as Condition[]

interface Version {
  name: string
  served: boolean
  storage: boolean
  deprecated?: boolean
  deprecationWarning?: string
  schema?: { openAPIV3Schema?: Schema }
  subresources?: { status?: object; scale?: CustomKind['scale'] }
  additionalPrinterColumns?: PrinterColumn[]
  selectableFields?: { jsonPath: string }[]
}

function made(definition: KubeObject): CustomResource[] {
  const { group, names, scope, versions } = definition['spec'] as { group: string; names: Record<string, any>; scope: string; versions: Version[] }
  const storage = versions.find((version) => version.storage)?.name ?? ''
  return versions
    .filter(({ served }) => served)
    .toSorted((a, b) => byStability(a.name, b.name))
    .map((version): CustomResource => {
      const schema = version.schema?.openAPIV3Schema ?? {}
      const { status, scale } = version.subresources ?? {}
      return {
        group,
        version: version.name,
        kind: names['kind'],
        plural: names['plural'],
        singular: names['singular'],
        shortNames: names['shortNames'] ?? [],
        categories: names['categories'] ?? [],
        namespaced: scope === 'Namespaced',
        subresources: [...(scale == null ? [] : ['scale']), ...(status == null ? [] : ['status'])],
        verbs,
        custom: {
          definition,
          schema,
          struct: structOfSchema(schema, `${group}/${version.name}.${names['kind']}`),
          storageVersion: `${group}/${storage}`,
          hasStatus: status != null,
          scale: scale ?? undefined,
          columns: version.additionalPrinterColumns?.length ? version.additionalPrinterColumns : [{ name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }],
          selectable: (version.selectableFields ?? []).map(({ jsonPath }) => jsonPath.replace(/^\./, '')),
          warnings: version.deprecated ? [version.deprecationWarning ?? `${group}/${version.name} ${names['kind']} is deprecated`] : [],
        },
      }
    })
}

/** version.CompareKubeAwareVersionStrings: v2, v1, v1beta2, v1beta1, v1alpha1, then others by name. */
function byStability(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)]
  if (left === undefined || right === undefined) return left !== undefined ? -1 : right !== undefined ? 1 : a < b ? -1 : 1
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return right[i]! - left[i]!
  return 0
}

const stages: Readonly<Record<string, number>> = { alpha: 0, beta: 1 }

function parts(version: string): number[] | undefined {
  const [, major, stage, minor] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? []
  return major === undefined ? undefined : [stage === undefined ? 2 : stages[stage]!, Number(major), Number(minor ?? 0)]
}

/** Reads definitions; the same for the present and for the past. */
export interface DefinitionReader {
  get(key: string): KubeObject | undefined
  range(prefix: string): KubeObject[]
}

const collection = 'customresourcedefinitions/'

export function findCustom(reader: DefinitionReader, group: string, version: string, plural: string): CustomResource | undefined {
  const definition = reader.get(`${collection}${plural}.${group}`)
  return definition === undefined ? undefined : resourcesOf(definition).find((resource) => resource.version === version)
}

/** All that are served, by group and name. */
export function allCustom(reader: DefinitionReader): CustomResource[] {
  return reader.range(collection).flatMap(resourcesOf).toSorted((a, b) => (a.group < b.group ? -1 : a.group > b.group ? 1 : 0))
}

const rulesIn = new WeakMap<Schema, boolean>()

/** Whether there are rules in CEL anywhere in it; looks no deeper than validation does. */
export function hasRules(schema: Schema, depth = 0): boolean {
  if (depth > 200) return false
  const known = rulesIn.get(schema)
  if (known !== undefined) return known
  const { properties = {}, items, additionalProperties, allOf = [] } = schema
  const inside = [...Object.values(properties), ...(items === undefined ? [] : [items]), ...(typeof additionalProperties === 'object' ? [additionalProperties] : []), ...allOf]
  const found = (schema['x-kubernetes-validations']?.length ?? 0) > 0 || inside.some((inner) => hasRules(inner, depth + 1))
  rulesIn.set(schema, found)
  return found
}
