/**
 * Nodes to the values that JSON has, as sigs.k8s.io/yaml converts YAML 1.1: `yes` is true, `0o17` and
 * `017` are 15, dates stay text, keys become text, `<<` merges.
 */
import { fromBase64 } from '../../engine/api/base64.ts'
import { goFloat } from '../printing/goNumber.ts'
import { parseYamlDocument, type YamlNode } from './yamlParser.ts'
import { YamlError, YamlValueError } from './yamlToken.ts'

/** The first document of a YAML text; undefined when there is none. `core`: `yes` and its like are text. Throws YamlError. */
export function yamlToValue(text: string, schema?: 'core'): unknown {
  const root = parseYamlDocument(text)
  return root === undefined ? undefined : new Converter(root, schema).convert()
}

/** Beyond this many nodes, aliases expanded, it is an attack whatever their share. */
const maxNodes = 1_000_000

class Converter {
  private readonly root: YamlNode
  private readonly schema: 'core' | undefined
  private readonly open = new Set<YamlNode>()
  private nodes = 0
  private aliased = 0
  private aliasDepth = 0

  constructor(root: YamlNode, schema: 'core' | undefined) {
    this.root = root
    this.schema = schema
  }

  convert(): unknown {
    return this.value(this.root)
  }

  private value(node: YamlNode): unknown {
    this.count()
    switch (node.kind) {
      case 'alias':
        return this.alias(node)
      case 'scalar':
        return this.schema === 'core' && node.plain && oldWords.has(node.value) ? node.value : resolveScalar(node)
      case 'sequence':
        return node.items.map((item) => this.value(item))
      case 'mapping':
        return this.mapping(node.entries)
    }
  }

  private count(): void {
    this.nodes++
    if (this.aliasDepth > 0) this.aliased++
    const share = this.aliased / this.nodes
    if (this.nodes > maxNodes || (this.aliased > 100 && this.nodes > 1000 && share > 0.99)) {
      throw new YamlError('document contains excessive aliasing')
    }
  }

  private alias({ name, target }: YamlNode & { kind: 'alias' }): unknown {
    if (this.open.has(target)) throw new YamlError(`anchor '${name}' value contains itself`)
    this.open.add(target)
    this.aliasDepth++
    const value = this.value(target)
    this.aliasDepth--
    this.open.delete(target)
    return value
  }

  private mapping(entries: readonly [YamlNode, YamlNode][]): unknown {
    const map: Record<string, unknown> = {}
    for (const [key, node] of entries) {
      if (key.kind === 'scalar' && key.plain && key.value === '<<') this.merge(map, node)
      else {
        const value = this.value(node)
        put(map, this.key(key, value), value)
      }
    }
    return map
  }

  /** What is there already wins over what is merged in; what comes later wins over both. */
  private merge(map: Record<string, unknown>, node: YamlNode): void {
    const values = node.kind === 'sequence' ? node.items.map((item) => this.value(item)).toReversed() : [this.value(node)]
    for (const value of values) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new YamlError('map merge requires map or sequence of maps as the value')
      }
      for (const [key, inner] of Object.entries(value)) put(map, key, inner)
    }
  }

  private key(node: YamlNode, of: unknown): string {
    const value = this.value(node)
    if (typeof value === 'string') return value
    if (typeof value === 'number') return goFloat(value)
    if (typeof value === 'boolean') return String(value)
    if (value === null) throw new YamlValueError(`unsupported map key of type: %!s(<nil>), key: <nil>, value: ${goSyntax(of)}`)
    throw new YamlError(`invalid map key: ${goSyntax(value)}`)
  }
}

/** Sets an own field whatever its name is. */
function put(map: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
  else map[key] = value
}

/** %#v of what YAML decodes to. */
function goSyntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (typeof value === 'object' && value !== null) {
    return `map[interface {}]interface {}{${Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `${JSON.stringify(k)}:${goSyntax(v)}`).join(', ')}}`
  }
  return value === null ? 'interface {}(nil)' : JSON.stringify(value)
}

const words: Record<string, unknown> = { '': null, '~': null, null: null, Null: null, NULL: null }
for (const yes of ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']) words[yes] = true
for (const no of ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']) words[no] = false

/** Those of YAML 1.1 alone. */
const oldWords = new Set(Object.keys(words).filter((word) => /^(?:y|yes|on|n|no|off)$/i.test(word)))

function resolveScalar(node: YamlNode & { kind: 'scalar' }): unknown {
  if (!node.plain) return taggedScalar(node)
  if (Object.hasOwn(words, node.value)) return words[node.value]
  return numberOf(node.value) ?? node.value
}

function taggedScalar({ value, tag }: { value: string; tag: string }): unknown {
  switch (tag) {
    case 'tag:yaml.org,2002:null':
      return null
    case 'tag:yaml.org,2002:bool':
      return words[value] ?? value
    case 'tag:yaml.org,2002:binary':
      return fromBase64(value)
    case 'tag:yaml.org,2002:int':
    case 'tag:yaml.org,2002:float':
      return numberOf(value) ?? value
    default:
      return value
  }
}

function numberOf(text: string): number | undefined {
  if (!/^[-+.0-9]/.test(text)) return undefined
  if (/^[-+]?\.(inf|Inf|INF)$/.test(text)) throw unsupported(text.startsWith('-') ? '-Inf' : '+Inf')
  if (/^\.(nan|NaN|NAN)$/.test(text)) throw unsupported('NaN')
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '')
  const integer = integerOf(digits)
  if (integer !== undefined) return integer
  const value = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(digits) ? Number(digits) : undefined
  // What no float64 holds stays text.
  return value !== undefined && Number.isFinite(value) ? value : undefined
}

function integerOf(text: string): number | undefined {
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/.exec(text)
  if (!match) return undefined
  const [, sign, body] = match as unknown as [string, string, string]
  const value = /^0[0-7]+$/.test(body) ? parseInt(body, 8) : Number(body)
  return sign === '-' ? -value : value
}

function unsupported(value: string): Error {
  return new YamlValueError(`json: unsupported value: ${value}`)
}
