import { groupKind } from '../../../engine/api/resources.ts'
import type { KubeObject, Status } from '../../../engine/api/types.ts'
import { filenameFlags, selectorFlag, type Command } from '../../command.ts'
import { CommandError, ServerError } from '../../errors.ts'
import { pathOf } from '../../paths.ts'
import { close, err, next, open, out, type Session, type Task } from '../../session.ts'
import type { Target } from '../../fileTargets.ts'
import { findTargets, listObjects } from '../../targets.ts'
import { visitTargets } from '../../visiting.ts'

export const rolloutStatus: Command = {
  name: 'status',
  usage: 'rollout status (TYPE NAME | TYPE/NAME) [flags] [options]',
  summary: 'Show the status of the rollout',
  flags: [
    ...filenameFlags,
    { name: 'revision', type: 'int64', usage: 'Only if this revision is the one that is rolled out.' },
    selectorFlag,
    { name: 'timeout', type: 'duration', default: '0s', usage: 'How long to watch; 0 watches until the end.' },
    { name: 'watch', short: 'w', type: 'bool', default: 'true', usage: 'Watch until it is done.' },
  ],
  run,
}

function* run(session: Session): Task<void> {
  const { flags, args } = session
  if (args.length === 0 && flags.list('filename').length === 0) throw new CommandError('required resource not specified')
  const revision = flags.number('revision')
  if (revision < 0) throw new CommandError(`revision must be a positive integer: ${revision}`)
  const found = yield* findTargets(session, {
    args, filenames: flags.list('filename'), recursive: flags.bool('recursive'), labelSelector: flags.string('selector'), typeAlone: true,
  })
  const count = yield* visitTargets(session, found, function* (target) {
    yield* follow(session, target)
  }, { typed: true })
  if (count === 0) yield* err(`No resources found in ${session.context.namespace} namespace.\n`)
}

interface Progress {
  text: string
  done: boolean
}

/** Lists the object, then watches it: every change is told, until the rollout is over. */
function* follow(session: Session, target: Target): Task<void> {
  const { flags } = session
  const tell = viewerOf(target)
  const timeout = flags.duration('timeout')
  const deadline = timeout > 0 ? session.input.now() + timeout : undefined
  const { resource, namespace, name } = target
  const fieldSelector = `metadata.name=${name}`
  let shown = ''
  for (;;) {
    const list = yield* listObjects(session, { resource, namespace, fieldSelector })
    const first = list.items[0]
    if (first && first.metadata.resourceVersion !== shown && (yield* isOver(session, tell, first))) return
    shown = first?.metadata.resourceVersion ?? ''
    const query = { fieldSelector, resourceVersion: list.resourceVersion, watch: 'true', allowWatchBookmarks: 'true' }
    const stream = yield* open(session, { verb: 'watch', path: pathOf(resource, namespace), query })
    for (;;) {
      const event = yield* next(session, stream, deadline)
      if (event.type === 'CLOSED' || (event.type === 'ERROR' && (event.object as Status).code === 410)) break
      if (event.type === 'TIMEOUT') {
        yield* close(stream)
        throw new CommandError('timed out waiting for the condition')
      }
      if (!('object' in event) || event.type === 'BOOKMARK') continue
      if (event.type === 'ERROR') throw new ServerError(event.object as Status)
      if (event.type === 'DELETED') {
        yield* close(stream)
        throw new CommandError('object has been deleted')
      }
      const object = event.object as KubeObject
      shown = object.metadata.resourceVersion
      if (yield* isOver(session, tell, object)) return yield* close(stream)
    }
  }
}

function* isOver(session: Session, tell: Viewer, object: KubeObject): Task<boolean> {
  const { text, done } = tell(object, session.flags.number('revision'))
  yield* out(text)
  return done || !session.flags.bool('watch')
}

type Viewer = (object: KubeObject, revision: number) => Progress

const waiting = (text: string): Progress => ({ text: `Waiting for ${text}...\n`, done: false })
const finished = (text: string): Progress => ({ text: `${text}\n`, done: true })

