import { describe, expect, it } from 'vitest'
import { oomScoreAdjust, qosClass, type QOSSpec } from './qos.ts'
import type { Pod } from './types.ts'

/** "cpu=1 memory=1Gi / cpu=2": requests / limits. */
function container(name: string, text: string): { name: string; resources: object } {
  const list = (part: string | undefined) =>
    Object.fromEntries(
      (part ?? '')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map((entry) => entry.split('=') as [string, string]),
    )
  const [requests, limits] = text.split('/')
  return { name, resources: { requests: list(requests), limits: list(limits) } }
}

const all = 'cpu=1 memory=1Gi / cpu=1 memory=1Gi'
const none = ''

/** About, containers a, b (and c), init container i or sidecar s, class, score of each on a node of 8Gi (or as said). */
const rows: [
  about: string,
  containers: string[],
  init: string | undefined,
  sidecar: boolean,
  qos: string,
  scores: number[],
  memory?: number,
][] = [
  ['nothing asked', [none], undefined, false, 'BestEffort', [1000]],
  ['everything equal', [all], undefined, false, 'Guaranteed', [-997]],
  ['only memory', ['memory=1Gi / memory=1Gi'], undefined, false, 'Burstable', [875]],
  ['only CPU', ['cpu=1 / cpu=1'], undefined, false, 'Burstable', [999]],
  ['CPU limit above its request', ['cpu=1 memory=1Gi / cpu=2 memory=1Gi'], undefined, false, 'Burstable', [875]],
  ['one container asks nothing', [all, none], undefined, false, 'Burstable', [875, 999]],
  ['the same in other words', ['cpu=1000m memory=1Gi / cpu=1 memory=1024Mi'], undefined, false, 'Guaranteed', [-997]],
  ['zeros count as nothing', ['cpu=0 memory=0'], undefined, false, 'BestEffort', [1000]],
  ['zero limits too', ['/ cpu=0 memory=0'], undefined, false, 'BestEffort', [1000]],
  ['an init container asks nothing', [all], none, false, 'Burstable', [875, 999]],
  ['a sidecar counts, and outlives its containers', [all], none, true, 'Burstable', [875, 875]],
  ['a sidecar outlives the one that asks for least, not the one that asks for most', ['memory=4Gi', 'memory=1Gi'], none, true, 'Burstable', [500, 875, 875]],
  ['half the node', ['memory=4Gi'], undefined, false, 'Burstable', [500]],
  ['more than the node', ['memory=9Gi'], undefined, false, 'Burstable', [3]],
  ['next to nothing', ['memory=1Mi'], undefined, false, 'Burstable', [999]],
  ['each by its own request', ['memory=1Gi', 'cpu=100m memory=2Gi'], undefined, false, 'Burstable', [875, 750]],
  ['a quarter of a small node', ['memory=256Mi'], undefined, false, 'Burstable', [750], 2 ** 30],
  ['disk alone is best effort', ['ephemeral-storage=1Gi'], undefined, false, 'BestEffort', [1000]],
]

describe('QoS', () => {
  it.each(rows)('%s', (_about, containers, init, sidecar, qos, scores, memory = 2 ** 33) => {
    const spec = {
      containers: containers.map((text, i) => container('abc'[i]!, text)),
      ...(init === undefined
        ? {}
        : { initContainers: [{ ...container('i', init), ...(sidecar ? { restartPolicy: 'Always' } : {}) }] }),
    }
    expect(qosClass(spec as QOSSpec)).toBe(qos)
    const pod = { spec, status: { qosClass: qos } } as unknown as Pod
    const names = [...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name)
    expect(names.map((name) => oomScoreAdjust(pod, name, memory))).toEqual(scores)
  })

  it('looks at the resources of the pod first', () => {
    const spec: QOSSpec = {
      resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } },
      containers: [{}],
    }
    expect(qosClass(spec)).toBe('Guaranteed')
  })

  it('protects what the system cannot do without', () => {
    const pod = {
      spec: { priority: 2_000_001_000, priorityClassName: 'system-node-critical', containers: [{ name: 'a' }] },
      status: { qosClass: 'BestEffort' },
    } as unknown as Pod
    expect(oomScoreAdjust(pod, 'a', 2 ** 33)).toBe(-997)
    const ofCluster = { ...pod, spec: { ...pod.spec, priority: 2_000_000_000, priorityClassName: 'system-cluster-critical' } } as Pod
    expect(oomScoreAdjust(ofCluster, 'a', 2 ** 33)).toBe(1000)
  })

  it('shares among all containers what the pod asks for beyond them', () => {
    const spec = { resources: { requests: { memory: '4Gi' } }, containers: [container('a', 'memory=1Gi'), container('b', '')], initContainers: [container('i', '')] }
    const pod = { spec, status: { qosClass: 'Burstable' } } as unknown as Pod
    expect(['a', 'b', 'i'].map((name) => oomScoreAdjust(pod, name, 2 ** 33))).toEqual([750, 875, 875])
  })
})
