import { describe, expect, it } from 'vitest'
import type { PodSpecShort, Situation } from '../testing/builders.ts'
import { rescue } from '../testing/verdict.ts'

const cpus = (count: number) => ({ cpu: String(count), memory: '64Gi', pods: '110' })
const now = Date.parse('2026-02-01T00:00:00Z')
const low = (name: string, node: string, cpu: number, priority: number, more: Partial<PodSpecShort> = {}): PodSpecShort =>
  ({ name, node, priority, requests: { cpu: String(cpu) }, startTime: '2026-01-01T00:00:00Z', ...more })
const urgent = (cpu: number, more: Partial<PodSpecShort> = {}): PodSpecShort => ({ name: 'urgent', priority: 100, requests: { cpu: String(cpu) }, ...more })
const budget = (matchLabels: object, disruptionsAllowed: number) =>
  ({ metadata: { name: 'budget', namespace: 'default' }, spec: { selector: { matchLabels } }, status: { disruptionsAllowed } })
const two = [{ name: 'a', allocatable: cpus(4) }, { name: 'b', allocatable: cpus(4) }]
const one = [{ name: 'a', allocatable: cpus(4) }]

describe('DefaultPreemption', () => {
  const cases: [what: string, given: Situation, pod: PodSpecShort, node: string | undefined, victims: string[]][] = [
    ['leaves equals alone', { nodes: one, existing: [low('x', 'a', 3, 100)] }, urgent(2), undefined, []],
    [
      'spares the more important ones', { nodes: [{ name: 'a', allocatable: cpus(6) }], existing: [low('low', 'a', 2, 0), low('mid', 'a', 2, 50), low('high', 'a', 2, 90)] },
      urgent(4), 'a', ['mid', 'low'],
    ],
    [
      'goes where the most important victim is the least important', { nodes: two, existing: [low('p', 'a', 4, 50), low('q', 'b', 2, 10), low('r', 'b', 2, 10)] },
      urgent(4), 'b', ['q', 'r'],
    ],
    [
      'then where their priorities add up to less', { nodes: two, existing: [low('p', 'a', 2, 50), low('q', 'a', 2, 50), low('r', 'b', 2, 50), low('s', 'b', 2, 0)] },
      urgent(4), 'b', ['r', 's'],
    ],
    [
      'where few pods of negative priority are not worse than many',
      { nodes: two, existing: [low('p', 'a', 2, 50), low('q', 'a', 1, -100), low('r', 'a', 1, -100), low('s', 'b', 3, 50), low('t', 'b', 1, -100)] },
      urgent(4), 'b', ['s', 't'],
    ],
    [
      'takes the younger of equals', { nodes: one, existing: [low('old', 'a', 2, 50), low('young', 'a', 2, 50, { startTime: '2026-01-01T01:00:00Z' })] },
      urgent(2), 'a', ['young'],
    ],
    [
      'goes where its equals are younger', { nodes: two, existing: [low('old', 'a', 4, 50), low('young', 'b', 4, 50, { startTime: '2026-01-02T00:00:00Z' })] },
      urgent(4), 'b', ['young'],
    ],
    [
      'would rather not break a budget',
      { nodes: two, existing: [low('p', 'a', 4, 10, { labels: { app: 'x' } }), low('q', 'b', 4, 50)], objects: { poddisruptionbudgets: [budget({ app: 'x' }, 0)] } },
      urgent(4), 'b', ['q'],
    ],
    [
      'but breaks it when nothing else helps',
      { nodes: one, existing: [low('p', 'a', 4, 0, { labels: { app: 'x' } })], objects: { poddisruptionbudgets: [budget({ app: 'x' }, 0)] } },
      urgent(4), 'a', ['p'],
    ],
    [
      'uses what a budget allows',
      {
        nodes: one, existing: [low('p', 'a', 2, 0, { labels: { app: 'x' } }), low('q', 'a', 2, 50)],
        objects: { poddisruptionbudgets: [budget({ app: 'x' }, 1)] },
      },
      urgent(2), 'a', ['p'],
    ],
    ['is not for pods that never preempt', { nodes: one, existing: [low('p', 'a', 4, 0)] }, urgent(4, { preemptionPolicy: 'Never' }), undefined, []],
    [
      'does not look at nodes that are out of the question',
      { nodes: [{ ...two[0]!, taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] }, two[1]!], existing: [low('p', 'a', 4, 0), low('q', 'b', 4, 50)] },
      urgent(4), 'b', ['q'],
    ],
    [
      'is not held back by a pod that somebody else is ending on its node',
      { nodes: one, existing: [low('p', 'a', 4, 0), low('z', 'a', 0, 0, { deletionTimestamp: '2026-02-01T00:00:00Z' })] },
      urgent(4, { nominatedNodeName: 'a' }), 'a', ['p'],
    ],
    [
      'frees a host port',
      { nodes: one, existing: [low('p', 'a', 1, 0, { containers: [{ ports: [{ containerPort: 80, hostPort: 80 }] }] }), low('q', 'a', 1, 0)] },
      urgent(1, { containers: [{ ports: [{ containerPort: 80, hostPort: 80 }] }] }), 'a', ['p'],
    ],
    [
      'drives away the one that it cannot be near to',
      { nodes: [{ name: 'a', labels: { host: 'a' } }], existing: [low('p', 'a', 1, 0, { labels: { app: 'x' } }), low('q', 'a', 1, 0, { labels: { app: 'y' } })] },
      urgent(1, {
        spec: { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'host', labelSelector: { matchLabels: { app: 'x' } } }] } } },
      }),
      'a', ['p'],
    ],
  ]
  it.each(cases)('%s', (_what, given, pod, node, victims) => {
    const found = rescue({ now, ...given }, pod)
    expect({ node: found.node, victims: found.victims }).toEqual({ node, victims })
  })

  const words: [what: string, given: Situation, pod: PodSpecShort, message: string][] = [
    ['no victims', { nodes: one, existing: [low('p', 'a', 3, 100)] }, urgent(2), 'preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.'],
    [
      'victims that do not suffice', { nodes: one, existing: [low('p', 'a', 1, 0), low('q', 'a', 3, 100)] }, urgent(2),
      'preemption: 0/1 nodes are available: 1 Insufficient cpu.',
    ],
    ['nodes that are too small', { nodes: two }, urgent(8), 'preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.'],
    ['Never', { nodes: one, existing: [low('p', 'a', 4, 0)] }, urgent(4, { preemptionPolicy: 'Never' }), 'preemption: not eligible due to preemptionPolicy=Never.'],
    [
      'victims that are on their way out',
      {
        nodes: one,
        existing: [low('p', 'a', 4, 0, { deletionTimestamp: '2026-02-01T00:00:00Z', conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }] })],
      },
      urgent(4, { nominatedNodeName: 'a' }), 'preemption: not eligible due to a terminating pod on the nominated node.',
    ],
  ]
  it.each(words)('says so: %s', (_what, given, pod, message) => {
    expect(rescue({ now, ...given }, pod).message).toBe(`no new claims to deallocate, ${message}`)
  })

  it('leaves everything as it was', () => {
    const given: Situation = { now, nodes: one, existing: [low('p', 'a', 4, 0)] }
    expect(rescue(given, urgent(4))).toEqual(rescue(given, urgent(4)))
  })
})
