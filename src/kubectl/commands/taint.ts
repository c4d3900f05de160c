import { goQuote } from '../../engine/api/field.ts'
import { isLabelValue, isQualifiedName } from '../../engine/api/names.ts'
import { findResource } from '../../engine/api/resources.ts'
import type { KubeObject, Node, Taint } from '../../engine/api/types.ts'
import { dryRunFlag, fieldManagerFlag, selectorFlag, validateFlag, type Command } from '../command.ts'
import { taintText } from '../describe/writer.ts'
import { dryRunOf, writeQuery } from '../dryRun.ts'
import { CommandError, throwAll, usageError } from '../errors.ts'
import { changePatchBody } from '../patches.ts'
import { pathOf } from '../paths.ts'
import { outputFlags, printerFor } from '../printing/output.ts'
import { out, send, type Session, type Task } from '../session.ts'
import type { Queries } from '../fileTargets.ts'
import { visitTargets } from '../visiting.ts'

export const taint: Command = {
  name: 'taint',
  usage: 'taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N [options]',
  summary: 'Update the taints on one or more nodes',
  examples: `# Nothing new comes
kubectl taint nodes node1 dedicated=batch:NoSchedule

# Take it away again
kubectl taint nodes node1 dedicated:NoSchedule-`,
  flags: [
    { name: 'all', type: 'bool', usage: 'All nodes.' },
    dryRunFlag,
    fieldManagerFlag('kubectl-taint'),
    ...outputFlags,
    { name: 'overwrite', type: 'bool', usage: 'Replace taints with the same key and effect.' },
    selectorFlag,
    validateFlag,
  ],
  run,
}

type Effect = Taint['effect']

