import { beforeEach, describe, expect, it } from 'vitest'
import { fixtureScenario, lifeOfAPod, startMs } from '../worker/testing/fixture-film.ts'
import { FixtureHost } from '../worker/testing/fixture-host.ts'
import { Playback } from './playback.ts'
import { HandTimer } from './testing/hand-timer.ts'

const steps = lifeOfAPod().steps
const lastHop = steps.length - 1
const indexOf = (milestone: string) => steps.findIndex((s) => s.milestone === milestone)

let host: FixtureHost
let timer: HandTimer
let playback: Playback

beforeEach(async () => {
  host = new FixtureHost()
  timer = new HandTimer()
  playback = new Playback(host, timer)
  await playback.load(fixtureScenario)
})

const cursor = () => playback.state.cursor
const word = () => {
  const { film } = playback.state
  return (film!.etcd.get('pods/default/web', film!.revisionAt(cursor())) as { status: { phase: string } } | undefined)
    ?.status.phase
}

describe('a film that is put on', () => {
  it('stands at its opening, with its whole script filmed ahead', () => {
    expect(playback.state).toMatchObject({ status: 'ready', cursor: -1, playing: false, problem: undefined })
    expect(playback.state.film!.steps).toHaveLength(steps.length)
    expect(playback.state.film!.now).toBe(startMs + 40_000)
    expect(word()).toBeUndefined()
  })

  it('says so when the scenario is bad, and keeps the film that was on', async () => {
    const { film } = playback.state
    host.load = () => Promise.reject(new Error('spec.script[0]: no such condition'))
    await playback.load(fixtureScenario)
    expect(playback.state).toMatchObject({
      status: 'ready',
      film,
      problem: { type: 'scenario', message: 'spec.script[0]: no such condition' },
    })
  })

  it('while another is opened, is neither made further nor changed: what the engine has is the other', async () => {
    const { film } = playback.state
    const loaded = playback.load({ ...fixtureScenario, spec: { ...fixtureScenario.spec, script: [] } })
    playback.toEnd()
    const stepped = playback.next()
    await expect(playback.act({ kubectl: 'get pods' })).rejects.toThrow('no film is on')
    await Promise.all([loaded, stepped])
    expect(playback.state.film).not.toBe(film)
    expect([playback.state.film!.steps, film!.steps.length]).toEqual([[], steps.length])
    expect(host.asked).not.toContainEqual(expect.stringContaining('act'))
  })

  it('stops with seed and step when the engine fails, and what is filmed can be watched', async () => {
    host.failAtStep = 9
    await playback.load(fixtureScenario)
    expect(playback.state.problem).toEqual({
      type: 'engine',
      failure: { message: 'an invariant is broken', seed: 1, step: 9 },
    })
    playback.toEnd()
    expect(cursor()).toBe(6)
  })
})

