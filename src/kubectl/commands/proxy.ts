import { negotiate, shaped } from '../../engine/api/negotiation.ts'
import { onTheWire } from '../../engine/api/onTheWire.ts'
import type { Response } from '../../engine/api/request.ts'
import type { Accepted, LocalAnswer } from '../../engine/api/stream.ts'
import { socketPort } from '../../engine/api/unixSocket.ts'
import type { StreamEvent } from '../../engine/client/program.ts'
import type { Command } from '../command.ts'
import { CommandError, ServerError, usageError } from '../errors.ts'
import { refuseUnsupported } from '../posting.ts'
import { toIndentedJson, toJson } from '../printing/goJson.ts'
import { inStructOrder, versionInOrder } from '../printing/structOrder.ts'
import { isStreamed, streamed } from '../raw.ts'
import { next, out, request, type Session, type Task } from '../session.ts'

const notHere = ['www', 'www-prefix', 'api-prefix', 'append-server-path']

const defaultPort = 8001
/** Where a kernel begins to look for one that nobody has asked for (ip_local_port_range). */
const firstFreePort = 32_768

export const proxy: Command = {
  name: 'proxy',
  usage: 'proxy [--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix] [options]',
  summary: 'Run a proxy to the Kubernetes API server',
  examples: `# The API at http://localhost:8001/api/
kubectl proxy

# A web server in a pod of the service "web"
curl http://localhost:8001/api/v1/namespaces/default/services/web:80/proxy/`,
  flags: [
    { name: 'port', short: 'p', type: 'int', default: String(defaultPort), usage: 'The port to listen on.' },
    { name: 'unix-socket', short: 'u', type: 'string', usage: 'The socket of the file system to listen on.' },
    { name: 'address', type: 'string', default: '127.0.0.1', usage: 'The address to listen on.' },
    { name: 'accept-hosts', type: 'string', default: String.raw`^localhost$,^127\.0\.0\.1$,^\[::1\]$`, usage: 'Regular expressions of hosts that may ask.' },
    { name: 'accept-paths', type: 'string', default: '^.*', usage: 'Regular expressions of paths that may be asked for.' },
    { name: 'reject-paths', type: 'string', default: '^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach', usage: 'Regular expressions of paths that may not.' },
    { name: 'reject-methods', type: 'string', default: '^$', usage: 'Regular expressions of methods that may not be used.' },
    { name: 'disable-filter', type: 'bool', usage: 'Pass everything on.' },
    { name: 'keepalive', type: 'duration', default: '0s', usage: 'How long a connection is kept.' },
    ...notHere.map((name) => ({ name, type: 'string', usage: 'Not supported by Podreel.' }) as const),
  ],
  run,
}

function* run(session: Session): Task<void> {
  const { flags } = session
  if (session.args.length > 0) throw usageError('proxy', `unknown command "${session.args[0]}" for "kubectl proxy"`)
  refuseUnsupported(session, ...notHere)
  const allows = filterOf(session)
  const [wanted, address] = [flags.number('port'), flags.string('address')]
  const stream = 0
  const socket = flags.string('unix-socket')
  if (socket !== '' && wanted !== defaultPort) throw new CommandError('cannot set --unix-socket and --port at the same time')
  let port = socket === '' ? wanted || firstFreePort : socketPort(socket)
  let taken: number[] = yield { do: 'listen', stream, ports: [port] }
  // Any port that is free will do.
  while (taken.length > 0 && socket === '' && wanted === 0) taken = yield { do: 'listen', stream, ports: [++port] }
  const where = socket === '' ? `${address}:${port}` : socket
  if (taken.length > 0) throw new CommandError(`listen ${socket === '' ? 'tcp' : 'unix'} ${where}: bind: address already in use`)
  yield* out(`Starting to serve on ${where}\n`)
  for (;;) {
    const event: StreamEvent = yield* next(session, stream, undefined)
    if (event.type !== 'ACCEPTED') continue
    const answer = allows(event.request) ? yield* passedOn(session, event.request) : refused
    yield { do: 'reply', connection: event.connection, answer }
  }
}

const refused: LocalAnswer = { status: 403, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'Forbidden\n' }

/** Who may ask for what (kubectl/pkg/proxy FilterServer). */
function filterOf({ flags }: Session): (request: Accepted['request']) => boolean {
  if (flags.bool('disable-filter')) return () => true
  const anyOf = (name: string): ((text: string) => boolean) => {
    const patterns = flags.string(name).split(',').map(pattern)
    return (text) => patterns.some((pattern) => pattern.test(text))
  }
  const [hosts, paths, notPaths, notMethods] = [anyOf('accept-hosts'), anyOf('accept-paths'), anyOf('reject-paths'), anyOf('reject-methods')]
  return ({ method, path, headers }) => {
    const host = (headers['host'] ?? 'localhost').replace(/:\d+$/, '')
    const asked = path.replace(/\?.*$/, '')
    return !notMethods(method) && hosts(host) && !notPaths(asked) && paths(asked)
  }
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text)
  } catch {
    throw new CommandError(`Error compiling re: error parsing regexp: \`${text}\``)
  }
}

/** A connection here is one answer: of a watch, what there is at once, or what comes until it ends by its timeoutSeconds. */
function* streamedOn(session: Session, path: string): Task<LocalAnswer> {
  let body = ''
  const deadline = /[?&]timeoutSeconds=[1-9]/.test(path) ? undefined : session.input.now() + momentMs
  try {
    yield* streamed(session, path, function* (text) {
      body += text
    }, deadline)
  } catch (error) {
    if (!(error instanceof ServerError)) throw error
    return { status: error.status.code ?? 500, headers: { 'content-type': 'application/json' }, body: `${toJson(error.status)}\n` }
  }
  return { status: 200, headers: { 'content-type': /[?&]follow=/.test(path) ? 'text/plain' : 'application/json' }, body }
}

/** Virtual ms in which what a watch begins with has come. */
const momentMs = 100

function* passedOn(session: Session, asks: Accepted['request']): Task<LocalAnswer> {
  const { method, path, headers } = asks
  if (method === 'GET' && isStreamed(path)) return yield* streamedOn(session, path)
  const { form, body, ...asked } = negotiate(asks)
  const response = shaped(form, yield* request(session, { verb: method as 'GET', path, ...asked, ...(body === undefined ? {} : { body }) }))
  if (response.code === 0) return { error: 'closed' }
  const type = typeof response.body === 'string' ? (response.contentType ?? 'text/plain') : 'application/json'
  return { status: response.code, headers: { 'content-type': type, ...(response.location === undefined ? {} : { location: response.location }) }, body: method === 'HEAD' ? '' : textOf(response, path, headers['user-agent'] ?? '') }
}

/** For people's programs the server makes lines and indents (apiserver/pkg/endpoints/handlers/responsewriters, isPrettyPrint). */
function textOf({ body }: Response, path: string, agent: string): string {
  if (typeof body === 'string') return body
  if (path === '/version') return toIndentedJson(versionInOrder(body), '  ')
  const object = inStructOrder(onTheWire(body))
  return /^(curl|Wget|Mozilla\/5\.0)/.test(agent) ? toIndentedJson(object, '  ') : `${toJson(object)}\n`
}
