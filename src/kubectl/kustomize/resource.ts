import { findKind } from '../../engine/api/resources.ts'

/** An object of a file, whatever its kind. */
export type Fields = Record<string, any>

/** An object on its way through kustomizations. */
export interface Resource {
  object: Fields
  /** Names that it has had, the first as its file says it. */
  names: string[]
  /** Its name is to end with a hash of what it says. */
  needsHash: boolean
}

export function isNamespaced({ apiVersion, kind }: Fields): boolean {
  return findKind(apiVersion, kind)?.namespaced ?? true
}

/** Lists of containers, wherever pods are described. */
export function podSpecsOf(object: Fields): Fields[] {
  const spec = object['spec'] as Fields | undefined
  if (object['kind'] === 'Pod') return spec === undefined ? [] : [spec]
  const template = (object['kind'] === 'CronJob' ? spec?.['jobTemplate']?.spec?.template : spec?.['template']) as Fields | undefined
  return template?.['spec'] === undefined ? [] : [template['spec']]
}

/** Where a pod's template has its metadata. */
export function templatesOf({ kind, spec }: Fields): Fields[] {
  const own = kind === 'CronJob' ? [spec?.jobTemplate, spec?.jobTemplate?.spec?.template] : [spec?.template]
  return own.filter((template) => template !== undefined)
}

/** Depth first; `visit` gets each object with the names of the fields that lead to it. */
export function walk(value: unknown, visit: (fields: Fields, path: readonly string[]) => void, path: readonly string[] = []): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit, path)
  else if (typeof value === 'object' && value !== null) {
    visit(value as Fields, path)
    for (const [name, inner] of Object.entries(value)) walk(inner, visit, [...path, name])
  }
}
