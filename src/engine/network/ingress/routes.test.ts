import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../api/types.ts'
import { match, serversOf, type Cluster } from './routes.ts'

const service = (name: string, ports: object[] = [{ port: 80 }]): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: { ports } }) as unknown as KubeObject
const slice = (ip: string, conditions: object = { ready: true }, port: object = { name: '', port: 8080 }): KubeObject =>
  ({ metadata: { name: 's', namespace: 'default' }, ports: [port], endpoints: [{ addresses: [ip], conditions }] }) as unknown as KubeObject

const services: Record<string, [KubeObject, KubeObject[]]> = {
  a: [service('a'), [slice('10.0.0.1')]],
  b: [service('b', [{ name: 'web', port: 80 }]), [slice('10.0.0.2', { ready: true }, { name: 'web', port: 9000 })]],
  empty: [service('empty'), [slice('10.0.0.3', { ready: false, serving: true, terminating: true })]],
}
const cluster: Cluster = { service: (_, name) => services[name]?.[0], slices: (_, name) => services[name]?.[1] ?? [] }

const path = (value: string, name: string, pathType = 'Prefix', port: object = { number: 80 }): object => ({ path: value, pathType, backend: { service: { name, port } } })
const ingress = (spec: object, annotations?: Record<string, string>, name = 'i'): KubeObject =>
  ({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name, namespace: 'default', creationTimestamp: `2026-01-01T00:00:0${name.length}Z`, annotations }, spec }) as unknown as KubeObject

/** Where a request goes: the address, 'none' for a Service without one, undefined for nobody. */
function goes(ingresses: KubeObject[], host: string, wanted: string): string | undefined {
  const found = match(serversOf(ingresses, cluster), host, wanted)
  return found === undefined ? undefined : (found.location.upstream.backends.map(({ ip, port }) => `${ip}:${port}`)[0] ?? 'none')
}

describe('paths', () => {
  const rules = [ingress({ rules: [{ host: 'x.io', http: { paths: [path('/', 'b', 'Prefix', { name: 'web' }), path('/foo', 'a'), path('/foo/exact', 'empty', 'Exact')] } }] })]
  it.each([
    ['/', '10.0.0.2:9000'],
    ['/foobar', '10.0.0.2:9000'],
    ['/foo', '10.0.0.1:8080'],
    ['/foo/', '10.0.0.1:8080'],
    ['/foo/bar?q=1', '10.0.0.1:8080'],
    ['/foo/exact', 'none'],
    ['/foo/exact/', '10.0.0.1:8080'],
  ])('%s -> %s', (wanted, to) => expect(goes(rules, 'x.io', wanted)).toBe(to))
})

describe('hosts', () => {
  const to = (host: string | undefined, name: string): KubeObject => ingress({ rules: [{ ...(host === undefined ? {} : { host }), http: { paths: [path('/app', name)] } }] }, undefined, `i${name}`)
  const all = [to('x.io', 'a'), to('*.y.io', 'b'), to(undefined, 'empty')]
  it.each([
    ['x.io', 'nobody serves the port', '10.0.0.1:8080'],
    ['other.io', '', 'none'],
  ])('%s', (host, _, address) => expect(goes(all, host, '/app')).toBe(address))
  it('a wildcard stands for one label', () => {
    expect(match(serversOf(all, cluster), 'z.y.io', '/app')?.server.host).toBe('*.y.io')
    expect(match(serversOf(all, cluster), 'q.z.y.io', '/app')?.server.host).toBe('')
  })
  it('a known host does not fall back to rules without one', () => expect(goes(all, 'x.io', '/else')).toBeUndefined())
})

it.each([
  ['a default backend', { defaultBackend: { service: { name: 'a', port: { number: 80 } } } }, '10.0.0.1:8080'],
  ['no such Service', { rules: [{ http: { paths: [path('/', 'missing')] } }] }, 'none'],
  ['no such port', { rules: [{ http: { paths: [path('/', 'a', 'Prefix', { number: 81 })] } }] }, 'none'],
  ['nothing', { rules: [] }, undefined],
])('%s', (_, spec, to) => expect(goes([ingress(spec)], 'any', '/')).toBe(to))

it('the older Ingress has a path that two want', () => {
  const of = (name: string, backend: string): KubeObject => ingress({ rules: [{ http: { paths: [path('/', backend)] } }] }, undefined, name)
  expect(goes([of('newer', 'empty'), of('old', 'a')], '', '/')).toBe('10.0.0.1:8080')
})

it.each([
  ['/', '/v1/x', '/'],
  ['/$2', '/v1/x/y?z=1', '/x/y?z=1'],
  ['/$2', '/v1', '/'],
])('rewrite-target %s makes of %s: %s', (target, from, to) => {
  const servers = serversOf([ingress({ rules: [{ http: { paths: [path('/v1(/|$)(.*)', 'a', 'ImplementationSpecific')] } }] }, { 'nginx.ingress.kubernetes.io/rewrite-target': target })], cluster)
  expect(match(servers, '', from)?.path).toBe(target === '/' ? '/' : to)
})
