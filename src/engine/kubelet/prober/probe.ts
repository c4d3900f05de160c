import { formatDuration } from '../../api/time.ts'
import type { Container, Probe } from '../../api/types.ts'
import type { HttpResponse, NetworkError } from '../../runtime/container-os.ts'
import { grpcHealthOf } from '../../runtime/http.ts'
import { questionOf, type HttpQuestion } from '../http-get.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import { dialError, httpError } from '../network-errors.ts'
import { resolvePort } from '../ports.ts'
import { wait, type Routine } from '../routine.ts'

/** One answer. A warning counts as a success; an error says that the kubelet could not even ask, and counts as nothing. */
export interface ProbeAnswer {
  result: 'success' | 'warning' | 'failure' | 'error'
  output: string
}

/**
 * Asks once (pkg/kubelet/prober/prober.go and pkg/probe/*): an exit code, an HTTP status in 200..399, a connection, or
 * the gRPC health service. What answers is the container's own process.
 */
export function* askProbe(context: KubeletContext, probe: Probe, container: Container, containerID: string, podIP: string): Routine<ProbeAnswer> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000
  if (probe.exec !== undefined) return yield* askExec(context, containerID, probe.exec.command ?? [], timeoutMs)
  if (probe.httpGet !== undefined) return yield* askHttp(context, probe.httpGet, container, podIP, timeoutMs)
  if (probe.tcpSocket !== undefined) return yield* askTcp(context, probe.tcpSocket, container, podIP, timeoutMs)
  if (probe.grpc !== undefined) return yield* askGrpc(context, probe.grpc, podIP, timeoutMs)
  return error(`missing probe handler for ${container.name}`)
}

/** What a probe hears when all that it asks for has broken: a command that ends with 1, a server that is in trouble, a closed port. */
export function* askBroken(context: KubeletContext, probe: Probe, container: Container, podIP: string): Routine<ProbeAnswer> {
  yield* wait<void>((resume) => context.client.later(0, resume))
  if (probe.exec !== undefined) return failure('')
  if (probe.httpGet !== undefined) return failure('HTTP probe failed with statuscode: 500')
  if (probe.tcpSocket === undefined) return failure('service unhealthy (responded with "NOT_SERVING")')
  const { host, port } = probe.tcpSocket
  return failure(dialError('refused', `${host || podIP}:${resolvePort(port, container) ?? port}`))
}

const success = (output = ''): ProbeAnswer => ({ result: 'success', output })
const failure = (output: string): ProbeAnswer => ({ result: 'failure', output })
const error = (output: string): ProbeAnswer => ({ result: 'error', output })

function* askExec(context: KubeletContext, id: string, command: readonly string[], timeoutMs: number): Routine<ProbeAnswer> {
  type Answer = { exitCode: number; stdout: string; stderr: string; error?: string } | { error: string }
  const answer = yield* wait<Answer>((resume) => context.runtime.exec(id, [...command], { timeoutMs, ofPod: true }, resume))
  if (!('exitCode' in answer)) {
    if (answer.error === 'timeout') return failure(`command timed out: "${command.join(' ')}" timed out after ${formatDuration(timeoutMs)}`)
    return error('rpc error: code = Unknown desc = failed to exec in container: container is in CONTAINER_EXITED state')
  }
  if (answer.error !== undefined) return error(`rpc error: code = Unknown desc = ${answer.error}`)
  const output = clip(answer.stdout + answer.stderr)
  return answer.exitCode === 0 ? success(output) : failure(output)
}

function* askHttp(context: KubeletContext, get: NonNullable<Probe['httpGet']>, container: Container, podIP: string, timeoutMs: number): Routine<ProbeAnswer> {
  const port = resolvePort(get.port, container)
  if (port === undefined) return error(`strconv.Atoi: parsing "${get.port}": invalid syntax`)
  const { scheme, path, headers } = wordsOf(get)
  return yield* follow(context, { scheme, host: get.host || podIP, port, path, headers, timeoutMs }, 0)
}

/** What a probe says every time: put together once. */
const words = new WeakMap<object, HttpQuestion>()

function wordsOf(get: NonNullable<Probe['httpGet']>): HttpQuestion {
  let found = words.get(get)
  if (found === undefined) words.set(get, (found = questionOf(get, 'probe')))
  return found
}

interface AddressedQuestion extends HttpQuestion {
  host: string
  port: number
  timeoutMs: number
}

