import { describe, expect, test } from 'vitest'
import type { Container, Pod, PodStatus, Probe } from '../../api/types.ts'
import type { HttpRequest, HttpResponse, NetworkError } from '../../runtime/container-os.ts'
import { createCluster } from '../../index.ts'
import { grpcHealthResponse } from '../../runtime/http.ts'
import { Workbench } from '../testing/workbench.ts'
import { askProbe } from './probe.ts'
import { Prober } from './prober.ts'

type Answer = (request: HttpRequest) => HttpResponse | NetworkError
type ExecAnswer = { exitCode: number; stdout: string; stderr: string; error?: string } | { error: string }

const container = { name: 'app', ports: [{ name: 'web', containerPort: 8080 }] } as Container

function workbench(http: Answer, exec?: ExecAnswer): Workbench {
  const bench: Workbench = new Workbench({
    network: { http: (_from: object, _ip: string, request: HttpRequest, _timeout: number, reply: (answer: object) => void) => void bench.later(0, () => reply(http(request))) },
    runtime: {
      container: () => ({ startedAt: 0 }),
      podIP: () => '10.0.0.1',
      exec: (_id: string, _command: string[], _options: object, done: (answer: object) => void) => void bench.later(0, () => done(exec!)),
    },
  })
  return bench
}

/** What a readiness probe gets for an answer, and the events that its worker makes of it. */
function ask(probe: Probe, http: Answer, exec?: ExecAnswer): { answer: object; events: string[] } {
  const answerer = workbench(http, exec)
  const answer = answerer.finish(askProbe(answerer.context, probe, container, 'c1', '10.0.0.1'))
  const bench = workbench(http, exec)
  const status = { phase: 'Running', containerStatuses: [{ name: 'app', containerID: 'containerd://c1', started: true, state: { running: {} } }] }
  const prober = new Prober(bench.context, { status: () => status as unknown as PodStatus, setContainerProbe: () => {} })
  prober.addPod({ metadata: { uid: 'u1' }, spec: { containers: [{ ...container, readinessProbe: probe }] } } as unknown as Pod)
  bench.until(500)
  return { answer, events: bench.events }
}

const answers = (status: number, body = '', location?: string): HttpResponse => ({ status, body, headers: location === undefined ? {} : { location } })
const health: Probe = { httpGet: { path: '/health', port: 8080 } }

describe('an HTTP probe', () => {
  const moved = 'Probe terminated redirects, Response body: '
  const refused = 'Get "http://10.0.0.1:8080/health": dial tcp 10.0.0.1:8080: connect: connection refused'

  test.each<[string, HttpResponse | NetworkError, string, string]>([
    ['200', answers(200, 'fine'), 'success', 'fine'],
    ['201', answers(201), 'success', ''],
    ['399, which leads nowhere', answers(399, 'odd'), 'warning', `${moved}odd`],
    ['400', answers(400, 'bad'), 'failure', 'HTTP probe failed with statuscode: 400'],
    ['404', answers(404, 'nope'), 'failure', 'HTTP probe failed with statuscode: 404'],
    ['503', answers(503), 'failure', 'HTTP probe failed with statuscode: 503'],
    ['a redirect on the same host', answers(302, '', '/ok'), 'success', 'moved ok'],
    ['a redirect to another host', answers(302, '', 'http://elsewhere.example.org/x'), 'warning', moved],
    ['a redirect that says not whereto', answers(302, 'where?'), 'warning', `${moved}where?`],
    ['a redirect in a circle', answers(307, '', '/health'), 'failure', 'Get "/health": stopped after 10 redirects'],
    ['nobody who listens', { error: 'refused' }, 'failure', refused],
  ])('is answered by %s', (_, given, result, output) => {
    const { answer, events } = ask(health, ({ path }) => (path === '/ok' ? answers(200, 'moved ok') : given))
    expect(answer).toEqual({ result, output })
    const event = { success: [], warning: [`Warning ProbeWarning Readiness probe warning: ${output}`], failure: [`Warning Unhealthy Readiness probe failed: ${output}`] }
    expect(events).toEqual(event[result as keyof typeof event])
  })

  test('finds its port by name, follows a redirect to another port of its host', () => {
    const asked: string[] = []
    const probe: Probe = { httpGet: { path: '/', port: 'web' } }
    const answerer = workbench(({ port, path }) => {
      asked.push(`${port}${path}`)
      return port === 8080 ? answers(301, '', 'http://10.0.0.1:9090/new?q=1') : answers(204)
    })
    expect(answerer.finish(askProbe(answerer.context, probe, container, 'c1', '10.0.0.1'))).toEqual({ result: 'success', output: '' })
    expect(asked).toEqual(['8080/', '9090/new?q=1'])
  })
})

