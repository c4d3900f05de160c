import { goQuote } from '../../engine/api/field.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { allNamespacesFlag, selectorFlag, type Command } from '../command.ts'
import { CommandError, isNotFound, KubectlError, throwAll } from '../errors.ts'
import { outputFlags, printerFor } from '../printing/output.ts'
import { JsonPathError } from '../printing/jsonpath.ts'
import { relaxedJsonPath } from '../printing/customColumns.ts'
import { JsonPath } from '../printing/jsonpathEval.ts'
import { out, sleep, type Session, type Task } from '../session.ts'
import { getObject, type Queries, type Query, type Target } from '../fileTargets.ts'
import { findTargets, listObjects, targetOf } from '../targets.ts'
import { timedOut, untilDeleted, untilObject } from '../waiting.ts'

export const wait: Command = {
  name: 'wait',
  usage: "wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]] [options]",
  summary: 'Experimental: Wait for a specific condition on one or many resources',
  examples: `# Until a pod is ready
kubectl wait --for=condition=Ready pod/web

# Until it runs
kubectl wait --for=jsonpath='{.status.phase}'=Running pod/web

# Until it is gone
kubectl wait --for=delete pod/web --timeout=60s`,
  flags: [
    { name: 'all', type: 'bool', usage: 'All objects of the type, in the namespace.' },
    allNamespacesFlag,
    { name: 'field-selector', type: 'string', usage: 'Selector (field query): =, ==, !=.' },
    { name: 'filename', short: 'f', type: 'strings', usage: 'Files, directories or "-" with the objects.' },
    { name: 'for', type: 'string', values: ['create', 'delete', 'condition=', 'jsonpath='], usage: 'create, delete, condition=NAME[=VALUE] or jsonpath=EXPRESSION[=VALUE].' },
    { name: 'local', type: 'bool', usage: 'Only look at the files.' },
    ...outputFlags,
    { name: 'recursive', short: 'R', type: 'bool', default: 'true', usage: 'Look into the directories of -f, too.' },
    selectorFlag,
    { name: 'timeout', type: 'duration', default: '30s', usage: 'How long to wait; 0 looks once, less than 0 waits a week.' },
  ],
  run,
}

type Test = (object: KubeObject) => boolean

function* run(session: Session): Task<void> {
  const { flags, args } = session
  const wanted = flags.string('for')
  const test = testFor(wanted)
  const found = yield* findTargets(session, {
    args,
    filenames: flags.list('filename'),
    recursive: flags.bool('recursive'),
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    typeAlone: flags.bool('all'),
    allNamespaces: flags.bool('all-namespaces'),
  })
  const timeout = flags.duration('timeout')
  const deadline = session.input.now() + (timeout < 0 ? weekMs : timeout)
  if (wanted.toLowerCase() === 'create') yield* untilThere(session, found, deadline)
  const print = printerFor(session, 'condition met')
  const visited = yield* visit(session, found, wanted.toLowerCase() === 'delete', function* (target, object) {
    if (test === 'create') return yield* out(print(object))
    if (test === 'delete') {
      if (timeout === 0) throw notMet(target)
      yield* untilDeleted(session, target, object.metadata.uid, deadline)
      return yield* out(print(object))
    }
    if (timeout === 0) {
      if (!test(object)) throw notMet(target)
      return yield* out(print(object))
    }
    // The time is for all of them: once it has run out, nobody looks at the next ones (UntilWithSync cannot sync its cache).
    if (session.input.now() >= deadline) throw timedOut(target)
    const last = yield* untilObject(session, target, deadline, (now) => now !== undefined && test(now))
    yield* out(print(last))
  })
  if (visited === 0 && test !== 'delete') throw new CommandError('no matching resources found')
}

const notMet = ({ resource, name }: Target): CommandError => new CommandError(`condition not met for ${resource.plural}/${name}`)

const weekMs = 168 * 3_600_000

