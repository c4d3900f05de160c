/**
 * The objects in a manifest: a stream of JSON values, or YAML documents between `---` lines (apimachinery/pkg/util/yaml). What begins with a
 * brace may be either: it is JSON until that fails, and then YAML from there on, unless two values in a row have shown that it is JSON.
 */
import { Part } from '../../engine/part.ts'
import type { readJsonStream } from './jsonStream.ts'
import { yamlToValue } from './yamlValue.ts'
import { YamlError } from './yamlToken.ts'

/** Manifests are mostly YAML: jsonStream.ts. */
export const jsonStream = new Part<typeof readJsonStream>('kubectl')

export interface Documents {
  values: unknown[]
  /** What is wrong with the text behind the last value; '' when it was read to its end. */
  error: string
}

/** `core`: words are true and false in YAML 1.2's spelling alone, as kustomize reads them. */
export function readDocuments(text: string, schema?: 'core'): Documents {
  if (!text.slice(0, 4096).trimStart().startsWith('{')) return withoutNulls(yamlDocuments(text, schema))
  const { values, error, plain, end } = jsonStream.get()(text)
  if (error === '') return withoutNulls({ values, error })
  if (values.length > 1) return withoutNulls({ values, error: plain })
  const rest = yamlDocuments(text.slice(end).replace(/^[^\S\n]*\n?/, ''), schema)
  // Where it is neither, it is JSON that is wrong.
  return withoutNulls({ values: [...values, ...rest.values], error: rest.error !== '' && rest.values.length === 0 ? error : rest.error })
}

function yamlDocuments(text: string, schema?: 'core'): Documents {
  const values: unknown[] = []
  for (const chunk of yamlChunks(text)) {
    if (chunk.separator !== undefined) return { values, error: `invalid Yaml document separator: ${chunk.separator}` }
    try {
      values.push(yamlToValue(chunk.text, schema))
    } catch (failure) {
      if (failure instanceof YamlError) return { values, error: `error converting YAML to JSON: ${failure.message}` }
      throw failure
    }
  }
  return { values, error: '' }
}

/** Empty documents, such as a comment alone, are none. */
function withoutNulls({ values, error }: Documents): Documents {
  return { values: values.filter((value) => value !== undefined && value !== null).map(inOrder), error }
}

/** Go writes maps by their keys: what is wrong with several fields is told in that order. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, inOrder(inner)]))
}

/** A `---` line ends a chunk; where nothing stands before it, it begins one, and counts in line numbers. */
function* yamlChunks(text: string): Generator<{ text: string; separator?: string }> {
  let chunk = ''
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  for (const line of lines) {
    if (line.startsWith('---')) {
      const rest = line.slice(3).trim()
      if (rest !== '' && !rest.startsWith('#')) {
        yield { text: '', separator: rest }
        return
      }
      if (chunk !== '') {
        yield { text: chunk }
        chunk = ''
        continue
      }
    }
    chunk += `${line}\n`
  }
  if (chunk !== '') yield { text: chunk }
}
