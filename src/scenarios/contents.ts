import type { Text } from '../engine/scenario.ts'

/** A shelf of the catalogue: its scenarios in the order in which a newcomer would take them. */
export interface Topic {
  id: string
  title: Text
  scenarios: readonly string[]
}

/**
 * The table of contents. A name that has been in a release stays for ever, because share links carry it.
 */
export const topics: readonly Topic[] = [
  {
    id: 'creation',
    title: { en: 'How a Pod comes to life', zh: 'Pod 是怎样创建的' },
    scenarios: ['first-pod', 'ten-steps'],
  },
  {
    id: 'states',
    title: { en: 'Phases and STATUS words', zh: 'phase 与 STATUS' },
    scenarios: ['five-phases'],
  },
  {
    id: 'termination',
    title: { en: 'How a Pod ends', zh: 'Pod 是怎样终止的' },
    scenarios: [
      'graceful-end',
      'prestop-within-grace',
      'prestop-beyond-grace',
      'ignores-term',
      'grace-period-5',
      'force-delete',
      'delete-pending',
    ],
  },
  {
    id: 'trouble',
    title: { en: 'Restarts and things that go wrong', zh: '重启与各种故障' },
    scenarios: [
      'image-missing',
      'config-missing',
      'crash-loop',
      'backoff-ladder',
      'restart-always',
      'restart-on-failure',
      'restart-never',
      'insufficient-cpu',
    ],
  },
  {
    id: 'init',
    title: { en: 'Before the app: init containers and sidecars', zh: '应用之前：init 容器与 sidecar' },
    scenarios: ['init-in-order', 'init-fails', 'sidecar'],
  },
  {
    id: 'hooks',
    title: { en: 'Hooks', zh: '钩子' },
    scenarios: ['post-start', 'pre-stop-fails'],
  },
  {
    id: 'probes',
    title: { en: 'Probes', zh: '探针' },
    scenarios: ['liveness-exec', 'liveness-http', 'readiness-file', 'startup-probe', 'probe-handlers'],
  },
  {
    id: 'images',
    title: { en: 'Images', zh: '镜像' },
    scenarios: ['pull-policies', 'registry-slow', 'private-registry'],
  },
  {
    id: 'inside',
    title: { en: 'Inside a Pod', zh: 'Pod 内部' },
    scenarios: [
      'what-containers-share',
      'shared-processes',
      'logs',
      'port-forward',
      'debug-container',
      'static-pod',
      'kube-system',
      'empty-dir',
      'downward-env',
      'downward-volume',
      'configmap-update',
      'secret',
      'resize',
      'resize-deferred',
      'namespaces',
      'oom-killed',
    ],
  },
  {
    id: 'scheduling',
    title: { en: 'Where a Pod lands', zh: 'Pod 落在哪里' },
    scenarios: [
      'scheduling-automatic',
      'node-name',
      'node-selector',
      'node-affinity',
      'pod-affinity',
      'pod-anti-affinity',
      'spread',
      'taint-no-schedule',
      'taint-prefer-no-schedule',
      'taint-no-execute',
      'scheduling-gate',
      'devices',
      'preemption',
      'cordon-drain',
      'scheduler-profiles',
    ],
  },
  {
    id: 'pressure',
    title: { en: 'When a node runs out of something', zh: '节点资源吃紧时' },
    scenarios: ['pressure-memory', 'pressure-disk', 'pressure-inodes', 'pressure-pids'],
  },
  {
    id: 'workloads',
    title: { en: 'Controllers: who keeps the pods', zh: '控制器：谁在管 Pod' },
    scenarios: [
      'replicaset-scales',
      'deployment-rolls',
      'sixty-replicas',
      'deployment-canary',
      'deployment-rollback',
      'autoscaler',
      'statefulset',
      'daemonset',
      'job-and-ttl',
      'cronjob',
    ],
  },
  {
    id: 'storage',
    title: { en: 'Storage', zh: '存储' },
    scenarios: ['volume-reclaim'],
  },
  {
    id: 'organise',
    title: { en: 'Labels, annotations, owners', zh: '标签、注解、属主' },
    scenarios: ['labels-and-selectors', 'annotations', 'owners-and-garbage'],
  },
  {
    id: 'admission',
    title: { en: 'What the API server refuses', zh: 'API server 拒绝什么' },
    scenarios: ['rbac-refused', 'quota-refused', 'limit-ranges', 'pod-security', 'admission-policy', 'custom-resources'],
  },
  {
    id: 'faults',
    title: { en: 'When a part of the cluster is away', zh: '集群缺了一块' },
    scenarios: ['node-lost', 'node-failure', 'node-reboot', 'node-shutdown', 'network-plugin', 'slow-kubelet', 'kubelet-config', 'watch-lag', 'packet-loss', 'scheduler-away', 'controllers-away', 'api-server-away', 'etcd-away', 'etcd-restore'],
  },
  {
    id: 'network',
    title: { en: 'Services and traffic', zh: 'Service 与流量' },
    scenarios: [
      'pod-to-pod',
      'service-traffic',
      'service-readiness',
      'node-port',
      'load-balancer',
      'network-policy',
      'network-policy-egress',
      'termination-race',
      'termination-race-prestop',
      'ingress-502',
      'dns-down',
    ],
  },
]

/** From the first pod to a rolling update, for newcomers: ten scenes, each of which needs only those before it. */
export const path: readonly string[] = [
  'first-pod',
  'ten-steps',
  'image-missing',
  'crash-loop',
  'liveness-http',
  'readiness-file',
  'graceful-end',
  'replicaset-scales',
  'service-traffic',
  'deployment-rolls',
]

/** Where a built-in scenario lies in this folder: 'level-scale' is levels/scale.yaml. */
export function fileOf(name: string): string {
  return name.startsWith('level-') ? `levels/${name.slice('level-'.length)}.yaml` : `catalogue/${name}.yaml`
}
