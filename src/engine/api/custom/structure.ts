/** Whether a schema is structural (apiextensions pkg/apiserver/schema validation.go, complete.go; KEP "Vanilla OpenAPI Subset"). */
import { goRegExp } from '../cel/goRegExp.ts'
import { errorBody, forbidden, invalid, required, type FieldError } from '../field.ts'
import { deepEqual } from '../patch/jsonMap.ts'
import type { Schema } from './kind.ts'

type Level = 'root' | 'item' | 'field'

/** How deep is looked. */
const maxDepth = 200

/** Of a root. Errors are sorted, as upstream sorts what it finds in maps. */
export function structureErrors(root: Schema, at: string): FieldError[] {
  const errors: FieldError[] = []
  checkInvariants(root, 'root', at, errors, 0)
  checkCompleteness(root, root, at, at, errors, 0)
  const text = (error: FieldError): string => `${error.field}: ${errorBody(error)}`
  return errors.toSorted((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0))
}

/** A schema that says what structural schemas do not know is not looked at as one (NewStructural); others tell why. */
export function isConvertible(schema: Schema, depth = 0): boolean {
  if (depth > maxDepth) return true
  const other = schema as Readonly<Record<string, unknown>>
  if (unknown.some((field) => other[field] !== undefined) || schema.type === 'null' || Array.isArray(schema.items)) return false
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) return false
  return inside(schema).every((inner) => isConvertible(inner, depth + 1))
}

const unknown = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref']

/** All schemas directly in one. */
function inside({ properties = {}, additionalProperties, items, allOf = [], anyOf = [], oneOf = [], not }: Schema): Schema[] {
  return [...Object.values(properties), ...(typeof additionalProperties === 'object' ? [additionalProperties] : []), ...(items === undefined ? [] : [items]), ...allOf, ...anyOf, ...oneOf, ...(not === undefined ? [] : [not])]
}

const emptyType: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root', item: 'must not be empty for specified array items', field: 'must not be empty for specified object fields',
}

