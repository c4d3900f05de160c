/** The objects that files name, as kubectl's resource.Builder reads them. Names and selectors: targets.ts. */
import { decode } from '../engine/api/decode.ts'
import { goQuote } from '../engine/api/field.ts'
import type { ResourceInfo } from '../engine/api/resources.ts'
import { isSelectorError, matches, parseSelector } from '../engine/api/selector.ts'
import type { KubeObject } from '../engine/api/types.ts'
import { resourceForKind } from './discovery.ts'
import { asOne, CommandError, KubectlError } from './errors.ts'
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

export interface Queries {
  queries: Query[]
  /** One object was named, not a list: it is printed as itself. */
  single: boolean
  /** All mistakes in files as one, if there are any: told after the rest was done. */
  errors: KubectlError[]
}

export interface FileOptions {
  filenames?: readonly string[]
  recursive?: boolean
  labelSelector?: string
  /** What is wrong with the rest of the line: told when the files are there. */
  refusal?: string
}

/** The objects that `-f` names. */
export function* targetsOfFiles(session: Session, options: FileOptions): Task<Queries> {
  const manifests = readManifests(session, options.filenames ?? [], options.recursive ?? false)
  if (options.refusal !== undefined) throw new CommandError(options.refusal)
  const queries: Query[] = []
  const errors: KubectlError[] = []
  const selected = labelTest(options.labelSelector ?? '')
  for (const { source, values, error } of manifests) {
    try {
      for (const value of values) {
        checkObject(session, source, value)
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
  checkObject(session, source, value)
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

/** Whether a document can be an object at all: what kubectl's own validation, of commands that validate, still looks at. */
function checkObject({ flags }: Session, source: string, value: unknown): void {
  const invalid = (why: string) =>
    new CommandError(
      `error validating ${goQuote(source)}: error validating data: ${why}; ` +
      'if you choose to ignore these errors, turn validation off with --validate=false')
  const validates = flags.has('validate') && !['ignore', 'false'].includes(flags.string('validate'))
  const undecoded = (why: string) => new CommandError(`unable to decode ${goQuote(source)}: ${why}`)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw validates ? invalid('invalid object to validate') : undecoded(`json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value} into Go value of type unstructured.detector`)
  }
  const { apiVersion, kind } = value as { apiVersion?: unknown; kind?: unknown }
  const noKind = () => undecoded(`Object 'Kind' is missing in '${toJson(value)}'`)
  if (kind === undefined && !validates) throw noKind()
  const problems: string[] = []
  if (apiVersion === undefined) problems.push('apiVersion not set')
  else if (typeof apiVersion !== 'string') problems.push("apiVersion isn't string type")
  if (kind === undefined) problems.push('kind not set')
  else if (typeof kind !== 'string') problems.push("kind isn't string type")
  if (problems.length > 0) throw invalid(problems.length === 1 ? problems[0]! : `[${problems.join(', ')}]`)
  if (kind === '') throw noKind()
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

/** GET of one object. With `--subresource` it is that part of the object that is read, and then changed. */
export function* getObject(session: Session, target: Target): Task<KubeObject> {
  const part = session.flags.has('subresource') ? session.flags.string('subresource') : ''
  const response = yield* send(session, { verb: 'get', path: pathOf(target.resource, target.namespace, target.name, part) })
  return response.body as KubeObject
}
