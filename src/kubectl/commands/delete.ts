import type { KubeObject, Status } from '../../engine/api/types.ts'
import { allNamespacesFlag, dryRunFlag, filenameFlags, selectorFlag, type Command } from '../command.ts'
import { dryRunOf, type DryRun } from '../dryRun.ts'
import { addSource, CommandError, isNotFound, KubectlError, ServerError, throwAll } from '../errors.ts'
import { pathOf } from '../paths.ts'
import { err, out, send, type Session, type Task } from '../session.ts'
import { findTargets, listObjects, targetOf, type Queries, type Target } from '../targets.ts'
import { untilDeleted } from '../waiting.ts'
import { refuseUnsupported } from './create.ts'

export const deleteCommand: Command = {
  name: 'delete',
  usage: 'delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)]) [options]',
  summary: 'Delete resources by file names, stdin, resources and names, or by resources and label selector',
  flags: [
    { name: 'all', type: 'bool', usage: 'All objects of the type, in the namespace.' },
    allNamespacesFlag,
    { name: 'cascade', type: 'string', default: 'background', alone: 'background', values: ['background', 'orphan', 'foreground'], usage: 'What becomes of the objects that the deleted one owns.' },
    dryRunFlag,
    { name: 'field-selector', type: 'string', usage: 'Selector (field query): =, ==, !=.' },
    ...filenameFlags,
    { name: 'force', type: 'bool', usage: 'Take the object out of the API at once, without waiting for its end.' },
    { name: 'grace-period', type: 'int', default: '-1', usage: 'Seconds to end in; -1 leaves it to the object.' },
    { name: 'ignore-not-found', type: 'bool', usage: 'What is not there counts as deleted.' },
    { name: 'interactive', short: 'i', type: 'bool', usage: 'Ask before deleting.' },
    { name: 'now', type: 'bool', usage: 'The same as --grace-period=1.' },
    { name: 'output', short: 'o', type: 'string', values: ['name'], usage: 'name: print only the names.' },
    { name: 'raw', type: 'string', usage: 'A URI to DELETE.' },
    selectorFlag,
    { name: 'timeout', type: 'duration', default: '0s', usage: 'How long to wait; 0 decides by itself.' },
    { name: 'wait', type: 'bool', default: 'true', usage: 'Wait until the objects are gone.' },
  ],
  run,
}

interface Options {
  dryRun: DryRun
  /** Seconds; undefined leaves it to the object. */
  grace: number | undefined
  ignoreNotFound: boolean
  propagation: string
}

function* run(session: Session): Task<void> {
  const { flags } = session
  if (flags.string('raw') !== '') return yield* deleteRaw(session)
  refuseUnsupported(session, 'kustomize')
  const options = optionsOf(session, yield* dryRunOf(session))
  if (options.grace === 0) {
    yield* err('Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n')
  }
  const found = yield* findTargets(session, {
    args: session.args,
    filenames: flags.list('filename'),
    recursive: flags.bool('recursive'),
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    all: flags.bool('all'),
    allNamespaces: flags.bool('all-namespaces'),
  })
  const { targets, errors } = yield* collect(session, found)
  if (flags.bool('interactive') && !(yield* confirmed(session, targets))) return
  const deleted = yield* deleteAll(session, targets, options, errors)
  if (deleted.length === 0 && errors.length === 0) yield* out(targets.length === 0 ? 'No resources found\n' : '')
  throwAll(errors)
  if (flags.bool('wait') && options.dryRun === 'none') yield* waitForAll(session, deleted)
}

function optionsOf({ flags }: Session, dryRun: DryRun): Options {
  let grace = flags.number('grace-period')
  const force = flags.bool('force')
  const selecting = flags.bool('all') || flags.string('selector') !== '' || flags.string('field-selector') !== ''
  if (flags.bool('now')) {
    if (grace !== -1) throw new CommandError('--now and --grace-period cannot be specified together')
    grace = 1
  }
  if (grace === 0 && !force) grace = 1
  if (force && grace < 0) grace = 0
  const output = flags.string('output')
  if (output !== '' && output !== 'name') throw new CommandError(`unexpected -o output mode: ${output}. We only support '-o name'`)
  if (flags.bool('all') && flags.string('field-selector') !== '') throw new CommandError('cannot set --all and --field-selector at the same time')
  if (grace > 0 && force) throw new CommandError('--force and --grace-period greater than 0 cannot be specified together')
  return {
    dryRun,
    grace: grace < 0 ? undefined : grace,
    ignoreNotFound: flags.changed('ignore-not-found') ? flags.bool('ignore-not-found') : selecting,
    propagation: propagationOf(flags.string('cascade')),
  }
}

