import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../api/types.ts'
import { rulesOf, usable, type SliceEndpoint } from './service-rules.ts'

const endpoint = (name: string, node: string, state: Partial<SliceEndpoint> = {}): SliceEndpoint => ({
  ip: name,
  port: 80,
  node,
  pod: undefined,
  ready: true,
  serving: true,
  terminating: false,
  zones: [],
  nodes: [],
  ...state,
})
const unready = { ready: false, serving: false }
const ending = { ready: false, serving: true, terminating: true }

it('packets of UDP have rules of their own, also beside TCP at the same port', () => {
  const service = { metadata: { name: 'dns', namespace: 'kube-system' }, spec: { clusterIP: '10.96.0.10', ports: [{ name: 'dns', port: 53, protocol: 'UDP' }, { name: 'dns-tcp', port: 53, nodePort: 30053 }, { name: 'sctp', port: 9, protocol: 'SCTP' }] } }
  const rules = rulesOf(service as unknown as KubeObject, [], { name: 'n1', zone: undefined })
  expect(rules.map(([address, { portName, protocol }]) => [address, portName, protocol])).toEqual([
    ['10.96.0.10:53/udp', 'dns', 'UDP'],
    ['10.96.0.10:53', 'dns-tcp', undefined],
    ['node:30053', 'dns-tcp', undefined],
  ])
})

describe('endpoints that traffic may go to from n1', () => {
  it.each<[string, SliceEndpoint[], { local?: boolean; zone?: string }, string[]]>([
    ['only ready ones', [endpoint('a', 'n1'), endpoint('b', 'n2', unready), endpoint('c', 'n2')], {}, ['a', 'c']],
    [
      'none ready: those that serve while they end',
      [endpoint('a', 'n1', ending), endpoint('b', 'n2', { ...unready, terminating: true })],
      {},
      ['a'],
    ],
    ['one ready: none that end', [endpoint('a', 'n1', ending), endpoint('b', 'n2')], {}, ['b']],
    ['policy Local: those of the node', [endpoint('a', 'n1'), endpoint('b', 'n2')], { local: true }, ['a']],
    ['policy Local without one on the node', [endpoint('b', 'n2')], { local: true }, []],
    [
      'policy Local falls back to its own that end',
      [endpoint('a', 'n1', ending), endpoint('b', 'n2')],
      { local: true },
      ['a'],
    ],
    [
      'hints for this zone',
      [endpoint('a', 'n1', { zones: ['z1'] }), endpoint('b', 'n2', { zones: ['z2'] })],
      { zone: 'z2' },
      ['b'],
    ],
    [
      'no hint for this zone',
      [endpoint('a', 'n1', { zones: ['z1'] }), endpoint('b', 'n2', { zones: ['z2'] })],
      { zone: 'z3' },
      ['a', 'b'],
    ],
    [
      'hints for this node come before those for its zone',
      [endpoint('a', 'n1', { zones: ['z1'], nodes: ['n1'] }), endpoint('b', 'n2', { zones: ['z1'], nodes: ['n2'] })],
      { zone: 'z1' },
      ['a'],
    ],
    [
      'no hint for this node, but for its zone',
      [endpoint('b', 'n2', { zones: ['z1'], nodes: ['n2'] }), endpoint('c', 'n3', { zones: ['z2'], nodes: ['n3'] })],
      { zone: 'z1' },
      ['b'],
    ],
    ['one without a hint', [endpoint('a', 'n1', { zones: ['z1'] }), endpoint('b', 'n2')], { zone: 'z1' }, ['a', 'b']],
  ])('%s', (_, endpoints, { local = false, zone }, names) => {
    expect(usable(endpoints, { node: 'n1', zone, local }).map(({ ip }) => ip)).toEqual(names)
  })
})

const service = (spec: object, status?: object): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { clusterIP: '10.96.4.1', ports: [{ name: 'http', port: 80, nodePort: 30_080 }], ...spec },
    status,
  }) as unknown as KubeObject
const slice = {
  metadata: { name: 'web-abcde', namespace: 'default' },
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  endpoints: [
    {
      addresses: ['10.244.2.5'],
      nodeName: 'n2',
      conditions: { ready: true },
      targetRef: { kind: 'Pod', namespace: 'default', name: 'web-1', uid: 'u1' },
    },
  ],
} as unknown as KubeObject
const n1 = { name: 'n1', zone: undefined }

describe('rules of a Service', () => {
  it('stand under each of its addresses', () => {
    const rules = new Map(
      rulesOf(
        service(
          { type: 'LoadBalancer', externalIPs: ['192.0.2.9'] },
          { loadBalancer: { ingress: [{ ip: '203.0.113.3' }] } },
        ),
        [slice],
        n1,
      ),
    )
    expect([...rules.keys()]).toEqual(['10.96.4.1:80', '192.0.2.9:80', '203.0.113.3:80', 'node:30080'])
    for (const rule of rules.values())
      expect(rule.backends).toMatchObject([{ ip: '10.244.2.5', port: 8080, node: 'n2', pod: { name: 'web-1' } }])
  })

  it('drop what policy Local keeps on a node without a backend, refuse where there is none at all', () => {
    const local = { type: 'NodePort', internalTrafficPolicy: 'Local' }
    const [inside, outside] = rulesOf(service(local), [slice], n1).map(([, rule]) => rule)
    expect(inside).toMatchObject({ backends: [], otherwise: 'drop' })
    expect(outside).toMatchObject({ backends: [{ ip: '10.244.2.5' }] })
    expect(rulesOf(service(local), [], n1)[0]![1]).toMatchObject({ backends: [], otherwise: 'refuse' })
  })

  it.each([
    ['headless', { clusterIP: 'None' }],
    ['ExternalName', { type: 'ExternalName', clusterIP: undefined }],
  ])('are none for one that is %s', (_, spec) => expect(rulesOf(service(spec), [slice], n1)).toEqual([]))
})
