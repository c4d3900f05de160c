import { groupKind } from '../../engine/api/resources.ts'
import type { Table } from '../../engine/api/types.ts'
import { allNamespacesFlag, filenameFlags, selectorFlag, type Command } from '../command.ts'
import { collected, KubectlError, CommandError, isNotFound, SeveralErrors, throwAll, usageError } from '../errors.ts'
import { asList, outputFlags, printerFor } from '../printing/output.ts'
import { sortBy } from '../printing/sorting.ts'
import { TablePrinter } from '../printing/table.ts'
import { checkUri, rawFlag, sendRaw } from '../raw.ts'
import { err, out, type Session, type Task } from '../session.ts'
import { getObject, type Queries, type Query } from '../fileTargets.ts'
import { findTargets, listObjects } from '../targets.ts'
import { fetchTable, isTable, resourceOf, sortTable, tableOptions } from './getTables.ts'
import { watchTargets } from './getWatch.ts'

export const get: Command = {
  name: 'get',
  usage: 'get [(-o|--output=)json|yaml|name|jsonpath|custom-columns|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags] [options]',
  summary: 'Display one or many resources',
  examples: `# The pods of this namespace
kubectl get pods

# With more columns
kubectl get pods -o wide

# One deployment as YAML
kubectl get deployment web -o yaml

# Several kinds, and what goes by a label
kubectl get deploy,rs,pods -l app=web

# The phase of one pod
kubectl get pod web -o jsonpath='{.status.phase}'

# Own columns
kubectl get pods -o custom-columns=NAME:.metadata.name,NODE:.spec.nodeName

# All that changes, until Ctrl+C
kubectl get pods -w`,
  flags: [
    allNamespacesFlag,
    { name: 'chunk-size', type: 'int64', default: '500', usage: 'Ask for large lists in pieces of this size.' },
    { name: 'field-selector', type: 'string', usage: 'Selector (field query): =, ==, !=.' },
    ...filenameFlags,
    { name: 'ignore-not-found', type: 'bool', usage: 'Exit with 0 when an object is not there.' },
    { name: 'label-columns', short: 'L', type: 'strings', usage: 'Labels that get a column of their own.' },
    { name: 'no-headers', type: 'bool', usage: 'No titles.' },
    ...outputFlags.map((flag) => (flag.name === 'output' ? { ...flag, values: ['wide', ...(flag.values ?? [])] } : flag)),
    { name: 'output-watch-events', type: 'bool', usage: 'With --watch: say what happened to each object.' },
    rawFlag('ask the server for'),
    selectorFlag,
    { name: 'server-print', type: 'bool', default: 'true', usage: 'Let the server lay out tables.' },
    { name: 'show-kind', type: 'bool', usage: 'Put the type before each name.' },
    { name: 'show-labels', type: 'bool', usage: 'A column with all labels.' },
    { name: 'sort-by', type: 'string', usage: 'A JSONPath expression of the field to sort by.' },
    { name: 'subresource', type: 'string', values: ['status', 'scale', 'resize'], usage: 'Ask for this part of the object.' },
    { name: 'watch', short: 'w', type: 'bool', usage: 'After listing, go on with the changes.' },
    { name: 'watch-only', type: 'bool', usage: 'Only the changes.' },
  ],
  run,
  unbuilt: (error) => new SeveralErrors([error]),
}

function* run(session: Session): Task<void> {
  const { flags, args } = session
  yield* checkFlags(session)
  if (flags.string('raw') !== '') return yield* sendRaw(session, 'get')
  const found = yield* findTargets(session, {
    args,
    filenames: flags.list('filename'),
    recursive: flags.bool('recursive'),
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    typeAlone: true,
    allNamespaces: flags.bool('all-namespaces'),
    singleType: flags.bool('watch') || flags.bool('watch-only'),
  })
  if (flags.bool('watch') || flags.bool('watch-only')) return yield* watchTargets(session, found)
  if (flags.string('subresource') !== '' && found.queries.some(({ by }) => by === 'selector')) {
    throw new CommandError('subresource cannot be used when bulk resources are specified')
  }
  if (isTable(session)) yield* printTables(session, found)
  else yield* printObjects(session, found)
}

