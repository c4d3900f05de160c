import type { KubeObject } from '../../engine/api/types.ts'
import { dryRunFlag, fieldManagerFlag, filenameFlags, validateFlag, type Command } from '../command.ts'
import { deleteObjects } from '../deleting.ts'
import { dryRunOf, withDryRun, writeQuery, type DryRun } from '../dryRun.ts'
import { addSource, CommandError, KubectlError, throwAll } from '../errors.ts'
import { lastAppliedKey } from '../lastApplied.ts'
import { pathOf } from '../paths.ts'
import { outputFlags, printerFor } from '../printing/output.ts'
import { out, send, type Session, type Task } from '../session.ts'
import { getObject, type Target } from '../fileTargets.ts'
import { findTargets } from '../targets.ts'
import { untilDeleted } from '../waiting.ts'
import { postObject } from '../posting.ts'
import { checkRaw, rawFlag, sendRaw } from '../raw.ts'
import { configured, recordFlag } from '../recording.ts'

export const replace: Command = {
  name: 'replace',
  usage: 'replace -f FILENAME [options]',
  summary: 'Replace a resource by file name or stdin',
  flags: [
    { name: 'cascade', type: 'string', default: 'background', alone: 'background', values: ['background', 'orphan', 'foreground'], usage: 'With --force: what becomes of dependents.' },
    dryRunFlag,
    fieldManagerFlag('kubectl-replace'),
    ...filenameFlags,
    { name: 'force', type: 'bool', usage: 'Delete the object and create it again.' },
    { name: 'grace-period', type: 'int', default: '-1', usage: 'With --force: seconds to end in.' },
    ...outputFlags,
    rawFlag('PUT to'),
    recordFlag,
    { name: 'save-config', type: 'bool', usage: 'Keep the configuration in an annotation, for apply.' },
    { name: 'subresource', type: 'string', values: ['status', 'scale', 'resize'], usage: 'Replace this part of the object.' },
    { name: 'timeout', type: 'duration', default: '0s', usage: 'With --force: how long to wait for the deletion.' },
    validateFlag,
    { name: 'wait', type: 'bool', usage: 'With --force: wait for dependents, too.' },
  ],
  run,
}

function* run(session: Session): Task<void> {
  const { flags, args } = session
  const dryRun = yield* dryRunOf(session)
  check(session, dryRun)
  if (flags.string('raw') !== '') {
    checkRaw(session, 'replace')
    return yield* sendRaw(session, 'update')
  }
  writeQuery(session, dryRun)
  const found = yield* findTargets(session, { args, filenames: flags.list('filename'), recursive: flags.bool('recursive') })
  const targets = found.queries.flatMap((query) => (query.by === 'name' ? [query.target] : []))
  if (flags.bool('force')) {
    throwAll(found.errors)
    return yield* forceReplace(session, targets)
  }
  const errors: KubectlError[] = []
  for (const target of targets) {
    try {
      yield* out(printerFor(session, withDryRun('replaced', dryRun))(yield* replaceOne(session, target, dryRun)))
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      errors.push(error)
    }
  }
  throwAll([...errors, ...found.errors])
}

function check({ flags }: Session, dryRun: DryRun): void {
  const force = flags.bool('force')
  if (flags.number('grace-period') >= 0 && !force) throw new CommandError('--grace-period must have --force specified')
  if (flags.duration('timeout') !== 0 && !force) throw new CommandError('--timeout must have --force specified')
  if (force && dryRun !== 'none') throw new CommandError('--dry-run can not be used when --force is set')
  if (flags.list('filename').length === 0) throw new CommandError('must specify one of -f and -k')
}

function* replaceOne(session: Session, target: Target, dryRun: DryRun): Task<KubeObject> {
  const object = remembered(session, target.object!)
  if (dryRun === 'client') return object
  const { resource, namespace, name } = target
  const subresource = session.flags.string('subresource')
  try {
    const body = object.metadata.resourceVersion ? object : yield* withVersion(session, target, object)
    const response = yield* send(session, { verb: 'update', path: pathOf(resource, namespace, name, subresource), query: writeQuery(session, dryRun), body })
    return response.body as KubeObject
  } catch (error) {
    throw addSource(error, 'replacing', target.source)
  }
}

/** Whatever version is there now is the one to overwrite; without one the server says what is wrong. */
function* withVersion(session: Session, target: Target, object: KubeObject): Task<KubeObject> {
  try {
    const { metadata } = yield* getObject(session, target)
    return { ...object, metadata: { ...object.metadata, resourceVersion: metadata.resourceVersion } }
  } catch (error) {
    if (error instanceof KubectlError) return object
    throw error
  }
}

/** --save-config, or an annotation of the file that shall tell the truth. */
function remembered(session: Session, object: KubeObject): KubeObject {
  return configured(session, object, object.metadata.annotations?.[lastAppliedKey] !== undefined)
}

const longestWaitMs = 5 * 60_000

function* forceReplace(session: Session, targets: readonly Target[]): Task<void> {
  const { flags } = session
  const asked = flags.number('grace-period')
  const grace = asked === 0 ? 1 : asked
  yield* deleteObjects(session, targets, {
    dryRun: 'none', grace: grace < 0 ? undefined : grace, ignoreNotFound: true, propagation: flags.string('cascade'), wait: asked === 0 || flags.bool('wait'),
  })
  const timeout = flags.duration('timeout') || longestWaitMs
  for (const target of targets) yield* untilDeleted(session, target, undefined, session.input.now() + timeout)
  let count = 0
  for (const target of targets) {
    const created = yield* postObject(session, { ...target, object: remembered(session, target.object!) }, writeQuery(session, 'none'))
    count++
    yield* out(printerFor(session, 'replaced')(created))
  }
  if (count === 0) throw new CommandError('no objects passed to replace')
}
