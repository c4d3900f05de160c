import { CommandError } from '../errors.ts'
import { readDocuments } from '../manifest/documents.ts'
import { joined, type Replacement, type Selector } from './kustomization.ts'
import { isSelected } from './select.ts'
import type { Fields, Resource } from './resource.ts'

type Value = unknown

/** What one object says is written into fields of others (kustomize api/filters/replacement). */
export function replace(resources: readonly Resource[], replacements: readonly Replacement[], read: (path: string) => string, directory: string): void {
  for (const one of replacements.flatMap((given) => (given.path === undefined ? [given] : fromFile(read(joined(directory, given.path)))))) {
    if (one.source === undefined || one.targets === undefined) throw new CommandError('replacements must specify a source and at least one target')
    const value = sourceOf(resources, one.source)
    for (const { select, reject = [], fieldPaths = ['metadata.name'], options = {} } of one.targets) {
      if (select === undefined) throw new CommandError('target must specify resources to select')
      for (const resource of resources) {
        if (!isSelected(resource, select) || reject.some((selector) => isSelected(resource, selector))) continue
        for (const path of fieldPaths) write(resource.object, segmentsOf(path), value, options, path)
      }
    }
  }
}

function fromFile(text: string): Replacement[] {
  return readDocuments(text).values.flatMap((value) => (Array.isArray(value) ? value : [value])) as Replacement[]
}

/** As kustomize names it in what it complains about. */
const idOf = ({ kind, version, group, name, namespace }: Selector): string => `${kind ?? '[noKind]'}.${version ?? '[noVer]'}.${group ?? '[noGrp]'}/${name ?? '[noName]'}.${namespace ?? '[noNs]'}`

function sourceOf(resources: readonly Resource[], source: NonNullable<Replacement['source']>): Value {
  const chosen = resources.filter((resource) => isSelected(resource, source))
  if (chosen.length > 1) throw new CommandError(`multiple matches for selector ${idOf(source)}`)
  if (chosen.length === 0) throw new CommandError(`nothing selected by ${idOf(source)}:${source.fieldPath ?? 'metadata.name'}`)
  let at: Value = chosen[0]!.object
  for (const segment of segmentsOf(source.fieldPath ?? 'metadata.name')) at = inside(at, segment)[0]?.get()
  if (at === undefined) throw new CommandError(`fieldPath \`${source.fieldPath}\` is missing for replacement source ${idOf(source)}`)
  const { delimiter, index = 0 } = source.options ?? {}
  if (delimiter === undefined) return at
  const parts = String(at).split(delimiter)
  if (index >= parts.length) throw new CommandError(`options.index ${index} is out of bounds for value ${String(at)}`)
  return parts[index]
}

/** `a.b.[name=x].c`, in which a dot may be escaped and brackets keep theirs. */
function segmentsOf(path: string): string[] {
  const found = path.match(/\[[^\]]*\]|(?:\\.|[^.[\\])+/g) ?? []
  return found.map((segment) => segment.replaceAll('\\.', '.'))
}

interface Place {
  get(): Value
  set(value: Value): void
}

/** Where a segment leads: to a field, to an item by its number or by what it says, or to all of them. */
function inside(at: Value, segment: string): Place[] {
  const place = (holder: any, key: string | number): Place => ({ get: () => holder[key], set: (value) => void (holder[key] = value) })
  if (Array.isArray(at)) {
    if (segment === '*') return at.map((_, i) => place(at, i))
    const said = /^\[([^=]+)=(.*)\]$/.exec(segment)
    const chosen = said === null ? [Number(segment)] : at.flatMap((item, i) => (String((item as Fields)[said[1]!]) === said[2] ? [i] : []))
    return chosen.filter((i) => Number.isInteger(i) && i >= 0 && i < at.length).map((i) => place(at, i))
  }
  return typeof at === 'object' && at !== null ? [place(at, segment)] : []
}

function write(object: Fields, segments: string[], value: Value, options: { delimiter?: string; index?: number; create?: boolean }, path: string): void {
  let places: Place[] = [{ get: () => object, set: () => {} }]
  for (const segment of segments) {
    const next: Place[] = []
    for (const { get, set } of places) {
      let at = get()
      if (at === undefined && options.create === true) set((at = {}))
      next.push(...inside(at, segment))
    }
    places = options.create === true ? next : next.filter((one) => one.get() !== undefined)
  }
  if (places.length === 0) throw new CommandError(`unable to find field ${JSON.stringify(path)} in replacement target`)
  for (const place of places) place.set(options.delimiter === undefined ? keptType(place.get(), value) : spliced(String(place.get() ?? ''), value, options.delimiter, options.index ?? 0))
}

/** Objects are copied; a text that stands where a text stood stays one. */
function keptType(before: Value, value: Value): Value {
  if (typeof value === 'object') return JSON.parse(JSON.stringify(value))
  return typeof before === 'string' ? String(value) : value
}

function spliced(text: string, value: Value, delimiter: string, index: number): string {
  const parts = text.split(delimiter)
  if (index < 0) return [String(value), ...parts].join(delimiter)
  if (index >= parts.length) return [...parts, String(value)].join(delimiter)
  parts[index] = String(value)
  return parts.join(delimiter)
}
