import type { KubeObject } from '../../engine/api/types.ts'
import { dryRunFlag, fieldManagerFlag, filenameFlags, selectorFlag, validateFlag, type Command } from '../command.ts'
import { dryRunOf, withDryRun, writeQuery } from '../dryRun.ts'
import { edit, lastAppliedHeader } from '../editing.ts'
import { CommandError, throwAll, usageError } from '../errors.ts'
import { encodeConfiguration, lastAppliedKey } from '../lastApplied.ts'
import { pathOf } from '../paths.ts'
import { refuseUnsupported } from '../posting.ts'
import { outputFlags, printerFor } from '../printing/output.ts'
import { toIndentedJson, toJson } from '../printing/goJson.ts'
import { toYaml } from '../printing/goYaml.ts'
import { out, send, type Session, type Task } from '../session.ts'
import { getObject, type Target } from '../fileTargets.ts'
import { fetchTargets, findTargets } from '../targets.ts'

const viewLastApplied: Command = {
  name: 'view-last-applied',
  usage: 'apply view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME) [options]',
  summary: 'View the latest last-applied-configuration annotations of a resource/object',
  flags: [
    { name: 'all', type: 'bool', usage: 'All objects of the type.' },
    ...filenameFlags,
    { name: 'output', short: 'o', type: 'string', default: 'yaml', values: ['yaml', 'json'], usage: 'yaml or json.' },
    selectorFlag,
  ],
  run: view,
}

function* view(session: Session): Task<void> {
  const { flags, args } = session
  const found = yield* findTargets(session, {
    args, filenames: flags.list('filename'), recursive: flags.bool('recursive'), labelSelector: flags.string('selector'), all: flags.bool('all'),
  })
  const targets = yield* fetchTargets(session, found)
  throwAll(found.errors)
  const format = flags.string('output')
  if (format !== 'yaml' && format !== 'json') {
    throw usageError('apply view-last-applied', `Unexpected -o output mode: ${format}, the flag 'output' must be one of yaml|json`)
  }
  for (const target of targets) {
    const text = target.object!.metadata.annotations?.[lastAppliedKey]
    // kubectl has words for this, and loses them where it puts the source before an error that there is not.
    if (text === undefined) return
    yield* out(format === 'yaml' ? toYaml(JSON.parse(text)) : `${toIndentedJson(JSON.parse(text)).replaceAll('    ', '  ')}\n`)
  }
}

const setLastApplied: Command = {
  name: 'set-last-applied',
  usage: 'apply set-last-applied -f FILENAME [options]',
  summary: 'Set the last-applied-configuration annotation on a live object to match the contents of a file',
  flags: [
    { name: 'create-annotation', type: 'bool', usage: 'Also where there is no annotation yet.' },
    dryRunFlag, ...filenameFlags, ...outputFlags,
  ],
  run: set,
}

interface Pending {
  target: Target
  live: KubeObject
  text: string
}

/** All are looked at before the first is changed. */
function* set(session: Session): Task<void> {
  const { flags } = session
  const dryRun = yield* dryRunOf(session)
  const found = yield* findTargets(session, { args: [], filenames: flags.list('filename') })
  const pending: Pending[] = []
  for (const query of found.queries) if (query.by === 'name') pending.push(...(yield* compared(session, query.target)))
  throwAll(found.errors)
  const print = printerFor(session, withDryRun('configured', dryRun))
  const query = writeQuery(session, dryRun)
  for (const { target, live, text } of pending) {
    const body = { metadata: { annotations: { [lastAppliedKey]: text } } }
    const path = pathOf(target.resource, target.namespace, target.name)
    const object = dryRun === 'client' ? live : (yield* send(session, { verb: 'patch', path, query, body, contentType: 'application/merge-patch+json' })).body
    yield* out(print(object))
  }
}

/** The file as it is: unlike `apply` it adds no empty map of annotations, and what `apply` wrote differs by that. */
function* compared(session: Session, target: Target): Task<Pending[]> {
  const text = `${toJson(target.object)}\n`
  const live = yield* getObject(session, target)
  const old = live.metadata.annotations?.[lastAppliedKey]
  if (old === undefined && !session.flags.bool('create-annotation')) {
    throw new CommandError(`no last-applied-configuration annotation found on resource: ${target.name}, to create the annotation, run the command with --create-annotation`)
  }
  if (old?.trim() !== text.trim()) return [{ target, live, text }]
  yield* out(`set-last-applied ${target.name}: no changes required.\n`)
  return []
}

const editLastApplied: Command = {
  name: 'edit-last-applied',
  usage: 'apply edit-last-applied (RESOURCE/NAME | -f FILENAME) [options]',
  summary: 'Edit latest last-applied-configuration annotations of a resource/object',
  flags: [fieldManagerFlag('kubectl-last-applied'), ...filenameFlags, ...outputFlags, validateFlag, { name: 'windows-line-endings', type: 'bool', usage: 'End lines as Windows does.' }],
  run: editAnnotations,
}

function* editAnnotations(session: Session): Task<void> {
  const { flags, args } = session
  refuseUnsupported(session, 'windows-line-endings')
  const found = yield* findTargets(session, { args, filenames: flags.list('filename'), recursive: flags.bool('recursive'), typeAlone: true })
  const all = yield* fetchTargets(session, found)
  const targets = all.flatMap((target) => {
    const text = target.object!.metadata.annotations?.[lastAppliedKey]
    return text === undefined ? [] : [{ ...target, object: JSON.parse(text) as KubeObject }]
  })
  if (targets.length === 0) {
    throw new CommandError('no last-applied-configuration annotation found on resources, to create the annotation, use command `kubectl apply set-last-applied --create-annotation`')
  }
  yield* edit(session, { targets, header: lastAppliedHeader, reopens: false, save: (target, edited) => saveAnnotation(session, target, edited) })
}

function* saveAnnotation(session: Session, target: Target, edited: KubeObject): Task<void> {
  if (JSON.stringify(edited) === JSON.stringify(target.object)) return yield* out(printerFor(session, 'skipped')(edited))
  const body = { metadata: { annotations: { [lastAppliedKey]: encodeConfiguration(edited) } } }
  const path = pathOf(target.resource, target.namespace, target.name)
  yield* send(session, { verb: 'patch', path, query: writeQuery(session, 'none'), body, contentType: 'application/merge-patch+json' })
  yield* out(printerFor(session, 'edited')(edited))
}

export const applyCommands: readonly Command[] = [
  editLastApplied,
  setLastApplied,
  viewLastApplied,
]

