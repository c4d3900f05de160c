import { describe, expect, it } from 'vitest'
import { kubectl } from '../../../kubectl/index.ts'
import type { LoadStart } from '../../api/load.ts'
import { createCluster, type Cluster } from '../../index.ts'

const web = (node: string): string => `
apiVersion: v1
kind: Pod
metadata: { name: web-${node}, labels: { app: web } }
spec:
  nodeName: ${node}
  containers: [{ name: main, image: nginx:1.27 }]
`
const service = (spec = ''): string => `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80, nodePort: 30080 }]${spec} }
`

function clusterWith(options: object, ...manifests: string[]): Cluster {
  const cluster = createCluster({ seed: 1, ...options })
  kubectl(cluster, 'apply -f all.yaml', { files: { 'all.yaml': manifests.join('---') } })
  cluster.run({ for: '20s' })
  return cluster
}

/** How requests from outside end within a while. */
function outcomes(cluster: Cluster, url: string, load: Partial<LoadStart> = {}): Record<string, number> {
  cluster.perform({ load: { name: 'probe', url, perSecond: 10, forMs: 2000, timeoutMs: 1000, ...load } })
  cluster.run({ for: '4s' })
  return cluster.world().load('probe')!.outcomes
}
const eventsOf = (cluster: Cluster): string[] =>
  cluster.world().list('Event', { fieldSelector: 'involvedObject.name=web' }).map((e: any) => `${e.source.component} ${e.type} ${e.reason}: ${e.message}`)
const stored = (cluster: Cluster): any => cluster.world().get('Service', 'web')

describe('a Service of type LoadBalancer', () => {
  it('waits for an address where there is no cloud', () => {
    const cluster = clusterWith({}, service())
    expect(kubectl(cluster, 'get svc web').stdout).toMatch(/LoadBalancer\s+\S+\s+<pending>\s+80:30080\/TCP/)
    expect(eventsOf(cluster)).toEqual([])
  })

  it('tells when there are other nodes to send to, and not when one is cordoned', () => {
    const cluster = clusterWith({ cloud: true }, service())
    const updates = () => eventsOf(cluster).filter((event) => event.includes('UpdatedLoadBalancer'))
    kubectl(cluster, 'cordon node1')
    cluster.run({ for: '5s' })
    expect(updates()).toEqual([])
    kubectl(cluster, 'label node node1 node.kubernetes.io/exclude-from-external-load-balancers=')
    cluster.run({ for: '5s' })
    expect(updates()).toEqual(['service-controller Normal UpdatedLoadBalancer: Updated load balancer with new hosts'])
    kubectl(cluster, 'label node --all --overwrite node.kubernetes.io/exclude-from-external-load-balancers=')
    cluster.run({ for: '5s' })
    expect(eventsOf(cluster).at(-1)).toBe('service-controller Warning UnAvailableLoadBalancer: There are no available nodes for LoadBalancer')
  })

  it('gets one from the cloud, which tells of it', () => {
    const cluster = clusterWith({ cloud: true }, service(), web('node2'))
    expect(stored(cluster).status).toEqual({ loadBalancer: { ingress: [{ ip: '203.0.113.1', ipMode: 'VIP' }] } })
    expect(stored(cluster).metadata.finalizers).toEqual(['service.kubernetes.io/load-balancer-cleanup'])
    expect(eventsOf(cluster)).toEqual([
      'service-controller Normal EnsuringLoadBalancer: Ensuring load balancer',
      'service-controller Normal EnsuredLoadBalancer: Ensured load balancer',
    ])
    expect(outcomes(cluster, 'http://203.0.113.1/')).toEqual({ 200: 20 })
  })

  it('gives it back when it ends or becomes something else', () => {
    const cluster = clusterWith({ cloud: true }, service())
    kubectl(cluster, `patch svc web -p '{"spec":{"type":"ClusterIP"}}'`)
    cluster.run({ for: '5s' })
    expect(stored(cluster)).toMatchObject({ status: { loadBalancer: {} } })
    expect(stored(cluster).metadata.finalizers).toBeUndefined()
    expect(eventsOf(cluster).slice(2)).toEqual([
      'service-controller Normal Type: LoadBalancer -> ClusterIP',
      'service-controller Normal DeletingLoadBalancer: Deleting load balancer',
      'service-controller Normal DeletedLoadBalancer: Deleted load balancer',
    ])
    kubectl(cluster, `patch svc web -p '{"spec":{"type":"LoadBalancer"}}'`)
    cluster.run({ for: '10s' })
    expect(stored(cluster).status.loadBalancer.ingress).toHaveLength(1)
    expect(kubectl(cluster, 'delete svc web').exitCode).toBe(0)
    expect(stored(cluster)).toBeUndefined()
  })

  it('leaves one with a class to others', () => {
    const cluster = clusterWith({ cloud: true }, service(', loadBalancerClass: example.com/lb'))
    expect(stored(cluster).status).toEqual({ loadBalancer: {} })
  })

  it('drops whom loadBalancerSourceRanges leave out', () => {
    const cluster = clusterWith({ cloud: true }, web('node1'), service(', loadBalancerSourceRanges: [10.0.0.0/8]'))
    expect(outcomes(cluster, 'http://203.0.113.1/')).toEqual({ timeout: 20 })
    kubectl(cluster, `patch svc web -p '{"spec":{"loadBalancerSourceRanges":["198.51.100.0/24"]}}'`)
    cluster.run({ for: '2s' })
    expect(outcomes(cluster, 'http://203.0.113.1/')).toEqual({ 200: 20 })
  })
})

