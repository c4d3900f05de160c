import { describe, expect, it } from 'vitest'
import '../../kubectl/index.ts'
import { replay } from '../../engine/index.ts'
import { reachedAt } from '../../scenarios/goal.ts'
import { historyOf } from '../../scenarios/run.ts'
import type { Scenario } from '../../worker/protocol.ts'
import { behindCurtain } from './curtain.ts'

const pod = (image: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: "${image}"}]}\n`
const words = { en: 'x', zh: 'x' }
const level: Scenario = {
  apiVersion: 'podreel.dev/v1',
  kind: 'Scenario',
  metadata: { name: 'own' },
  spec: {
    title: words,
    summary: words,
    cluster: { nodes: 2, seed: 5 },
    files: { 'web.yaml': pod('nginx:9.99') },
    script: [{ at: 1_000, kubectl: 'apply -f web.yaml' }, { at: 3_000, kubectl: 'get pods -w' }],
    end: 60_000,
    goal: {
      when: 'pod/web Ready',
      solution: [
        { at: 20_000, interrupt: 1 },
        { at: 21_000, kubectl: 'get pods -w' },
        { at: 25_000, interrupt: 3 },
        { at: 30_000, kubectl: 'apply -f web.yaml', files: { 'web.yaml': pod('nginx:1.27') } },
      ],
    },
  },
}

describe('a level whose scene is hidden', () => {
  const hidden = behindCurtain(level)
  const { script, cluster, goal, files, end } = hidden.spec

  it('has its scene as a prologue, and the rest counted from the turn', () => {
    expect(script).toEqual([])
    expect(cluster).toMatchObject({ nodes: 2, seed: 5, prologue: { after: 17_000, script: [{ at: 1_000, kubectl: 'apply -f web.yaml', files: level.spec.files }, { at: 3_000 }] } })
    expect(goal!.solution).toEqual([
      { at: 1_000, kubectl: 'get pods -w' },
      { at: 5_000, interrupt: 0 },
      { at: 10_000, kubectl: 'apply -f web.yaml', files: { 'web.yaml': pod('nginx:1.27') } },
    ])
    expect([files, end]).toEqual([level.spec.files, 40_000])
  })

  it('begins as it was when the player began, and is reached in the same way', () => {
    const film = replay({ ...hidden, spec: { ...hidden.spec, script: goal!.solution! } })
    expect(film.startMs - Date.parse('2026-01-05T09:00:00Z')).toBe(20_000)
    expect(reachedAt(goal!, historyOf(film))).toBeDefined()
    expect(reachedAt(goal!, historyOf(replay(hidden)))).toBeUndefined()
  })

  it('is left as it is when there is nothing to hide', () => {
    const foretold = { ...level, spec: { ...level.spec, goal: { when: 'pod/web Ready', ask: { text: words, answers: [words, words], right: 0 } } } }
    for (const each of [hidden, foretold, { ...level, spec: { ...level.spec, script: [] } }]) expect(behindCurtain(each)).toBe(each)
  })
})
