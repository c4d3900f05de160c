/** Documents as they travel: JSON, in which {"$oid": ...} and {"$date": ...} stand for what JSON does not have. */
export type Field = null | boolean | number | string | Field[] | { [name: string]: Field }
export type Document = { [name: string]: Field }

const isDocument = (v: unknown): v is Document => typeof v === 'object' && v !== null && !Array.isArray(v)

export function plainOf(v: Field | undefined): Field | undefined {
  if (!isDocument(v)) return v
  return v['$oid'] ?? v['$date'] ?? v
}

/** Of a document with one field, such as an operator with its operand: both. */
export function onlyEntry(document: Document): [name: string, value: Field] {
  return Object.entries(document)[0] ?? ['', null]
}

/** 'a.b.c'; of a list, what any of its members has. */
export function fieldsAt(v: Field | undefined, path: string): (Field | undefined)[] {
  const [name = '', ...rest] = path.split('.')
  if (Array.isArray(v)) return /^\d+$/.test(name) ? fieldsAt(v, path.replace(/^\d+\.?/, '')) : v.flatMap((one) => fieldsAt(one, path))
  if (!isDocument(v)) return [undefined]
  const found = Object.hasOwn(v, name) ? v[name] : undefined
  return rest.length === 0 ? [found] : fieldsAt(found, rest.join('.'))
}

export const fieldAt = (v: Field | undefined, path: string): Field | undefined => fieldsAt(v, path)[0]

export function same(a: Field | undefined, b: Field | undefined): boolean {
  const [x, y] = [plainOf(a), plainOf(b)]
  return x === y || ((x === undefined || x === null) && (y === undefined || y === null)) || JSON.stringify(x) === JSON.stringify(y)
}

export function order(a: Field | undefined, b: Field | undefined): number {
  const [x, y] = [plainOf(a), plainOf(b)]
  if (x === y) return 0
  if (x === undefined || x === null) return -1
  if (y === undefined || y === null) return 1
  return (typeof x === 'number' && typeof y === 'number') || (typeof x === 'string' && typeof y === 'string') ? (x < y ? -1 : 1) : JSON.stringify(x) < JSON.stringify(y) ? -1 : 1
}

const comparable = (a: Field | undefined, b: Field): boolean => a !== undefined && a !== null && typeof plainOf(a) === typeof plainOf(b)

const tests: Readonly<Record<string, (v: Field | undefined, wanted: Field) => boolean>> = {
  $eq: (v, wanted) => same(v, wanted),
  $ne: (v, wanted) => !same(v, wanted),
  $gt: (v, wanted) => comparable(v, wanted) && order(v, wanted) > 0,
  $gte: (v, wanted) => comparable(v, wanted) && order(v, wanted) >= 0,
  $lt: (v, wanted) => comparable(v, wanted) && order(v, wanted) < 0,
  $lte: (v, wanted) => comparable(v, wanted) && order(v, wanted) <= 0,
  $in: (v, wanted) => Array.isArray(wanted) && wanted.some((one) => same(v, one)),
  $nin: (v, wanted) => Array.isArray(wanted) && !wanted.some((one) => same(v, one)),
  $exists: (v, wanted) => (v !== undefined) === (wanted === true || wanted === 1),
  $size: (v, wanted) => Array.isArray(v) && v.length === wanted,
  $regex: (v, wanted) => typeof v === 'string' && patternOf(wanted).test(v),
  $not: (v, wanted) => !meets(v, wanted),
}

function patternOf(v: Field): RegExp {
  const text = isDocument(v) ? String(v['$regex'] ?? '') : String(v)
  try {
    return new RegExp(text, isDocument(v) ? String(v['$options'] ?? '') : '')
  } catch {
    return /^\b$/
  }
}

/** Whether a value is as a condition wants it: a value, or operators. */
function meets(v: Field | undefined, wanted: Field): boolean {
  if (isDocument(wanted) && wanted['$regex'] !== undefined) return typeof v === 'string' && patternOf(wanted).test(v)
  const operators = isDocument(wanted) ? Object.entries(wanted).filter(([name]) => name.startsWith('$') && name !== '$oid' && name !== '$date') : []
  if (operators.length === 0) return same(v, wanted) || (Array.isArray(v) && v.some((one) => same(one, wanted)))
  return operators.every(([name, operand]) => {
    const test = Object.hasOwn(tests, name) ? tests[name] : undefined
    return test !== undefined && (test(v, operand) || (Array.isArray(v) && name !== '$size' && v.some((one) => test(one, operand))))
  })
}

