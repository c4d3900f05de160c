import { expect, it } from 'vitest'
import { newMaker } from '../testing/podFilm.ts'
import { podTriedLast, triesOf, tryAt } from './attempts.ts'

const scheduler = 'kube-scheduler'
const key = 'pods/default/web'

/** Refused twice, with a wake in between, then room is made, then placed. */
function film() {
  const maker = newMaker()
  const say = (type: string, detail: object, name = 'web') =>
    maker.hop('decision', scheduler, scheduler, { resource: 'pods', namespace: 'default', name, uid: 'u', after: 10, detail: { type, ...detail } })
  say('Filter', { attempt: 1, feasible: 0, total: 3 })
  say('Unschedulable', { attempt: 1, message: 'no room' })
  say('Filter', { attempt: 1, feasible: 3, total: 3 }, 'other')
  say('Requeued', { event: 'AssignedPodDelete', plugin: 'NodeResourcesFit', queue: 'active' })
  say('Filter', { attempt: 2, feasible: 0, total: 3 })
  say('Preempt', { attempt: 2, node: 'node2', victims: [] })
  say('Unschedulable', { attempt: 2, message: 'no room yet' })
  say('Filter', { attempt: 3, feasible: 1, total: 3 })
  say('Score', { attempt: 3, winner: 'node2' })
  return maker.film()
}

it('reads every attempt of a pod, how it ended and what led to it', () => {
  expect(triesOf(film(), key)).toMatchObject([
    { filter: 0, end: 1, attempt: 1, outcome: 'Unschedulable', message: 'no room', woken: undefined, feasible: 0, total: 3 },
    { filter: 4, end: 6, attempt: 2, outcome: 'Preempting', node: 'node2', message: 'no room yet', woken: { event: 'AssignedPodDelete', plugin: 'NodeResourcesFit' } },
    { filter: 7, end: 8, score: 8, attempt: 3, outcome: 'Scheduled', node: 'node2', woken: undefined },
  ])
})

it('an attempt whose end is not filmed yet is open', () => {
  const maker = newMaker()
  maker.hop('decision', scheduler, scheduler, { resource: 'pods', namespace: 'default', name: 'web', detail: { type: 'Filter', attempt: 1, feasible: 1, total: 1 } })
  expect(triesOf(maker.film(), key)).toMatchObject([{ outcome: 'Open', end: 0 }])
})

it.each([
  ['before the first, the first', -1, 1],
  ['while one lasts, that one', 1, 1],
  ['between two, the earlier', 3, 1],
  ['with the filtering of the next, the next', 4, 2],
  ['at the end, the last', 99, 3],
])('%s', (_what, cursor, attempt) => {
  expect(tryAt(triesOf(film(), key), cursor)?.attempt).toBe(attempt)
})

it('is about the pod that was tried last', () => {
  const { steps } = film()
  expect(podTriedLast({ steps } as never, -1)).toBeUndefined()
  expect(podTriedLast({ steps } as never, 1)).toBe(key)
  expect(podTriedLast({ steps } as never, 3)).toBe('pods/default/other')
})
