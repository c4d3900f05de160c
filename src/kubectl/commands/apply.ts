import type { KubeObject } from '../../engine/api/types.ts'
import { Part } from '../../engine/part.ts'
import { dryRunFlag, fieldManagerFlag, filenameFlags, selectorFlag, validateFlag, type Command } from '../command.ts'
import { dryRunOf, withDryRun, writeQuery, type DryRun } from '../dryRun.ts'
import { addSource, CommandError, isNotFound, KubectlError, throwAll, usageError } from '../errors.ts'
import { withLastApplied } from '../lastApplied.ts'
import { asTypedList, outputFlags, printerFor } from '../printing/output.ts'
import { out, type Session, type Task } from '../session.ts'
import { getObject, targetsOfFiles, type Target } from '../fileTargets.ts'
import { postObject } from '../posting.ts'
import { recorded, recordFlag } from '../recording.ts'
import type { prune, typesToPrune } from './pruning.ts'

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
    recordFlag,
    selectorFlag,
    { name: 'server-side', type: 'bool', usage: 'Let the server merge.' },
    { name: 'timeout', type: 'duration', default: '0s', usage: 'How long to wait for a deletion.' },
    validateFlag,
    { name: 'wait', type: 'bool', usage: 'Wait for deletions.' },
  ],
  run,
}

export interface Applied {
  object: KubeObject
  operation: 'created' | 'configured' | 'unchanged' | 'serverside-applied'
}

interface Changes {
  /** What is there becomes what is wanted. */
  patch(session: Session, target: Target, live: KubeObject, dryRun: DryRun): Task<Applied>
  /** The server finds out itself what is to be done. */
  serverSide(session: Session, target: Target, dryRun: DryRun): Task<Applied>
  typesToPrune: typeof typesToPrune
  prune: typeof prune
}

/** Whatever apply does but to create: applyChanges.ts. */
export const changes = new Part<Changes>('kubectl')

function* run(session: Session): Task<void> {
  const { flags, args } = session
  if (args.length > 0) throw usageError('apply', `Unexpected args: [${args.join(' ')}]`)
  if (flags.list('filename').length === 0) throw new CommandError('must specify one of -f and -k')
  const dryRun = yield* dryRunOf(session)
  const prunes = flags.bool('prune')
  const types = prunes ? yield* changes.get().typesToPrune(session) : []
  checkFlags(session, dryRun)
  writeQuery(session, dryRun)
  const found = yield* targetsOfFiles(session, {
    filenames: flags.list('filename'), recursive: flags.bool('recursive'), labelSelector: flags.string('selector'),
  })
  if (found.queries.length === 0 && found.errors.length === 0) throw new CommandError('no objects passed to apply')
  const errors = [...found.errors]
  const applied: Target[] = []
  // Names are told at once, whole objects at the end.
  const atOnce = ['', 'name'].includes(flags.string('output'))
  for (const query of found.queries) {
    if (query.by !== 'name') continue
    try {
      const { object, operation } = yield* applyOne(session, { ...query.target, object: recorded(session, query.target.object!) }, dryRun)
      applied.push({ ...query.target, object })
      if (atOnce) yield* out(printerFor(session, withDryRun(operation, dryRun))(object))
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      errors.push(error)
    }
  }
  throwAll(errors)
  const objects = applied.map(({ object }) => object!)
  if (!atOnce && objects.length > 0) yield* out(printerFor(session, '')(objects.length === 1 ? objects[0] : asTypedList(objects)))
  if (prunes) yield* changes.get().prune(session, types, applied, dryRun)
}

function checkFlags({ flags }: Session, dryRun: DryRun): void {
  const serverSide = flags.bool('server-side')
  if (flags.bool('force-conflicts') && !serverSide) throw new CommandError('--force-conflicts only works with --server-side')
  if (dryRun === 'client' && serverSide) throw new CommandError('--dry-run=client doesn\'t work with --server-side (did you mean --dry-run=server instead?)')
  if (flags.bool('force') && serverSide) throw new CommandError('--force cannot be used with --server-side')
  if (flags.bool('force') && dryRun === 'server') throw new CommandError('--dry-run=server cannot be used with --force')
  const [all, selects] = [flags.bool('all'), flags.string('selector') !== '']
  if (all && selects) throw new CommandError('cannot set --all and --selector at the same time')
  if (flags.bool('prune') && !all && !selects) {
    throw new CommandError('all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector')
  }
}

function* applyOne(session: Session, target: Target, dryRun: DryRun): Task<Applied> {
  if (target.name === '' && target.object!.metadata.generateName) {
    throw new CommandError(`from ${target.object!.metadata.generateName}: cannot use generate name with apply`)
  }
  if (session.flags.bool('server-side')) return yield* changes.get().serverSide(session, target, dryRun)
  const live = yield* readLive(session, target)
  if (live === undefined) return yield* createIt(session, target, dryRun)
  return yield* changes.get().patch(session, target, live, dryRun)
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

/** resource.Info's own description, inside errors. */
export function describe({ resource, namespace, name }: Target): string {
  const version = `${resource.group}/${resource.version}`
  return `Resource: "${version}, Resource=${resource.plural}", GroupVersionKind: "${version}, Kind=${resource.kind}"\nName: "${name}", Namespace: "${namespace}"`
}