describe('externalTrafficPolicy', () => {
  const policy = (name: string): string => `, externalTrafficPolicy: ${name}`

  it.each([['Cluster', /^10\.99\.0\.\d$/], ['Local', /^198\.51\.100\.7$/]])('%s: the pod sees %s', (name, address) => {
    const cluster = clusterWith({ cloud: true }, service(policy(name)), web('node2'))
    outcomes(cluster, 'http://203.0.113.1/', { perSecond: 1, forMs: 500 })
    cluster.run({ for: '1s' })
    const { stdout } = kubectl(cluster, 'logs web-node2')
    expect(stdout.match(/^(\S+) - - /m)?.[1]).toMatch(address)
  })

  it('Local: node ports answer where a backend is, the load balancer asks only there', () => {
    const cluster = clusterWith({ cloud: true }, service(policy('Local')), web('node2'))
    expect(outcomes(cluster, 'http://10.99.0.2:30080/')).toEqual({ 200: 20 })
    expect(outcomes(cluster, 'http://10.99.0.3:30080/')).toEqual({ timeout: 20 })
    expect(outcomes(cluster, 'http://203.0.113.1/')).toEqual({ 200: 20 })
  })

  it('Local: kube-proxy tells the health check how many backends its node has', () => {
    const cluster = clusterWith({ cloud: true }, service(policy('Local')), web('node2'))
    const { healthCheckNodePort } = stored(cluster).spec
    expect(healthCheckNodePort).toBeGreaterThan(30_000)
    expect(outcomes(cluster, `http://10.99.0.2:${healthCheckNodePort}/`)).toEqual({ 200: 20 })
    expect(outcomes(cluster, `http://10.99.0.1:${healthCheckNodePort}/`)).toEqual({ 503: 20 })
    expect(outcomes(cluster, 'http://10.99.0.1:10256/healthz')).toEqual({ 200: 20 })
    expect(outcomes(cluster, 'http://10.99.0.1:30999/')).toEqual({ refused: 20 })
  })

  it('the cluster\'s own pods reach any backend by the outer address', () => {
    const client = `
apiVersion: v1
kind: Pod
metadata: { name: client }
spec: { nodeName: node1, containers: [{ name: main, image: busybox:1.36, command: [sleep, "3600"] }] }
`
    const cluster = clusterWith({ cloud: true }, service(policy('Local')), web('node2'), client)
    expect(outcomes(cluster, 'http://203.0.113.1/', { from: 'client' })).toEqual({ 200: 20 })
  })
})

describe('a load balancer', () => {
  it('sends into the dark until its health checks have noticed that a machine is gone', () => {
    const cluster = clusterWith({ cloud: true }, service(), web('node1'), web('node2'), web('node3'))
    cluster.fault({ type: 'node-stop', node: 'node3' })
    const early = outcomes(cluster, 'http://203.0.113.1/')
    expect(early['timeout']).toBeGreaterThan(0)
    cluster.run({ for: '60s' })
    expect(outcomes(cluster, 'http://203.0.113.1/')).toEqual({ 200: 20 })
  })
})

it('a client with affinity stays with its backend', () => {
  const cluster = clusterWith({}, service(', sessionAffinity: ClientIP'), web('node1'), web('node2'), web('node3'))
  expect(outcomes(cluster, 'http://10.99.0.1:30080/')).toEqual({ 200: 20 })
  const routed = cluster.trace.filter(({ detail }) => detail?.type === 'RequestRouted').map(({ to }) => to)
  expect(new Set(routed).size).toBe(1)
})
