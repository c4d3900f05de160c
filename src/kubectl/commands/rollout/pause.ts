import { groupResource } from '../../../engine/api/resources.ts'
import { formatTime } from '../../../engine/api/time.ts'
import type { KubeObject } from '../../../engine/api/types.ts'
import { fieldManagerFlag, filenameFlags, selectorFlag, type Command } from '../../command.ts'
import { writeQuery } from '../../dryRun.ts'
import { CommandError, KubectlError, throwAll } from '../../errors.ts'
import { changePatchBody } from '../../patches.ts'
import { pathOf } from '../../paths.ts'
import { changed } from '../../podSpecs.ts'
import { outputFlags, printerFor } from '../../printing/output.ts'
import { err, out, send, type Session, type Task } from '../../session.ts'
import { findTargets } from '../../targets.ts'
import { visitTargets, type Visited } from '../../visiting.ts'

const flags = [fieldManagerFlag('kubectl-rollout'), ...filenameFlags, ...outputFlags, selectorFlag]

export const rolloutPause: Command = {
  name: 'pause',
  usage: 'rollout pause RESOURCE [options]',
  summary: 'Mark the provided resource as paused',
  flags,
  run: (session) => changeRollouts(session, 'paused', setPaused(true)),
}

export const rolloutResume: Command = {
  name: 'resume',
  usage: 'rollout resume RESOURCE [options]',
  summary: 'Resume a paused resource',
  flags,
  run: (session) => changeRollouts(session, 'resumed', setPaused(false)),
}

export const rolloutRestart: Command = {
  name: 'restart',
  usage: 'rollout restart RESOURCE [options]',
  summary: 'Restart a resource',
  flags,
  run: (session) => changeRollouts(session, 'restarted', restart),
}

type Change = (target: Visited, now: number) => KubeObject

function setPaused(wanted: boolean): Change {
  return ({ resource, object }) => {
    if (resource.kind !== 'Deployment') throw new CommandError(`${wanted ? 'pausing' : 'resuming'} is not supported`)
    if (Boolean(object['spec']?.paused) === wanted) throw new CommandError(wanted ? 'is already paused' : 'is not paused')
    const { paused: _, ...spec } = object['spec'] ?? {}
    return { ...object, spec: wanted ? { ...spec, paused: true } : spec }
  }
}

const restartedKey = 'kubectl.kubernetes.io/restartedAt'

const restart: Change = ({ resource, object }, now) => {
  if (!['Deployment', 'DaemonSet', 'StatefulSet'].includes(resource.kind)) throw new CommandError('restarting is not supported')
  if (object['spec']?.paused) throw new CommandError("can't restart paused deployment (run rollout resume first)")
  return changed(object, ['spec', 'template', 'metadata', 'annotations', restartedKey], () => formatTime(now)) as KubeObject
}

function* changeRollouts(session: Session, operation: string, change: Change): Task<void> {
  const { flags: given, args } = session
  if (args.length === 0 && given.list('filename').length === 0) throw new CommandError('required resource not specified')
  const found = yield* findTargets(session, {
    args, filenames: given.list('filename'), recursive: given.bool('recursive'), labelSelector: given.string('selector'), typeAlone: true,
  })
  const targets: Visited[] = []
  const errors: KubectlError[] = []
  try {
    yield* visitTargets(session, found, function* (target) {
      targets.push(target)
    }, { typed: true })
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    errors.push(error)
  }
  if (targets.length === 0 && errors.length === 0) return yield* err(`No resources found in ${session.context.namespace} namespace.\n`)
  for (const target of targets) {
    try {
      yield* changeOne(session, target, operation, change)
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      errors.push(error)
    }
  }
  throwAll(errors)
}

function* changeOne(session: Session, target: Visited, operation: string, change: Change): Task<void> {
  const { resource, namespace, name } = target
  let after: KubeObject
  try {
    after = change(target, session.input.now())
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    throw new CommandError(`error: ${groupResource(resource)} "${name}" ${error.message}`)
  }
  const { body, contentType } = changePatchBody(resource, target.object, after)
  if (Object.keys(body).length === 0) {
    throw new CommandError(`failed to create patch for ${name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`)
  }
  try {
    const response = yield* send(session, { verb: 'patch', path: pathOf(resource, namespace, name), query: writeQuery(session, 'none'), body, contentType })
    yield* out(printerFor(session, operation)(response.body))
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    throw new CommandError(`failed to patch: ${error.message}`)
  }
}