function testFor(text: string): Test | 'create' | 'delete' {
  const lower = text.toLowerCase()
  if (lower === 'delete' || lower === 'create') return lower
  if (text.startsWith('condition=')) {
    const [name = '', ...value] = text.slice('condition='.length).split('=')
    return (object) => hasCondition(object, name, value.length > 0 ? value.join('=') : 'true')
  }
  if (text.startsWith('jsonpath=')) return pathTest(text.slice('jsonpath='.length))
  throw new CommandError(`unrecognized condition: ${goQuote(text)}`)
}

/** What the status says of an older generation does not count. */
function hasCondition({ metadata, status }: KubeObject, name: string, value: string): boolean {
  const same = (a: unknown, b: string) => typeof a === 'string' && a.toLowerCase() === b.toLowerCase()
  const conditions: { type?: string; status?: string; observedGeneration?: number }[] = Array.isArray(status?.conditions) ? status.conditions : []
  const condition = conditions.find((c) => same(c.type, name))
  if (condition?.status === undefined) return false
  const observed = condition.observedGeneration ?? status.observedGeneration
  if (metadata.generation !== undefined && observed !== undefined && observed < metadata.generation) return false
  return same(condition.status, value)
}

const pathForm = "--for=jsonpath='{.status.readyReplicas}'=3"

function pathTest(text: string): Test {
  const [expression = '', given, ...more] = splitPath(text)
  if (more.length > 0) throw new CommandError(`jsonpath wait format must be ${pathForm} or --for=jsonpath='{.status.readyReplicas}'`)
  const wanted = given?.replaceAll(/^['"]+|['"]+$/g, '')
  if (wanted === '') throw new CommandError(`jsonpath wait has to have a value after equal sign, like ${pathForm}`)
  if (expression === '') throw new CommandError('jsonpath expression cannot be empty')
  let path: JsonPath
  try {
    path = new JsonPath(relaxedJsonPath(expression), true)
  } catch (error) {
    if (error instanceof JsonPathError) throw new CommandError(error.message)
    throw error
  }
  return (object) => {
    const results = path.find(object)
    if (results.length === 0 || results[0]!.length === 0) return false
    if (results.length > 1) throw new CommandError('given jsonpath expression matches more than one list')
    if (results[0]!.length > 1) throw new CommandError('given jsonpath expression matches more than one value')
    if (wanted === undefined) return true
    const value = results[0]![0]
    if (typeof value === 'object' && value !== null) throw new CommandError('jsonpath leads to a nested object or list which is not supported')
    return String(value).trim() === wanted.trim()
  }
}

/** At each `=` that is none of a `==`. */
function splitPath(text: string): string[] {
  const parts = ['']
  for (const piece of text.match(/==|=|[^=]+/g) ?? []) {
    if (piece === '=') parts.push('')
    else parts.push(`${parts.pop()!}${piece}`)
  }
  return parts
}

const pollMs = 500

/** --for=create: looks twice a second. */
function* untilThere(session: Session, found: Queries, deadline: number): Task<void> {
  for (;;) {
    let count = 0
    for (const query of found.queries) {
      try {
        if (query.by === 'name') {
          yield* getObject(session, query.target)
          count++
        } else count += (yield* listObjects(session, query)).items.length
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    }
    if (count > 0) return
    if (session.input.now() + pollMs > deadline) throw new CommandError('timed out waiting for the condition')
    yield* sleep(pollMs)
  }
}

/** Each object as it is now, in turn. */
function* visit(session: Session, found: Queries, ignoreMissing: boolean, look: (target: Target, object: KubeObject) => Task<void>): Task<number> {
  const errors: KubectlError[] = []
  const keep = (error: unknown): void => {
    if (!(error instanceof KubectlError)) throw error
    if (!(ignoreMissing && isNotFound(error))) errors.push(error)
  }
  let count = 0
  for (const query of found.queries) {
    try {
      for (const target of yield* targetsOf(session, query)) {
        count++
        try {
          yield* look(target, target.object!)
        } catch (error) {
          keep(error)
        }
      }
    } catch (error) {
      keep(error)
    }
  }
  throwAll([...errors, ...found.errors])
  return count
}

function* targetsOf(session: Session, query: Query): Task<Target[]> {
  if (query.by === 'name') return [{ ...query.target, object: yield* getObject(session, query.target) }]
  return (yield* listObjects(session, query)).items.map((object) => targetOf(query.resource, object))
}
