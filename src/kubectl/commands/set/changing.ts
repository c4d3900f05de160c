/** What all `kubectl set` commands do: change objects, send the differences, tell what was changed. */
import type { KubeObject } from '../../../engine/api/types.ts'
import { dryRunFlag, fieldManagerFlag, filenameFlags, selectorFlag } from '../../command.ts'
import type { FlagSpec } from '../../commandLine/flags.ts'
import { dryRunOf, withDryRun, writeQuery } from '../../dryRun.ts'
import { CommandError, KubectlError, throwAll } from '../../errors.ts'
import { changePatchBody } from '../../patches.ts'
import { pathOf } from '../../paths.ts'
import { outputFlags, printerFor } from '../../printing/output.ts'
import { recorded, recordFlag } from '../../recording.ts'
import { out, send, type Session, type Task } from '../../session.ts'
import type { Target } from '../../fileTargets.ts'
import { findTargets } from '../../targets.ts'
import { visitTargets, type Visited } from '../../visiting.ts'
import { withZeroStructs } from '../../zeroStructs.ts'

export const setFlags: readonly FlagSpec[] = [
  { name: 'all', type: 'bool', usage: 'All objects of the type, in the namespace.' },
  dryRunFlag,
  fieldManagerFlag('kubectl-set'),
  ...filenameFlags,
  { name: 'local', type: 'bool', usage: 'Only change the objects of the files and print them.' },
  ...outputFlags,
  recordFlag,
  selectorFlag,
]

export interface SetCommand {
  targets: readonly Visited[]
  /** "image updated" */
  operation: string
  /** Before the server's words: "failed to patch image update to pod template: ". */
  failure: string
  change: (object: KubeObject, target: Target) => KubeObject
  /** Send the patch even if nothing differs. */
  always?: boolean
}

export function* changeObjects(session: Session, command: SetCommand): Task<void> {
  const { flags } = session
  const dryRun = yield* dryRunOf(session)
  const local = flags.bool('local')
  const errors: KubectlError[] = []
  const changes: { target: Visited; after: KubeObject }[] = []
  for (const target of command.targets) {
    try {
      changes.push({ target, after: recorded(session, command.change(target.object, target)) })
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      errors.push(new CommandError(error instanceof PlainFailure ? error.message : `error: ${local ? kindOf(target) : target.resource.plural}/${target.name} ${error.message}\n`))
      if (error instanceof PlainFailure && error.after) changes.push({ target, after: error.after })
    }
  }
  for (const { target, after } of changes) {
    const { body, contentType } = changePatchBody(target.resource, target.object, after)
    if (Object.keys(body).length === 0 && !command.always) continue
    const print = printerFor(session, withDryRun(command.operation, dryRun))
    if (local || dryRun === 'client') {
      yield* out(print(local ? withZeroStructs(after) : after))
      continue
    }
    try {
      const { resource, namespace, name } = target
      const response = yield* send(session, { verb: 'patch', path: pathOf(resource, namespace, name), query: writeQuery(session, dryRun), body, contentType })
      yield* out(print(response.body))
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      errors.push(new CommandError(`${command.failure}${error.message}`))
    }
  }
  throwAll(errors)
}

/** With --local there is no mapping to a type of the server. */
const kindOf = ({ resource: { kind, group } }: Target): string => `${kind.toLowerCase()}${group === '' ? '' : `.${group}`}`

/** An error that is told as it is; what could be changed all the same is. */
export class PlainFailure extends CommandError {
  readonly after: KubeObject | undefined

  constructor(message: string, after?: KubeObject) {
    super(message)
    this.after = after
  }
}

/** All objects, before anything else is looked at. */
export function* readTargets(session: Session, resources: readonly string[]): Task<Visited[]> {
  const { flags } = session
  if (flags.bool('local') && resources.length > 0) {
    throw new CommandError("error: you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'")
  }
  const found = yield* findTargets(session, {
    args: resources,
    filenames: flags.list('filename'),
    recursive: flags.bool('recursive'),
    labelSelector: flags.has('selector') ? flags.string('selector') : '',
    typeAlone: flags.has('all') && flags.bool('all'),
  })
  const targets: Visited[] = []
  yield* visitTargets(session, found, function* (target) {
    targets.push(target)
  }, { typed: true })
  return targets
}
