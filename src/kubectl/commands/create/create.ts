import { dryRunFlag, fieldManagerFlag, filenameFlags, selectorFlag, validateFlag, type Command } from '../../command.ts'
import { dryRunOf, withDryRun, writeQuery, type DryRun } from '../../dryRun.ts'
import { addSource, CommandError, KubectlError, throwAll, usageError } from '../../errors.ts'
import { edit, objectHeader } from '../../editing.ts'
import { postObject, refuseUnsupported } from '../../posting.ts'
import { checkRaw, rawFlag, sendRaw } from '../../raw.ts'
import { configured, recordFlag } from '../../recording.ts'
import { outputFlags, printerFor, type ObjectPrinter } from '../../printing/output.ts'
import { out, type Session, type Task } from '../../session.ts'
import type { Queries, Target } from '../../fileTargets.ts'
import { findTargets } from '../../targets.ts'
import { generators } from './generators.ts'

export const create: Command = {
  name: 'create',
  usage: 'create -f FILENAME [options]',
  summary: 'Create a resource from a file or from stdin',
  flags: [
    dryRunFlag,
    { name: 'edit', type: 'bool', usage: 'Edit the object before it is created.' },
    fieldManagerFlag('kubectl-create'),
    ...filenameFlags,
    ...outputFlags,
    rawFlag('POST to'),
    recordFlag,
    { name: 'save-config', type: 'bool', usage: 'Keep the configuration in an annotation, for apply.' },
    selectorFlag,
    validateFlag,
    { name: 'windows-line-endings', type: 'bool', usage: 'Only with --edit.' },
  ],
  commands: generators,
  run,
}

function* run(session: Session): Task<number | void> {
  const { flags, args } = session
  if (args.length > 0) throw usageError('create', `Unexpected args: [${args.join(' ')}]`)
  const dryRun = yield* dryRunOf(session)
  const printer = printerFor(session, withDryRun('created', dryRun))
  if (flags.list('filename').length === 0) throw new CommandError('must specify one of -f and -k')
  if (flags.string('raw') !== '') {
    checkRaw(session, 'create')
    return yield* sendRaw(session, 'create')
  }
  refuseUnsupported(session, 'windows-line-endings')
  const query = writeQuery(session, dryRun)
  const found = yield* findTargets(session, {
    args: [], filenames: flags.list('filename'), recursive: flags.bool('recursive'), labelSelector: flags.string('selector'),
  })
  if (flags.bool('edit')) {
    throwAll(found.errors)
    return yield* editAndCreate(session, found, query)
  }
  const errors: KubectlError[] = []
  for (const named of found.queries) {
    if (named.by !== 'name') continue
    try {
      yield* createOne(session, named.target, dryRun, query, printer)
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      errors.push(error)
    }
  }
  if (found.queries.length === 0 && found.errors.length === 0) throw new CommandError('no objects passed to create')
  throwAll([...errors, ...found.errors])
}

/** Objects are edited one after another, each in an editor of its own: here there is one. */
function* editAndCreate(session: Session, { queries }: Queries, query: Record<string, string>): Task<void> {
  const targets = queries.flatMap((named) => (named.by === 'name' ? [named.target] : []))
  if (targets.length > 1) throw new CommandError('--edit of several objects is not supported by Podreel')
  if (targets.length === 0) throw new CommandError('no objects passed to create')
  yield* edit(session, {
    targets,
    header: objectHeader,
    reopens: false,
    *save(target, edited) {
      const object = configured(session, edited)
      yield* out(printerFor(session, 'created')(yield* postObject(session, { ...target, object }, query)))
    },
  })
}

function* createOne(session: Session, target: Target, dryRun: DryRun, query: Record<string, string>, printer: ObjectPrinter): Task<void> {
  const given = target.object!
  const object = configured(session, given)
  if (dryRun === 'client') return yield* out(printer(object))
  try {
    yield* out(printer(yield* postObject(session, { ...target, object }, query)))
  } catch (error) {
    throw addSource(error, 'creating', target.source)
  }
}
