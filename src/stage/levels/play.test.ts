import { expect, test } from 'vitest'
import { turnOf } from '../../playback/turn.ts'
import { levels } from '../../scenarios/catalogue.ts'
import { filmOfScenario } from '../testing/filmOf.ts'
import { playOf } from './play.ts'

const level = (name: string) => levels.find(({ metadata }) => metadata.name === `level-${name}`)!.spec

test('a turn begins when the last command of the scene is done; at the time of the solution what is wrong has come of it', async () => {
  const film = await filmOfScenario(level('crash'), 60)
  const { step, ms } = turnOf(film)!
  expect(ms).toBe(40_000)
  expect(step).toBeGreaterThan(film.inputs[0]!.step)
  expect(film.timeOf(step)).toBeLessThan(film.opening.startMs + 5000)
  expect([-1, film.inputs[0]!.step, step].map((cursor) => playOf(film, cursor).settingUp)).toEqual([true, true, false])
})

test('with nothing to set up it is the player’s turn at once, and who foretells has none', async () => {
  const first = await filmOfScenario(level('first-pod'), 5)
  expect([turnOf(first), playOf(first, -1).settingUp]).toEqual([{ step: -1, ms: 0 }, false])
  const asked = await filmOfScenario(level('predict-grace'), 5)
  expect([turnOf(asked), playOf(asked, -1).settingUp]).toEqual([undefined, false])
})
