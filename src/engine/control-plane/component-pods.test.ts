import { beforeEach, describe, expect, test } from 'vitest'
import { kubectl } from '../../kubectl/index.ts'
import type { Pod } from '../api/types.ts'
import { createCluster, type Cluster } from '../index.ts'

let cluster: Cluster

beforeEach(() => {
  cluster = createCluster({ kubeadm: true, nodes: 2 })
  cluster.run({ for: '5s' })
})

const run = (line: string): string => {
  const { stdout, stderr } = kubectl(cluster, line)
  return stdout + stderr
}
/** In the background: a shell on the control plane's machine. */
const onNode = (script: string): void => {
  cluster.perform({ shell: `kubectl debug node/control-plane -it --image=busybox:1.36 -- sh -c "cd /host/etc/kubernetes; ${script}"`, terminal: true })
}
const phase = (name: string): string | undefined => (cluster.world().get('Pod', name) as Pod | undefined)?.status.phase
const later = (time: string): void => void cluster.run({ for: time })

describe('the scheduler', () => {
  test('stops with its manifest, and works again with it', () => {
    onNode('mv manifests/kube-scheduler.yaml /tmp/; sleep 40; mv /tmp/kube-scheduler.yaml manifests/')
    later('15s')
    expect(run('get pods -n kube-system')).not.toContain('kube-scheduler')
    const told = cluster.trace.find(({ detail }) => detail?.type === 'ComponentStopped')
    expect(told).toMatchObject({ from: 'kube-scheduler' })
    expect(cluster.machines.get('control-plane')!.get('components/kube-scheduler')).toEqual({ name: 'kube-scheduler', works: false })
    run('run waits --image=nginx')
    later('10s')
    expect(phase('waits')).toBe('Pending')
    expect(run('get events')).not.toContain('Scheduled')
    later('30s')
    expect(run('get pods -n kube-system')).toMatch(/kube-scheduler-control-plane +\d\/1 +Running/)
    expect(phase('waits')).toBe('Running')
  })

  test.each([
    ['a flag that nobody knows', 's/--leader-elect=true/--leader-elekt=true/', 's/--leader-elekt/--leader-elect/'],
    ['an image that nobody has', 's/kube-scheduler:v1/kube-scheduler:v9/', 's/kube-scheduler:v9/kube-scheduler:v1/'],
  ])('does nothing with %s, until it is mended', (_, breaks, mends) => {
    onNode(`sed -i '${breaks}' manifests/kube-scheduler.yaml; sleep 60; sed -i '${mends}' manifests/kube-scheduler.yaml`)
    later('30s')
    run('run waits --image=nginx')
    later('15s')
    expect(phase('waits')).toBe('Pending')
    later('45s')
    expect(phase('waits')).toBe('Running')
  })

  test('is back by itself when its container is stopped', () => {
    onNode(String.raw`chroot /host crictl stop \$(chroot /host crictl ps -q --name kube-scheduler)`)
    later('20s')
    expect(run('get pods -n kube-system')).toMatch(/kube-scheduler-control-plane +\d\/1 +Running +1 /)
    run('run web --image=nginx')
    later('10s')
    expect(phase('web')).toBe('Running')
  })
})

test('without the controller manager a Deployment has no pods', () => {
  onNode('mv manifests/kube-controller-manager.yaml /tmp/; sleep 40; mv /tmp/kube-controller-manager.yaml manifests/')
  later('15s')
  run('create deployment web --image=nginx')
  later('10s')
  expect(run('get deployment web')).toMatch(/web +0\/1 +0 +0/)
  later('40s')
  expect(run('get deployment web')).toMatch(/web +1\/1 +1 +1/)
})

test('without the API server what runs goes on, and nobody is told', () => {
  run('create deployment web --image=nginx')
  later('10s')
  onNode('mv manifests/kube-apiserver.yaml /tmp/; sleep 40; mv /tmp/kube-apiserver.yaml manifests/')
  later('15s')
  expect(run('get pods')).toContain('The connection to the server 127.0.0.1:6443 was refused')
  later('60s')
  expect(run('get pods')).toMatch(/web-\S+ +1\/1 +Running +0/)
})

test('without etcd the API server cannot answer', () => {
  onNode('mv manifests/etcd.yaml /tmp/; sleep 40; mv /tmp/etcd.yaml manifests/')
  later('15s')
  expect(run('get pods --request-timeout=5s')).toMatch(/rpc error: code = /)
  later('90s')
  expect(run('get pods -n kube-system')).toMatch(/etcd-control-plane +1\/1 +Running/)
})

test('without kube-proxy a node keeps the rules it has', () => {
  run('create deployment web --image=nginx')
  run('run client --image=nicolaka/netshoot --overrides=\'{"spec":{"nodeName":"node1"}}\' -- sleep 3600')
  later('15s')
  run('patch daemonset kube-proxy -n kube-system -p \'{"spec":{"template":{"spec":{"nodeSelector":{"nobody":"has"}}}}}\'')
  later('30s')
  expect(run('get daemonset kube-proxy -n kube-system')).toMatch(/kube-proxy +0 +0 +0/)
  run('expose deployment web --port=80')
  later('10s')
  expect(run('exec client -- curl -sS -m 3 http://web')).toMatch(/timed out|Could not connect|Failed to connect/)
  run('patch daemonset kube-proxy -n kube-system --type=json -p \'[{"op":"remove","path":"/spec/template/spec/nodeSelector/nobody"}]\'')
  later('30s')
  expect(run('exec client -- curl -sS -m 3 http://web')).toContain('Welcome to nginx!')
})

test('the machine of the control plane takes them all along', () => {
  cluster.fault({ type: 'node-stop', node: 'control-plane' })
  later('5s')
  expect(run('get nodes')).toContain('was refused')
  cluster.fault({ type: 'node-stop', node: 'control-plane', restore: true })
  later('90s')
  expect(run('get nodes')).toMatch(/control-plane +Ready/)
  run('create deployment web --image=nginx')
  later('15s')
  expect(run('get deployment web')).toMatch(/web +1\/1/)
})
