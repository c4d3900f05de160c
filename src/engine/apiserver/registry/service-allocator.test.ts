import { describe, expect, it } from 'vitest'
import type { KubeObject, Status } from '../../api/types.ts'
import { createCluster } from '../../index.ts'

const path = '/api/v1/namespaces/default/services'
const ports = [{ port: 80 }]

function server() {
  const cluster = createCluster({ nodes: 1, seed: 1 })
  const body = (name: string, spec: object): object => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports, ...spec } })
  const answer = (r: { code: number; body: unknown }): any => ({ code: r.code, ...(r.body as KubeObject) })
  return {
    create: (name: string, spec: object = {}) => answer(cluster.request({ verb: 'POST', path, body: body(name, spec) })),
    put: (service: KubeObject) => answer(cluster.request({ verb: 'PUT', path: `${path}/${service.metadata.name}`, body: service })),
    remove: (name: string) => answer(cluster.request({ verb: 'DELETE', path: `${path}/${name}` })),
  }
}

describe('addresses of Services', () => {
  it('come from the upper part of the range, each once', () => {
    const { create } = server()
    const given = Array.from({ length: 50 }, (_, i) => create(`s${i}`).spec.clusterIP as string)
    expect(new Set(given).size).toBe(50)
    for (const address of given) expect(address).toMatch(/^10\.(9[6-9]|10\d|11[01])\./)
  })

  it('may be chosen by hand when they are free', () => {
    const { create, remove } = server()
    expect(create('a', { clusterIP: '10.96.0.20' }).spec).toMatchObject({ clusterIP: '10.96.0.20', clusterIPs: ['10.96.0.20'] })
    const taken: Status = create('b', { clusterIP: '10.96.0.20' })
    expect(taken).toMatchObject({ code: 422, message: 'Service "b" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.20"]: failed to allocate IP 10.96.0.20: provided IP is already allocated' })
    expect(create('c', { clusterIP: '10.96.0.1' }).code).toBe(422)
    expect(create('d', { clusterIP: '10.0.0.1' }).message).toContain('failed to allocate IP 10.0.0.1: the provided network does not match the current range')
    remove('a')
    expect(create('b', { clusterIP: '10.96.0.20' }).code).toBe(201)
  })

  it('a headless one and an ExternalName have none', () => {
    const { create } = server()
    expect(create('a', { clusterIP: 'None' }).spec.clusterIP).toBe('None')
    expect(create('b', { type: 'ExternalName', externalName: 'db.example.com' }).spec.clusterIP).toBeUndefined()
  })
})

describe('what an allocator refuses comes alone, before all that validation would say', () => {
  const two = 'must be \'RequireDualStack\' or \'PreferDualStack\' when multiple'
  it.each<[object, string]>([
    [{ clusterIP: 'abc', type: 'Public' }, 'spec.clusterIPs[0]: Invalid value: "abc": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    [{ ipFamilies: ['IPv6'], sessionAffinity: 'X' }, 'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'],
    [{ ipFamilies: ['IPv4', 'IPv6'] }, `spec.ipFamilyPolicy: Invalid value: "SingleStack": ${two} IP families are specified`],
    [{ clusterIP: 'fd00::1' }, 'spec.clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster'],
    [{ ipFamilyPolicy: 'RequireDualStack' }, 'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services'],
    [
      { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }, { port: 0 }] },
      'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ],
    [
      { type: 'NodePort', ports: [{ name: 'a', port: 80, nodePort: 31_000 }, { name: 'b', port: 81, nodePort: 31_000 }] },
      'spec.ports[1].nodePort: Invalid value: 31000: provided port is already allocated',
    ],
  ])('%j', (spec, error) => expect(server().create('a', spec).message).toBe(`Service "a" is invalid: ${error}`))
})

