/** What a CustomResourceDefinition has to be (apiextensions pkg/apis/apiextensions/validation). What its schemas have to be: structure.ts, openApi.ts. */
import { duplicate, forbidden, invalid, notSupported, required, tooMany, type FieldError } from '../field.ts'
import { isDNS1035Label, isDNS1123Subdomain } from '../names.ts'
import type { KubeObject } from '../types.ts'
import { cel } from '../cel/cel.ts'
import { semanticEqual } from '../equality.ts'
import { immutable } from '../validation/meta.ts'
import { checkClientConfig } from '../validation/webhooks.ts'
import { hasRules, isTrue, type PrinterColumn, type Schema } from './kind.ts'
import { checkOpenApi, schemaAt } from './openApi.ts'
import { isConvertible, structureErrors } from './structure.ts'
import { validateValue } from './validate.ts'

type Fields = Record<string, any>

/** All complaints in one error. */
function complain(complaints: readonly string[], value: unknown, field: string, errors: FieldError[], before = ''): void {
  if (complaints.length > 0) errors.push(invalid(field, value, before + complaints.join(',')))
}

export function definition(object: KubeObject, errors: FieldError[]): void {
  const { group = '', names = {}, preserveUnknownFields } = object['spec'] ?? {}
  if (object.metadata.name !== `${names.plural}.${group}`) errors.push(invalid('metadata.name', object.metadata.name, 'must be spec.names.plural+"."+spec.group'))
  checkSpec(object['spec'] ?? {}, errors)
  checkStoredVersions(object, errors)
  checkApproval(object, group, errors)
  if (preserveUnknownFields === true) {
    errors.push(invalid('spec.preserveUnknownFields', true, 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead'))
  }
}

export function definitionUpdate(next: KubeObject, old: KubeObject, errors: FieldError[]): void {
  const [now, before] = [next['spec'] ?? {}, old['spec'] ?? {}]
  checkSpec(now, errors)
  if (isTrue(old, 'Established')) {
    immutable(now.scope, before.scope, 'spec.scope', errors)
    immutable(now.names?.kind, before.names?.kind, 'spec.names.kind', errors)
  }
  immutable(now.group, before.group, 'spec.group', errors)
  immutable(now.names?.plural, before.names?.plural, 'spec.names.plural', errors)
  checkStoredVersions(next, errors)
  checkApproval(next, now.group ?? '', errors)
}

function checkSpec({ group = '', names = {}, scope = '', versions: given, conversion = {} }: Fields, errors: FieldError[]): void {
  const versions: Fields[] = given ?? []
  if (group === '') errors.push(required('spec.group'))
  else if (isDNS1123Subdomain(group).length > 0) complain(isDNS1123Subdomain(group), group, 'spec.group', errors)
  else if (!group.includes('.')) errors.push(invalid('spec.group', group, 'should be a domain with at least one dot'))
  if (scope === '') errors.push(required('spec.scope'))
  else if (scope !== 'Cluster' && scope !== 'Namespaced') errors.push(notSupported('spec.scope', scope, ['Cluster', 'Namespaced']))
  checkVersions(versions, errors)
  for (const field of ['plural', 'singular', 'kind', 'listKind']) if (!names[field]) errors.push(required(`spec.names.${field}`))
  checkNames(names, 'spec.names', errors)
  checkShared(versions, errors)
  checkConversion(conversion, errors)
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
  else checkClientConfig(clientConfig, `${at}.webhookClientConfig`, errors)
  if (versions.length === 0) {
    errors.push(required(`${at}.conversionReviewVersions`))
    return
  }
  for (const [i, version] of versions.entries()) {
    const field = `${at}.conversionReviewVersions[${i}]`
    if (versions.indexOf(version) < i) errors.push(invalid(field, version, 'duplicate version'))
    else for (const complaint of isDNS1035Label(version)) errors.push(invalid(field, version, complaint))
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

function checkNames({ plural, singular, kind, listKind, shortNames, categories }: Fields, at: string, errors: FieldError[]): void {
  const label = (value: string | undefined, field: string, before?: string): void => {
    if (value) complain(isDNS1035Label(before === undefined ? value : value.toLowerCase()), value, `${at}.${field}`, errors, before)
  }
  const mixed = 'may have mixed case, but should otherwise match: '
  label(plural, 'plural')
  label(singular, 'singular')
  label(kind, 'kind', mixed)
  label(listKind, 'listKind', mixed)
  const list = (names: string[] | undefined, field: string): void => {
    for (const [i, name] of (names ?? []).entries()) complain(isDNS1035Label(name), name, `${at}.${field}[${i}]`, errors)
  }
  list(shortNames, 'shortNames')
  if (kind && kind === listKind) errors.push(invalid(`${at}.listKind`, listKind, 'kind and listKind may not be the same'))
  list(categories, 'categories')
}

/**
 * Internally, what is the same in all versions belongs to the definition as a whole, and that is how it is called in errors
 * (Convert_v1_CustomResourceDefinitionSpec_To_apiextensions_CustomResourceDefinitionSpec).
 */
function checkVersions(versions: Fields[], errors: FieldError[]): void {
  for (const [i, { schema }] of versions.entries()) if (schema?.openAPIV3Schema === undefined) errors.push(required(`spec.versions[${i}].schema.openAPIV3Schema`, 'schemas are required'))
  const isOwn = (part: string): boolean => !isShared(versions, part)
  for (const [i, version] of versions.entries()) {
    const at = `spec.versions[${i}]`
    complain(isDNS1035Label(version['name'] ?? ''), version['name'], `${at}.name`, errors)
    checkDeprecation(version, `${at}.deprecationWarning`, errors)
    checkParts(version, isOwn, (part) => `${at}.${part}`, errors)
  }
  if (new Set(versions.map(({ name }) => name)).size !== versions.length) errors.push(invalid('spec.versions', versions, 'must contain unique version names'))
  if (versions.filter((version) => version['storage']).length !== 1) errors.push(invalid('spec.versions', versions, 'must have exactly one version marked as storage version'))
}

const longestWarning = 256

function checkDeprecation({ deprecated, deprecationWarning: warning }: Fields, at: string, errors: FieldError[]): void {
  if (warning === undefined) return
  const complain = (why: string): void => void errors.push(invalid(at, warning, why))
  if (!deprecated) return complain('can only be set for deprecated versions')
  if (warning.length > longestWarning) complain('must be <= 256 characters long')
  if (warning === '') complain('must not be an empty string')
  const index = warning.search(/[\p{C}\p{Zl}\p{Zp}]/u)
  if (index >= 0) complain(`must only contain printable UTF-8 characters; non-printable character found at index ${index}`)
}

const isShared = (versions: Fields[], part: string): boolean => versions.every((version) => semanticEqual(version[part], versions[0]![part]))

/** Errors of what all versions share, behind those of the names. */
function checkShared(versions: Fields[], errors: FieldError[]): void {
  const [first] = versions
  if (first === undefined) return
  checkParts(first, (part) => isShared(versions, part), (part) => `spec.${part === 'schema' ? 'validation' : part}`, errors)
}

function checkParts({ schema, subresources, additionalPrinterColumns, selectableFields }: Fields, isWanted: (part: string) => boolean, pathOf: (part: string) => string, errors: FieldError[]): void {
  const root: Schema | undefined = schema?.openAPIV3Schema ?? undefined
  if (root !== undefined && isWanted('schema')) checkRoot(root, `${pathOf('schema')}.openAPIV3Schema`, errors)
  if (subresources?.scale && isWanted('subresources')) checkScale(subresources.scale, `${pathOf('subresources')}.scale`, errors)
  if (isWanted('additionalPrinterColumns')) {
    for (const [j, column] of ((additionalPrinterColumns ?? []) as PrinterColumn[]).entries()) checkColumn(column, `${pathOf('additionalPrinterColumns')}[${j}]`, errors)
  }
  if (root !== undefined && isWanted('selectableFields')) checkSelectable(selectableFields ?? [], root, pathOf('selectableFields'), errors)
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string']
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']

/** Internally the path is called JSONPath. */
function checkColumn({ name, type, format, jsonPath }: PrinterColumn, at: string, errors: FieldError[]): void {
  if (!name) errors.push(required(`${at}.name`))
  if (!type) errors.push(required(`${at}.type`, `must be one of ${columnTypes.join(',')}`))
  else if (!columnTypes.includes(type)) errors.push(invalid(`${at}.type`, type, `must be one of ${columnTypes.join(',')}`))
  if (format && !columnFormats.includes(format)) errors.push(invalid(`${at}.format`, format, `must be one of ${columnFormats.join(',')}`))
  if (!jsonPath) errors.push(required(`${at}.JSONPath`))
  else simplePath(jsonPath, `${at}.JSONPath`, errors)
}

/** Whether it is one. */
function simplePath(path: string, at: string, errors: FieldError[]): boolean {
  if (path.startsWith('.')) return true
  errors.push(invalid(at, path, 'must be a simple json path starting with .'))
  return false
}

function checkScale({ specReplicasPath, statusReplicasPath, labelSelectorPath }: Fields, at: string, errors: FieldError[]): void {
  const under = (path: string | undefined, field: string, roots: readonly string[], where: string): void => {
    if (!path) errors.push(required(`${at}.${field}`))
    else if (simplePath(path, `${at}.${field}`, errors) && !roots.some((root) => path.startsWith(root))) errors.push(invalid(`${at}.${field}`, path, `should be a json path under ${where}`))
  }
  under(specReplicasPath, 'specReplicasPath', ['.spec.'], '.spec')
  under(statusReplicasPath, 'statusReplicasPath', ['.status.'], '.status')
  if (labelSelectorPath) under(labelSelectorPath, 'labelSelectorPath', ['.spec.', '.status.'], 'either .spec or .status')
}

const mostSelectable = 8
const selectableTypes = new Set(['string', 'boolean', 'integer'])

function checkSelectable(fields: { jsonPath?: string }[], root: Schema, at: string, errors: FieldError[]): void {
  const seen = new Set<string>()
  for (const [i, { jsonPath = '' }] of fields.entries()) {
    const here = `${at}[${i}].jsonPath`
    const found = schemaAt(jsonPath, root)
    if (jsonPath === '') errors.push(required(here))
    if (jsonPath !== '' && 'error' in found) errors.push(invalid(here, jsonPath, `is an invalid path: ${found.error}`))
    if (jsonPath === '' || 'error' in found) continue
    if (found.root === 'metadata') errors.push(invalid(here, jsonPath, 'must not point to fields in metadata'))
    if (!selectableTypes.has(found.schema.type ?? '')) errors.push(invalid(here, jsonPath, 'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.'))
    if (seen.has(jsonPath)) errors.push(duplicate(here, jsonPath))
    seen.add(jsonPath)
  }
  if (seen.size > mostSelectable) errors.push(tooMany(at, seen.size, mostSelectable))
}

function checkRoot(schema: Schema, at: string, errors: FieldError[]): void {
  const before = errors.length
  if (schema.nullable) errors.push(forbidden(`${at}.nullable`, 'nullable cannot be true at the root'))
  if (isConvertible(schema)) {
    const faults = structureErrors(schema, at)
    errors.push(...faults)
    if (faults.length === 0) checkDefaults(schema, at, errors, 0)
  }
  checkOpenApi(schema, at, errors)
  // Rules are compiled when all else is well: of a schema that is none, the compiler could only say confusing things.
  if (errors.length === before && hasRules(schema)) cel.get().checkRules(schema, at, errors)
}

const maxDepth = 200

/** Defaults are values of their schemas. */
function checkDefaults(schema: Schema, at: string, errors: FieldError[], depth: number): void {
  if (depth > maxDepth) return
  if (schema.default !== undefined) validateValue(schema.default, schema, `${at}.default`, errors)
  const { properties = {}, additionalProperties, items } = schema
  if (items !== undefined) checkDefaults(items, `${at}.items`, errors, depth + 1)
  for (const [name, inner] of Object.entries(properties)) checkDefaults(inner, `${at}.properties[${name}]`, errors, depth + 1)
  if (typeof additionalProperties === 'object') checkDefaults(additionalProperties, `${at}.additionalProperties`, errors, depth + 1)
}

/** No version goes in which there may still be objects. */
function checkStoredVersions({ spec, status }: KubeObject, errors: FieldError[]): void {
  const at = 'status.storedVersions'
  const stored: string[] = status?.storedVersions ?? []
  const versions: Fields[] = spec?.versions ?? []
  if (stored.length === 0) return void errors.push(invalid(at, null, 'must have at least one stored version'))
  for (const { name, storage } of versions) if (storage && !stored.includes(name)) errors.push(invalid(at, stored, `must have the storage version ${name}`))
  const names = new Set(versions.map(({ name }) => name as string))
  for (const [i, name] of stored.entries()) {
    if (names.has(name)) continue
    const why = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`
    errors.push(invalid(`${at}[${i}]`, name, why))
  }
}

export function definitionStatus({ status = {} }: KubeObject, _old: KubeObject, errors: FieldError[]): void {
  checkNames(status.acceptedNames ?? {}, 'status.acceptedNames', errors)
}
