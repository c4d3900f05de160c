import { expect, it } from 'vitest'
import type { Pod } from '../../../engine/api/types.ts'
import { FilmMaker } from '../../testing/filmMaker.ts'
import { testPod } from '../../testing/objects.ts'
import { podLanes } from './podLanes.ts'
import { stretchAt } from './stretches.ts'
import type { Stretch } from './stretches.ts'

const key = 'pods/default/web'
const text = (stretches: readonly Stretch[]): string =>
  stretches.map(({ word, tone, from, to }) => `${from}-${to ?? ''} ${word} (${tone})`).join(', ')

const crash = { exitCode: 1, reason: 'Error', startedAt: '', finishedAt: '', containerID: 'containerd://1' }

const maker = new FilmMaker()
const say = (pod: Pod | undefined): unknown => maker.write('kubelet/node1', key, pod)
say(testPod({ uid: 'a' }))
say(testPod({ uid: 'a', phase: 'Running', ready: true, state: { running: {} } }))
say(testPod({ uid: 'a', phase: 'Running', state: { terminated: crash } }))
say(testPod({ uid: 'a', phase: 'Running', state: { waiting: { reason: 'CrashLoopBackOff' } }, restarts: 1 }))
say(undefined)
say(testPod({ uid: 'b' }))
const film = maker.film()

it('shows four things that differ, of one life of the pod', () => {
  const lanes = podLanes(film, key, 'a')
  expect(text(lanes.phase.stretches)).toBe('0-1 Pending (pending), 1-4 Running (working)')
  expect(lanes.conditions.map((lane) => `${lane.name}: ${text(lane.stretches)}`)).toEqual(['Ready: 1-2 True (ready)'])
  expect(lanes.containers.map((lane) => `${lane.name}: ${text(lane.stretches)}`)).toEqual([
    'app: 1-2 running (ready), 2-3 Error (failed), 3-4 CrashLoopBackOff (failed)',
  ])
  expect(text(lanes.status.stretches)).toBe(
    '0-1 Pending (pending), 1-2 Running (ready), 2-3 Error (failed), 3-4 CrashLoopBackOff (failed)',
  )
  expect(text(podLanes(film, key, 'b').status.stretches)).toBe('5- Pending (pending)')
})

it.each([
  [-1, undefined],
  [0, 'Pending'],
  [3, 'Running'],
  [4, undefined],
])('at step %i the phase is %s', (cursor, word) => {
  expect(stretchAt(podLanes(film, key, 'a').phase.stretches, cursor)?.word).toBe(word)
})
