import { describe, expect, it } from 'vitest'
import type { Film } from '../../playback/film.ts'
import { testPod } from '../testing/objects.ts'
import { filmCreate, filmEnd, filmStartUp, newMaker } from '../testing/podFilm.ts'
import type { Chart } from './chart.ts'
import { createChart } from './createChart.ts'
import { viewOf } from './model.ts'
import type { ChartView } from './model.ts'
import { stateHistory, statesView } from './states.ts'
import { lifeAt, livesOf } from './story.ts'
import { terminateChart } from './terminateChart.ts'
import { isLeaving, lifeVisits } from './visits.ts'

const key = 'pods/default/web'

function chartAt(film: Film, chart: Chart, cursor: number): ChartView {
  const life = lifeAt(livesOf(film, key), cursor)!
  return viewOf(chart, lifeVisits(chart, film, life), cursor)
}

function states(view: ChartView): Record<string, string> {
  return Object.fromEntries(view.boxes.map((b) => [b.node.id.replace(/^\w+\//, ''), b.state]))
}

function takenTo(view: ChartView, id: string): string[] {
  return view.arrows
    .filter((a) => a.state === 'taken' && a.edge.to === `${view.boxes[0]!.node.id.split('/')[0]}/${id}`)
    .map((a) => a.edge.from.split('/')[1]!)
}

function wholeLife(how: 'in time' | 'killed'): Film {
  const maker = newMaker()
  filmCreate(maker, 'u1')
  filmStartUp(maker, 'u1')
  filmEnd(maker, 'u1', how)
  return maker.film()
}

const stepOf = (film: Film, milestone: string): number => film.steps.find((s) => s.milestone === milestone)!.index

describe('the create chart', () => {
  const film = wholeLife('in time')

  it('knows what is behind, what is now, what is ahead', () => {
    const view = chartAt(film, createChart, stepOf(film, 'create/filter'))
    expect(states(view)).toMatchObject({
      submit: 'passed',
      store: 'passed',
      acknowledge: 'passed',
      'scheduler-sees': 'passed',
      filter: 'current',
      score: 'ahead',
      ready: 'ahead',
      volumes: 'open',
      endpoints: 'open',
    })
    expect(view.boxes.find((b) => b.node.id === 'create/store')!.visit!.at - view.start!).toBe(8)
  })

  it('fades what the pod went past', () => {
    const view = chartAt(film, createChart, stepOf(film, 'create/ready'))
    expect(states(view)).toMatchObject({
      running: 'passed',
      volumes: 'untaken',
      pull: 'untaken',
      init: 'untaken',
      'post-start': 'untaken',
      ready: 'current',
    })
  })

  it('is past altogether once the pod is deleted', () => {
    const life = livesOf(film, key)[0]!
    const stored = stepOf(film, 'terminate/store')
    expect(isLeaving(life, stored - 1)).toBe(false)
    expect(isLeaving(life, stored)).toBe(true)
    const view = viewOf(createChart, lifeVisits(createChart, film, life), stored, true)
    expect(Object.values(states(view))).not.toContain('current')
  })

  it('draws only branches that happened', () => {
    expect(Object.keys(states(chartAt(film, createChart, 0)))).not.toContain('image-error')
  })

  it('a click goes to the visit, a second click to the next visit', () => {
    const at = stepOf(film, 'create/filter')
    const target = (cursor: number) =>
      chartAt(film, createChart, cursor).boxes.find((b) => b.node.id === 'create/filter')!.target
    expect(target(0)).toBe(at)
    expect(target(at)).toBe(at)
  })

  it('begins with the step that submits', () => {
    expect(chartAt(film, createChart, -1).begun).toBe(false)
    expect(chartAt(film, createChart, 0)).toMatchObject({ begun: true, start: film.steps[0]!.at })
  })
})

describe('the terminate chart', () => {
  it.each([
    ['in time', 'wait', 'untaken'],
    ['killed', 'kill', 'passed'],
  ] as const)('%s: the process ended after %s', (how, before, kill) => {
    const film = wholeLife(how)
    const view = chartAt(film, terminateChart, film.steps.length - 1)
    expect(takenTo(view, 'exited')).toEqual([before])
    expect(states(view)).toMatchObject({ kill, 'pre-stop': 'untaken', removed: 'current' })
    expect(view.arrows.some((a) => a.edge.by === 'margin')).toBe(false)
    // No preStop hook: the way goes through its box.
    expect(view.arrows.filter((a) => a.state === 'through').map((a) => a.edge.to)).toEqual([
      'terminate/pre-stop',
      'terminate/term',
    ])
  })

  it('--force goes from the request straight to the removal; the kubelet cleans up afterwards', () => {
    const maker = newMaker()
    filmCreate(maker, 'u1')
    filmStartUp(maker, 'u1')
    const one = { resource: 'pods', namespace: 'default', name: 'web' }
    maker.hop('request', 'kubectl', 'kube-apiserver', { ...one, verb: 'delete', milestone: 'terminate/delete' })
    const removed = maker.write('kubectl', key, undefined, {
      uid: 'u1',
      verb: 'delete',
      milestone: 'terminate/removed',
    })
    maker.hop('watch', 'kube-apiserver', 'kubelet/node1', { ...one, uid: 'u1', milestone: 'terminate/kubelet-sees' })
    const film = maker.film()
    const view = chartAt(film, terminateChart, removed.index)
    expect(takenTo(view, 'removed')).toEqual(['delete'])
    expect(states(view)).toMatchObject({ mark: 'untaken', 'kubelet-sees': 'ahead' })
  })

  it('a pod that does not run goes straight to the clean-up', () => {
    const maker = newMaker()
    filmCreate(maker, 'u1')
    const one = { resource: 'pods', namespace: 'default', name: 'web', uid: 'u1' }
    for (const m of ['delete', 'mark', 'store', 'told', 'kubelet-sees', 'clean-up'])
      maker.hop('decision', 'a', 'a', { ...one, milestone: `terminate/${m}` })
    const film = maker.film()
    const view = chartAt(film, terminateChart, film.steps.length - 1)
    expect(takenTo(view, 'clean-up')).toEqual(['kubelet-sees'])
    expect(states(view)).toMatchObject({ 'pre-stop': 'untaken', term: 'untaken', kill: 'untaken' })
  })
})

describe('boxes that no milestone names', () => {
  const one = { resource: 'pods', namespace: 'default', name: 'web', uid: 'u1' }

  it('watchers are told of the deletion; after TERM one waits', () => {
    const maker = newMaker()
    filmCreate(maker, 'u1')
    const store = maker.write(
      'kubectl',
      key,
      testPod({ uid: 'u1', deletion: { timestamp: '2026-01-01T00:00:30Z', graceSeconds: 30 } }),
      { milestone: 'terminate/store' },
    )
    maker.hop('watch', 'kube-apiserver', 'kube-scheduler', {
      ...one,
      detail: { type: 'Watch', revision: store.revision },
    })
    maker.hop('runtime', 'containerd/node1', 'containerd/node1', { ...one, milestone: 'terminate/term' })
    const film = maker.film()
    expect(states(chartAt(film, terminateChart, film.steps.length - 1))).toMatchObject({
      told: 'passed',
      term: 'current',
      wait: 'current',
    })
    expect(states(chartAt(film, terminateChart, film.steps.length - 2))).toMatchObject({
      told: 'current',
      term: 'ahead',
      wait: 'ahead',
    })
  })

  it('the status report is the request that made the pod Running, not the first one', () => {
    const maker = newMaker()
    filmCreate(maker, 'u1')
    maker.hop('request', 'kubelet/node1', 'kube-apiserver', { ...one, verb: 'patch', subresource: 'status' })
    maker.write('kubelet/node1', key, testPod({ uid: 'u1', node: 'node1' }), { subresource: 'status' })
    const report = maker.hop('request', 'kubelet/node1', 'kube-apiserver', {
      ...one,
      verb: 'patch',
      subresource: 'status',
    })
    maker.hop('decision', 'kube-apiserver', 'kube-apiserver', one)
    const running = maker.write('kubelet/node1', key, testPod({ uid: 'u1', node: 'node1', phase: 'Running' }), {
      milestone: 'create/running',
    })
    const view = chartAt(maker.film(), createChart, running.index)
    expect(view.boxes.find((b) => b.node.id === 'create/status')).toMatchObject({
      state: 'passed',
      times: 1,
      visit: { step: report.index },
    })
  })
})

describe('lives under one name', () => {
  it('are told apart by uid, and the cursor chooses', () => {
    const maker = newMaker()
    filmCreate(maker, 'u1')
    filmStartUp(maker, 'u1')
    filmEnd(maker, 'u1', 'in time')
    const second = maker.steps.length
    filmCreate(maker, 'u2')
    const lives = livesOf(maker.film(), key)
    expect(lives.map((l) => l.uid)).toEqual(['u1', 'u2'])
    expect(lifeAt(lives, second - 1)!.uid).toBe('u1')
    expect(lifeAt(lives, second)!.uid).toBe('u2')
    expect(lives[1]!.steps[0]!.milestone).toBe('create/submit')
  })

  it('a refused create is a life of its own, with its branch', () => {
    const maker = newMaker()
    filmCreate(maker, 'none', 422)
    const film = maker.film()
    expect(livesOf(film, key)).toMatchObject([{ uid: undefined }])
    const view = chartAt(film, createChart, film.steps.length - 1)
    expect(states(view)).toMatchObject({ refused: 'current', validate: 'passed', store: 'open' })
    expect(takenTo(view, 'refused')).toEqual(['validate'])
  })

  it('a duplicate create does not disturb the life of the pod', () => {
    const maker = newMaker()
    filmCreate(maker, 'u1')
    const before = maker.steps.length
    filmCreate(maker, 'none', 409)
    filmStartUp(maker, 'u1')
    const lives = livesOf(maker.film(), key)
    expect(lives).toHaveLength(1)
    expect(lives[0]!.steps.some((s) => s.index === before)).toBe(false)
  })

  it('a create on its way is shown before it is stored', () => {
    const maker = newMaker()
    maker.hop('request', 'kubectl', 'kube-apiserver', {
      resource: 'pods',
      namespace: 'default',
      name: 'web',
      verb: 'create',
      milestone: 'create/submit',
    })
    expect(states(chartAt(maker.film(), createChart, 0))).toMatchObject({ submit: 'current' })
  })
})

describe('the state chart', () => {
  const film = wholeLife('in time')
  const life = livesOf(film, key)[0]!

  it('lights phase and STATUS of the moment', () => {
    const view = statesView(stateHistory(film, life), stepOf(film, 'create/ready'))
    expect(view.current).toMatchObject({ phase: 'Running', word: 'Running', terminating: false })
    expect(view.phases.map((p) => [p.phase, p.state])).toEqual([
      ['Pending', 'passed'],
      ['Running', 'current'],
      ['Succeeded', 'open'],
      ['Failed', 'open'],
      ['Unknown', 'open'],
    ])
    expect(view.moves).toEqual([{ from: 'Pending', to: 'Running' }])
  })

  it('Terminating lies across the phases', () => {
    const view = statesView(stateHistory(film, life), stepOf(film, 'terminate/term'))
    expect(view.terminating.state).toBe('current')
    expect(view.phases.find((p) => p.phase === 'Running')!.state).toBe('current')
    expect(view.gone.state).toBe('ahead')
  })

  it('ends with the object', () => {
    const view = statesView(stateHistory(film, life), film.steps.length - 1)
    expect(view).toMatchObject({ current: undefined, gone: { state: 'current' } })
  })
})
