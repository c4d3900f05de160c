import { type HttpResponse, type NetworkError, reasonPhrase } from '../http.ts'
import type { Process, Run } from '../process/process.ts'
import { parseUrl, request, type Url } from '../tools/http-client.ts'
import { decodeJson, encodeJson } from './json.ts'
import { type Call, module, number, object, text } from './support.ts'
import { type Arguments, Blob, Builtin, Class, Dict, exceptions, Float, Instance, List, Raised, Tuple, type Value } from './values.ts'

const failure = (name: string, above: Class): Class => new Class(name, [above], new Map<string, Value>([['__module__', 'requests.exceptions']]))
const base = failure('RequestException', exceptions.get('OSError')!)
const httpError = failure('HTTPError', base)
const connectionError = failure('ConnectionError', base)
const timeout = failure('Timeout', base)
const failures: Readonly<Record<string, Class>> = { RequestException: base, HTTPError: httpError, ConnectionError: connectionError, Timeout: timeout, ConnectTimeout: failure('ConnectTimeout', timeout), ReadTimeout: failure('ReadTimeout', timeout), SSLError: failure('SSLError', connectionError), MissingSchema: failure('MissingSchema', base), JSONDecodeError: failure('JSONDecodeError', base) }

const raise = (name: string, message: string, more: Record<string, Value> = {}): never => {
  throw new Raised(new Instance(failures[name] ?? base, new Map<string, Value>([['args', new Tuple([message])], ...Object.entries(more)])))
}

/** The HTTP client that most programs use. */
export function requestsModule(p: Process): Instance {
  const verbs = (usual: Dict): Record<string, Call> => ({
    ...Object.fromEntries(['get', 'post', 'put', 'patch', 'delete', 'head', 'options'].map((verb) => [verb, (a: Arguments) => ask(p, verb.toUpperCase(), a, usual)])),
    request: ({ args: [verb, ...args], named }) => ask(p, text(verb).toUpperCase(), { args, named }, usual),
  })
  const session = (): Instance => {
    const headers = new Dict()
    const made: Instance = object({ ...verbs(headers), close: () => null, mount: () => null, __exit__: () => false, __enter__: () => made }, { headers })
    return made
  }
  return module({ ...verbs(new Dict()), Session: session, session }, { exceptions: module({}, failures), ...failures, codes: module({}, { ok: 200, not_found: 404 }) })
}

const entries = (value: Value | undefined): [string, string][] => (value instanceof Dict ? [...value.entries.values()].flatMap(([key, one]): [string, string][] => (one === null ? [] : (one instanceof List ? one.items : [one]).map((each) => [text(key), text(each)]))) : [])
const encoded = (pairs: readonly [string, string][]): string => pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value).replaceAll('%20', '+')}`).join('&')

function* ask(p: Process, method: string, { args, named }: Arguments, usual: Dict): Run<Value> {
  const address = text(args[0] ?? named.get('url'))
  const url = /^https?:\/\//.test(address) ? parseUrl(address) : undefined
  if (url === undefined) return raise('MissingSchema', `Invalid URL '${address}': No scheme supplied. Perhaps you meant https://${address}?`)
  const query = encoded(entries(named.get('params')))
  const asked = { ...url, path: query === '' ? url.path : `${url.path}${url.path.includes('?') ? '&' : '?'}${query}` }
  const headers: Record<string, string> = { 'user-agent': 'python-requests/2.32.5', 'accept-encoding': 'gzip, deflate', accept: '*/*', connection: 'keep-alive' }
  const data = named.get('data') ?? (method === 'POST' || method === 'PUT' || method === 'PATCH' ? args[1] : undefined)
  let body = ''
  if (named.get('json') !== undefined && named.get('json') !== null) [body, headers['content-type']] = [encodeJson(named.get('json')!, 0), 'application/json']
  else if (data instanceof Dict) [body, headers['content-type']] = [encoded(entries(data)), 'application/x-www-form-urlencoded']
  else if (data !== undefined && data !== null) body = data instanceof Blob ? data.text : text(data)
  for (const [name, value] of [...entries(usual), ...entries(named.get('headers'))]) headers[name.toLowerCase()] = value
  const wait = named.get('timeout')
  const timeoutMs = wait instanceof Tuple ? number(wait.items.at(-1)) * 1000 : wait === undefined || wait === null ? 120_000 : number(wait) * 1000
  const from = p.machine.now()
  let answer = yield* request(p, asked, { method, headers, body, timeoutMs })
  for (let hops = 0; !('error' in answer) && named.get('allow_redirects') !== false && [301, 302, 303, 307, 308].includes(answer.status) && hops < 30; hops++) {
    const to = answer.headers['location'] ?? '/'
    const next = parseUrl(to.startsWith('/') ? `${url.scheme}://${url.host}:${url.port}${to}` : to)
    if (next === undefined) break
    answer = yield* request(p, next, { method: answer.status === 303 || (answer.status < 303 && method === 'POST') ? 'GET' : method, headers, body, timeoutMs })
  }
  if ('error' in answer) return failed(asked, answer, timeoutMs)
  return responseOf(address, answer, p.machine.now() - from)
}