it('a headless Service without selector may have both families, on any cluster', () => {
  const { create } = server()
  expect(create('a', { clusterIP: 'None' }).spec).toMatchObject({ ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv4', 'IPv6'] })
  expect(create('b', { clusterIP: 'None', selector: { app: 'b' } }).spec).toMatchObject({ ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] })
})

it.each([
  ['at once', undefined],
  ['with its last finalizer', ['example.com/hold']],
])('the Endpoints of a Service go with it, %s, by the API server’s own hand', (_when, finalizers) => {
  const cluster = createCluster({ nodes: 1, seed: 1 })
  cluster.fault({ type: 'controller-stop' })
  const metadata = { name: 'db', ...(finalizers === undefined ? {} : { finalizers }) }
  cluster.request({ verb: 'POST', path, body: { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports } } })
  cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/endpoints', body: { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'db' }, subsets: [{ addresses: [{ ip: '192.0.2.7' }] }] } })
  const there = (): boolean => cluster.world().get('Endpoints', 'db') !== undefined
  cluster.request({ verb: 'DELETE', path: `${path}/db`, query: { dryRun: 'All' } })
  expect(there()).toBe(true)
  cluster.request({ verb: 'DELETE', path: `${path}/db` })
  expect(there()).toBe(finalizers !== undefined)
  if (finalizers !== undefined) cluster.request({ verb: 'PATCH', path: `${path}/db`, contentType: 'application/merge-patch+json', body: { metadata: { finalizers: null } } })
  expect(there()).toBe(false)
  const removal = cluster.trace.findLast(({ kind, resource, code, revision }) => kind === 'write' && resource === 'services' && code === 200 && revision !== undefined)!
  expect(cluster.at(removal.revision!).get('Endpoints', 'db')).toBeDefined()
})

describe('node ports', () => {
  it('are one for TCP and UDP of one port', () => {
    const [tcp, udp, other] = server().create('dns', {
      type: 'NodePort',
      ports: [{ name: 'tcp', port: 53 }, { name: 'udp', port: 53, protocol: 'UDP' }, { name: 'metrics', port: 9153 }],
    }).spec.ports
    expect(udp.nodePort).toBe(tcp.nodePort)
    expect(other.nodePort).not.toBe(tcp.nodePort)
  })

  it('are given from 30000-32767 and are unique', () => {
    const { create } = server()
    const given = Array.from({ length: 30 }, (_, i) => create(`s${i}`, { type: 'NodePort' }).spec.ports[0].nodePort as number)
    expect(new Set(given).size).toBe(30)
    expect(Math.min(...given)).toBeGreaterThanOrEqual(30_000)
    expect(Math.max(...given)).toBeLessThanOrEqual(32_767)
  })

  it('are refused when another has them', () => {
    const { create } = server()
    create('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] })
    expect(create('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] }).message).toBe(
      'Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    )
  })

  it('for health checks are refused too when another has them', () => {
    const { create } = server()
    create('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] })
    const local = (healthCheckNodePort: number, nodePort = 30_081): Record<string, unknown> => ({
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      healthCheckNodePort,
      ports: [{ port: 80, nodePort }],
    })
    const refused = 'Internal error occurred: failed to allocate requested HealthCheck NodePort'
    expect(create('b', local(30_080))).toMatchObject({ code: 500, message: `${refused} 30080: provided port is already allocated` })
    expect(create('b', local(30_081)).message).toBe(`${refused} 30081: provided port is already allocated`)
    expect(create('b', local(80)).message).toBe(
      `${refused} 80: provided port is not in the valid range. The range of valid ports is 30000-32767`,
    )
    expect(create('b', local(30_082)).spec.healthCheckNodePort).toBe(30_082)
  })

  it('go with the type, the address stays', () => {
    const { create, put } = server()
    const { code: _, ...service } = create('a', { type: 'NodePort' })
    const changed = put({ ...service, spec: { ...service.spec, type: 'ClusterIP' } })
    expect(changed.spec.ports).toEqual([{ port: 80, protocol: 'TCP', targetPort: 80 }])
    expect(changed.spec).toMatchObject({ type: 'ClusterIP', clusterIP: service.spec.clusterIP })
    expect(changed.spec).not.toHaveProperty('externalTrafficPolicy')
  })
})
