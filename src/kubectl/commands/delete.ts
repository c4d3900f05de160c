import { allNamespacesFlag, dryRunFlag, filenameFlags, selectorFlag, type Command } from '../command.ts'
import { deleteObjects, propagationOf, type DeleteOptions } from '../deleting.ts'
import { dryRunOf, type DryRun } from '../dryRun.ts'
import { CommandError, KubectlError } from '../errors.ts'
import { err, out, type Session, type Task } from '../session.ts'
import { checkUri, rawFlag, sendRaw } from '../raw.ts'
import type { Queries, Target } from '../fileTargets.ts'
import { findTargets, listObjects, targetOf } from '../targets.ts'

export const deleteCommand: Command = {
  name: 'delete',
  usage: 'delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)]) [options]',
  summary: 'Delete resources by file names, stdin, resources and names, or by resources and label selector',
  examples: `# What a file names
kubectl delete -f web.yaml

# Objects of one kind
kubectl delete pod web web-2

# What has a label
kubectl delete pods,services -l app=web

# At once, without waiting for the node
kubectl delete pod web --grace-period=0 --force

# All pods
kubectl delete pods --all`,
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
    rawFlag('DELETE'),
    selectorFlag,
    { name: 'timeout', type: 'duration', default: '0s', usage: 'How long to wait; 0 decides by itself.' },
    { name: 'wait', type: 'bool', default: 'true', usage: 'Wait until the objects are gone.' },
  ],
  run,
}

function* run(session: Session): Task<void> {
  const { flags } = session
  const cascade = flags.string('cascade')
  const word = propagationOf(cascade).toLowerCase()
  if (cascade === 'true' || cascade === 'false') yield* err(`warning: --cascade=${cascade} is deprecated (boolean value) and can be replaced with --cascade=${word}.\n`)
  const options = optionsOf(session, yield* dryRunOf(session))
  const isRaw = flags.string('raw') !== ''
  const found = isRaw ? undefined : yield* findTargets(session, {
    args: session.args,
    filenames: flags.list('filename'),
    recursive: flags.bool('recursive'),
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    all: flags.bool('all'),
    allNamespaces: flags.bool('all-namespaces'),
  })
  yield* check(session, options)
  if (found === undefined) return yield* sendRaw(session, 'delete')
  const { targets, errors } = yield* collect(session, found)
  if (flags.bool('interactive') && !(yield* confirmed(session, targets))) return
  if (targets.length === 0 && errors.length === 0) yield* out('No resources found\n')
  yield* deleteObjects(session, targets, { ...options, errors })
}

function optionsOf({ flags }: Session, dryRun: DryRun): DeleteOptions {
  let grace = flags.number('grace-period')
  const force = flags.bool('force')
  const selecting = flags.bool('all') || flags.string('selector') !== '' || flags.string('field-selector') !== ''
  if (flags.bool('now')) {
    if (grace !== -1) throw new CommandError('--now and --grace-period cannot be specified together')
    grace = 1
  }
  if (grace === 0 && !force) grace = 1
  if (force && grace < 0) grace = 0
  return {
    dryRun,
    grace: grace < 0 ? undefined : grace,
    ignoreNotFound: flags.changed('ignore-not-found') ? flags.bool('ignore-not-found') : selecting,
    propagation: flags.string('cascade'),
    wait: flags.bool('wait'),
    timeoutMs: flags.duration('timeout'),
  }
}

/** What is looked at when it is known what the command is about. */
function* check(session: Session, { grace }: DeleteOptions): Task<void> {
  const { flags } = session
  const output = flags.string('output')
  if (output !== '' && output !== 'name') throw new CommandError(`unexpected -o output mode: ${output}. We only support '-o name'`)
  if (grace !== undefined && grace > 0 && flags.bool('force')) throw new CommandError('--force and --grace-period greater than 0 cannot be specified together')
  if (grace === 0 && flags.bool('force')) {
    yield* err('Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n')
  }
  if (flags.string('raw') !== '') checkUri(flags)
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

function* confirmed(session: Session, targets: readonly Target[]): Task<boolean> {
  if (targets.length === 0) return true
  const lines = targets.map(({ resource, name }) => `${resource.kind.toLowerCase()}${resource.group === '' ? '' : `.${resource.group}`}/${name}\n`)
  yield* out(`You are about to delete the following ${targets.length} resource(s):\n${lines.join('')}Do you want to continue? (y/n): `)
  const answer = session.input.stdin.split('\n')[0]!.trim()
  if (/^(y|yes)$/i.test(answer)) return true
  yield* out('deletion is cancelled\n')
  return false
}
