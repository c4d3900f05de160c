import { type HttpResponse, type NetworkError, reasonPhrase } from '../http.ts'
import { versionOf } from '../images/versions.ts'
import type { Process, Run } from '../process/process.ts'
import { parseUrl, request } from '../tools/http-client.ts'
import { module, number, object, text } from './support.ts'
import { Blob, Builtin, Class, Dict, exceptions, Instance, raised, Raised, repr, Tuple, type Value } from './values.ts'

const failure = (name: string, above: Class): Class => new Class(name, [above], new Map<string, Value>([['__module__', 'urllib.error']]))
const urlError = failure('URLError', exceptions.get('OSError')!)
const httpError = failure('HTTPError', urlError)

export const urlErrorModule = (): Instance => module({}, { URLError: urlError, HTTPError: httpError })

const reasons: Partial<Record<NetworkError['error'], string>> = { refused: '[Errno 111] Connection refused', unresolved: '[Errno -2] Name or service not known', unreachable: '[Errno 113] No route to host', reset: '[Errno 104] Connection reset by peer', plain: '[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1032)' }

/** urllib.request: urlopen of an address or a Request. */
export function urlRequestModule(p: Process): Instance {
  const requestClass = new Class('Request', [], new Map())
  requestClass.names.set('__new__', new Builtin('Request', ({ args: [url = null, data, headers], named }) => {
    const given = new Dict()
    for (const [name, value] of (headers ?? named.get('headers')) instanceof Dict ? ((headers ?? named.get('headers')) as Dict).entries.values() : []) given.set(name, value)
    const body = data ?? named.get('data') ?? null
    const made = new Instance(requestClass, new Map<string, Value>([['full_url', url], ['data', body], ['headers', given], ['method', named.get('method') ?? (body === null ? 'GET' : 'POST')]]))
    made.names.set('add_header', new Builtin('add_header', ({ args: [name = null, value = null] }) => (given.set(name, value), null)))
    made.names.set('get_method', new Builtin('get_method', () => made.names.get('method') ?? 'GET'))
    return made
  }))
  const urlopen = function* (given: Value, data: Value | undefined, timeoutMs: number): Run<Value> {
    const asked = given instanceof Instance ? given.names : new Map<string, Value>([['full_url', given]])
    const address = text(asked.get('full_url'))
    const url = /^https?:/.test(address) ? parseUrl(address) : undefined
    if (url === undefined) throw raised('ValueError', `unknown url type: ${repr(address)}`)
    const body = data ?? asked.get('data') ?? null
    const headers: Record<string, string> = { 'user-agent': `Python-urllib/${versionOf('python', p.machine.config.image).split('.').slice(0, 2).join('.')}`, 'accept-encoding': 'identity', connection: 'close' }
    const own = asked.get('headers')
    if (own instanceof Dict) for (const [name, value] of own.entries.values()) headers[text(name).toLowerCase()] = text(value)
    const answer = yield* request(p, url, { method: text(asked.get('method') ?? (body === null ? 'GET' : 'POST')), headers, body: body instanceof Blob ? body.text : body === null ? '' : text(body), timeoutMs })
    if ('error' in answer) {
      if (answer.error === 'timeout') throw raised('TimeoutError', 'timed out')
      const reason = reasons[answer.error] ?? 'Remote end closed connection without response'
      throw new Raised(new Instance(urlError, new Map<string, Value>([['args', new Tuple([`<urlopen error ${reason}>`])], ['reason', reason]])))
    }
    const response = responseOf(address, answer)
    if (answer.status < 400) return response
    throw new Raised(new Instance(httpError, new Map<string, Value>([...response.names, ['args', new Tuple([`HTTP Error ${answer.status}: ${reasonPhrase(answer.status)}`])], ['code', answer.status], ['reason', reasonPhrase(answer.status)]])))
  }
  return module({
    urlopen: ({ args: [given = null, data], named }) => urlopen(given, data ?? named.get('data'), number(named.get('timeout'), 60) * 1000),
    urlretrieve: function* ({ args: [url = null, path] }) {
      const response = yield* urlopen(url, undefined, 60_000)
      p.machine.files.writeText(text(path), text((response as Instance).names.get('_body')))
      return new Tuple([text(path), null])
    },
  }, { Request: requestClass })
}

function responseOf(address: string, { status, headers, body }: HttpResponse): Instance {
  const sent = new Dict()
  for (const [name, value] of Object.entries(headers)) sent.set(name.replaceAll(/(^|-)[a-z]/g, (c) => c.toUpperCase()), value)
  const made: Instance = object({
    read: () => new Blob(body), close: () => null, getcode: () => status, geturl: () => address, info: () => sent,
    getheader: ({ args: [name, usual = null] }) => headers[text(name).toLowerCase()] ?? usual,
    __enter__: () => made,
    __exit__: () => false,
  }, { status, code: status, url: address, headers: sent, _body: body }, new Class('HTTPResponse', [], new Map()))
  return made
}
