import { beforeAll, expect, test } from 'vitest'
import { createCluster } from '../../engine/index.ts'
import { kubectl } from '../kubectl.ts'

const cluster = createCluster({ nodes: 1 })

function pod(name: string, spec: object, labels: object = {}): void {
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec } as never
  cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body })
}

const says = (name: string, script: string) => ({ name, image: 'busybox:1.36', command: ['sh', '-c', script] })

beforeAll(() => {
  pod('talks', { containers: [says('app', 'echo one; echo two; sleep 20; echo three; sleep 3600')] }, { app: 'talks' })
  pod('two', { containers: [says('a', 'echo from a; sleep 3600'), says('b', 'echo from b; sleep 3600')] }, { app: 'two' })
  pod('fails', { containers: [says('app', 'echo oops; sleep 10; exit 1')] })
  pod('waits', { containers: [says('app', 'echo oops; sleep 3; exit 1')] })
  pod('typo', { containers: [{ name: 'app', image: 'nginx:typo' }] })
  pod('big', { containers: [{ name: 'app', image: 'nginx:1.27', resources: { requests: { cpu: '99' } } }] })
  for (const name of ['pair-a', 'pair-b']) pod(name, { containers: [says('app', 'echo same; sleep 3600')] }, { app: 'pair' })
  const selector = { matchLabels: { app: 'pair' } }
  const template = { metadata: { labels: { app: 'pair' } }, spec: { containers: [says('app', 'true')] } }
  const body = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'pair' }, spec: { replicas: 2, selector, template } } as never
  cluster.request({ verb: 'POST', path: '/apis/apps/v1/namespaces/default/replicasets', body })
  cluster.run({ for: '15s' })
})

test.each<[string, string, string, number]>([
  ['logs talks', 'one\ntwo\n', '', 0],
  ['logs talks --tail=1', 'two\n', '', 0],
  ['logs talks --tail=0', '', '', 0],
  ['logs pod/talks -c app --prefix', '[pod/talks/app] one\n[pod/talks/app] two\n', '', 0],
  ['logs two', 'from a\n', 'Defaulted container "a" out of: a, b\n', 0],
  ['logs two b', 'from b\n', '', 0],
  ['logs two --all-containers', 'from a\nfrom b\n', '', 0],
  ['logs -l app=two --all-containers --prefix', '[pod/two/a] from a\n[pod/two/b] from b\n', '', 0],
  ['logs -l app=nobody', '', 'No resources found in default namespace.\n', 0],
  ['logs fails -p', 'oops\n', '', 0],
  ['logs talks -p', '', 'Error from server (BadRequest): previous terminated container "app" in pod "talks" not found\n', 1],
  ['logs typo', '', 'Error from server (BadRequest): container "app" in pod "typo" is waiting to start: trying and failing to pull image\n', 1],
  ['logs talks -c none', '', 'error: container none is not valid for pod talks\n', 1],
  ['logs absent', '', 'error: error from server (NotFound): pods "absent" not found in namespace "default"\n', 1],
  ['logs talks --since-time=yesterday', '', 'error: parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"\n', 1],
  ['logs talks --since-time=2026-01-05', '', 'error: parsing time "2026-01-05" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"\n', 1],
  ['logs rs/pair --all-pods', '[pod/pair-a/app] same\n[pod/pair-b/app] same\n', '', 0],
  ['logs rs/pair', 'same\n', 'Found 2 pods, using pod/pair-a\n', 0],
  // Nothing has been written where nothing runs.
  ['logs big', '', '', 0],
  ['logs big -f', '', '', 0],
  ['logs talks --since=1s --since-time=2026-01-05T09:00:00Z', '', 'error: at most one of `sinceTime` or `sinceSeconds` may be specified\n', 1],
])('%s', (line, stdout, stderr, exitCode) => {
  expect(kubectl(cluster, line)).toEqual({ stdout, stderr, exitCode })
})

test('of all that have ended only the latest keeps its log', () => {
  expect(kubectl(cluster, 'get pod waits --no-headers').stdout).toMatch(/Error/)
  expect(kubectl(cluster, 'logs waits').stdout).toBe('oops\n')
  expect(kubectl(cluster, 'logs waits -p').stdout).toMatch(/^unable to retrieve container logs for containerd:\/\/[0-9a-f]{64}$/)
})

test('lines have the time at which they were written', () => {
  expect(kubectl(cluster, 'logs talks --timestamps --tail=1').stdout).toMatch(/^2026-01-05T09:00:\d\d\.\d{9}Z two\n$/)
})
