import { beforeAll, describe, expect, test } from 'vitest'
import { kubectl } from '../../kubectl/index.ts'
import { createCluster, type Cluster } from '../index.ts'

const agnhost = 'registry.k8s.io/e2e-test-images/agnhost:2.56'
const objects = `
apiVersion: v1
kind: Pod
metadata: { name: server, labels: { app: server } }
spec: { nodeName: node1, containers: [{ name: main, image: "${agnhost}", args: [netexec] }] }
---
apiVersion: v1
kind: Service
metadata: { name: both }
spec: { type: NodePort, selector: { app: server }, ports: [{ name: tcp, port: 80, targetPort: 8080, nodePort: 30080 }, { name: udp, port: 80, targetPort: 8081, nodePort: 30080, protocol: UDP }] }
---
apiVersion: v1
kind: Service
metadata: { name: nobody }
spec: { selector: { app: nobody }, ports: [{ port: 80, protocol: UDP }] }
---
apiVersion: v1
kind: Pod
metadata: { name: client }
spec: { nodeName: node2, containers: [{ name: main, image: "${agnhost}" }] }
`
let cluster: Cluster
const ip = (name: string): string => cluster.world().get('Pod', name)!['status'].podIP
const node = (name: string): string => cluster.world().get('Node', name)!['status'].addresses[0].address
const connect = (to: string): string => {
  const { exitCode, stderr } = kubectl(cluster, `exec client -- /agnhost connect --protocol=udp --timeout=2s ${to}`)
  return exitCode === 0 ? 'answered' : stderr.split(/[:\n]/)[0]!
}

beforeAll(() => {
  cluster = createCluster({ nodes: 2 })
  kubectl(cluster, 'apply -f all.yaml', { files: { 'all.yaml': objects } })
  cluster.run({ for: '20s' })
})

describe('UDP', () => {
  test('comes to a pod, through a Service by its protocol, through a port of a node', () => {
    expect([`${ip('server')}:8081`, 'both:80', `${node('node2')}:30080`].map(connect)).toEqual(['answered', 'answered', 'answered'])
  })

  test('is refused where nobody listens, and where a Service has nobody', () => {
    expect([`${ip('server')}:8080`, 'nobody:80'].map(connect)).toEqual(['REFUSED', 'REFUSED'])
  })

  test('is let through by policies that name the protocol', () => {
    const policy = (protocol: string): string =>
      `{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: p }, spec: { podSelector: { matchLabels: { app: server } }, ingress: [{ ports: [{ protocol: ${protocol} }] }] } }`
    const under = (protocol: string): string => {
      kubectl(cluster, 'apply -f p.yaml', { files: { 'p.yaml': policy(protocol) } })
      cluster.run({ for: '2s' })
      return connect('both:80')
    }
    expect([under('TCP'), under('UDP')]).toEqual(['TIMEOUT', 'answered'])
  })
})