describe('a probe that cannot be asked', () => {
  const missing = 'failed to exec in container: failed to start exec "e1": OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown'

  test.each<[string, Probe, ExecAnswer | undefined, string]>([
    ['has a command that does not exist', { exec: { command: ['curl'] } }, { exitCode: 127, stdout: '', stderr: '', error: missing }, `rpc error: code = Unknown desc = ${missing}`],
    ['names a port that does not exist', { httpGet: { port: 'admin' } }, undefined, 'strconv.Atoi: parsing "admin": invalid syntax'],
    ['has no handler', {}, undefined, 'missing probe handler for app'],
  ])('%s', (_, probe, exec, output) => {
    const { answer, events } = ask(probe, () => ({ error: 'refused' }), exec)
    expect(answer).toEqual({ result: 'error', output })
    expect(events).toEqual([`Warning Unhealthy Readiness probe errored and resulted in unknown state: ${output}`])
  })
})

test('a pod that has no address yet is refused at once', () => {
  const bench = workbench(() => answers(200))
  const ask = (probe: Probe): object => bench.finish(askProbe(bench.context, probe, container, 'c1', ''))
  const refused = 'dial tcp :8080: connect: connection refused'
  expect(ask(health)).toEqual({ result: 'failure', output: `Get "http://:8080/health": ${refused}` })
  expect(ask({ tcpSocket: { port: 'web' } })).toEqual({ result: 'failure', output: refused })
})

test('a server that nobody can see into is taken to speak TLS where it is asked so', () => {
  const c = createCluster({ nodes: 1 })
  const readinessProbe = { httpGet: { path: '/', port: 8000, scheme: 'HTTPS' }, periodSeconds: 1 }
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'own' }, spec: { containers: [{ name: 'app', image: 'registry.example.org/own:1', readinessProbe }] } }
  c.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: pod as never })
  c.run({ for: '20s' })
  const status = c.world().get('Pod', 'own', 'default')?.['status'] as PodStatus
  expect(status.containerStatuses?.[0]?.ready).toBe(true)
})

describe('a gRPC probe', () => {
  const timeout = 'timeout: failed to connect service "10.0.0.1:9000" within 3s: context deadline exceeded'

  test.each<[string, HttpResponse | NetworkError, string, string, number]>([
    ['a server that is well', grpcHealthResponse('SERVING'), 'success', 'service healthy', 0],
    ['one that is not', grpcHealthResponse('NOT_SERVING'), 'failure', 'service unhealthy (responded with "NOT_SERVING")', 0],
    ['one that knows nothing of health', grpcHealthResponse('UNIMPLEMENTED'), 'failure', 'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health', 0],
    ['a web server', answers(200, 'welcome'), 'failure', timeout, 3000],
    ['nobody', { error: 'refused' }, 'failure', timeout, 3000],
  ])('is answered by %s', (_, given, result, output, tookMs) => {
    const bench = workbench(() => given)
    const answer = bench.finish(askProbe(bench.context, { grpc: { port: 9000 }, timeoutSeconds: 3 }, container, 'c1', '10.0.0.1'))
    expect(answer).toEqual({ result, output })
    expect(bench.context.client.kernel.now).toBe(tookMs)
  })
})