describe('a film that is opened at a moment', () => {
  const routine = steps.findIndex((s) => s.background)
  const quietMs = steps[routine]!.at - startMs + 1
  const elapsed = () => playback.clock.getState().now - startMs

  it('in a quiet stretch stands at the last visible step, and at that time', async () => {
    await playback.load(fixtureScenario, { moment: { ms: quietMs } })
    expect([cursor(), elapsed()]).toEqual([routine - 1, quietMs])
    playback.toStart()
    await playback.seekTime(quietMs)
    expect([cursor(), elapsed()]).toEqual([routine - 1, quietMs])
  })

  it('stands there in whichever pacing', async () => {
    await playback.load(fixtureScenario, { moment: { ms: quietMs } })
    playback.setPacing('real')
    expect([cursor(), elapsed()]).toEqual([routine - 1, quietMs])
    expect(playback.clock.getState().position).toBe(playback.state.scale!.positionOfTime(startMs + quietMs))
  })

  it('stands on the timeline where that time is, though the film was not made further when it was opened', async () => {
    host.slice = 1
    await playback.load(fixtureScenario, { moment: { ms: quietMs } })
    expect(playback.clock.getState().position).toBe(playback.state.scale!.positionOfTime(startMs + quietMs))
  })

  it.each([
    ['as long after its step as the sender saw it', quietMs, quietMs],
    ['at its step, where the time is not that step\'s', 40_000, steps[routine - 1]!.at - startMs],
    ['at its step, without a time', undefined, steps[routine - 1]!.at - startMs],
  ])('stands %s', async (_how, ms, expected) => {
    await playback.load(fixtureScenario, { moment: { step: routine - 1, ms } })
    expect([cursor(), elapsed()]).toEqual([routine - 1, expected])
  })

  it('there sees what routine has written since, as when the film is played through it', async () => {
    await playback.load(fixtureScenario, { moment: { ms: quietMs } })
    const after = playback.state.world
    expect(after).toBe(playback.state.film!.revisionAt(routine))
    playback.seek(routine - 1)
    expect(playback.state.world).toBeLessThan(after)
    playback.seekPosition(playback.state.scale!.positionOfTime(startMs + quietMs))
    expect(playback.state).toMatchObject({ cursor: routine - 1, world: after })
  })

  it('shows no other moment until that one is made, and does there what was asked for meanwhile', async () => {
    const moment = { step: indexOf('create/ready') }
    const seen = new Set<string>()
    const end = playback.store.subscribe((s) => seen.add(s.awaited === undefined ? `at ${s.cursor}` : 'awaited'))
    const loaded = playback.load(fixtureScenario, { moment })
    while (playback.state.awaited === undefined) await Promise.resolve()
    playback.play()
    await playback.next('hop')
    playback.previous('hop')
    const acted = playback.act({ kubectl: 'get pods' }, 'stay')
    expect(playback.state).toMatchObject({ awaited: moment, playing: false, cursor: -1 })
    await acted
    end()
    expect([...seen].filter((what) => what !== 'at -1')).toEqual(['awaited', `at ${moment.step}`])
    expect(host.asked).toContain(`act get pods after ${moment.step + 1}`)
    await loaded
  })

  it('is not drawn on the way there more often than twice a second, however many pieces it comes in', async () => {
    host.slice = 1
    const editions = new Set<number>()
    const end = playback.store.subscribe((s) => editions.add(s.edition))
    const loaded = playback.load(fixtureScenario, { moment: { step: lastHop } })
    while (playback.state.cursor !== lastHop) await timer.run(20, 20, 2)
    await loaded
    end()
    expect(timer.now).toBeGreaterThan(200)
    // The film before, the new one at its opening, the moment, and the whole of it.
    expect(editions.size).toBeLessThanOrEqual(4 + Math.ceil(timer.now / 500))
  })

  it('is left for another moment that somebody wants to see sooner', async () => {
    const loaded = playback.load(fixtureScenario, { moment: { step: lastHop } })
    while (playback.state.awaited === undefined || playback.state.film!.steps.length === 0) await Promise.resolve()
    playback.seek(2)
    await loaded
    expect(playback.state).toMatchObject({ cursor: 2, awaited: undefined })
  })

  it('is given up for what is made of it', async () => {
    const loaded = playback.load(fixtureScenario, { moment: { ms: 40_000 } })
    while (playback.state.awaited === undefined || playback.state.film!.steps.length < 5) await Promise.resolve()
    playback.stopWaiting()
    const made = playback.state.film!.steps.length
    expect(playback.state).toMatchObject({ cursor: made - 1, awaited: undefined })
    await loaded
    expect(playback.state.cursor).toBe(made - 1)
  })

  it('and lies behind everything stands at the end of the film', async () => {
    await playback.load(fixtureScenario, { moment: { step: 5_000_000 } })
    expect(playback.state.awaited).toBeUndefined()
    expect(playback.state.cursor).toBe(playback.state.film!.steps.length - 1)
  })

  it('and cannot be made as far stands where it ends', async () => {
    host.failAtStep = 9
    await playback.load(fixtureScenario, { moment: { ms: 40_000 } })
    expect(playback.state).toMatchObject({ cursor: 6, awaited: undefined, problem: { type: 'engine' } })
  })
})

describe('stepping', () => {
  it('by every size, forwards over the whole life and back again, shows the same', async () => {
    for (const size of ['hop', 'event', 'milestone'] as const) {
      playback.toStart()
      const seen: string[] = []
      for (let last = -2; last !== cursor();) {
        last = cursor()
        seen.push(`${cursor()} ${word()}`)
        await playback.next(size)
      }
      seen.pop()
      const back: string[] = []
      while (cursor() >= 0) {
        playback.previous(size)
        back.unshift(`${cursor()} ${word()}`)
      }
      expect(back, size).toEqual(seen)
    }
  })

  it('twice while the film is not there yet is two steps', async () => {
    const loaded = playback.load(fixtureScenario)
    while (playback.state.film!.steps.length > 0) await Promise.resolve()
    await Promise.all([playback.next('hop'), playback.next('hop')])
    await loaded
    expect(cursor()).toBe(1)
  })

  it('leaves out routine', async () => {
    const routine = steps.findIndex((s) => s.background)
    playback.seek(routine - 1)
    await playback.next('hop')
    expect(cursor()).toBe(routine + 3)
    playback.previous('hop')
    expect(cursor()).toBe(routine - 1)
  })

  it('by event stops where kubectl get -w prints or an Event is written', async () => {
    playback.toStart()
    const reasons: string[] = []
    for (let i = 0; i < 5; i++) {
      await playback.next('event')
      const step = steps[cursor()]!
      reasons.push(`${step.verb} ${step.resource}/${step.name}`)
    }
    expect(reasons).toEqual([
      'create pods/web',
      'create events/web.Scheduled',
      'patch pods/web',
      'create events/web.Pulling',
      'patch pods/web',
    ])
  })
})

