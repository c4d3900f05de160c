import { escapeRegExp } from '../../text/regexp.ts'
import { formValue, type HttpRequest, type HttpResponse } from '../http.ts'
import { print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { listenOn } from '../programs/serve.ts'
import { formatTime } from '../tools/calendar.ts'
import type { Interpreter } from './interpreter.ts'
import { compactJson, decodeJson, encodeJson, sortedKeys } from './json.ts'
import { exit, module, number, object, text } from './support.ts'
import { answeredHeaders, askedHeaders, serveForever } from './web-server.ts'
import { tracebackText } from './traceback.ts'
import { type Arguments, Builtin, Class, Dict, exceptions, exceptionText, Instance, List, Raised, Tuple, type Value } from './values.ts'

interface Route {
  rule: string
  methods: readonly string[]
  view: Value
}

/** One Flask(__name__): what its decorators have told it. */
interface Application {
  name: string
  routes: Route[]
  errorHandlers: Map<number, Value>
  before: Value[]
}

const httpException = new Class('HTTPException', [exceptions.get('Exception')!], new Map())
const responseClass = new Class('Response', [], new Map())
const explanations: Readonly<Record<number, readonly [title: string, words: string]>> = {
  400: ['Bad Request', 'The browser (or proxy) sent a request that this server could not understand.'],
  404: ['Not Found', 'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.'],
  405: ['Method Not Allowed', 'The method is not allowed for the requested URL.'],
  500: ['Internal Server Error', 'The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application.'],
}

/** The web framework, as far as one page of an example goes: routes with their variables, what was asked, what is answered; by werkzeug's own server. */
export function flaskModule(p: Process, x: () => Interpreter): Instance {
  const request = object({})
  const response = (body: string, status = 200, headers: Record<string, string> = {}): Instance => {
    const sent = new Dict()
    for (const [name, value] of Object.entries({ 'Content-Type': 'text/html; charset=utf-8', ...headers })) sent.set(name, value)
    return new Instance(responseClass, new Map<string, Value>([['body', body], ['status_code', status], ['headers', sent]]))
  }
  const jsonify = ({ args, named }: Arguments): Instance => {
    const given = new Dict()
    for (const [key, value] of named) given.set(key, value)
    return response(`${compactJson(encodeJson(sortedKeys(args.length === 0 ? given : args.length === 1 ? args[0]! : new List([...args])), 0))}\n`, 200, { 'Content-Type': 'application/json' })
  }
  const aborted = (status: number): never => {
    throw new Raised(new Instance(httpException, new Map<string, Value>([['args', new Tuple([String(status)])]])))
  }
  const server = new Server(p, x, request, response, jsonify)
  const flask = new Class('Flask', [], new Map())
  flask.names.set('__new__', new Builtin('Flask', ({ args }) => server.application(text(args[0]), flask)))
  responseClass.names.set('__new__', new Builtin('Response', ({ args, named }) => response(text(args[0] ?? named.get('response') ?? ''), number(args[1] ?? named.get('status'), 200), named.has('mimetype') ? { 'Content-Type': text(named.get('mimetype')) } : {})))
  return module(
    {
      jsonify,
      make_response: ({ args }) => server.answerOf(args.length === 1 ? args[0]! : new Tuple([...args])),
      abort: ({ args }) => aborted(number(args[0], 500)),
      redirect: ({ args }) => response('', number(args[1], 302), { Location: text(args[0]) }),
      render_template_string: ({ args, named }) => text(args[0]).replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => text(named.get(name))),
    },
    { Flask: flask, Response: responseClass, request },
  )
}

class Server {
  private readonly p: Process
  private readonly x: () => Interpreter
  private readonly request: Instance
  private readonly response: (body: string, status?: number, headers?: Record<string, string>) => Instance
  private readonly jsonify: (a: Arguments) => Instance

  constructor(p: Process, x: () => Interpreter, request: Instance, response: Server['response'], jsonify: Server['jsonify']) {
    this.p = p
    this.x = x
    this.request = request
    this.response = response
    this.jsonify = jsonify
  }

