import { isMap, isScalar, isSeq } from 'yaml'
import type { Document, Node } from 'yaml'
import { apiVersionOf, resources } from '../../../engine/api/resources.ts'
import '../../../engine/api/schema/kinds.ts'
import { structOfKind } from '../../../engine/api/schema/schema.ts'
import type { Struct } from '../../../engine/api/schema/schema.ts'
import { textOf } from './fieldPath.ts'
import type { Place } from './fieldPath.ts'
import type { Edit, Fix } from './finding.ts'
import { nearest } from './nearest.ts'

/** What the API server complained of, and where that is. */
export interface Complaint {
  readonly message: string
  /** Field path as Kubernetes writes it. */
  readonly path: string
  readonly place: Place
  readonly document: Document
  readonly text: string
}

/** Ways to mend what the API server complained of; offsets count from the beginning of the document. */
export function fixesFor(complaint: Complaint): Fix[] {
  return [unsupportedValue, unknownField, wrongKind, listForMap, wrongScalar].flatMap((fix) => fix(complaint))
}

const choicesMax = 4

/** `Unsupported value: "Nerver": supported values: "Always", "OnFailure", "Never"` */
function unsupportedValue({ message, place }: Complaint): Fix[] {
  const values = /supported values: (".*")/.exec(message)?.[1]
  if (values === undefined || !isScalar(place.value)) return []
  const supported = [...values.matchAll(/"([^"]*)"/g)].map((match) => match[1]!)
  const from = textOf(place.value) ?? ''
  const best = nearest(from, supported)
  const choices = best === undefined ? supported.slice(0, choicesMax) : [best]
  return choices.flatMap((to) => replacing(place.value, to, { from, to }))
}

/** `unknown field "metadata.annotate"` */
function unknownField({ message, path, place, document }: Complaint): Fix[] {
  if (!message.startsWith('unknown field')) return []
  const from = textOf(place.key)
  const known = from === undefined ? undefined : fieldsAround(document, path.slice(0, path.length - from.length))
  const to = known && nearest(from!, known)
  return to === undefined ? [] : replacing(place.key, to, { from: from!, to })
}

/** Names of the fields of the type that a path leads to ("spec.containers[0]."). */
function fieldsAround(document: Document, path: string): Iterable<string> | undefined {
  const { contents } = document
  if (!isMap(contents)) return undefined
  let type: Struct | undefined = structOfKind(String(contents.get('apiVersion')), String(contents.get('kind')))
  const names = path
    .replaceAll(/\[[^\]]*\]/g, '')
    .split('.')
    .filter(Boolean)
  for (const name of names) type = type?.fields.get(name)?.struct
  return type?.fields.keys()
}

/** `no matches for kind "Deployement" in version "apps/v1"`: the kind is misspelt, or stands in another version. */
function wrongKind({ message, document }: Complaint): Fix[] {
  const match = /^no matches for kind "(.*)" in version "(.*)"$/.exec(message)
  const { contents } = document
  if (!match || !isMap(contents)) return []
  const [, kind = '', version = ''] = match
  const known = resources.filter((resource) => !resource.verbs.every((verb) => verb === 'create'))
  const here = known.filter((resource) => resource.kind === kind)
  if (here.length > 0) {
    const to = nearest(version, here.map(apiVersionOf)) ?? apiVersionOf(here[0]!)
    return replacing(contents.get('apiVersion', true) as Node | undefined, to, { from: version, to })
  }
  const kinds = (list: typeof known): string[] => list.map((resource) => resource.kind)
  const to =
    nearest(kind, kinds(known.filter((resource) => apiVersionOf(resource) === version))) ?? nearest(kind, kinds(known))
  return to === undefined ? [] : replacing(contents.get('kind', true) as Node | undefined, to, { from: kind, to })
}

/** Labels written as a list: `- app: web`, `- app=web`, `[app: web]`. */
function listForMap({ message, place, text }: Complaint): Fix[] {
  const list = place.value
  if (!/cannot unmarshal array into .* of type map\[/.test(message) || !isSeq(list)) return []
  const edits: Edit[] = []
  for (const item of list.items as Node[]) {
    const [from = 0, to = 0] = item.range ?? []
    if (!list.flow)
      edits.push({ from: dashBefore(text, from), to: from, text: ' '.repeat(from - dashBefore(text, from)) })
    if (isMap(item)) continue
    const pair = /^\s*([^=:\s]+)\s*[=:]\s*(.*?)\s*$/.exec(textOf(item) ?? '')
    if (!pair) return []
    edits.push({ from, to, text: `${pair[1]}: ${pair[2]}` })
  }
  if (list.flow) {
    const [from = 0, to = 0] = list.range ?? []
    edits.unshift({ from, to: from + 1, text: '{' })
    edits.push({ from: to - 1, to, text: '}' })
  }
  return [{ title: 'listToMap', edits }]
}

function dashBefore(text: string, at: number): number {
  const dash = text.lastIndexOf('-', at - 1)
  return dash < 0 ? at : dash
}

/** A number where a text is wanted, or the other way round: `value: 80`, `containerPort: "80"`. */
function wrongScalar({ message, place, text }: Complaint): Fix[] {
  const types = /cannot unmarshal (\w+)(?: \S+)? into .* of type (\S+)$/.exec(message)
  const node = place.value
  if (!types || !isScalar(node)) return []
  const [, given, wanted = ''] = types
  const [from = 0, to = 0] = node.range ?? []
  const written = text.slice(from, to)
  const quoted = /^(?:string|v\d\.\w+)$/.test(wanted) && given !== 'string'
  if (quoted) return [{ title: 'quote', values: { to: `"${written}"` }, edits: [{ from, to, text: `"${written}"` }] }]
  const value = textOf(node) ?? ''
  const plain = /^u?int/.test(wanted) ? /^-?\d+$/.test(value) : wanted === 'bool' ? /^(true|false)$/.test(value) : false
  return plain ? [{ title: 'unquote', values: { to: value }, edits: [{ from, to, text: value }] }] : []
}

function replacing(node: Node | undefined, to: string, values: { from: string; to: string }): Fix[] {
  const [from, end] = node?.range ?? []
  if (from === undefined || end === undefined) return []
  return [{ title: 'replace', values, edits: [{ from, to: end, text: to }] }]
}
