import { beforeAll, describe, expect, it } from 'vitest'
import type { Film } from '../../../playback/film.ts'
import { catalogue } from '../../../scenarios/index.ts'
import { filmOf, filmOfScenario } from '../../testing/filmOf.ts'
import { livesOf } from '../story.ts'
import { endingAt, endingsOf } from './endings.ts'
import { marginOf, raceOf } from './race.ts'
import type { Race } from './race.ts'
import { countsAt, countsOf } from './requests.ts'

function racesOf(film: Film): Race[] {
  return endingsOf(film).map(({ key, uid, services }) => raceOf(film, livesOf(film, key).find((life) => life.uid === uid)!, services)!)
}

const scenario = (name: string) => catalogue.find(({ metadata }) => metadata.name === name)!.spec

describe('the termination race', () => {
  let lost: Film
  let won: Film
  beforeAll(async () => {
    lost = await filmOfScenario(scenario('termination-race'), 40)
    won = await filmOfScenario(scenario('termination-race-prestop'), 40)
  }, 60_000)

  it('is run by every pod that a rollout replaces, and by no other', () => {
    const endings = endingsOf(lost)
    expect(endings).toHaveLength(3)
    expect(new Set(endings.map(({ key }) => key)).size).toBe(3)
    for (const { services } of endings) expect(services).toEqual(['default/web'])
    expect(endingAt(endings, undefined, -1)).toBe(endings[0])
    expect(endingAt(endings, undefined, lost.steps.length)).toBe(endings[2])
    expect(endingAt(endings, endings[1]!.key, lost.steps.length)).toBe(endings[1])
  })

  it('without a hook ends before the slowest node has heard of it, and requests fail', () => {
    const races = racesOf(lost)
    expect(Math.min(...races.map((race) => marginOf(race)!.ms))).toBeLessThan(0)
    const failed = races.flatMap(({ requests }) => requests).filter(({ outcome }) => outcome === 'failed')
    expect(failed.length).toBeGreaterThan(0)
    // Each met the pod after its processes had ended.
    for (const race of races) {
      for (const { outcome, toPod, endedAt } of race.requests) if (outcome === 'failed' && toPod) expect(endedAt).toBeGreaterThan(race.kubelet.term!.at)
    }
    // Each is told in the race of its pod, and in no other.
    expect(new Set(failed.map(({ id }) => id)).size).toBe(failed.length)
    expect(countsOf(lost, ['default/web']).failed).toBe(failed.length)
  })

  it('with a hook of five seconds is won with more than three to spare', () => {
    for (const race of racesOf(won)) {
      expect(race.rules.map(({ node }) => node)).toEqual(['node1', 'node2', 'node3'])
      expect(marginOf(race)!.ms).toBeGreaterThan(3000)
      expect(race.kubelet.term!.at - race.kubelet.hook!.at).toBeGreaterThanOrEqual(5000)
      expect(race.grace.seconds).toBe(30)
      expect(race.withdrawn!.at).toBeGreaterThan(race.start.at)
    }
    expect(countsOf(won, ['default/web']).failed).toBe(0)
  })

  it('counts what is under way, answered and failed as of a moment', () => {
    const [race] = racesOf(won)
    const { requests, shown, start } = race!
    expect(countsAt(requests, shown.from - 20_000)).toEqual({ answered: 0, failed: 0, inFlight: 0 })
    const then = countsAt(requests, start.at)
    const end = countsAt(requests, Infinity)
    expect(then.answered).toBeLessThan(end.answered)
    expect(end.failed).toBe(0)
    expect(end.answered + end.inFlight).toBe(requests.length)
  })
})

it('is not run by a pod that is behind no Service', async () => {
  const film = await filmOf(
    [{ at: 0, kubectl: 'run web --image=nginx' }, { when: 'pod/web Ready', kubectl: 'delete pod web' }],
    {},
    12,
  )
  expect(endingsOf(film)).toEqual([])
})
