import { expect, it } from 'vitest'
import { newMaker } from '../testing/podFilm.ts'
import { lastDecision } from './decision.ts'

const about = { resource: 'pods', namespace: 'default', name: 'web' }

function film() {
  const maker = newMaker()
  const scheduler = 'kube-scheduler'
  const filter = (name: string, detail: object) =>
    maker.hop('decision', scheduler, scheduler, { ...about, name, detail: { type: 'Filter', attempt: 1, ...detail } })
  filter('web', {
    nodes: [
      { node: 'node3', plugin: 'NodeResourcesFit', reasons: ['Insufficient cpu'] },
      { node: 'node1' },
      { node: 'node2' },
    ],
    counts: { 'Insufficient cpu': 1 },
    feasible: 2,
    total: 3,
  })
  maker.hop('decision', scheduler, scheduler, {
    ...about,
    detail: {
      type: 'Score',
      attempt: 1,
      plugins: [
        { name: 'NodeResourcesFit', weight: 1 },
        { name: 'TaintToleration', weight: 3 },
      ],
      winner: 'node2',
      tie: false,
      nodes: [
        {
          node: 'node2',
          scores: { NodeResourcesFit: { raw: 65, normalized: 65 }, TaintToleration: { raw: 0, normalized: 100 } },
          total: 365,
        },
        {
          node: 'node1',
          scores: { NodeResourcesFit: { raw: 45, normalized: 45 }, TaintToleration: { raw: 0, normalized: 100 } },
          total: 345,
        },
      ],
    },
  })
  filter('big', {
    nodes: [{ node: 'node1', plugin: 'NodeResourcesFit', reasons: ['Insufficient memory'] }],
    counts: { 'Insufficient memory': 1 },
    feasible: 0,
    total: 1,
  })
  return maker.film()
}

it('puts the winner first and those that do not fit last, with weighted scores', () => {
  const decision = lastDecision(film().steps, 1)!
  expect(decision.nodes.map((n) => [n.node, n.fits, n.total])).toEqual([
    ['node2', true, 365],
    ['node1', true, 345],
    ['node3', false, undefined],
  ])
  expect([...decision.nodes[0]!.scores]).toEqual([
    ['NodeResourcesFit', 65],
    ['TaintToleration', 300],
  ])
  expect(decision).toMatchObject({ winner: 'node2', feasible: 2, total: 3, tie: false })
})

it('is the one of the moment: before the scores there are none', () => {
  expect(lastDecision(film().steps, 0)).toMatchObject({ score: undefined, winner: undefined })
})

it('is about the last pod, or the pod that is asked for', () => {
  expect(lastDecision(film().steps, 2)).toMatchObject({
    feasible: 0,
    winner: undefined,
    counts: [{ reason: 'Insufficient memory', nodes: 1 }],
  })
  expect(lastDecision(film().steps, 2, { namespace: 'default', name: 'web' })!.winner).toBe('node2')
  expect(lastDecision(film().steps, 2, { namespace: 'default', name: 'nobody' })).toBeUndefined()
})
