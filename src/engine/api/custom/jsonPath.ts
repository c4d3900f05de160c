/**
 * The simple JSON paths of CustomResourceDefinitions (columns, scale, selectable fields): fields, indexes, `[*]` and filters such as
 * `.status.conditions[?(@.type=="Ready")].status` (client-go util/jsonpath; a path that leads nowhere finds nothing).
 */
type Part =
  | { is: 'field'; name: string }
  | { is: 'index'; at: number }
  | { is: 'all' }
  | { is: 'filter'; path: Part[]; operator: string; value: unknown }

const token = /\.((?:\\.|[^.[\]\\])+)|\[(-?\d+)\]|\[(?:'([^']*)'|"([^"]*)")\]|(\.\*|\[\*\])|\[\?\(\s*@((?:\.[\w\\.-]+)+)\s*(==|!=|<=|>=|<|>)?\s*("[^"]*"|'[^']*'|[\w.-]+)?\s*\)\]/y

function parse(path: string): Part[] {
  const parts: Part[] = []
  const text = path.replace(/^\{(.*)\}$/, '$1').replace(/^\$/, '')
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const found = token.exec(text)
    // What cannot be read leads nowhere.
    if (found === null) return [{ is: 'field', name: '' }]
    const [, name, index, single, double, all, filtered, operator = 'exists', value] = found
    if (name === '*' || all !== undefined) parts.push({ is: 'all' })
    else if (name !== undefined) parts.push({ is: 'field', name: name.replaceAll(/\\(.)/g, '$1') })
    else if (index !== undefined) parts.push({ is: 'index', at: Number(index) })
    else if (filtered === undefined) parts.push({ is: 'field', name: single ?? double ?? '' })
    else {
      const next = token.lastIndex
      parts.push({ is: 'filter', path: parse(filtered), operator, value: literal(value) })
      token.lastIndex = next
    }
  }
  return parts
}

function literal(text: string | undefined): unknown {
  if (text === undefined) return undefined
  if (/^["']/.test(text)) return text.slice(1, -1)
  if (text === 'true' || text === 'false') return text === 'true'
  return Number.isNaN(Number(text)) ? text : Number(text)
}

/** All that the path finds. */
export function findAll(object: unknown, path: string): unknown[] {
  return finder(path)(object)
}

/** The same for a path that is looked up in many objects. */
export function finder(path: string): (object: unknown) => unknown[] {
  const parts = parse(path)
  return (object) => parts.reduce(step, [object])
}

function step(values: unknown[], part: Part): unknown[] {
  return values.flatMap((value): unknown[] => {
    if (typeof value !== 'object' || value === null) return []
    if (part.is === 'field') return Object.hasOwn(value, part.name) ? [(value as Record<string, unknown>)[part.name]] : []
    if (part.is === 'all') return Object.values(value)
    if (!Array.isArray(value)) return []
    if (part.is === 'index') return value.slice(part.at, part.at === -1 ? undefined : part.at + 1)
    return value.filter((item) => passes(part.path.reduce(step, [item])[0], part.operator, part.value))
  })
}

function passes(found: any, operator: string, value: any): boolean {
  switch (operator) {
    case '==':
      return found === value
    case '!=':
      return found !== undefined && found !== value
    case '<':
      return found < value
    case '>':
      return found > value
    case '<=':
      return found <= value
    case '>=':
      return found >= value
    default:
      return found !== undefined
  }
}

/** `object` with a value at a path of fields. */
export function withValue<T>(object: T, path: string, value: unknown): T {
  return put(object, parse(path).flatMap((part) => (part.is === 'field' ? [part.name] : [])), value) as T
}

function put(object: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value
  const fields = typeof object === 'object' && object !== null ? (object as Record<string, unknown>) : {}
  return { ...fields, [name]: put(fields[name], rest, value) }
}
