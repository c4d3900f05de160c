import { expect, test } from 'vitest'
import { kubectl } from '../../../../kubectl/index.ts'
import { createCluster, type Cluster } from '../../../index.ts'

/** Commands as the documentation of etcd and the tasks about backing up a cluster have them. */

const pod = (name: string, env: readonly string[]): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: etcd } }
spec:
  hostname: ${name}
  subdomain: ring
  containers: [{ name: etcd, image: "quay.io/coreos/etcd:v3.5.15", env: [${env.map((pair) => `{ name: ETCD_${pair.split('=')[0]}, value: "${pair.slice(pair.indexOf('=') + 1)}" }`).join(', ')}] }]
---`

const ring = ['a', 'b'].map((name) => pod(name, [
  `NAME=${name}`, 'LISTEN_CLIENT_URLS=http://0.0.0.0:2379', 'LISTEN_PEER_URLS=http://0.0.0.0:2380', 'DATA_DIR=/data',
  `INITIAL_ADVERTISE_PEER_URLS=http://${name}.ring:2380`, `ADVERTISE_CLIENT_URLS=http://${name}.ring:2379`, 'INITIAL_CLUSTER=a=http://a.ring:2380,b=http://b.ring:2380',
])).join('')

const service = `
apiVersion: v1
kind: Service
metadata: { name: ring }
spec: { clusterIP: None, publishNotReadyAddresses: true, selector: { app: etcd }, ports: [{ port: 2379 }] }
`

const told = (c: Cluster, line: string): string => (({ stdout, stderr }) => stdout + stderr)(kubectl(c, line))

test('what one member is told the other knows', () => {
  const c = createCluster({ seed: 1 })
  kubectl(c, 'apply -f -', { stdin: ring + service })
  c.run({ for: '20s' })
  const etcdctl = (name: string, line: string): string => told(c, `exec ${name} -- etcdctl ${line}`)
  expect(etcdctl('a', 'put one first')).toBe('OK\n')
  expect(etcdctl('b', 'get one')).toBe('one\nfirst\n')
  expect(etcdctl('b', 'get on --prefix --print-value-only')).toBe('first\n')
  expect(etcdctl('b', 'del one')).toBe('1\n')
  expect(etcdctl('a', 'get one')).toBe('')
  expect(etcdctl('a', 'member list')).toMatch(/^\w{16}, started, a, http:\/\/a\.ring:2380, http:\/\/a\.ring:2379, false\n\w{16}, started, b, /)
  expect(etcdctl('a', 'endpoint health')).toMatch(/^127\.0\.0\.1:2379 is healthy: successfully committed proposal: took = /)
  expect(etcdctl('a', 'frob')).toMatch(/Error: unknown command "frob" for "etcdctl"\n/)
})

const certificates = '--cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key'

test('the etcd of the cluster holds what the API server has stored, and tells it who shows a certificate', () => {
  const c = createCluster({ seed: 1, nodes: 1, kubeadm: true })
  c.run({ for: '2s' })
  kubectl(c, 'create secret generic key --from-literal=word=hush')
  const run = (line: string): string => told(c, `-n kube-system exec etcd-control-plane -- ${line}`)
  expect(run(`etcdctl ${certificates} get /registry/minions --prefix --keys-only`)).toBe('/registry/minions/control-plane\n\n/registry/minions/node1\n\n')
  expect(run(`etcdctl ${certificates} get /registry/secrets/default/key`)).toContain('word\x12hush')
  expect(run('etcdctl member list')).toMatch(/\nError: context deadline exceeded\n/)
  expect(run('etcdctl --cacert=/nowhere member list')).toContain('Error: open /nowhere: no such file or directory\n')
  expect(run(`etcdctl ${certificates} snapshot save /var/lib/etcd/kept.db`)).toContain('Snapshot saved at /var/lib/etcd/kept.db\n')
  expect(run('etcdutl snapshot status /var/lib/etcd/kept.db -w table')).toMatch(/\| +HASH +\| REVISION \| TOTAL KEYS \| TOTAL SIZE \| STORAGE VERSION \|\n.*\n\| [0-9a-f]{8} \| +\d+ \| +\d{3} \|/)
  expect(run('etcdutl snapshot restore /var/lib/etcd/kept.db --data-dir /var/lib/etcd-again')).toContain('"msg":"restored snapshot"')
  expect(run('etcdutl snapshot restore /var/lib/etcd/kept.db --data-dir /var/lib/etcd-again')).toContain('Error: data-dir "/var/lib/etcd-again" not empty or could not be read\n')
})
