/**
 * What a command is about: files, `TYPE NAME...`, `TYPE/NAME`, or a type with a selector. This is
 * kubectl's resource.Builder: the same rules, refusals and order.
 */
import { decode } from '../engine/api/decode.ts'
import { goQuote } from '../engine/api/field.ts'
import { apiVersionOf, type ResourceInfo } from '../engine/api/resources.ts'
import { isSelectorError, matches, parseSelector } from '../engine/api/selector.ts'
import type { KubeObject } from '../engine/api/types.ts'
import type { ObjectList, Request, Response } from '../engine/api/request.ts'
import { categoryMembers, resourceFor, resourceForKind } from './discovery.ts'
import { asOne, CommandError, KubectlError, ServerError, throwAll } from './errors.ts'
import { readManifests } from './manifest/files.ts'
import { pathOf } from './paths.ts'
import { send, type Session, type Task } from './session.ts'
import { toJson } from './printing/goJson.ts'

/** One object that the command names or has found. */
export interface Target {
  resource: ResourceInfo
  /** '' for what has none. */
  namespace: string
  name: string
  /** The file it comes from; '' when it comes from the command line. */
  source: string
  /** What the file says or the server has. */
  object: KubeObject | undefined
}

export type Query =
  | { by: 'name'; target: Target }
  | { by: 'selector'; resource: ResourceInfo; namespace: string; labelSelector: string; fieldSelector: string }

export interface TargetOptions {
  args: readonly string[]
  filenames?: readonly string[]
  recursive?: boolean
  labelSelector?: string
  fieldSelector?: string
  /** A type without a name means all of it. */
  typeAlone?: boolean
  /** `--all`. */
  all?: boolean
  allNamespaces?: boolean
  /** At most one type may be named. */
  singleType?: boolean
}

export interface Queries {
  queries: Query[]
  /** One object was named, not a list: it is printed as itself. */
  single: boolean
  /** All mistakes in files as one, if there are any: told after the rest was done. */
  errors: KubectlError[]
}

