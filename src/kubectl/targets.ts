/**
 * What a command is about: files, `TYPE NAME...`, `TYPE/NAME`, or a type with a selector. This is
 * kubectl's resource.Builder: the same rules, refusals and order.
 */
import { goQuote } from '../engine/api/field.ts'
import { apiVersionOf, type ResourceInfo } from '../engine/api/resources.ts'
import type { KubeObject } from '../engine/api/types.ts'
import type { ObjectList, Request, Response } from '../engine/api/request.ts'
import { categoryMembers, resourceFor } from './discovery.ts'
import { CommandError, KubectlError, ServerError, throwAll } from './errors.ts'
import { getObject, targetsOfFiles, type FileOptions, type Queries, type Query, type Target } from './fileTargets.ts'
import { pathOf } from './paths.ts'
import { send, type Session, type Task } from './session.ts'

export interface TargetOptions extends Omit<FileOptions, 'refusal'> {
  args: readonly string[]
  fieldSelector?: string
  /** A type without a name means all of it. */
  typeAlone?: boolean
  /** `--all`. */
  all?: boolean
  allNamespaces?: boolean
  /** At most one type may be named. */
  singleType?: boolean
}

/** Understands arguments and `-f`, and asks the server for nothing but types. */
export function* findTargets(session: Session, options: TargetOptions): Task<Queries> {
  const { filenames = [], labelSelector = '', fieldSelector = '' } = options
  const words = splitArguments(options)
  const selecting = labelSelector !== '' || fieldSelector !== '' || options.all === true || words.alone
  if (filenames.length > 0) return yield* targetsOfFiles(session, { ...options, ...besideFiles(words) })
  if (selecting) return yield* fromSelector(session, options, words)
  if (words.pairs.length > 0) return yield* fromPairs(session, options, words)
  if (words.names.length > 0) return yield* fromNames(session, options, words)
  if (words.types.length > 0) {
    yield* resolveTypes(session, words.types)
    throw new CommandError('resource(s) were provided, but no name was specified')
  }
  throw new CommandError(missingResource)
}

