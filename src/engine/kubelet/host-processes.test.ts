import { beforeAll, expect, test } from 'vitest'
import { kubectl } from '../../kubectl/index.ts'
import { createCluster, type Cluster } from '../index.ts'

let cluster: Cluster
const create = (name: string, spec: object): void => {
  const { code, body } = cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec } } as never)
  if (code !== 201) throw new Error(JSON.stringify(body))
}
const said = (pod: string, line: string): string => {
  const { stdout, stderr } = kubectl(cluster, `exec ${pod} -- sh -c '${line}'`)
  return stdout + stderr
}

beforeAll(() => {
  cluster = createCluster({ nodes: 1 })
  create('web', { containers: [{ name: 'main', image: 'nginx:1.27' }] })
  create('admin', { hostPID: true, containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '3600'], securityContext: { privileged: true } }] })
  create('guest', { hostPID: true, containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '3600'] }] })
  cluster.run({ for: '15s' })
})

test('hostPID shows what runs on the node, and nobody else sees it', () => {
  const all = said('guest', 'ps -o pid,args')
  for (const command of ['1    /sbin/init', '841  /usr/bin/kubelet ', '/pause', 'containerd-shim-runc-v2', 'nginx: master process', 'nginx: worker process', 'sleep 3600']) expect(all).toContain(command)
  expect(said('web', 'cat /proc/[1-9]*/cmdline')).not.toContain('kubelet')
})

test('a number stays a process’s own, and leads to its files', () => {
  const pid = said('guest', 'pgrep -o nginx').trim()
  expect(Number(pid)).toBeGreaterThan(1000)
  expect(said('admin', 'pgrep -o nginx').trim()).toBe(pid)
  expect(said('admin', `ls /proc/${pid}/root/etc/nginx | head -n 1; cat /proc/${pid}/comm`)).toBe('conf.d\nnginx\n')
})

test('nsenter comes onto the node, if it may', () => {
  expect(said('admin', 'nsenter -t 1 -m -u -- sh -c "cat /etc/hostname; hostname; systemctl is-active kubelet"')).toBe('node1\nnode1\nactive\n')
  expect(said('admin', 'nsenter --target 1 --uts hostname; nsenter -t 1 -m ls -d /var/lib/kubelet')).toBe('node1\n/var/lib/kubelet\n')
  expect(said('guest', 'nsenter -t 1 -m ls')).toContain('Permission denied')
})

test('who kills a process of another pod ends it, services of the node come again', () => {
  said('admin', 'kill 841; kill -9 1; kill $(pgrep -o nginx)')
  // The kubelet is started again after ten.
  cluster.run({ for: '25s' })
  expect((cluster.world().get('Pod', 'web') as never as { status: { containerStatuses: { restartCount: number }[] } }).status.containerStatuses[0]!.restartCount).toBe(1)
  expect(said('guest', 'ps -o pid,args')).toMatch(/[1-9]\d{4} +\/usr\/bin\/kubelet /)
})

test('a process with another root is killed like any', () => {
  expect(said('admin', 'nsenter -t 1 -m -- sh -c "sleep 100 & kill \\$!; wait; echo done"')).toBe('done\n')
})
