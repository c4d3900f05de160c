import { isLabelValue } from '../../engine/api/names.ts'
import { goQuote } from '../../engine/api/field.ts'
import { createMergePatch } from '../../engine/api/patch/mergePatch.ts'
import type { Json } from '../../engine/api/patch/jsonMap.ts'
import { groupKind } from '../../engine/api/resources.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { allNamespacesFlag, dryRunFlag, fieldManagerFlag, filenameFlags, selectorFlag, type Command } from '../command.ts'
import type { FlagSpec } from '../commandLine/flags.ts'
import { dryRunOf, withDryRun, writeQuery, type DryRun } from '../dryRun.ts'
import { CommandError, throwAll } from '../errors.ts'
import { splitResourcesAndPairs, type Changes } from '../pairs.ts'
import { pathOf } from '../paths.ts'
import { outputFlags, printerFor } from '../printing/output.ts'
import { recorded, recordFlag } from '../recording.ts'
import { out, send, type Session, type Task } from '../session.ts'
import { findTargets } from '../targets.ts'
import { visitTargets, type Visited } from '../visiting.ts'

/** Flags of `label` and `annotate`. */
export const metadataFlags = (manager: string): readonly FlagSpec[] => [
  { name: 'all', type: 'bool', usage: 'All objects of the type, in the namespace.' },
  allNamespacesFlag,
  dryRunFlag,
  fieldManagerFlag(manager),
  { name: 'field-selector', type: 'string', usage: 'Selector (field query): =, ==, !=.' },
  ...filenameFlags,
  { name: 'list', type: 'bool', usage: 'Print what the objects have afterwards.' },
  { name: 'local', type: 'bool', usage: 'Only change the objects of the files and print them.' },
  ...outputFlags,
  { name: 'overwrite', type: 'bool', usage: 'Replace values that are there already.' },
  recordFlag,
  { name: 'resource-version', type: 'string', usage: 'Only if the object has this version.' },
  selectorFlag,
]

export const label: Command = {
  name: 'label',
  usage: 'label [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]',
  summary: 'Update the labels on a resource',
  flags: metadataFlags('kubectl-label'),
  run,
}

function* run(session: Session): Task<void> {
  const { resources, pairs } = splitResourcesAndPairs(session.args, 'label')
  const changes = parseLabels(pairs)
  const dryRun = yield* dryRunOf(session)
  checkMetadataCommand(session, resources, dryRun)
  const list = session.flags.bool('list')
  if (changes.set.size === 0 && changes.remove.length === 0 && !list) throw new CommandError('at least one label update is required')
  yield* changeMetadata(session, resources, dryRun, 'labels', (object) => withLabels(session, object, changes), {
    *before({ object }) {
      if (dryRun === 'client' || session.flags.bool('local') || list) return
      for (const key of changes.remove) if (object.metadata.labels?.[key] === undefined) yield* out(`label ${goQuote(key)} not found.\n`)
    },
    operation: (before, after) => labelOperation(before, after, session.flags.bool('overwrite')),
  })
}

function parseLabels(pairs: readonly string[]): Changes {
  const set = new Map<string, string>()
  const remove: string[] = []
  for (const pair of pairs) {
    const parts = pair.split('=')
    if (parts.length > 2) throw new CommandError(`invalid label spec: ${pair}`)
    if (parts.length === 1) {
      remove.push(pair.slice(0, -1))
      continue
    }
    const problems = isLabelValue(parts[1]!)
    if (problems.length > 0) throw new CommandError(`invalid label value: ${goQuote(pair)}: ${problems.join(';')}`)
    set.set(parts[0]!, parts[1]!)
  }
  if (remove.some((key) => set.has(key))) throw new CommandError('can not both modify and remove a label in the same command')
  return { set, remove }
}

