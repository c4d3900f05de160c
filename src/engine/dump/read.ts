import { LineCounter } from 'yaml'
import { composeYaml, YamlLimitError } from '../api/yaml.ts'
import type { KubeObject } from '../api/types.ts'
import type { DumpFile, Unread, UnreadReason } from './report.ts'

export interface Dump {
  /** In the order of the files. Nothing is known of them yet but that they name a kind and themselves. */
  objects: KubeObject[]
  unread: Unread[]
}

/** Characters of one file. JSON costs a fraction of what YAML costs. */
const longest = 8 * 1024 * 1024
const longestJson = 64 * 1024 * 1024
/** How often a document may name what stands elsewhere in it: a bomb is made of aliases. */
const mostAliases = 100
const reserved: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * The objects in what `kubectl get -o yaml` (or `-o json`) has printed: single objects, Lists, lists of one kind (`PodList`), any number
 * of documents in any number of files. Never throws for bad input.
 */
export function readDump(files: readonly DumpFile[]): Dump {
  const dump: Dump = { objects: [], unread: [] }
  for (const file of files) readFile(file, dump)
  return dump
}

type Say = (reason: UnreadReason, detail?: string) => void

function readFile({ name, text }: DumpFile, dump: Dump): void {
  const lines = new LineCounter()
  const at = (offset: number): Say => (reason, detail) =>
    void dump.unread.push({ file: name, line: Math.max(1, lines.linePos(offset).line), reason, ...(detail === undefined ? {} : { detail }) })
  if (text.trim() === '') return at(0)('empty')
  const json = jsonOf(text)
  if (json !== undefined) return addValue(json, dump, at(0))
  if (text.length > longest) return at(0)('too-large')
  let documents: ReturnType<typeof composeYaml>
  try {
    documents = composeYaml(text, lines)
  } catch (error) {
    if (error instanceof YamlLimitError) return at(error.offset)(error.message.startsWith('nested') ? 'too-deep' : 'too-large')
    throw error
  }
  for (const document of documents) {
    const [fault] = document.errors
    if (fault !== undefined) {
      at(fault.pos[0])('syntax', fault.message)
      continue
    }
    const value = plainValue(document)
    const say = at(document.range[0])
    if (value instanceof Error) say('syntax', value.message)
    else if (value !== null && value !== undefined) addValue(value, dump, say)
  }
}

/** undefined: it is no JSON, but may be YAML. */
function jsonOf(text: string): unknown {
  if (text.length > longestJson || !/^\s*[{[]/.test(text.slice(0, 1000))) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function addValue(value: unknown, dump: Dump, say: Say): void {
  let plain: unknown
  try {
    plain = withoutReserved(value)
  } catch (error) {
    // No stack is deep enough.
    if (error instanceof RangeError) return say('too-deep')
    throw error
  }
  addAll(plain, undefined, dump, say)
}

function plainValue(document: { toJS(o: { maxAliasCount: number }): unknown }): unknown {
  try {
    return document.toJS({ maxAliasCount: mostAliases })
  } catch (error) {
    // Too many aliases, or one that leads nowhere.
    if (error instanceof ReferenceError) return error
    throw error
  }
}

function withoutReserved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutReserved)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => !reserved.has(key)).map(([key, item]) => [key, withoutReserved(item)]))
}

/** `outer`: the list that it lies in. The server leaves out what items of a PodList are: it says so once. */
function addAll(value: unknown, outer: { apiVersion: string; kind: string } | undefined, dump: Dump, say: Say): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return say('not-a-map')
  const { apiVersion = outer?.apiVersion, kind = outer?.kind, items, metadata } = value as { apiVersion?: unknown; kind?: unknown; items?: unknown; metadata?: { name?: unknown } | null }
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return say('no-kind')
  if (kind.endsWith('List') && Array.isArray(items)) {
    const ofKind = kind === 'List' ? undefined : { apiVersion, kind: kind.slice(0, -'List'.length) }
    for (const item of items) addAll(item, ofKind, dump, say)
    return
  }
  if (typeof metadata?.name !== 'string' || metadata.name === '') return say('no-name', kind)
  dump.objects.push({ ...value, apiVersion, kind } as KubeObject)
}
