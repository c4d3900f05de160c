import type { KubeObject } from '../../engine/api/types.ts'
import { fieldManagerFlag, filenameFlags, validateFlag, type Command } from '../command.ts'
import { writeQuery } from '../dryRun.ts'
import { checkIdentity, edit as editText, objectHeader } from '../editing.ts'
import { CommandError } from '../errors.ts'
import { changePatchBody } from '../patches.ts'
import { pathOf } from '../paths.ts'
import { refuseUnsupported } from '../posting.ts'
import { toJson } from '../printing/goJson.ts'
import { outputFlags, printerFor } from '../printing/output.ts'
import { configured, recordFlag } from '../recording.ts'
import { out, send, type Session, type Task } from '../session.ts'
import type { Target } from '../fileTargets.ts'
import { fetchTargets, findTargets } from '../targets.ts'

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

function* run(session: Session): Task<void> {
  const { flags, args } = session
  refuseUnsupported(session, 'windows-line-endings')
  const found = yield* findTargets(session, { args, filenames: flags.list('filename'), recursive: flags.bool('recursive'), typeAlone: true })
  const targets = yield* partsOf(session, yield* fetchTargets(session, found))
  if (targets.length === 0) throw new CommandError('edit cancelled, no objects found')
  yield* editText(session, { targets, header: objectHeader, reopens: true, save: (target, edited, opened) => save(session, target, edited, opened) })
}

/** What `--subresource` names of each. */
function* partsOf(session: Session, targets: readonly Target[]): Task<readonly Target[]> {
  const subresource = session.flags.string('subresource')
  if (subresource === '') return targets
  const parts: Target[] = []
  for (const target of targets) {
    const { body } = yield* send(session, { verb: 'get', path: pathOf(target.resource, target.namespace, target.name, subresource) })
    parts.push({ ...target, object: body as KubeObject })
  }
  return parts
}

function* save(session: Session, target: Target, given: KubeObject, opened: KubeObject | undefined): Task<void> {
  const { flags } = session
  checkIdentity(target, given)
  const edited = configured(session, given)
  const { body, contentType } = changePatchBody(target.resource, opened ?? withFieldsOf(edited, target.object!), edited)
  if (Object.keys(body).length === 0) return yield* out(printerFor(session, 'skipped')(edited))
  if (flags.bool('output-patch')) yield* out(`Patch: ${toJson(body)}\n`)
  const { resource, namespace, name } = target
  const query = writeQuery(session, 'none')
  const response = yield* send(session, { verb: 'patch', path: pathOf(resource, namespace, name, flags.string('subresource')), query, body, contentType })
  yield* out(printerFor(session, 'edited')(response.body))
}

/** The object with what its reader does not write as it was when it was opened: nobody's edit is a change of that. */
function withFieldsOf(edited: KubeObject, live: KubeObject): KubeObject {
  const { resourceVersion, generation } = edited.metadata ?? {}
  const { managedFields: _, ...metadata } = live.metadata
  return {
    ...live,
    ...('status' in edited ? { status: edited['status'] } : {}),
    metadata: { ...metadata, ...(resourceVersion ? { resourceVersion } : {}), ...(generation === undefined ? {} : { generation }) },
  }
}
