import { describe, expect, it } from 'vitest'
import type { LoadStart } from '../../api/load.ts'
import { createCluster, type Cluster } from '../../index.ts'

const container = (command?: string[]): object => ({ name: 'main', image: 'nginx:1.27', readinessProbe: { httpGet: { port: 80 }, periodSeconds: 1 }, ...(command === undefined ? {} : { command }) })
const deployment = (replicas: number, extra: object = {}): object => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container()] } }, ...extra },
})
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }
const ingress = (spec: object = {}): object => ({
  apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'shop' },
  spec: { ingressClassName: 'nginx', rules: [{ host: 'shop.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] } }], ...spec },
})
const paths: Record<string, string> = { Deployment: '/apis/apps/v1/namespaces/default/deployments', Service: '/api/v1/namespaces/default/services', Ingress: '/apis/networking.k8s.io/v1/namespaces/default/ingresses', Pod: '/api/v1/namespaces/default/pods' }

function clusterWith(...objects: any[]): Cluster {
  const cluster = createCluster({ seed: 2, ingress: true })
  for (const body of objects) expect(cluster.request({ verb: 'POST', path: paths[body.kind]!, body }).code).toBe(201)
  cluster.run({ for: '20s' })
  return cluster
}

function outcomes(cluster: Cluster, load: Partial<LoadStart> = {}, forMs = 2000): Record<string, number> {
  cluster.perform({ load: { name: 'users', url: 'http://shop.example.com/', perSecond: 20, forMs, ...load } })
  cluster.run({ for: forMs + 15_000 })
  return cluster.world().load('users')!.outcomes
}

describe('a request from outside', () => {
  it.each<[string, object[], Partial<LoadStart>, Record<string, number>]>([
    ['reaches a pod', [deployment(2), service, ingress()], {}, { 200: 40 }],
    ['at the proxy by its address', [deployment(2), service, ingress()], { url: 'http://203.0.113.250/', headers: { host: 'shop.example.com' } }, { 200: 40 }],
    ['for a host that nobody has', [deployment(2), service, ingress()], { url: 'http://203.0.113.250/' }, { 404: 40 }],
    ['for a name that nobody knows', [ingress()], { url: 'http://other.example.com/' }, { unresolved: 40 }],
    ['for a Service that is not there', [ingress()], {}, { 503: 40 }],
    ['for a Service without a ready pod', [deployment(0), service, ingress()], {}, { 503: 40 }],
    ['where TLS is wanted', [deployment(1), service, ingress({ tls: [{ hosts: ['shop.example.com'], secretName: 's' }] })], {}, { 308: 40 }],
    ['with TLS', [deployment(1), service, ingress({ tls: [{ hosts: ['shop.example.com'], secretName: 's' }] })], { url: 'https://shop.example.com/' }, { 200: 40 }],
    ['of an Ingress of another class', [deployment(1), service, ingress({ ingressClassName: 'other' })], { url: 'http://203.0.113.250/', headers: { host: 'shop.example.com' } }, { 404: 40 }],
    ['to a port where nothing listens', [deployment(1), { ...service, spec: { ...service.spec, ports: [{ port: 80, targetPort: 81 }] } }, ingress()], {}, { 502: 40 }],
  ])('%s', (_, objects, load, expected) => expect(outcomes(clusterWith(...objects), load)).toEqual(expected))

  it('is passed on to the pod as it was, with the sender told', () => {
    const cluster = clusterWith(deployment(1), service, ingress())
    outcomes(cluster, { perSecond: 1 }, 500)
    const routed = cluster.trace.find(({ from, detail }) => from === 'ingress-nginx' && detail?.type === 'RequestRouted')
    expect(routed?.to).toMatch(/^pod\/default\/web-/)
  })
})

it('tells of the Ingress and writes its address a minute later at most', () => {
  const cluster = clusterWith(ingress())
  const events = (): string[] => cluster.world().list('Event').map((e: any) => `${e.source.component} ${e.reason}: ${e.message}`)
  expect(events()).toEqual(['nginx-ingress-controller Sync: Scheduled for sync'])
  expect((cluster.world().get('Ingress', 'shop') as any).status).toEqual({ loadBalancer: {} })
  cluster.run({ for: '1m' })
  expect((cluster.world().get('Ingress', 'shop') as any).status).toEqual({ loadBalancer: { ingress: [{ ip: '203.0.113.250' }] } })
})

describe('a machine that says nothing', () => {
  it('costs tries and seconds; mostly one of the next backends answers', () => {
    const cluster = clusterWith(deployment(3), service, ingress())
    cluster.fault({ type: 'node-stop', node: 'node2' })
    const { 200: answered, 502: failed = 0 } = outcomes(cluster, { timeoutMs: 20_000 })
    expect(answered! + failed).toBe(40)
    expect(answered).toBeGreaterThan(35)
    expect(cluster.world().load('users')!.tookMs.most).toBeGreaterThan(3000)
  })

  it('is a 504 when it is the only one', () => {
    const cluster = clusterWith(deployment(1), service, ingress())
    for (const node of ['node1', 'node2', 'node3']) cluster.fault({ type: 'node-partition', node })
    expect(outcomes(cluster, { timeoutMs: 10_000 })).toEqual({ 504: 40 })
  })
})

describe('a rollout', () => {
  const rollout = (lifecycle: object): Record<string, number> => {
    const surge = { strategy: { rollingUpdate: { maxSurge: '100%', maxUnavailable: 0 } } }
    const cluster = clusterWith(deployment(6, surge), service, ingress())
    const template = { spec: { containers: [{ name: 'main', env: [{ name: 'V', value: '2' }], ...lifecycle }] } }
    // What is replaced has the hook too.
    const patch = (body: object): void => void cluster.request({ verb: 'PATCH', path: `${paths['Deployment']}/web`, contentType: 'application/strategic-merge-patch+json', body: body as never })
    patch({ spec: { template: { spec: { containers: [{ name: 'main', ...lifecycle }] } } } })
    cluster.run({ for: '40s' })
    cluster.perform({ load: { name: 'users', url: 'http://shop.example.com/', perSecond: 100, forMs: 20_000, timeoutMs: 30_000 } })
    cluster.run({ for: '2s' })
    patch({ spec: { template } })
    cluster.run({ for: '60s' })
    return cluster.world().load('users')!.outcomes
  }
  it('loses requests while the proxy still knows only pods that have ended', () => {
    expect(rollout({})['502']).toBeGreaterThan(0)
  })
  it('loses none when preStop waits for longer than the proxy needs', () => {
    expect(rollout({ lifecycle: { preStop: { sleep: { seconds: 6 } } } })).toEqual({ 200: 2000 })
  })
})
