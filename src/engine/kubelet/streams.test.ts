import { beforeEach, describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../index.ts'
import type { StreamInput } from '../api/stream.ts'
import { registerProgram, type Program, type StreamEvent } from '../client/program.ts'
import type { KubeObject, Pod } from '../api/types.ts'

const pods = '/api/v1/namespaces/default/pods'

let cluster: Cluster

function create(name: string, spec: object): void {
  const answer = cluster.request({ verb: 'POST', path: pods, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec } as never })
  if (answer.code !== 201) throw new Error(JSON.stringify(answer.body))
}

const pod = (name: string): Pod => cluster.world().get('Pod', name) as Pod
const busybox = (...command: string[]) => ({ name: 'app', image: 'busybox:1.36', command })

/** A client that opens a stream, sends, and prints what comes; its line is JSON. */
function* streaming(line: string): Program {
  const { path, query, body, send = [] } = JSON.parse(line) as { path: string; query: object; body: object; send?: StreamInput[] }
  const answer = yield { do: 'open', request: { verb: 'POST', path, query, body } as never }
  if (!('stream' in answer)) {
    yield { do: 'print', to: 'stderr', text: JSON.stringify(answer.body) }
    return 1
  }
  for (const input of send) yield { do: 'send', stream: answer.stream, input }
  for (;;) {
    const event: StreamEvent = yield { do: 'next', stream: answer.stream, timeoutMs: 20_000 }
    if (event.type === 'CLOSED' || event.type === 'TIMEOUT') return 'exitCode' in event ? (event.exitCode ?? 0) : 0
    const shown = event.type === 'TEXT' ? event.text : `${JSON.stringify({ ...event, headers: undefined })}\n`
    yield { do: 'print', to: 'stdout', text: shown }
  }
}

beforeEach(() => {
  registerProgram('kubectl', ({ line }) => streaming(line))
  cluster = createCluster({ nodes: 1 })
})

function open(name: string, subresource: string, rest: object): { stdout: string; stderr: string; exitCode: number } {
  return cluster.exec({ program: 'kubectl', line: JSON.stringify({ path: `${pods}/${name}/${subresource}`, ...rest }) })
}

describe('exec with an open input', () => {
  beforeEach(() => {
    create('web', { containers: [busybox('sleep', '3600')] })
    cluster.run({ for: '8s' })
  })
  const typed = (...texts: (string | undefined)[]): StreamInput[] => texts.map((text) => ({ type: 'TEXT', text }))

  test('a shell at a terminal echoes, answers, and ends with its code', () => {
    const rest = { query: { stdin: 'true' }, body: { command: ['sh'], tty: true }, send: typed('n=2; echo a$n\r', 'exit 3\r') }
    expect(open('web', 'exec', rest)).toMatchObject({ stdout: expect.stringContaining('a2\r\n'), exitCode: 3 })
  })

  test('without a terminal the input is a pipe', () => {
    const rest = { query: { stdin: 'true' }, body: { command: ['wc', '-l'] }, send: typed('one\n', 'two\n', undefined) }
    expect(open('web', 'exec', rest)).toMatchObject({ stdout: '2\n', exitCode: 0 })
  })
})

describe('attach', () => {
  test('shows what is printed without a newline, and takes what is typed', () => {
    create('asks', { restartPolicy: 'Never', containers: [{ ...busybox('sh', '-c', 'sleep 8; printf "name? "; read n; echo "hello $n"'), stdin: true }] })
    cluster.run({ for: '5s' })
    expect(open('asks', 'attach', { query: { stdin: 'true' }, body: {}, send: [{ type: 'TEXT', text: 'Mei\n' }] }).stdout).toBe('name? hello Mei\n')
  })
})

