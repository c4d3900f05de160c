import { expect, test } from 'vitest'
import { createCluster } from '../index.ts'
import { kubectl } from '../../kubectl/index.ts'

const cluster = createCluster({ nodes: 2, seed: 1 })
kubectl(cluster, `run web --image=nginx '--overrides={"spec":{"nodeName":"node1"}}'`)
cluster.run({ for: '30s' })

const raw = (path: string): string => {
  const { stdout, stderr } = kubectl(cluster, `get --raw ${path}`)
  return stdout + stderr
}
const read = (path: string): any => JSON.parse(raw(path))

test.each([
  ['/api/v1/nodes/node1/proxy/healthz', 'ok'],
  ['/api/v1/nodes/https:node1:10250/proxy/healthz', 'ok'],
  ['/api/v1/nodes/node1/proxy/nothing', 'Error from server (NotFound): the server could not find the requested resource\n'],
  ['/api/v1/nodes/elsewhere/proxy/healthz', 'Error from server (NotFound): nodes "elsewhere" not found\n'],
  ['/api/v1/nodes/node1:9100/proxy/metrics', 'Error from server (ServiceUnavailable): error trying to reach service: dial tcp 10.99.0.1:9100: connect: connection refused\n'],
])('%s', (path, answer) => expect(raw(path)).toBe(answer))

test('a kubelet shows its configuration, its pods and what they use', () => {
  expect(read('/api/v1/nodes/node1/proxy/configz').kubeletconfig).toMatchObject({ maxPods: 110, cgroupDriver: 'systemd', evictionHard: { 'memory.available': '100Mi' } })
  expect(read('/api/v1/nodes/node1/proxy/pods')).toMatchObject({ kind: 'PodList', items: [{ metadata: { name: 'web' }, status: { phase: 'Running' } }] })
  expect(read('/api/v1/nodes/node2/proxy/pods').items).toEqual([])
  const { node, pods } = read('/api/v1/nodes/node1/proxy/stats/summary')
  expect(pods).toMatchObject([{ podRef: { name: 'web', namespace: 'default' }, containers: [{ name: 'web' }] }])
  expect(pods[0].memory.workingSetBytes).toBeGreaterThan(0)
  expect(node.memory.availableBytes + node.memory.workingSetBytes).toBe(8 * 1024 ** 3)
  expect(node.memory.workingSetBytes).toBeGreaterThan(pods[0].memory.workingSetBytes)
})

test('what a kubelet counts', () => {
  expect(raw('/api/v1/nodes/node1/proxy/metrics')).toContain('kubelet_running_containers{container_state="running"} 1\n')
})

test('what cAdvisor tells of each container', () => {
  const { uid } = cluster.world().get('Pod', 'web')!.metadata
  const lines = raw('/api/v1/nodes/node1/proxy/metrics/cadvisor').split('\n')
  const of = (family: string): string | undefined => lines.find((line) => line.startsWith(`${family}{`))
  expect(of('container_cpu_usage_seconds_total')).toMatch(
    new RegExp(`\\{container="web",cpu="total",id="/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${uid.replaceAll('-', '_')}.slice/cri-containerd-[0-9a-f]{64}.scope",image="docker.io/library/nginx:latest",name="[0-9a-f]{64}",namespace="default",pod="web"\\} [0-9.]+ \\d+$`))
  expect(of('container_memory_working_set_bytes')).toMatch(/pod="web"\} [1-9]/)
  expect([of('container_spec_cpu_quota'), of('container_spec_cpu_shares')]).toEqual([undefined, expect.stringMatching(/\} 2 \d+$/)])
  expect(lines).toContain(`machine_memory_bytes ${8 * 1024 ** 3}`)
})

test('what the runtime has', () => {
  expect(read('/api/v1/nodes/node1/proxy/runningpods/').items).toMatchObject([{ metadata: { name: 'web' }, spec: { containers: [{ name: 'web', image: 'nginx', resources: {} }] }, status: {} }])
  expect(read('/api/v1/nodes/node2/proxy/runningpods/').items).toEqual([])
})

test('what a scenario configures is in force', () => {
  const other = createCluster({ nodes: 1, seed: 1, kubelet: { shutdownGracePeriod: '30s' } })
  const { stdout } = kubectl(other, 'get --raw /api/v1/nodes/node1/proxy/configz')
  expect(JSON.parse(stdout).kubeletconfig.shutdownGracePeriod).toBe('30s')
})

test('a configuration is what the machine registers with, and what lies on it', () => {
  const other = createCluster({ nodes: 1, seed: 1, kubelet: { maxPods: 20, kubeReserved: { memory: '1Gi' }, evictionHard: { 'memory.available': '512Mi' } } })
  expect(other.world().get('Node', 'node1')!['status']).toMatchObject({ capacity: { memory: '8Gi', pods: '20' }, allocatable: { cpu: '4', memory: '6656Mi', pods: '20' } })
  other.run({ for: '30s' })
  expect(other.world().get('Node', 'node1')!['status'].allocatable.memory).toBe('6656Mi')
  const spec = { nodeName: 'node1', restartPolicy: 'Never', volumes: [{ name: 'h', hostPath: { path: '/var/lib/kubelet' } }], containers: [{ name: 'c', image: 'busybox:1.36', command: ['cat', '/h/config.yaml'], volumeMounts: [{ name: 'h', mountPath: '/h' }] }] }
  other.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'look' }, spec } as never })
  other.run({ for: '10s' })
  for (const part of ['evictionHard:\n  memory.available: 512Mi\n', 'kind: KubeletConfiguration\n', 'kubeReserved:\n  memory: 1Gi\n', 'maxPods: 20\n']) expect(kubectl(other, 'logs look').stdout).toContain(part)
})

test('of a kubelet that is stopped nothing is heard', () => {
  cluster.fault({ type: 'kubelet-stop', node: 'node2' })
  expect(raw('/api/v1/nodes/node2/proxy/healthz')).toBe('Error from server (ServiceUnavailable): error trying to reach service: dial tcp 10.99.0.2:10250: connect: connection refused\n')
})