function checkInvariants(schema: Schema, level: Level, at: string, errors: FieldError[], depth: number): void {
  if (depth > maxDepth) return
  const { type = '', items, properties = {}, additionalProperties } = schema
  const embedded = schema['x-kubernetes-embedded-resource'] === true
  const free = schema['x-kubernetes-preserve-unknown-fields'] === true
  if (type === 'array' && items === undefined) errors.push(required(`${at}.items`, 'must be specified'))
  if (items !== undefined) checkInvariants(items, 'item', `${at}.items`, errors, depth + 1)
  for (const [name, inner] of Object.entries(properties)) checkInvariants(inner, 'field', `${at}.properties[${name}]`, errors, depth + 1)
  if (additionalProperties !== undefined) {
    if (level === 'root') errors.push(forbidden(`${at}.additionalProperties`, 'must not be used at the root'))
    if (typeof additionalProperties === 'object') checkInvariants(additionalProperties, 'field', `${at}.additionalProperties`, errors, depth + 1)
  }
  checkExtensions(schema, at, errors)
  checkValues(schema, isNumberOrText(schema.anyOf), isNumberOrText(schema.allOf?.[0]?.anyOf), at, errors, depth)
  if (embedded && type !== 'object') {
    const why = 'must be object if x-kubernetes-embedded-resource is true'
    errors.push(type === '' ? required(`${at}.type`, why) : invalid(`${at}.type`, type, why))
  } else if (type === '' && !schema['x-kubernetes-int-or-string'] && !free) errors.push(required(`${at}.type`, emptyType[level]))
  if (embedded && additionalProperties !== undefined) errors.push(forbidden(`${at}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set'))
  if (level === 'root' && type !== '' && type !== 'object') errors.push(invalid(`${at}.type`, type, 'must be object at the root'))
  if (level === 'root' || embedded) checkMeta(properties, level, at, errors)
  if (embedded && !free && Object.keys(properties).length === 0) {
    errors.push(required(`${at}.properties`, 'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields'))
  }
}

function checkExtensions(schema: Schema, at: string, errors: FieldError[]): void {
  if (!schema['x-kubernetes-int-or-string']) return
  for (const extension of ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const) {
    if (schema[extension]) errors.push(invalid(`${at}.${extension}`, true, 'must be false if x-kubernetes-int-or-string is true'))
  }
}

/** What every object has: its metadata can only be narrowed by its names. */
function checkMeta(properties: NonNullable<Schema['properties']>, level: Level, at: string, errors: FieldError[]): void {
  for (const name of ['kind', 'apiVersion']) {
    const type = Object.hasOwn(properties, name) ? (properties[name]!.type ?? '') : 'string'
    if (type !== 'string') errors.push(invalid(`${at}.properties[${name}].type`, type, 'must be string'))
  }
  if (!Object.hasOwn(properties, 'metadata')) return
  const { type = '', properties: fields = {}, default: _, ...others } = properties['metadata']!
  const here = `${at}.properties[metadata]`
  if (type !== 'object') errors.push(invalid(`${here}.type`, type, 'must be object'))
  const onlyNames = Object.keys(fields).every((name) => name === 'name' || name === 'generateName')
  if (level === 'root' && (!onlyNames || Object.values(others).some((value) => value !== undefined))) {
    errors.push(forbidden(here, 'must not specify anything other than name and generateName, but metadata is implicitly specified'))
  }
}

const numberOrText = [{ type: 'integer' }, { type: 'string' }]
const isNumberOrText = (anyOf: readonly Schema[] | undefined): boolean => deepEqual(anyOf ?? [], numberOrText)

/** What of a schema only judges values. `knowsAnyOf`, `knowsFirst`: "a number or a text", which may name its types. */
function checkValues({ anyOf = [], allOf = [], oneOf = [], not, pattern }: Schema, knowsAnyOf: boolean, knowsFirst: boolean, at: string, errors: FieldError[], depth: number): void {
  if (!knowsAnyOf) for (const [i, inner] of anyOf.entries()) checkNested(inner, false, `${at}.anyOf[${i}]`, errors, depth + 1)
  for (const [i, inner] of allOf.entries()) checkNested(inner, knowsFirst && i === 0, `${at}.allOf[${i}]`, errors, depth + 1)
  for (const [i, inner] of oneOf.entries()) checkNested(inner, false, `${at}.oneOf[${i}]`, errors, depth + 1)
  if (not !== undefined) checkNested(not, false, `${at}.not`, errors, depth + 1)
  const compiled = pattern ? goRegExp(pattern) : undefined
  if (compiled !== undefined && 'error' in compiled) errors.push(invalid(`${at}.pattern`, pattern, `must be a valid regular expression, but isn't: ${compiled.error}`))
}

/** What a schema inside allOf, anyOf, oneOf and not must not say: it is said once, outside. */
const saidOutside: readonly [field: keyof Schema, why: string][] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
]

function checkNested(schema: Schema, knowsAnyOf: boolean, at: string, errors: FieldError[], depth: number): void {
  if (depth > maxDepth) return
  const { items, properties = {} } = schema
  checkValues(schema, knowsAnyOf, false, at, errors, depth)
  if (items !== undefined) checkNested(items, false, `${at}.items`, errors, depth + 1)
  for (const [name, inner] of Object.entries(properties)) checkNested(inner, false, `${at}.properties[${name}]`, errors, depth + 1)
  for (const [field, why] of saidOutside) {
    const value = schema[field]
    if (value !== undefined && value !== '' && value !== false) errors.push(forbidden(`${at}.${field}`, why))
  }
  if (Object.hasOwn(properties, 'metadata')) errors.push(forbidden(`${at}.properties[metadata]`, 'must not be specified in a nested context'))
}

/** All that is judged must be there outside of the judging, too. */
function checkCompleteness(judging: Schema, schema: Schema, at: string, from: string, errors: FieldError[], depth: number): void {
  if (depth > maxDepth) return
  for (const list of ['anyOf', 'allOf', 'oneOf'] as const) {
    for (const [i, inner] of (judging[list] ?? []).entries()) checkNestedCompleteness(inner, schema, at, `${from}.${list}[${i}]`, errors, depth + 1)
  }
  if (judging.not !== undefined) checkNestedCompleteness(judging.not, schema, at, `${from}.not`, errors, depth + 1)
  if (judging !== schema) return
  const { items, properties = {}, additionalProperties } = schema
  if (items !== undefined) checkCompleteness(items, items, `${at}.items`, `${from}.items`, errors, depth + 1)
  for (const [name, inner] of Object.entries(properties)) checkCompleteness(inner, inner, `${at}.properties[${name}]`, `${from}.properties[${name}]`, errors, depth + 1)
  if (typeof additionalProperties === 'object') checkCompleteness(additionalProperties, additionalProperties, `${at}.additionalProperties`, `${from}.additionalProperties`, errors, depth + 1)
}

function checkNestedCompleteness(judging: Schema, schema: Schema | undefined, at: string, from: string, errors: FieldError[], depth: number): void {
  if (depth > maxDepth) return
  if (schema === undefined) return void errors.push(required(at, `because it is defined in ${from}`))
  checkCompleteness(judging, schema, at, from, errors, depth)
  if (judging.items !== undefined) checkNestedCompleteness(judging.items, schema.items, `${at}.items`, `${from}.items`, errors, depth + 1)
  for (const [name, inner] of Object.entries(judging.properties ?? {})) {
    const outside = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties![name] : undefined
    checkNestedCompleteness(inner, outside, `${at}.properties[${name}]`, `${from}.properties[${name}]`, errors, depth + 1)
  }
}