export function matches(document: Document, filter: Document): boolean {
  return Object.entries(filter).every(([name, wanted]) => {
    const all = Array.isArray(wanted) ? wanted.filter(isDocument) : []
    if (name === '$and') return all.every((one) => matches(document, one))
    if (name === '$or') return all.some((one) => matches(document, one))
    if (name === '$nor') return !all.some((one) => matches(document, one))
    return fieldsAt(document, name).some((v) => meets(v, wanted))
  })
}

/** Names by which an object of the language itself would be reached. */
export const isForbidden = (name: string): boolean => name === '__proto__' || name === 'constructor' || name === 'prototype'

function put(document: Document, path: string, value: Field | undefined): void {
  const names = path.split('.')
  if (names.some(isForbidden)) return
  const last = names.pop()!
  let at = document
  for (const name of names) {
    if (!isDocument(at[name])) at[name] = {}
    at = at[name] as Document
  }
  if (value === undefined) delete at[last]
  else at[last] = value
}

/** Operators of an update, on a document that is changed; why not, when it cannot be. */
export function update(document: Document, change: Document, nowMs: number): string | undefined {
  for (const [operator, fields] of Object.entries(change)) {
    for (const [path, value] of Object.entries(isDocument(fields) ? fields : {})) {
      const before = fieldAt(document, path)
      const list = Array.isArray(before) ? before : []
      const each = isDocument(value) && Array.isArray(value['$each']) ? value['$each'] : [value]
      if (operator === '$set' || operator === '$setOnInsert') put(document, path, value)
      else if (operator === '$unset') put(document, path, undefined)
      else if (operator === '$inc') put(document, path, Number(before ?? 0) + Number(value))
      else if (operator === '$mul') put(document, path, Number(before ?? 0) * Number(value))
      else if (operator === '$push') put(document, path, [...list, ...each])
      else if (operator === '$addToSet') put(document, path, [...list, ...each.filter((one) => !list.some((known) => same(known, one)))])
      else if (operator === '$pull') put(document, path, list.filter((one) => !meets(one, value)))
      else if (operator === '$rename') {
        put(document, path, undefined)
        put(document, String(value), before)
      } else if (operator === '$currentDate') put(document, path, { $date: nowMs })
      else return `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`
    }
  }
  return undefined
}

export function projected(document: Document, projection: Document | undefined): Document {
  const entries = Object.entries(projection ?? {})
  if (entries.length === 0) return document
  const takes = entries.filter(([name, v]) => name !== '_id' && v !== 0 && v !== false)
  if (takes.length === 0) return Object.fromEntries(Object.entries(document).filter(([name]) => !Object.hasOwn(projection!, name)))
  const out: Document = projection!['_id'] === 0 || projection!['_id'] === false || document['_id'] === undefined ? {} : { _id: document['_id'] }
  for (const [name, v] of takes) {
    const value = typeof v === 'string' || isDocument(v) ? evaluated(document, v) : fieldAt(document, name)
    if (value !== undefined) put(out, name, value)
  }
  return out
}

export function sorted(documents: readonly Document[], by: Document | undefined): Document[] {
  const keys = Object.entries(by ?? {})
  return documents.toSorted((a, b) => {
    for (const [name, direction] of keys) {
      const way = order(fieldAt(a, name), fieldAt(b, name)) * Number(direction)
      if (way !== 0) return way
    }
    return 0
  })
}