describe('playing', () => {
  it('takes a beat a step, folds idle time, ends with the script and starts again from there', async () => {
    playback.play()
    // The first beat is shortened.
    await timer.run(220)
    expect(cursor()).toBe(0)
    await timer.run(700)
    expect(steps[cursor()]!.milestone).toBe('create/submit')
    await timer.run(700 * 3)
    expect(steps[cursor()]!.milestone).toBe('create/admit')
    await timer.run(800 * steps.length)
    expect(playback.state).toMatchObject({ playing: false, cursor: lastHop })
    playback.play()
    await timer.run(40)
    expect(cursor()).toBe(-1)
  })

  it('with real gaps shows 3.5 s of pulling in a folded moment', async () => {
    playback.setPacing('real')
    playback.seek(indexOf('create/pull') - 1)
    playback.play()
    await timer.run(1500)
    expect(cursor()).toBeGreaterThanOrEqual(indexOf('create/pull'))
    expect(playback.clock.getState().now).toBeGreaterThan(startMs + 3500)
  })

  it('reads the clock no more often than the playhead can be seen to move, and misses no step', async () => {
    let readings = 0
    const cursors = new Set<number>()
    playback.clock.subscribe(() => readings++)
    playback.store.subscribe(({ cursor }) => cursors.add(cursor))
    playback.play()
    await timer.run(10_000, 1)
    expect(readings).toBeLessThan(2000)
    expect(readings).toBeGreaterThan(10_000 / 500)
    const seen = [...cursors].filter((step) => step >= 0)
    expect(seen).toEqual(steps.flatMap((_, i) => (i <= seen.at(-1)! && playback.state.film!.ofSize('hop').includes(i) ? [i] : [])))
  })

  it('in a quiet stretch reads the clock twice a second, and who pauses there stands where time has got', async () => {
    const quiet = steps.findIndex((s) => s.background) - 1
    playback.seek(quiet - 1)
    playback.play()
    while (cursor() < quiet) await timer.run(1, 1)
    let readings = 0
    playback.clock.subscribe(() => readings++)
    const { position } = playback.clock.getState()
    const passed = () => playback.clock.getState().position - position
    await timer.run(700)
    expect(readings).toBe(1)
    playback.setSpeed(0.25)
    expect(passed()).toBeCloseTo(700)
    await timer.run(400)
    playback.pause()
    expect(passed()).toBeCloseTo(700 + 400 / 4)
    expect(cursor()).toBe(quiet)
  })

  it('leaves a sentence long enough to be read, and tells the hop itself where it is paused', async () => {
    playback.play()
    const told: { step: number; at: number }[] = []
    playback.store.subscribe((s) => {
      if (s.told !== undefined && s.told !== told.at(-1)?.step) told.push({ step: s.told, at: timer.now })
    })
    await timer.run(12_000)
    expect(told.length).toBeGreaterThan(8)
    expect(told.slice(1).every(({ at }, i) => told[i]!.step < 0 || at - told[i]!.at >= 650)).toBe(true)
    expect(told.map(({ step }) => steps[step]?.milestone)).toContain('create/admit')
    playback.pause()
    expect(playback.state.told).toBeUndefined()
  })

  it('as fast as it goes runs through everything in about a second', async () => {
    playback.setSpeed('fastest')
    playback.play()
    await timer.run(3000)
    expect(playback.state).toMatchObject({ playing: false, cursor: lastHop })
  })

  it('stops at a breakpoint', async () => {
    playback.addBreakpoint({ type: 'ready' })
    playback.setSpeed(16)
    playback.play()
    await timer.run(3000)
    expect(cursor()).toBe(indexOf('create/ready'))
    expect(playback.state).toMatchObject({ playing: false, hit: { type: 'ready' } })
  })
})

