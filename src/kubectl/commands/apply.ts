import type { KubeObject } from '../../engine/api/types.ts'
import { dryRunFlag, fieldManagerFlag, filenameFlags, selectorFlag, validateFlag, type Command } from '../command.ts'
import { dryRunOf, withDryRun, writeQuery, type DryRun } from '../dryRun.ts'
import { addSource, CommandError, isNotFound, KubectlError, ServerError, throwAll, usageError } from '../errors.ts'
import { lastAppliedKey, withLastApplied } from '../lastApplied.ts'
import { applyPatchBody } from '../patches.ts'
import { pathOf } from '../paths.ts'
import { asTypedList, outputFlags, printerFor } from '../printing/output.ts'
import { toJson } from '../printing/goJson.ts'
import { err, out, send, sleep, type Session, type Task } from '../session.ts'
import { findTargets, getObject, type Target } from '../targets.ts'
import { applyCommands } from './applyLast.ts'
import { postObject, refuseUnsupported } from './create/create.ts'

export const apply: Command = {
  name: 'apply',
  usage: 'apply (-f FILENAME | -k DIRECTORY) [options]',
  summary: 'Apply a configuration to a resource by file name or stdin',
  examples: `# What a file says
kubectl apply -f web.yaml

# From stdin
cat web.yaml | kubectl apply -f -

# All files of a directory
kubectl apply -f dir/

# Merged by the server, with owners of fields
kubectl apply --server-side -f web.yaml`,
  flags: [
    { name: 'all', type: 'bool', usage: 'Only with --prune.' },
    { name: 'cascade', type: 'string', default: 'background', alone: 'background', values: ['background', 'orphan', 'foreground'], usage: 'How dependents go when an object is replaced.' },
    dryRunFlag,
    { ...fieldManagerFlag('kubectl-client-side-apply') },
    ...filenameFlags,
    { name: 'force', type: 'bool', usage: 'Delete and create again what cannot be patched.' },
    { name: 'force-conflicts', type: 'bool', usage: 'With --server-side: take over the fields of others.' },
    { name: 'grace-period', type: 'int', default: '-1', usage: 'Seconds that a deleted object has to end.' },
    { name: 'openapi-patch', type: 'bool', default: 'true', usage: 'Take the merge rules from the server.' },
    ...outputFlags,
    { name: 'overwrite', type: 'bool', default: 'true', usage: 'Resolve conflicts in favour of the file.' },
    { name: 'prune', type: 'bool', usage: 'Delete what is no longer in the files.' },
    { name: 'prune-allowlist', type: 'stringArray', usage: 'Only with --prune.' },
    selectorFlag,
    { name: 'server-side', type: 'bool', usage: 'Let the server merge.' },
    { name: 'timeout', type: 'duration', default: '0s', usage: 'How long to wait for a deletion.' },
    validateFlag,
    { name: 'wait', type: 'bool', usage: 'Wait for deletions.' },
  ],
  commands: applyCommands,
  run,
}

interface Applied {
  object: KubeObject
  operation: 'created' | 'configured' | 'unchanged' | 'serverside-applied'
}

function* run(session: Session): Task<void> {
  const { flags, args } = session
  if (args.length > 0) throw usageError('apply', `Unexpected args: [${args.join(' ')}]`)
  if (flags.list('filename').length === 0 && flags.string('kustomize') === '') throw new CommandError('must specify one of -f and -k')
  refuseUnsupported(session, 'kustomize', 'prune')
  const dryRun = yield* dryRunOf(session)
  checkFlags(session, dryRun)
  writeQuery(session, dryRun)
  const found = yield* findTargets(session, {
    args: [], filenames: flags.list('filename'), recursive: flags.bool('recursive'), labelSelector: flags.string('selector'),
  })
  if (found.queries.length === 0 && found.errors.length === 0) throw new CommandError('no objects passed to apply')
  const errors = [...found.errors]
  const applied: KubeObject[] = []
  for (const query of found.queries) {
    if (query.by !== 'name') continue
    try {
      const { object, operation } = yield* applyOne(session, query.target, dryRun)
      applied.push(object)
      if (flags.string('output') === '') yield* out(printerFor(session, withDryRun(operation, dryRun))(object))
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      errors.push(error)
    }
  }
  if (flags.string('output') !== '' && applied.length > 0) yield* out(printerFor(session)(applied.length === 1 ? applied[0] : asTypedList(applied)))
  throwAll(errors)
}

function checkFlags({ flags }: Session, dryRun: DryRun): void {
  const serverSide = flags.bool('server-side')
  if (flags.bool('force-conflicts') && !serverSide) throw new CommandError('--force-conflicts only works with --server-side')
  if (dryRun === 'client' && serverSide) throw new CommandError('--dry-run=client doesn\'t work with --server-side (did you mean --dry-run=server instead?)')
  if (flags.bool('force') && serverSide) throw new CommandError('--force cannot be used with --server-side')
  if (flags.bool('force') && dryRun === 'server') throw new CommandError('--dry-run=server cannot be used with --force')
}

function* applyOne(session: Session, target: Target, dryRun: DryRun): Task<Applied> {
  if (target.name === '' && target.object!.metadata.generateName) {
    throw new CommandError(`from ${target.object!.metadata.generateName}: cannot use generate name with apply`)
  }
  if (session.flags.bool('server-side')) return yield* serverSide(session, target, dryRun)
  const live = yield* readLive(session, target)
  if (live === undefined) return yield* createIt(session, target, dryRun)
  if (live.metadata.annotations?.[lastAppliedKey] === undefined) yield* err(missingAnnotation(target))
  if (dryRun === 'client') return { object: live, operation: 'configured' }
  return yield* patchIt(session, target, live, dryRun)
}

function* readLive(session: Session, target: Target): Task<KubeObject | undefined> {
  try {
    if (target.name === '') throw new CommandError('resource name may not be empty')
    return yield* getObject(session, target)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw addSource(error, `retrieving current configuration of:\n${describe(target)}\nfrom server for:`, target.source)
  }
}

function* createIt(session: Session, target: Target, dryRun: DryRun): Task<Applied> {
  const object = withLastApplied(target.object!, target.object!)
  if (dryRun === 'client') return { object, operation: 'created' }
  try {
    return { object: yield* postObject(session, { ...target, object }, writeQuery(session, dryRun)), operation: 'created' }
  } catch (error) {
    throw addSource(error, 'creating', target.source)
  }
}

const retries = 5

/** Patches what differs; when somebody else was faster, reads again and tries again. */
function* patchIt(session: Session, target: Target, first: KubeObject, dryRun: DryRun): Task<Applied> {
  const modified = withLastApplied(target.object!, target.object!)
  let live = first
  for (let attempt = 0; ; attempt++) {
    const { body, contentType } = applyPatchBody(target.resource, live, modified, live.metadata.annotations?.[lastAppliedKey])
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
      const patching = addSource(error, 'patching', target.source)
      throw addSource(patching, `applying patch:\n${toJson(body)}\nto:\n${describe(target)}\nfor:`, target.source)
    }
  }
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
  try {
    const response = yield* send(session, { verb: 'patch', path, query, body: target.object, contentType: 'application/apply-patch+yaml' })
    return { object: response.body as KubeObject, operation: 'serverside-applied' }
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

/** resource.Info's own description, inside errors. */
export function describe({ resource, namespace, name }: Target): string {
  const version = `${resource.group}/${resource.version}`
  return `Resource: "${version}, Resource=${resource.plural}", GroupVersionKind: "${version}, Kind=${resource.kind}"\nName: "${name}", Namespace: "${namespace}"`
}

