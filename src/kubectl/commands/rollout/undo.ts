import { semanticEqual } from '../../../engine/api/equality.ts'
import type { KubeObject } from '../../../engine/api/types.ts'
import { dryRunFlag, filenameFlags, selectorFlag, type Command } from '../../command.ts'
import { dryRunOf, withDryRun, type DryRun } from '../../dryRun.ts'
import { CommandError, KubectlError } from '../../errors.ts'
import { lastAppliedKey } from '../../lastApplied.ts'
import { pathOf } from '../../paths.ts'
import { outputFlags, printerFor } from '../../printing/output.ts'
import { getObject } from '../../fileTargets.ts'
import { findTargets } from '../../targets.ts'
import { out, send, type Session, type Task } from '../../session.ts'
import { visitTargets, type Visited } from '../../visiting.ts'
import { checkKind, templateText } from './history.ts'
import { revisionsOf, type Revision } from './revisions.ts'
import { revisionKey } from './status.ts'

export const rolloutUndo: Command = {
  name: 'undo',
  usage: 'rollout undo (TYPE NAME | TYPE/NAME) [flags] [options]',
  summary: 'Undo a previous rollout',
  flags: [
    dryRunFlag,
    ...filenameFlags,
    ...outputFlags,
    selectorFlag,
    { name: 'to-revision', type: 'int64', usage: 'The revision to go back to; 0 means the one before.' },
  ],
  run,
}

function* run(session: Session): Task<void> {
  const { flags, args } = session
  if (args.length === 0 && flags.list('filename').length === 0) throw new CommandError('required resource not specified')
  const dryRun = yield* dryRunOf(session)
  const found = yield* findTargets(session, {
    args, filenames: flags.list('filename'), recursive: flags.bool('recursive'), labelSelector: flags.string('selector'), typeAlone: true,
  })
  yield* visitTargets(session, found, function* (target) {
    checkKind(target, 'rollbacker')
    const result = yield* rollBack(session, target, dryRun)
    yield* out(printerFor(session, withDryRun(result, dryRun))(target.object))
  }, { typed: true })
}

function* rollBack(session: Session, target: Visited, dryRun: DryRun): Task<string> {
  const wanted = session.flags.number('to-revision')
  if (wanted < 0) throw notFound(wanted)
  const object = yield* getObject(session, target)
  const revisions = yield* revisionsOf(session, target, object)
  const revision = target.resource.kind === 'Deployment' ? ofDeployment(object, revisions, wanted) : ofController(revisions, wanted)
  if (dryRun === 'client') return (target.resource.kind === 'Deployment' ? '' : 'will roll back to ') + templateText(session, revision.template)
  if (object['spec']?.paused) {
    throw new CommandError("you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again")
  }
  if (semanticEqual(plain(revision.template), plain(object['spec']?.template))) return `skipped rollback (current template already matches revision ${wanted})`
  const query: Record<string, string> = dryRun === 'server' ? { dryRun: 'All' } : {}
  const patch = target.resource.kind === 'Deployment' ? deploymentPatch(object, revision) : { body: revision.source['data'], contentType: 'application/strategic-merge-patch+json' }
  try {
    yield* send(session, { verb: 'patch', path: pathOf(target.resource, target.namespace, target.name), query, ...patch })
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    throw new CommandError(`failed restoring revision ${wanted}: ${error.message}`)
  }
  return 'rolled back'
}

const notFound = (revision: number) => new CommandError(`unable to find specified revision ${revision} in history`)

function ofDeployment({ metadata }: KubeObject, revisions: readonly Revision[], wanted: number): Revision {
  if (wanted > 0) {
    const revision = revisions.find(({ number }) => number === wanted)
    if (!revision) throw notFound(wanted)
    return revision
  }
  const previous = revisions.at(-2)
  if (!previous) throw new CommandError(`no rollout history found for deployment "${metadata.name}"`)
  return previous
}

function ofController(revisions: readonly Revision[], wanted: number): Revision {
  if (wanted === 0 && revisions.length <= 1) throw new CommandError('no last revision to roll back to')
  const revision = wanted === 0 ? revisions.at(-2) : revisions.find(({ number }) => number === wanted)
  if (!revision) throw notFound(wanted)
  return revision
}

/** Without what the deployment controller has added. */
function plain(template: KubeObject | undefined): KubeObject {
  const { 'pod-template-hash': _, ...labels } = template?.metadata?.labels ?? {}
  return { ...template, metadata: { ...template?.metadata, labels } } as KubeObject
}

const ownAnnotations = [
  lastAppliedKey, revisionKey, 'deployment.kubernetes.io/revision-history', 'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas', 'deprecated.deployment.rollback.to',
]

/** The template of the replica set, and its annotations except those that are the deployment's own. */
function deploymentPatch(deployment: KubeObject, { template, source }: Revision): { body: unknown; contentType: string } {
  const pick = (object: KubeObject, own: boolean) =>
    Object.fromEntries(Object.entries(object.metadata.annotations ?? {}).filter(([key]) => ownAnnotations.includes(key) === own))
  return {
    body: [
      { op: 'replace', path: '/spec/template', value: plain(template) },
      { op: 'replace', path: '/metadata/annotations', value: { ...pick(deployment, true), ...pick(source, false) } },
    ],
    contentType: 'application/json-patch+json',
  }
}
