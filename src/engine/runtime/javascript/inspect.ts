import { isoText } from './dates.ts'
import { JsArray, JsFunction, toText, type Value } from './values.ts'

/** How a value looks that is printed: node's util.inspect, which mongosh uses too. */
export function inspect(v: Value, depth = 2): string {
  return shown(v, depth, 0, [])
}

function quotedText(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
  if (!escaped.includes("'")) return `'${escaped}'`
  return escaped.includes('"') ? (escaped.includes('`') ? `'${escaped.replaceAll("'", String.raw`\'`)}'` : `\`${escaped}\``) : `"${escaped}"`
}

const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quotedText(name))

function shown(v: Value, depth: number, indent: number, above: Value[]): string {
  if (typeof v === 'string') return quotedText(v)
  if (Object.is(v, -0)) return '-0'
  if (v instanceof JsFunction) return functionText(v)
  if (v === null || typeof v !== 'object') return String(v)
  if (above.includes(v)) return '[Circular *1]'
  const inner = (one: Value): string => shown(one, depth - 1, indent + 2, [...above, v])
  if (v instanceof JsArray) {
    if (depth < 0) return '[Array]'
    const items = v.items.slice(0, 100).map(inner)
    if (v.items.length > 100) items.push(`... ${v.items.length - 100} more item${v.items.length > 101 ? 's' : ''}`)
    return joined(items, '[', ']', indent, v.items.length > 6 && v.items.every((item) => typeof item === 'number'))
  }
  const { className, data } = v
  if (className === 'Date') return Number.isNaN(data) ? 'Invalid Date' : isoText(data as number)
  if (className === 'RegExp') return String(data)
  if (className === 'ObjectId') return `ObjectId('${String(data)}')`
  if (className === 'Error') return `${toText(v.fields.get('stack') ?? toText(v))}`
  if (className === 'Promise') return 'Promise { <pending> }'
  if (className === 'Map') return joined([...(data as Map<Value, Value>)].map(([k, value]) => `${inner(k)} => ${inner(value)}`), `Map(${(data as Map<Value, Value>).size}) {`, '}', indent)
  if (className === 'Set') return joined([...(data as Set<Value>)].map(inner), `Set(${(data as Set<Value>).size}) {`, '}', indent)
  const name = v.proto?.fields.get('constructor')
  const prefix = name instanceof JsFunction ? `${name.name} ` : ''
  if (depth < 0) return `[${prefix === '' ? 'Object' : prefix.trim()}]`
  return joined([...v.fields].filter(([field]) => field !== 'constructor').map(([field, value]) => `${key(field)}: ${inner(value)}`), `${prefix}{`, '}', indent)
}

function functionText({ name, construct, fields }: JsFunction): string {
  const kind = construct !== undefined && fields.has('prototype') ? 'class' : 'Function'
  return kind === 'class' ? `[class ${name}]` : name === '' ? '[Function (anonymous)]' : `[Function: ${name}]`
}

/** On one line when it is short enough, else each on its own. */
function joined(items: readonly string[], open: string, close: string, indent: number, isPacked = false): string {
  if (items.length === 0) return `${open}${close}`
  const length = items.reduce((sum, item) => sum + item.length, 0) + items.length
  const isShort = length + items.length + open.length + 10 + indent <= 80 && !items.some((item) => item.includes('\n'))
  if (isShort && items.length <= 6) return `${open} ${items.join(', ')} ${close}`
  if (isShort && !isPacked && open !== '[') return `${open} ${items.join(', ')} ${close}`
  if (isPacked || (open === '[' && items.length > 6 && items.every((item) => item.length <= 6))) {
    const width = Math.max(...items.map((item) => item.length)) + 2
    const columns = Math.max(1, Math.min(16, Math.round(Math.sqrt(2.5 * width * items.length) / width), Math.floor((80 - indent) / width), 15))
    const rows: string[] = []
    for (let i = 0; i < items.length; i += columns) rows.push(items.slice(i, i + columns).map((item, j) => `${isPacked ? item.padStart(width - 2) : item}${i + j === items.length - 1 ? '' : ','}`.padEnd(isPacked || j === columns - 1 ? 0 : width - 1)).join(' ').trimEnd())
    return `${open}\n${rows.map((row) => `${' '.repeat(indent + 2)}${row}`).join('\n')}\n${' '.repeat(indent)}${close}`
  }
  return `${open}\n${items.map((item) => `${' '.repeat(indent + 2)}${item}`).join(',\n')}\n${' '.repeat(indent)}${close}`
}
