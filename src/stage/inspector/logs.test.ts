import { expect, it } from 'vitest'
import { FilmMaker } from '../testing/filmMaker.ts'
import { testNode } from '../testing/objects.ts'
import { logRuns } from './logs.ts'

it('tells the runs of a container apart, each with what it had written by then', () => {
  const maker = new FilmMaker().before('nodes/node1', testNode('node1'))
  const run = (id: string, attempt: number, state: string, createdAt: number) =>
    maker.put('node1', `containers/${id}`, {
      id,
      podUID: 'u1',
      name: 'app',
      attempt,
      state,
      createdAt,
      startedAt: createdAt,
    })
  run('c2', 0, 'running', 1)
  maker.put('node1', 'logs/c2/00000000', { at: 2, stream: 'stdout', lines: ['hello'] })
  const first = maker.hop('runtime', 'containerd/node1', 'containerd/node1').world
  run('c2', 0, 'exited', 1)
  run('c1', 1, 'running', 5)
  maker.put('node1', 'logs/c1/00000000', { at: 6, stream: 'stderr', lines: ['again'] })
  maker.put('node1', 'containers/other', {
    id: 'other',
    podUID: 'u2',
    name: 'app',
    attempt: 0,
    state: 'running',
    createdAt: 3,
  })
  const second = maker.hop('runtime', 'containerd/node1', 'containerd/node1').world
  const film = maker.film()
  const told = (revision: number) =>
    logRuns(film, 'node1', 'u1', revision).map((r) => [r.id, r.attempt, r.ended, r.lines.map((l) => l.text).join()])
  expect(told(first)).toEqual([['c2', 0, false, 'hello']])
  expect(told(second)).toEqual([
    ['c2', 0, true, 'hello'],
    ['c1', 1, false, 'again'],
  ])
  expect(logRuns(film, 'nowhere', 'u1', second)).toEqual([])
})
