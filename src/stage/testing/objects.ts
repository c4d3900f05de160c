import type { ContainerState, ContainerStatus, Node, Pod, PodCondition, PodPhase } from '../../engine/api/types.ts'

/** Small objects for the tests of the views: each says only what the test is about. */

export interface PodWish {
  name?: string
  namespace?: string
  uid?: string
  node?: string
  phase?: PodPhase
  createdAt?: string
  ready?: boolean
  /** State of the one container 'app', when it has a status. */
  state?: ContainerState
  restarts?: number
  conditions?: PodCondition[]
  cpu?: string
  memory?: string
  deletion?: { timestamp: string; graceSeconds: number }
}

export function testPod(wish: PodWish = {}): Pod {
  const name = wish.name ?? 'web'
  const requests = { ...(wish.cpu && { cpu: wish.cpu }), ...(wish.memory && { memory: wish.memory }) }
  const status: ContainerStatus[] =
    wish.state === undefined
      ? []
      : [
          {
            name: 'app',
            image: 'nginx',
            imageID: '',
            ready: wish.ready ?? false,
            restartCount: wish.restarts ?? 0,
            state: wish.state,
          },
        ]
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: wish.namespace ?? 'default',
      uid: wish.uid ?? `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: wish.createdAt ?? '2026-01-01T00:00:00Z',
      ...(wish.deletion && {
        deletionTimestamp: wish.deletion.timestamp,
        deletionGracePeriodSeconds: wish.deletion.graceSeconds,
      }),
    },
    spec: {
      containers: [{ name: 'app', image: 'nginx', resources: { requests } }],
      ...(wish.node !== undefined && { nodeName: wish.node }),
    },
    status: {
      phase: wish.phase ?? 'Pending',
      conditions: wish.conditions ?? (wish.ready ? [{ type: 'Ready', status: 'True' }] : []),
      ...(status.length > 0 && { containerStatuses: status }),
    },
  }
}

export function testNode(name: string, wish: { ready?: boolean; taint?: string; cpu?: string } = {}): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { ...(wish.taint !== undefined && { taints: [{ key: wish.taint, effect: 'NoSchedule' }] }) },
    status: {
      capacity: { cpu: wish.cpu ?? '4', memory: '8Gi', pods: '110' },
      allocatable: { cpu: wish.cpu ?? '4', memory: '8Gi', pods: '110' },
      conditions: [{ type: 'Ready', status: wish.ready === false ? 'False' : 'True' }],
    },
  }
}
