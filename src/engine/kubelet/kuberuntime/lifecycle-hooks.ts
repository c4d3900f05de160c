import type { HookRecord } from '../../api/machine.ts'
import type { Container, LifecycleHandler, Pod } from '../../api/types.ts'
import type { ExecResult, HttpResponse, NetworkError } from '../../runtime/container-os.ts'
import { goQuote } from '../../api/field.ts'
import { questionOf } from '../http-get.ts'
import { describePod, type KubeletContext } from '../kubelet-context.ts'
import { httpError } from '../network-errors.ts'
import { resolvePort } from '../ports.ts'
import { wait, type Routine } from '../routine.ts'

/** How a hook ended: undefined is well, else the kubelet's words for what went wrong. */
export type HookFailure = string | undefined

type HookName = HookRecord['hook']

/**
 * Runs postStart and preStop (pkg/kubelet/lifecycle/handlers.go). The hook's record lies in the machine's store
 * while it runs.
 */
export function* runHook(
  context: KubeletContext,
  pod: Pod,
  container: Container,
  containerID: string,
  hook: HookName,
  handler: LifecycleHandler,
): Routine<HookFailure> {
  const { kernel, runtime } = context
  const milestone = hook === 'postStart' ? 'create/post-start' : 'terminate/pre-stop'
  const step = (type: string, facts: Record<string, unknown>, stage?: string): void => {
    const { namespace, name, uid } = pod.metadata
    const about = { resource: 'pods', namespace, name, uid, milestone: stage }
    kernel.record({ kind: 'runtime', from: `kubelet/${context.nodeName}`, to: runtime.name, ...about, detail: { type, hook, container: container.name, ...facts } })
  }
  step('HookStarted', { handler: Object.keys(handler)[0] }, milestone)
  const done = context.notes.hookStarted(containerID, hook)
  const failure = yield* runHandler(context, pod, container, containerID, handler)
  done()
  step('HookEnded', { failure })
  return failure
}

function* runHandler(context: KubeletContext, pod: Pod, container: Container, containerID: string, handler: LifecycleHandler): Routine<HookFailure> {
  const failed = (hook: string, wrong: HookFailure): HookFailure =>
    wrong && `${hook} for Container "${container.name}" in Pod "${describePod(pod)}" failed - error: ${wrong}`
  if (handler.exec !== undefined) {
    const command = handler.exec.command ?? []
    return failed(`Exec lifecycle hook ([${command.join(' ')}])`, yield* runExec(context, containerID, command))
  }
  if (handler.httpGet !== undefined) {
    return failed(`HTTP lifecycle hook (${handler.httpGet.path})`, yield* runHttp(context, pod, container, handler.httpGet))
  }
  if (handler.sleep !== undefined) {
    const { seconds } = handler.sleep
    yield* wait<void>((resume) => context.client.later(seconds * 1000, resume))
    return undefined
  }
  return 'Cannot run handler: invalid handler: {nil nil nil nil}'
}

function* runExec(context: KubeletContext, containerID: string, command: readonly string[]): Routine<HookFailure> {
  const result = yield* wait<ExecResult | { error: string }>((resume) => context.runtime.exec(containerID, [...command], { ofPod: true }, resume))
  const { exitCode, stdout, stderr } = { exitCode: 0, stdout: '', stderr: '', ...result }
  const wrong = result.error ?? (exitCode === 0 ? undefined : `command '${command.join(' ')}' exited with ${exitCode}: ${stderr}`)
  return wrong && `${wrong}, message: ${goQuote(stdout + stderr)}`
}

/** Any answer will do. Who is asked in TLS and answers without is asked once more without, as long ago all were (runHTTPHandler). */
function* runHttp(context: KubeletContext, pod: Pod, container: Container, get: NonNullable<LifecycleHandler['httpGet']>): Routine<HookFailure> {
  const ip = get.host || context.runtime.podIP(pod.metadata.uid) || ''
  const port = resolvePort(get.port, container)
  if (port === undefined) return `strconv.Atoi: parsing "${get.port}": invalid syntax`
  const { scheme, path, headers } = questionOf(get, 'lifecycle')
  const from = { node: context.nodeName, ip: context.nodeIP }
  const send = (secure: boolean, given: Readonly<Record<string, string>>): Routine<HttpResponse | NetworkError> =>
    wait((resume) => context.network.http(from, ip, { method: 'GET', port, path, headers: given, body: '', secure }, hookHttpTimeoutMs, resume))
  const answer = yield* send(scheme === 'https', headers)
  if (!('error' in answer)) return undefined
  if (answer.error === 'plain') {
    const { authorization: _secret, ...open } = headers
    if (!('error' in (yield* send(false, open)))) {
      context.recorder.event(pod, 'Warning', 'LifecycleHTTPFallback', `request to HTTPS lifecycle hook ${ip}:${port} got HTTP response, retry with HTTP succeeded`)
      return undefined
    }
  }
  return `Get "${scheme}://${ip}:${port}${path}": ${httpError(answer, `${ip}:${port}`)}`
}

const hookHttpTimeoutMs = 30_000
