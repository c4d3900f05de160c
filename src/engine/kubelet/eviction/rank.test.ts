import { expect, test } from 'vitest'
import { quantity } from '../../api/quantity.ts'
import type { Pod } from '../../api/types.ts'
import { evictionMessage, rankForEviction, type PodUsage, type Resource } from './rank.ts'

/** name: [priority, request, usage]; an empty request is none, a usage of '?' is not known. */
type Pods = Record<string, [priority: number, request: string, usage: string]>

function usages(pods: Pods, resource: Resource): PodUsage[] {
  return Object.entries(pods).map(([name, [priority, request, usage]]) => {
    const pod = {
      metadata: { name },
      spec: { priority, containers: [{ name: 'main', ...(request === '' ? {} : { resources: { requests: { [resource]: request } } }) }] },
    } as unknown as Pod
    if (usage === '?') return { pod, used: undefined, containers: new Map() }
    const none = { memory: 0, 'ephemeral-storage': 0, inodes: 0, pids: 0 }
    const used = { ...none, [resource]: quantity(usage).value }
    return { pod, used, containers: new Map([['main', used]]) }
  })
}

const shortage = (resource: string, threshold: string, available: string): string =>
  `The node was low on resource: ${resource}. Threshold quantity: ${threshold}, available: ${available}. `
const main = (usage: string, request: string, resource: string): string =>
  `Container main was using ${usage}, request is ${request}, has larger consumption of ${resource}. `

test.each<[string, Resource, Pods, string[], { threshold: string; available: string; message: string }?]>([
  ['who uses more than requested goes before who does not', 'memory', { calm: [0, '1Gi', '900Mi'], greedy: [0, '100Mi', '200Mi'] }, ['greedy', 'calm'],
    { threshold: '100Mi', available: '80Mi', message: shortage('memory', '100Mi', '80Mi') + main('200Mi', '100Mi', 'memory') }],
  ['who has requested nothing always uses more', 'memory', { burst: [0, '500Mi', '400Mi'], best: [0, '', '10Mi'] }, ['best', 'burst'],
    { threshold: '100Mi', available: '99Mi', message: shortage('memory', '100Mi', '99Mi') + main('10Mi', '0', 'memory') }],
  ['among those the lower priority goes first', 'memory', { high: [1000, '100Mi', '900Mi'], low: [10, '100Mi', '150Mi'] }, ['low', 'high'],
    { threshold: '100Mi', available: '50Mi', message: shortage('memory', '100Mi', '50Mi') + main('150Mi', '100Mi', 'memory') }],
  ['a high priority does not excuse using more than requested', 'memory', { within: [0, '1Gi', '800Mi'], over: [100000, '100Mi', '200Mi'] }, ['over', 'within'],
    { threshold: '200Mi', available: '50Mi', message: shortage('memory', '200Mi', '50Mi') + main('200Mi', '100Mi', 'memory') }],
  ['then who is nearest to, or furthest beyond, its request', 'memory', { a: [5, '1Gi', '100Mi'], b: [5, '1Gi', '900Mi'], c: [1, '1Gi', '50Mi'] }, ['c', 'b', 'a'],
    { threshold: '100Mi', available: '50Mi', message: shortage('memory', '100Mi', '50Mi') }],
  ['of whom nothing is known goes first', 'memory', { known: [0, '100Mi', '900Mi'], silent: [0, '1Gi', '?'] }, ['silent', 'known']],
  ['six pods of all kinds', 'memory', { g: [0, '1Gi', '1Gi'], be1: [0, '', '300Mi'], be2: [0, '', '20Mi'], bu: [0, '200Mi', '450Mi'], hi: [100, '', '900Mi'], neg: [-5, '100Mi', '101Mi'] }, ['neg', 'be1', 'bu', 'be2', 'hi', 'g'],
    { threshold: '100Mi', available: '1Mi', message: shortage('memory', '100Mi', '1Mi') + main('101Mi', '100Mi', 'memory') }],
  ['disk counts as memory does', 'ephemeral-storage', { a: [0, '1Gi', '500Mi'], b: [0, '100Mi', '300Mi'] }, ['b', 'a'],
    { threshold: '1Gi', available: '900Mi', message: shortage('ephemeral-storage', '1Gi', '900Mi') + main('300Mi', '100Mi', 'ephemeral-storage') }],
  ['process ids cannot be requested', 'pids', { few: [0, '', '5'], many: [0, '', '50'] }, ['many', 'few'],
    { threshold: '1k', available: '10', message: shortage('pids', '1k', '10') }],
])('%s', (_, resource, pods, order, said) => {
  const ranked = rankForEviction(usages(pods, resource), resource)
  expect(ranked.map(({ pod }) => pod.metadata.name)).toEqual(order)
  if (said === undefined) return
  const { message, annotations } = evictionMessage(ranked[0]!, resource, said.threshold, said.available)
  expect(message).toBe(said.message)
  const [, usage] = /was using (\S+),/.exec(said.message) ?? []
  expect(annotations).toEqual({ offending_containers: usage === undefined ? '' : 'main', offending_containers_usage: usage ?? '', starved_resource: resource })
})

test('what is requested: the containers, or the largest init container, and the overhead with it', () => {
  const usage = (name: string, spec: object): PodUsage =>
    ({ pod: { metadata: { name }, spec } as unknown as Pod, used: { memory: 100, 'ephemeral-storage': 0, inodes: 0, pids: 0 }, containers: new Map([['main', { memory: 60, 'ephemeral-storage': 0 }], ['side', { memory: 40, 'ephemeral-storage': 0 }]]) })
  const asks = (name: string, memory?: string) => ({ name, ...(memory === undefined ? {} : { resources: { requests: { memory } } }) })
  const pods = [
    usage('init', { containers: [asks('main', '10')], initContainers: [asks('first', '90')] }),
    usage('overhead', { containers: [asks('main', '50')], overhead: { memory: '45' } }),
    usage('nothing', { containers: [asks('main')], overhead: { memory: '99' } }),
    usage('whole', { containers: [asks('main', '10')], resources: { requests: { memory: '93' } } }),
  ]
  expect(rankForEviction(pods, 'memory').map(({ pod }) => pod.metadata.name)).toEqual(['nothing', 'init', 'whole', 'overhead'])
  const { annotations } = evictionMessage(usage('side', { containers: [asks('main', '70')], initContainers: [asks('side', '10')] }), 'memory', '1', '0')
  expect(evictionMessage(usage('k', { containers: [asks('side', '0.03k')] }), 'memory', '1', '0').message).toContain('was using 40, request is 30, has')
  expect(annotations).toMatchObject({ offending_containers: 'side', offending_containers_usage: '40' })
})