function failed(url: Url, { error }: NetworkError, timeoutMs: number): never {
  const secure = url.scheme === 'https'
  const pool = `HTTP${secure ? 'S' : ''}ConnectionPool(host='${url.host}', port=${url.port})`
  const connection = `<urllib3.connection.HTTP${secure ? 'S' : ''}Connection object at 0x7f2f6c1d9a90>`
  if (error === 'timeout') return raise('ConnectTimeout', `${pool}: Max retries exceeded with url: ${url.path} (Caused by ConnectTimeoutError(${connection}, 'Connection to ${url.host} timed out. (connect timeout=${timeoutMs / 1000})'))`)
  if (error === 'unresolved') return raise('ConnectionError', `${pool}: Max retries exceeded with url: ${url.path} (Caused by NameResolutionError("${connection}: Failed to resolve '${url.host}' ([Errno -2] Name or service not known)"))`)
  if (error === 'refused' || error === 'unreachable') return raise('ConnectionError', `${pool}: Max retries exceeded with url: ${url.path} (Caused by NewConnectionError('${connection}: Failed to establish a new connection: ${error === 'refused' ? '[Errno 111] Connection refused' : '[Errno 113] No route to host'}'))`)
  return raise('ConnectionError', "('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))")
}

function responseOf(address: string, { status, headers, body }: HttpResponse, tookMs: number): Instance {
  const sent = new Dict()
  for (const [name, value] of Object.entries(headers)) sent.set(name.replaceAll(/(^|-)[a-z]/g, (c) => c.toUpperCase()), value)
  const get = new Builtin('get', ({ args: [name, usual = null] }) => headers[text(name).toLowerCase()] ?? usual)
  const names: Record<string, Value> = { status_code: status, text: body, content: new Blob(body), ok: status < 400, reason: reasonPhrase(status), url: address, headers: new Instance(new Class('CaseInsensitiveDict', [], new Map()), new Map<string, Value>([['data', sent], ['get', get], ['__getitem__', get], ['items', new Builtin('items', () => new List([...sent.entries.values()].map(([k, v]) => new Tuple([k, v]))))]])), encoding: 'utf-8', elapsed: object({ total_seconds: () => new Float(tookMs / 1000) }) }
  return object({
    json: () => decodeJson(body),
    raise_for_status: () => (status < 400 ? null : raise('HTTPError', `${status} ${status < 500 ? 'Client' : 'Server'} Error: ${reasonPhrase(status)} for url: ${address}`)),
    iter_lines: () => new List(body.split('\n').map((line) => new Blob(line))),
    close: () => null,
    __str__: () => `<Response [${status}]>`,
    __repr__: () => `<Response [${status}]>`,
  }, names, new Class('Response', [], new Map()))
}
