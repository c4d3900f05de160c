import { LineCounter, isCollection, isMap, isScalar, visit } from 'yaml'
import type { Document, Node } from 'yaml'
import { parseQuantity } from '../../../engine/api/quantity.ts'
import { YamlLimitError, composeYaml } from '../../../engine/api/yaml.ts'
import type { Diagnostic } from '../../../worker/protocol.ts'
import { chunksOf } from './chunks.ts'
import type { Chunk } from './chunks.ts'
import { findField, jsonKind, textOf } from './fieldPath.ts'
import type { Place } from './fieldPath.ts'
import type { Edit, Finding } from './finding.ts'
import { fixesFor } from './fixes.ts'
import { duplicateKeys, slashComments, slipsAround } from './typos.ts'

/** Deeper than any manifest; the API server's own limits are wider, but a person cannot see so far. */
const limits = { depth: 200, lexemes: 500_000 }

interface Part extends Chunk {
  /** undefined: beyond the limits. */
  document: Document | undefined
  /** Where the parser stopped or stumbled first. */
  error: { from: number; to: number; message: string } | undefined
}

/**
 * Finds the place of everything that is wrong with a file. `diagnostics` are what the API server said to
 * each document of it; without them (no cluster is there yet) only the YAML is looked at.
 */
export function inspect(text: string, diagnostics: readonly Diagnostic[] | undefined): Finding[] {
  const parts = chunksOf(text).map(readPart)
  const told = diagnostics?.flatMap((diagnostic) => {
    const part = parts[Math.min(diagnostic.document, parts.length - 1)] ?? {
      text,
      start: 0,
      document: undefined,
      error: undefined,
    }
    return findingsOf(part, diagnostic)
  })
  const own = parts.flatMap((part) => [
    ...slashComments(part.text, part.document, part.start),
    ...(part.document === undefined ? [] : duplicateKeys(part.document, part.start)),
    ...(told === undefined && part.error !== undefined ? syntaxFindings(part, part.error.message) : []),
  ])
  return withoutDoubles([...(told ?? []), ...own]).sort((a, b) => a.from - b.from)
}

function readPart(chunk: Chunk): Part {
  try {
    const [document] = composeYaml(chunk.text, new LineCounter(), limits)
    const [error] = document?.errors ?? []
    const place = error === undefined ? undefined : { from: error.pos[0], to: error.pos[1], message: error.message }
    return { ...chunk, document, error: place }
  } catch (error) {
    if (!(error instanceof YamlLimitError)) throw error
    return {
      ...chunk,
      document: undefined,
      error: { from: error.offset, to: error.offset + 1, message: error.message },
    }
  }
}

function findingsOf(part: Part, { path, message, severity }: Diagnostic): Finding[] {
  if (path === '' && isAboutText(message)) return syntaxFindings(part, message)
  if (part.document === undefined) return [at(part, 0, firstLineEnd(part.text), message, severity)]
  const named = nameTheField(path, message)
  const mismatch = /cannot unmarshal (\w+)/.exec(message)?.[1]
  const wanted = mismatch === undefined ? undefined : (value: Node | undefined) => jsonKind(value) === mismatch
  const place = named === '' ? placeOfValue(part.document, message) : findField(part.document, named, wanted)
  const [from, to] = rangeOf(part, place, message)
  const fixes = fixesFor({ message, path: named, place, document: part.document, text: part.text })
  return [
    {
      ...at(part, from, to, inFull(path, message), severity),
      fixes: fixes.map((fix) => ({ ...fix, edits: fix.edits.map((e) => shift(e, part.start)) })),
    },
  ]
}

/** A field error is printed with its field, as kubectl prints it; other messages name what they are about. */
function inFull(path: string, message: string): string {
  const isFieldError =
    /^(Required|Invalid|Unsupported|Duplicate) value|^(Forbidden|Too long|Too many|Not found|Internal error)\b/.test(
      message,
    )
  return isFieldError && path !== '' ? `${path}: ${message}` : message
}

function at(part: Part, from: number, to: number, message: string, severity: Finding['severity']): Finding {
  return { from: part.start + from, to: part.start + Math.max(to, from + 1), message, severity, fixes: [] }
}

function shift(edit: Edit, by: number): Edit {
  return { ...edit, from: edit.from + by, to: edit.to + by }
}

// --- mistakes in the text itself

/** Whether a message is that of a parser. */
function isAboutText(message: string): boolean {
  return /^(error converting YAML|yaml:|json: offset|invalid Yaml|unexpected EOF)/.test(message)
}

/** In the parser's words, but without its line: it counts within the document, and the marker is there. */
function syntaxFindings(part: Part, message: string): Finding[] {
  const words = message.replace(/^error converting YAML to JSON: /, '').replace(/^(yaml: )line \d+: /, '$1')
  const [from, to] = placeOfSyntax(part, message)
  const error = at(part, from, to, words, 'error')
  const slips = slipsAround(part.text, { from, to }, part.start)
  return [{ ...error, fixes: slips.flatMap((slip) => slip.fixes) }]
}

