/** What a CustomResourceDefinition has to be (apiextensions pkg/apis/apiextensions/validation). */
import { duplicate, forbidden, invalid, notSupported, required, type FieldError } from '../field.ts'
import { isDNS1035Label, isDNS1123Subdomain } from '../names.ts'
import type { KubeObject } from '../types.ts'
import { isTrue, type PrinterColumn, type Schema } from './kind.ts'
import { validateValue } from './validate.ts'

type Fields = Record<string, any>

const complain = (complaints: readonly string[], value: unknown, field: string, errors: FieldError[]): void => {
  for (const complaint of complaints) errors.push(invalid(field, value, complaint))
}

export function definition(object: KubeObject, errors: FieldError[]): void {
  const { group = '', names = {}, scope = '', versions, preserveUnknownFields } = object['spec'] ?? {}
  if (object.metadata.name !== `${names.plural}.${group}`) errors.push(invalid('metadata.name', object.metadata.name, 'must be spec.names.plural+"."+spec.group'))
  checkApproval(object, group, errors)
  if (group === '') errors.push(required('spec.group'))
  else {
    complain(isDNS1123Subdomain(group), group, 'spec.group', errors)
    if (!group.includes('.')) errors.push(invalid('spec.group', group, 'should be a domain with at least one dot'))
  }
  if (scope === '') errors.push(required('spec.scope'))
  else if (scope !== 'Cluster' && scope !== 'Namespaced') errors.push(notSupported('spec.scope', scope, ['Cluster', 'Namespaced']))
  if (preserveUnknownFields === true) {
    errors.push(invalid('spec.preserveUnknownFields', true, 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead'))
  }
  checkVersions(versions ?? [], errors)
  checkNames(names, errors)
}

const protectedGroup = /(^|\.)(k8s|kubernetes)\.io$/
const approval = 'api-approved.kubernetes.io'

function checkApproval({ metadata }: KubeObject, group: string, errors: FieldError[]): void {
  if (!protectedGroup.test(group)) return
  const given = metadata.annotations?.[approval]
  const field = `metadata.annotations[${approval}]`
  const see = 'see https://github.com/kubernetes/enhancements/pull/1111'
  if (!given) errors.push(required(field, `protected groups must have approval annotation "${approval}", ${see}`))
  else if (!given.startsWith('unapproved') && !/^[a-z]+:\/\/./.test(given)) {
    errors.push(invalid(field, given, `protected groups must have approval annotation "${approval}" with either a URL or a reason starting with "unapproved", ${see}`))
  }
}

function checkNames(names: Fields, errors: FieldError[]): void {
  for (const field of ['plural', 'singular', 'kind', 'listKind'] as const) {
    const value: string = names[field] ?? ''
    if (value === '') errors.push(required(`spec.names.${field}`))
    else complain(isDNS1035Label(value.toLowerCase()), value, `spec.names.${field}`, errors)
  }
  const { kind, listKind } = names
  if (kind && kind === listKind) errors.push(invalid('spec.names.listKind', listKind, 'kind and listKind may not be the same'))
  for (const field of ['shortNames', 'categories'] as const) {
    for (const [i, name] of ((names[field] ?? []) as string[]).entries()) complain(isDNS1035Label(name), name, `spec.names.${field}[${i}]`, errors)
  }
}

function checkVersions(versions: Fields[], errors: FieldError[]): void {
  const seen = new Set<string>()
  for (const [i, { name = '', schema, subresources, additionalPrinterColumns = [] }] of versions.entries()) {
    const at = `spec.versions[${i}]`
    if (seen.has(name)) errors.push(duplicate(`${at}.name`, name))
    seen.add(name)
    complain(isDNS1035Label(name), name, `${at}.name`, errors)
    const root: Schema | undefined = schema?.openAPIV3Schema ?? undefined
    if (root === undefined) errors.push(required(`${at}.schema.openAPIV3Schema`, 'schemas are required'))
    else checkRoot(root, `${at}.schema.openAPIV3Schema`, errors)
    for (const [j, column] of (additionalPrinterColumns as PrinterColumn[]).entries()) checkColumn(column, `${at}.additionalPrinterColumns[${j}]`, errors)
    if (subresources?.scale) checkScale(subresources.scale, `${at}.subresources.scale`, errors)
  }
  if (versions.filter((version) => version['storage']).length !== 1) errors.push(invalid('spec.versions', versions, 'must have exactly one version marked as storage version'))
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string']

function checkColumn({ name, type, jsonPath }: PrinterColumn, at: string, errors: FieldError[]): void {
  if (!name) errors.push(required(`${at}.name`))
  if (!type) errors.push(required(`${at}.type`, `must be one of ${columnTypes.join(',')}`))
  else if (!columnTypes.includes(type)) errors.push(invalid(`${at}.type`, type, `must be one of ${columnTypes.join(',')}`))
  if (!jsonPath) errors.push(required(`${at}.jsonPath`))
  else if (!jsonPath.startsWith('.')) errors.push(invalid(`${at}.jsonPath`, jsonPath, 'must be a simple json path starting with .'))
}

function checkScale({ specReplicasPath, statusReplicasPath }: Fields, at: string, errors: FieldError[]): void {
  if (!specReplicasPath) errors.push(required(`${at}.specReplicasPath`))
  else if (!specReplicasPath.startsWith('.spec.')) errors.push(invalid(`${at}.specReplicasPath`, specReplicasPath, 'should be a json path under .spec'))
  if (!statusReplicasPath) errors.push(required(`${at}.statusReplicasPath`))
  else if (!statusReplicasPath.startsWith('.status.')) errors.push(invalid(`${at}.statusReplicasPath`, statusReplicasPath, 'should be a json path under .status'))
}

function checkRoot(schema: Schema, at: string, errors: FieldError[]): void {
  if (schema.type === undefined || schema.type === '') errors.push(required(`${at}.type`, 'must not be empty at the root'))
  else if (schema.type !== 'object') errors.push(invalid(`${at}.type`, schema.type, 'must be object at the root'))
  checkInside(schema, at, errors, 0)
}

const types = new Set(['object', 'array', 'string', 'integer', 'number', 'boolean'])
const maxDepth = 200

/** What a schema may not be, and what is in it (structural schemas). */
function checkSchema(schema: Schema, at: string, place: 'object fields' | 'array items', errors: FieldError[], depth: number): void {
  const free = schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields']
  if (!schema.type && !free) errors.push(required(`${at}.type`, `must not be empty for specified ${place}`))
  if (schema.type && !types.has(schema.type)) errors.push(notSupported(`${at}.type`, schema.type, [...types].toSorted()))
  checkInside(schema, at, errors, depth)
}

function checkInside(schema: Schema, at: string, errors: FieldError[], depth: number): void {
  if (depth > maxDepth) return
  const { properties, additionalProperties, items } = schema
  if (schema.$ref !== undefined) errors.push(forbidden(`${at}.$ref`, '$ref is not supported'))
  if (schema.uniqueItems) errors.push(forbidden(`${at}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'))
  if (properties !== undefined && additionalProperties !== undefined) errors.push(forbidden(`${at}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'))
  if (additionalProperties === false) errors.push(forbidden(`${at}.additionalProperties`, 'additionalProperties cannot be set to false'))
  checkListType(schema, at, errors)
  if (schema.default !== undefined) validateValue(schema.default, schema, `${at}.default`, errors)
  for (const [name, inner] of Object.entries(properties ?? {})) checkSchema(inner, `${at}.properties[${name}]`, 'object fields', errors, depth + 1)
  if (typeof additionalProperties === 'object') checkSchema(additionalProperties, `${at}.additionalProperties`, 'object fields', errors, depth + 1)
  if (Array.isArray(items)) errors.push(forbidden(`${at}.items`, 'items must be a schema object and not an array'))
  else if (items !== undefined) checkSchema(items, `${at}.items`, 'array items', errors, depth + 1)
  else if (schema.type === 'array') errors.push(required(`${at}.items`, 'must be specified'))
}

function checkListType(schema: Schema, at: string, errors: FieldError[]): void {
  const kind = schema['x-kubernetes-list-type']
  if (kind === undefined) return
  if (kind !== 'atomic' && kind !== 'set' && kind !== 'map') errors.push(notSupported(`${at}.x-kubernetes-list-type`, kind, ['atomic', 'set', 'map']))
  if (schema.type !== 'array') errors.push(invalid(`${at}.type`, schema.type ?? '', 'must be array if x-kubernetes-list-type is specified'))
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  if (kind !== 'map') return
  if (keys.length === 0) errors.push(required(`${at}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'))
  for (const [i, key] of keys.entries()) {
    if (schema.items?.properties?.[key] === undefined) errors.push(invalid(`${at}.x-kubernetes-list-map-keys[${i}]`, key, 'entries must all be names of item properties'))
  }
}

export function definitionUpdate(next: KubeObject, old: KubeObject, errors: FieldError[]): void {
  definition(next, errors)
  const immutable = (path: string, of: (spec: Fields) => unknown): void => {
    if (of(next['spec']) !== of(old['spec'])) errors.push(invalid(path, of(next['spec']), 'field is immutable'))
  }
  immutable('spec.group', ({ group }) => group)
  immutable('spec.names.plural', ({ names }) => names.plural)
  if (isTrue(old, 'Established')) {
    immutable('spec.scope', ({ scope }) => scope)
    immutable('spec.names.kind', ({ names }) => names.kind)
  }
  const names = new Set(((next['spec']?.versions ?? []) as { name: string }[]).map(({ name }) => name))
  for (const [i, name] of ((next['status']?.storedVersions ?? []) as string[]).entries()) {
    if (names.has(name)) continue
    const why = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`
    errors.push(invalid(`status.storedVersions[${i}]`, name, why))
  }
}
