/**
 * Sets of fields as managedFields writes them (FieldsV1): a tree of path elements, of which a node
 * without children, or with ".", is in the set. The JSON itself is worked on; nothing is changed in
 * place. The empty set is undefined, since {} already stands for "this field".
 */

export interface FieldSet {
  readonly [element: string]: FieldSet
}

type Building = Record<string, FieldSet>

const self = '.'
const leaf: FieldSet = Object.freeze({})

const isMember = (node: FieldSet): boolean => Object.hasOwn(node, self) || hasNothing(node)

function hasNothing(node: FieldSet): boolean {
  for (const _ in node) return false
  return true
}

const child = (node: FieldSet, element: string): FieldSet | undefined =>
  Object.hasOwn(node, element) ? node[element] : undefined

function build(member: boolean, children: Building): FieldSet | undefined {
  if (hasNothing(children)) return member ? leaf : undefined
  return member ? { [self]: leaf, ...children } : children
}

function childrenOf(node: FieldSet): Building {
  const { [self]: _, ...children } = node
  return children
}

/** Adds a field, and what is in `below`, to a set that is being made and knows nothing of it yet. */
export function insert(root: Building, path: readonly string[], below: FieldSet = leaf): void {
  let node = root
  const last = path.length - 1
  for (let i = 0; i < last; i++) node = (node[path[i]!] ??= {}) as Building
  node[path[last]!] = below
}

export function union(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  if (a === undefined || b === undefined || a === b) return a ?? b
  let children: Building | undefined
  for (const element of Object.keys(b)) {
    if (element === self) continue
    const before = child(a, element)
    const after = union(before, b[element])!
    if (after !== before) (children ??= childrenOf(a))[element] = after
  }
  const member = isMember(a) || isMember(b)
  if (children === undefined && member === isMember(a)) return a
  return build(member, children ?? childrenOf(a))
}

/** What is in `a` and not in `b`; children of what goes away stay. */
export function difference(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  if (a === undefined || b === undefined) return a
  let children: Building | undefined
  for (const element of Object.keys(b)) {
    const before = element === self ? undefined : child(a, element)
    if (before === undefined) continue
    const after = difference(before, b[element])
    if (after === before) continue
    children ??= childrenOf(a)
    if (after === undefined) delete children[element]
    else children[element] = after
  }
  const member = isMember(a) && !isMember(b)
  if (children === undefined && member === isMember(a)) return a
  return build(member, children ?? childrenOf(a))
}

/** As `difference`, with everything below the fields of `b`. */
export function without(a: FieldSet | undefined, b: FieldSet): FieldSet | undefined {
  if (a === undefined || isMember(b)) return undefined
  let children: Building | undefined
  for (const element of Object.keys(b)) {
    const before = child(a, element)
    if (before === undefined) continue
    const after = without(before, b[element]!)
    if (after === before) continue
    children ??= childrenOf(a)
    if (after === undefined) delete children[element]
    else children[element] = after
  }
  return children === undefined ? a : build(isMember(a), children)
}

export function intersection(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  if (a === undefined || b === undefined) return undefined
  const children: Building = {}
  for (const element of Object.keys(b)) {
    if (element === self) continue
    const both = intersection(child(a, element), b[element])
    if (both !== undefined) children[element] = both
  }
  return build(isMember(a) && isMember(b), children)
}

/** A set as it was built by `insert`; undefined when nothing was. */
export const finished = (root: Building): FieldSet | undefined => (hasNothing(root) ? undefined : root)

/** The fields in upstream's order: at each level those that are in the set, then what is below. */
export function paths(set: FieldSet | undefined, prefix = ''): string[] {
  if (set === undefined) return []
  const elements = Object.keys(set)
    .filter((element) => element !== self)
    .toSorted(byElement)
  return [
    ...elements.filter((element) => isMember(set[element]!)).map((element) => prefix + formatElement(element)),
    ...elements.flatMap((element) => paths(set[element], prefix + formatElement(element))),
  ]
}

const kinds = 'fkvi'

function byElement(a: string, b: string): number {
  const order = kinds.indexOf(a[0]!) - kinds.indexOf(b[0]!)
  return order !== 0 ? order : a < b ? -1 : a > b ? 1 : 0
}

/** `.name`, `[name="app"]`, `[="value"]`, `[0]` */
function formatElement(element: string): string {
  const text = element.slice(2)
  if (element.startsWith('f:')) return `.${text}`
  if (element.startsWith('v:')) return `[=${text}]`
  if (!element.startsWith('k:')) return `[${text}]`
  let keys: unknown
  try {
    keys = JSON.parse(text)
  } catch {
    return `[${text}]`
  }
  const fields = Object.entries((keys ?? {}) as Record<string, unknown>)
  return `[${fields.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`
}