/** Understands arguments and `-f`, and asks the server for nothing but types. */
export function* findTargets(session: Session, options: TargetOptions): Task<Queries> {
  const { filenames = [], labelSelector = '', fieldSelector = '' } = options
  const words = splitArguments(options)
  const selecting = labelSelector !== '' || fieldSelector !== '' || options.all === true || words.alone
  if (filenames.length > 0) return yield* fromFiles(session, options, words)
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
  const types = first === undefined ? [] : first.split(',').filter((type) => type !== '')
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

function* fromFiles(session: Session, options: TargetOptions, words: Words): Task<Queries> {
  const manifests = readManifests(session, options.filenames ?? [], options.recursive ?? false)
  if (words.types.length > 0) {
    throw new CommandError('when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well')
  }
  if (words.pairs.length > 0) throw new CommandError('resource/name arguments cannot be provided when a path is specified')
  const queries: Query[] = []
  const errors: KubectlError[] = []
  const selected = labelTest(options.labelSelector ?? '')
  for (const { source, values, error } of manifests) {
    try {
      for (const value of values) {
        checkObject(source, value)
        for (const item of listItems(value)) {
          const target = yield* fromManifest(session, source, item)
          if (target instanceof KubectlError) errors.push(target)
          else if (selected(target.object!)) queries.push({ by: 'name', target })
        }
      }
      if (error) errors.push(error)
    } catch (failure) {
      // An object that is none ends the reading of its file.
      if (!(failure instanceof KubectlError)) throw failure
      errors.push(failure)
    }
  }
  const count = manifests.reduce((sum, m) => sum + m.values.length, 0)
  const mistakes = asOne(errors)
  return { queries, single: queries.length === 1 && count === 1 && errors.length === 0, errors: mistakes ? [mistakes] : [] }
}

/** With `-l`, only the objects of the files that have these labels. */
function labelTest(text: string): (object: KubeObject) => boolean {
  const selector = parseSelector(text)
  if (isSelectorError(selector)) throw new CommandError(selector.error)
  return (object) => matches(selector, object.metadata.labels)
}

/** The items of a List of any kind, lists in lists included; anything else is its own only item. */
function listItems(value: unknown): unknown[] {
  const list = value as { kind?: unknown; items?: unknown } | null
  const isList = typeof list === 'object' && list !== null && typeof list.kind === 'string' && Array.isArray(list.items)
  return isList ? (list.items as unknown[]).flatMap(listItems) : [value]
}

/** The error of a kind that nobody serves is answered, not thrown: the objects after it are read on. */
function* fromManifest(session: Session, source: string, value: unknown): Task<Target | KubectlError> {
  checkObject(source, value)
  const { apiVersion, kind, metadata: given } = value as { apiVersion: string; kind: string; metadata?: Partial<KubeObject['metadata']> | null }
  // None and null are the empty one, as for Go.
  const metadata = given ?? {}
  checkMetadata(source, metadata)
  const resource = yield* resourceForKind(session, apiVersion, kind)
  const name = metadata.name ?? ''
  if (resource === undefined) {
    return new CommandError(
      `resource mapping not found for name: ${goQuote(name)} namespace: ${goQuote(metadata.namespace ?? '')} from ${goQuote(source)}: ` +
      `no matches for kind ${goQuote(kind)} in version ${goQuote(apiVersion)}\nensure CRDs are installed first`)
  }
  const object = { ...(value as KubeObject), metadata: metadata as KubeObject['metadata'] }
  if (!resource.namespaced) return { resource, namespace: '', name, source, object: withoutNamespace(object) }
  if (session.flags.has('local') && session.flags.bool('local')) return { resource, namespace: metadata.namespace ?? '', name, source, object }
  const namespace = namespaceOf(session, metadata.namespace)
  return { resource, namespace, name, source, object: { ...object, metadata: { ...object.metadata, namespace } } }
}

function withoutNamespace(object: KubeObject): KubeObject {
  if (object.metadata.namespace === undefined) return object
  const { namespace: _, ...metadata } = object.metadata
  return { ...object, metadata: metadata as KubeObject['metadata'] }
}

/** Whether a document can be an object at all: what kubectl's own validation still looks at. */
function checkObject(source: string, value: unknown): void {
  const invalid = (why: string) =>
    new CommandError(
      `error validating ${goQuote(source)}: error validating data: ${why}; ` +
      'if you choose to ignore these errors, turn validation off with --validate=false')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('invalid object to validate')
  const { apiVersion, kind } = value as { apiVersion?: unknown; kind?: unknown }
  const problems: string[] = []
  if (apiVersion === undefined) problems.push('apiVersion not set')
  else if (typeof apiVersion !== 'string') problems.push("apiVersion isn't string type")
  if (kind === undefined) problems.push('kind not set')
  else if (typeof kind !== 'string') problems.push("kind isn't string type")
  if (problems.length > 0) throw invalid(problems.length === 1 ? problems[0]! : `[${problems.join(', ')}]`)
  if (kind === '') throw new CommandError(`unable to decode ${goQuote(source)}: Object 'Kind' is missing in '${toJson(value)}'`)
}

/** metadata is decoded with its types; the rest is the server's business. */
function checkMetadata(source: string, metadata: unknown): void {
  const type = { group: '', version: 'v1', kind: 'ConfigMap' }
  const decoded = decode(type, { apiVersion: 'v1', kind: 'ConfigMap', metadata })
  if (!('status' in decoded)) return
  const why = (decoded.status.message ?? '').replace(/^.* cannot be handled as a ConfigMap: /, '').replace('ConfigMap.metadata', 'metadataOnlyObject.metadata')
  throw new CommandError(`unable to decode ${goQuote(source)}: ${why}`)
}

function namespaceOf(session: Session, own: string | undefined): string {
  const { namespace, explicit } = session.context
  if (own === undefined || own === '') return namespace
  if (explicit && own !== namespace) {
    throw new CommandError(
      `the namespace from the provided object ${goQuote(own)} does not match the namespace ${goQuote(namespace)}. ` +
      `You must pass '--namespace=${own}' to perform this operation.`)
  }
  return own
}

/** GET of one object. */
/** With `--subresource` it is that part of the object that is read, and then changed. */
export function* getObject(session: Session, target: Target): Task<KubeObject> {
  const part = session.flags.has('subresource') ? session.flags.string('subresource') : ''
  const response = yield* send(session, { verb: 'get', path: pathOf(target.resource, target.namespace, target.name, part) })
  return response.body as KubeObject
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
