import { beforeAll, describe, expect, it } from 'vitest'
import type { Film } from '../../playback/film.ts'
import { formatScenario } from '../../scenarios/format.ts'
import { parseScenario } from '../../scenarios/parse.ts'
import type { Scenario } from '../../worker/protocol.ts'
import { filmOf, filmOfScenario } from '../testing/filmOf.ts'
import { builtFrom, isPlayable, missingIn, newDraft, playedOf, playOf, stepBeforeTurn } from './draft.ts'
import type { Draft } from './draft.ts'
import { dropFrom, withoutInputs } from './leaveOut.ts'
import { wishesOf } from './wishes.ts'

const both = (en: string) => ({ en, zh: `${en}（中文）` })

let film: Film
let recorded: Scenario
beforeAll(async () => {
  film = await filmOf([{ at: 0, kubectl: 'run web --image=nginx:1.99' }, { at: 5000, kubectl: 'set image pod/web web=nginx:1.27' }], {}, 60)
  recorded = { ...film.scenario, spec: { ...film.scenario.spec, script: film.inputs.map(({ input }) => ({ ...input })) } }
})

const scenario: Draft = {
  kind: 'scenario', name: 'wrong-tag', title: both('A wrong tag'), summary: both('It is mended.'), setup: 1, hidden: false,
  chapters: [{ at: 0, title: both('Wrong') }, { at: 6000, title: both('Right') }],
  says: {}, loads: [], dropped: [],
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

  it('offers as goals what came true in the player\'s turn, and nothing that was so before', () => {
    expect(wishesOf(film, stepBeforeTurn(level, 2, film))).toEqual(['pod/web Ready', 'pod/web Running'])
    expect(wishesOf(film, film.steps.length - 1)).toEqual([])
  })

  it('is kept without its mistakes: what is said of the rest stays theirs, what was typed into a mistake goes with it', () => {
    const script = [{ at: 0, kubectl: 'run -it x --image=busybox' }, { at: 1000, typed: { into: 0, text: 'ls\n' } }, { at: 2000, kubectl: 'run web --image=nginx' }, { at: 3000, interrupt: 2 }]
    const whole = { ...recorded, spec: { ...recorded.spec, script } }
    const { scenario: rest, numbers } = withoutInputs(whole, [0])
    expect(rest.spec.script).toEqual([{ at: 2000, kubectl: 'run web --image=nginx' }, { at: 3000, interrupt: 0 }])
    expect(numbers).toEqual([2, 3])
    const draft = { ...level, setup: 3, says: { 1: both('ls'), 2: both('web') }, loads: [{ name: 'a', url: 'http://web', perSecond: 1, from: '', begins: 3 }] }
    expect(dropFrom(draft, [0], [0, 1, 2, 3], numbers)).toMatchObject({ dropped: [0], setup: 1, says: { 0: both('web') }, loads: [{ begins: 1 }] })
    expect(withoutInputs(whole, []).scenario).toBe(whole)
  })

  it('ends when its goal is reached, or when nothing happens any more, however long the film has gone on', async () => {
    const long = await filmOf(recorded.spec.script, {}, 1200)
    expect(builtFrom(scenario, recorded, long).spec.end).toBeLessThan(200_000)
    expect(builtFrom(level, recorded, long).spec.end).toBe(builtFrom(level, recorded, film).spec.end)
  })

  it('goes on with the words of a level that was opened, and with its solution as long as nobody has played it', () => {
    const built = builtFrom(level, recorded, film)
    const scene = { ...built, spec: { ...built.spec, script: built.spec.script } }
    const whole = playedOf(scene, built)
    expect(whole.spec.script.map(({ kubectl }) => kubectl)).toEqual(['run web --image=nginx:1.99', 'set image pod/web web=nginx:1.27'])
    expect(playedOf(recorded, built)).toBe(recorded)
    expect(newDraft(whole, built)).toEqual(level)
  })

  it('can be played by others with words in one language, but not without a title or a goal that is reached', () => {
    const english = { ...level, title: { en: 'Mend it', zh: '' }, summary: both(''), goal: { ...level.goal, text: { en: '', zh: '修好它' }, hints: [] } }
    const playable = (draft: Draft): boolean => isPlayable(draft, missingIn(draft, recorded, film))
    expect([level, english, { ...level, title: { en: ' ', zh: '' } }, { ...english, goal: { ...english.goal, when: 'pod/web Failed' } }].map(playable)).toEqual([true, true, false, false])
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
    [{ goal: { ...level.goal, text: both(''), hints: [], ask: { text: both('Will it?'), answers: [both('Yes'), both('No')], right: 0 } } }, []],
    [{ says: { 0: { en: 'Only one', zh: '' } } }, ['says']],
    [{ loads: [{ name: 'users', url: 'web', perSecond: 5, from: '', begins: 1 }] }, ['loads']],
  ])('says what a level lacks: %o', (change, missing) => {
    expect(missingIn({ ...level, ...change }, recorded, film)).toEqual(missing)
  })

  it('holds all that a level file can: expectations, hints, a question, requests, and what is said', () => {
    const ask = { text: both('Will it be Ready?'), answers: [both('Yes'), both('No')], right: 0 }
    const whole: Draft = {
      ...level, setup: 2, says: { 0: both('A tag that does not exist.') }, loads: [{ name: 'users', url: 'http://web', perSecond: 5, from: '', begins: 2 }],
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

describe('a play with requests', () => {
  const web = `apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { terminationGracePeriodSeconds: 1, containers: [{ name: web, image: nginx, readinessProbe: { httpGet: { port: 80 }, periodSeconds: 1 } }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: client }
spec: { containers: [{ name: client, image: busybox, command: [sleep, '9999'] }] }
`
  const files = { 'web.yaml': web }
  const own = { name: 'own', url: 'http://web', perSecond: 5, from: 'client' }
  let film: Film
  let recorded: Scenario
  beforeAll(async () => {
    film = await filmOf([{ at: 0, kubectl: 'apply -f web.yaml' }, { at: 10_000, load: own }, { at: 15_000, kubectl: 'get pods' }, { at: 16_000, kubectl: 'label pod web app=away --overwrite' }, { at: 20_000, load: { name: 'own', stop: true } }], files, 30)
    recorded = { ...film.scenario, spec: { ...film.scenario.spec, script: film.inputs.map(({ input }) => ({ ...input })) } }
  })
  const level: Draft = {
    ...scenario, kind: 'level', chapters: [], setup: 2,
    goal: { when: 'pod/web .metadata.labels.app == away', text: both('Take it out.'), hints: [both('By its label.')], expect: '- { traffic: { load: own, answered: { least: 10 } } }', ask: undefined },
  }
  const ofLoads = (some: Film) => some.outside.range('loads/', some.revisionAt(some.steps.length - 1)) as readonly { name: string; sent: number; startedAt: number; endedAt?: number }[]

  it('sends again what the player has sent, at the same times: as a scenario, and as a level with its solution', async () => {
    const whole = playOf(parseScenario(formatScenario(builtFrom(scenario, recorded, film))))
    const asLevel = parseScenario(formatScenario(builtFrom(level, recorded, film)))
    expect(asLevel.spec.goal).toMatchObject({ par: 1, solution: [{ at: 15_000 }, { at: 16_000 }, { at: 20_000, load: { name: 'own', stop: true } }] })
    for (const again of [whole, playOf(asLevel)]) expect(ofLoads(await filmOfScenario(again.spec, 30))).toEqual(ofLoads(film))
    expect(missingIn(level, recorded, film)).toEqual([])
  })

  it('sends what the draft adds from the input on with which it begins, and the goal is judged by a film that has it', async () => {
    const draft: Draft = { ...level, loads: [{ name: 'users', url: 'http://web', perSecond: 10, from: 'client', begins: 3 }], goal: { ...level.goal, expect: '- { traffic: { load: users, failed: { most: 0 } } }' } }
    const built = builtFrom(draft, recorded, film)
    expect(built.spec.script).toMatchObject([{ kubectl: 'apply -f web.yaml' }, { load: own }, { at: 15_000, load: { name: 'users' } }])
    const played = await filmOfScenario(playOf(built).spec, 30)
    const [, users] = ofLoads(played)
    expect(users).toMatchObject({ name: 'users', startedAt: played.opening.startMs + 15_000 })
    expect(missingIn(draft, recorded, played)).toEqual([])
    const unheard = { ...draft, loads: [{ ...draft.loads[0]!, from: '' }] }
    expect(missingIn(unheard, recorded, await filmOfScenario(playOf(builtFrom(unheard, recorded, film)).spec, 30))).toEqual(['goalNever'])
  })

  it('what was typed into a command, or broke it off, still means that command', () => {
    const script = [{ at: 0, kubectl: 'run -it x --image=busybox' }, { at: 5000, typed: { into: 0, text: 'ls\n' } }, { at: 6000, interrupt: 0 }]
    const draft = { ...scenario, loads: [{ ...own, from: '', begins: 0 }, { ...own, name: 'b', from: '', begins: 1 }] }
    const { spec } = builtFrom(draft, { ...recorded, spec: { ...recorded.spec, script } }, film)
    expect(spec.script).toMatchObject([{ load: { name: 'own' } }, { kubectl: script[0]!.kubectl }, { load: { name: 'b' } }, { typed: { into: 1 } }, { interrupt: 1 }])
  })
})
