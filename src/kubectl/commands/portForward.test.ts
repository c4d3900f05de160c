import { beforeEach, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../engine/index.ts'
import '../index.ts'

let cluster: Cluster

beforeEach(() => {
  cluster = createCluster({ nodes: 2 })
  const create = (plural: string, body: object): void => void cluster.request({ verb: 'POST', path: `/api/v1/namespaces/default/${plural}`, body: { apiVersion: 'v1', ...body } as never })
  const pod = (name: string, container: object): void =>
    create('pods', { kind: 'Pod', metadata: { name, labels: { app: name } }, spec: { containers: [{ name: 'app', ...container }] } })
  pod('web', { image: 'nginx:1.27', ports: [{ name: 'http', containerPort: 80 }] })
  pod('idle', { image: 'busybox:1.36', command: ['sleep', '9999'] })
  create('services', { kind: 'Service', metadata: { name: 'web' }, spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 8000, targetPort: 'http', nodePort: 30080 }] } })
  cluster.run({ for: '15s' })
})

/** Begins, and is asked for what it has printed so far. */
function forward(line: string): () => string {
  const id = cluster.perform({ kubectl: `port-forward ${line}` })
  cluster.run({ for: '1s' })
  return () => {
    cluster.run({ for: '1s' })
    return cluster.output.filter(({ command }) => command === id).map(({ text }) => text).join('')
  }
}

const shell = (line: string) => cluster.exec({ program: 'shell', line })
const begins = (local: number, remote: number): string => `Forwarding from 127.0.0.1:${local} -> ${remote}\nForwarding from [::1]:${local} -> ${remote}\n`
const nobody = { stdout: '', stderr: 'curl: (7) Failed to connect to localhost port 8080 after 0 ms: Could not connect to server\n', exitCode: 7 }

test.each([
  ['pod/web 8080:80', 8080],
  ['web 8080:http', 8080],
  ['service/web 8000', 8000],
])('%s brings what localhost is asked to the pod, and the answer back', (line, local) => {
  const said = forward(line)
  expect(shell(`curl -s -o /dev/null -w "%{http_code}" localhost:${local}`)).toEqual({ stdout: '200', stderr: '', exitCode: 0 })
  expect(shell(`wget -qO- 127.0.0.1:${local} | grep h1`)).toEqual({ stdout: '<h1>Welcome to nginx!</h1>\n', stderr: '', exitCode: 0 })
  expect(said()).toBe(`${begins(local, 80)}${`Handling connection for ${local}\n`.repeat(2)}`)
})

test('before and after it nobody listens', () => {
  expect(shell('curl localhost:8080')).toEqual(nobody)
  const id = cluster.perform({ kubectl: 'port-forward web 8080:80' })
  cluster.run({ for: '1s' })
  expect(shell('curl -sI localhost:8080').stdout).toContain('HTTP/1.1 200 OK')
  cluster.perform({ interrupt: id })
  expect(shell('curl localhost:8080')).toEqual(nobody)
})

test('a port on which nobody listens in the pod costs the whole connection', () => {
  const said = forward('idle 8080:80 9090:90')
  expect(shell('curl localhost:8080')).toEqual({ stdout: '', stderr: 'curl: (52) Empty reply from server\n', exitCode: 52 })
  const [uid, id] = [/cni-([\w-]+)/.exec(said())?.[1], /to pod (\w{64})/.exec(said())?.[1]]
  const lost =
    `"Unhandled Error" err="an error occurred forwarding 8080 -> 80: error forwarding port 80 to pod ${id}, uid : failed to execute portforward in network namespace \\"/var/run/netns/cni-${uid}\\": ` +
    `failed to connect to localhost:80 inside namespace \\"${id}\\", IPv4: dial tcp4 127.0.0.1:80: connect: connection refused IPv6 dial tcp6 [::1]:80: connect: connection refused "\n`
  expect(said().replace(/^E\S+ \S+ +1 portforward.go:424\] /m, '')).toBe(`${begins(8080, 80)}${begins(9090, 90)}Handling connection for 8080\n${lost}error: lost connection to pod\n`)
  expect(shell('curl localhost:9090').exitCode).toBe(7)
})

test('of a pod that has gone it learns when it is next asked', () => {
  const said = forward('web 8080:80')
  cluster.exec({ program: 'kubectl', line: 'delete pod web' })
  cluster.run({ for: '10s' })
  expect(said()).toBe(begins(8080, 80))
  expect(shell('curl localhost:8080').exitCode).toBe(52)
  expect(said()).toMatch(/failed to find sandbox \\"\w{64}\\" in store: not found"\nerror: lost connection to pod\n$/)
})

test('a local port has one listener', () => {
  forward('web 8080:80')
  const taken = 'Unable to listen on port 8080: Listeners failed to create with the following errors: [unable to create listener: Error listen tcp4 127.0.0.1:8080: bind: address already in use unable to create listener: Error listen tcp6 [::1]:8080: bind: address already in use]\n'
  expect(cluster.exec({ program: 'kubectl', line: 'port-forward idle 8080:80' })).toEqual({
    stdout: '', stderr: `${taken}error: unable to listen on any of the requested ports: [{8080 80}]\n`, exitCode: 1,
  })
  expect(forward('idle 8080:80 9090:80')()).toBe(taken + begins(9090, 80))
})

test('the rest of the cluster is reached as from outside: nodes are, Services and pods are not', () => {
  const address = (cluster.world().get('Node', 'node1') as { status?: { addresses?: { address: string }[] } }).status!.addresses![0]!.address
  expect(shell(`curl -sI ${address}:30080`).stdout).toContain('HTTP/1.1 200 OK')
  expect(shell('curl web:8000')).toEqual({ stdout: '', stderr: 'curl: (6) Could not resolve host: web\n', exitCode: 6 })
})

test('the same film twice has the same trace', () => {
  const film = (): string => {
    const one = createCluster({ nodes: 1 })
    one.perform({ kubectl: 'run web --image=nginx' })
    one.run({ for: '10s' })
    one.perform({ kubectl: 'port-forward web 8080:80' })
    one.run({ for: '1s' })
    one.exec({ program: 'shell', line: 'for i in 1 2 3; do curl -s localhost:8080; done' })
    return JSON.stringify([one.trace, one.output])
  }
  expect(film()).toBe(film())
})
