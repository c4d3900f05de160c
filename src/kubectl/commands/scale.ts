import { dryRunFlag, filenameFlags, selectorFlag, type Command } from '../command.ts'
import { dryRunOf, withDryRun, type DryRun } from '../dryRun.ts'
import { CommandError, KubectlError, ServerError } from '../errors.ts'
import { pathOf } from '../paths.ts'
import { outputFlags, printerFor } from '../printing/output.ts'
import { recordFlag, recordPatch } from '../recording.ts'
import { out, send, sleep, type Session, type Task } from '../session.ts'
import type { Target } from '../fileTargets.ts'
import { findTargets } from '../targets.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { visitTargets } from '../visiting.ts'

export const scale: Command = {
  name: 'scale',
  usage: 'scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME) [options]',
  summary: 'Set a new size for a deployment, replica set, or replication controller',
  examples: `# A deployment
kubectl scale --replicas=3 deployment/web

# Only if it has two now
kubectl scale --current-replicas=2 --replicas=3 deployment/web`,
  flags: [
    { name: 'all', type: 'bool', usage: 'All objects of the type, in the namespace.' },
    { name: 'current-replicas', type: 'int', default: '-1', usage: 'Only if the object has so many now.' },
    dryRunFlag,
    ...filenameFlags,
    ...outputFlags,
    recordFlag,
    { name: 'replicas', type: 'int', required: true, usage: 'How many there shall be.' },
    { name: 'resource-version', type: 'string', usage: 'Only if the object has this version.' },
    selectorFlag,
    { name: 'timeout', type: 'duration', default: '0s', usage: 'How long to wait for the pods; 0 does not wait.' },
  ],
  run,
}

function* run(session: Session): Task<void> {
  const { flags, args } = session
  const dryRun = yield* dryRunOf(session)
  if (flags.number('replicas') < 0) throw new CommandError('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0')
  if (flags.number('current-replicas') < -1) throw new CommandError('The --current-replicas must specify an integer of -1 or greater')
  const found = yield* findTargets(session, {
    args, filenames: flags.list('filename'), recursive: flags.bool('recursive'), labelSelector: flags.string('selector'), typeAlone: flags.bool('all'),
  })
  const targets: Target[] = []
  let failure: KubectlError | undefined
  try {
    yield* visitTargets(session, found, function* (target) {
      targets.push(target)
    })
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    failure = error
  }
  if (flags.string('resource-version') !== '' && targets.length > 1) throw new CommandError('cannot use --resource-version with multiple resources')
  if (targets.length === 0) throw new CommandError(['no objects passed to scale', ...(failure === undefined ? [] : [failure.message])].join(' '))
  const print = printerFor(session, withDryRun('scaled', dryRun))
  for (const target of targets) {
    if (dryRun !== 'client') {
      yield* scaleOne(session, target, dryRun)
      yield* record(session, target)
    }
    yield* out(print(target.object))
  }
  if (failure) throw failure
}

function* record(session: Session, { resource, namespace, name, object }: Target): Task<void> {
  const body = recordPatch(session, object!)
  if (body !== undefined) yield* send(session, { verb: 'patch', path: pathOf(resource, namespace, name), body, contentType: 'application/merge-patch+json' })
}

const attempts = 300

/** Without a condition a blind patch; otherwise reads first, and tries again when somebody was faster. */
function* scaleOne(session: Session, { resource, namespace, name }: Target, dryRun: DryRun): Task<void> {
  const { flags } = session
  const path = pathOf(resource, namespace, name, 'scale')
  const query: Record<string, string> = dryRun === 'server' ? { dryRun: 'All' } : {}
  const replicas = flags.number('replicas')
  const current = flags.number('current-replicas')
  const version = flags.string('resource-version')
  if (current === -1 && version === '') {
    yield* send(session, { verb: 'patch', path, query, body: { spec: { replicas } }, contentType: 'application/merge-patch+json' })
  } else {
    for (let attempt = 0; ; attempt++) {
      const found = (yield* send(session, { verb: 'get', path })).body as KubeObject
      const now = found['spec']?.replicas ?? 0
      if (current !== -1 && now !== current) throw new CommandError(`Expected replicas to be ${current}, was ${now}`)
      if (version !== '' && found.metadata.resourceVersion !== version) {
        throw new CommandError(`Expected resource version to be ${version}, was ${found.metadata.resourceVersion}`)
      }
      try {
        yield* send(session, { verb: 'update', path, query, body: { ...found, spec: { ...found['spec'], replicas } } })
        break
      } catch (error) {
        if (!(error instanceof ServerError) || error.reason !== 'Conflict' || attempt >= attempts) throw error
        yield* sleep(1000)
      }
    }
  }
  const timeout = flags.duration('timeout')
  if (timeout > 0 && dryRun === 'none') yield* waitForReplicas(session, { path, name }, replicas, session.input.now() + timeout)
}

function* waitForReplicas(session: Session, { path, name }: { path: string; name: string }, wanted: number, deadline: number): Task<void> {
  for (;;) {
    const { spec, status } = (yield* send(session, { verb: 'get', path })).body as KubeObject
    if (spec?.replicas !== wanted || status?.replicas === wanted) return
    if (session.input.now() >= deadline) throw new CommandError(`timed out waiting for "${name}" to be synced`)
    yield* sleep(1000)
  }
}
