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

async function stage() {
  const host = new FixtureHost()
  const playback = new Playback(host, new HandTimer())
  await playback.load(fixtureScenario)
  return { host, playback, commands: new FilmCommands(playback, new Notes(playback)) }
}

test('who waits for a command of a film waits no longer when another one is put on', async () => {
  const { playback, commands } = await stage()
  const ended = commands.ended(99, () => false)
  await playback.load(fixtureScenario)
  expect(await ended).toBe(0)
})

test('what is typed is passed on though what was typed before was refused', async () => {
  const { playback, commands } = await stage()
  const typed: unknown[] = []
  commands.inside = () => ({ index: 0, step: 0, input: {} })
  playback.act = ({ typed: keys }) => (typed.push(keys?.text), typed.length === 1 ? Promise.reject(new Error('no')) : Promise.resolve(0))
  const [first] = await Promise.allSettled([commands.type('a'), commands.type('b')])
  expect([first.status, typed]).toEqual(['rejected', ['a', 'b']])
})
