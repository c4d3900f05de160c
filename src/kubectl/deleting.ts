/** Deleting objects, telling so, and waiting for their end: what `delete`, `replace --force` and `run --rm` do. */
import type { KubeObject, Status } from '../engine/api/types.ts'
import type { DryRun } from './dryRun.ts'
import { addSource, CommandError, isNotFound, KubectlError, ServerError, throwAll } from './errors.ts'
import { pathOf } from './paths.ts'
import { err, out, send, type Session, type Task } from './session.ts'
import type { Target } from './fileTargets.ts'
import { untilDeleted } from './waiting.ts'

export interface DeleteOptions {
  dryRun: DryRun
  /** Seconds; undefined leaves it to the object. */
  grace: number | undefined
  ignoreNotFound: boolean
  /** As `--cascade` says it. */
  propagation: string
  wait: boolean
  /** Says nothing about what is deleted. */
  silent?: boolean
  /** Virtual ms; 0 or undefined waits as long as it takes. */
  timeoutMs?: number
  /** Errors from before: thrown after those of the deletion. */
  errors?: readonly KubectlError[]
}

/** Deletes one after the other; what fails is told at the end. Answers how many were deleted. */
export function* deleteObjects(session: Session, targets: readonly Target[], options: DeleteOptions): Task<number> {
  const errors: KubectlError[] = []
  const propagation = propagationOf(options.propagation)
  const deleted: Deleted[] = []
  let warnOfScope = session.context.explicit && !(session.flags.has('all-namespaces') && session.flags.bool('all-namespaces'))
  for (const target of targets) {
    if (warnOfScope && !target.resource.namespaced) {
      yield* err('Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n')
      warnOfScope = false
    }
    try {
      const uid = options.dryRun === 'client' ? undefined : yield* deleteOne(session, target, options, propagation)
      deleted.push({ target, uid })
      if (options.silent !== true) yield* out(resultLine(session, target, options))
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      if (!(options.ignoreNotFound && isNotFound(error))) errors.push(error)
    }
  }
  throwAll([...errors, ...(options.errors ?? [])])
  if (options.wait && options.dryRun === 'none') yield* waitForAll(session, deleted, options.timeoutMs ?? 0)
  return deleted.length
}

export function propagationOf(cascade: string): string {
  const words: Record<string, string> = { background: 'Background', true: 'Background', foreground: 'Foreground', orphan: 'Orphan', false: 'Orphan' }
  if (!Object.hasOwn(words, cascade)) throw new CommandError(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`)
  return words[cascade]!
}

interface Deleted {
  target: Target
  uid: string | undefined
}

function* deleteOne(session: Session, target: Target, options: DeleteOptions, propagationPolicy: string): Task<string | undefined> {
  const body = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    ...(options.grace === undefined ? {} : { gracePeriodSeconds: options.grace }),
    propagationPolicy,
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

function resultLine(session: Session, { resource, namespace, name }: Target, { grace, dryRun }: DeleteOptions): string {
  const kind = resource.kind.toLowerCase() + (resource.group === '' ? '' : `.${resource.group}`)
  if (session.flags.has('output') && session.flags.string('output') === 'name') return `${kind}/${name}\n`
  const from = resource.namespaced ? ` from ${namespace} namespace` : ''
  return `${kind} "${name}" ${grace === 0 ? 'force deleted' : 'deleted'}${from}${dryRunSuffix[dryRun]}\n`
}

/** --wait: until every object is gone, or another of its name is there. */
function* waitForAll(session: Session, deleted: readonly Deleted[], timeoutMs: number): Task<void> {
  const deadline = timeoutMs > 0 ? session.input.now() + timeoutMs : undefined
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
