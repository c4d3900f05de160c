/** Which fields differ between two objects, and which an object has (structured-merge-diff/typed). */
import { deepEqual, isMap, type Json } from '../patch/jsonMap.ts'
import type { Struct } from '../schema/schema.ts'
import { finished, insert, type FieldSet } from './fieldSet.ts'
import { keyElement, keyValue, partOf, setElement, type Shape } from './shapes.ts'

export interface Comparison {
  added: FieldSet | undefined
  modified: FieldSet | undefined
  removed: FieldSet | undefined
}

type Building = Record<string, FieldSet>

interface Walk {
  path: string[]
  added: Building
  modified: Building
  removed: Building
}

export function compare(before: unknown, after: unknown, type: Struct): Comparison {
  const walk: Walk = { path: [], added: {}, modified: {}, removed: {} }
  if (before !== after) compareStructs(before as Json, after as Json, type, walk)
  return { added: finished(walk.added), modified: finished(walk.modified), removed: finished(walk.removed) }
}

function compareStructs(before: Json, after: Json, type: Struct, walk: Walk): void {
  for (const name in after) {
    const [left, right] = [before[name], after[name]]
    if (left === right || right === undefined) continue
    const { element, shape } = partOf(type, name)
    compareAt(element, left, right, shape, walk)
  }
  for (const name in before) {
    if (before[name] === undefined || after[name] !== undefined) continue
    const { element, shape } = partOf(type, name)
    compareAt(element, before[name], undefined, shape, walk)
  }
}

function compareMaps(before: Json, after: Json, shape: Shape, walk: Walk): void {
  for (const name in after) {
    if (before[name] !== after[name]) compareAt(`f:${name}`, before[name], after[name], shape, walk)
  }
  for (const name in before) {
    if (after[name] === undefined) compareAt(`f:${name}`, before[name], undefined, shape, walk)
  }
}

function compareAt(element: string, before: unknown, after: unknown, shape: Shape, walk: Walk): void {
  if (shape.is === 'ignored' || before === after) return
  walk.path.push(element)
  if (before === undefined) insert(walk.added, walk.path, whole(after, shape))
  else if (after === undefined) insert(walk.removed, walk.path, whole(before, shape))
  else if (isEmpty(before) && isEmpty(after)) {
    // Nothing given, one way or the other.
  } else if (fits(before, shape) && fits(after, shape)) compareInside(before ?? {}, after ?? {}, shape, walk)
  else if (!deepEqual(before, after)) insert(walk.modified, walk.path)
  walk.path.pop()
}

/** Whether a value can be divided as its field is. */
function fits(value: unknown, shape: Shape): boolean {
  if (shape.is === 'leaf') return false
  if (value === null) return true
  return shape.is === 'set' || shape.is === 'keyed' ? Array.isArray(value) : isMap(value)
}

/** null, [] or {} */
function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object') return false
  if (value === null) return true
  if (Array.isArray(value)) return value.length === 0
  for (const _ in value) return false
  return true
}

function compareInside(before: unknown, after: unknown, shape: Shape, walk: Walk): void {
  if (shape.is === 'struct') compareStructs(before as Json, after as Json, shape.type, walk)
  else if (shape.is === 'map') compareMaps(before as Json, after as Json, shape.element, walk)
  else compareLists(listOf(before), listOf(after), shape, walk)
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function compareLists(before: readonly unknown[], after: readonly unknown[], shape: Shape, walk: Walk): void {
  const element = elementOf(shape)
  if (alike(before, after, shape)) {
    for (const [i, item] of after.entries()) {
      if (item !== before[i]) compareAt(itemElement(item, shape)!, before[i], item, element, walk)
    }
    return
  }
  const [left, right] = [itemsOf(before, shape), itemsOf(after, shape)]
  for (const [key, item] of right) compareAt(key, left.get(key), item, element, walk)
  for (const [key, item] of left) if (!right.has(key)) compareAt(key, item, undefined, element, walk)
}

/** Whether two lists have items of the same keys in the same order, none twice as far as that matters. */
function alike(before: readonly unknown[], after: readonly unknown[], shape: Shape): boolean {
  if (shape.is !== 'keyed' || before.length !== after.length) return false
  for (const [i, item] of after.entries()) {
    const other = before[i]
    if (!isMap(item) || !isMap(other)) return false
    for (const key of shape.keys) {
      const value = keyValue(item, key)
      if (value === undefined || value !== keyValue(other, key)) return false
    }
  }
  return true
}

const plain: Shape = { is: 'leaf', basic: 'any' }

const elementOf = (shape: Shape): Shape => (shape.is === 'keyed' ? shape.element : plain)

/** Items by their path element; of several with one key the first. */
export type Items = ReadonlyMap<string, unknown>

export function itemsOf(list: unknown, shape: Shape): Items {
  const items = new Map<string, unknown>()
  if (!Array.isArray(list)) return items
  for (const item of list) {
    const key = itemElement(item, shape)
    if (key !== undefined && !items.has(key)) items.set(key, item)
  }
  return items
}

export const itemElement = (item: unknown, shape: Shape): string | undefined =>
  shape.is === 'keyed' ? keyElement(item, shape.keys) : setElement(item)

const leaf: FieldSet = Object.freeze({})

/** A value with everything in it: what is added when it comes, and removed when it goes. */
function whole(value: unknown, shape: Shape): FieldSet {
  if (!fits(value, shape) || isEmpty(value)) return leaf
  const out: Building = { '.': leaf }
  if (shape.is === 'struct') {
    for (const name of Object.keys(value as Json)) {
      const part = partOf(shape.type, name)
      if ((value as Json)[name] !== undefined && part.shape.is !== 'ignored') {
        out[part.element] = whole((value as Json)[name], part.shape)
      }
    }
  } else if (shape.is === 'map') {
    for (const name of Object.keys(value as Json)) out[`f:${name}`] = whole((value as Json)[name], shape.element)
  } else {
    for (const [key, item] of itemsOf(value, shape)) out[key] = whole(item, elementOf(shape))
  }
  return out
}

/** The fields of what is applied: unlike in a comparison, structs that hold others are none themselves. */
export function fieldsOf(config: Json, type: Struct): FieldSet | undefined {
  return finished(given(config, { is: 'struct', type }, false))
}

function given(value: unknown, shape: Shape, member: boolean): Building {
  const out: Building = {}
  const divided = fits(value, shape) && !isEmpty(value)
  if (!divided) return out
  if (member) out['.'] = leaf
  if (shape.is === 'struct') {
    for (const name of Object.keys(value as Json)) {
      const part = partOf(shape.type, name)
      if (part.shape.is !== 'ignored') place(out, part.element, (value as Json)[name], part.shape, false)
    }
  } else if (shape.is === 'map') {
    for (const name of Object.keys(value as Json)) place(out, `f:${name}`, (value as Json)[name], shape.element, true)
  } else {
    for (const [key, item] of itemsOf(value, shape)) place(out, key, item, elementOf(shape), true)
  }
  return out
}

function place(out: Building, element: string, value: unknown, shape: Shape, member: boolean): void {
  const node = given(value, shape, member)
  const isLeaf = !fits(value, shape) || value === null || (isMap(value) && isEmpty(value))
  if (isLeaf || Object.keys(node).length > 0) out[element] = node
}
