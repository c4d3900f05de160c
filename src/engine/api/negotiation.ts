import { firstObject } from './yaml.ts'
import { yamlText } from './yamlText.ts'
import { fromTheWire, onTheWire } from './onTheWire.ts'
import type { Response } from './request.ts'
import { badRequest, failure, unsupportedMediaType } from './status.ts'
import type { KubeObject, Status, Table } from './types.ts'

/** What a request of HTTP says to the API server in its headers (apiserver/pkg/endpoints/handlers/negotiation). */
export interface Negotiated {
  body: unknown
  contentType?: string
  accept: 'json' | 'table' | 'discovery'
  /** The server cannot read what was sent, or write what is wanted. */
  unfit?: Status
  form: Form
}

/** How an answer is written down. */
export interface Form {
  yaml: boolean
  /** Instead of the object. */
  as?: string | undefined
  version?: string | undefined
  includeObject?: string | undefined
}

const written = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']
const transforms = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'])
const plain: Form = { yaml: false }

export function negotiate({ method, path, headers, body }: { method: string; path: string; headers: Readonly<Record<string, string>>; body: string }): Negotiated {
  const contentType = headers['content-type']
  const sent = readable(method, contentType?.split(';')[0]?.trim() ?? written[0]!, body)
  const form = path.startsWith('/api') ? formOf(headers['accept'] ?? '*/*', path) : plain
  const unfit = 'unfit' in sent ? sent.unfit : form === undefined ? notAcceptable(`only the following media types are accepted: ${written.join(', ')}`) : undefined
  return {
    body: 'unfit' in sent ? undefined : sent.body,
    ...(contentType === undefined || contentType === written[0] ? {} : { contentType }),
    accept: form?.as === 'Table' ? 'table' : form?.as === 'APIGroupDiscoveryList' ? 'discovery' : 'json',
    ...(unfit === undefined ? {} : { unfit }),
    form: form ?? plain,
  }
}

const notAcceptable = (message: string): Status => failure(406, 'NotAcceptable', message, {})

/** Which patches there are, the server's patch handler says itself. */
function readable(method: string, type: string, text: string): { body: unknown } | { unfit: Status } {
  if (text === '' || (method === 'PATCH' && !type.endsWith('yaml'))) return { body: fromTheWire(text) }
  if (type.endsWith('yaml')) {
    const object = firstObject(text)
    return typeof object === 'string' ? { unfit: badRequest(`error converting YAML to JSON: yaml: ${object}`) } : { body: object }
  }
  return type === written[0] ? { body: fromTheWire(text) } : { unfit: unsupportedMediaType(written) }
}

/** The first form that is asked for and that there is, the best liked before others. */
function formOf(accept: string, path: string): Form | undefined {
  const clauses = accept.split(',').map((clause) => {
    const [type = '', ...parameters] = clause.split(';').map((part) => part.trim())
    return { type, ...Object.fromEntries(parameters.map((parameter) => parameter.split('='))) } as { type: string; q?: string; as?: string; v?: string; g?: string }
  })
  const includeObject = /[?&]includeObject=([^&]*)/.exec(path)?.[1]
  const isGroups = /^\/apis?\/?(\?|$)/.test(path)
  for (const { type, as, v: version, g } of clauses.toSorted((a, b) => Number(b.q ?? 1) - Number(a.q ?? 1))) {
    // Nobody here could read protobuf.
    const isKnown = written.includes(type) || type === '*/*' || type === 'application/*'
    if (!isKnown || (as !== undefined && !(isGroups ? as === 'APIGroupDiscoveryList' : transforms.has(as) && g === 'meta.k8s.io'))) continue
    return { yaml: type === written[1], as, version, includeObject }
  }
  return undefined
}

/** An answer in the form that was asked for. */
export function shaped({ yaml, ...form }: Form, response: Response): Response {
  if (typeof response.body === 'string') return response
  const told = form.as === undefined || response.body.kind === 'Status' ? response : transformed(form, response)
  return yaml ? { ...told, body: yamlText(onTheWire(told.body as KubeObject)), contentType: written[1]! } : told
}

/** handlers/response.go transformObject. */
function transformed({ as, version = 'v1', includeObject = 'Metadata' }: Omit<Form, 'yaml'>, response: Response): Response {
  const apiVersion = `meta.k8s.io/${version}`
  const metadataOnly = ({ metadata }: KubeObject): KubeObject => ({ kind: 'PartialObjectMetadata', apiVersion, metadata }) as KubeObject
  const refused = (status: Status): Response => ({ code: status.code, body: status })
  const { kind, metadata, items } = response.body as { kind: string; metadata: object; items?: KubeObject[] }
  if (as === 'PartialObjectMetadata') {
    if (items !== undefined) return refused(notAcceptable(`you requested PartialObjectMetadata, but the requested object is a list (${typeOf(response)})`))
    return { ...response, body: metadataOnly(response.body as KubeObject) }
  }
  if (as === 'PartialObjectMetadataList') {
    if (items === undefined) return refused(notAcceptable(`you requested PartialObjectMetadataList, but the requested object is not a list (${typeOf(response)})`))
    return { ...response, body: { kind: as, apiVersion, metadata, items: items.map(metadataOnly) } as never }
  }
  if (kind !== 'Table') return response
  if (!['None', 'Metadata', 'Object'].includes(includeObject)) return refused(badRequest(`unrecognized includeObject value: ${JSON.stringify(includeObject)}`))
  const rows = (response.body as Table).rows.map(({ object, ...row }) => ({ ...row, object: includeObject === 'Object' ? object : includeObject === 'None' ? null : metadataOnly(object as KubeObject) }))
  return { ...response, body: { ...(response.body as Table), apiVersion, rows } as never }
}

/** The type in Go of what the server holds. */
function typeOf({ body }: Response): string {
  const { apiVersion, kind } = body as KubeObject
  return `*${apiVersion === 'v1' ? 'core' : apiVersion.split(/[./]/)[0]}.${kind}`
}
