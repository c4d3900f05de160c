import { expect, test } from 'vitest'
import type { KubeObject } from '../api/types.ts'
import { type Zone, zoneAnswer } from './dns-zone.ts'

const service = (name: string, spec: object): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default', uid: name, resourceVersion: '1', creationTimestamp: '' }, spec }) as KubeObject

const http = { name: 'http', port: 80, protocol: 'TCP' }
const all = [
  service('web', { clusterIP: '10.96.0.7', ports: [http, { name: 'dns', port: 53, protocol: 'UDP' }] }),
  service('db', { clusterIP: 'None', ports: [http] }),
  service('empty', { clusterIP: 'None', ports: [http] }),
  service('out', { type: 'ExternalName', externalName: 'example.com' }),
]
const zone: Zone = {
  service: (namespace, name) => all.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace),
  services: () => all,
  endpoints: ({ metadata }) =>
    metadata.name === 'db' ? [{ host: 'db-0', addresses: ['10.244.1.9'], ports: [http] }, { host: 'db-1', addresses: ['10.244.1.2'], ports: [http] }]
    : metadata.name === 'web' ? [{ host: '10-244-3-4', addresses: ['10.244.3.4'], ports: [http] }]
    : [],
}

const zoneName = 'default.svc.cluster.local'

test.each<[question: string, answer: string]>([
  [`web.${zoneName} A`, 'A 10.96.0.7'],
  [`WEB.${zoneName}. A`, 'A 10.96.0.7'],
  [`web.${zoneName} AAAA`, ''],
  [`web.${zoneName} SRV`, `SRV 0 50 80 web.${zoneName}, SRV 0 50 53 web.${zoneName}`],
  [`_http._tcp.web.${zoneName} SRV`, `SRV 0 50 80 web.${zoneName}`],
  [`_dns._udp.web.${zoneName} SRV`, `SRV 0 50 53 web.${zoneName}`],
  [`_dns._tcp.web.${zoneName} SRV`, 'NXDOMAIN'],
  [`10-244-3-4.web.${zoneName} A`, 'A 10.244.3.4'],
  [`db.${zoneName} A`, 'A 10.244.1.2, A 10.244.1.9'],
  [`db-0.db.${zoneName} A`, 'A 10.244.1.9'],
  [`db-2.db.${zoneName} A`, 'NXDOMAIN'],
  [`_http._tcp.db.${zoneName} SRV`, `SRV 0 50 80 db-0.db.${zoneName}, SRV 0 50 80 db-1.db.${zoneName}`],
  [`empty.${zoneName} A`, 'NXDOMAIN'],
  [`out.${zoneName} A`, 'CNAME example.com'],
  [`nobody.${zoneName} A`, 'NXDOMAIN'],
  [`${zoneName} A`, ''],
  ['elsewhere.svc.cluster.local A', 'NXDOMAIN'],
  ['cluster.local NS', 'NS ns.dns.cluster.local'],
  ['dns-version.cluster.local TXT', 'TXT "1.1.0"'],
  ['10-244-1-2.default.pod.cluster.local A', 'A 10.244.1.2'],
  ['7.0.96.10.in-addr.arpa PTR', `PTR web.${zoneName}`],
  ['9.1.244.10.in-addr.arpa PTR', `PTR db-0.db.${zoneName}`],
  ['8.8.8.8.in-addr.arpa PTR', 'not ours'],
  ['example.com A', 'not ours'],
])('%s: %s', (question, answer) => {
  const [name, type] = question.split(' ') as [string, string]
  const reply = zoneAnswer(zone, name, type)
  const said = reply === undefined ? 'not ours' : reply.status === 'NXDOMAIN' ? 'NXDOMAIN' : reply.answers.map((r) => `${r.type} ${r.data}`).join(', ')
  expect(said).toBe(answer)
})
