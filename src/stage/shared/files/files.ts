import { fnv1a } from '../../../engine/api/fnv1a.ts'
import type { Film } from '../../../playback/film.ts'
import type { Input, Scenario } from '../../../worker/protocol.ts'

/** The files that a person writes and kubectl reads: names and texts, in the order of their tabs. */
export type Files = Readonly<Record<string, string>>

/** What a person has changed and not applied yet; null: deleted. */
export type Drafts = Readonly<Record<string, string | null>>

/** The files as the film has them at a moment: those of the scenario, or of the last input that brought others, and what programs have written since. */
export function filesOf(film: Film, cursor: number): Files {
  const brought = film.inputs.findLast(({ step, input }) => step <= cursor && input.files !== undefined)
  const files = brought?.input.files ?? film.scenario.spec.files ?? noFiles
  const last = film.writes.findLast(({ step }) => step <= cursor + 1)
  if (last === undefined || last.step < (brought?.step ?? 0)) return files
  const before = film.writes.findLast(({ step }) => step < (brought?.step ?? 0))?.files
  return written(files, last.files, before)
}

/** The same object for the same files: who looks at it may look often. */
function written(files: Files, now: Files, before: Files | undefined): Files {
  const known = merged.get(now)
  if (known?.files === files) return known.all
  const fresh = Object.entries(now).filter(([name, text]) => before?.[name] !== text && isName(name))
  const all = fresh.length === 0 ? files : { ...files, ...Object.fromEntries(fresh) }
  merged.set(now, { files, all })
  return all
}

const noFiles: Files = {}

const merged = new WeakMap<Files, { files: Files; all: Files }>()

/** The files of the film with the drafts over them. */
export function withDrafts(files: Files, drafts: Drafts): Files {
  const all = { ...files, ...drafts }
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null))
}

/** Drafts that still say something else than the film does. */
export function pending(files: Files, drafts: Drafts): Drafts {
  return Object.fromEntries(Object.entries(drafts).filter(([name, text]) => (files[name] ?? null) !== text))
}

/** A command that reads files takes them along, unless the film has the same ones at that moment. */
export function withFiles(input: Input, files: Files, film: Files): Input {
  const same =
    Object.keys(files).length === Object.keys(film).length && Object.keys(files).every((n) => files[n] === film[n])
  return same ? input : { ...input, files }
}

export type NameProblem = 'nameEmpty' | 'nameWrong' | 'nameTaken'

/** What the desk can show: others, such as a kubeconfig, lie in directories. */
function isName(name: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u.test(name)
}

/** Why a file cannot have this name. */
export function nameProblem(name: string, files: Files): NameProblem | undefined {
  if (name === '') return 'nameEmpty'
  if (!isName(name)) return 'nameWrong'
  return Object.hasOwn(files, name) ? 'nameTaken' : undefined
}

/** A name that is still free: pod.yaml, or another that is wanted, then pod-2.yaml, ... */
export function freshName(files: Files, wanted = 'pod.yaml'): string {
  const [, stem = '', ending = ''] = /^(.*?)(\.\w+)?$/.exec(wanted) ?? []
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${stem}-${n}${ending}`
    if (!Object.hasOwn(files, name)) return name
  }
}

/** Two films with the same key begin with the same files. */
export function filesKey({ metadata, spec }: Scenario): string {
  return `${metadata.name}#${fnv1a(JSON.stringify(spec.files ?? {})).toString(36)}`
}