/** '$name', and the few operators that groups are made with. */
function evaluated(document: Document, v: Field): Field | undefined {
  if (typeof v === 'string') return v.startsWith('$') ? fieldAt(document, v.slice(1)) : v
  if (!isDocument(v) || v['$oid'] !== undefined || v['$date'] !== undefined) return v
  const [operator, operand] = onlyEntry(v)
  const operands = (Array.isArray(operand) ? operand : [operand]).map((one) => evaluated(document, one))
  if (operator === '$cond') {
    const [test, then, otherwise] = isDocument(operand) ? [operand['if'], operand['then'], operand['else']] : (operand as Field[])
    return plainOf(evaluated(document, test ?? null)) ? evaluated(document, then ?? null) : evaluated(document, otherwise ?? null)
  }
  if (operator === '$dateTrunc' && isDocument(operand)) {
    const at = plainOf(evaluated(document, operand['date'] ?? null))
    const unit = { day: 86_400_000, hour: 3_600_000, minute: 60_000 }[String(operand['unit'])] ?? 86_400_000
    return typeof at === 'number' ? { $date: Math.floor(at / unit) * unit } : null
  }
  const numbers = operands.map((one) => Number(plainOf(one) ?? 0))
  if (operator === '$add' || operator === '$sum') return numbers.reduce((a, b) => a + b, 0)
  if (operator === '$multiply') return numbers.reduce((a, b) => a * b, 1)
  if (operator === '$subtract') return numbers[0]! - numbers[1]!
  if (operator === '$divide') return numbers[0]! / numbers[1]!
  if (operator === '$concat') return operands.map((one) => String(one ?? '')).join('')
  if (operator === '$toUpper') return String(operands[0] ?? '').toUpperCase()
  if (operator === '$size') return Array.isArray(operands[0]) ? operands[0].length : 0
  if (operator.startsWith('$')) return null
  return Object.fromEntries(Object.entries(v).map(([name, one]) => [name, evaluated(document, one) ?? null]))
}

function grouped(documents: readonly Document[], group: Document): Document[] {
  const groups = new Map<string, { id: Field; members: Document[] }>()
  for (const document of documents) {
    const id = evaluated(document, group['_id'] ?? null) ?? null
    const key = JSON.stringify(id)
    if (!groups.has(key)) groups.set(key, { id, members: [] })
    groups.get(key)!.members.push(document)
  }
  return [...groups.values()].map(({ id, members }) => ({ _id: id, ...Object.fromEntries(Object.entries(group).filter(([name]) => name !== '_id').map(([name, how]) => [name, accumulated(members, how as Document)])) }))
}

function accumulated(members: readonly Document[], how: Document): Field {
  const [operator, operand] = onlyEntry(how)
  const values = members.map((member) => evaluated(member, operand) ?? null)
  const numbers = values.filter((v): v is number => typeof v === 'number')
  const total = numbers.reduce((a, b) => a + b, 0)
  switch (operator) {
    case '$sum':
      return total
    case '$count':
      return members.length
    case '$avg':
      return numbers.length === 0 ? null : total / numbers.length
    case '$min':
      return values.toSorted(order)[0] ?? null
    case '$max':
      return values.toSorted(order).at(-1) ?? null
    case '$first':
      return values[0] ?? null
    case '$last':
      return values.at(-1) ?? null
    case '$addToSet':
      return values.filter((v, i) => values.findIndex((one) => same(one, v)) === i)
    default:
      return operator === '$push' ? values : null
  }
}

/** A pipeline; a stage that is not known is told. */
export function aggregated(all: readonly Document[], pipeline: readonly Document[], random: (below: number) => number): Document[] | { unknown: string } {
  let documents = [...all]
  for (const stage of pipeline) {
    const [name, operand] = onlyEntry(stage)
    const fields = isDocument(operand) ? operand : {}
    if (name === '$match') documents = documents.filter((one) => matches(one, fields))
    else if (name === '$group') documents = grouped(documents, fields)
    else if (name === '$sort') documents = sorted(documents, fields)
    else if (name === '$limit') documents = documents.slice(0, Number(operand))
    else if (name === '$skip') documents = documents.slice(Number(operand))
    else if (name === '$project') documents = documents.map((one) => projected(one, fields))
    else if (name === '$addFields' || name === '$set') documents = documents.map((one) => ({ ...one, ...Object.fromEntries(Object.entries(fields).map(([key, v]) => [key, evaluated(one, v) ?? null])) }))
    else if (name === '$count') documents = documents.length === 0 ? [] : [{ [String(operand)]: documents.length }]
    else if (name === '$sample') documents = documents.length === 0 ? [] : Array.from({ length: Math.min(Number(fields['size'] ?? 1), documents.length) }, () => documents[random(documents.length)]!)
    else if (name === '$unwind') {
      const path = String(isDocument(operand) ? operand['path'] : operand).slice(1)
      documents = documents.flatMap((one) => {
        const list = fieldAt(one, path)
        return (Array.isArray(list) ? list : []).map((item) => ({ ...one, [path]: item }))
      })
    } else return { unknown: name }
  }
  return documents
}
