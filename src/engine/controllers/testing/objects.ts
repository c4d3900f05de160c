import { formatTime } from '../../api/time.ts'
import type { KubeObject, OwnerReference, Pod } from '../../api/types.ts'

/** Small objects for table tests. */

export const now = 1_767_600_000_000

export interface PodFacts {
  name: string
  node?: string
  phase?: string
  ready?: boolean
  readyForSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  terminating?: boolean
  ip?: string
  ports?: { name?: string; containerPort: number }[]
  exitCode?: number
  controller?: string
}

export function pod(facts: PodFacts): Pod {
  const { name, node = '', phase = 'Running', ready = phase === 'Running', readyForSeconds = 10 } = facts
  const time = formatTime(now - readyForSeconds * 1000)
  const owner: OwnerReference | undefined = facts.controller === undefined
    ? undefined
    : { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'owner', uid: facts.controller, controller: true, blockOwnerDeletion: true }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      resourceVersion: '1',
      creationTimestamp: formatTime(now - 100_000_000),
      ...(facts.labels === undefined ? {} : { labels: facts.labels }),
      ...(facts.annotations === undefined ? {} : { annotations: facts.annotations }),
      ...(facts.finalizers === undefined ? {} : { finalizers: facts.finalizers }),
      ...(facts.terminating === true ? { deletionTimestamp: formatTime(now), deletionGracePeriodSeconds: 30 } : {}),
      ...(owner === undefined ? {} : { ownerReferences: [owner] }),
    },
    spec: { containers: [{ name: 'main', ports: facts.ports ?? [] }], ...(node === '' ? {} : { nodeName: node }) },
    status: {
      phase: phase as Pod['status']['phase'] & string,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: time }],
      ...(facts.ip === undefined ? {} : { podIP: facts.ip }),
      containerStatuses: facts.exitCode === undefined
        ? []
        : [{ name: 'main', restartCount: 0, ready: false, image: '', imageID: '', state: { terminated: { exitCode: facts.exitCode, finishedAt: time } } }],
    },
  } as unknown as Pod
}

export function object(kind: string, name: string, spec: object, more: Partial<Omit<KubeObject, 'metadata'>> & { metadata?: object } = {}): KubeObject {
  const { metadata, ...rest } = more
  return {
    apiVersion: 'apps/v1',
    kind,
    ...rest,
    metadata: { name, namespace: 'default', uid: name, resourceVersion: '1', generation: 1, creationTimestamp: formatTime(now - 100_000), ...metadata },
    spec,
  }
}
