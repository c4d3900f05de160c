/** The kinds that a policy matches, as far as its expressions can be checked against them. */
import type { CheckedKind } from '../../api/cel/typeChecking.ts'
import { resourcesOf, type Schema } from '../../api/custom/kind.ts'
import { apiVersionOf, resources, type ResourceInfo } from '../../api/resources.ts'
import { basicSchemas, fieldSchema } from '../../api/schema/openapi.ts'
import { struct, structOfKind, type Struct } from '../../api/schema/schema.ts'
import type { KubeObject } from '../../api/types.ts'

export interface Rule {
  apiGroups?: readonly string[]
  apiVersions?: readonly string[]
  resources?: readonly string[]
}

/** How many of one rule are looked at. */
const mostKinds = 10

/** Built-in kinds and those of the definitions, by group, version and kind; a rule with a wildcard for groups or versions names none. */
export function kindsOf(rules: readonly Rule[], definitions: readonly KubeObject[]): CheckedKind[] {
  const found = new Map<string, ResourceInfo>()
  const all = served(definitions)
  for (const rule of rules) {
    const { apiGroups = [], apiVersions = [] } = rule
    if ([...apiGroups, ...apiVersions].some((part) => part.includes('*'))) continue
    const names = (rule.resources ?? []).filter((name) => !/[*/]/.test(name))
    const matched = all.filter(({ group, version, plural }) => apiGroups.includes(group) && apiVersions.includes(version) && names.includes(plural))
    for (const info of matched.slice(0, mostKinds)) found.set(nameOf(info), info)
  }
  const order = ({ group, version, kind }: ResourceInfo): string => `${group}\0${version}\0${kind}`
  const inOrder = [...found.values()].toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
  return inOrder.flatMap((info) => {
    const schema = schemaOf(info)
    return schema === undefined ? [] : [{ name: nameOf(info), schema }]
  })
}

/** Of the parameters; undefined where there is no such kind. */
export function paramSchema({ apiVersion, kind }: { apiVersion: string; kind: string }, definitions: readonly KubeObject[]): Schema | undefined {
  const info = served(definitions).find((candidate) => candidate.kind === kind && apiVersionOf(candidate) === apiVersion)
  return info && schemaOf(info)
}

const served = (definitions: readonly KubeObject[]): readonly ResourceInfo[] => [...resources, ...definitions.flatMap((definition) => resourcesOf(definition))]

const nameOf = (info: ResourceInfo): string => `${info.group}/${info.version}, Kind=${info.kind}`

function schemaOf(info: ResourceInfo): Schema | undefined {
  if (info.custom === undefined) return ofBuiltIn(apiVersionOf(info), info.kind)
  const metadata = ofStruct(struct('ObjectMeta'), [])
  return { ...info.custom.schema, properties: { ...info.custom.schema.properties, apiVersion: basics.string, kind: basics.string, ...(metadata ? { metadata } : {}) } }
}

const known = new Map<string, Schema | undefined>()

function ofBuiltIn(apiVersion: string, kind: string): Schema | undefined {
  const key = `${apiVersion}/${kind}`
  if (!known.has(key)) {
    const type = structOfKind(apiVersion, kind)
    known.set(key, type && ofStruct(type, []))
  }
  return known.get(key)
}

// Of these anything can be said.
const anything: Schema = { 'x-kubernetes-int-or-string': true }
const basics = { ...basicSchemas, intOrString: anything, quantity: anything, any: anything }

/** Undefined for a type that contains itself: upstream resolves none of those. */
function ofStruct(type: Struct, above: readonly Struct[]): Schema | undefined {
  if (above.includes(type)) return undefined
  const properties: Record<string, Schema> = {}
  for (const field of type.fields.values()) {
    const element = field.basic === 'struct' ? ofStruct(field.struct!, [...above, type]) : basics[field.basic]
    if (element === undefined) return undefined
    properties[field.name] = fieldSchema(field, element)
  }
  return { type: 'object', properties }
}
