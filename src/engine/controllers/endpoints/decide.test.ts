import { expect, test } from 'vitest'
import { object, pod, type PodFacts } from '../testing/objects.ts'
import { decideSlices, endpointSubsets, type Endpoint } from './decide.ts'

const service = (spec: object = {}) => object('Service', 'web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...spec }, { apiVersion: 'v1' })
const at = (name: string, ip: string, facts: Partial<PodFacts> = {}): PodFacts => ({ name, ip, ...facts })
const decide = (spec: object, pods: PodFacts[], existing = [] as ReturnType<typeof object>[]) => decideSlices(service(spec), pods.map(pod), () => undefined, existing)
const conditionsOf = (slices: ReturnType<typeof object>[]) =>
  Object.fromEntries(slices.flatMap((slice) => slice['endpoints'] as Endpoint[]).map(({ targetRef, conditions: { ready, serving, terminating } }) => [targetRef.name, [ready, serving, terminating]]))

const cases: [name: string, spec: object, pods: PodFacts[], conditions: object, slices: number][] = [
  ['ready and not', {}, [at('a', '10.1.0.1'), at('b', '10.1.0.2', { ready: false })], { a: [true, true, false], b: [false, false, false] }, 1],
  ['ending and still serving', {}, [at('a', '10.1.0.1', { terminating: true })], { a: [false, true, true] }, 1],
  ['ending and no longer serving', {}, [at('a', '10.1.0.1', { terminating: true, ready: false })], { a: [false, false, true] }, 1],
  ['published before they are ready', { publishNotReadyAddresses: true }, [at('a', '10.1.0.1', { ready: false })], { a: [true, false, false] }, 1],
  ['published while ending', { publishNotReadyAddresses: true }, [at('a', '10.1.0.1', { terminating: true })], { a: [true, true, true] }, 1],
  ['the ended have none', {}, [at('a', '10.1.0.1', { phase: 'Succeeded' }), at('b', '10.1.0.2', { phase: 'Failed' })], {}, 1],
  ['without an address there is none', {}, [{ name: 'a', phase: 'Pending' }], {}, 1],
  ['no pods: one empty slice', {}, [], {}, 1],
  ['different numbers behind one name', { ports: [{ name: 'web', port: 80, targetPort: 'http' }] }, [
    at('a', '10.1.0.1', { ports: [{ name: 'http', containerPort: 8080 }] }), at('b', '10.1.0.2', { ports: [{ name: 'http', containerPort: 9090 }] }),
  ], { a: [true, true, false], b: [true, true, false] }, 2],
]
test.each(cases)('%s', (_name, spec, pods, conditions, slices) => {
  const { create } = decide(spec, pods)
  expect(conditionsOf(create)).toEqual(conditions)
  expect(create).toHaveLength(slices)
})

test('a pod that lacks the named port stands in a slice without ports', () => {
  const { create } = decide({ ports: [{ name: 'web', port: 80, targetPort: 'http' }] }, [at('a', '10.1.0.1')])
  expect(create[0]!['ports']).toEqual([])
})

test('250 endpoints are three slices of at most 100', () => {
  const { create } = decide({}, Array.from({ length: 250 }, (_, i) => at(`p${i}`, `10.1.${i >> 7}.${i & 127}`)))
  expect(create.map((slice) => (slice['endpoints'] as Endpoint[]).length)).toEqual([100, 100, 50])
})

test('what is there is changed, not made anew: the empty slice takes the first endpoint', () => {
  const empty = { ...decide({}, []).create[0]!, metadata: { ...decide({}, []).create[0]!.metadata, name: 'web-x' } }
  const changes = decide({}, [at('a', '10.1.0.1')], [empty])
  expect([changes.create, changes.remove]).toEqual([[], []])
  expect(changes.update[0]!.metadata.name).toBe('web-x')
  expect(decide({}, [at('a', '10.1.0.1')], changes.update)).toEqual({ create: [], update: [], remove: [] })
})

test('headless slices say so', () => {
  expect(decide({ clusterIP: 'None' }, []).create[0]!.metadata.labels).toMatchObject({ 'service.kubernetes.io/headless': '', 'kubernetes.io/service-name': 'web' })
})

test('Endpoints list ready addresses apart, in order, and none that are ending', () => {
  const pods = [at('b', '10.1.0.10'), at('a', '10.1.0.9'), at('c', '10.1.0.3', { ready: false }), at('d', '10.1.0.4', { terminating: true })].map(pod)
  expect(endpointSubsets(service(), pods)).toMatchObject([{ addresses: [{ ip: '10.1.0.9' }, { ip: '10.1.0.10' }], notReadyAddresses: [{ ip: '10.1.0.3' }], ports: [{ port: 8080 }] }])
})
