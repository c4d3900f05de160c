import type { CustomResource } from '../api/custom/kind.ts'
import { apiVersionOf, resources, type ResourceInfo } from '../api/resources.ts'
import type { KubeObject } from '../api/types.ts'
import { kubernetesVersion } from '../api/version.ts'
import { documentOf } from './openapi.ts'

type Fields = Readonly<Record<string, any>>

/** /openapi/v2: one document of everything, in Swagger 2.0, from the same schemas as the newer ones. */
export function swagger(custom: readonly CustomResource[]): KubeObject {
  const infos: readonly ResourceInfo[] = [...resources, ...custom]
  const paths: Record<string, object> = {}
  const definitions: Record<string, object> = {}
  for (const groupVersion of new Set(infos.map(apiVersionOf))) {
    const document = documentOf(infos.filter((info) => apiVersionOf(info) === groupVersion))
    Object.assign(paths, document.paths)
    for (const [name, schema] of Object.entries(document.components.schemas)) definitions[name] ??= isOpen(schema) ? opened(schema) : older(schema)
  }
  return { swagger: '2.0', info: { title: 'Kubernetes', version: kubernetesVersion }, paths, definitions } as never
}

const open = 'x-kubernetes-preserve-unknown-fields'
const isOpen = (schema: Fields): boolean => schema[open] === true

/** kubectl does not know what it means that a kind may have any fields: nothing is said of them. */
function opened({ type, description, 'x-kubernetes-group-version-kind': kinds }: Fields): object {
  return { type, ...(description === undefined ? {} : { description }), ...(kinds === undefined ? {} : { 'x-kubernetes-group-version-kind': kinds }) }
}

/** What the older language has no words for (apiextensions-apiserver/pkg/controller/openapi/v2 conversion.go ToStructuralOpenAPIV2). */
const newer = new Set(['nullable', 'anyOf', 'oneOf', 'not', 'default', 'x-kubernetes-validations'])

function older(schema: Fields): Fields {
  const { allOf, ...rest } = schema
  const reference = (allOf as Fields[] | undefined)?.[0]?.['$ref']
  // A number or a text is a text there.
  const plain = rest['oneOf'] !== undefined && rest['type'] === undefined && rest['properties'] === undefined ? { type: 'string', ...rest } : rest
  const base = typeof reference === 'string' ? { ...rest, $ref: reference.replace('#/components/schemas/', '#/definitions/') } : plain
  return Object.fromEntries(Object.entries(base).flatMap(([key, value]) => {
    if (newer.has(key) || (isOpen(schema) && (key === 'properties' || key === 'items'))) return []
    if (key === 'properties') return [[key, Object.fromEntries(Object.entries(value as Fields).map(([name, inner]) => [name, older(inner)]))]]
    return [[key, (key === 'items' || key === 'additionalProperties') && typeof value === 'object' ? older(value) : value]]
  }))
}
