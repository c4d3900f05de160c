import { expect, it } from 'vitest'
import type { Film } from '../../playback/film.ts'
import { catalogue } from '../../scenarios/index.ts'
import { filmOfScenario } from '../testing/filmOf.ts'
import { endpointTrack } from './endpointTrack.ts'
import { livesOf } from './story.ts'

function film(name: string): Promise<Film> {
  const { spec } = catalogue.find(({ metadata }) => metadata.name === name)!
  return filmOfScenario(spec, 40)
}

/** Pods of the first ReplicaSet, which a rollout replaces. */
async function replaced(name: string) {
  const whole = await film(name)
  const keys = new Set(whole.etcd.log.map(({ key }) => key).filter((key) => key.startsWith('pods/default/web-')))
  const lives = [...keys].flatMap((key) => livesOf(whole, key)).filter(({ steps }) => steps.some((s) => s.milestone === 'terminate/store'))
  return lives.map((life) => ({ life, track: endpointTrack(whole, life) }))
}

it('tells when a pod is in the slice, and when the rules of every node lead to it', async () => {
  const all = await replaced('termination-race-prestop')
  expect(all).toHaveLength(3)
  for (const { track } of all) {
    expect(track.published).toHaveLength(1)
    expect(track.rulesWith.map(({ from }) => from).toSorted()).toEqual(['kube-proxy/node1', 'kube-proxy/node2', 'kube-proxy/node3'])
    expect(track.rulesWithout.map(({ from }) => from).toSorted()).toEqual(['kube-proxy/node1', 'kube-proxy/node2', 'kube-proxy/node3'])
    expect(track.withdrawn[0]!.index).toBeLessThan(track.rulesWithout[0]!.index)
  }
})

it('without preStop requests meet a pod that has ended, with it none does', async () => {
  const lost = async (name: string): Promise<number> => (await replaced(name)).reduce((sum, { track }) => sum + track.lost.length, 0)
  expect(await lost('termination-race')).toBeGreaterThan(0)
  expect(await lost('termination-race-prestop')).toBe(0)
})
