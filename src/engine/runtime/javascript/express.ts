import { escapeRegExp } from '../../text/regexp.ts'
import { formPairs, reasonPhrase } from '../http.ts'
import { normalize } from '../filesystem/path.ts'
import { print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { fromJson, fromPlain, toJson } from './globals.ts'
import { serverOf } from './http.ts'
import type { Interpreter } from './interpreter.ts'
import { type EventLoop, stackOf } from './loop.ts'
import { errorOf, JsArray, JsFunction, JsObject, native, objectOf, Thrown, toNumber, toText, type Value } from './values.ts'

/** express: routes, what stands in front of them, and what a handler can ask and answer. */

interface Layer {
  method: string | undefined
  /** All that begins with it (`use`), or only itself. */
  isPrefix: boolean
  paths: readonly Value[]
  handlers: readonly Value[]
}

const contentTypes: Readonly<Record<string, string>> = { html: 'text/html; charset=utf-8', htm: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', mjs: 'text/javascript; charset=utf-8', json: 'application/json; charset=utf-8', txt: 'text/plain; charset=utf-8', text: 'text/plain; charset=utf-8', xml: 'application/xml', svg: 'image/svg+xml', png: 'image/png', jpg: 'image/jpeg', ico: 'image/x-icon' }

const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options']

/** What a layer's path makes of a request's: what its variables stand for, and how much of it was used. */
function matched(pattern: Value, path: string, isPrefix: boolean): { params: Record<string, string>; used: string } | undefined {
  if (pattern instanceof JsObject && pattern.className === 'RegExp') {
    const found = (pattern.data as RegExp).exec(path)
    return found === null ? undefined : { params: Object.fromEntries(found.slice(1).map((one, i) => [String(i), one ?? ''])), used: '' }
  }
  const text = toText(pattern)
  if (isPrefix && text === '/') return { params: {}, used: '' }
  const names: string[] = []
  const source = text.split(/(\/?:\w+\??|\/?\*\w*|\{[^}]*\})/).map((part) => {
    const [, slash, name, optional] = /^(\/?):(\w+)(\??)$/.exec(part) ?? []
    if (name !== undefined) {
      names.push(name)
      return optional === '?' ? `(?:${slash}([^/]+))?` : `${slash}([^/]+)`
    }
    const [, before, splat] = /^(\/?)\*(\w*)$/.exec(part) ?? []
    if (before === undefined) return escapeRegExp(part)
    names.push(splat === '' ? String(names.length) : splat!)
    return `${before}(.*)`
  })
  const found = new RegExp(`^${source.join('').replace(/\/$/, '')}${isPrefix ? '(?=/|$)' : '/?$'}`, 'i').exec(path)
  return found === null ? undefined : { params: Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(found[i + 1] ?? '')])), used: found[0] }
}

class Express {
  readonly p: Process
  readonly js: Interpreter
  readonly loop: EventLoop

  constructor(p: Process, js: Interpreter, loop: EventLoop) {
    this.p = p
    this.js = js
    this.loop = loop
  }

  /** express.Router(), and what an application is besides. */
  router(): JsFunction {
    const layers: Layer[] = []
    const made = new JsFunction('router', (_, [req, res, next]) => this.through(layers, 0, req as JsObject, res as JsObject, next))
    const { fields } = made
    const flat = (values: readonly Value[]): Value[] => values.flatMap((one) => (one instanceof JsArray ? flat(one.items) : [one]))
    fields.set('use', native('use', (args) => {
      const hasPath = !(args[0] instanceof JsFunction) && !(args[0] instanceof JsArray && args[0].items[0] instanceof JsFunction)
      layers.push({ method: undefined, isPrefix: true, paths: hasPath ? flat([args[0]]) : ['/'], handlers: flat(hasPath ? args.slice(1) : args) })
      return made
    }))
    const verb = (name: string, method: string | undefined): JsFunction => native(name, ([path, ...handlers]) => {
      // app.get(NAME) asks for a setting.
      if (name === 'get' && handlers.length === 0) return fields.get(`setting ${toText(path)}`)
      layers.push({ method, isPrefix: false, paths: flat([path]), handlers: flat(handlers) })
      return made
    })
    for (const name of methods) fields.set(name, verb(name, name.toUpperCase()))
    fields.set('all', verb('all', undefined))
    fields.set('route', native('route', ([path]) => {
      const route = new JsObject()
      for (const name of [...methods, 'all']) route.fields.set(name, native(name, (handlers) => {
        layers.push({ method: name === 'all' ? undefined : name.toUpperCase(), isPrefix: false, paths: [path], handlers: flat(handlers) })
        return route
      }))
      return route
    }))
    fields.set('param', native('param', () => made))
    return made
  }

