/**
 * An object against its structural schema, in the words of kube-openapi's validator (pkg/validation) as the server of custom resources
 * reports them (apiextensions pkg/apiserver/validation). Rules in CEL: ../cel/rules.ts.
 */
import { duplicate, invalid, notSupported, required, tooLong, tooMany, typeInvalid, type FieldError } from '../field.ts'
import { deepEqual } from '../patch/jsonMap.ts'
import { oldItems } from './correlate.ts'
import { hasFormat } from './formats.ts'
import type { Schema } from './kind.ts'

type Fields = Record<string, unknown>

/** How deep is looked. */
const maxDepth = 1000

/**
 * What is wrong with `value`; `path` is '' at the root. `old`: what it was, undefined when it is new, or when nobody can say which it was.
 * What is as it was is not held against anyone (CRDValidationRatcheting, pkg/apiserver/validation/ratcheting.go).
 */
export function validateValue(value: unknown, schema: Schema, path = '', errors: FieldError[] = [], depth = 0, old?: unknown): FieldError[] {
  if (depth > maxDepth) return errors
  if (old === undefined) return validate(value, schema, path, errors, depth, old)
  const found = validate(value, schema, path, [], depth, old)
  // The root has metadata, too, which is not looked at here.
  if (found.length > 0 && (path === '' || !deepEqual(value, old))) errors.push(...found)
  return errors
}

function validate(value: unknown, schema: Schema, path: string, errors: FieldError[], depth: number, old: unknown): FieldError[] {
  if (value === null && (schema.nullable || (schema.type === undefined && !schema['x-kubernetes-int-or-string']))) return errors
  if (!checkType(value, schema, path, errors)) return errors
  checkCombinations(value, schema, path, errors, depth)
  if (typeof value === 'string') checkString(value, schema, path, errors)
  else if (typeof value === 'number') checkNumber(value, schema, path, errors)
  checkEnum(value, schema, path, errors)
  if (Array.isArray(value)) checkList(value, schema, path, errors, depth, old)
  else if (typeof value === 'object' && value !== null) checkObject(value as Fields, schema, path, errors, depth, old)
  return errors
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value === 'bigint' ? 'integer' : typeof value
}

function checkType(value: unknown, schema: Schema, path: string, errors: FieldError[]): boolean {
  const wanted = schema['x-kubernetes-int-or-string'] ? 'integer,string' : schema.type
  if (wanted === undefined) return true
  const found = typeOf(value)
  if (wanted.split(',').includes(found) || (wanted === 'number' && found === 'integer')) return true
  errors.push(typeInvalid(path, found, `${path} in body must be of type ${wanted}: "${found}"`))
  return false
}

function checkCombinations(value: unknown, schema: Schema, path: string, errors: FieldError[], depth: number): void {
  const fits = (other: Schema): boolean => validateValue(value, other, path, [], depth + 1).length === 0
  const wrong = (what: string): void => void errors.push(invalid(path, '', `${JSON.stringify(path)} ${what}`))
  const { anyOf, oneOf, allOf, not } = schema
  if (anyOf !== undefined && !anyOf.some(fits)) {
    wrong('must validate at least one schema (anyOf)')
    for (const other of anyOf.slice(0, 1)) validateValue(value, other, path, errors, depth + 1)
  }
  if (oneOf !== undefined) {
    const count = oneOf.filter(fits).length
    if (count !== 1) wrong(`must validate one and only one schema (oneOf). ${count === 0 ? 'Found none valid' : `Found ${count} valid alternatives`}`)
  }
  if (allOf !== undefined && !allOf.every(fits)) {
    wrong('must validate all the schemas (allOf)')
    for (const other of allOf) validateValue(value, other, path, errors, depth + 1)
  }
  if (not !== undefined && fits(not)) wrong('must not validate the schema (not)')
}

function checkString(value: string, { minLength, maxLength, pattern, format }: Schema, path: string, errors: FieldError[]): void {
  // Characters, not code units.
  const length = [...value].length
  if (maxLength !== undefined && length > maxLength) errors.push(tooLong(path, value, maxLength))
  if (minLength !== undefined && length < minLength) errors.push(invalid(path, value, `${path} in body should be at least ${minLength} chars long`))
  if (pattern !== undefined && !matchesPattern(value, pattern)) errors.push(invalid(path, value, `${path} in body should match '${pattern}'`))
  if (format !== undefined && !hasFormat(value, format)) errors.push(typeInvalid(path, value, `${path} in body must be of type ${format}: ${JSON.stringify(value)}`))
}

