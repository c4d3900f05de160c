import { fail, JsArray, JsFunction, JsObject, looselyEqual, toNumber, toText, truthy, type Value } from './values.ts'

/** Whether && || ?? have their answer already. */
export const decides = (op: string, left: Value): boolean => (op === '&&' ? !truthy(left) : op === '||' ? truthy(left) : left !== undefined && left !== null)

export function typeOf(v: Value): string {
  if (v instanceof JsFunction) return 'function'
  return v === null ? 'object' : typeof v
}

export function store(object: Value, key: Value, value: Value): void {
  if (object instanceof JsArray) {
    const at = Number(key)
    if (key === 'length') object.items.length = Math.min(toNumber(value), 100_000)
    else if (Number.isInteger(at) && at >= 0 && at < 1_000_000) {
      while (object.items.length < at) object.items.push(undefined)
      object.items[at] = value
    }
  } else if (object instanceof JsObject || object instanceof JsFunction) object.fields.set(toText(key), value)
  else if (object === undefined || object === null) throw fail('TypeError', `Cannot set properties of ${String(object)} (setting '${toText(key)}')`)
}

export function iterated(v: Value): Value[] {
  if (v instanceof JsArray) return [...v.items]
  if (typeof v === 'string') return [...v]
  if (v instanceof JsObject && v.className === 'Map') return [...(v.data as Map<Value, Value>)].map(([k, one]) => new JsArray([k, one]))
  if (v instanceof JsObject && (v.className === 'Set' || v.className === 'Cursor')) return [...(v.data as Iterable<Value>)]
  throw fail('TypeError', `${v instanceof JsObject ? 'object' : toText(v)} is not iterable`)
}

export function keysOf(v: Value): string[] {
  if (v instanceof JsArray) return v.items.map((_, i) => String(i))
  return v instanceof JsObject ? [...v.fields.keys()].filter((name) => !/^[gs]et /.test(name)) : typeof v === 'string' ? [...v].map((_, i) => String(i)) : []
}

/** What stands between two values. */
export function binary(op: string, a: Value, b: Value): Value {
  switch (op) {
    case '+':
      return isNumeric(a) && isNumeric(b) ? toNumber(a) + toNumber(b) : toText(a) + toText(b)
    case '-':
      return toNumber(a) - toNumber(b)
    case '*':
      return toNumber(a) * toNumber(b)
    case '/':
      return toNumber(a) / toNumber(b)
    case '%':
      return toNumber(a) % toNumber(b)
    case '**':
      return toNumber(a) ** toNumber(b)
    case '===':
      return a === b
    case '!==':
      return a !== b
    case '==':
      return looselyEqual(a, b)
    case '!=':
      return !looselyEqual(a, b)
    case '<':
    case '>':
    case '<=':
    case '>=':
      return compare(op, a, b)
    case 'in':
      return keysOf(b).includes(toText(a))
    case 'instanceof':
      return isInstance(a, b)
    default:
      return bits(op, toNumber(a), toNumber(b))
  }
}

function bits(op: string, a: number, b: number): number {
  switch (op) {
    case '&':
      return a & b
    case '|':
      return a | b
    case '^':
      return a ^ b
    case '<<':
      return a << b
    case '>>':
      return a >> b
    default:
      return a >>> b
  }
}

const isNumeric = (v: Value): boolean => v === undefined || v === null || typeof v === 'number' || typeof v === 'boolean'

function compare(op: string, a: Value, b: Value): boolean {
  const [x, y] = typeof a === 'string' && typeof b === 'string' ? [a, b] : [toNumber(a), toNumber(b)]
  return op === '<' ? x < y : op === '>' ? x > y : op === '<=' ? x <= y : x >= y
}

function isInstance(a: Value, b: Value): boolean {
  if (!(b instanceof JsFunction)) throw fail('TypeError', "Right-hand side of 'instanceof' is not callable")
  if (a instanceof JsArray) return b.name === 'Array' || b.name === 'Object'
  if (a instanceof JsFunction) return b.name === 'Function' || b.name === 'Object'
  if (!(a instanceof JsObject)) return false
  for (let at = a.proto; at !== undefined; at = at.proto) if (at === b.fields.get('prototype')) return true
  if (a.className === 'Error') return b.name === 'Error' || toText(a.fields.get('name')) === b.name
  return a.className === b.name || b.name === 'Object'
}