  /** The layers from one on, until one answers; an error goes past all that do not take four. */
  private *through(layers: readonly Layer[], from: number, req: JsObject, res: JsObject, done: Value, error?: Value): Run<Value> {
    const url = toText(req.fields.get('url'))
    const path = url.split('?')[0]!
    for (let i = from; i < layers.length; i++) {
      const layer = layers[i]!
      const method = toText(req.fields.get('method'))
      if (layer.method !== undefined && layer.method !== method && !(layer.method === 'GET' && method === 'HEAD')) continue
      const found = layer.paths.map((one) => matched(one, path, layer.isPrefix)).find((one) => one !== undefined)
      if (found === undefined) continue
      const before = [req.fields.get('baseUrl'), req.fields.get('params')] as const
      req.fields.set('params', objectOf({ ...found.params }))
      if (layer.isPrefix && found.used !== '') {
        req.fields.set('url', url.slice(found.used.length).replace(/^(?=\?|$)/, '/')).set('baseUrl', toText(before[0]) + found.used)
      }
      const on = (given: Value): Run<Value> => {
        req.fields.set('url', url).set('baseUrl', before[0]).set('params', before[1])
        return given === 'route' ? this.through(layers, i + 1, req, res, done) : this.through(layers, i + 1, req, res, done, given ?? undefined)
      }
      return yield* this.handlers(layer.handlers, 0, req, res, on, error)
    }
    return done instanceof JsFunction ? yield* this.js.call(done, undefined, error === undefined ? [] : [error]) : yield* this.last(req, res, error)
  }

  private *handlers(all: readonly Value[], at: number, req: JsObject, res: JsObject, done: (error: Value) => Run<Value>, error?: Value): Run<Value> {
    const handler = all[at]
    if (handler === undefined) return yield* done(error)
    const next = (given: Value): Run<Value> => (given === 'route' ? done(undefined) : this.handlers(all, at + 1, req, res, done, given ?? undefined))
    const takesError = handler instanceof JsFunction && handler.arity === 4
    if (takesError !== (error !== undefined)) return yield* this.handlers(all, at + 1, req, res, done, error)
    const nextFunction = new JsFunction('next', (_, [given]) => next(given))
    try {
      const value = yield* this.js.call(handler, undefined, takesError ? [error, req, res, nextFunction] : [req, res, nextFunction], 'handler')
      if (value instanceof JsObject && value.className === 'Promise' && (value.data as { state: string }).state === 'failed') return yield* next((value.data as { value: Value }).value)
      return value
    } catch (e) {
      if (!(e instanceof Thrown)) throw e
      return yield* next(e.value)
    }
  }

  /** Nobody has answered. */
  private *last(req: JsObject, res: JsObject, error: Value): Run<Value> {
    const page = (text: string): string => `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('\n', '<br>').replaceAll('    ', ' &nbsp; &nbsp;')}</pre>\n</body>\n</html>\n`
    if (error !== undefined) yield* print(this.p, `${stackOf(error)}\n`, 2)
    const given = error instanceof JsObject ? error.fields.get('status') ?? error.fields.get('statusCode') : undefined
    const status = error === undefined ? 404 : given === undefined ? 500 : toNumber(given)
    const words = error === undefined ? `Cannot ${toText(req.fields.get('method'))} ${toText(req.fields.get('originalUrl')).split('?')[0]}` : this.p.env.get('NODE_ENV') === 'production' ? reasonPhrase(status) : stackOf(error)
    res.fields.set('statusCode', status)
    yield* this.set(res, 'Content-Security-Policy', "default-src 'none'")
    yield* this.set(res, 'X-Content-Type-Options', 'nosniff')
    yield* this.set(res, 'Content-Type', 'text/html; charset=utf-8')
    return yield* this.js.call(res.fields.get('end'), res, [page(words)])
  }