describe('port-forward', () => {
  const connect = (port: number): StreamInput => ({ type: 'CONNECT', connection: 7, port, request: { method: 'GET', path: '/', headers: {}, body: '' } })

  test('brings a request to whoever listens in the pod, and the answer back', () => {
    create('web', { containers: [{ name: 'app', image: 'nginx:1.27' }] })
    cluster.run({ for: '8s' })
    const [answer] = open('web', 'portforward', { query: { ports: '80' }, send: [connect(80)] }).stdout.split('\n')
    expect(JSON.parse(answer!)).toMatchObject({ type: 'ANSWER', connection: 7, status: 200, body: expect.stringContaining('Welcome to nginx!') })
  })

  test('says so when nobody does', () => {
    create('web', { containers: [busybox('sleep', '3600')] })
    cluster.run({ for: '8s' })
    const [answer] = open('web', 'portforward', { query: { ports: '8080' }, send: [connect(8080)] }).stdout.split('\n')
    expect(JSON.parse(answer!)).toMatchObject({ type: 'REFUSED', connection: 7, error: expect.stringContaining('failed to connect to localhost:8080 inside namespace') })
  })
})

describe('an ephemeral container', () => {
  const change = (containers: object[]) =>
    cluster.request({
      verb: 'PATCH', path: `${pods}/web/ephemeralcontainers`, contentType: 'application/strategic-merge-patch+json',
      body: { spec: { ephemeralContainers: containers } } as unknown as KubeObject,
    })
  const debugger1 = { name: 'debugger', image: 'busybox:1.36', command: ['sh', '-c', 'ps; sleep 3600'], targetContainerName: 'app' }

  beforeEach(() => {
    create('web', { containers: [{ name: 'app', image: 'nginx:1.27' }] })
    cluster.run({ for: '8s' })
  })

  test('is added to a pod that runs, sees the processes of its target, and is not restarted', () => {
    expect(change([debugger1]).code).toBe(200)
    cluster.run({ for: '5s' })
    expect(pod('web').status.ephemeralContainerStatuses).toMatchObject([{ name: 'debugger', state: { running: {} }, restartCount: 0 }])
    expect(pod('web').metadata.generation).toBe(2)
    const log = cluster.request({ verb: 'GET', path: `${pods}/web/log`, query: { container: 'debugger' } }).body as unknown as string
    expect(log).toContain('nginx: master process')
    cluster.fault({ type: 'kill-process', namespace: 'default', pod: 'web', container: 'debugger' })
    cluster.run({ for: '30s' })
    expect(pod('web').status.ephemeralContainerStatuses).toMatchObject([{ state: { terminated: { exitCode: 137 } }, restartCount: 0 }])
  })

  test('ends with its target', () => {
    change([debugger1])
    cluster.run({ for: '5s' })
    cluster.fault({ type: 'kill-process', namespace: 'default', pod: 'web', container: 'app' })
    cluster.run({ for: '5s' })
    expect(pod('web').status.ephemeralContainerStatuses).toMatchObject([{ state: { terminated: { exitCode: 137 } } }])
    expect(pod('web').status.containerStatuses).toMatchObject([{ state: { running: {} }, restartCount: 1 }])
  })

  test('can be neither changed nor taken away', () => {
    change([debugger1])
    const replaced = change([{ ...debugger1, image: 'alpine:3.20' }])
    expect(replaced).toMatchObject({ code: 422, body: { message: expect.stringContaining('existing ephemeral containers "debugger" may not be changed') } })
    const gone = change([{ $patch: 'delete', name: 'debugger' }])
    expect(gone).toMatchObject({ code: 422, body: { message: expect.stringContaining('existing ephemeral containers "debugger" may not be removed') } })
  })
})

test('containers of a pod that shares its processes see each other, and /pause is the first', () => {
  create('web', { shareProcessNamespace: true, containers: [{ name: 'nginx', image: 'nginx:1.27' }, { ...busybox('sleep', '3600'), name: 'shell' }] })
  cluster.run({ for: '10s' })
  const { stdout } = open('web', 'exec', { query: { container: 'shell' }, body: { command: ['ps'] } })
  expect(stdout.split('\n').map((line) => line.trim().split(/\s+/).slice(3).join(' ')).slice(1, 5)).toEqual([
    '/pause', 'nginx: master process nginx -g daemon off;', 'nginx: worker process', 'sleep 3600',
  ])
})
