import { Errno } from '../filesystem/errno.ts'
import { reasonPhrase } from '../http.ts'
import type { Exchange } from '../process/listener.ts'
import type { Process, Run } from '../process/process.ts'
import { parseUrl, request, type Url } from '../tools/http-client.ts'
import type { Interpreter } from './interpreter.ts'
import type { EventLoop } from './loop.ts'
import { withEvents } from './events.ts'
import { errorOf, fail, JsFunction, JsObject, native, objectOf, Thrown, toNumber, toText, type Value } from './values.ts'

/** node's http: servers whose requests are turns of the event loop, and requests of its own. */
export function hostModule(p: Process, js: Interpreter, loop: EventLoop): JsObject {
  const ask = (name: string, sends: boolean) => native(name, (args) => requested(p, js, loop, args, sends))
  return objectOf({
    createServer: native('createServer', (args) => serverOf(p, js, loop, args.find((one) => one instanceof JsFunction))),
    get: ask('get', true),
    request: ask('request', false),
    STATUS_CODES: objectOf(Object.fromEntries([200, 201, 204, 301, 302, 400, 401, 403, 404, 500, 503].map((code) => [String(code), reasonPhrase(code)]))),
  })
}

export function serverOf(p: Process, js: Interpreter, loop: EventLoop, handler: Value): JsObject {
  const made = withEvents(new JsObject(), js)
  const emit = (event: string, ...args: Value[]): Run<Value> => js.call(made.fields.get('emit'), made, [event, ...args])
  const serve = function* (exchange: Exchange): Run<void> {
    const response = responseOf(exchange, js)
    const asked = requestOf(exchange, js)
    if (handler !== undefined) yield* js.call(handler, made, [asked, response], 'listener')
    yield* emit('request', asked, response)
    // Its body comes when it is listened to.
    const body = exchange.request.body
    if (body !== '') yield* js.call(asked.fields.get('emit'), asked, ['data', body])
    yield* js.call(asked.fields.get('emit'), asked, ['end'])
  }
  made.fields.set('listen', new JsFunction('listen', function* (_, args) {
    const [where] = args
    const port = toNumber(where instanceof JsObject ? where.fields.get('port') : where)
    try {
      const listener = p.machine.listen(p, port)
      loop.listeners.push({ listener, serve })
      made.data = listener
    } catch (e) {
      if (!(e instanceof Errno)) throw e
      throw fail('Error', `listen ${e.code}: ${e.code === 'EACCES' ? 'permission denied' : 'address already in use'} ${e.code === 'EACCES' ? '0.0.0.0' : '::'}:${port}`)
    }
    const callback = args.findLast((one) => one instanceof JsFunction)
    if (callback !== undefined) loop.jobs.push(() => js.call(callback, made, []))
    loop.jobs.push(() => emit('listening'))
    yield* emit('starting')
    return made
  }))
  made.fields.set('address', native('address', () => objectOf({ port: made.data === undefined ? 0 : (made.data as { port: number }).port, address: '::', family: 'IPv6' })))
  made.fields.set('close', native('close', ([callback]) => {
    const at = loop.listeners.findIndex(({ listener }) => listener === made.data)
    if (at >= 0) loop.listeners.splice(at, 1)
    if (callback instanceof JsFunction) loop.jobs.push(() => js.call(callback, made, []))
    return made
  }))
  return made
}

function requestOf({ request: r }: Exchange, js: Interpreter): JsObject {
  const socket = objectOf({ remoteAddress: `::ffff:${r.source ?? '127.0.0.1'}` })
  const made = objectOf({ url: r.path, method: r.method, headers: objectOf(r.headers), socket, connection: socket, httpVersion: '1.1' })
  made.data = r.body
  made.fields.set('setEncoding', native('setEncoding', () => made))
  return withEvents(made, js)
}

