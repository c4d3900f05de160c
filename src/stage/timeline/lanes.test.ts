import { expect, it } from 'vitest'
import { Film } from '../../playback/film.ts'
import { fixtureOpening, fixtureScenario, lifeOfAPod } from '../../worker/testing/fixture-film.ts'
import { barsOf, laneOf, podKeys } from './lanes.ts'

const written = lifeOfAPod()
const film = new Film(fixtureScenario, fixtureOpening())
film.append({ ...written, writes: [], now: written.at, nextAt: Infinity, pendingInputs: 0 })
const milestone = (step: number | undefined) => (step === undefined ? 'end' : film.steps[step]!.milestone)

it('a pod is drawn from its creation to its removal, a bar for each STATUS', () => {
  const bars = barsOf(film, 'pods/default/web').map((b) => [b.word, b.tone, milestone(b.from), milestone(b.to)])
  expect(bars).toEqual([
    ['Pending', 'pending', 'create/store', undefined],
    ['ContainerCreating', 'working', undefined, 'create/ready'],
    ['Running', 'ready', 'create/ready', 'terminate/store'],
    ['Terminating', 'terminating', 'terminate/store', 'terminate/removed'],
  ])
})

it.each([
  ['create/submit', 'kubectl'],
  ['create/validate', 'apiserver'],
  ['create/store', 'apiserver'],
  ['create/scheduler-sees', 'scheduler'],
  ['create/kubelet-sees', 'kubelets'],
  ['create/sandbox', 'kubelets'],
] as const)('%s lies in the lane of %s', (name, lane) => {
  expect(laneOf(film.steps.find((s) => s.milestone === name)!)).toBe(lane)
})

it.each([
  ['user', 'kubectl'],
  ['kube-scheduler', 'scheduler'],
  ['kube-controller-manager/replicaset-controller', 'controllers'],
  ['cloud-controller-manager/service-controller', 'controllers'],
  ['kube-apiserver/flowcontrol', 'apiserver'],
  ['containerd/node1', 'kubelets'],
  ['kube-proxy/node1', 'network'],
  ['kindnet', 'network'],
  ['coredns', 'network'],
])('what %s asks for lies in the lane of %s', (from, lane) => {
  expect(laneOf({ ...film.steps[0]!, kind: 'request', from, to: 'kube-apiserver' })).toBe(lane)
})

it('names pods', () => {
  expect(podKeys(film)).toEqual(['pods/default/web'])
})