/** Redirects are followed as long as they stay on the host (pkg/probe/http redirectChecker). */
function* follow(context: KubeletContext, question: AddressedQuestion, followed: number): Routine<ProbeAnswer> {
  const { scheme, host, port, path, headers, timeoutMs } = question
  const request = { method: 'GET', port, path, headers, body: '', secure: scheme === 'https' }
  // A pod that has no address yet is asked for at none, which is the node itself: nobody listens there.
  const answer = host === '' ? refused : yield* wait<HttpResponse | NetworkError>((resume) => context.network.http(node(context), host, request, timeoutMs, resume))
  if ('error' in answer) return failure(`Get "${scheme}://${host}:${port}${path}": ${httpError(answer, `${host}:${port}`)}`)
  const { status, body } = answer
  if (status < 200 || status >= 400) return failure(`HTTP probe failed with statuscode: ${status}`)
  if (status < 300) return success(body)
  const next = redirectStatuses.has(status) ? redirected(question, answer.headers['location']) : undefined
  if (next?.host !== host) return { result: 'warning', output: `Probe terminated redirects, Response body: ${body}` }
  if (followed + 1 >= mostRedirects) return failure(`Get "${next.url}": stopped after ${mostRedirects} redirects`)
  return yield* follow(context, { ...question, ...next }, followed + 1)
}

const refused: NetworkError = { error: 'refused' }

const redirectStatuses = new Set([301, 302, 303, 307, 308])
const mostRedirects = 10

type Place = Pick<AddressedQuestion, 'scheme' | 'host' | 'port' | 'path'> & { url: string }

/** Where a Location leads, read from the place that gave it. */
function redirected(from: AddressedQuestion, location = ''): Place | undefined {
  if (location === '') return undefined
  const { scheme, host, port, path } = from
  const absolute = /^(https?):\/\/([^/:?#]+)(?::(\d+))?([^#]*)/.exec(location)
  if (absolute === null) {
    const folder = path.replace(/\?.*/, '').replace(/[^/]*$/, '')
    return { url: location, scheme, host, port, path: location.startsWith('/') ? location : folder + location }
  }
  const [, to = '', name = '', number, rest = ''] = absolute
  return { url: location, scheme: to, host: name, port: Number(number ?? (to === 'https' ? 443 : 80)), path: rest.startsWith('/') ? rest : `/${rest}` }
}

function* askTcp(context: KubeletContext, socket: NonNullable<Probe['tcpSocket']>, container: Container, podIP: string, timeoutMs: number): Routine<ProbeAnswer> {
  const port = resolvePort(socket.port, container)
  if (port === undefined) return error(`strconv.Atoi: parsing "${socket.port}": invalid syntax`)
  const host = socket.host || podIP
  const answer = host === '' ? refused : yield* wait<{ connected: true } | NetworkError>((resume) => context.network.tcp(node(context), host, port, timeoutMs, resume))
  return 'error' in answer ? failure(dialError(answer.error, `${host}:${port}`)) : success()
}

function* askGrpc(context: KubeletContext, grpc: NonNullable<Probe['grpc']>, podIP: string, timeoutMs: number): Routine<ProbeAnswer> {
  const { port } = grpc
  const began = context.client.kernel.now
  const request = { method: 'GRPC', port, path: `/grpc.health.v1.Health/Check?service=${grpc.service ?? ''}`, headers: {}, body: '' }
  const answer = yield* wait<HttpResponse | NetworkError>((resume) => context.network.http(node(context), podIP, request, timeoutMs, resume))
  const health = 'error' in answer ? undefined : grpcHealthOf(answer)
  if (health === undefined) {
    // It dials on until its time is up, whoever answers in another language, or nobody (grpc.WithBlock).
    const left = began + timeoutMs - context.client.kernel.now
    if (left > 0) yield* wait<void>((resume) => context.client.later(left, resume))
    return failure(`timeout: failed to connect service "${podIP}:${port}" within ${formatDuration(timeoutMs)}: context deadline exceeded`)
  }
  if (health === 'SERVING') return success('service healthy')
  if (health === 'UNIMPLEMENTED') return failure('error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health')
  return failure(`service unhealthy (responded with "${health}")`)
}

function node(context: KubeletContext): { node: string; ip: string } {
  return { node: context.nodeName, ip: context.nodeIP }
}

/** A probe's output is cut at 10 KiB (pkg/probe/exec). */
function clip(output: string): string {
  return output.length > 10_240 ? output.slice(0, 10_240) : output
}