  private set(res: JsObject, name: string, value: string): Run<Value> {
    return this.js.call(res.fields.get('setHeader'), res, [name, value])
  }

  /** A router of its own server; what comes straight from node is made ready first. */
  application(): JsFunction {
    const router = this.router()
    const { js, p, loop } = this
    const prepared = (req: JsObject, res: JsObject): Run<Value> => this.prepared(req, res, app, router)
    const app = new JsFunction('app', (_, [req, res, next]) => ((req as JsObject).fields.has('originalUrl') ? router.run(undefined, [req, res, next]) : prepared(req as JsObject, res as JsObject)))
    const { fields } = app
    for (const [name, value] of router.fields) fields.set(name, value)
    fields.set('listen', new JsFunction('listen', (_, args) => js.call(serverOf(p, js, loop, app).fields.get('listen'), undefined, args)))
    const setting = (name: Value, value: Value): Value => {
      for (const one of [fields, router.fields]) one.set(`setting ${toText(name)}`, value)
      return app
    }
    fields.set('set', native('set', ([name, value]) => setting(name, value)))
    for (const name of ['disable', 'enable']) fields.set(name, native(name, ([of]) => setting(of, name === 'enable')))
    fields.set('engine', native('engine', () => app))
    fields.set('locals', new JsObject())
    return app
  }

  /** A request and an answer of node's, with what express adds. */
  private *prepared(req: JsObject, res: JsObject, app: JsFunction, router: JsFunction): Run<Value> {
    const url = toText(req.fields.get('url'))
    const headers = req.fields.get('headers') as JsObject
    const header = native('get', ([name]) => headers.fields.get(toText(name).toLowerCase()))
    const query = new JsObject()
    for (const [name, value] of formPairs(url.split('?')[1] ?? '')) {
      const before = query.fields.get(name)
      query.fields.set(name, before === undefined ? value : new JsArray([...(before instanceof JsArray ? before.items : [before]), value]))
    }
    const host = toText(headers.fields.get('host') ?? '')
    for (const [name, value] of Object.entries<Value>({ originalUrl: url, baseUrl: '', path: url.split('?')[0]!, query, params: new JsObject(), ip: (req.fields.get('socket') as JsObject).fields.get('remoteAddress'), hostname: host.replace(/:\d+$/, ''), protocol: 'http', secure: false, get: header, header, app, res })) req.fields.set(name, value)
    if (app.fields.get('setting x-powered-by') !== false) yield* this.set(res, 'X-Powered-By', 'Express')
    this.answering(req, res)
    return yield* router.run(undefined, [req, res])
  }

  private answering(req: JsObject, res: JsObject): void {
    const { js } = this
    const { fields } = res
    const end = (text: Value): Run<Value> => js.call(fields.get('end'), res, toText(req.fields.get('method')) === 'HEAD' ? [] : [text])
    const typed = function* (this_: Express, type: string, text: string): Run<Value> {
      if ((yield* js.call(fields.get('getHeader'), res, ['Content-Type'])) === undefined) yield* this_.set(res, 'Content-Type', type)
      yield* this_.set(res, 'Content-Length', String(text.length))
      yield* end(text)
      return res
    }
    const json = (value: Value): Run<Value> => typed(this, 'application/json; charset=utf-8', value === undefined ? '' : toJson(value, 0))
    const put = (name: string, run: (args: Value[]) => Run<Value>): void => void fields.set(name, new JsFunction(name, (_, args) => run(args)))
    const send = (value: Value): Run<Value> => (value instanceof JsObject || value instanceof JsArray || typeof value === 'boolean' || typeof value === 'number' ? json(value) : typed(this, 'text/html; charset=utf-8', value === undefined || value === null ? '' : toText(value)))
    put('send', ([value]) => send(value))
    put('json', ([value]) => json(value))
    fields.set('status', native('status', ([status]) => (fields.set('statusCode', toNumber(status)), res)))
    put('sendStatus', ([status]) => {
      fields.set('statusCode', toNumber(status))
      return typed(this, 'text/plain; charset=utf-8', reasonPhrase(toNumber(status)))
    })
    const set = (args: Value[]): Run<Value> => this.setAll(res, args)
    for (const name of ['set', 'header', 'append']) put(name, set)
    fields.set('get', fields.get('getHeader'))
    put('type', ([type]) => this.set(res, 'Content-Type', toText(type).includes('/') ? toText(type) : (contentTypes[toText(type).replace('.', '')] ?? 'text/html')))
    put('redirect', (args) => this.redirected(res, args))
    put('sendFile', ([path]) => this.file(res, normalize(toText(path), this.p.cwd)))
    put('render', ([name]) => typed(this, 'text/html; charset=utf-8', `${toText(name)}\n`))
    for (const name of ['cookie', 'clearCookie', 'vary', 'links']) fields.set(name, native(name, () => res))
    fields.set('locals', new JsObject())
  }