function placeOfSyntax(part: Part, message: string): [number, number] {
  const offset = /^json: offset (\d+)/.exec(message)
  if (offset) return [Number(offset[1]) - 1, Number(offset[1])]
  if (message === 'unexpected EOF') return [part.text.trimEnd().length - 1, part.text.trimEnd().length]
  const anchor = /(?:anchor '([^']*)'|excessive aliasing)/.exec(message)
  const reference =
    anchor && /\*[^\s,\]}]+/.exec(part.text.slice(Math.max(0, part.text.indexOf(`*${anchor[1] ?? ''}`))))
  if (anchor && reference) {
    const from = part.text.indexOf(reference[0])
    return [from, from + reference[0].length]
  }
  if (part.error !== undefined) return [part.error.from, Math.max(part.error.to, part.error.from + 1)]
  const line = Number(/line (\d+):/.exec(message)?.[1] ?? 1)
  return rangeOfLine(part.text, line)
}

/** A line (from 1) without the blanks at its ends. */
function rangeOfLine(text: string, line: number): [number, number] {
  let from = 0
  for (let n = 1; n < line && text.indexOf('\n', from) >= 0; n++) from = text.indexOf('\n', from) + 1
  const end = text.indexOf('\n', from)
  const content = text.slice(from, end < 0 ? text.length : end)
  const indent = content.length - content.trimStart().length
  return [from + indent, from + Math.max(indent + 1, content.trimEnd().length)]
}

function firstLineEnd(text: string): number {
  const end = text.indexOf('\n')
  return end < 0 ? text.length : end
}

// --- mistakes in fields

/** The field that a message is about: told beside it, at its beginning, or in Go's words for a wrong type. */
function nameTheField(path: string, message: string): string {
  if (path !== '') return path
  const go = /into Go struct field \w+\.(\S+) of type/.exec(message)
  if (go) return go[1]!
  return /^((?:metadata|spec|data|template|rules|subjects|roleRef)\b[^\s:]*): /.exec(message)?.[1] ?? ''
}

/** Go names no field for a wrong quantity or time: it is looked for by what it is. */
function placeOfValue(document: Document, message: string): Place {
  const quantity = message.includes('quantities must match the regular expression')
  const quoted = [...message.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!)
  let found: Place | undefined
  visit(document, {
    Pair(_, pair) {
      const { key, value } = pair as unknown as { key: Node; value: Node | null }
      const text = textOf(value)
      if (text === undefined) return undefined
      const isIt = quantity
        ? isBadQuantity(textOf(key) ?? '', text)
        : quoted.includes(text) && text !== '' && !isHeader(key)
      if (!isIt) return undefined
      found = { key, value: value ?? undefined, missing: false }
      return visit.BREAK
    },
  })
  return found ?? { key: undefined, value: document.contents as Node | undefined, missing: true }
}

function isHeader(key: Node): boolean {
  return ['apiVersion', 'kind'].includes(textOf(key) ?? '')
}

const quantityKeys =
  /^(cpu|memory|storage|ephemeral-storage|pods|hugepages-.*|requests\..*|limits\..*|sizeLimit|divisor|averageValue)$/

function isBadQuantity(key: string, text: string): boolean {
  return quantityKeys.test(key) && 'error' in parseQuantity(text)
}

/** What to underline, as offsets into the document. */
function rangeOf(part: Part, place: Place, message: string): [number, number] {
  const { key, value } = place
  const blamed = partBlamed(value, message)
  if (blamed?.range) return [blamed.range[0], blamed.range[1]]
  const byKey = /^(unknown|duplicate) field/.test(message) || place.missing || !isScalar(value)
  if (byKey && key?.range) return [key.range[0], key.range[1]]
  if (isScalar(value) && value.range) return firstLine(part.text, value.range[0], value.range[1])
  // An item of a list, or the document: its first key.
  const first = isMap(value) ? (value.items[0]?.key as Node | undefined) : (value ?? undefined)
  if (first?.range) return firstLine(part.text, first.range[0], first.range[1])
  return rangeOfLine(part.text, 1)
}

/** A message about a whole map may quote the key or the value in it that is wrong. */
function partBlamed(value: Node | undefined, message: string): Node | undefined {
  const quoted = /(?:Invalid|Unsupported|Duplicate) value: "((?:[^"\\]|\\.)*)"/.exec(message)?.[1]
  if (quoted === undefined || !isCollection(value)) return undefined
  const nodes = (value.items as unknown[]).flatMap((item) => {
    const { key, value: inner } = item as { key?: Node; value?: Node }
    return isScalar(item) ? [item as Node] : [key, inner]
  })
  return nodes.find((node) => textOf(node) === quoted)
}

function firstLine(text: string, from: number, to: number): [number, number] {
  const end = text.slice(from, to).trimEnd().indexOf('\n')
  return [from, end < 0 ? from + text.slice(from, to).trimEnd().length : from + end]
}

/** A comment that broke the YAML is told once, with the error. */
function withoutDoubles(findings: readonly Finding[]): Finding[] {
  const errors = findings.filter((finding) => finding.severity === 'error')
  const mended = new Set(errors.flatMap((error) => error.fixes.flatMap((fix) => fix.edits.map((edit) => edit.from))))
  return findings.filter((finding) => finding.severity === 'error' || !mended.has(finding.from))
}
