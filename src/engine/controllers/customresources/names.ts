import type { KubeObject } from '../../api/types.ts'

/** spec.names of a definition, and those of them that nobody else has. */
export interface Names {
  plural?: string
  singular?: string
  kind?: string
  listKind?: string
  shortNames?: string[]
  categories?: string[]
}

export interface Verdict {
  accepted: Names
  /** Why not all are accepted: of several reasons the last. */
  conflict: { reason: string; message: string } | undefined
}

const acceptedOf = (definition: KubeObject): Names => (definition['status']?.acceptedNames ?? {}) as Names

/** Which names of a definition are free in its group, each by itself (naming_controller.go calculateNamesAndConditions). */
export function judgeNames(definition: KubeObject, all: Iterable<KubeObject>): Verdict {
  const others = [...all].filter(({ metadata, spec }) => metadata.uid !== definition.metadata.uid && spec.group === definition['spec'].group).map(acceptedOf)
  const resources = new Set(others.flatMap(({ plural, singular, shortNames = [] }) => [plural, singular, ...shortNames]))
  const kinds = new Set(others.flatMap(({ kind, listKind }) => [kind, listKind]))
  const wanted = definition['spec'].names as Names
  const before = acceptedOf(definition)
  const verdict: Verdict = { accepted: { ...before }, conflict: undefined }
  const judge = <K extends keyof Names>(field: K, taken: ReadonlySet<string | undefined>, reason: string): void => {
    const names = [wanted[field] ?? []].flat()
    const inUse = names.filter((name) => name !== '' && taken.has(name))
    if (inUse.length > 0) verdict.conflict = { reason, message: inUse.map((name) => `${JSON.stringify(name)} is already in use`).join(', ') }
    else if (wanted[field] === undefined) delete verdict.accepted[field]
    else verdict.accepted[field] = wanted[field]
  }
  judge('plural', resources, 'PluralConflict')
  judge('singular', resources, 'SingularConflict')
  judge('shortNames', resources, 'ShortNamesConflict')
  judge('kind', kinds, 'KindConflict')
  judge('listKind', kinds, 'ListKindConflict')
  judge('categories', nobody, '')
  return verdict
}

const nobody: ReadonlySet<string> = new Set()
