import { findResource } from '../../engine/api/resources.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { dryRunFlag, selectorFlag, type Command } from '../command.ts'
import { resourceFor } from '../discovery.ts'
import { dryRunOf, withDryRun, type DryRun } from '../dryRun.ts'
import { CommandError, KubectlError, usageError } from '../errors.ts'
import { changePatchBody } from '../patches.ts'
import { pathOf } from '../paths.ts'
import { objectName } from '../printing/output.ts'
import { err, out, send, type Session, type Task } from '../session.ts'
import { getObject, type Target } from '../fileTargets.ts'
import { listObjects, splitPair, targetOf } from '../targets.ts'

const flags = [dryRunFlag, selectorFlag]

export const cordon: Command = {
  name: 'cordon',
  usage: 'cordon NODE [options]',
  summary: 'Mark node as unschedulable',
  flags,
  *run(session) {
    yield* cordonAll(session, yield* nodesToChange(session, 'cordon NODE'), true, yield* dryRunOf(session))
  },
}

export const uncordon: Command = {
  name: 'uncordon',
  usage: 'uncordon NODE [options]',
  summary: 'Mark node as schedulable',
  flags,
  *run(session) {
    yield* cordonAll(session, yield* nodesToChange(session, 'uncordon NODE'), false, yield* dryRunOf(session))
  },
}

const nodes = findResource('', 'v1', 'nodes')!

/** The nodes that are named or selected, as they are now. */
export function* nodesToChange(session: Session, usage: string): Task<Target[]> {
  const { args, flags: given } = session
  const labelSelector = given.string('selector')
  if (args.length === 0 && !given.changed('selector')) throw usageError(session.command, `USAGE: ${usage} [flags]`)
  if (args.length > 0 && labelSelector !== '') throw usageError(session.command, 'error: cannot specify both a node name and a --selector option')
  if (labelSelector !== '') return (yield* listObjects(session, { resource: nodes, namespace: '', labelSelector })).items.map((object) => targetOf(nodes, object))
  const targets: Target[] = []
  for (const arg of args) {
    const target = yield* nodeNamed(session, arg)
    targets.push({ ...target, object: yield* getObject(session, target) })
  }
  return targets
}

function* nodeNamed(session: Session, arg: string): Task<Target> {
  if (!arg.includes('/')) return { resource: nodes, namespace: '', name: arg, source: '', object: undefined }
  const { type, name } = splitPair(arg)
  const resource = yield* resourceFor(session, type)
  if (resource.kind !== 'Node') throw new CommandError(`error: expected resource of type node, got "/${resource.version}, Resource=${resource.plural}"`)
  return { resource, namespace: '', name, source: '', object: undefined }
}

/** Marks nodes one by one; a node that cannot be changed is told and passed over. */
export function* cordonAll(session: Session, targets: readonly Target[], wanted: boolean, dryRun: DryRun): Task<void> {
  const word = wanted ? 'cordon' : 'uncordon'
  for (const { name, object } of targets) {
    const node: KubeObject = { ...object!, kind: 'Node' }
    if (Boolean(node['spec']?.unschedulable) === wanted) {
      yield* out(`${objectName(node)} ${withDryRun(`already ${word}ed`, dryRun)}\n`)
      continue
    }
    try {
      if (dryRun !== 'client') yield* mark(session, node, wanted, dryRun)
      yield* out(`${objectName(node)} ${withDryRun(`${word}ed`, dryRun)}\n`)
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      yield* err(`error: unable to ${word} node "${name}": ${error.message}\n`)
    }
  }
}

function* mark(session: Session, node: KubeObject, wanted: boolean, dryRun: DryRun): Task<void> {
  const after: KubeObject = { ...node, spec: { ...node['spec'], unschedulable: wanted ? true : undefined } }
  const { body, contentType } = changePatchBody(nodes, node, after)
  const query: Record<string, string> = dryRun === 'server' ? { dryRun: 'All' } : {}
  yield* send(session, { verb: 'patch', path: pathOf(nodes, '', node.metadata.name), query, body, contentType })
}
