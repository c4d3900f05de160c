import type { Impersonation, Request, UserInfo, Verb } from '../api/request.ts'
import { findResource, type ResourceInfo } from '../api/resources.ts'
import type { KubeObject, Status } from '../api/types.ts'

/**
 * A request after its path was taken apart, as apiserver/pkg/endpoints/request.RequestInfo. Components
 * inside the cluster build it directly; paths from outside go through `requestInfo`.
 */
export interface ApiRequest {
  verb: Verb
  /** Of HTTP, where the verb does not tell it. */
  method?: string
  /** undefined for non-resource paths such as /version. */
  info: ResourceInfo | undefined
  path: string
  namespace: string | undefined
  name: string | undefined
  subresource: string | undefined
  query: Readonly<Record<string, string>>
  body: unknown
  contentType: string
  accept: 'json' | 'table' | 'discovery'
  user: UserInfo | undefined
  token: string | undefined
  certificate?: string | undefined
  as: Impersonation | undefined
  unfit?: Status | undefined
}

const httpVerbs: Record<string, Verb> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete', GET: 'get', HEAD: 'get', OPTIONS: 'get' }

/** From our word for a form, or from the header of HTTP that asks for it. */
function acceptOf(asked = 'json'): ApiRequest['accept'] {
  if (asked === 'table' || asked.includes('as=Table')) return 'table'
  return asked === 'discovery' || asked.includes('as=APIGroupDiscoveryList') ? 'discovery' : 'json'
}

export function requestInfo(r: Request): ApiRequest {
  const [path, query] = splitQuery(r)
  const parts = path.split('/').filter((part) => part !== '').map(decode)
  const verb = (httpVerbs[r.verb] ?? r.verb) as Verb
  const request: ApiRequest = {
    verb,
    info: undefined,
    path,
    namespace: undefined,
    name: undefined,
    subresource: undefined,
    query,
    body: r.body,
    contentType: r.contentType ?? 'application/json',
    accept: acceptOf(r.accept),
    user: r.user,
    token: r.token,
    certificate: r.certificate,
    as: r.as,
    unfit: r.unfit,
  }
  if (r.verb === 'HEAD' || r.verb === 'OPTIONS') request.method = r.verb
  const rest = takeGroupVersion(parts)
  if (rest === undefined) return request
  const { group, version, segments } = rest
  if (segments[0] === 'namespaces' && segments.length >= 3 && !isNamespaceSubresource(segments[2]!)) {
    request.namespace = segments[1]
    segments.splice(0, 2)
  }
  request.info = findResource(group, version, segments[0] ?? '')
  request.name = segments[1]
  request.subresource = segments.length > 2 ? segments.slice(2).join('/') : undefined
  request.verb = collectionVerb(verb, request)
  return request
}

function splitQuery(r: Request): [string, Record<string, string>] {
  const mark = r.path.indexOf('?')
  if (mark < 0) return [r.path, { ...r.query }]
  const query: Record<string, string> = {}
  for (const pair of r.path.slice(mark + 1).split('&')) {
    const equals = pair.indexOf('=')
    if (equals > 0) query[decodeQuery(pair.slice(0, equals))] = decodeQuery(pair.slice(equals + 1))
    else if (pair !== '') query[decodeQuery(pair)] = ''
  }
  return [r.path.slice(0, mark), { ...query, ...r.query }]
}

const decodeQuery = (text: string): string => decode(text.replaceAll('+', ' '))

/** What is no good encoding is taken as it stands: there will be nothing of that name. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function takeGroupVersion(parts: string[]): { group: string; version: string; segments: string[] } | undefined {
  if (parts[0] === 'api' && parts.length > 2) return { group: '', version: parts[1]!, segments: parts.slice(2) }
  if (parts[0] === 'apis' && parts.length > 3) return { group: parts[1]!, version: parts[2]!, segments: parts.slice(3) }
  return undefined
}

/** /api/v1/namespaces/x/status is a namespace's subresource, not a resource in it. */
function isNamespaceSubresource(segment: string): boolean {
  return segment === 'status' || segment === 'finalize'
}

function collectionVerb(verb: Verb, request: ApiRequest): Verb {
  if (request.name !== undefined) return verb
  if (verb === 'get') return isTrue(request.query['watch']) ? 'watch' : 'list'
  if (verb === 'delete') return 'deletecollection'
  return verb
}

/** Which resource a path is about, whether it is served or not. */
export function resourceInPath(path: string): { group: string; version: string; plural: string } | undefined {
  const rest = takeGroupVersion(path.split('/').filter((part) => part !== '').map(decode))
  if (rest === undefined) return undefined
  const { group, version, segments } = rest
  const plural = segments[0] === 'namespaces' && segments.length >= 3 && !isNamespaceSubresource(segments[2]!) ? segments[2] : segments[0]
  return plural === undefined ? undefined : { group, version, plural }
}

/** Whatever is not "false" or "0" (runtime.Convert_Slice_string_To_bool). */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && !/^(false|0)$/i.test(value)
}

/** The name that the object of a write gives itself. */
export function nameInBody(request: ApiRequest): string | undefined {
  const name = (request.body as KubeObject | undefined)?.metadata?.name
  return typeof name === 'string' ? name : undefined
}
