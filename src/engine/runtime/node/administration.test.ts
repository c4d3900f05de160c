import { beforeEach, describe, expect, test } from 'vitest'
import { kubectl } from '../../../kubectl/index.ts'
import { createCluster, type Cluster } from '../../index.ts'

/** What people look at and lay down on a node: its sockets, its runtime, its network, profiles that confine containers. */

let cluster: Cluster

beforeEach(() => {
  cluster = createCluster({ nodes: 1, kubeadm: true })
  cluster.run({ for: '2s' })
})

const on = (script: string, stdin = '', node = 'node1'): string => {
  const { stdout, stderr } = cluster.exec({ program: 'shell', line: `ssh ${node} '${script}'`, ...(stdin === '' ? {} : { stdin }) })
  return stdout + stderr
}
const later = (time: string): void => void cluster.run({ for: time })
const run = (line: string): string => kubectl(cluster, line).stdout

function confined(name: string, securityContext: object): void {
  const containers = [{ name: 'c', image: 'busybox:1.36', command: ['sleep', '1d'], securityContext }]
  kubectl(cluster, 'apply -f -', { stdin: JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers } }) })
}
const ready = (name: string): boolean => run(`get pod ${name} --no-headers`).includes('1/1')

describe('profiles lie on the node before a container can have them', () => {
  const profile = '#include <tunables/global>\nprofile deny-write flags=(attach_disconnected) {\n  file,\n  deny /** w,\n}\n'

  test('AppArmor (tutorials/security/apparmor)', () => {
    confined('hello', { appArmorProfile: { type: 'Localhost', localhostProfile: 'deny-write' } })
    later('10s')
    expect(ready('hello')).toBe(false)
    on('cat > /etc/apparmor.d/deny && apparmor_parser -q /etc/apparmor.d/deny', profile)
    expect(on('aa-status')).toContain('1 profiles are in enforce mode.\n   deny-write\n')
    later('60s')
    expect(ready('hello')).toBe(true)
    expect(run('exec hello -- cat /proc/1/attr/current')).toBe('deny-write (enforce)\n')
    expect(kubectl(cluster, 'exec hello -- touch /tmp/test').stderr).toContain('touch: /tmp/test: Permission denied\n')
    expect(on('apparmor_parser -q /etc/apparmor.d/deny')).toContain('Profile already exists')
    on('apparmor_parser -R /etc/apparmor.d/deny')
    expect(on('aa-status')).toContain('0 profiles are loaded.\n')
  })

  test('seccomp (tutorials/security/seccomp)', () => {
    confined('audit', { seccompProfile: { type: 'Localhost', localhostProfile: 'profiles/audit.json' } })
    later('10s')
    expect(ready('audit')).toBe(false)
    on('mkdir -p /var/lib/kubelet/seccomp/profiles && cat > /var/lib/kubelet/seccomp/profiles/audit.json', '{ "defaultAction": "SCMP_ACT_LOG" }\n')
    later('60s')
    expect(ready('audit')).toBe(true)
  })
})

test('without a configuration of the network the node is not ready', () => {
  on('mv /etc/cni/net.d/10-containerd-net.conflist /root/')
  later('25s')
  expect(run('get node node1 --no-headers')).toContain('NotReady')
  expect(on('crictl info')).toContain('cni plugin not initialized')
  on('mv /root/10-containerd-net.conflist /etc/cni/net.d/')
  later('25s')
  expect(run('get node node1 --no-headers')).not.toContain('NotReady')
})

test('what listens on a machine', () => {
  expect(on('ss -tlnp', '', 'control-plane')).toMatch(/:10250 .*"kubelet",pid=841(.*\n)*.*:6443 .*"kube-apiserver"/)
  expect(on('netstat -tlnp')).toMatch(/0\.0\.0\.0:22 .*LISTEN +655\/sshd/)
  expect(on('systemctl stop kubelet; ss -tln')).not.toContain('10250')
})

test('crictl runs commands, pulls, and ends pods', () => {
  run('run web --image=nginx:1.27')
  later('10s')
  expect(on('crictl exec $(crictl ps -q --name web) hostname')).toBe('web\n')
  expect(on('echo in | crictl exec -i $(crictl ps -q --name web) cat')).toBe('in\n')
  expect(on('crictl exec $(crictl ps -q --name web) false')).toContain('command terminated with exit code 1')
  expect(on('crictl exec nobody ls')).toContain('not found')
  expect(on('crictl pull busybox:1.36')).toMatch(/^Image is up to date for sha256:[0-9a-f]{64}\n$/)
  expect(on('crictl pull nginx:none-such')).toContain('level=fatal msg="pulling image: ')
  expect(on('crictl stats')).toMatch(/^CONTAINER +NAME +CPU % +MEM +DISK +INODES\n/)
  expect(on('id=$(crictl pods -q --name web); crictl stopp $id > /dev/null; crictl pods --name web')).toContain('NotReady')
  later('20s')
  expect(ready('web')).toBe(true)
})

test('the certificates of a kubelet (who has signed them, what they are for)', () => {
  const shown = (file: string): string => on(`openssl x509 -noout -text -in /var/lib/kubelet/pki/${file}`)
  expect(shown('kubelet-client-current.pem')).toMatch(/Issuer: CN = kubernetes\n(.*\n)*.*Subject: O = system:nodes, CN = system:node:node1\n(.*\n)*.*TLS Web Client Authentication\n/)
  expect(shown('kubelet.crt')).toMatch(/Issuer: CN = node1-ca@\d+\n(.*\n)*.*TLS Web Server Authentication\n/)
})

test('ports at which a kubelet asks nobody who he is', () => {
  expect(on('curl -s http://localhost:10248/healthz')).toBe('ok')
  expect(on('curl -s http://10.99.0.1:10248/healthz; echo $?', '', 'control-plane')).toBe('7\n')
  expect(on('curl -s http://10.99.0.1:10255/pods; echo $?')).toBe('7\n')
  on('echo "readOnlyPort: 10255" >> /var/lib/kubelet/config.yaml; systemctl restart kubelet')
  expect(JSON.parse(on('curl -s http://10.99.0.1:10255/pods')).kind).toBe('PodList')
})

test.each([
  ['modprobe br_netfilter; lsmod | grep -c br_netfilter', '2\n'],
  ['modprobe none', 'modprobe: FATAL: Module none not found in directory /lib/modules/6.1.0-40-amd64\n'],
  ['swapoff -a; ls /opt/cni/bin', 'bridge\nhost-local\nloopback\nportmap\n'],
  ['free -m | grep -c 8192', '1\n'],
])('%s', (line, said) => expect(on(line)).toBe(said))
