import { allNamespacesFlag, filenameFlags, selectorFlag, type Command } from '../command.ts'
import { collected, CommandError, isNotFound, KubectlError, SeveralErrors, throwAll } from '../errors.ts'
import { describerOf } from '../describe/describers.ts'
import { err, out, type Session, type Task } from '../session.ts'
import type { Queries, Target } from '../fileTargets.ts'
import { fetchTargets, findTargets } from '../targets.ts'

export const describe: Command = {
  name: 'describe',
  usage: 'describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME) [options]',
  summary: 'Show details of a specific resource or group of resources',
  examples: `# A node
kubectl describe node node1

# A pod
kubectl describe pod/web

# All pods with a label
kubectl describe pods -l app=web`,
  flags: [
    allNamespacesFlag,
    { name: 'chunk-size', type: 'int64', default: '500', usage: 'Ask for large lists in pieces of this size.' },
    ...filenameFlags,
    selectorFlag,
    { name: 'show-events', type: 'bool', default: 'true', usage: 'The events of each object.' },
  ],
  run,
  unbuilt: (error) => new SeveralErrors([error]),
}

function* run(session: Session): Task<void> {
  const { flags, args } = session
  if (args.length === 0 && flags.list('filename').length === 0) {
    throw new CommandError('You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.\n')
  }
  const asked = yield* findTargets(session, {
    args,
    filenames: flags.list('filename'),
    recursive: flags.bool('recursive'),
    labelSelector: flags.string('selector'),
    typeAlone: true,
    allNamespaces: flags.bool('all-namespaces'),
  })
  const found = { ...asked, errors: collected(asked.errors) }
  let targets: Target[]
  try {
    targets = yield* fetchTargets(session, found)
  } catch (error) {
    if (args.length === 2 && isNotFound(error)) return yield* describeByPrefix(session, args[0]!, args[1]!, error)
    throw error
  }
  yield* describeAll(session, targets, found)
}

function* describeAll(session: Session, targets: readonly Target[], found: Queries): Task<void> {
  const errors = [...found.errors]
  let separator = ''
  for (const target of targets) {
    try {
      yield* out(separator + (yield* describerOf(target.resource)(session, target)))
      separator = '\n\n'
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      errors.push(error)
    }
  }
  if (targets.length === 0 && errors.length === 0) {
    yield* err(session.flags.bool('all-namespaces') ? 'No resources found\n' : `No resources found in ${session.context.namespace} namespace.\n`)
  }
  throwAll(errors)
}

/** No object has exactly this name: all whose names begin with it. */
function* describeByPrefix(session: Session, type: string, prefix: string, original: unknown): Task<void> {
  const found = yield* findTargets(session, { args: [type], typeAlone: true, singleType: true })
  const targets = (yield* fetchTargets(session, found)).filter((target) => target.name.startsWith(prefix))
  if (targets.length === 0) throw original
  for (const target of targets) yield* out(`${yield* describerOf(target.resource)(session, target)}\n`)
}
