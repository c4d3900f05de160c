import { formatSelector, selectorFromSet } from '../../api/selector.ts'
import type { KubeObject, ObjectMeta } from '../../api/types.ts'
import { age } from '../../api/time.ts'

export interface Column {
  name: string
  type: 'string' | 'integer' | 'boolean' | 'number' | 'date'
  /** 'name' marks the cell that `--show-kind` prefixes. */
  format: '' | 'name'
  /** 1: shown by `-o wide` only. */
  priority: 0 | 1
}

/** How the objects of one kind look in a table. The cells are those of all columns, wide ones too. */
export interface Printer {
  columns: readonly Column[]
  cells(object: KubeObject, now: number): unknown[]
  /** In which order a list is shown, when not in that of the names. */
  sorted?(objects: readonly KubeObject[]): readonly KubeObject[]
}

/**
 * Columns from their titles. "Name" is the name column; "#" at the end marks integers, "?" booleans,
 * "+" what only `-o wide` shows: `columns('Name', 'Desired#', 'Images+')`.
 */
export function columns(...titles: string[]): Column[] {
  return titles.map((title) => {
    const [, name, marks] = /^(.*?)([#?+]*)$/.exec(title)!
    return {
      name: name!,
      type: marks!.includes('#') ? 'integer' : marks!.includes('?') ? 'boolean' : 'string',
      format: name === 'Name' ? 'name' : '',
      priority: marks!.includes('+') ? 1 : 0,
    }
  })
}

/** AGE of the object itself. */
export function ageOf(metadata: ObjectMeta, now: number): string {
  return age(metadata.creationTimestamp, now)
}

/** labels.FormatLabels */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  return formatSelector(selectorFromSet(labels)) || '<none>'
}

/** Names and images of a template's containers, each in one cell. */
export function containerCells(containers: readonly { name: string; image?: string }[] | undefined): [string, string] {
  const all = containers ?? []
  return [all.map((c) => c.name).join(','), all.map((c) => c.image ?? '').join(',')]
}

/** Three of a list, and how many more there are. */
export function firstThree(items: readonly string[], none: string): string {
  if (items.length === 0) return none
  const shown = items.slice(0, 3).join(',')
  return items.length > 3 ? `${shown} + ${items.length - 3} more...` : shown
}

export function isTrue(conditions: readonly { type: string; status: string }[] | undefined, type: string): boolean {
  return conditions?.find((c) => c.type === type)?.status === 'True'
}