function matchesPattern(value: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value)
  } catch {
    // A pattern that only Go can read refuses nothing.
    return true
  }
}

function checkNumber(value: number, schema: Schema, path: string, errors: FieldError[]): void {
  const { minimum, maximum, exclusiveMinimum = false, exclusiveMaximum = false, multipleOf } = schema
  const wrong = (what: string): void => void errors.push(invalid(path, value, `${path} in body should be ${what}`))
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) wrong(`a multiple of ${multipleOf}`)
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) wrong(exclusiveMaximum ? `less than ${maximum}` : `less than or equal to ${maximum}`)
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) wrong(exclusiveMinimum ? `greater than ${minimum}` : `greater than or equal to ${minimum}`)
}

function checkEnum(value: unknown, { enum: allowed }: Schema, path: string, errors: FieldError[]): void {
  if (allowed === undefined || allowed.some((other) => deepEqual(other, value))) return
  errors.push(notSupported(path, value, allowed.map((other) => (typeof other === 'string' ? other : JSON.stringify(other)))))
}

function checkList(list: readonly unknown[], schema: Schema, path: string, errors: FieldError[], depth: number, old: unknown): void {
  const { items, minItems, maxItems } = schema
  const was = oldItems(schema, old)
  if (items !== undefined) for (const [i, item] of list.entries()) validateValue(item, items, `${path}[${i}]`, errors, depth + 1, was(item))
  if (minItems !== undefined && list.length < minItems) errors.push(invalid(path, list.length, `${path} in body should have at least ${minItems} items`))
  if (maxItems !== undefined && list.length > maxItems) errors.push(tooMany(path, list.length, maxItems))
  checkKeys(list, schema, path, errors)
}

/** Items of sets and of lists that are maps are told apart (pkg/apiserver/schema/listtype). */
function checkKeys(list: readonly unknown[], schema: Schema, path: string, errors: FieldError[]): void {
  const kind = schema['x-kubernetes-list-type']
  if (kind !== 'set' && kind !== 'map') return
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const keyOf = (item: unknown): unknown => {
    if (kind === 'set' || typeof item !== 'object' || item === null) return item
    const given = item as Fields
    return Object.fromEntries(keys.flatMap((key) => (Object.hasOwn(given, key) ? [[key, given[key]]] : [])))
  }
  const seen = new Set<string>()
  for (const [i, item] of list.entries()) {
    const key = keyOf(item)
    const text = JSON.stringify(key)
    if (seen.has(text)) errors.push(duplicate(`${path}[${i}]`, key))
    seen.add(text)
  }
}

function checkObject(object: Fields, schema: Schema, path: string, errors: FieldError[], depth: number, old: unknown): void {
  const { properties = {}, additionalProperties, minProperties, maxProperties } = schema
  const names = Object.keys(object)
  if (minProperties !== undefined && names.length < minProperties) errors.push(invalid(path, names.length, `${path} in body should have at least ${minProperties} properties`))
  if (maxProperties !== undefined && names.length > maxProperties) errors.push(tooMany(path, names.length, maxProperties))
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`)
  for (const name of names.toSorted()) {
    const inner = Object.hasOwn(properties, name) ? properties[name] : typeof additionalProperties === 'object' ? additionalProperties : undefined
    const was = typeof old === 'object' && old !== null && Object.hasOwn(old, name) ? (old as Fields)[name] : undefined
    if (inner !== undefined) validateValue(object[name], inner, at(name), errors, depth + 1, was)
  }
  // pkg/apiserver/schema/objectmeta validateEmbeddedResource
  if (schema['x-kubernetes-embedded-resource']) for (const name of ['apiVersion', 'kind']) if (!Object.hasOwn(object, name)) errors.push(required(at(name), 'must not be empty'))
  for (const name of schema.required ?? []) if (!Object.hasOwn(object, name)) errors.push(required(at(name)))
}
