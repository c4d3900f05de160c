/**
 * Which types there are, and what a word on the command line means (client-go's RESTMapper with
 * shortcuts and categories). kubectl starts from what it has cached, which is the list of a v1.34 server,
 * and asks the server only for what is not in it.
 */
import { goQuote } from '../engine/api/field.ts'
import { apiVersionOf, resources as builtIn, type ResourceInfo } from '../engine/api/resources.ts'
import { ExitError, KubectlError, NoResourceMatch } from './errors.ts'
import { err, send, write, type Session, type Task } from './session.ts'

export interface Discovery {
  resources: readonly ResourceInfo[]
  /** The server was asked in this run: asking again would bring nothing. */
  fresh: boolean
}

/**
 * What earlier commands have learnt lies in a file, as in kubectl's own cache: the types that the server has besides its built-in ones.
 * Until a command asks again for a type that is not there, nobody sees that others have come.
 */
export const cachePath = '.kube/cache/discovery/127.0.0.1_6443/servergroups.json'

export function cachedDiscovery(files: Readonly<Record<string, string>>): Discovery {
  const learnt = readCache(files[cachePath])
  return { resources: learnt.length === 0 ? builtIn : [...builtIn, ...learnt], fresh: false }
}

/** Whatever else somebody has written there is no cache. */
function readCache(text = '[]'): ResourceInfo[] {
  try {
    const read: unknown = JSON.parse(text)
    return Array.isArray(read) ? read.filter(isResource) : []
  } catch {
    return []
  }
}

function isResource(value: unknown): value is ResourceInfo {
  const { group, version, kind, plural, singular, namespaced, ...lists } = (value ?? {}) as Partial<ResourceInfo>
  const isList = (list: unknown): boolean => Array.isArray(list) && list.every((word) => typeof word === 'string')
  return [group, version, kind, plural, singular].every((word) => typeof word === 'string') && typeof namespaced === 'boolean' &&
    [lists.shortNames, lists.categories, lists.subresources, lists.verbs].every(isList)
}

function* remember(session: Session, found: readonly ResourceInfo[]): Task<void> {
  const isBuiltIn = (r: ResourceInfo): boolean => builtIn.some((own) => own.plural === r.plural && own.group === r.group && own.version === r.version)
  const text = JSON.stringify(found.filter((r) => !isBuiltIn(r)))
  if (text !== (session.input.files[cachePath] ?? '[]')) yield* write(cachePath, text)
}

/** "po", "pods", "deployments.apps", "Deployment.v1.apps": the type, or an error in kubectl's words. */
export function* resourceFor(session: Session, argument: string): Task<ResourceInfo> {
  const known = match(session.discovery.resources, argument)
  if (known === undefined) yield* refreshDiscovery(session)
  const found = known ?? match(session.discovery.resources, argument)
  if (found === undefined) throw new NoResourceMatch(argument)
  yield* warnOfOthers(session, found, argument.toLowerCase())
  return found
}

/** The same, for commands that look it up by themselves: no "error: " before what they have not found, but its group behind it. */
export function* plainResourceFor(session: Session, argument: string): Task<ResourceInfo> {
  try {
    return yield* resourceFor(session, argument)
  } catch (error) {
    if (error instanceof NoResourceMatch) throw new ExitError(error.message + (error.group === '' ? '' : ` in group ${goQuote(error.group)}`), 1)
    throw error
  }
}

/** A short name that two groups have means the first; the other is told. */
function* warnOfOthers(session: Session, found: ResourceInfo, word: string): Task<void> {
  if (!found.shortNames.includes(word)) return
  for (const other of session.discovery.resources) {
    if (other.group === found.group || !other.shortNames.includes(word)) continue
    const text = `short name "${word}" could also match lower priority resource ${other.plural}.${other.group}`
    if (session.warned.has(text)) continue
    session.warned.add(text)
    yield* err(`Warning: ${text}\n`)
  }
}

/** The type of an object in a manifest. Undefined when the server has no such kind. */
export function* resourceForKind(session: Session, apiVersion: string, kind: string): Task<ResourceInfo | undefined> {
  const search = () => session.discovery.resources.find((r) => r.kind === kind && apiVersionOf(r) === apiVersion && r.verbs.length > 0)
  const found = search()
  if (found) return found
  yield* refreshDiscovery(session)
  return search()
}

/** The types that belong to a category ("all"), in the order of discovery; [] when it is none. */
export function categoryMembers(discovery: Discovery, name: string): ResourceInfo[] {
  const members = discovery.resources.filter((r) => r.categories.includes(name))
  return members.filter((r, i) => members.findIndex((other) => other.group === r.group && other.plural === r.plural) === i)
}

export function match(resources: readonly ResourceInfo[], argument: string): ResourceInfo | undefined {
  const wanted = argument.toLowerCase()
  const dot = wanted.indexOf('.')
  const word = dot < 0 ? wanted : wanted.slice(0, dot)
  const suffix = dot < 0 ? '' : wanted.slice(dot + 1)
  // Only short names are compared letter by letter.
  const asWritten = argument.slice(0, word.length)
  const among = (usable: readonly ResourceInfo[]) =>
    usable.find((r) => r.plural === word || r.singular === word) ??
    usable.find((r) => r.shortNames.includes(asWritten)) ??
    usable.find((r) => r.kind.toLowerCase() === word)
  if (suffix === '') return among(resources)
  const exact = resources.filter((r) => suffix === r.group || suffix === `${r.version}.${r.group}` || (r.group === '' && suffix === `${r.version}.`))
  // The beginning of a group is enough: "storageclass.storage".
  return among(exact) ?? among(resources.filter((r) => r.group.startsWith(suffix)))
}

/** Asks the server for its types: aggregated discovery, GET /api and GET /apis. */
export function* refreshDiscovery(session: Session): Task<void> {
  if (session.discovery.fresh) return
  session.discovery.fresh = true
  const found: ResourceInfo[] = []
  for (const path of ['/api', '/apis']) {
    try {
      const { body } = yield* send(session, { verb: 'get', path, accept: 'discovery' })
      found.push(...fromDiscovery(body))
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      return
    }
  }
  if (found.length === 0) return
  session.discovery.resources = found
  yield* remember(session, found)
}

/** apidiscovery.k8s.io/v2 APIGroupDiscoveryList. */
function fromDiscovery(body: any): ResourceInfo[] {
  if (body?.kind !== 'APIGroupDiscoveryList') return []
  return (body.items ?? []).flatMap((group: any) =>
    (group.versions ?? []).flatMap((version: any) =>
      (version.resources ?? []).map((r: any): ResourceInfo => ({
        group: group.metadata?.name ?? '',
        version: version.version,
        kind: r.responseKind?.kind ?? '',
        plural: r.resource,
        singular: r.singularResource || String(r.responseKind?.kind ?? '').toLowerCase(),
        shortNames: r.shortNames ?? [],
        namespaced: r.scope === 'Namespaced',
        categories: r.categories ?? [],
        subresources: (r.subresources ?? []).map((s: any) => s.subresource),
        verbs: r.verbs ?? [],
      }))))
}
