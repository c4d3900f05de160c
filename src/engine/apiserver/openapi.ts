import type { CustomResource } from '../api/custom/kind.ts'
import { apiVersionOf, resources, type ResourceInfo } from '../api/resources.ts'
import { basicSchemas, fieldSchema } from '../api/schema/openapi.ts'
import { fnv1a } from '../api/fnv1a.ts'
import { struct, structOfKind, type Field, type Struct } from '../api/schema/schema.ts'
import type { KubeObject } from '../api/types.ts'
import { kubernetesVersion } from '../api/version.ts'

/**
 * OpenAPI v3 (KEP-2896): /openapi/v3 lists a document for each group and version, made from the same types and schemas that bodies are
 * checked against. Without descriptions of built-in types: those are kubectl's matter here.
 */
export function openapi(path: string, custom: readonly CustomResource[]): KubeObject | undefined {
  const infos: readonly ResourceInfo[] = [...resources, ...custom]
  const [, , ...parts] = path.split('/').filter((part) => part !== '')
  if (parts.length === 0) return index(infos) as never
  const [root, group = '', version = ''] = parts
  const groupVersion = root === 'api' ? group : `${group}/${version}`
  if (parts.length !== (root === 'api' ? 2 : 3)) return undefined
  const served = infos.filter((info) => apiVersionOf(info) === groupVersion)
  return served.length === 0 ? undefined : (documentOf(served) as never)
}

const placeOf = (info: ResourceInfo): string => (info.group === '' ? `api/${info.version}` : `apis/${info.group}/${info.version}`)

function index(infos: readonly ResourceInfo[]): object {
  const paths: Record<string, object> = {}
  for (const info of infos) paths[placeOf(info)] = { serverRelativeURL: `/openapi/v3/${placeOf(info)}?hash=${hashOf(info)}` }
  return { paths }
}

/** Changes when what is said changes: a definition's revision, or nothing. */
const hashOf = ({ custom, group, version }: ResourceInfo): string =>
  fnv1a(`${group}/${version}@${custom?.definition.metadata.resourceVersion ?? '1.34'}`).toString(16).toUpperCase().padStart(8, '0')

export interface Document {
  openapi: string
  info: object
  paths: Record<string, object>
  components: { schemas: Record<string, object> }
}

export function documentOf(served: readonly ResourceInfo[]): Document {
  const paths: Record<string, object> = {}
  const schemas: Record<string, object> = {}
  for (const info of served) {
    const gvk = { group: info.group, version: info.version, kind: info.kind }
    const within = info.namespaced ? `/${placeOf(info)}/namespaces/{namespace}/${info.plural}` : `/${placeOf(info)}/${info.plural}`
    for (const at of [within, `${within}/{name}`]) paths[at] = { get: { 'x-kubernetes-action': at === within ? 'list' : 'get', 'x-kubernetes-group-version-kind': gvk } }
    const name = nameOfKind(info)
    const type = structOfKind(apiVersionOf(info), info.kind)
    const schema = info.custom !== undefined ? customSchema(info as CustomResource, schemas) : type === undefined ? undefined : define(type, info, schemas)
    if (schema !== undefined) schemas[name] = { ...schema, 'x-kubernetes-group-version-kind': [gvk] }
  }
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: kubernetesVersion }, paths, components: { schemas } }
}

/** "io.k8s.api.apps.v1.Deployment", "example.shop.v1.Cart" */
function nameOfKind({ group, version, kind, custom }: ResourceInfo): string {
  if (custom !== undefined) return `${group.split('.').toReversed().join('.')}.${version}.${kind}`
  return `io.k8s.api.${group === '' ? 'core' : group.split('.')[0]}.${version}.${kind}`
}

function customSchema(info: CustomResource, schemas: Record<string, object>): object {
  const { schema } = info.custom
  const text = { type: 'string' }
  const metadata = elementOf({ basic: 'struct', struct: struct('ObjectMeta') }, info, schemas)
  return { ...schema, properties: { ...schema.properties, apiVersion: text, kind: text, metadata } }
}

const meta = new Set(['ObjectMeta', 'OwnerReference', 'ManagedFieldsEntry', 'LabelSelector', 'LabelSelectorRequirement', 'Condition', 'DeleteOptions', 'Preconditions', 'ListMeta'])

function nameOf(type: Struct, { group, version }: ResourceInfo): string {
  if (meta.has(type.key)) return `io.k8s.apimachinery.pkg.apis.meta.v1.${type.goName}`
  return `io.k8s.api.${group === '' ? 'core' : group.split('.')[0]}.${version}.${type.goName}`
}

function define(type: Struct, info: ResourceInfo, schemas: Record<string, object>): object {
  const fields = [...type.fields.values()]
  const properties = Object.fromEntries(fields.map((field) => [field.name, schemaOf(field, info, schemas)]))
  const required = fields.filter((field) => field.required).map(({ name }) => name)
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) }
}

function schemaOf(field: Field, info: ResourceInfo, schemas: Record<string, object>): object {
  return fieldSchema(field, elementOf(field, info, schemas))
}

/** Values that are types of their own upstream. Any value at all there needs words, or clients take it for none. */
const namedBasics: Partial<Record<Field['basic'], [name: string, schema: object]>> = {
  time: ['apis.meta.v1.Time', basicSchemas.time],
  microTime: ['apis.meta.v1.MicroTime', basicSchemas.microTime],
  intOrString: ['util.intstr.IntOrString', basicSchemas.intOrString],
  quantity: ['api.resource.Quantity', basicSchemas.quantity],
  any: ['runtime.RawExtension', { type: 'object' }],
}
const json: [name: string, schema: object] = ['JSON', { description: 'Any value of JSON.' }]

function elementOf(field: Pick<Field, 'basic' | 'struct'>, info: ResourceInfo, schemas: Record<string, object>): object {
  if (field.basic !== 'struct') {
    const [name, schema] = (field.basic === 'any' && info.group === 'apiextensions.k8s.io' ? json : namedBasics[field.basic]) ?? []
    if (name === undefined) return basicSchemas[field.basic]
    const whole = `io.k8s.apimachinery.pkg.${name}`
    schemas[whole] ??= schema!
    return referenceTo(whole)
  }
  const name = nameOf(field.struct!, info)
  if (schemas[name] === undefined) {
    // Named before it is looked into, for types may contain themselves.
    schemas[name] = {}
    schemas[name] = define(field.struct!, info, schemas)
  }
  return referenceTo(name)
}

const referenceTo = (name: string): object => ({ allOf: [{ $ref: `#/components/schemas/${name}` }] })
