import { beforeAll, describe, expect, it } from 'vitest'
import type { Film } from '../../playback/film.ts'
import { formatScenario } from '../../scenarios/format.ts'
import { parseScenario } from '../../scenarios/parse.ts'
import type { Scenario } from '../../worker/protocol.ts'
import { filmOf, filmOfScenario } from '../testing/filmOf.ts'
import { builtFrom, missingIn, newDraft } from './draft.ts'
import type { Draft } from './draft.ts'

const both = (en: string) => ({ en, zh: `${en}（中文）` })

let film: Film
let recorded: Scenario
beforeAll(async () => {
  film = await filmOf([{ at: 0, kubectl: 'run web --image=nginx:1.99' }, { at: 5000, kubectl: 'set image pod/web web=nginx:1.27' }], {}, 60)
  recorded = { ...film.scenario, spec: { ...film.scenario.spec, script: film.inputs.map(({ input }) => ({ ...input })) } }
})

const scenario: Draft = {
  kind: 'scenario', name: 'wrong-tag', title: both('A wrong tag'), summary: both('It is mended.'), setup: 1,
  chapters: [{ at: 0, title: both('Wrong') }, { at: 6000, title: both('Right') }],
  says: {}, loads: [],
  goal: { when: '', text: both(''), hints: [both('')], expect: '', ask: undefined },
}
const level: Draft = { ...scenario, kind: 'level', chapters: [], goal: { ...scenario.goal, when: 'pod/web Ready', text: both('Make it Ready.'), hints: [both('Look at its image.')] } }

describe('a play that was recorded', () => {
  it('is a scenario that can be read again and makes the same film', async () => {
    expect(missingIn(scenario, recorded, film)).toEqual([])
    const built = parseScenario(formatScenario(builtFrom(scenario, recorded, film)))
    expect(built.spec.script.map(({ at, kubectl, step }) => [at, kubectl, step])).toEqual([[0, 'run web --image=nginx:1.99', undefined], [5000, 'set image pod/web web=nginx:1.27', undefined]])
    expect(built.spec.expect).toEqual([{ pod: 'web', statuses: expect.arrayContaining(['ErrImagePull', 'Running']) as unknown }])
    const again = await filmOfScenario(built.spec, 60)
    expect(again.steps.map(({ at, from, to }) => [at, from, to])).toEqual(film.steps.map(({ at, from, to }) => [at, from, to]))
  })

  it('is a level: what was done first sets the scene, the rest is its solution', () => {
    expect(missingIn(level, recorded, film)).toEqual([])
    const { spec } = parseScenario(formatScenario(builtFrom(level, recorded, film)))
    expect(spec.script.map(({ kubectl }) => kubectl)).toEqual(['run web --image=nginx:1.99'])
    expect(spec.goal).toMatchObject({ when: 'pod/web Ready', par: 1, solution: [{ kubectl: 'set image pod/web web=nginx:1.27' }] })
  })

  it.each<[Partial<Draft>, string[]]>([
    [{ name: 'Not A Name' }, ['name']],
    [{ title: { en: 'Only one', zh: '' } }, ['title']],
    [{ goal: { ...level.goal, when: '' } }, ['goalWhen']],
    [{ goal: { ...level.goal, when: 'web is well' } }, ['goalWrong']],
    [{ goal: { ...level.goal, when: 'pod/web Failed' } }, ['goalNever']],
    [{ goal: { ...level.goal, when: 'pod/web exists' } }, ['goalBefore']],
    [{ setup: 2 }, ['solution']],
    [{ goal: { ...level.goal, expect: '- { pod: web, never: [Running] }' } }, ['goalNever']],
    [{ goal: { ...level.goal, expect: '- { pod: web, statuses: 7 }' } }, ['expectWrong']],
    [{ goal: { ...level.goal, expect: '- [' } }, ['expectWrong']],
    [{ goal: { ...level.goal, ask: { text: both(''), answers: [both('Yes'), { en: 'No', zh: '' }], right: 0 } } }, ['askText', 'askAnswers']],
    [{ says: { 0: { en: 'Only one', zh: '' } } }, ['says']],
    [{ loads: [{ name: 'users', url: 'web', perSecond: 5, from: '' }] }, ['loads']],
  ])('says what a level lacks: %o', (change, missing) => {
    expect(missingIn({ ...level, ...change }, recorded, film)).toEqual(missing)
  })

  it('holds all that a level file can: expectations, hints, a question, requests, and what is said', () => {
    const ask = { text: both('Will it be Ready?'), answers: [both('Yes'), both('No')], right: 0 }
    const whole: Draft = {
      ...level, setup: 2, says: { 0: both('A tag that does not exist.') }, loads: [{ name: 'users', url: 'http://web', perSecond: 5, from: '' }],
      goal: { ...level.goal, hints: [both('One'), both('Two')], expect: '- { pod: web, never: [CrashLoopBackOff] }', ask },
    }
    expect(missingIn(whole, recorded, film)).toEqual([])
    const { spec } = parseScenario(formatScenario(builtFrom(whole, recorded, film)))
    expect(spec.script).toMatchObject([{ kubectl: 'run web --image=nginx:1.99', say: both('A tag that does not exist.') }, { kubectl: 'set image pod/web web=nginx:1.27' }, { load: { name: 'users', url: 'http://web', perSecond: 5 } }])
    expect(spec.goal).toMatchObject({ hints: [both('One'), both('Two')], expect: [{ pod: 'web', never: ['CrashLoopBackOff'] }], ask })
  })

  it('says everything that a new draft lacks', () => {
    expect(missingIn(newDraft(recorded), recorded, film)).toEqual(['title', 'summary', 'chapters'])
  })
})
