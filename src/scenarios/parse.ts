import { isAlias, isMap, isScalar, isSeq, LineCounter, type Document } from 'yaml'
import type { Scenario } from '../engine/scenario.ts'
import { composeYaml, YamlLimitError } from '../engine/api/yaml.ts'
import { ScenarioError } from './error.ts'
import { scenarioShape } from './schema.ts'
import { formatPath, ShapeError } from './shape.ts'

/** Characters of a scenario file. */
const longest = 4 * 1024 * 1024
const limits = { depth: 100, lexemes: 1_500_000 }

/**
 * Reads a scenario from YAML (or JSON, which is YAML). Whatever the text, the answer is a sound
 * scenario within bounds, or a ScenarioError with line and column.
 */
export function parseScenario(yaml: string): Scenario {
  if (typeof yaml !== 'string') throw new ScenarioError('a scenario must be a text')
  if (yaml.length > longest)
    throw new ScenarioError(`the file is too long: ${yaml.length} characters, at most ${longest}`, {
      line: 1,
      column: 1,
    })
  const lines = new LineCounter()
  const root = documentOf(yaml, lines).contents
  const value = valueOf(root, lines)
  try {
    return scenarioShape(value, [])
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    throw new ScenarioError(error.message, { path: formatPath(error.path), ...placeOf(offsetOf(root, error), lines) })
  }
}

function documentOf(yaml: string, lines: LineCounter): Document.Parsed {
  const documents = compose(yaml, lines)
  const first = documents[0]
  if (first === undefined || first.contents === null)
    throw new ScenarioError('the file is empty', { line: 1, column: 1 })
  const fault = first.errors[0]
  if (fault !== undefined) throw new ScenarioError(fault.message, placeOf(fault.pos[0], lines))
  const second = documents[1]
  if (second !== undefined)
    throw new ScenarioError(
      'a file holds one scenario, but a second document begins here',
      placeOf(second.range[0], lines),
    )
  return first
}

function compose(yaml: string, lines: LineCounter): Document.Parsed[] {
  try {
    return composeYaml(yaml, lines, limits)
  } catch (error) {
    if (error instanceof YamlLimitError) throw new ScenarioError(error.message, placeOf(error.offset, lines))
    throw error
  }
}

type YamlNode = { range?: readonly [number, number, number] | null } | null | undefined

/** The plain value of a YAML tree. Aliases are refused (a bomb is made of them), and so are duplicate keys. */
function valueOf(node: unknown, lines: LineCounter): unknown {
  if (node === null || node === undefined) return null
  if (isAlias(node))
    throw new ScenarioError('aliases (*name) are not allowed in a scenario', placeOf(startOf(node), lines))
  if (isScalar(node)) return node.value
  if (isSeq(node)) return node.items.map((item) => valueOf(item, lines))
  if (!isMap(node)) throw new ScenarioError('unexpected content', placeOf(startOf(node as YamlNode), lines))
  const entries = new Map<string, unknown>()
  for (const { key, value } of node.items) {
    const place = placeOf(startOf(key as YamlNode), lines)
    if (!isScalar(key)) throw new ScenarioError('a key must be a word', place)
    const name = String(key.value)
    if (entries.has(name)) throw new ScenarioError(`the key "${name}" is there twice`, place)
    entries.set(name, valueOf(value, lines))
  }
  // fromEntries defines each key as an own one, "__proto__" too; the shapes refuse that name.
  return Object.fromEntries(entries)
}

/** Where in the text the value lies that a shape refused, or the nearest one around it. */
function offsetOf(root: unknown, { path, atKey }: ShapeError): number {
  let node: unknown = root
  let offset = startOf(root as YamlNode)
  for (const [i, step] of path.entries()) {
    const next = childOf(node, step)
    if (next === undefined) break
    const keyWanted = atKey && i === path.length - 1
    node = next.value
    offset = startOf((keyWanted || node === null ? next.key : node) as YamlNode, offset)
  }
  return offset
}

function childOf(node: unknown, step: string | number): { key: unknown; value: unknown } | undefined {
  if (isSeq(node) && typeof step === 'number') return { key: null, value: node.items[step] }
  if (!isMap(node)) return undefined
  return node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(step))
}

function startOf(node: YamlNode, otherwise = 0): number {
  return node?.range?.[0] ?? otherwise
}

function placeOf(offset: number, lines: LineCounter): { line: number; column: number } {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}
