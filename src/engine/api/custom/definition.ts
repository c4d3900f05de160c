/** What a CustomResourceDefinition has to be (apiextensions pkg/apis/apiextensions/validation). */
import { forbidden, invalid, notSupported, required, type FieldError } from '../field.ts'
import { isDNS1035Label, isDNS1123Subdomain } from '../names.ts'
import type { KubeObject } from '../types.ts'
import { cel } from '../cel/cel.ts'
import { semanticEqual } from '../equality.ts'
import { hasRules, isTrue, type PrinterColumn, type Schema, type ValidationRule } from './kind.ts'
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
  checkShared(versions ?? [], errors)
  checkConversion(object['spec']?.conversion ?? {}, errors)
  if (!((versions ?? []) as Fields[]).some(({ storage }) => storage)) errors.push(invalid('status.storedVersions', null, 'must have at least one stored version'))
}

/** Internally, what is below `webhook` is part of the conversion itself. */
function checkConversion({ strategy, webhook }: Fields, errors: FieldError[]): void {
  const at = 'spec.conversion'
  const clientConfig: Fields | undefined = webhook?.clientConfig ?? undefined
  const versions: string[] = webhook?.conversionReviewVersions ?? []
  if (strategy && strategy !== 'None' && strategy !== 'Webhook') errors.push(notSupported(`${at}.strategy`, strategy, ['None', 'Webhook']))
  if (strategy !== 'Webhook') {
    const why = 'should not be set when strategy is not set to Webhook'
    if (clientConfig !== undefined) errors.push(forbidden(`${at}.webhookClientConfig`, why))
    if (versions.length > 0) errors.push(forbidden(`${at}.conversionReviewVersions`, why))
    return
  }
  if (clientConfig === undefined) errors.push(required(`${at}.webhookClientConfig`, 'required when strategy is set to Webhook'))
  else if ((clientConfig['url'] == null) === (clientConfig['service'] == null)) {
    errors.push(required(`${at}.webhookClientConfig`, 'exactly one of url or service is required'))
  }
  if (versions.length === 0) {
    errors.push(required(`${at}.conversionReviewVersions`))
    return
  }
  for (const [i, version] of versions.entries()) {
    const field = `${at}.conversionReviewVersions[${i}]`
    if (versions.indexOf(version) < i) errors.push(invalid(field, version, 'duplicate version'))
    else complain(isDNS1035Label(version), version, field, errors)
  }
  if (!versions.includes('v1') && !versions.includes('v1beta1')) {
    errors.push(invalid(`${at}.conversionReviewVersions`, versions, 'must include at least one of v1, v1beta1'))
  }
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

/**
 * Internally, what is the same in all versions belongs to the definition as a whole, and that is how it is called in errors
 * (Convert_v1_CustomResourceDefinitionSpec_To_apiextensions_CustomResourceDefinitionSpec).
 */
function checkVersions(versions: Fields[], errors: FieldError[]): void {
  for (const [i, { schema }] of versions.entries()) if (schema?.openAPIV3Schema === undefined) errors.push(required(`spec.versions[${i}].schema.openAPIV3Schema`, 'schemas are required'))
  const isOwn = (part: string): boolean => !isShared(versions, part)
  for (const [i, version] of versions.entries()) {
    complain(isDNS1035Label(version['name'] ?? ''), version['name'], `spec.versions[${i}].name`, errors)
    checkParts(version, isOwn, (part) => `spec.versions[${i}].${part}`, errors)
  }
  if (new Set(versions.map(({ name }) => name)).size !== versions.length) errors.push(invalid('spec.versions', versions, 'must contain unique version names'))
  if (versions.filter((version) => version['storage']).length !== 1) errors.push(invalid('spec.versions', versions, 'must have exactly one version marked as storage version'))
}

const isShared = (versions: Fields[], part: string): boolean => versions.every((version) => semanticEqual(version[part], versions[0]![part]))

/** Errors of what all versions share, behind those of the names. */
function checkShared(versions: Fields[], errors: FieldError[]): void {
  const [first] = versions
  if (first === undefined) return
  checkParts(first, (part) => isShared(versions, part), (part) => `spec.${part === 'schema' ? 'validation' : part}`, errors)
}

function checkParts({ schema, subresources, additionalPrinterColumns }: Fields, isWanted: (part: string) => boolean, pathOf: (part: string) => string, errors: FieldError[]): void {
  const root: Schema | undefined = schema?.openAPIV3Schema ?? undefined
  if (root !== undefined && isWanted('schema')) checkRoot(root, `${pathOf('schema')}.openAPIV3Schema`, errors)
  if (subresources?.scale && isWanted('subresources')) checkScale(subresources.scale, `${pathOf('subresources')}.scale`, errors)
  if (!isWanted('additionalPrinterColumns')) return
  for (const [j, column] of ((additionalPrinterColumns ?? []) as PrinterColumn[]).entries()) checkColumn(column, `${pathOf('additionalPrinterColumns')}[${j}]`, errors)
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
  const before = errors.length
  if (schema.type === undefined || schema.type === '') errors.push(required(`${at}.type`, 'must not be empty at the root'))
  else if (schema.type !== 'object') errors.push(invalid(`${at}.type`, schema.type, 'must be object at the root'))
  checkInside(schema, at, errors, 0)
  // Rules are compiled when all else is well: of a schema that is none, the compiler could only say confusing things.
  if (errors.length === before && hasRules(schema)) cel.get().checkRules(schema, at, errors)
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
  for (const [i, rule] of (schema['x-kubernetes-validations'] ?? []).entries()) checkRule(rule, schema, `${at}.x-kubernetes-validations[${i}]`, errors)
  if (schema.default !== undefined) validateValue(schema.default, schema, `${at}.default`, errors)
  for (const [name, inner] of Object.entries(properties ?? {})) checkSchema(inner, `${at}.properties[${name}]`, 'object fields', errors, depth + 1)
  if (typeof additionalProperties === 'object') checkSchema(additionalProperties, `${at}.additionalProperties`, 'object fields', errors, depth + 1)
  if (Array.isArray(items)) errors.push(forbidden(`${at}.items`, 'items must be a schema object and not an array'))
  else if (items !== undefined) checkSchema(items, `${at}.items`, 'array items', errors, depth + 1)
  else if (schema.type === 'array') errors.push(required(`${at}.items`, 'must be specified'))
}

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']

/** What of a rule is seen without compiling it. */
function checkRule({ rule, message = '', messageExpression = '', reason, fieldPath = '' }: ValidationRule, schema: Schema, at: string, errors: FieldError[]): void {
  const isBlank = (text: string): boolean => text !== '' && text.trim() === ''
  if (rule.trim() === '') errors.push(required(`${at}.rule`, 'rule is not specified'))
  if (isBlank(message)) errors.push(invalid(`${at}.message`, message, 'message must be non-empty if specified'))
  if (hasNewline(message.trim())) errors.push(invalid(`${at}.message`, message, 'message must not contain line breaks'))
  if (hasNewline(rule.trim()) && message.trim() === '') errors.push(required(`${at}.message`, 'message must be specified if rule contains line breaks'))
  if (isBlank(messageExpression)) errors.push(required(`${at}.messageExpression`, 'must be non-empty if specified'))
  if (reason !== undefined && !reasons.includes(reason)) errors.push(notSupported(`${at}.reason`, reason, reasons))
  if (isBlank(fieldPath)) errors.push(invalid(`${at}.fieldPath`, fieldPath, 'must be non-empty if specified'))
  if (hasNewline(fieldPath)) errors.push(invalid(`${at}.fieldPath`, fieldPath, 'must not contain line breaks'))
  if (fieldPath !== '') {
    const why = pathComplaint(fieldPath, schema)
    if (why !== undefined) errors.push(invalid(`${at}.fieldPath`, fieldPath, `fieldPath must be a valid path: ${why}`))
  }
}

const hasNewline = (text: string): boolean => /[\n\r]/.test(text)

/** Whether the path leads to a field that the schema has. */
function pathComplaint(path: string, root: Schema): string | undefined {
  let schema: Schema | undefined = root
  for (const [token] of path.matchAll(/\['(?:[^'\\]|\\.)*'\]|\.[^.[\]]+|./gs)) {
    const name: string | undefined = /^\['(.*)'\]$/s.exec(token)?.[1] ?? /^\.(.+)$/s.exec(token)?.[1]
    if (name === undefined) return `expected [ or . but got: ${token}`
    schema = schema === undefined ? undefined : innerSchema(schema, name)
    if (schema === undefined) return 'does not refer to a valid field'
  }
  return undefined
}

function innerSchema({ properties, additionalProperties }: Schema, name: string): Schema | undefined {
  if (properties === undefined) return typeof additionalProperties === 'object' ? additionalProperties : undefined
  return Object.hasOwn(properties, name) ? properties[name] : undefined
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
