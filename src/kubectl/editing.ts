/**
 * Editing objects as text (kubectl/pkg/cmd/util/editor). A program has no editor: what it would open is written to a file, and with the
 * edited text on stdin the command goes on where the editor was closed. Where kubectl would open the file again, with the reasons in
 * its head, the command ends as if it had been closed unchanged, and the file with those reasons is the copy that it leaves behind.
 */
import type { KubeObject } from '../engine/api/types.ts'
import { CommandError, ExitError, KubectlError, ServerError } from './errors.ts'
import { readDocuments } from './manifest/documents.ts'
import { toYaml } from './printing/goYaml.ts'
import { tailOf } from './randomNames.ts'
import { err, write, type Session, type Task } from './session.ts'
import type { Target } from './fileTargets.ts'

export interface Editing {
  /** The objects as the editor shows them. */
  targets: readonly Target[]
  header: string
  /** Takes one object as it was edited. `opened`: as it was when the editor opened, where that is known. A refusal is thrown. */
  save: (target: Target, edited: KubeObject, opened: KubeObject | undefined) => Task<void>
  /** Whether what the server refuses is edited again, with its reasons in the head. */
  reopens: boolean
}

export const objectHeader = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`

export const lastAppliedHeader = `# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
`

/** Why the file has to be edited again. */
interface Reason {
  head: string
  causes: readonly string[]
}

export function* edit(session: Session, { targets, header, save, reopens }: Editing): Task<void> {
  const original = toYaml(shown(targets.map(({ object }) => object!)))
  const text = session.input.stdin
  if (text === '') {
    yield* write(pathFor(original), header + original)
    throw new CommandError('unable to launch the editor "vi"')
  }
  const path = pathFor(text)
  const keep = (reasons: readonly Reason[]): Task<void> => write(path, header + reasons.map(comment).join('') + withoutHead(documentsOf(text).edited))
  const { edited, opened } = documentsOf(text)
  if (stripped(edited) === stripped(opened ?? original)) return yield* err('Edit cancelled, no changes made.\n')
  if (stripped(edited) === '') return yield* err('Edit cancelled, saved file was empty.\n')
  const { values, error } = readDocuments(edited)
  if (error !== '') {
    yield* keep([{ head: `The edited file had a syntax error: error parsing "edited-file": ${error}`, causes: [] }])
    return yield* closedUnchanged(path)
  }
  const before = opened === undefined ? undefined : objectsOf(readDocuments(opened).values[0])
  const reasons: Reason[] = []
  let retryable = false
  for (const [i, object] of values.flatMap(objectsOf).entries()) {
    try {
      const target = targetOf(targets, object, i)
      yield* save(target, object, before?.find((one) => isSame(one, target.object!)))
    } catch (failure) {
      if (!reopens || !(failure instanceof ServerError)) {
        if (failure instanceof KubectlError) {
          yield* keep([])
          yield* copyKept(path)
        }
        throw failure
      }
      const target = targetOf(targets, object, i)
      if (failure.reason === 'NotFound') {
        yield* keep([])
        throw new ExitError(`error: ${named(target)} could not be found on the server\nThe edits you made on deleted resources have been saved to ${JSON.stringify(path)}`, 1)
      }
      if (failure.reason === 'Invalid') {
        yield* err(`error: ${named(target)} is invalid\n`)
        reasons.push({ head: `${named(target)} was not valid`, causes: (failure.status.details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`) })
      } else {
        yield* err(`error: ${named(target)} could not be patched: ${failure.message}\n`)
        retryable = true
      }
    }
  }
  if (retryable) {
    yield* keep([])
    throw new ExitError(`You can run \`kubectl replace -f ${path}\` to try this update again.`, 1)
  }
  if (reasons.length === 0) return
  yield* keep(reasons)
  yield* closedUnchanged(path)
}

function* closedUnchanged(path: string): Task<void> {
  yield* copyKept(path)
  throw new CommandError('Edit cancelled, no valid changes were saved.')
}

function* copyKept(path: string): Task<void> {
  yield* err(`A copy of your changes has been stored to ${JSON.stringify(path)}\n`)
}

const pathFor = (text: string): string => `/tmp/kubectl-edit-${tailOf(text)}.yaml`

/** What was edited; behind a separator, perhaps what it was when the editor opened. */
function documentsOf(text: string): { edited: string; opened: string | undefined } {
  const at = text.lastIndexOf('\n---\n')
  return at < 0 ? { edited: text, opened: undefined } : { edited: text.slice(0, at + 1), opened: text.slice(at + 5) }
}

/** One object as itself, several as a list. */
function shown(objects: readonly KubeObject[]): unknown {
  const bare = objects.map(({ metadata: { managedFields: _, ...metadata }, ...rest }) => ({ ...rest, metadata }))
  return bare.length === 1 ? bare[0] : { apiVersion: 'v1', items: bare, kind: 'List', metadata: {} }
}

function objectsOf(value: unknown): KubeObject[] {
  const { kind, items } = (value ?? {}) as { kind?: string; items?: KubeObject[] }
  return kind === 'List' && Array.isArray(items) ? items : [value as KubeObject]
}

const isSame = (a: KubeObject, b: KubeObject): boolean => (a.metadata?.uid ?? '') === (b.metadata.uid ?? '')

/** Objects are known by their UID; what has none by its place. */
function targetOf(targets: readonly Target[], edited: KubeObject, at: number): Target {
  const found = targets.find(({ object }) => object!.metadata.uid !== undefined && isSame(edited, object!)) ?? (targets[at]?.object!.metadata.uid === undefined ? targets[at] : undefined)
  // One object alone is meant even where somebody has taken its UID out.
  const meant = found ?? (targets.length === 1 ? targets[0] : undefined)
  if (meant === undefined) throw new CommandError(`no original object found for ${edited.kind ?? ''} ${JSON.stringify(edited.metadata?.name ?? '')}`)
  return meant
}

function named({ resource, name }: Target): string {
  return `${resource.plural}${resource.group === '' ? '' : `.${resource.group}`} ${JSON.stringify(name)}`
}

const lines = (text: string): string => text.replaceAll(/\n(?!#)(?=.)/g, '\n# ')

function comment({ head, causes }: Reason): string {
  return `# ${lines(head)}${causes.length > 0 ? ':' : ''}\n${causes.map((cause) => `# * ${lines(cause)}\n`).join('')}#\n`
}

const withoutHead = (text: string): string => text.replace(/^(?:#.*\n)+/, '')

const stripped = (text: string): string => text.split('\n').filter((line) => !line.trim().startsWith('#')).join('\n').trim()

/** What no edit may change. */
export function checkIdentity({ object, name }: Target, edited: KubeObject): void {
  const same = edited.apiVersion === object!.apiVersion && edited.kind === object!.kind && edited.metadata?.name === name
  if (!same) throw new CommandError('At least one of apiVersion, kind and name was changed')
}
