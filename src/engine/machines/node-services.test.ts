import { beforeEach, describe, expect, test } from 'vitest'
import { kubectl } from '../../kubectl/index.ts'
import type { Node, Pod } from '../api/types.ts'
import { createCluster, type Cluster } from '../index.ts'

let cluster: Cluster

beforeEach(() => {
  cluster = createCluster({ nodes: 1 })
  cluster.run({ for: '3s' })
})

const on = (script: string): string => {
  const { stdout, stderr } = cluster.exec({ program: 'shell', line: `ssh node1 '${script}'` })
  return stdout + stderr
}
const later = (time: string): void => void cluster.run({ for: time })
const node = (): Node => cluster.world().get('Node', 'node1') as Node
const ready = (): string | undefined => node().status.conditions?.find(({ type }) => type === 'Ready')?.status
const config = '/var/lib/kubelet/config.yaml'
const flags = '/var/lib/kubelet/kubeadm-flags.env'
const dropIn = '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf'

describe('a kubelet that does not like what it reads fails until that is mended (cmd/kubelet/app/server.go)', () => {
  test.each<[what: string, spoils: string, says: string, mends: string]>([
    ['no file', `mv ${config} /tmp/c`, `failed to load kubelet config file, path: ${config}, error: failed to load Kubelet config file ${config}, error failed to read kubelet config file \\"${config}\\", error: open ${config}: no such file or directory`, `mv /tmp/c ${config}`],
    ['another type', `echo "maxPods: \\"5\\"" >> ${config}`, 'failed to decode: json: cannot unmarshal string into Go struct field KubeletConfiguration.maxPods of type int32', `sed -i /maxPods/d ${config}`],
    ['no YAML', `sed -i "s/^clusterDNS:/clusterDNS/" ${config}`, "failed to decode: couldn't get version/kind; json parse error: error converting YAML to JSON: yaml: line ", `sed -i "s/^clusterDNS/clusterDNS:/" ${config}`],
    ['another kind', `sed -i "s/^kind: Kubelet/kind: Kubelets/" ${config}`, 'no kind \\"KubeletsConfiguration\\" is registered for version \\"kubelet.config.k8s.io/v1beta1\\"', `sed -i "s/Kubelets/Kubelet/" ${config}`],
    ['a value that cannot be', `echo "imageGCHighThresholdPercent: 101" >> ${config}`, 'failed to validate kubelet configuration, error: invalid configuration: imageGCHighThresholdPercent (--image-gc-high-threshold) 101 must be between 0 and 100, inclusive', `sed -i /imageGCHigh/d ${config}`],
    ['no such authority', `sed -i s/ca.crt/CA.crt/ ${config}`, 'failed to construct kubelet dependencies: unable to load client CA file /etc/kubernetes/pki/CA.crt: open /etc/kubernetes/pki/CA.crt: no such file or directory', `sed -i s/CA.crt/ca.crt/ ${config}`],
    ['an unknown flag', `sed -i s/runtime-endpoint/runtime-end/ ${flags}`, 'failed to parse kubelet flag: unknown flag: --container-runtime-end', `sed -i s/runtime-end=/runtime-endpoint=/ ${flags}`],
    ['no such socket', `sed -i s/containerd.sock/crio.sock/ ${flags}`, 'failed to run Kubelet: validate service connection: validate CRI v1 runtime API for endpoint \\"unix:///run/containerd/crio.sock\\"', `sed -i s/crio.sock/containerd.sock/ ${flags}`],
    ['no kubeconfig', 'mv /etc/kubernetes/kubelet.conf /tmp/k', 'failed to run Kubelet: unable to load bootstrap kubeconfig: stat /etc/kubernetes/bootstrap-kubelet.conf: no such file or directory', 'mv /tmp/k /etc/kubernetes/kubelet.conf'],
  ])('%s', (_, spoils, says, mends) => {
    on(`${spoils}; systemctl restart kubelet`)
    expect(on('systemctl is-active kubelet')).toBe('activating\n')
    expect(on('systemctl status kubelet')).toMatch(/Active: activating \(auto-restart\) \(Result: exit-code\) since .*\n(.*\n)*.*\(code=exited, status=1\/FAILURE\)/)
    expect(on('journalctl -u kubelet --no-pager')).toContain(says)
    later('60s')
    expect(ready()).toBe('Unknown')
    expect(on('journalctl -u kubelet -n 3')).toMatch(/Main process exited, code=exited, status=1\/FAILURE\n.*Failed with result 'exit-code'\.\n/)
    on(mends)
    later('25s')
    expect(on('systemctl is-active kubelet')).toBe('active\n')
    expect(ready()).toBe('True')
  })
})

