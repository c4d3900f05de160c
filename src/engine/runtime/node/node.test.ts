import { beforeAll, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../index.ts'
import { kubectl } from '../../../kubectl/index.ts'

const admin = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'admin' }, spec: { hostPID: true, containers: [{ name: 'sh', image: 'busybox:1.36', command: ['sleep', '1d'], volumeMounts: [{ name: 'host', mountPath: '/host' }] }], volumes: [{ name: 'host', hostPath: { path: '/' } }] } }

let cluster: Cluster

/** On the node itself. */
function onNode(...words: string[]): { stdout: string; stderr: string; exitCode: number } {
  return kubectl(cluster, `exec admin -- chroot /host ${words.join(' ')}`)
}

beforeAll(() => {
  cluster = createCluster({ nodes: 1 })
  kubectl(cluster, 'apply -f a.json', { files: { 'a.json': JSON.stringify(admin) } })
  kubectl(cluster, 'run web --image=nginx:1.27')
  kubectl(cluster, 'run crash --image=busybox:1.36 -- sh -c "echo oh; exit 3"')
  cluster.run({ for: '40s' })
})

test('crictl tells what the runtime has', () => {
  const { stdout } = onNode('crictl', 'ps')
  expect(stdout.split('\n')[0]).toBe('CONTAINER           IMAGE               CREATED             STATE               NAME                ATTEMPT             POD ID              POD                 NAMESPACE')
  expect(stdout).toMatch(/^[0-9a-f]{13} {7}[0-9a-f]{13} {7}\d+ seconds ago +Running +web +0 +[0-9a-f]{13} +web +default$/m)
  expect(stdout).not.toContain('crash')
  expect(onNode('crictl', 'ps', '-a', '--name', 'crash').stdout).toMatch(/ Exited +crash +\d+ /)
  expect(onNode('crictl', 'pods', '--name', 'web').stdout).toMatch(/ Ready +web +default +0 +\(default\)\n$/)
  expect(onNode('crictl', 'images').stdout).toMatch(/^docker\.io\/library\/nginx +1\.27 +[0-9a-f]{13} +[\d.]+MB$/m)
})

test('crictl reads logs and shows a container', () => {
  const [id = ''] = onNode('crictl', 'ps', '-aq', '--name', 'crash').stdout.split('\n')
  expect(onNode('crictl', 'logs', id).stdout).toBe('oh\n')
  expect(JSON.parse(onNode('crictl', 'inspect', id).stdout).status).toMatchObject({ state: 'CONTAINER_EXITED', exitCode: 3, metadata: { name: 'crash' } })
  expect(onNode('crictl', 'logs', 'nothing').stderr).toContain('an error occurred when try to find container')
})

test('what crictl stops is started again by the kubelet', () => {
  const [id = ''] = onNode('crictl', 'ps', '-q', '--name', '^web$').stdout.split('\n')
  expect(onNode('crictl', 'stop', id).stdout).toBe(`${id}\n`)
  cluster.run({ for: '5s' })
  expect(kubectl(cluster, 'get pod web -o jsonpath={.status.containerStatuses[0].restartCount}').stdout).toBe('1')
})

test('systemctl and journalctl know the services of a node', () => {
  expect(onNode('systemctl', 'is-active', 'kubelet').stdout).toBe('active\n')
  expect(onNode('systemctl', 'is-active', 'nobody')).toMatchObject({ stdout: 'inactive\n', exitCode: 3 })
  expect(onNode('systemctl', 'status', 'kubelet').stdout).toMatch(/^● kubelet\.service - kubelet: The Kubernetes Node Agent\n {5}Loaded: .*\n {4}Drop-In: .*\n.*10-kubeadm\.conf\n {5}Active: active \(running\) since /)
  expect(onNode('journalctl', '-u', 'kubelet', '--no-pager').stdout).toContain('"Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"crash\\" with CrashLoopBackOff')
  expect(kubectl(cluster, 'exec admin -- sh -c "crictl ps"').stderr).toContain('crictl: not found')
})

test('a manifest that is written on the node runs as a static pod until it is taken away', () => {
  const pod = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'standing' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } })
  kubectl(cluster, `exec -i admin -- sh -c "cat > /host/etc/kubernetes/manifests/standing.yaml"`, { stdin: pod })
  cluster.run({ for: '10s' })
  expect(kubectl(cluster, 'get pod standing-node1 -o jsonpath={.status.phase}').stdout).toBe('Running')
  onNode('rm', '/etc/kubernetes/manifests/standing.yaml')
  cluster.run({ for: '40s' })
  expect(kubectl(cluster, 'get pod standing-node1').stderr).toContain('NotFound')
})

test("iptables shows kube-proxy's rules", () => {
  kubectl(cluster, 'create deployment shop --image=nginx:1.27 --replicas=2')
  kubectl(cluster, 'expose deployment shop --port=80 --cluster-ip=10.96.7.7')
  kubectl(cluster, 'create service clusterip empty --tcp=80 --clusterip=10.96.7.8')
  cluster.run({ for: '20s' })
  const rules = onNode('iptables-save').stdout
  const chain = /-A KUBE-SERVICES -d 10\.96\.7\.7\/32 -p tcp -m comment --comment "default\/shop cluster IP" -m tcp --dport 80 -j (KUBE-SVC-[A-Z2-7]{16})\n/.exec(rules)?.[1]
  expect(rules.split('\n').filter((line) => line.startsWith(`-A ${chain} -m`))).toEqual([
    expect.stringMatching(/--comment "default\/shop -> 10\.\S+:80" -m statistic --mode random --probability 0\.50000000000 -j KUBE-SEP-[A-Z2-7]{16}$/),
    expect.stringMatching(/--comment "default\/shop -> 10\.\S+:80" -j KUBE-SEP-[A-Z2-7]{16}$/),
  ])
  expect(rules).toMatch(/-A KUBE-SERVICES -d 10\.96\.7\.8\/32 .*"default\/empty:80 has no endpoints" .*-j REJECT --reject-with icmp-port-unreachable\n/)
  expect(onNode('iptables', '-t', 'nat', '-L', 'KUBE-SERVICES', '-n').stdout).toMatch(new RegExp(`^Chain KUBE-SERVICES \\(2 references\\)\ntarget +prot opt source +destination *\n(.*\n)*${chain} +.* 10\\.96\\.7\\.7 `))
})