const missingResource = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`

interface Words {
  types: string[]
  names: string[]
  pairs: { type: string; name: string }[]
  /** A type without names, where that means all objects of it. */
  alone: boolean
}

function splitArguments({ args, typeAlone }: TargetOptions): Words {
  const slashes = args.filter((arg) => arg.includes('/')).length
  if (slashes > 0 && slashes < args.length) {
    throw new CommandError(
      'there is no need to specify a resource type as a separate argument when passing arguments in resource/name form ' +
      "(e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'")
  }
  if (slashes > 0) return { types: [], names: [], pairs: args.map(splitPair), alone: false }
  const [first, ...names] = args
  const types = first === undefined || first === '' ? [] : first.split(',')
  return { types, names, pairs: [], alone: typeAlone === true && args.length === 1 }
}

/** "deployment/web" in its two parts. */
export function splitPair(arg: string): { type: string; name: string } {
  const parts = arg.split('/')
  if (parts.length !== 2) throw new CommandError('arguments in resource/name form may not have more than one slash')
  const [type, name] = parts as [string, string]
  if (type === '' || name === '' || type.includes(',')) throw new CommandError('arguments in resource/name form must have a single resource and name')
  return { type, name }
}

function besideFiles({ types, pairs }: Words): { refusal?: string } {
  if (types.length > 0) return { refusal: 'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well' }
  return pairs.length > 0 ? { refusal: 'resource/name arguments cannot be provided when a path is specified' } : {}
}

function* resolveTypes(session: Session, words: readonly string[], singleType = false): Task<ResourceInfo[]> {
  const found: ResourceInfo[] = []
  for (const word of words) {
    const members = categoryMembers(session.discovery, word.toLowerCase())
    for (const resource of members.length > 0 ? members : [yield* resourceFor(session, word)]) {
      if (!found.some((r) => r.plural === resource.plural && r.group === resource.group)) found.push(resource)
    }
  }
  if (singleType && found.length > 1) throw new CommandError('you may only specify a single resource type')
  return found
}

function* fromSelector(session: Session, options: TargetOptions, words: Words): Task<Queries> {
  if (words.names.length > 0) throw new CommandError('name cannot be provided when a selector is specified')
  if (words.pairs.length > 0) {
    throw new CommandError('selectors and the all flag cannot be used when passing resource/name arguments')
  }
  if (words.types.length === 0) throw new CommandError('at least one resource must be specified to use a selector')
  if (options.all && (options.labelSelector || options.fieldSelector)) {
    throw new CommandError(`setting 'all' parameter but found a non empty selector. `)
  }
  const queries: Query[] = (yield* resolveTypes(session, words.types, options.singleType)).map((resource) => ({
    by: 'selector',
    resource,
    namespace: options.allNamespaces || !resource.namespaced ? '' : session.context.namespace,
    labelSelector: options.labelSelector ?? '',
    fieldSelector: options.fieldSelector ?? '',
  }))
  return { queries, single: false, errors: [] }
}

function* fromPairs(session: Session, options: TargetOptions, words: Words): Task<Queries> {
  const queries: Query[] = []
  for (const { type, name } of words.pairs) {
    const resource = yield* resourceFor(session, type)
    queries.push({ by: 'name', target: named(session, options, resource, name) })
  }
  return { queries, single: queries.length === 1, errors: [] }
}

function* fromNames(session: Session, options: TargetOptions, words: Words): Task<Queries> {
  if (words.types.length === 1 && categoryMembers(session.discovery, words.types[0]!.toLowerCase()).length > 1) throw new CommandError('you must specify only one resource')
  const resources = yield* resolveTypes(session, words.types, options.singleType)
  const queries: Query[] = resources.flatMap((resource) =>
    words.names.map((name): Query => ({ by: 'name', target: named(session, options, resource, name) })))
  return { queries, single: words.names.length === 1 && words.types.length === 1 && resources.length === 1, errors: [] }
}

function named(session: Session, options: TargetOptions, resource: ResourceInfo, name: string): Target {
  if (name === '') throw new CommandError('resource name may not be empty')
  if (options.allNamespaces && resource.namespaced) {
    throw new CommandError('a resource cannot be retrieved by name across all namespaces')
  }
  return { resource, namespace: resource.namespaced ? session.context.namespace : '', name, source: '', object: undefined }
}

export interface ListQuery {
  resource: ResourceInfo
  namespace: string
  labelSelector?: string
  fieldSelector?: string
}

/** Puts the question before the server's words, where it did not understand it (EnhanceListError). */
export function enhanced(error: unknown, query: ListQuery): unknown {
  if (!(error instanceof ServerError) || (error.reason !== 'BadRequest' && error.reason !== 'NotFound')) return error
  const { group, version, plural } = query.resource
  const subject = goQuote(`${group === '' ? '' : group}/${version}, Resource=${plural}`)
  const selectors = `that match label selector ${goQuote(query.labelSelector ?? '')}, field selector ${goQuote(query.fieldSelector ?? '')}`
  const question = query.labelSelector || query.fieldSelector ? `Unable to find ${subject} ${selectors}` : `Unable to list ${subject}`
  return new ServerError({ ...error.status, message: `${question}: ${error.message}` }, error.original)
}

/** GET of a list of anything; refusals say what was asked for. */
export function* requestList(session: Session, query: ListQuery, request: Omit<Request, 'verb' | 'path'>): Task<Response> {
  try {
    return yield* send(session, { verb: 'get', path: pathOf(query.resource, query.namespace), ...request })
  } catch (error) {
    throw enhanced(error, query)
  }
}

/** GET of a collection, in chunks of 500 as kubectl asks for them. Items carry apiVersion and kind. */
export function* listObjects(session: Session, query: ListQuery): Task<{ items: KubeObject[]; resourceVersion: string }> {
  const items: KubeObject[] = []
  let resourceVersion = ''
  let rest = ''
  do {
    const response = yield* requestList(session, query, { query: listParameters(query, rest) })
    const list = response.body as ObjectList
    const type = { apiVersion: apiVersionOf(query.resource), kind: query.resource.kind }
    for (const item of list.items ?? []) items.push(item.kind ? item : { ...type, ...item })
    resourceVersion ||= list.metadata?.resourceVersion ?? ''
    rest = list.metadata?.continue ?? ''
  } while (rest !== '')
  return { items, resourceVersion }
}

export function listParameters(query: { labelSelector?: string; fieldSelector?: string }, rest: string): Record<string, string> {
  return {
    ...(query.fieldSelector ? { fieldSelector: query.fieldSelector } : {}),
    ...(query.labelSelector ? { labelSelector: query.labelSelector } : {}),
    limit: '500',
    ...(rest === '' ? {} : { continue: rest }),
  }
}

/** The objects behind the queries, read from the server; a file's object is read again when `latest`. */
export function* fetchTargets(session: Session, found: Queries, latest = true): Task<Target[]> {
  const targets: Target[] = []
  const errors: KubectlError[] = []
  for (const query of found.queries) {
    try {
      if (query.by === 'name') {
        const { target } = query
        targets.push(latest || !target.object ? { ...target, object: yield* getObject(session, target) } : target)
      } else {
        for (const object of (yield* listObjects(session, query)).items) targets.push(targetOf(query.resource, object))
      }
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      errors.push(error)
    }
  }
  if (targets.length === 0 || found.single) throwAll([...errors, ...found.errors])
  found.errors.push(...errors)
  return targets
}

export function targetOf(resource: ResourceInfo, object: KubeObject, source = ''): Target {
  return { resource, namespace: object.metadata.namespace ?? '', name: object.metadata.name, source, object }
}
