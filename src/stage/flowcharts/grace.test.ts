import { expect, it } from 'vitest'
import type { ContainerRecord } from '../../engine/api/machine.ts'
import { filmCreate, filmEnd, filmStartUp, newMaker } from '../testing/podFilm.ts'
import { graceBar } from './grace.ts'
import { livesOf } from './story.ts'
import { terminateChart } from './terminateChart.ts'
import { lifeVisits } from './visits.ts'

const key = 'pods/default/web'

function barAt(how: 'in time' | 'killed', milestone: string, containers: ContainerRecord[] = []) {
  const maker = newMaker()
  filmCreate(maker, 'u1')
  filmStartUp(maker, 'u1')
  filmEnd(maker, 'u1', how)
  const film = maker.film()
  const cursor = film.steps.find((s) => s.milestone === milestone)!.index
  const life = livesOf(film, key)[0]!
  const visits = lifeVisits(terminateChart, film, life)
  return {
    film,
    bar: graceBar({ film, life, visits, cursor, now: film.timeOf(cursor), containers }),
    at: (m: string) => film.steps.find((s) => s.milestone === m)!.at,
  }
}

it('is not there before the deletion', () => expect(barAt('in time', 'create/ready').bar).toBeUndefined())

it('counts from the write, and plans KILL for the end of the grace period', () => {
  const { bar, at } = barAt('killed', 'terminate/term')
  const stored = at('terminate/store')
  expect(bar).toMatchObject({
    from: stored,
    to: stored + 30_000,
    graceSeconds: 30,
    kill: { at: stored + 30_000, sent: false },
    ended: undefined,
  })
  expect(bar!.term).toEqual({ at: at('terminate/term'), signal: 'TERM' })
})

it('the runtime knows better when KILL comes: a hook that overran leaves two seconds more', () => {
  const killAt = Date.UTC(2026, 0, 1, 0, 1)
  const container = { stopping: { signal: 'SIGTERM', termAt: killAt - 2000, killAt } } as ContainerRecord
  expect(barAt('killed', 'terminate/term', [container]).bar).toMatchObject({
    to: killAt,
    kill: { at: killAt, sent: false },
  })
})

it('when the containers have ended in time, no KILL is planned any more', () => {
  const { bar, at } = barAt('in time', 'terminate/clean-up')
  expect(bar).toMatchObject({ kill: undefined, ended: at('terminate/exited') })
})

it('KILL was sent', () => {
  const { bar, at } = barAt('killed', 'terminate/clean-up')
  expect(bar!.kill).toEqual({ at: at('terminate/kill'), sent: true })
})
