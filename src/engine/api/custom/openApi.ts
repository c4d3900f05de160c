/** What the schema of a CustomResourceDefinition may say (apiextensions pkg/apis/apiextensions/validation ValidateCustomResourceDefinitionOpenAPISchema). */
import { forbidden, invalid, notSupported, required, type FieldError } from '../field.ts'
import type { Schema, ValidationRule } from './kind.ts'

/** Where in the definition a schema stands. */
interface Place {
  isRoot: boolean
  /** In the part that every object has: kind, apiVersion, metadata. */
  inMeta: boolean
  /** Why there may be no default; undefined: there may be. */
  noDefault: string | undefined
}

/** How deep is looked. */
const maxDepth = 200

export function checkOpenApi(root: Schema, at: string, errors: FieldError[]): void {
  checkSchema(root, { isRoot: true, inMeta: false, noDefault: undefined }, at, errors, 0)
}

const metaFields = new Set(['metadata', 'kind', 'apiVersion'])

function checkSchema(schema: Schema, place: Place, at: string, errors: FieldError[], depth: number): void {
  if (depth > maxDepth) return
  const { properties = {}, additionalProperties, items, allOf = [], oneOf = [], anyOf = [], not } = schema
  const within = { ...place, isRoot: false }
  const inner = (child: Schema, path: string, where: Place = within): void => checkSchema(child, where, `${at}.${path}`, errors, depth + 1)
  checkStandard(schema, place, at, errors)
  if (schema.uniqueItems) errors.push(forbidden(`${at}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'))
  if (additionalProperties !== undefined) {
    if (Object.keys(properties).length > 0 && additionalProperties !== true) errors.push(forbidden(`${at}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'))
    const where = place.inMeta ? { ...within, noDefault: 'inside additionalProperties applying to object metadata' } : within
    if (typeof additionalProperties === 'object') inner(additionalProperties, 'additionalProperties', where)
  }
  for (const [name, property] of Object.entries(properties)) {
    const isMeta = (place.isRoot || schema['x-kubernetes-embedded-resource'] === true) && metaFields.has(name)
    inner(property, `properties[${name}]`, { isRoot: false, inMeta: place.inMeta || isMeta, noDefault: isMeta && place.isRoot ? `in top-level ${name}` : place.noDefault })
  }
  if (not !== undefined) inner(not, 'not')
  for (const [list, schemas] of Object.entries({ allOf, oneOf, anyOf })) for (const [i, child] of schemas.entries()) inner(child, `${list}[${i}]`)
  if (Array.isArray(items)) for (const [i, child] of (items as Schema[]).entries()) inner(child, `items[${i}]`)
  else if (items !== undefined) inner(items, 'items')
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) errors.push(invalid(`${at}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'))
  checkMapType(schema, at, errors)
  checkListType(schema, at, errors)
  checkListItems(schema, at, errors)
  for (const [i, rule] of (schema['x-kubernetes-validations'] ?? []).entries()) checkRule(rule, schema, `${at}.x-kubernetes-validations[${i}]`, errors)
}

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string']
const unsupported = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref']

function checkStandard(schema: Schema, { noDefault, inMeta }: Place, at: string, errors: FieldError[]): void {
  if (schema.type && !types.includes(schema.type)) errors.push(notSupported(`${at}.type`, schema.type, types))
  if (schema.default !== undefined && noDefault !== undefined) errors.push(forbidden(`${at}.default`, `must not be set ${noDefault}`))
  for (const field of unsupported) if ((schema as Readonly<Record<string, unknown>>)[field] !== undefined) errors.push(forbidden(`${at}.${field}`, `${field} is not supported`))
  if (schema.type === 'null') errors.push(forbidden(`${at}.type`, 'type cannot be set to null, use nullable as an alternative'))
  if (Array.isArray(schema.items)) errors.push(forbidden(`${at}.items`, 'items must be a schema object and not an array'))
  if (inMeta && schema['x-kubernetes-embedded-resource']) errors.push(forbidden(`${at}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta'))
}

/** An extension that wants a type. */
function wantsType(schema: Schema, type: string, extension: string, at: string, errors: FieldError[]): void {
  const why = `must be ${type} if ${extension} is specified`
  if (schema.type !== type) errors.push(schema.type ? invalid(`${at}.type`, schema.type, why) : required(`${at}.type`, why))
}

function checkMapType(schema: Schema, at: string, errors: FieldError[]): void {
  const kind = schema['x-kubernetes-map-type']
  if (kind === undefined) return
  wantsType(schema, 'object', 'x-kubernetes-map-type', at, errors)
  if (kind !== 'atomic' && kind !== 'granular') errors.push(notSupported(`${at}.x-kubernetes-map-type`, kind, ['atomic', 'granular']))
}

function checkListType(schema: Schema, at: string, errors: FieldError[]): void {
  const kind = schema['x-kubernetes-list-type']
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  if (kind !== undefined) {
    if (schema.type !== 'array') wantsType(schema, 'array', 'x-kubernetes-list-type', at, errors)
    else if (kind === 'set' && schema.items !== undefined) checkSetItem(schema.items, `${at}.items`, errors)
    if (kind !== 'atomic' && kind !== 'set' && kind !== 'map') errors.push(notSupported(`${at}.x-kubernetes-list-type`, kind, ['atomic', 'set', 'map']))
  }
  if (keys.length > 0 && kind !== 'map') {
    const why = 'must be map if x-kubernetes-list-map-keys is non-empty'
    errors.push(kind === undefined ? required(`${at}.x-kubernetes-list-type`, why) : invalid(`${at}.x-kubernetes-list-type`, kind, why))
  }
  if (kind === 'map') checkMapKeys(schema, keys, at, errors)
}

/** Items of a set are told apart as a whole. */
function checkSetItem(item: Schema, at: string, errors: FieldError[]): void {
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set'
  const kind = item['x-kubernetes-list-type']
  if (item.type === 'array' && kind !== undefined && kind !== 'atomic') errors.push(invalid(`${at}.x-kubernetes-list-type`, kind, why))
  if (item.type === 'object' && item['x-kubernetes-map-type'] !== 'atomic') errors.push(invalid(`${at}.x-kubernetes-map-type`, kind ?? null, why))
}

function checkMapKeys({ items }: Schema, keys: readonly string[], at: string, errors: FieldError[]): void {
  const field = `${at}.x-kubernetes-list-map-keys`
  if (keys.length === 0) errors.push(required(field, 'must not be empty if x-kubernetes-list-type is map'))
  if (items === undefined) return void errors.push(required(`${at}.items`, 'must have a schema if x-kubernetes-list-type is map'))
  if (Array.isArray(items)) return void errors.push(invalid(`${at}.items`, items, 'must only have a single schema if x-kubernetes-list-type is map'))
  if (items.type !== 'object') return void errors.push(invalid(`${at}.items.type`, items.type ?? '', "must be object if parent array's x-kubernetes-list-type is map"))
  for (const [i, key] of keys.entries()) {
    const type = Object.hasOwn(items.properties ?? {}, key) ? (items.properties![key]!.type ?? '') : undefined
    if (type === undefined) errors.push(invalid(field, keys, 'entries must all be names of item properties'))
    else if (type === 'array' || type === 'object') errors.push(invalid(`${at}.items.properties[${key}].type`, items.type, "must be a scalar type if parent array's x-kubernetes-list-type is map"))
    if (keys.indexOf(key) < i) errors.push(invalid(field, keys, 'must not contain duplicate entries'))
  }
}

/** By what items are told apart must be there (validateMapListKeysMapSet). */
function checkListItems(schema: Schema, at: string, errors: FieldError[]): void {
  const { items, 'x-kubernetes-list-type': kind, 'x-kubernetes-list-map-keys': keys = [] } = schema
  if (items === undefined || Array.isArray(items) || (kind !== 'set' && kind !== 'map')) return
  if (items.nullable) errors.push(forbidden(`${at}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${kind}`))
  if (kind === 'set') return
  for (const key of keys) {
    const property = Object.hasOwn(items.properties ?? {}, key) ? items.properties![key]! : undefined
    if (property === undefined) continue
    const here = `${at}.items.properties[${key}]`
    const isKey = 'this property is in x-kubernetes-list-map-keys, so it'
    if (!items.required?.includes(key) && property.default === undefined) errors.push(required(`${here}.default`, `${isKey} must have a default or be a required property`))
    if (property.nullable) errors.push(forbidden(`${here}.nullable`, `${isKey} cannot be nullable`))
  }
}

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']
const hasNewline = (text: string): boolean => /[\n\r]/.test(text)
const isBlank = (text: string): boolean => text !== '' && text.trim() === ''

/** What of a rule is seen without compiling it. */
function checkRule({ rule, message = '', messageExpression = '', reason, fieldPath = '' }: ValidationRule, schema: Schema, at: string, errors: FieldError[]): void {
  if (rule.trim() === '') errors.push(required(`${at}.rule`, 'rule is not specified'))
  else if (isBlank(message)) errors.push(invalid(`${at}.message`, message, 'must be non-empty if specified'))
  else if (hasNewline(message.trim())) errors.push(invalid(`${at}.message`, message, 'must not contain line breaks'))
  else if (hasNewline(rule.trim()) && message.trim() === '') errors.push(required(`${at}.message`, 'message must be specified if rule contains line breaks'))
  if (isBlank(messageExpression)) errors.push(required(`${at}.messageExpression`, 'messageExpression must be non-empty if specified'))
  if (reason !== undefined && !reasons.includes(reason)) errors.push(notSupported(`${at}.reason`, reason, reasons))
  if (isBlank(fieldPath)) errors.push(invalid(`${at}.fieldPath`, fieldPath, 'must be non-empty if specified'))
  if (hasNewline(fieldPath)) errors.push(invalid(`${at}.fieldPath`, fieldPath, 'must not contain line breaks'))
  const led = fieldPath === '' ? undefined : schemaAt(fieldPath, schema)
  if (led !== undefined && 'error' in led) errors.push(invalid(`${at}.fieldPath`, fieldPath, `fieldPath must be a valid path: ${led.error}`))
}

/** Where a path such as ".spec['a-b']" leads in a schema; `root` is its first name (cel.ValidFieldPath). */
export function schemaAt(path: string, start: Schema): { schema: Schema; root: string } | { error: string } {
  let schema: Schema | undefined = start
  let root: string | undefined
  for (const [token] of path.matchAll(/\['(?:[^'\\]|\\.)*'\]|\.[^.[\]]+|./gs)) {
    const name: string | undefined = /^\['(.*)'\]$/s.exec(token)?.[1] ?? /^\.(.+)$/s.exec(token)?.[1]
    if (name === undefined) return { error: `expected [ or . but got: ${token}` }
    root ??= name
    schema = innerSchema(schema, name)
    if (schema === undefined) return { error: 'does not refer to a valid field' }
  }
  return { schema, root: root ?? '' }
}

function innerSchema({ properties, additionalProperties }: Schema, name: string): Schema | undefined {
  if (properties === undefined) return typeof additionalProperties === 'object' ? additionalProperties : undefined
  return Object.hasOwn(properties, name) ? properties[name] : undefined
}
