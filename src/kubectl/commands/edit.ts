import type { KubeObject } from '../../engine/api/types.ts'
import { fieldManagerFlag, filenameFlags, validateFlag, type Command } from '../command.ts'
import { writeQuery } from '../dryRun.ts'
import { CommandError, KubectlError } from '../errors.ts'
import { readDocuments } from '../manifest/documents.ts'
import { changePatchBody } from '../patches.ts'
import { pathOf } from '../paths.ts'
import { toYaml } from '../printing/goYaml.ts'
import { outputFlags, printerFor } from '../printing/output.ts'
import { recorded, recordFlag } from '../recording.ts'
import { err, out, send, write, type Session, type Task } from '../session.ts'
import { fetchTargets, findTargets, type Target } from '../targets.ts'
import { tailOf } from '../randomNames.ts'

/**
 * A program has no editor. What it would open is written to a file; with the edited text on stdin the
 * command goes on where the editor was closed.
 */
export const edit: Command = {
  name: 'edit',
  usage: 'edit (RESOURCE/NAME | -f FILENAME) [options]',
  summary: 'Edit a resource on the server',
  examples: `# In the editor of this page
kubectl edit deployment web`,
  flags: [
    fieldManagerFlag('kubectl-edit'),
    ...filenameFlags,
    ...outputFlags,
    { name: 'output-patch', type: 'bool', usage: 'Print the patch, too.' },
    recordFlag,
    { name: 'save-config', type: 'bool', usage: 'Keep the configuration in an annotation, for apply.' },
    { name: 'subresource', type: 'string', values: ['status', 'scale', 'resize'], usage: 'Edit this part of the object.' },
    validateFlag,
    { name: 'windows-line-endings', type: 'bool', usage: 'End lines as Windows does.' },
  ],
  run,
}

const header = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`

function* run(session: Session): Task<void> {
  const { flags, args, input } = session
  const found = yield* findTargets(session, { args, filenames: flags.list('filename'), recursive: flags.bool('recursive') })
  const targets = yield* fetchTargets(session, found)
  const [target] = targets
  if (target === undefined) throw new CommandError('edit cancelled, no objects found')
  if (targets.length > 1) throw new CommandError('kubectl edit of several objects at once is not supported by Podreel')
  const text = header + toYaml(target.object)
  const path = `/tmp/kubectl-edit-${tailOf(text)}.yaml`
  if (input.stdin === '') {
    yield* write(path, text)
    throw new CommandError(`unable to launch the editor "vi"`)
  }
  yield* save(session, target, input.stdin, path)
}

/** `text`: what was edited; behind it, as a second document, perhaps what it was when the editor opened. */
function* save(session: Session, target: Target, text: string, path: string): Task<void> {
  if (stripped(text) === '') return yield* err('Edit cancelled, saved file was empty.\n')
  const { values, error } = readDocuments(text)
  try {
    if (error !== '') throw new CommandError(`error parsing edited-file: ${error}`)
    const [given, opened] = values as [KubeObject, KubeObject?]
    checkIdentity(target, given)
    const edited = recorded(session, given)
    const { body, contentType } = changePatchBody(target.resource, opened ?? withFieldsOf(edited, target.object!), edited)
    if (Object.keys(body).length === 0) return yield* err('Edit cancelled, no changes made.\n')
    const { resource, namespace, name } = target
    const query = writeQuery(session, 'none')
    const response = yield* send(session, { verb: 'patch', path: pathOf(resource, namespace, name, session.flags.string('subresource')), query, body, contentType })
    yield* out(printerFor(session, 'edited')(response.body))
  } catch (failure) {
    if (!(failure instanceof KubectlError)) throw failure
    yield* err(`${failure.print()}\n`)
    yield* write(path, text)
    yield* err(`A copy of your changes has been stored to ${JSON.stringify(path)}\n`)
    throw new CommandError('Edit cancelled, no valid changes were saved.')
  }
}

/** The object with what its reader does not write as it was when it was opened: nobody's edit is a change of that. */
function withFieldsOf(edited: KubeObject, live: KubeObject): KubeObject {
  const { resourceVersion, generation } = edited.metadata ?? {}
  return {
    ...live,
    ...('status' in edited ? { status: edited['status'] } : {}),
    metadata: { ...live.metadata, ...(resourceVersion ? { resourceVersion } : {}), ...(generation === undefined ? {} : { generation }) },
  }
}

const stripped = (text: string): string => text.split('\n').filter((line) => !line.startsWith('#')).join('\n').trim()

function checkIdentity({ object, name }: Target, edited: KubeObject): void {
  const same = edited.apiVersion === object!.apiVersion && edited.kind === object!.kind && edited.metadata?.name === name
  if (!same) throw new CommandError('At least one of apiVersion, kind and name was changed')
}
