/** What is wrong with the shape of a configuration to be applied, in the words of structured-merge-diff. */
import { goQuote } from '../field.ts'
import { goFormat, isMap, type Json } from '../patch/jsonMap.ts'
import type { Basic, Field, Struct } from '../schema/schema.ts'
import { itemElement } from './compare.ts'
import { paths } from './fieldSet.ts'
import { shapeOf, type Shape } from './shapes.ts'

/** `.spec.replicaz: field not declared in schema`; undefined when all is well. */
export function configError(config: Json, type: Struct): string | undefined {
  const errors: string[] = []
  checkStruct(config, type, '', errors)
  if (errors.length === 0) return undefined
  return errors.length === 1 ? errors[0]! : ['errors:', ...errors.map((error) => `  ${error}`)].join('\n')
}

function checkStruct(value: Json, type: Struct, path: string, errors: string[]): void {
  for (const name of Object.keys(value)) {
    const at = `${path}.${name}`
    const field = type.fields.get(name)
    if (!field) {
      errors.push(`${at}: field not declared in schema`)
      return
    }
    checkField(value[name], field, shapeOf(type, name), at, errors)
  }
}

function checkField(value: unknown, field: Field, shape: Shape, path: string, errors: string[]): void {
  if (value === null) return
  if (field.collection === 'map') {
    if (!isMap(value)) errors.push(`${path}: expected map, got ${shown(value)}`)
    else for (const key of Object.keys(value)) checkElement(value[key], field, `${path}.${key}`, errors)
  } else if (field.collection === 'list') {
    if (!Array.isArray(value)) errors.push(`${path}: expected list, got ${shown(value)}`)
    else checkItems(value, field, shape, path, errors)
  } else checkElement(value, field, path, errors)
}

function checkItems(list: readonly unknown[], field: Field, shape: Shape, path: string, errors: string[]): void {
  const seen = new Set<string>()
  for (const [i, item] of list.entries()) {
    if (shape.is !== 'keyed' && shape.is !== 'set') {
      checkElement(item, field, `${path}[${i}]`, errors)
      continue
    }
    const wrong = itemError(item, shape)
    if (wrong !== undefined) {
      errors.push(`${path}: element ${i}: ${wrong}`)
      return
    }
    const key = itemElement(item, shape)!
    const [at] = paths({ [key]: {} }) as [string]
    if (seen.has(key)) errors.push(`${path}: duplicate entries for key ${at}`)
    seen.add(key)
    checkElement(item, field, path + at, errors)
  }
}

function itemError(item: unknown, shape: Shape): string | undefined {
  if (shape.is === 'keyed') {
    const list = 'associative list with keys'
    if (item === null) return `${list} may not have a null element`
    if (!isMap(item)) return `${list} may not have non-map elements`
    const missing = shape.keys.find(({ name, otherwise }) => !Object.hasOwn(item, name) && otherwise === undefined)
    return (
      missing && `${list} has an element that omits key field ${goQuote(missing.name)} (and doesn't have default value)`
    )
  }
  if (item === null) return "associative list without keys has an element that's an explicit null"
  if (Array.isArray(item)) return 'not supported: associative list with lists as elements'
  return isMap(item) ? "associative list without keys has an element that's a map type" : undefined
}

const scalars: Partial<Record<Basic, 'numeric' | 'string' | 'boolean'>> = {
  string: 'string',
  bytes: 'string',
  bool: 'boolean',
  int32: 'numeric',
  int64: 'numeric',
  double: 'numeric',
}

function checkElement(value: unknown, field: Field, path: string, errors: string[]): void {
  if (value === null) return
  if (field.basic === 'struct') {
    if (isMap(value)) checkStruct(value, field.struct!, path, errors)
    else errors.push(`${path}: expected map, got ${shown(value)}`)
    return
  }
  const wanted = scalars[field.basic]
  if (wanted === 'numeric' && typeof value !== 'number') {
    errors.push(`${path}: expected numeric (int or float), got ${goType(value)}`)
  } else if (wanted === 'string' && typeof value !== 'string') {
    errors.push(`${path}: expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`)
  } else if (wanted === 'boolean' && typeof value !== 'boolean') {
    errors.push(`${path}: expected boolean, got ${shown(value)}`)
  }
}

const shown = (value: unknown): string => `&{${goFormat(value)}}`

function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}'
  return isMap(value) ? 'map[string]interface {}' : typeof value === 'boolean' ? 'bool' : typeof value
}

function goSyntax(value: unknown): string {
  if (typeof value === 'string') return goQuote(value)
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (!isMap(value)) return String(value)
  const entries = Object.keys(value).toSorted()
  return `map[string]interface {}{${entries.map((key) => `${goQuote(key)}:${goSyntax(value[key])}`).join(', ')}}`
}