  application(name: string, type: Class): Instance {
    const app: Application = { name, routes: [], errorHandlers: new Map(), before: [] }
    const decorator = (told: (view: Value) => void) => new Builtin('decorator', ({ args: [view = null] }) => {
      told(view)
      return view
    })
    const route = (methods: readonly string[] | undefined) => ({ args, named }: Arguments): Value => {
      const given = named.get('methods')
      const wanted = methods ?? (given instanceof List || given instanceof Tuple ? given.items.map((one) => text(one).toUpperCase()) : ['GET'])
      return decorator((view) => app.routes.push({ rule: text(args[0]), methods: wanted, view }))
    }
    const { p } = this
    const log = (level: string) => function* ({ args }: Arguments): Run<Value> {
      yield* print(p, `[${formatTime('%F %T', p.machine.now())},000] ${level} in ${app.name === '__main__' ? 'app' : app.name}: ${text(args[0])}\n`, 2)
      return null
    }
    const logger = object({ info: () => null, debug: () => null, warning: log('WARNING'), error: log('ERROR'), exception: log('ERROR'), setLevel: () => null })
    return object(
      {
        route: route(undefined),
        get: route(['GET']),
        post: route(['POST']),
        put: route(['PUT']),
        patch: route(['PATCH']),
        delete: route(['DELETE']),
        errorhandler: ({ args }) => decorator((view) => app.errorHandlers.set(number(args[0], 500), view)),
        before_request: ({ args: [view = null] }) => {
          app.before.push(view)
          return view
        },
        add_url_rule: ({ args, named }) => {
          app.routes.push({ rule: text(args[0]), methods: ['GET'], view: named.get('view_func') ?? args[2] ?? null })
          return null
        },
        run: ({ args, named }) => this.run(app, text(args[0] ?? named.get('host') ?? '127.0.0.1'), number(args[1] ?? named.get('port'), 5000), named.get('debug') === true),
      },
      { name, config: new Dict(), logger },
      type,
    )
  }