test('a unit is read anew when systemd is told so', () => {
  expect(on(`sed -i "s#/usr/bin/kubelet#/usr/local/bin/kubelet#" ${dropIn}; systemctl restart kubelet; systemctl is-active kubelet`)).toBe(
    "active\nWarning: The unit file, source configuration file or drop-ins of kubelet.service changed on disk. Run 'systemctl daemon-reload' to reload units.\n",
  )
  expect(on('systemctl daemon-reload; systemctl restart kubelet; sleep 1; systemctl status kubelet')).toMatch(/status=203\/EXEC\)\n(.*\n)*.*Failed at step EXEC spawning \/usr\/local\/bin\/kubelet: No such file or directory/)
  expect(on(`sed -i "s#/usr/local/bin#/usr/bin#" ${dropIn}; systemctl daemon-reload; systemctl restart kubelet; systemctl is-active kubelet`)).toBe('active\n')
})

test('a kubeconfig that leads elsewhere: the kubelet runs, and nobody hears of it', () => {
  on('sed -i s/6443/6553/ /etc/kubernetes/kubelet.conf; systemctl restart kubelet')
  later('60s')
  expect(ready()).toBe('Unknown')
  expect(on('systemctl is-active kubelet; journalctl -u kubelet -n 1')).toMatch(/^active\n.*"Failed to ensure lease exists, will retry" err="Get \\"https:\/\/10\.99\.255\.1:6553\/.*connect: connection refused" interval="7s"\n$/)
  on('sed -i s/6553/6443/ /etc/kubernetes/kubelet.conf; systemctl restart kubelet')
  later('20s')
  expect(ready()).toBe('True')
})

describe('what it reads it follows', () => {
  test('maxPods and evictionHard', () => {
    on(`echo "maxPods: 5" >> ${config}; printf "evictionHard:\\n  memory.available: 1Gi\\n" >> ${config}`)
    later('10s')
    expect(node().status.capacity?.['pods']).toBe('110')
    on('systemctl restart kubelet')
    later('15s')
    expect(node().status).toMatchObject({ capacity: { pods: '5' }, allocatable: { pods: '5', memory: '7Gi' } })
    on(`sed -i "/maxPods/d; /evictionHard/,+1d" ${config}; systemctl restart kubelet`)
    later('15s')
    expect(node().status).toMatchObject({ capacity: { pods: '110' }, allocatable: { pods: '110', memory: '8Gi' } })
  })

  test('staticPodPath', () => {
    const pod = '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"own"},"spec":{"containers":[{"name":"c","image":"nginx:1.27"}]}}'
    cluster.exec({ program: 'shell', line: `echo '${pod}' | ssh node1 'cat > /root/own.yaml'` })
    on('mkdir -p /etc/static; cp /root/own.yaml /etc/kubernetes/manifests/first.yaml; sed s/own/other/ /root/own.yaml > /etc/static/second.yaml')
    later('15s')
    const names = (): string[] => (cluster.world().list('Pod') as Pod[]).map(({ metadata }) => metadata.name)
    expect(names()).toEqual(['own-node1'])
    on(`sed -i "s#/etc/kubernetes/manifests#/etc/static#" ${config}; systemctl restart kubelet`)
    later('40s')
    expect(names()).toEqual(['other-node1'])
  })

  test('clusterDNS', () => {
    on(`sed -i "s/- 10.96.0.10/- 10.96.0.53/" ${config}; systemctl restart kubelet`)
    kubectl(cluster, 'run web --image=busybox:1.36 -- sleep 1d')
    later('15s')
    expect(kubectl(cluster, 'exec web -- cat /etc/resolv.conf').stdout).toContain('nameserver 10.96.0.53\n')
  })

  test('podPidsLimit', () => {
    on(`echo "podPidsLimit: 4" >> ${config}; systemctl restart kubelet`)
    kubectl(cluster, 'run busy --image=busybox:1.36 --restart=Never -- sh -c "for i in 1 2 3 4 5 6; do sleep 60 & done; wait"')
    kubectl(cluster, 'run calm --image=busybox:1.36 -- sleep 1d')
    later('15s')
    expect(kubectl(cluster, 'logs busy').stdout).toMatch(/can't fork: Resource temporarily unavailable/)
    expect(kubectl(cluster, 'exec calm -- cat /sys/fs/cgroup/pids.max').stdout).toBe('4\n')
  })

  test('who may ask it (CIS 4.2.1, 4.2.2)', () => {
    const ask = 'curl -sk https://10.99.0.1:10250/pods'
    expect(on(ask)).toBe('Unauthorized')
    on(`sed -i "/anonymous:/,+1s/false/true/" ${config}; systemctl restart kubelet`)
    expect(on(ask)).toBe('Forbidden (user=system:anonymous, verb=get, resource=nodes, subresource(s)=[proxy])')
    on(`sed -i "s/mode: Webhook/mode: AlwaysAllow/" ${config}; systemctl restart kubelet`)
    expect(JSON.parse(on(ask))).toMatchObject({ kind: 'PodList' })
  })
})

describe('systemctl', () => {
  test('stops, and starts', () => {
    on('systemctl stop kubelet')
    expect(on('systemctl status kubelet | head -n 5')).toMatch(/^○ kubelet\.service - .*\n.*enabled; preset: enabled\)\n(.*\n){2} {5}Active: inactive \(dead\) since /)
    expect(on('ps -eo args')).not.toContain('/usr/bin/kubelet ')
    later('60s')
    expect(ready()).toBe('Unknown')
    on('systemctl start kubelet')
    later('15s')
    expect(ready()).toBe('True')
  })

  test('what is not enabled is not started with the machine', () => {
    expect(on('systemctl disable kubelet; systemctl is-enabled kubelet')).toBe('disabled\nRemoved "/etc/systemd/system/multi-user.target.wants/kubelet.service".\n')
    on('reboot')
    later('90s')
    expect(ready()).toBe('Unknown')
    expect(on('systemctl is-active kubelet containerd')).toBe('inactive\nactive\n')
    expect(on('systemctl enable --now kubelet')).toBe('Created symlink /etc/systemd/system/multi-user.target.wants/kubelet.service → /usr/lib/systemd/system/kubelet.service.\n')
    later('15s')
    expect(ready()).toBe('True')
    const { bootID } = node().status.nodeInfo!
    on('systemctl reboot')
    later('60s')
    expect(ready()).toBe('True')
    expect(node().status.nodeInfo!.bootID).not.toBe(bootID)
    expect(on('uptime')).toMatch(/up +0 min|up +\d+ min/)
  })

  test('what is masked cannot be started', () => {
    on('systemctl mask --now kubelet')
    expect(on('systemctl start kubelet; systemctl is-enabled kubelet')).toBe('masked\nFailed to start kubelet.service: Unit kubelet.service is masked.\n')
    on('systemctl unmask kubelet && systemctl start kubelet')
    expect(on('systemctl is-active kubelet')).toBe('active\n')
  })

  test.each([
    ['start none', 'Failed to start none.service: Unit none.service not found.\n'],
    ['status none', 'Unit none.service could not be found.\n'],
    ['frobnicate', 'Unknown command verb frobnicate.\n'],
    ['restart', 'Too few arguments.\n'],
    ['show kubelet -p ActiveState,SubState', 'ActiveState=active\nSubState=running\n'],
  ])('%s', (line, said) => expect(on(`systemctl ${line}`)).toBe(said))
})

test('a kubelet that somebody kills is started again', () => {
  expect(on('kill -9 841; sleep 1; systemctl status kubelet')).toMatch(/activating \(auto-restart\) \(Result: signal\)(.*\n)*.*Main PID: 841 \(code=killed, status=KILL\)\n(.*\n)*.*Main process exited, code=killed, status=9\/KILL\n.*Failed with result 'signal'\.\n/)
  later('12s')
  expect(on('systemctl is-active kubelet; ps -eo pid,args | grep -c "^ *841 "')).toBe('active\n0\n')
})

test('without its runtime a node is not ready, and a kubelet does not start', () => {
  on('systemctl stop containerd')
  expect(on('crictl ps')).toContain('connect: connection refused')
  later('60s')
  expect(node().status.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'False', reason: 'KubeletNotReady', message: 'container runtime is down' })
  on('systemctl restart kubelet')
  expect(on('systemctl is-active kubelet')).toBe('activating\n')
  on('systemctl start containerd')
  later('40s')
  expect(ready()).toBe('True')
})

test('a kubelet that the film has stopped is stopped for systemd, too', () => {
  cluster.fault({ type: 'kubelet-stop', node: 'node1' })
  later('2s')
  expect(on('systemctl is-active kubelet')).toBe('inactive\n')
  cluster.fault({ type: 'kubelet-stop', node: 'node1', restore: true })
  expect(on('systemctl is-active kubelet')).toBe('active\n')
})

test.each<[options: string, said: RegExp]>([
  ['-u kubelet --since "5 min ago" -o cat', /^-- No entries --\n$/],
  ['-u kubelet --since 2026-01-04 -g "registered node" -o cat', /^I0104 .*Successfully registered node.*\n$/],
  ['-u containerd -n 1', /containerd\[612\]: time=/],
  ['--since whenever', /^Failed to parse timestamp: whenever\n$/],
])('journalctl %s', (options, said) => expect(on(`journalctl ${options}`)).toMatch(said))