function propagationOf(cascade: string): string {
  const words: Record<string, string> = { background: 'Background', true: 'Background', foreground: 'Foreground', orphan: 'Orphan', false: 'Orphan' }
  if (!Object.hasOwn(words, cascade)) throw new CommandError(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`)
  return words[cascade]!
}

/** Names are taken as they are; selectors are looked up first. */
function* collect(session: Session, found: Queries): Task<{ targets: Target[]; errors: KubectlError[] }> {
  const targets: Target[] = []
  const errors = [...found.errors]
  for (const query of found.queries) {
    if (query.by === 'name') {
      targets.push(query.target)
      continue
    }
    try {
      for (const object of (yield* listObjects(session, query)).items) targets.push(targetOf(query.resource, object))
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      errors.push(error)
    }
  }
  return { targets, errors }
}

interface Deleted {
  target: Target
  uid: string | undefined
}

function* deleteAll(session: Session, targets: readonly Target[], options: Options, errors: KubectlError[]): Task<Deleted[]> {
  const deleted: Deleted[] = []
  let warnOfScope = session.context.explicit && !session.flags.bool('all-namespaces')
  for (const target of targets) {
    if (warnOfScope && !target.resource.namespaced) {
      yield* err('Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n')
      warnOfScope = false
    }
    try {
      const uid = options.dryRun === 'client' ? undefined : yield* deleteOne(session, target, options)
      deleted.push({ target, uid })
      yield* out(resultLine(session, target, options))
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      if (!(options.ignoreNotFound && isNotFound(error))) errors.push(error)
    }
  }
  return deleted
}

function* deleteOne(session: Session, target: Target, options: Options): Task<string | undefined> {
  const body = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    ...(options.grace === undefined ? {} : { gracePeriodSeconds: options.grace }),
    propagationPolicy: options.propagation,
  }
  const query: Record<string, string> = options.dryRun === 'server' ? { dryRun: 'All' } : {}
  try {
    const response = yield* send(session, { verb: 'delete', path: pathOf(target.resource, target.namespace, target.name), query, body })
    return uidOf(response.body as KubeObject | Status)
  } catch (error) {
    throw addSource(error, 'deleting', target.source)
  }
}

function uidOf(answer: KubeObject | Status): string | undefined {
  return answer.kind === 'Status' ? (answer as Status).details?.uid : (answer as KubeObject).metadata.uid
}

const dryRunSuffix: Record<DryRun, string> = { none: '', client: ' (dry run)', server: ' (server dry run)' }

function resultLine(session: Session, { resource, namespace, name }: Target, { grace, dryRun }: Options): string {
  const kind = resource.kind.toLowerCase() + (resource.group === '' ? '' : `.${resource.group}`)
  if (session.flags.string('output') === 'name') return `${kind}/${name}\n`
  const from = resource.namespaced ? ` from ${namespace} namespace` : ''
  return `${kind} "${name}" ${grace === 0 ? 'force deleted' : 'deleted'}${from}${dryRunSuffix[dryRun]}\n`
}

/** --wait: until every object is gone, or another of its name is there. */
function* waitForAll(session: Session, deleted: readonly Deleted[]): Task<void> {
  const timeout = session.flags.duration('timeout')
  const deadline = timeout > 0 ? session.input.now() + timeout : undefined
  for (const { target, uid } of deleted) {
    try {
      yield* untilDeleted(session, target, uid, deadline)
    } catch (error) {
      // Who may delete but not look has done all that is possible.
      const reason = error instanceof ServerError ? error.reason : ''
      if (reason === 'Forbidden' || reason === 'MethodNotAllowed') return
      throw error
    }
  }
}

function* confirmed(session: Session, targets: readonly Target[]): Task<boolean> {
  if (targets.length === 0) return true
  const lines = targets.map(({ resource, name }) => `${resource.kind.toLowerCase()}${resource.group === '' ? '' : `.${resource.group}`}/${name}\n`)
  yield* out(`You are about to delete the following ${targets.length} resource(s):\n${lines.join('')}Do you want to continue? (y/n): `)
  const answer = session.input.stdin.split('\n')[0]!.trim()
  if (/^(y|yes)$/i.test(answer)) return true
  yield* out('deletion is cancelled\n')
  return false
}

function* deleteRaw(session: Session): Task<void> {
  const response = yield* send(session, { verb: 'delete', path: session.flags.string('raw') })
  yield* out(typeof response.body === 'string' ? response.body : `${JSON.stringify(response.body)}\n`)
}
