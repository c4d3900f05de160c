import { describe, expect, test } from 'vitest'
import type { Event, Pod } from '../api/types.ts'
import { createCluster } from '../index.ts'
import { hostnameOf, hostsFile, resolvConf } from './network-files.ts'

const pod = (spec: object, name = 'web'): Pod => ({ metadata: { name, namespace: 'shop' }, spec }) as unknown as Pod

test.each<[string, object, string]>([
  ['its name', {}, 'web'],
  ['what its spec says', { hostname: 'front' }, 'front'],
  ['its name in a subdomain', { hostname: 'front', subdomain: 'team' }, 'front'],
  ['its whole name', { subdomain: 'team', setHostnameAsFQDN: true }, 'web.team.shop.svc.cluster.local'],
  ['a whole name as long as may be', { hostname: 'h'.repeat(36), subdomain: 'team', setHostnameAsFQDN: true }, `${'h'.repeat(36)}.team.shop.svc.cluster.local`],
  ['its name where there is no subdomain', { setHostnameAsFQDN: true }, 'web'],
])('a pod calls itself by %s', (_, spec, hostname) => {
  expect(hostnameOf(pod(spec))).toBe(hostname)
})

test('a long name is cut to what DNS allows', () => {
  expect(hostnameOf(pod({}, `${'a'.repeat(62)}-b`))).toBe('a'.repeat(62))
})

test('a pod whose whole name is too long is told so, and does not start', () => {
  const cluster = createCluster({ nodes: 1 })
  const spec = { subdomain: 'a-rather-long-subdomain', hostname: 'a-rather-long-hostname', setHostnameAsFQDN: true, containers: [{ name: 'c', image: 'nginx:1.27' }] }
  cluster.request({ verb: 'create', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'long' }, spec } })
  cluster.run({ for: '5s' })
  const told = (cluster.world().list('Event') as Event[]).filter(({ reason }) => reason === 'FailedCreatePodSandBox').map(({ message }) => message)
  const whole = 'a-rather-long-hostname.a-rather-long-subdomain.default.svc.cluster.local'
  expect(told).toEqual([`Failed to create pod sandbox: failed to construct FQDN from pod hostname and cluster domain, FQDN ${whole} is too long (64 characters is the max, 72 characters requested)`])
})

describe('/etc/hosts', () => {
  const lastLines = (text: string, n: number) => text.split('\n').slice(-n - 1, -1)

  test('names the pod', () => expect(lastLines(hostsFile(pod({}), '10.0.0.9'), 1)).toEqual(['10.0.0.9\tweb']))
  test('names it with its subdomain', () =>
    expect(lastLines(hostsFile(pod({ subdomain: 'team' }), '10.0.0.9'), 1)).toEqual(['10.0.0.9\tweb.team.shop.svc.cluster.local\tweb']))
  test('names it so, too, when that is what it calls itself', () =>
    expect(lastLines(hostsFile(pod({ subdomain: 'team', setHostnameAsFQDN: true }), '10.0.0.9'), 1)).toEqual(['10.0.0.9\tweb.team.shop.svc.cluster.local\tweb']))
  test('has the aliases of the spec', () =>
    expect(lastLines(hostsFile(pod({ hostAliases: [{ ip: '127.0.0.1', hostnames: ['foo.local', 'bar.local'] }, { ip: '10.1.2.3', hostnames: ['foo.remote'] }] }), '10.0.0.9'), 5)).toEqual([
      '10.0.0.9\tweb', '', '# Entries added by HostAliases.', '127.0.0.1\tfoo.local\tbar.local', '10.1.2.3\tfoo.remote',
    ]))
  test('on the host network says so', () => expect(hostsFile(pod({ hostNetwork: true }), '192.168.0.1')).toMatch(/^# Kubernetes-managed hosts file \(host network\)\.\n/))
})

test.each<[string, object, string]>([
  ['asks the cluster', {}, 'search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n'],
  ['asks whom the node asks', { dnsPolicy: 'Default' }, 'nameserver 10.96.0.2\n'],
  ['on the host network asks whom the node asks', { dnsPolicy: 'ClusterFirst', hostNetwork: true }, 'nameserver 10.96.0.2\n'],
  ['asks only whom its spec names', { dnsPolicy: 'None', dnsConfig: { nameservers: ['192.0.2.1'], searches: ['ns1.svc', 'my.dns'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }] } },
    'search ns1.svc my.dns\nnameserver 192.0.2.1\noptions ndots:2 edns0\n'],
  ['adds to what the cluster says', { dnsConfig: { searches: ['my.dns'], options: [{ name: 'ndots', value: '1' }] } },
    'search shop.svc.cluster.local svc.cluster.local cluster.local my.dns\nnameserver 10.96.0.10\noptions ndots:1\n'],
])('/etc/resolv.conf: %s', (_, spec, text) => expect(resolvConf(pod(spec))).toEqual({ text, omitted: [] }))

test('/etc/resolv.conf has no more than a resolver reads, and says what it leaves out', () => {
  const long = Array.from({ length: 20 }, (_, i) => `${'d'.repeat(60)}.${'e'.repeat(55)}${i + 10}.example`)
  const { text, omitted } = resolvConf(pod({ dnsConfig: { nameservers: ['192.0.2.1', '192.0.2.2', '192.0.2.3'], searches: long } }))
  expect(text.match(/nameserver .*/g)).toEqual(['nameserver 10.96.0.10', 'nameserver 192.0.2.1', 'nameserver 192.0.2.2'])
  expect(/^search (.*)$/m.exec(text)![1]!.length).toBeLessThanOrEqual(2048)
  expect(omitted.map((message) => message.slice(0, 100))).toEqual([
    'Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is:', 'Search Line limits were exceeded, some search paths have been omitted, the applied search line is: s',
  ])
  expect(resolvConf(pod({ dnsConfig: { searches: Array.from({ length: 40 }, (_, i) => `d${i}`) } })).text.split('\n')[0]!.split(' ')).toHaveLength(33)
})
