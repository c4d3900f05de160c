import { expect, test } from 'vitest'
import { Playback } from '../../playback/playback.ts'
import { HandTimer } from '../../playback/testing/hand-timer.ts'
import { fixtureScenario, lifeOfAPod } from '../../worker/testing/fixture-film.ts'
import { FixtureHost } from '../../worker/testing/fixture-host.ts'
import { FilmCommands } from './filmCommands.ts'
import { Notes } from './notes.ts'

test('an answer is looked at behind what was typed, though the film played on until then', async () => {
  const host = new FixtureHost()
  const timer = new HandTimer()
  const playback = new Playback(host, timer)
  await playback.load(fixtureScenario)
  const commands = new FilmCommands(playback, new Notes(playback))
  const quiet = lifeOfAPod().steps.findIndex((s) => s.background) - 1
  playback.seek(quiet - 1)
  playback.play()
  while (playback.state.cursor < quiet) await timer.run(1, 1)
  // Long after the last frame, in a stretch where a second of playing is many of the cluster.
  timer.now += 400
  const answer = commands.answerTime()
  let typedAt = 0
  const act = host.act.bind(host)
  host.act = (input, afterStep, at?: number) => {
    typedAt = at!
    return act(input, afterStep)
  }
  await playback.act({ kubectl: 'get pods' }, 'stay')
  await answer()
  expect(typedAt).toBeGreaterThan(0)
  expect(playback.clock.getState().now).toBeGreaterThanOrEqual(typedAt)
})
