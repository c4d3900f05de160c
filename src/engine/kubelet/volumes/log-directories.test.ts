import { expect, test } from 'vitest'
import type { Pod } from '../../api/types.ts'
import { createCluster, type Cluster } from '../../index.ts'

function run(cluster: Cluster, name: string, script: string, spec: object = {}, container: object = {}): void {
  const containers = [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', script], ...container }]
  const { code } = cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers, ...spec } } })
  expect(code).toBe(201)
}
const log = (cluster: Cluster, name: string): string[] => String(cluster.request({ verb: 'GET', path: `/api/v1/namespaces/default/pods/${name}/log` }).body).trimEnd().split('\n')

/** What a pod prints that has the root of its node at /host. */
function onNode(cluster: Cluster, script: string): string[] {
  const host = { volumes: [{ name: 'host', hostPath: { path: '/' } }] }
  run(cluster, 'agent', script, host, { volumeMounts: [{ name: 'host', mountPath: '/host' }] })
  cluster.run({ for: '10s' })
  return log(cluster, 'agent')
}

test('the logs of a node lie where agents look for them, and links say whose they are', () => {
  const cluster = createCluster({ seed: 1, nodes: 1 })
  run(cluster, 'web', 'echo one; echo two >&2; sleep 3600')
  cluster.run({ for: '10s' })
  const { uid } = cluster.world().get('Pod', 'web')!.metadata
  const id = (cluster.world().get('Pod', 'web') as Pod).status.containerStatuses![0]!.containerID!.replace('containerd://', '')
  const [link, target, first, second, found] = onNode(cluster, 'cd /host/var/log; ls containers | grep ^web; readlink containers/web_*; cat pods/default_web_*/app/*.log; find pods -name 0.log | grep -c _web_; sleep 3600')
  expect([link, target]).toEqual([`web_default_app-${id}.log`, `/var/log/pods/default_web_${uid}/app/0.log`])
  expect([first, second]).toEqual([expect.stringMatching(/^2026-01-05T09:00:\d\d\.\d{9}Z stdout F one$/), expect.stringMatching(/Z stderr F two$/)])
  expect(found).toBe('1')
})

test('of a container that has been started anew the logs of both are there', () => {
  const cluster = createCluster({ seed: 1, nodes: 1 })
  run(cluster, 'web', 'echo up; sleep 3; exit 1')
  cluster.run({ for: '5s' })
  expect(onNode(cluster, 'ls /host/var/log/pods/default_web_*/app; sleep 3600')).toEqual(['0.log', '1.log'])
})

test('chroot makes the node’s files the whole, for all that is started from there', () => {
  const cluster = createCluster({ seed: 1, nodes: 1 })
  const script = "chroot /host sh -c 'cat /etc/hostname; pwd; echo $(cat /var/log/containers/agent* | wc -l); echo x > /data/f; ls /data | cat'; ls /host/data; ls /data; chroot /nowhere; echo $?; sleep 3600"
  expect(onNode(cluster, script)).toEqual(['node1', '/', '2', 'f', 'f', 'ls: /data: No such file or directory', "chroot: can't change root directory to '/nowhere': No such file or directory", '1'])
})

test.each([
  [false, ['PATH', 'HOSTNAME', 'A', 'KUBERNETES_SERVICE_HOST']],
  [true, ['PATH', 'TERM', 'HOSTNAME', 'A', 'KUBERNETES_SERVICE_HOST']],
])('the environment stands in the order that containerd gives it, with a terminal: %s', (tty, names) => {
  const cluster = createCluster({ seed: 1, nodes: 1 })
  run(cluster, 'web', 'env; sleep 3600', {}, { tty, env: [{ name: 'A', value: '1' }] })
  cluster.run({ for: '10s' })
  expect(log(cluster, 'web').map((line) => line.trim().split('=')[0]).slice(0, names.length)).toEqual(names)
})
