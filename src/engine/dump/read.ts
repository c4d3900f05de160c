import { LineCounter } from 'yaml'
import { composeYaml, YamlLimitError } from '../api/yaml.ts'
import type { KubeObject } from '../api/types.ts'
import type { DumpFile, Unread } from './report.ts'

export interface Dump {
  /** In the order of the files. Nothing is known of them yet but that they name a kind and themselves. */
  objects: KubeObject[]
  unread: Unread[]
}

/** Characters of one file. */
const longest = 8 * 1024 * 1024
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

function readFile({ name, text }: DumpFile, dump: Dump): void {
  const lines = new LineCounter()
  const say = (offset: number, message: string): void => void dump.unread.push({ file: name, line: Math.max(1, lines.linePos(offset).line), message })
  if (text.length > longest) return say(0, `the file is too long: ${text.length} characters, at most ${longest}`)
  let documents: ReturnType<typeof composeYaml>
  try {
    documents = composeYaml(text, lines)
  } catch (error) {
    if (error instanceof YamlLimitError) return say(error.offset, error.message)
    throw error
  }
  for (const document of documents) {
    const [fault] = document.errors
    if (fault !== undefined) {
      say(fault.pos[0], fault.message)
      continue
    }
    const value = plainValue(document)
    if (value instanceof Error) say(document.range[0], value.message)
    else if (value !== null && value !== undefined) addAll(value, undefined, dump, (message) => say(document.range[0], message))
  }
}

function plainValue(document: { toJS(o: { maxAliasCount: number }): unknown }): unknown {
  try {
    return withoutReserved(document.toJS({ maxAliasCount: mostAliases }))
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
function addAll(value: unknown, outer: { apiVersion: string; kind: string } | undefined, dump: Dump, say: (message: string) => void): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return say('this is no object: a map with apiVersion, kind and metadata is wanted')
  const { apiVersion = outer?.apiVersion, kind = outer?.kind, items, metadata } = value as { apiVersion?: unknown; kind?: unknown; items?: unknown; metadata?: { name?: unknown } | null }
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return say('this is no object: apiVersion and kind are missing')
  if (kind.endsWith('List') && Array.isArray(items)) {
    const ofKind = kind === 'List' ? undefined : { apiVersion, kind: kind.slice(0, -'List'.length) }
    for (const item of items) addAll(item, ofKind, dump, say)
    return
  }
  if (typeof metadata?.name !== 'string' || metadata.name === '') return say(`a ${kind} without metadata.name`)
  dump.objects.push({ ...value, apiVersion, kind } as KubeObject)
}
