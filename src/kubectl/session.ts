import { apiServerEndpoint } from '../engine/api/cluster-domain.ts'
import { Part } from '../engine/part.ts'
import type { Flags } from './commandLine/flags.ts'
import type { Impersonation, Request, Response } from '../engine/api/request.ts'
import type { Effect, ProgramInput, Stream, StreamEvent } from '../engine/client/program.ts'
import { isStream } from '../engine/client/program.ts'
import { formatDuration, parseDuration } from '../engine/api/time.ts'
import type { Status } from '../engine/api/types.ts'
import { CommandError, ConnectionError, ServerError } from './errors.ts'
import { genericStatus } from './genericStatus.ts'
import type { Discovery } from './discovery.ts'
import type { build, kustomized } from './kustomize/build.ts'
import type { klogHead, logClient, logRequest, logStart } from './verbosity.ts'

/** A piece of a program: a generator of effects with a result of its own. */
export type Task<T> = Generator<Effect, T, any>

/** One run of a command: what it was given, and what it has learnt on the way. */
export interface Session {
  readonly input: ProgramInput
  readonly flags: Flags
  readonly args: readonly string[]
  /** How many of `args` stood before `--`; -1 without one. */
  readonly dash: number
  /** "kubectl get", without the first word: for messages. */
  readonly command: string
  readonly context: Context
  readonly discovery: Discovery
  /** Warnings printed so far: each is printed once. */
  readonly warned: Set<string>
}

/** Where the command goes and as whom: kubeconfig and flags together. */
export interface Context {
  server: string
  namespace: string
  /** The namespace was named on the command line. */
  explicit: boolean
  /** `--as` and its like. Undefined: the command acts as the administrator itself. */
  as: Impersonation | undefined
  /** `--token`. Undefined: a certificate is shown. */
  token: string | undefined
  /** Text of a client certificate. Undefined: the administrator's. */
  certificate: string | undefined
  /** Why no request can be made with this kubeconfig. */
  problem: string | undefined
}

export function* out(text: string): Task<void> {
  if (text !== '') yield { do: 'print', to: 'stdout', text }
}

export function* err(text: string): Task<void> {
  if (text !== '') yield { do: 'print', to: 'stderr', text }
}

/** Sends a request; a refusal is thrown. */
export function* send(session: Session, wanted: Request): Task<Response> {
  const response = yield* request(session, wanted)
  yield* warn(session, response.warnings ?? [])
  return accepted(session, response)
}

/** Sends a request; whatever comes back is the answer, code 0 when nothing does. */
export function* request(session: Session, wanted: Request): Task<Response> {
  const full = prepared(session, wanted)
  yield* begun(session)
  const since = session.input.now()
  const response: Response = yield { do: 'request', request: full }
  yield* logged(session, full, response, session.input.now() - since)
  return response
}

/** Opens a stream; a refusal is thrown. */
export function* open(session: Session, request: Request): Task<number> {
  const full = prepared(session, request)
  yield* begun(session)
  const since = session.input.now()
  const answer: Stream | Response = yield { do: 'open', request: full }
  const elapsed = session.input.now() - since
  if (isStream(answer)) {
    yield* logged(session, full, { code: 200, body: '' }, elapsed)
    return answer.stream
  }
  yield* logged(session, full, answer, elapsed)
  accepted(session, answer)
  throw new ConnectionError('unexpected EOF', session.context.server)
}

/** The next event of a stream. `deadline`: virtual ms; TIMEOUT when it passes first. */
export function* next(session: Session, stream: number, deadline: number | undefined): Task<StreamEvent> {
  if (deadline === undefined) return yield { do: 'next', stream }
  const timeoutMs = deadline - session.input.now()
  if (timeoutMs <= 0) return { type: 'TIMEOUT' }
  return yield { do: 'next', stream, timeoutMs }
}

export function* close(stream: number): Task<void> {
  yield { do: 'close', stream }
}

export function* write(path: string, text: string): Task<void> {
  yield { do: 'write', path, text }
}

export function* sleep(ms: number): Task<void> {
  if (ms > 0) yield { do: 'sleep', ms }
}

function prepared(session: Session, request: Request): Request {
  const { as, token, certificate, problem } = session.context
  const timeoutMs = requestTimeoutMs(session)
  if (problem !== undefined) throw new CommandError(problem)
  checkHost(hostOf(session.context.server))
  const query = timeoutMs > 0 ? { query: { ...request.query, timeout: formatDuration(timeoutMs) } } : {}
  return { ...request, ...query, ...(as === undefined ? {} : { as }), ...(token !== undefined ? { token } : certificate === undefined ? {} : { certificate }) }
}

/** `--request-timeout` in virtual ms; 0: for ever. */
export function requestTimeoutMs({ flags }: Session): number {
  const text = flags.string('request-timeout')
  const ms = parseDuration(/^\d+$/.test(text) ? `${text}s` : text)
  if (ms !== undefined) return ms
  throw new CommandError('Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)')
}

/** There is one API server, on this machine and by its address; elsewhere on this machine nobody listens, and other machines do not answer. */
function checkHost(host: string): void {
  const [name, port = ''] = host.split(':')
  const isHere = name === '127.0.0.1' || name === 'localhost'
  if ((isHere || name === apiServerEndpoint.ip) && port === String(apiServerEndpoint.port)) return
  throw new ConnectionError(`dial tcp ${host}: ${isHere ? 'connect: connection refused' : 'i/o timeout'}`, host)
}

function accepted(session: Session, response: Response): Response {
  if (response.code === 0) throw new ConnectionError(causeOf(response), hostOf(session.context.server))
  if (response.code >= 400) throw new ServerError(statusOf(response))
  return response
}

/** Why no answer came: the front door says it as text or as a Status. */
function causeOf({ body }: Response): string {
  return typeof body === 'string' ? body : ((body as Status).message ?? '')
}

export function hostOf(server: string): string {
  return server.replace(/^[a-z]+:\/\//, '').replace(/\/.*$/, '')
}

function statusOf(response: Response): Status {
  const body = response.body
  if (typeof body === 'object' && 'status' in body && body.kind === 'Status') return body as Status
  return genericStatus(response.code, typeof body === 'string' ? body : '')
}

function* warn(session: Session, warnings: readonly string[]): Task<void> {
  for (const warning of warnings) {
    if (session.warned.has(warning)) continue
    session.warned.add(warning)
    yield* err(`Warning: ${warning}\n`)
  }
}

/** What a kustomization makes of its files: kustomize/build.ts. */
export const kustomize = new Part<{ build: typeof build; kustomized: typeof kustomized }>('rare')

/** What `-v` tells: verbosity.ts. */
export const verbosity = new Part<{ klogHead: typeof klogHead; logClient: typeof logClient; logRequest: typeof logRequest; logStart: typeof logStart }>('rare')

function* begun(session: Session): Task<void> {
  if (session.flags.number('v') > 0) yield* verbosity.get().logClient(session)
}

function* logged(session: Session, request: Request, response: Response, elapsedMs: number): Task<void> {
  if (session.flags.number('v') >= leastVerbose) yield* verbosity.get().logRequest(session, request, response, elapsedMs)
}

/** Below this, `-v` says nothing of requests. */
const leastVerbose = 6
