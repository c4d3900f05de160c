/** What `apply` does with an object that is there already, and with --server-side. */
import type { KubeObject } from '../../engine/api/types.ts'
import { writeQuery, type DryRun } from '../dryRun.ts'
import { addSource, CommandError, isNotFound, ServerError } from '../errors.ts'
import { lastAppliedKey, withLastApplied } from '../lastApplied.ts'
import { applyPatch, type PatchBody } from '../patches.ts'
import { pathOf } from '../paths.ts'
import { postObject } from '../posting.ts'
import { toJson } from '../printing/goJson.ts'
import { err, send, sleep, type Session, type Task } from '../session.ts'
import { getObject, type Target } from '../fileTargets.ts'
import { changes, describe, type Applied } from './apply.ts'
import { migrated } from './applyMigration.ts'
import { prune, typesToPrune } from './pruning.ts'

const retries = 5

function* patch(session: Session, target: Target, live: KubeObject, dryRun: DryRun): Task<Applied> {
  if (live.metadata.annotations?.[lastAppliedKey] === undefined) yield* err(missingAnnotation(target))
  if (dryRun === 'client') return { object: live, operation: 'configured' }
  return yield* patchIt(session, target, live, dryRun)
}

/** Patches what differs; when somebody else was faster, reads again and tries again. */
function* patchIt(session: Session, target: Target, first: KubeObject, dryRun: DryRun): Task<Applied> {
  const modified = withLastApplied(target.object!, target.object!)
  let live = first
  for (let attempt = 0; ; attempt++) {
    const { body, contentType } = yield* patchFor(session, target, live, modified)
    if (Object.keys(body).length === 0) return { object: live, operation: 'unchanged' }
    try {
      const query = writeQuery(session, dryRun)
      const path = pathOf(target.resource, target.namespace, target.name)
      const response = yield* send(session, { verb: 'patch', path, query, body, contentType })
      if (live.metadata.deletionTimestamp) yield* err(`Warning: Detected changes to resource ${target.name} which is currently being deleted.\n`)
      return { object: response.body as KubeObject, operation: 'configured' }
    } catch (error) {
      const reason = error instanceof ServerError ? error.reason : ''
      if (reason === 'Conflict' && attempt < retries) {
        if (attempt > 0) yield* sleep(1000)
        live = yield* getObject(session, target)
        continue
      }
      if (session.flags.bool('force') && (reason === 'Conflict' || reason === 'Invalid')) return yield* recreate(session, target, modified, dryRun)
      throw whileApplying(target, toJson(body), addSource(error, 'patching', target.source))
    }
  }
}

function* patchFor(session: Session, target: Target, live: KubeObject, modified: KubeObject): Task<PatchBody> {
  try {
    return yield* applyPatch(session, target, live, modified)
  } catch (error) {
    throw whileApplying(target, '', error)
  }
}

function whileApplying(target: Target, patch: string, error: unknown): unknown {
  return addSource(error, `applying patch:\n${patch}\nto:\n${describe(target)}\nfor:`, target.source)
}

/** --force: the old object goes, the new one is created in its place. */
function* recreate(session: Session, target: Target, modified: KubeObject, dryRun: DryRun): Task<Applied> {
  const grace = session.flags.number('grace-period')
  const options = {
    kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background', ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}),
  }
  yield* send(session, { verb: 'delete', path: pathOf(target.resource, target.namespace, target.name), body: options })
  for (;;) {
    try {
      yield* getObject(session, target)
    } catch (error) {
      if (isNotFound(error)) break
      throw error
    }
    yield* sleep(1000)
  }
  const object = yield* postObject(session, { ...target, object: modified }, writeQuery(session, dryRun))
  return { object, operation: 'configured' }
}

function* serverSide(session: Session, target: Target, dryRun: DryRun): Task<Applied> {
  const query = writeQuery(session, dryRun)
  if (!session.flags.changed('field-manager')) query['fieldManager'] = 'kubectl'
  if (session.flags.bool('force-conflicts')) query['force'] = 'true'
  else query['force'] = 'false'
  const path = pathOf(target.resource, target.namespace, target.name)
  function* applyIt(): Task<KubeObject> {
    return (yield* send(session, { verb: 'patch', path, query, body: target.object, contentType: 'application/apply-patch+yaml' })).body as KubeObject
  }
  try {
    const applied = yield* applyIt()
    return { object: yield* migrated(session, target, applied, query, applyIt), operation: 'serverside-applied' }
  } catch (error) {
    if (error instanceof ServerError && error.reason === 'Conflict') throw new CommandError(`${error.message}\n${conflictHelp}`)
    throw error
  }
}

const conflictHelp = `Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`

function missingAnnotation({ resource, name }: Target): string {
  return (
    `Warning: resource ${resource.plural}/${name} is missing the ${lastAppliedKey} annotation which is required by kubectl apply. ` +
    'kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. ' +
    'The missing annotation will be patched automatically.\n'
  )
}

changes.bring({ patch, serverSide, typesToPrune, prune })