describe('acting', () => {
  it('at the end adds to the film', async () => {
    playback.toEnd()
    await playback.act({ kubectl: 'get pods' }, 'finish')
    expect(host.asked).toContain(`act get pods after ${steps.length}`)
    expect(cursor()).toBe(steps.length + 2)
    expect(playback.state.branches).toHaveLength(0)
    expect(playback.state.film!.output.at(-1)!.text).toBe('NAME\n')
  })

  it('twice at once is one after the other, and no second future', async () => {
    playback.toEnd()
    await Promise.all([playback.act({ kubectl: 'get pods' }), playback.act({ kubectl: 'get nodes' })])
    const asked = host.asked.filter((one) => one.startsWith('act '))
    expect(asked[0]).toBe(`act get pods after ${steps.length}`)
    expect(Number(/act get nodes after (\d+)/.exec(asked[1]!)![1])).toBeGreaterThan(steps.length)
    expect(playback.state.film!.inputs.slice(-2).map(({ input }) => input.kubectl)).toEqual(['get pods', 'get nodes'])
    expect(playback.state.branches).toEqual([])
    // Who has gone back to before it does something else instead.
    playback.seek(steps.length - 1)
    await playback.act({ kubectl: 'get cm' })
    expect(host.asked.at(-1)).toBe(`act get cm after ${steps.length}`)
  })

  it('goes on where a search found nothing before', async () => {
    host.idles = true
    await playback.load(fixtureScenario)
    playback.setSpeed('fastest')
    playback.toEnd()
    await playback.act({ kubectl: 'get pods' })
    await timer.run(3000)
    const { length } = playback.state.film!.steps
    expect(playback.state).toMatchObject({ playing: false, cursor: length - 1 })
    // As many steps as when nothing followed, but another film.
    playback.seek(length - 2)
    await playback.act({ kubectl: 'get nodes' })
    await timer.run(3000)
    const { inputs, ended } = playback.state.film!
    expect(ended.at(-1)!.command).toBe(inputs.at(-1)!.index)
  })

  it('in the past forks: the future is cut off and kept as a branch', async () => {
    playback.seek(indexOf('create/ready'))
    await playback.act({ kubectl: 'get pods' }, 'finish')
    const { film, branches } = playback.state
    expect(film!.steps).toHaveLength(indexOf('create/ready') + 4)
    expect(film!.inputs.map((i) => i.input.kubectl)).toEqual(['apply -f pod.yaml', 'get pods'])
    expect(word()).toBe('Running')
    expect(branches).toMatchObject([
      { leftAt: indexOf('create/ready') + 1, scenario: { spec: { script: [{}, { kubectl: 'delete pod web' }] } } },
    ])
  })

  it('in an idle moment forks then, not when the last step was', async () => {
    const { film } = playback.state
    const at = film!.timeOf(indexOf('create/ready')) + 50
    playback.seek(indexOf('create/ready'))
    playback.pass(at)
    await playback.act({ kubectl: 'get pods' })
    expect(playback.state.branches).toMatchObject([{ leftAt: indexOf('create/ready') + 1, leftMs: at - film!.opening.startMs }])
  })

  it('and the branch can be put on again, at the same moment', async () => {
    playback.seek(indexOf('create/ready'))
    await playback.act({ kubectl: 'get pods' }, 'finish')
    await playback.switchTo(playback.state.branches[0]!)
    expect(playback.state.film!.steps).toHaveLength(steps.length)
    expect(cursor()).toBe(indexOf('create/ready'))
    expect(playback.state.branches).toMatchObject([{ scenario: { spec: { script: [{}, { kubectl: 'get pods' }] } } }])
  })

  it('a fork without an act only leaves what was to come', async () => {
    playback.seek(indexOf('create/ready'))
    await playback.fork()
    const { film, branches } = playback.state
    expect(film!.inputs.map((i) => i.input.kubectl)).toEqual(['apply -f pod.yaml'])
    expect(film!.steps).toHaveLength(indexOf('create/ready') + 1)
    expect(cursor()).toBe(indexOf('create/ready'))
    expect(branches).toMatchObject([{ leftAt: indexOf('create/ready') + 1, scenario: { spec: { script: [{}, { kubectl: 'delete pod web' }] } } }])
  })

  it('asks about the moment on stage', async () => {
    playback.seek(4)
    expect((await playback.ask.query('get pods')).stdout).toBe('get pods at 5\n')
  })
})

describe('going to', () => {
  it.each([
    [{ step: 5 }, 4],
    [{ ms: 96 }, indexOf('create/authenticate')],
    [{ ms: 3000 }, steps.findIndex((s) => s.name === 'web.Pulling')],
  ])('%j', async (destination, expected) => {
    expect(await playback.goTo(destination)).toBe(true)
    expect(cursor()).toBe(expected)
  })

  it('a moment between two milliseconds that is not filmed yet', async () => {
    host.idles = true
    await playback.load(fixtureScenario)
    expect(await playback.goTo({ ms: 50_000.5 })).toBe(true)
    expect(playback.state.film!.now).toBe(startMs + 50_000)
    expect(playback.state.waiting).toBe(false)
  })

  it('no such step', async () => {
    expect(await playback.goTo({ step: 5000 })).toBe(false)
    expect(cursor()).toBe(-1)
  })
})
