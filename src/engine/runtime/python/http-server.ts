import { reasonPhrase, textResponse } from '../http.ts'
import { versionOf } from '../images/versions.ts'
import { print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { listenOn } from '../programs/serve.ts'
import { formatTime } from '../tools/calendar.ts'
import type { Interpreter } from './interpreter.ts'
import { exit, module, number, object, text } from './support.ts'
import { answeredHeaders, askedHeaders, serveForever } from './web-server.ts'
import { tracebackText } from './traceback.ts'
import { type Arguments, Blob, Builtin, Class, Dict, Func, Instance, Raised, Tuple, type Value } from './values.ts'

/** BaseHTTPRequestHandler and HTTPServer: do_GET is called for each request. */
export function httpServerModule(p: Process, x: () => Interpreter): Instance {
  const handler = new Class('BaseHTTPRequestHandler', [], new Map())
  const method = (name: string, call: (self: Instance, a: Arguments) => Value) =>
    handler.names.set(
      name,
      new Builtin(name, ({ args: [self, ...args], named }) => call(self as Instance, { args, named })),
    )
  const setStatus = (self: Instance, { args }: Arguments): null => {
    self.names.set('status', args[0] ?? 200)
    return null
  }
  method('send_response', setStatus)
  method('send_header', (self, { args }) => {
    const sent = self.names.get('sent') ?? new Dict()
    self.names.set('sent', sent)
    ;(sent as Dict).set(text(args[0]), text(args[1]))
    return null
  })
  method('end_headers', () => null)
  method('send_error', (self, { args }) => {
    const status = number(args[0], 500)
    const said = args[1] === undefined ? reasonPhrase(status) : text(args[1])
    self.names.set('status', status)
    self.names.set('body', `<!DOCTYPE HTML>\n<html lang="en">\n    <head>\n        <meta charset="utf-8">\n        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n        <p>Error code: ${status}</p>\n        <p>Message: ${said}.</p>\n    </body>\n</html>\n`)
    return null
  })
  for (const name of ['log_message', 'log_request', 'log_error', 'flush_headers']) method(name, () => null)
  method('address_string', (self) => (self.names.get('client_address') as Tuple).items[0]!)
  method('date_time_string', () => formatTime('%a, %d %b %Y %T GMT', p.machine.now()))
  method('version_string', () => `BaseHTTP/0.6 Python/${versionOf('python', p.machine.config.image)}`)
  const server = new Class('HTTPServer', [], new Map())
  server.names.set(
    '__new__',
    new Builtin('HTTPServer', ({ args: [address, type] }) =>
      object(
        {
          serve_forever: () => serveClass(p, x(), number((address as Tuple).items[1]), type as Class),
          server_close: () => null,
        },
        {},
        server,
      ),
    ),
  )
  return module(
    {},
    {
      BaseHTTPRequestHandler: handler,
      HTTPServer: server,
      ThreadingHTTPServer: server,
      SimpleHTTPRequestHandler: handler,
    },
  )
}

/** A line of the log, as the class says it or on standard error. */
function* logged(p: Process, x: Interpreter, self: Instance, format: string, ...words: string[]): Run<void> {
  const own = self.type!.find('log_message')
  if (own instanceof Func) {
    yield* x.call(own, { args: [self, format, ...words], named: new Map() })
    return
  }
  const client = text((self.names.get('client_address') as Tuple).items[0])
  let at = 0
  yield* print(p, `${client} - - [${formatTime('%d/%b/%Y %T', p.machine.now())}] ${format.replaceAll('%s', () => words[at++]!)}\n`, 2)
}

/** How a call has failed, unless the program is to end by it. */
function* faultOf(p: Process, call: Run<Value | void>): Run<string | undefined> {
  try {
    yield* call
    return undefined
  } catch (e) {
    if (!(e instanceof Raised) || e.error.type?.name === 'SystemExit') throw e
    return tracebackText(p, e)
  }
}

function* serveClass(p: Process, x: Interpreter, port: number, type: Class): Run<Value> {
  const listeners = yield* listenOn(p, [port], (_, why) => `OSError: [Errno 98] ${why}`)
  if (listeners === undefined) return exit(1)
  yield* serveForever(p, x, listeners, function* (r) {
    let body = ''
    const names = new Map<string, Value>([
      ['path', r.path],
      ['command', r.method],
      ['requestline', `${r.method} ${r.path} HTTP/1.1`],
      ['request_version', 'HTTP/1.1'],
      ['status', 200],
      ['client_address', new Tuple([r.source ?? '127.0.0.1', 40_000])],
    ])
    names.set(
      'wfile',
      object({
        write: ({ args }) => ((body += args[0] instanceof Blob ? args[0].text : text(args[0])), body.length),
      }),
    )
    names.set('headers', askedHeaders(r))
    let read = 0
    names.set('rfile', object({ read: ({ args }) => new Blob(r.body.slice(read, (read += args[0] === undefined ? r.body.length : number(args[0])))) }))
    const self = new Instance(type, names)
    const f = type.find(`do_${r.method}`)
    if (f instanceof Func) {
      const fault = yield* faultOf(p, x.call(f, { args: [self], named: new Map() }))
      // The server goes on after what it tells of (socketserver handle_error).
      if (fault !== undefined) {
        const line = '-'.repeat(40)
        yield* print(p, `${line}\nException occurred during processing of request from ('${r.source ?? '127.0.0.1'}', 40000)\n${fault}\n${line}\n`, 2)
        return { response: { error: 'reset' } }
      }
    } else {
      yield* logged(p, x, self, 'code %s, message %s', '501', `Unsupported method ('${r.method}')`)
      self.names.set('status', 501)
    }
    const status = number(self.names.get('status'))
    if (body === '') body = text(self.names.get('body'))
    yield* faultOf(p, logged(p, x, self, '"%s" %s %s', `${r.method} ${r.path} HTTP/1.1`, String(status), '-'))
    const sent = self.names.get('sent')
    return { response: { ...textResponse(status, body), ...(sent instanceof Dict ? { headers: answeredHeaders(sent) } : {}) } }
  })
  return null
}
