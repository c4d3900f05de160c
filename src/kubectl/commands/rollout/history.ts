import { groupKind } from '../../../engine/api/resources.ts'
import type { KubeObject } from '../../../engine/api/types.ts'
import { filenameFlags, selectorFlag, type Command } from '../../command.ts'
import { writePodTemplate } from '../../describe/podTemplate.ts'
import { Description } from '../../describe/writer.ts'
import { CommandError } from '../../errors.ts'
import { outputFlags, printerFor, resourceName } from '../../printing/output.ts'
import { out, type Session, type Task } from '../../session.ts'
import type { Target } from '../../fileTargets.ts'
import { findTargets } from '../../targets.ts'
import { visitTargets } from '../../visiting.ts'
import { revisionsOf, type Revision } from './revisions.ts'

export const rolloutHistory: Command = {
  name: 'history',
  usage: 'rollout history (TYPE NAME | TYPE/NAME) [flags] [options]',
  summary: 'View rollout history',
  flags: [
    ...filenameFlags,
    ...outputFlags,
    { name: 'revision', type: 'int64', usage: 'The details of this revision.' },
    selectorFlag,
  ],
  run,
}

function* run(session: Session): Task<void> {
  const { flags, args } = session
  if (args.length === 0 && flags.list('filename').length === 0) throw new CommandError('required resource not specified')
  const wanted = flags.number('revision')
  if (wanted < 0) throw new CommandError(`revision must be a positive integer: ${wanted}`)
  const found = yield* findTargets(session, {
    args, filenames: flags.list('filename'), recursive: flags.bool('recursive'), labelSelector: flags.string('selector'), typeAlone: true,
  })
  yield* visitTargets(session, found, function* (target) {
    checkKind(target, 'history')
    const revisions = yield* revisionsOf(session, target, target.object)
    if (flags.string('output') !== '') return yield* printObjects(session, revisions, wanted)
    const text = wanted > 0 ? details(session, revisions, wanted) : table(session, revisions)
    yield* out(`${resourceName(target.resource, target.name)} ${wanted > 0 ? `with revision #${wanted}` : ''}\n${text}\n`)
  }, { typed: true })
}

/** Kinds that kubectl has heard of in this place, and yet has nothing for. */
const visited = new Set(['ReplicaSet.apps', 'Job.batch', 'CronJob.batch', 'Pod', 'ReplicationController'])

export function checkKind({ resource }: Target, what: 'history' | 'rollbacker'): void {
  const kind = groupKind(resource)
  if (['Deployment.apps', 'DaemonSet.apps', 'StatefulSet.apps'].includes(kind)) return
  const viewer = what === 'history' ? 'history viewer' : what
  throw new CommandError(visited.has(kind) ? `no ${viewer} has been implemented for "${kind}"` : `error retrieving ${what} for "${kind}", no visitor method exists for {${resource.group} ${resource.kind}}`)
}

function table(session: Session, revisions: readonly Revision[]): string {
  if (revisions.length === 0) return 'No rollout history found.'
  const w = new Description(session.input.now())
  w.line(0, 'REVISION\tCHANGE-CAUSE')
  for (const { number, changeCause } of revisions) w.line(0, `${number}\t${changeCause || '<none>'}`)
  return w.text()
}

function details(session: Session, revisions: readonly Revision[], wanted: number): string {
  if (revisions.length === 0) return 'No rollout history found.'
  const revision = revisions.find(({ number }) => number === wanted)
  if (!revision) throw new CommandError('unable to find the specified revision')
  const { metadata, ...rest } = revision.template as KubeObject
  const annotations = { ...metadata.annotations, ...(revision.changeCause ? { 'kubernetes.io/change-cause': revision.changeCause } : {}) }
  return templateText(session, { ...rest, metadata: { ...metadata, annotations } } as KubeObject)
}

/** As kubectl prints it here: with the tabs that others turn into columns. */
export function templateText(session: Session, template: KubeObject): string {
  const w = new Description(session.input.now(), 'tabs')
  writePodTemplate(w, template)
  return w.text()
}

function* printObjects(session: Session, revisions: readonly Revision[], wanted: number): Task<void> {
  const print = printerFor(session, '')
  const chosen = wanted > 0 ? revisions.filter(({ number }) => number === wanted) : revisions
  if (chosen.length === 0 && wanted > 0) throw new CommandError('unable to find the specified revision')
  for (const { object } of chosen) yield* out(print(object))
}