  private *run(app: Application, host: string, port: number, debug: boolean): Run<Value> {
    const { p } = this
    const name = app.name === '__main__' ? (p.argv.find((arg) => arg.endsWith('.py')) ?? 'app').replace(/^.*\/|\.py$/g, '') : app.name
    yield* print(p, ` * Serving Flask app '${name}'\n * Debug mode: ${debug ? 'on' : 'off'}\n`)
    const listeners = yield* listenOn(p, [port], () => `Address already in use\nPort ${port} is in use by another program. Either identify and stop that program, or start the server with a different port.`)
    if (listeners === undefined) return exit(1)
    const all = host === '0.0.0.0'
    yield* print(p, `WARNING: This is a development server. Do not use it in a production deployment. Use a production WSGI server instead.\n${all ? ' * Running on all addresses (0.0.0.0)\n' : ''} * Running on http://127.0.0.1:${port}\n${all ? ` * Running on http://${p.machine.config.ip()}:${port}\n` : ''}Press CTRL+C to quit\n`, 2)
    const answer = (r: HttpRequest): Run<HttpResponse> => this.answer(app, r)
    yield* serveForever(p, this.x(), listeners, function* (r) {
      const response = yield* answer(r)
      yield* print(p, `${r.source ?? '127.0.0.1'} - - [${formatTime('%d/%b/%Y %T', p.machine.now())}] "${r.method} ${r.path} HTTP/1.1" ${response.status} -\n`, 2)
      return { response }
    })
    return null
  }

  private *answer(app: Application, r: HttpRequest): Run<HttpResponse> {
    const [path = '/'] = r.path.split('?')
    const fitting = app.routes.flatMap((route) => {
      const named = variablesOf(route.rule, path)
      return named === undefined ? [] : [{ route, named }]
    })
    const found = fitting.find(({ route }) => route.methods.includes(r.method) || (r.method === 'HEAD' && route.methods.includes('GET')))
    this.asked(r, path)
    let result: Instance
    try {
      if (found === undefined) result = this.failure(fitting.length > 0 ? 405 : 404)
      else {
        for (const view of app.before) yield* this.x().call(view, { args: [], named: new Map() })
        result = this.answerOf(yield* this.x().call(found.route.view, { args: [], named: found.named }))
      }
    } catch (e) {
      if (!(e instanceof Raised)) throw e
      result = yield* this.failed(app, r, e)
    }
    const handler = app.errorHandlers.get(number(result.names.get('status_code')))
    if (handler !== undefined && result.names.get('failure') === true) result = this.answerOf(yield* this.x().call(handler, { args: [text(result.names.get('status_code'))], named: new Map() }))
    return { status: number(result.names.get('status_code')), headers: { server: 'Werkzeug/3.1.3 Python/3', ...answeredHeaders(result.names.get('headers') as Dict) }, body: text(result.names.get('body')) }
  }

  private failure(status: number): Instance {
    const [title, words] = explanations[status] ?? ['Error', '']
    const made = this.response(`<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n<p>${words}</p>\n`, status)
    made.names.set('failure', true)
    return made
  }

  /** abort() has said which; anything else is a fault of the program, which the log tells. */
  private *failed(app: Application, r: HttpRequest, e: Raised): Run<Instance> {
    const { error } = e
    if (error.type?.name === 'HTTPException') return this.failure(Number(exceptionText(error)))
    if (error.type?.name === 'SystemExit') throw new Raised(error)
    yield* print(this.p, `[${formatTime('%F %T', this.p.machine.now())},000] ERROR in ${app.name === '__main__' ? 'app' : app.name}: Exception on ${r.path} [${r.method}]\n${tracebackText(this.p, e)}\n`, 2)
    return this.failure(500)
  }

  /** A text, something for JSON, with a status behind it and headers, or a Response. */
  answerOf(value: Value): Instance {
    if (value instanceof Instance && value.type === responseClass) return value
    if (value instanceof Tuple) {
      const [body = null, status, headers] = value.items
      const made = this.answerOf(body)
      if (status !== undefined && !(status instanceof Dict)) made.names.set('status_code', number(status, 200))
      const more = status instanceof Dict ? status : headers
      if (more instanceof Dict) for (const [name, one] of more.entries.values()) (made.names.get('headers') as Dict).set(name, one)
      return made
    }
    return value instanceof Dict || value instanceof List ? this.jsonify({ args: [value], named: new Map() }) : this.response(text(value))
  }

  private asked(r: HttpRequest, path: string): void {
    const query = r.path.split('?')[1] ?? ''
    const form = r.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true ? r.body : ''
    const json = (): Value => (r.body === '' ? null : decodeJson(r.body))
    const { names } = this.request
    for (const [name, value] of Object.entries<Value>({ method: r.method, path, full_path: r.path, remote_addr: r.source ?? '127.0.0.1', host: r.headers['host'] ?? '', url: `http://${r.headers['host'] ?? ''}${r.path}`, args: valuesIn(query), form: valuesIn(form), values: valuesIn([query, form].filter((one) => one !== '').join('&')), data: r.body, headers: askedHeaders(r) })) names.set(name, value)
    names.set('is_json', r.headers['content-type']?.includes('json') === true)
    names.set('json', names.get('is_json') === true ? json() : null)
    names.set('get_json', new Builtin('get_json', () => json()))
    names.set('get_data', new Builtin('get_data', () => r.body))
  }
}

function valuesIn(query: string): Dict {
  const found = new Dict()
  for (const name of query.split('&').map((pair) => pair.split('=')[0]!).filter((one) => one !== '')) found.set(decodeURIComponent(name), formValue(query, name) ?? '')
  return found
}

/** What a rule's `<int:id>` and `<name>` stand for in a path; undefined: it is not its path. */
function variablesOf(rule: string, path: string): Map<string, Value> | undefined {
  const names: { name: string; kind: string }[] = []
  const pattern = escapeRegExp(rule).replaceAll(/<(?:(\w+):)?(\w+)>/g, (_, kind: string | undefined, name: string) => {
    names.push({ name, kind: kind ?? 'string' })
    return kind === 'int' ? '(\\d+)' : kind === 'path' ? '(.+)' : '([^/]+)'
  })
  const match = new RegExp(`^${pattern}$`).exec(path)
  return match === null ? undefined : new Map(names.map(({ name, kind }, i) => [name, kind === 'int' ? Number(match[i + 1]) : decodeURIComponent(match[i + 1]!)]))
}
