import { formatDuration } from '../../api/time.ts'
import type { Container, Probe } from '../../api/types.ts'
import type { HttpResponse, NetworkError } from '../../runtime/container-os.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import { resolvePort } from '../ports.ts'
import { wait, type Routine } from '../routine.ts'

/** One answer; undefined: the kubelet itself could not ask, and the answer is thrown away. */
export interface ProbeAnswer {
  result: 'success' | 'failure'
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
  return { result: 'failure', output: 'missing probe handler' }
}

const success = (output = ''): ProbeAnswer => ({ result: 'success', output })
const failure = (output: string): ProbeAnswer => ({ result: 'failure', output })

function* askExec(context: KubeletContext, id: string, command: readonly string[], timeoutMs: number): Routine<ProbeAnswer> {
  type Answer = { exitCode: number; stdout: string; stderr: string; error?: string } | { error: string }
  const answer = yield* wait<Answer>((resume) => context.runtime.exec(id, [...command], { timeoutMs }, resume))
  if (!('exitCode' in answer)) {
    if (answer.error === 'timeout') return failure(`command timed out: "${command.join(' ')}" timed out after ${formatDuration(timeoutMs)}`)
    return failure(`container not running`)
  }
  const output = clip(answer.error ?? answer.stdout + answer.stderr)
  return answer.exitCode === 0 ? success(output) : failure(output)
}

function* askHttp(context: KubeletContext, get: NonNullable<Probe['httpGet']>, container: Container, podIP: string, timeoutMs: number): Routine<ProbeAnswer> {
  const port = resolvePort(get.port, container)
  if (port === undefined) return failure(`strconv.Atoi: parsing "${get.port}": invalid syntax`)
  const scheme = (get.scheme ?? 'HTTP').toLowerCase()
  const path = `${get.path?.startsWith('/') === false ? '/' : ''}${get.path ?? '/'}`
  const host = get.host || podIP
  const headers: Record<string, string> = { 'user-agent': 'kube-probe/1.34', accept: '*/*' }
  for (const { name, value } of get.httpHeaders ?? []) headers[name.toLowerCase()] = value
  const request = { method: 'GET', port, path, headers, body: '' }
  const answer = yield* wait<HttpResponse | NetworkError>((resume) => context.network.http(node(context), host, request, timeoutMs, resume))
  const url = `${scheme}://${host}:${port}${path}`
  if ('error' in answer) return failure(`Get "${url}": ${httpError(answer, `${host}:${port}`)}`)
  if (answer.status >= 200 && answer.status < 400) return success(answer.body)
  return failure(`HTTP probe failed with statuscode: ${answer.status}`)
}

function httpError({ error }: NetworkError, address: string): string {
  if (error === 'timeout') return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
  return error === 'reset' ? `read tcp ${address}: read: connection reset by peer` : dialError(error, address)
}

function dialError(error: NetworkError['error'], address: string): string {
  if (error === 'timeout') return `dial tcp ${address}: i/o timeout`
  return `dial tcp ${address}: connect: ${error === 'unreachable' ? 'no route to host' : 'connection refused'}`
}

function* askTcp(context: KubeletContext, socket: NonNullable<Probe['tcpSocket']>, container: Container, podIP: string, timeoutMs: number): Routine<ProbeAnswer> {
  const port = resolvePort(socket.port, container)
  if (port === undefined) return failure(`strconv.Atoi: parsing "${socket.port}": invalid syntax`)
  const host = socket.host || podIP
  const answer = yield* wait<{ connected: true } | NetworkError>((resume) => context.network.tcp(node(context), host, port, timeoutMs, resume))
  return 'error' in answer ? failure(dialError(answer.error, `${host}:${port}`)) : success()
}

function* askGrpc(context: KubeletContext, grpc: NonNullable<Probe['grpc']>, podIP: string, timeoutMs: number): Routine<ProbeAnswer> {
  const { port } = grpc
  const request = { method: 'GRPC', port, path: `/grpc.health.v1.Health/Check?service=${grpc.service ?? ''}`, headers: {}, body: '' }
  const answer = yield* wait<HttpResponse | NetworkError>((resume) => context.network.http(node(context), podIP, request, timeoutMs, resume))
  const within = `within ${formatDuration(timeoutMs)}`
  if ('error' in answer) return failure(`timeout: failed to connect service "${podIP}:${port}" ${within}: context deadline exceeded`)
  if (answer.status === 200) return success(`service healthy`)
  if (answer.status === 501) return failure(`error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${answer.body}`)
  return failure(`service unhealthy (responded with "NOT_SERVING")`)
}

function node(context: KubeletContext): { node: string; ip: string } {
  return { node: context.nodeName, ip: context.nodeIP }
}

/** A probe's output is cut at 10 KiB (pkg/probe/exec). */
function clip(output: string): string {
  return output.length > 10_240 ? output.slice(0, 10_240) : output
}