function responseOf(exchange: Exchange, js: Interpreter): JsObject {
  const headers: Record<string, string> = {}
  let body = ''
  let isSent = false
  const made = withEvents(new JsObject(), js)
  const { fields } = made
  const take = (given: Value): void => {
    if (given instanceof JsObject) for (const [name, value] of given.fields) headers[name.toLowerCase()] = toText(value)
  }
  fields.set('statusCode', 200).set('headersSent', false)
  fields.set('setHeader', native('setHeader', ([name, value]) => ((headers[toText(name).toLowerCase()] = toText(value)), made)))
  fields.set('getHeader', native('getHeader', ([name]) => headers[toText(name).toLowerCase()]))
  fields.set('removeHeader', native('removeHeader', ([name]) => void delete headers[toText(name).toLowerCase()]))
  fields.set('writeHead', native('writeHead', ([status, ...rest]) => {
    fields.set('statusCode', toNumber(status))
    take(rest.at(-1))
    return made
  }))
  fields.set('write', native('write', ([text]) => ((body += text === undefined ? '' : toText(text)), true)))
  fields.set('end', new JsFunction('end', function* (_, [text]) {
    if (isSent) return made
    isSent = true
    if (text !== undefined && !(text instanceof JsFunction)) body += toText(text)
    fields.set('headersSent', true)
    exchange.reply({ status: toNumber(fields.get('statusCode')), headers, body })
    yield* js.call(fields.get('emit'), made, ['finish'])
    return made
  }))
  return made
}

/** http.get(url, [options], callback): the answer comes in a turn of its own. */
function requested(p: Process, js: Interpreter, loop: EventLoop, args: Value[], sends: boolean): JsObject {
  const made = withEvents(new JsObject(), js)
  const callback = args.findLast((one) => one instanceof JsFunction)
  const [first, second] = args
  const options = first instanceof JsObject ? first : second instanceof JsObject ? second : new JsObject()
  const option = (name: string): string | undefined => (options.fields.get(name) === undefined ? undefined : toText(options.fields.get(name)))
  const url: Url | undefined = parseUrl(typeof first === 'string' ? first : `http://${(option('hostname') ?? option('host') ?? 'localhost').replace(/:\d+$/, '')}:${option('port') ?? '80'}${option('path') ?? '/'}`)
  if (url === undefined) throw fail('TypeError', 'Invalid URL')
  const given = options.fields.get('headers')
  const headers = given instanceof JsObject ? Object.fromEntries([...given.fields].map(([name, value]) => [name.toLowerCase(), toText(value)])) : {}
  let body = ''
  const send = function* (): Run<void> {
    const answer = yield* request(p, url, { method: option('method') ?? 'GET', headers, body, timeoutMs: Number(option('timeout') ?? 120_000) })
    if ('error' in answer) {
      const error = answer.error === 'unresolved' ? errorOf('Error', `getaddrinfo ENOTFOUND ${url.host}`) : errorOf('Error', `connect ${answer.error === 'timeout' ? 'ETIMEDOUT' : 'ECONNREFUSED'} ${url.host}:${url.port}`)
      error.fields.set('code', answer.error === 'unresolved' ? 'ENOTFOUND' : answer.error === 'timeout' ? 'ETIMEDOUT' : 'ECONNREFUSED')
      // Whom nobody hears, everybody hears.
      if ((yield* js.call(made.fields.get('emit'), made, ['error', error])) === false) throw new Thrown(error)
      return
    }
    const response = withEvents(objectOf({ statusCode: answer.status, statusMessage: reasonPhrase(answer.status), headers: objectOf(answer.headers) }), js)
    for (const name of ['setEncoding', 'resume']) response.fields.set(name, native(name, () => response))
    if (callback !== undefined) yield* js.call(callback, made, [response])
    yield* js.call(made.fields.get('emit'), made, ['response', response])
    if (answer.body !== '') yield* js.call(response.fields.get('emit'), response, ['data', answer.body])
    yield* js.call(response.fields.get('emit'), response, ['end'])
  }
  made.fields.set('write', native('write', ([text]) => ((body += toText(text)), true)))
  made.fields.set('setTimeout', native('setTimeout', () => made))
  made.fields.set('end', native('end', ([text]) => {
    if (text !== undefined) body += toText(text)
    if (!sends) loop.jobs.push(send)
    return made
  }))
  if (sends) loop.jobs.push(send)
  return made
}
