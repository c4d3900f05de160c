import { expect, it } from 'vitest'
import { filmCreate, filmStartUp, newMaker } from '../testing/podFilm.ts'
import { testNode } from '../testing/objects.ts'
import { chainRoutes } from './chainRoutes.ts'
import { buildGraph } from './graph.ts'
import { populationKeeper } from './population.ts'

it('a chain runs along the lines of its hops; there and back is one line, a check is none', () => {
  const maker = newMaker()
  filmCreate(maker, 'u1')
  filmStartUp(maker, 'u1')
  const { steps } = maker
  const { layout } = buildGraph({ population: populationKeeper()([testNode('node1')], []) }, { width: 900, height: 600, level: 'full' })
  const index = (milestone: string): number => steps.find((s) => s.milestone === milestone)!.index
  const [submit, check, store, answer] = ['submit', 'validate', 'store', 'acknowledge'].map((m) => index(`create/${m}`))
  const routes = chainRoutes(steps, [[submit!, check!], [check!, store!], [store!, answer!]], layout)
  expect(routes.map((r) => r.numbers)).toEqual([[submit! + 1, answer! + 1], [store! + 1]])
  expect(routes[1]!.at.y).toBeGreaterThan(routes[0]!.at.y)
})
