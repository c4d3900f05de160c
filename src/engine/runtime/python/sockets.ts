import { Errno, strerror } from '../filesystem/errno.ts'
import { type HttpResponse, rawMethod } from '../http.ts'
import type { Exchange, Listener } from '../process/listener.ts'
import { INTERRUPTED, type Process, type Run } from '../process/process.ts'
import { connect, resolve } from '../tools/http-client.ts'
import { asRead, conversation, rawResponse } from '../tools/netcat.ts'
import type { Interpreter } from './interpreter.ts'
import { type Call, module, number, object, text } from './support.ts'
import { Blob, Class, exceptions, Instance, List, raised, Raised, Tuple, type Value } from './values.ts'

const gaierror = new Class('gaierror', [exceptions.get('OSError')!], new Map<string, Value>([['__module__', 'socket']]))
const notKnown = (): Raised => new Raised(new Instance(gaierror, new Map<string, Value>([['args', new Tuple([-2, 'Name or service not known'])]])))
const bytesOf = (value: Value | undefined): string => (value instanceof Blob ? value.text : text(value))

/** A connection that has been made, or why there is none as an exception. */
function* reach(p: Process, target: Value | undefined, timeoutMs: number): Run<{ host: string; port: number }> {
  const [host = null, port = null] = target instanceof Tuple || target instanceof List ? target.items : []
  const to = { host: text(host), port: number(port) }
  const found = yield* connect(p, to.host, to.port, timeoutMs)
  if (!('error' in found)) return to
  if (found.error === 'unresolved') throw notKnown()
  if (found.error === 'timeout') throw raised('TimeoutError', 'timed out')
  throw raised(found.error === 'refused' ? 'ConnectionRefusedError' : 'OSError', found.error === 'refused' ? '[Errno 111] Connection refused' : '[Errno 113] No route to host')
}

/** What accept() gives: what has come is read once, what is written goes back when it is closed. */
function accepted({ request, reply }: Exchange): Instance {
  let [read, written] = [false, '']
  const close = (): null => {
    reply(request.method === rawMethod ? ({ status: 200, headers: {}, body: written } satisfies HttpResponse) : rawResponse(written))
    return null
  }
  const made: Instance = object({
    recv: () => {
      const content = read ? '' : asRead(request)
      read = true
      return new Blob(request.method === rawMethod ? content : content.replaceAll(/(?<!\r)\n/g, '\r\n'))
    },
    send: ({ args: [data] }) => ((written += bytesOf(data)), bytesOf(data).length),
    sendall: ({ args: [data] }) => ((written += bytesOf(data)), null),
    close, shutdown: () => null, settimeout: () => null,
    getpeername: () => new Tuple([request.source ?? '127.0.0.1', 40_000]),
    __enter__: () => made,
    __exit__: close,
  })
  return made
}

function listening(p: Process, port: number): Listener {
  try {
    const listener = p.machine.listen(p, port)
    listener.takesText = true
    return listener
  } catch (e) {
    if (!(e instanceof Errno)) throw e
    throw raised('OSError', `[Errno ${e.code === 'EADDRINUSE' ? 98 : 13}] ${strerror(e)}`)
  }
}

/** The side of one that waits for others. */
function serverSide(p: Process, x: () => Interpreter): Record<string, Call> {
  let bound = 0
  let listener: Listener | undefined
  return {
    bind: ({ args: [address] }) => ((bound = number((address as Tuple).items[1])), null),
    listen: () => ((listener = listening(p, bound)), null),
    *accept() {
      if (listener === undefined) throw raised('OSError', '[Errno 22] Invalid argument')
      for (;;) {
        const exchange = listener.accept()
        if (exchange !== undefined) return new Tuple([accepted(exchange), new Tuple([exchange.request.source ?? '127.0.0.1', 40_000 + p.machine.random(20_000)])])
        const answer = yield { wait: 'accept', listeners: [listener], interruptible: true }
        if (answer === INTERRUPTED || x().pending.length > 0) yield* x().runHandlers()
      }
    },
    getsockname: () => new Tuple([p.machine.config.ip(), bound]),
  }
}

function socketOf(p: Process, x: () => Interpreter): Instance {
  let [timeoutMs, sent] = [120_000, '']
  let to: { host: string; port: number } | undefined
  const made: Instance = object({
    ...serverSide(p, x),
    settimeout: ({ args: [seconds = null] }) => ((timeoutMs = seconds === null ? 120_000 : number(seconds) * 1000), null),
    setsockopt: () => null, setblocking: () => null, shutdown: () => null, close: () => null,
    fileno: () => 3,
    *connect({ args: [target] }) {
      to = yield* reach(p, target, timeoutMs)
      return null
    },
    *connect_ex({ args: [target] }) {
      try {
        to = yield* reach(p, target, timeoutMs)
        return 0
      } catch (e) {
        if (!(e instanceof Raised) || e.error.type === gaierror) throw e
        return e.error.type?.name === 'ConnectionRefusedError' ? 111 : e.error.type?.name === 'TimeoutError' ? 11 : 113
      }
    },
    send: ({ args: [data] }) => ((sent += bytesOf(data)), bytesOf(data).length),
    sendall: ({ args: [data] }) => ((sent += bytesOf(data)), null),
    *recv() {
      if (to === undefined) throw raised('OSError', '[Errno 107] Transport endpoint is not connected')
      if (sent === '') return new Blob('')
      const said = sent
      sent = ''
      return new Blob(yield* conversation(p, { host: to.host, port: String(to.port), timeoutMs }, said))
    },
    __enter__: () => made,
    __exit__: () => false,
  })
  return made
}

/** socket: names, connections to a server, and a server of one's own that reads and writes what it likes. */
export function socketModule(p: Process, x: () => Interpreter): Instance {
  const { config } = p.machine
  const address = function* (name: string): Run<string> {
    if (name === '') return '0.0.0.0'
    if (name === config.hostname) return config.ip()
    const found = yield* resolve(p, name)
    if ('error' in found) throw notKnown()
    return found.addresses[0]!
  }
  return module({
    socket: () => socketOf(p, x),
    gethostname: () => config.hostname,
    getfqdn: ({ args }) => (args[0] === undefined ? config.hostname : text(args[0])),
    gethostbyname: ({ args }) => address(text(args[0])),
    *getaddrinfo({ args: [name = '', port = null] }) {
      return new List([new Tuple([2, 1, 6, '', new Tuple([yield* address(text(name)), port ?? 0])])])
    },
    *create_connection({ args: [target = null, timeout], named }) {
      const made = socketOf(p, x)
      const seconds = timeout ?? named.get('timeout')
      if (seconds !== undefined) yield* x().call(made.names.get('settimeout')!, { args: [seconds], named: new Map() })
      yield* x().call(made.names.get('connect')!, { args: [target], named: new Map() })
      return made
    },
    setdefaulttimeout: () => null,
  }, { AF_INET: 2, AF_INET6: 10, SOCK_STREAM: 1, SOCK_DGRAM: 2, SOL_SOCKET: 1, SO_REUSEADDR: 2, SHUT_RDWR: 2, gaierror, error: exceptions.get('OSError')!, timeout: exceptions.get('TimeoutError')! })
}