function withLabels(session: Session, object: KubeObject, { set, remove }: Changes): KubeObject {
  const old = object.metadata.labels ?? {}
  if (!session.flags.bool('overwrite')) {
    throwAll([...set].filter(([key, value]) => old[key] !== undefined && old[key] !== value)
      .map(([key]) => new CommandError(`'${key}' already has a value (${old[key]}), and --overwrite is false`)))
  }
  const labels = { ...old, ...Object.fromEntries(set) }
  for (const key of remove) delete labels[key]
  return { ...object, metadata: { ...object.metadata, labels } }
}

function labelOperation(before: string, after: string, overwrite: boolean): string {
  if (before === after) return 'not labeled'
  return !overwrite && after.length < before.length ? 'unlabeled' : 'labeled'
}

/** What `label` and `annotate` refuse alike. */
export function checkMetadataCommand({ flags, command }: Session, resources: readonly string[], dryRun: DryRun): void {
  const file = command === 'label' ? 'pod' : 'rsrc'
  if (flags.bool('all') && flags.string('selector') !== '') throw new CommandError('cannot set --all and --selector at the same time')
  if (flags.bool('all') && flags.string('field-selector') !== '') throw new CommandError('cannot set --all and --field-selector at the same time')
  const files = flags.list('filename')
  if (!flags.bool('local')) {
    if (resources.length === 0 && files.length === 0) {
      throw new CommandError('one or more resources must be specified as <resource> <name> or <resource>/<name>')
    }
    return
  }
  if (dryRun === 'server') throw new CommandError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?')
  if (resources.length > 0) throw new CommandError(`can only use local files by -f ${file}.yaml or --filename=${file}.json when --local=true is set`)
  if (files.length === 0) throw new CommandError(`one or more files must be specified as -f ${file}.yaml or --filename=${file}.json`)
}

interface MetadataChange {
  before?: (target: Visited) => Task<void>
  /** The word after the object's name, from its JSON before and after. */
  operation: (before: string, after: string) => string
}

/** Changes the labels or annotations of each object by a merge patch. */
export function* changeMetadata(
  session: Session, resources: readonly string[], dryRun: DryRun, field: 'labels' | 'annotations',
  change: (object: KubeObject) => KubeObject, { before, operation }: MetadataChange,
): Task<void> {
  const { flags } = session
  const local = flags.bool('local')
  const found = yield* findTargets(session, {
    args: resources,
    filenames: flags.list('filename'),
    recursive: flags.bool('recursive'),
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    typeAlone: flags.bool('all'),
    allNamespaces: flags.bool('all-namespaces'),
  })
  const version = flags.string('resource-version')
  if (version !== '' && !found.single) throw new CommandError('--resource-version may only be used with a single resource')
  yield* visitTargets(session, found, function* (target) {
    if (before) yield* before(target)
    const { object } = target
    const { resourceVersion: _, ...unversioned } = object.metadata
    const old = version === '' ? object : { ...object, metadata: unversioned as KubeObject['metadata'] }
    const changed = recorded(session, change(old))
    const wanted = version === '' ? changed : { ...changed, metadata: { ...changed.metadata, resourceVersion: version } }
    let result = wanted
    if (dryRun !== 'client' && !local && !flags.bool('list')) {
      const path = pathOf(target.resource, target.namespace, target.name)
      const body = createMergePatch(old as unknown as Json, wanted as unknown as Json)
      const response = yield* send(session, { verb: 'patch', path, query: writeQuery(session, dryRun), body, contentType: 'application/merge-patch+json' })
      result = response.body as KubeObject
    }
    if (flags.bool('list')) return yield* listThem(result, found.single, target, field)
    yield* out(printerFor(session, withDryRun(operation(JSON.stringify(old), JSON.stringify(wanted)), dryRun))(result))
  })
}

function* listThem({ metadata }: KubeObject, single: boolean, { resource, name }: Visited, field: 'labels' | 'annotations'): Task<void> {
  if (!single) yield* out(`Listing ${field} for ${resource.group === '' ? `${resource.kind}.` : groupKind(resource)}/${name}:\n`)
  for (const key of Object.keys(metadata[field] ?? {}).toSorted()) yield* out(`${single ? '' : ' '}${key}=${metadata[field]![key]}\n`)
}
