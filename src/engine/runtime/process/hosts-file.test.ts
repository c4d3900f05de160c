import { expect, test } from 'vitest'
import { hostsLines } from './hosts-file.ts'

test('lines of a hosts file without what is only for readers', () => {
  const text = '# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n\n  10.0.0.5 web.sub.default.svc.cluster.local\tweb # itself\n::1 ip6-localhost'
  expect(hostsLines(text)).toEqual([
    { address: '127.0.0.1', names: ['localhost'] },
    { address: '10.0.0.5', names: ['web.sub.default.svc.cluster.local', 'web'] },
    { address: '::1', names: ['ip6-localhost'] },
  ])
  expect(hostsLines('')).toEqual([])
})
