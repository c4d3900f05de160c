import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../index.ts'

/** Services as somebody in a pod meets them: names, addresses, who answers. What a client has found stands in its log. */

const pods = '/api/v1/namespaces/default/pods'
const create = (cluster: Cluster, kind: string, name: string, spec: object, labels: object = {}): void => {
  const path = `/api/v1/namespaces/default/${kind.toLowerCase()}s`
  const { code, body } = cluster.request({ verb: 'POST', path, body: { apiVersion: 'v1', kind, metadata: { name, labels }, spec } } as never)
  if (code >= 400) throw new Error(JSON.stringify(body))
}
const server = (cluster: Cluster, name: string, app: string, more: object = {}, container: object = {}) =>
  create(cluster, 'Pod', name, { containers: [{ name: 'main', image: 'nginx:1.27', ...container }], ...more }, { app })
const addressOf = (cluster: Cluster, name: string): string => cluster.world().get('Pod', name)!['status'].podIP
const logOf = (cluster: Cluster, name: string): string => cluster.request({ verb: 'GET', path: `${pods}/${name}/log` } as never).body as string

/** What a shell on node1 prints that runs this line. */
function asked(cluster: Cluster, line: string): string {
  create(cluster, 'Pod', 'client', { nodeName: 'node1', restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1.36', command: ['sh', '-c', line] }] })
  cluster.run({ for: '40s' })
  return logOf(cluster, 'client')
}

test('a headless Service is the addresses of its ready pods, and each has a name of its own', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'Service', 'dbs', { clusterIP: 'None', selector: { app: 'db' }, ports: [{ port: 80 }] })
  server(cluster, 'db-0', 'db', { hostname: 'db-0', subdomain: 'dbs' })
  server(cluster, 'db-1', 'db', { hostname: 'db-1', subdomain: 'dbs' })
  server(cluster, 'late', 'db', {}, { readinessProbe: { exec: { command: ['false'] } } })
  cluster.run({ for: '20s' })
  const [first, second, late] = ['db-0', 'db-1', 'late'].map((name) => addressOf(cluster, name))
  const log = asked(cluster, 'nslookup dbs.default.svc.cluster.local; echo ---; nslookup db-0.dbs.default.svc.cluster.local')
  const [all, one] = log.split('---').map((part) => [...part.matchAll(/Name:.*\nAddress: (\S+)/g)].map((found) => found[1]))
  expect(new Set(all)).toEqual(new Set([first, second]))
  expect(one).toEqual([first])
  expect(log).not.toContain(late)
})

test('an ExternalName is another name', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'Service', 'far', { type: 'ExternalName', externalName: 'db.example.com' })
  cluster.run({ for: '1s' })
  expect(asked(cluster, 'nslookup far.default.svc.cluster.local')).toContain('far.default.svc.cluster.local\tcanonical name = db.example.com')
})

test('nobody there: refused; nobody there on this node, where only those may answer: silence', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'Service', 'empty', { selector: { app: 'none' }, ports: [{ port: 80 }] })
  create(cluster, 'Service', 'local', { selector: { app: 'web' }, ports: [{ port: 80 }], internalTrafficPolicy: 'Local' })
  server(cluster, 'web', 'web', { nodeName: 'node2' })
  cluster.run({ for: '20s' })
  const log = asked(cluster, 'wget -T 3 -qO- http://empty; wget -T 3 -qO- http://local')
  expect(log).toMatch(/wget: can't connect to remote host \([\d.]+\): Connection refused\nwget: download timed out/)
})

test('a node port is open on every node, wherever the pods are', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'Service', 'web', { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, nodePort: 30_080 }] })
  server(cluster, 'web', 'web', { nodeName: 'node2' })
  cluster.run({ for: '20s' })
  const { addresses } = cluster.world().get('Node', 'node1')!['status']
  const { address } = addresses.find(({ type }: { type: string }) => type === 'InternalIP')
  expect(asked(cluster, `wget -qO- http://${address}:30080`)).toContain('Welcome to nginx!')
  expect(logOf(cluster, 'web')).toContain('"GET / HTTP/1.1" 200')
})

// The rules of iptables with their probabilities (1/3, 1/2, the rest) are not shown anywhere; what they amount to is.
test('each of three endpoints gets a third, by chance and not in turn', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'Service', 'web', { selector: { app: 'web' }, ports: [{ port: 80 }] })
  const names = ['a', 'b', 'c']
  for (const name of names) server(cluster, name, 'web')
  cluster.run({ for: '20s' })
  cluster.perform({ load: { name: 'shop', url: 'http://web', perSecond: 20, from: 'client' } })
  create(cluster, 'Pod', 'client', { containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '3600'] }] })
  cluster.run({ for: '50s' })
  const shares = names.map((name) => logOf(cluster, name).split('"GET / ').length - 1)
  const total = shares.reduce((a, b) => a + b)
  expect(total).toBeGreaterThan(600)
  for (const share of shares) expect(share / total).toBeCloseTo(1 / 3, 1)
  expect(new Set(shares).size).toBeGreaterThan(1)
})

test.each(['service.kubernetes.io/service-proxy-name', 'service.kubernetes.io/headless'])('a Service with the label %s has no rules', (label) => {
  const cluster = createCluster({ seed: 1 })
  server(cluster, 'web', 'web')
  create(cluster, 'Service', 'web', { selector: { app: 'web' }, ports: [{ port: 80 }] }, { [label]: 'other' })
  cluster.run({ for: '10s' })
  expect(asked(cluster, 'wget -qO- -T 3 web 2>&1')).toContain('timed out')
})

test('a port that has another number is written down where the old one was', () => {
  const cluster = createCluster({ seed: 1 })
  server(cluster, 'web', 'web')
  create(cluster, 'Service', 'web', { clusterIP: '10.96.7.7', selector: { app: 'web' }, ports: [{ port: 80 }] })
  cluster.run({ for: '10s' })
  const written = (): string[] => cluster.machines.get('node1')!.range('rules/10.96.7.7').map((rule) => (rule as { portName: string }).portName)
  const has = (port: number): boolean => cluster.machines.get('node1')!.get(`rules/10.96.7.7:${port}`) !== undefined
  expect([written().length, has(80)]).toEqual([1, true])
  cluster.request({ verb: 'PATCH', path: '/api/v1/namespaces/default/services/web', contentType: 'application/json-patch+json', body: [{ op: 'replace', path: '/spec/ports/0/port', value: 81 }] } as never)
  cluster.run({ for: '5s' })
  expect([written().length, has(80), has(81)]).toEqual([1, false, true])
})

// Source: test/e2e/network/networking.go, "should check kube-proxy urls".
test.each([
  ['ssh node1 curl -s localhost:10249/proxyMode', 0, 'iptables'],
  ['ssh node1 curl -s localhost:10249/healthz', 0, 'ok'],
  ['ssh node2 curl -s 10.99.0.1:10249/proxyMode', 7, ''],
  ['ssh node2 curl -s 10.99.0.1:10256/healthz', 0, '"nodeEligible": true'],
  ['ssh node1 curl -s localhost:10256/livez', 0, '"nodeEligible": true'],
  ['ssh node1 curl -s localhost:10256/other', 0, '404 page not found'],
])('kube-proxy says to %s', (line, exitCode, words) => {
  const said = createCluster({ seed: 1, nodes: 2 }).exec({ program: 'shell', line })
  expect(said).toMatchObject({ exitCode, stdout: expect.stringContaining(words) })
})
