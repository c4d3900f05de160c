import { describe, expect, test } from 'vitest'
import type { Pod } from '../api/types.ts'
import { hostnameOf, hostsFile, resolvConf } from './network-files.ts'

const pod = (spec: object, name = 'web'): Pod => ({ metadata: { name, namespace: 'shop' }, spec }) as unknown as Pod

test.each<[string, object, string, string]>([
  ['its name', {}, 'web', ''],
  ['what its spec says', { hostname: 'front' }, 'front', ''],
  ['its name in a subdomain', { hostname: 'front', subdomain: 'team' }, 'front', 'team.shop.svc.cluster.local'],
  ['its whole name', { subdomain: 'team', setHostnameAsFQDN: true }, 'web.team.shop.svc.cluster.local', 'team.shop.svc.cluster.local'],
])('a pod calls itself by %s', (_, spec, hostname, domain) => {
  expect(hostnameOf(pod(spec))).toEqual({ hostname, domain })
})

test('a long name is cut to what DNS allows', () => {
  expect(hostnameOf(pod({}, `${'a'.repeat(62)}-b`)).hostname).toBe('a'.repeat(62))
})

describe('/etc/hosts', () => {
  const lastLines = (text: string, n: number) => text.split('\n').slice(-n - 1, -1)

  test('names the pod', () => expect(lastLines(hostsFile(pod({}), '10.0.0.9'), 1)).toEqual(['10.0.0.9\tweb']))
  test('names it with its subdomain', () =>
    expect(lastLines(hostsFile(pod({ subdomain: 'team' }), '10.0.0.9'), 1)).toEqual(['10.0.0.9\tweb.team.shop.svc.cluster.local\tweb']))
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
])('/etc/resolv.conf: %s', (_, spec, text) => expect(resolvConf(pod(spec))).toBe(text))