function* checkFlags({ flags, args, command }: Session): Task<void> {
  const watching = flags.bool('watch') || flags.bool('watch-only')
  const output = flags.string('output')
  if (flags.string('raw') !== '') {
    if (args.length > 0) throw new CommandError('arguments may not be passed when --raw is specified')
    if (watching || flags.string('selector') !== '') {
      throw new CommandError('--raw may not be specified with other flags that filter the server request or alter the output')
    }
    if (output !== '') throw new CommandError('--raw and --output are mutually exclusive')
    checkUri(flags)
  } else if (watching && flags.string('sort-by') !== '') {
    yield* err(flags.bool('watch') ? 'warning: --watch requested, --sort-by will be ignored for watch events received\n' : 'warning: --watch-only requested, --sort-by will be ignored\n')
  } else if (!watching && args.length === 0 && flags.list('filename').length === 0) {
    yield* err('You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n')
    throw usageError(command, 'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).')
  }
  if (flags.bool('show-labels') && output !== '' && output !== 'wide') throw new CommandError(`--show-labels option cannot be used with ${output} printer`)
  if (flags.bool('output-watch-events') && !watching) {
    throw new CommandError('--output-watch-events option can only be used with --watch or --watch-only')
  }
}

/** Where the server lays out the table: one a type, one a name. */
function* printTables(session: Session, found: Queries): Task<void> {
  const tables: { query: Query; table: Table }[] = []
  const errors = collected(found.errors)
  for (const query of found.queries) {
    try {
      tables.push({ query, table: yield* fetchTable(session, query) })
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      if (!(session.flags.bool('ignore-not-found') && isNotFound(error))) errors.push(error)
    }
  }
  const text = layOut(session, inOrder(session, tables))
  yield* out(text)
  if (text === '' && errors.length === 0 && !session.flags.bool('ignore-not-found')) yield* nothingFound(session, found)
  throwAll(errors)
}

function* nothingFound(session: Session, { queries }: Queries): Task<void> {
  const everywhere = session.flags.bool('all-namespaces') || queries.some((q) => !resourceOf(q).namespaced)
  yield* err(everywhere ? 'No resources found\n' : `No resources found in ${session.context.namespace} namespace.\n`)
}

/** Several tables are sorted as the objects that they are: by fields of theirs, not of their rows' (RuntimeSorter). */
function inOrder<T extends { table: Table }>(session: Session, tables: readonly T[]): readonly T[] {
  const field = session.flags.string('sort-by')
  return field === '' || tables.length < 2 ? tables : sortBy(tables, field, ({ table }) => table)
}

/** Tables of one type share titles; an empty line stands before the next type. */
function layOut(session: Session, tables: readonly { query: Query; table: Table }[]): string {
  let withNamespace = false
  const withKind = session.flags.bool('show-kind') || new Set(tables.map(({ query }) => groupKind(resourceOf(query)))).size > 1
  let text = ''
  let printer: TablePrinter | undefined
  let lastKind = ''
  for (const { query, table } of tables) {
    const resource = resourceOf(query)
    const kind = groupKind(resource)
    const sorted = sortTable(session, table)
    if (printer === undefined || kind !== lastKind) {
      if (text !== '' && sorted.rows.length > 0 && !session.flags.bool('no-headers')) text += '\n'
      // Once shown, the namespace column stays, also for what has no namespace.
      withNamespace ||= session.flags.bool('all-namespaces') && resource.namespaced
      printer = new TablePrinter({ ...tableOptions(session, resource, withKind), withNamespace })
      lastKind = kind
    }
    text += printer.print(sorted)
  }
  return text
}

/** `-o yaml` and the like: one object as itself, anything else as a List. */
function* printObjects(session: Session, found: Queries): Task<void> {
  const printer = printerFor(session)
  const objects: unknown[] = []
  const errors = collected(found.errors)
  for (const query of found.queries) {
    try {
      if (query.by === 'name') objects.push(yield* getObject(session, query.target))
      else objects.push(...(yield* listObjects(session, query)).items)
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      if (!(session.flags.bool('ignore-not-found') && isNotFound(error))) errors.push(error)
    }
  }
  const field = session.flags.string('sort-by')
  const sorted = field === '' ? objects : sortBy(objects, field, (object) => object)
  if (found.single ? objects.length > 0 : errors.length === 0 || objects.length > 0) {
    yield* out(printer(found.single ? sorted[0] : asList(sorted)))
  }
  throwAll(errors)
}