  private *setAll(res: JsObject, [name, value]: Value[]): Run<Value> {
    if (name instanceof JsObject) for (const [each, one] of name.fields) yield* this.set(res, each, toText(one))
    else yield* this.set(res, toText(name), toText(value))
    return res
  }

  private *redirected(res: JsObject, args: Value[]): Run<Value> {
    const to = toText(args.at(-1))
    res.fields.set('statusCode', args.length > 1 ? toNumber(args[0]) : 302)
    yield* this.set(res, 'Location', to)
    yield* this.set(res, 'Content-Type', 'text/plain; charset=utf-8')
    return yield* this.js.call(res.fields.get('end'), res, [`${reasonPhrase(toNumber(res.fields.get('statusCode')))}. Redirecting to ${to}`])
  }

  *file(res: JsObject, path: string): Run<Value> {
    const text = this.p.machine.files.readText(path, this.p.access)
    if (text === undefined) throw new Thrown(errorOf('Error', `ENOENT: no such file or directory, stat '${path}'`))
    yield* this.set(res, 'Content-Type', contentTypes[/[^.]*$/.exec(path)![0]] ?? 'application/octet-stream')
    return yield* this.js.call(res.fields.get('end'), res, [text])
  }

  /** express.static(FOLDER): its files, and past what is none of them. */
  folder(root: string): JsFunction {
    const { p } = this
    const serve = (res: JsObject, path: string): Run<Value> => this.file(res, path)
    const { js } = this
    return new JsFunction('serveStatic', function* (_, [req, res, next]) {
      const asked = toText((req as JsObject).fields.get('url')).split('?')[0]!
      const base = normalize(`${root}/${asked}`, '/')
      const path = [base, `${base}/index.html`].find((one) => p.machine.files.readText(one, p.access) !== undefined)
      return path === undefined ? yield* js.call(next, undefined, []) : yield* serve(res as JsObject, path)
    })
  }
}

/** What reads a body of a kind into req.body. */
function bodyReader(js: Interpreter, kind: RegExp, read: (text: string) => Value): JsFunction {
  return new JsFunction('bodyParser', function* (_, [given, , next]) {
    const req = given as JsObject
    const type = toText((req.fields.get('headers') as JsObject).fields.get('content-type') ?? '')
    if (kind.test(type) && req.data !== '' && !req.fields.has('body')) {
      try {
        req.fields.set('body', read(String(req.data)))
      } catch (e) {
        if (!(e instanceof Thrown) || !(e.value instanceof JsObject)) throw e
        e.value.fields.set('status', 400)
        return yield* js.call(next, undefined, [e.value])
      }
    }
    return yield* js.call(next, undefined, [])
  })
}

const form = (text: string): Value => fromPlain(Object.fromEntries(formPairs(text)))

export const bodyReaders = (js: Interpreter): Record<string, Value> => ({
  json: native('json', () => bodyReader(js, /json/, fromJson)),
  urlencoded: native('urlencoded', () => bodyReader(js, /x-www-form-urlencoded/, form)),
  text: native('text', () => bodyReader(js, /text/, (text) => text)),
  raw: native('raw', () => bodyReader(js, /octet-stream/, (text) => text)),
})

export function expressModule(p: Process, js: Interpreter, loop: EventLoop): Value {
  const made = new Express(p, js, loop)
  const module = native('express', () => made.application())
  for (const [name, value] of Object.entries(bodyReaders(js))) module.fields.set(name, value)
  module.fields.set('static', native('static', ([folder]) => made.folder(normalize(toText(folder), p.cwd))))
  module.fields.set('Router', native('Router', () => made.router()))
  return module
}