interface Change {
  add: Taint[]
  remove: { key: string; effect: Effect | '' }[]
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

function* run(session: Session): Task<void> {
  const { resources, taints } = splitArguments(session.args)
  const dryRun = yield* dryRunOf(session)
  const change = parseTaints(taints)
  check(session, resources, change)
  yield* visitTargets(session, nodesOf(session, resources), function* ({ resource, name, object }) {
    const { operation, taints: wanted } = changed(object as Node, change, session.flags.bool('overwrite'))
    const after = { ...object, spec: { ...object['spec'], taints: wanted.length > 0 ? wanted : undefined } } as KubeObject
    const print = printerFor(session, operation)
    if (dryRun === 'client') return yield* out(print(after))
    const { body, contentType } = changePatchBody(resource, object, after)
    const response = yield* send(session, { verb: 'patch', path: pathOf(resource, '', name), query: writeQuery(session, dryRun), body, contentType })
    yield* out(print(response.body))
  })
}

/** Nodes first, taints afterwards. */
function splitArguments(args: readonly string[]): { resources: string[]; taints: string[] } {
  const isTaint = (word: string) => word.includes('=') || word.includes(':') || word.endsWith('-')
  const first = args.findIndex(isTaint)
  const taints = first < 0 ? [] : args.slice(first)
  const stray = taints.find((word) => !isTaint(word))
  if (stray !== undefined) throw new CommandError(`all resources must be specified before taint changes: ${stray}`)
  const resources = first < 0 ? [...args] : args.slice(0, first)
  if (resources.length === 0) throw new CommandError('one or more resources must be specified as <resource> <name>')
  if (taints.length === 0) throw new CommandError('at least one taint update is required')
  return { resources, taints }
}

function parseTaints(words: readonly string[]): Change {
  const change: Change = { add: [], remove: [] }
  for (const word of words) {
    if (word.endsWith('-')) {
      const { key, effect } = parseTaint(word.slice(0, -1))
      change.remove.push({ key, effect })
      continue
    }
    const { key, value, effect } = parseTaint(word)
    if (effect === '') throw usageError('taint', `invalid taint spec: ${word}`)
    const same = change.add.find((other) => other.key === key && other.effect === effect)
    if (same) throw usageError('taint', `duplicated taints with the same key and effect: ${goTaint({ key, value, effect })}`)
    change.add.push({ key, ...(value === '' ? {} : { value }), effect })
  }
  return change
}

const goTaint = ({ key, value = '', effect }: { key: string; value?: string; effect: string }): string => `{${key} ${value} ${effect} <nil>}`

/** "key=value:NoSchedule", "key:NoSchedule" or "key". */
function parseTaint(text: string): { key: string; value: string; effect: Effect | '' } {
  const parts = text.split(':')
  const invalid = (why = '') => usageError('taint', `invalid taint spec: ${text}${why}`)
  if (parts.length > 2) throw invalid()
  const effect = (parts[1] ?? '') as Effect
  if (parts.length === 2 && !effects.includes(effect)) throw usageError('taint', `invalid taint effect: ${effect}, unsupported taint effect`)
  const [key = '', value = '', ...more] = parts.length === 2 ? parts[0]!.split('=') : [parts[0]]
  if (more.length > 0) throw invalid()
  const problems = value === '' ? [] : isLabelValue(value)
  if (problems.length > 0) throw invalid(`, ${problems.join('; ')}`)
  const keyProblems = isQualifiedName(key)
  if (keyProblems.length > 0) throw invalid(`, ${keyProblems.join('; ')}`)
  return { key, value, effect }
}

function check({ flags }: Session, resources: readonly string[], { add, remove }: Change): void {
  const type = resources[0]!.toLowerCase()
  if (!['node', 'nodes', 'no'].includes(type)) {
    throw new CommandError(`invalid resource type ${resources[0]}, only node types are supported`)
  }
  const both = remove.filter((r) => add.some((a) => a.key === r.key && (r.effect === '' || a.effect === r.effect)))
  if (both.length > 0) {
    const names = both.map((r) => `${r.key}=${r.effect}`)
    throw new CommandError(`can not both modify and remove the following taint(s) in the same command: ${names.join(', ')}`)
  }
  const selecting = flags.string('selector') !== ''
  if (flags.bool('all') && selecting) throw new CommandError("setting 'all' parameter with a non empty selector is prohibited.")
  if (!flags.bool('all') && !selecting && resources.length < 2) {
    throw new CommandError("at least one resource name must be specified since 'all' parameter is not set")
  }
}

const nodes = findResource('', 'v1', 'nodes')!

function nodesOf({ flags }: Session, [, ...names]: readonly string[]): Queries {
  const labelSelector = flags.string('selector')
  if (flags.bool('all') || labelSelector !== '') {
    return { queries: [{ by: 'selector', resource: nodes, namespace: '', labelSelector, fieldSelector: '' }], single: false, errors: [] }
  }
  const targets = names.map((name) => ({ resource: nodes, namespace: '', name, source: '', object: undefined }))
  return { queries: targets.map((target) => ({ by: 'name', target })), single: names.length === 1, errors: [] }
}

/** New taints first, then those that stay; and the word for what has happened. */
function changed({ metadata, spec }: Node, { add, remove }: Change, overwrite: boolean): { operation: string; taints: Taint[] } {
  const old = spec?.taints ?? []
  const same = (a: { key: string; effect: string }, b: { key: string; effect: string }) => a.key === b.key && a.effect === b.effect
  const exists = add.filter((taint_) => old.some((o) => same(o, taint_)))
  if (!overwrite && exists.length > 0) {
    throw new CommandError(`node ${metadata.name} already has ${exists.map((t) => t.key).join(',')} taint(s) with same effect(s) and --overwrite is false`)
  }
  let taints = [...add, ...old.filter((o) => !add.some((t) => same(o, t)))]
  const added = taints.length !== old.length
  let removed = false
  const missing: CommandError[] = []
  for (const { key, effect } of remove) {
    const left = taints.filter((t) => t.key !== key || (effect !== '' && t.effect !== effect))
    removed = left.length < taints.length
    if (!removed) missing.push(new CommandError(`taint ${goQuote(taintText({ key, effect: effect as Effect }))} not found`))
    taints = left
  }
  throwAll(missing)
  return { operation: (added && removed) || overwrite ? 'modified' : added ? 'tainted' : 'untainted', taints }
}
