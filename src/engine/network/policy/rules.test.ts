import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../api/types.ts'
import { denialOf, type Connection, type Peer } from './rules.ts'

const pod = (namespace: string, app: string, ip: string): Peer => ({ ip, pod: { namespace, labels: { app }, ports: new Map([['http', 80]]) } })
const web = pod('default', 'web', '10.0.0.1')
const client = pod('default', 'client', '10.0.0.2')
const stranger = pod('other', 'client', '10.0.0.3')
const outside: Peer = { ip: '172.17.1.9' }

const namespaces: Record<string, Record<string, string>> = { default: { team: 'a' }, other: { team: 'b', 'kubernetes.io/metadata.name': 'other' } }

function policy(spec: object, namespace = 'default'): KubeObject {
  return { metadata: { name: 'p', namespace }, spec: { podSelector: {}, policyTypes: ['Ingress'], ...spec } } as unknown as KubeObject
}

function denied(policies: KubeObject[], connection: Partial<Connection>): string | undefined {
  const denial = denialOf(
    { from: client, to: web, port: 80, protocol: 'TCP', ...connection },
    { in: (namespace) => policies.filter(({ metadata }) => metadata.namespace === namespace), namespaceLabels: (name) => namespaces[name]! },
  )
  return denial === undefined ? undefined : `${denial.direction} ${denial.policies.join()}`
}

const to80 = { ports: [{ protocol: 'TCP', port: 80 }] }
const fromClients = { from: [{ podSelector: { matchLabels: { app: 'client' } } }] }
const fromB = { from: [{ namespaceSelector: { matchLabels: { team: 'b' } } }] }
const both = { from: [{ namespaceSelector: { matchLabels: { team: 'b' } }, podSelector: { matchLabels: { app: 'client' } } }] }
const either = { from: [{ namespaceSelector: { matchLabels: { team: 'b' } } }, { podSelector: { matchLabels: { app: 'web' } } }] }
const block = { from: [{ ipBlock: { cidr: '172.17.0.0/16', except: ['172.17.1.0/24'] } }] }
const ingress = (...rules: object[]): KubeObject[] => [policy({ ingress: rules })]
const egress = (...rules: object[]): KubeObject[] => [policy({ policyTypes: ['Egress'], egress: rules })]

describe('a connection', () => {
  it.each<[string, KubeObject[], Partial<Connection>, string | undefined]>([
    ['no policy', [], {}, undefined],
    ['deny all', ingress(), {}, 'Ingress default/p'],
    ['allow all', ingress({}), { from: outside }, undefined],
    ['one that chooses other pods', [policy({ podSelector: { matchLabels: { app: 'db' } } })], {}, undefined],
    ['one of another namespace', [policy({}, 'other')], {}, undefined],
    ['pods of the own namespace', ingress(fromClients), {}, undefined],
    ['such a pod of another namespace', ingress(fromClients), { from: stranger }, 'Ingress default/p'],
    ['a namespace by its labels', ingress(fromB), { from: stranger }, undefined],
    ['not the own namespace then', ingress(fromB), {}, 'Ingress default/p'],
    ['namespace and pod', ingress(both), { from: stranger }, undefined],
    ['namespace and another pod', ingress(both), { from: pod('other', 'web', '10.0.0.9') }, 'Ingress default/p'],
    ['namespace or pod', ingress(either), { from: pod('default', 'web', '10.0.0.9') }, undefined],
    ['a port', ingress(to80), {}, undefined],
    ['another port', ingress(to80), { port: 81 }, 'Ingress default/p'],
    ['another protocol', ingress(to80), { protocol: 'UDP' }, 'Ingress default/p'],
    ['a range of ports', ingress({ ports: [{ port: 8000, endPort: 8010 }] }), { port: 8010 }, undefined],
    ['past its end', ingress({ ports: [{ port: 8000, endPort: 8010 }] }), { port: 8011 }, 'Ingress default/p'],
    ['a port by its name', ingress({ ports: [{ port: 'http' }] }), {}, undefined],
    ['a block of addresses', ingress(block), { from: { ip: '172.17.2.9' } }, undefined],
    ['an exception of it', ingress(block), { from: outside }, 'Ingress default/p'],
    ['any of several policies', [...ingress(), ...ingress(fromClients)], {}, undefined],
    ['deny all egress', egress(), {}, 'Egress default/p'],
    ['egress to pods', egress({ to: [{ podSelector: { matchLabels: { app: 'web' } } }] }), {}, undefined],
    ['egress to a block', egress({ to: [{ ipBlock: { cidr: '10.0.0.0/24' } }] }), {}, undefined],
    ['egress that is none of ingress', egress(), { from: stranger }, undefined],
    ['both ends have to allow', [...egress({}), ...ingress()], {}, 'Ingress default/p'],
    ['oneself', [...egress(), ...ingress()], { from: web }, undefined],
    ['a node or a pod on its network', ingress(fromClients), { from: { ip: '10.99.0.1' } }, 'Ingress default/p'],
    ['to a pod on the network of its node', ingress(), { to: { ip: '10.99.0.1' } }, undefined],
  ])('%s', (_, policies, connection, denial) => expect(denied(policies, connection)).toBe(denial))
})
