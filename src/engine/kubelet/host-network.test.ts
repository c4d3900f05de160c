import { expect, test } from 'vitest'
import type { Pod } from '../api/types.ts'
import { createCluster, type Cluster } from '../index.ts'

const path = '/api/v1/namespaces/default/pods'

function create(c: Cluster, name: string, spec: object): void {
  const answer = c.request({ verb: 'POST', path, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec } as never })
  if (answer.code !== 201) throw new Error(JSON.stringify(answer.body))
}

const pod = (c: Cluster, name: string): Pod => c.world().get('Pod', name) as Pod
const log = (c: Cluster, name: string, container?: string): string =>
  String(c.request({ verb: 'GET', path: `${path}/${name}/log`, ...(container === undefined ? {} : { query: { container } }) }).body)
const asks = (url: string) => ({ restartPolicy: 'Never', containers: [{ name: 'asks', image: 'busybox:1.36', command: ['sh', '-c', `wget -qO- -T 2 ${url} 2>&1`] }] })

test('a pod on the network of its node answers at the address of the node', () => {
  const c = createCluster({ nodes: 2 })
  create(c, 'front', { nodeName: 'node1', hostNetwork: true, containers: [{ name: 'web', image: 'nginx:1.27', readinessProbe: { httpGet: { port: 80 } } }] })
  c.run({ for: '10s' })
  const { podIP, hostIP, conditions } = pod(c, 'front').status
  expect(podIP).toBe(hostIP)
  expect(conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True')
  create(c, 'asks', { nodeName: 'node2', ...asks(podIP!) })
  c.run({ for: '6s' })
  expect(log(c, 'asks')).toContain('Welcome to nginx!')
})

test('a port of the node leads to the pod that has asked for it, as long as it is there', () => {
  const c = createCluster({ nodes: 1 })
  create(c, 'kubia', { terminationGracePeriodSeconds: 1, containers: [{ name: 'web', image: 'luksa/kubia', ports: [{ containerPort: 8080, hostPort: 9000 }] }] })
  c.run({ for: '15s' })
  const { hostIP } = pod(c, 'kubia').status
  create(c, 'first', asks(`${hostIP}:9000`))
  c.run({ for: '6s' })
  expect(log(c, 'first')).toBe("You've hit kubia\n")
  c.request({ verb: 'DELETE', path: `${path}/kubia` })
  c.run({ for: '6s' })
  create(c, 'second', asks(`${hostIP}:9000`))
  c.run({ for: '6s' })
  expect(log(c, 'second')).toMatch(/refused/)
})

test('a port can be taken once on one network: of a pod, or of the node', () => {
  const web = { image: 'nginx:1.27' }
  const c = createCluster({ nodes: 1 })
  create(c, 'two', { containers: [{ name: 'first', ...web }, { name: 'second', ...web }] })
  create(c, 'host1', { hostNetwork: true, restartPolicy: 'Never', containers: [{ name: 'web', ...web }] })
  create(c, 'host2', { hostNetwork: true, restartPolicy: 'Never', containers: [{ name: 'web', ...web }] })
  c.run({ for: '15s' })
  const [first, second] = pod(c, 'two').status.containerStatuses!
  expect(first!.state?.running).toBeDefined()
  expect(second!.lastState?.terminated ?? second!.state?.terminated).toMatchObject({ exitCode: 1 })
  const tries = log(c, 'two', 'second').match(/bind\(\) to 0\.0\.0\.0:80 failed \(98: Address already in use\)/g)
  expect(tries?.length).toBeGreaterThanOrEqual(2)
  expect(new Set([pod(c, 'host1').status.phase, pod(c, 'host2').status.phase])).toEqual(new Set(['Failed', 'Running']))
})

test('a probe of the loopback asks the machine, not the pod', () => {
  const c = createCluster({ nodes: 1 })
  const probed = (hostNetwork: boolean) => ({ hostNetwork, containers: [{ name: 'web', image: 'nginx:1.27', readinessProbe: { httpGet: { host: '127.0.0.1', port: 80 }, periodSeconds: 1 } }] })
  create(c, 'own', probed(false))
  c.run({ for: '10s' })
  const told = c.world().list('Event').map(({ message }) => message as string)
  expect(told).toContain('Readiness probe failed: Get "http://127.0.0.1:80/": dial tcp 127.0.0.1:80: connect: connection refused')
  create(c, 'host', probed(true))
  c.run({ for: '10s' })
  expect(['own', 'host'].map((name) => pod(c, name).status.conditions?.find(({ type }) => type === 'Ready')?.status)).toEqual(['True', 'True'])
})

test('pods share a port of their node by its addresses and protocols', () => {
  const c = createCluster({ nodes: 1 })
  const address = c.world().get('Node', 'node1')!['status'].addresses[0].address as string
  const agnhost = 'registry.k8s.io/e2e-test-images/agnhost:2.56'
  const shares = (name: string, hostIP: string, protocol: string): void =>
    create(c, name, { containers: [{ name: 'web', image: agnhost, args: ['netexec', '--udp-port=8080'], ports: [{ containerPort: 8080, hostPort: 5000, hostIP, protocol }] }] })
  shares('inner', '127.0.0.1', 'TCP')
  shares('outer', address, 'TCP')
  shares('datagrams', address, 'UDP')
  const line = `curl -s 127.0.0.1:5000/hostname; echo; curl -s ${address}:5000/hostname; echo; echo hostname | nc -u -w 1 ${address} 5000; echo; curl -s ${address}:8080/ || echo $?`
  create(c, 'asks', { hostNetwork: true, restartPolicy: 'Never', containers: [{ name: 'asks', image: agnhost, command: ['sh', '-c', `sleep 10; ${line}`] }] })
  c.run({ for: '25s' })
  expect(log(c, 'asks')).toBe('inner\nouter\ndatagrams\n7\n')
})
