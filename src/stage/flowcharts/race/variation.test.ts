import { describe, expect, it } from 'vitest'
import type { Pod } from '../../../engine/api/types.ts'
import { catalogue } from '../../../scenarios/index.ts'
import { filmOfScenario } from '../../testing/filmOf.ts'
import { endingsOf } from './endings.ts'
import { countsOf } from './requests.ts'
import { canVary, makerOf, settingsOf, varied } from './variation.ts'

const scenario = catalogue.find(({ metadata }) => metadata.name === 'termination-race')!
const withHook = catalogue.find(({ metadata }) => metadata.name === 'termination-race-prestop')!

describe('other settings of the race', () => {
  it('are written into the manifest of what makes the pods, and nothing else changes', async () => {
    const film = await filmOfScenario(scenario.spec, 20)
    const [ending] = endingsOf(film)
    const maker = makerOf(film, ending!)!
    expect(maker).toEqual({ kind: 'Deployment', namespace: 'default', name: 'web', containers: ['web'] })
    expect(settingsOf(film, film.etcd.get(ending!.key, film.revisionAt(ending!.step)) as Pod)).toEqual({ preStopSeconds: 0, ruleDelaySeconds: undefined })
    expect(canVary(scenario, maker)).toBe(true)
    const other = varied(scenario, scenario, maker, { preStopSeconds: 5, ruleDelaySeconds: 2 })
    expect(other.spec.files!['web.yaml']).toContain('sleep:')
    expect(other.spec.files!['web.yaml']).toContain('---\napiVersion: v1\nkind: Service\n')
    expect(other.spec.files!['client.yaml']).toBe(scenario.spec.files!['client.yaml'])
    expect(other.spec.cluster).toEqual({ ...scenario.spec.cluster, latency: { proxySync: [1000, 3000] } })
    expect(other.spec.script).toEqual(scenario.spec.script)
    // And back again.
    const back = varied(other, scenario, maker, { preStopSeconds: 0, ruleDelaySeconds: undefined })
    expect(back.spec.files!['web.yaml']).not.toContain('preStop')
    expect(back.spec.cluster).toEqual(scenario.spec.cluster)
  })

  it('decide whether requests fail', async () => {
    const film = await filmOfScenario(withHook.spec, 40)
    const maker = makerOf(film, endingsOf(film)[0]!)!
    const failed = async (preStopSeconds: number, ruleDelaySeconds: number): Promise<number> => {
      const { spec } = varied(withHook, withHook, maker, { preStopSeconds, ruleDelaySeconds })
      return countsOf(await filmOfScenario(spec, 40), ['default/web']).failed
    }
    expect(await failed(0, 1)).toBeGreaterThan(await failed(2, 1))
    expect(await failed(5, 1)).toBe(0)
  }, 60_000)

  it('keep the order and the times of what was typed, not its place in the old trace', () => {
    const typed = { at: 1234, step: 77, task: 99, kubectl: 'delete pod web-x' }
    const [first, ...rest] = scenario.spec.script
    const present = { ...scenario, spec: { ...scenario.spec, script: [{ ...first!, at: 0, step: 0, task: 0 }, { ...rest[0]!, when: undefined, at: 5000, step: 50, task: 60 }, typed] } }
    const maker = { kind: 'Deployment', namespace: 'default', name: 'web', containers: ['web'] }
    const { script } = varied(present as typeof scenario, scenario, maker, { preStopSeconds: 1, ruleDelaySeconds: undefined }).spec
    expect(script.map(({ at, step, task, when }) => ({ at, step, task, when }))).toEqual([
      { at: 0, step: undefined, task: undefined, when: undefined },
      { at: undefined, step: undefined, task: undefined, when: 'deployment/web Available' },
      { at: 1234, step: undefined, task: undefined, when: undefined },
    ])
  })

  it.each([
    ['run', 'run web --image=nginx:1.27 --port=80 --expose', 'Pod'],
    ['create deployment', 'create deployment web --image=nginx:1.27 --port=80', 'Deployment'],
  ])('are typed where %s made the pod', async (_, made, kind) => {
    const script = [
      { kubectl: made },
      ...(kind === 'Pod' ? [] : [{ when: 'deployment/web Available', kubectl: 'expose deployment web' }]),
      { at: 15_000, kubectl: kind === 'Pod' ? 'delete pod web' : 'rollout restart deployment web' },
    ]
    const typed = { ...scenario, spec: { ...scenario.spec, files: {}, script } }
    const film = await filmOfScenario(typed.spec, 30)
    const maker = makerOf(film, endingsOf(film).at(-1)!)!
    expect(canVary(typed, maker)).toBe(true)
    const other = await filmOfScenario(varied(typed, typed, maker, { preStopSeconds: 4, ruleDelaySeconds: undefined }).spec, 40)
    const ending = endingsOf(other).at(-1)!
    expect(settingsOf(other, other.etcd.get(ending.key, other.revisionAt(ending.step)) as Pod).preStopSeconds).toBe(4)
    const changedTwice = varied(varied(typed, typed, maker, { preStopSeconds: 4, ruleDelaySeconds: undefined }), typed, maker, { preStopSeconds: 0, ruleDelaySeconds: undefined })
    expect(changedTwice.spec.script).toEqual(typed.spec.script)
  })

  it('cannot be set for a pod of which nothing says how it was made', () => {
    const bare = { ...scenario, spec: { ...scenario.spec, files: {}, script: [] } }
    expect(canVary(bare, { kind: 'Deployment', namespace: 'default', name: 'web', containers: ['nginx'] })).toBe(false)
  })
})