function viewerOf({ resource }: Target): Viewer {
  const viewers: Record<string, Viewer> = { Deployment: ofDeployment, DaemonSet: ofDaemonSet, StatefulSet: ofStatefulSet }
  const viewer = viewers[resource.kind]
  if (viewer && resource.group === 'apps') return viewer
  throw new CommandError(`no status viewer has been implemented for ${groupKind(resource)}`)
}

export const revisionKey = 'deployment.kubernetes.io/revision'

function ofDeployment({ metadata, spec, status = {} }: KubeObject, revision: number): Progress {
  const { name, generation = 0 } = metadata
  if (revision > 0) {
    const running = Number(metadata.annotations?.[revisionKey] ?? 0)
    if (revision !== running) throw new CommandError(`desired revision (${revision}) is different from the running revision (${running})`)
  }
  if (generation > (status.observedGeneration ?? 0)) return waiting('deployment spec update to be observed')
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0, conditions = [] } = status
  const progressing = conditions.find((c: { type: string }) => c.type === 'Progressing')
  if (progressing?.reason === 'ProgressDeadlineExceeded') throw new CommandError(`deployment "${name}" exceeded its progress deadline`)
  const finish = `deployment "${name}" rollout to finish`
  const wanted = spec?.replicas ?? 1
  if (updatedReplicas < wanted) return waiting(`${finish}: ${updatedReplicas} out of ${wanted} new replicas have been updated`)
  if (replicas > updatedReplicas) return waiting(`${finish}: ${replicas - updatedReplicas} old replicas are pending termination`)
  if (availableReplicas < updatedReplicas) return waiting(`${finish}: ${availableReplicas} of ${updatedReplicas} updated replicas are available`)
  return finished(`deployment "${name}" successfully rolled out`)
}

function onlyRolling(spec: KubeObject['spec']): void {
  if (spec?.updateStrategy?.type !== 'RollingUpdate') throw new CommandError('rollout status is only available for RollingUpdate strategy type')
}

function ofDaemonSet({ metadata, spec, status = {} }: KubeObject): Progress {
  onlyRolling(spec)
  const { name, generation = 0 } = metadata
  if (generation > (status.observedGeneration ?? 0)) return waiting('daemon set spec update to be observed')
  const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status
  const finish = `daemon set "${name}" rollout to finish`
  if (updatedNumberScheduled < wanted) return waiting(`${finish}: ${updatedNumberScheduled} out of ${wanted} new pods have been updated`)
  if (numberAvailable < wanted) return waiting(`${finish}: ${numberAvailable} of ${wanted} updated pods are available`)
  return finished(`daemon set "${name}" successfully rolled out`)
}

function ofStatefulSet({ metadata, spec, status = {} }: KubeObject): Progress {
  onlyRolling(spec)
  const observed = status.observedGeneration ?? 0
  if (observed === 0 || (metadata.generation ?? 0) > observed) return waiting('statefulset spec update to be observed')
  const wanted = spec?.replicas ?? 1
  const { readyReplicas = 0, updatedReplicas = 0, currentReplicas = 0, updateRevision = '', currentRevision = '' } = status
  if (readyReplicas < wanted) return waiting(`${wanted - readyReplicas} pods to be ready`)
  const rolling = spec.updateStrategy.rollingUpdate
  if (rolling) {
    const share = wanted - (rolling.partition ?? 0)
    if (rolling.partition !== undefined && updatedReplicas < share) {
      return waiting(`partitioned roll out to finish: ${updatedReplicas} out of ${share} new pods have been updated`)
    }
    return finished(`partitioned roll out complete: ${updatedReplicas} new pods have been updated...`)
  }
  if (updateRevision !== currentRevision) {
    return { text: `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${updateRevision}...\n`, done: false }
  }
  return finished(`statefulset rolling update complete ${currentReplicas} pods at revision ${currentRevision}...`)
}
