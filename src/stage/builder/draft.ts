import { parse, stringify, YAMLParseError } from 'yaml'
import { parseCondition } from '../../engine/api/condition.ts'
import type { Film } from '../../playback/film.ts'
import { holdsAt } from '../../playback/moment.ts'
import { ScenarioError } from '../../scenarios/error.ts'
import { reachedAt } from '../../scenarios/goal.ts'
import { checkScenario } from '../../scenarios/check.ts'
import type { Input, Scenario } from '../../worker/protocol.ts'
import { historyOf } from '../shared/film/filmHistory.ts'
import { isActingCommand } from '../shared/film/nature.ts'
import { podTone, printedPod } from '../shared/objects/status.ts'
import { stretchesOf } from '../shared/objects/stretches.ts'

type Spec = Scenario['spec']
export type Text = Spec['title']
export type Chapter = NonNullable<Spec['chapters']>[number]
type Expectation = NonNullable<Spec['expect']>[number]

/** Requests that go on beside what was played. */
export interface LoadDraft {
  readonly name: string
  readonly url: string
  readonly perSecond: number
  /** A pod; '': from outside. */
  readonly from: string
  /** They begin when this input is made, by its number; with the number behind the last one, right after that. */
  readonly begins: number
}

/** Something to foretell; the film shows who is right. */
export interface AskDraft {
  readonly text: Text
  readonly answers: readonly Text[]
  readonly right: number
}

export interface GoalDraft {
  readonly when: string
  readonly text: Text
  readonly hints: readonly Text[]
  /** Expectations of the history up to that moment, as a list in YAML. */
  readonly expect: string
  readonly ask: AskDraft | undefined
}

/** What a person says of the play that was recorded; the rest is read from it. */
export interface Draft {
  readonly kind: 'scenario' | 'level'
  readonly name: string
  readonly title: Text
  readonly summary: Text
  readonly chapters: readonly Chapter[]
  /** Inputs that were a mistake, by their numbers in what was recorded; all other numbers here count those that are left. */
  readonly dropped: readonly number[]
  /** What the narrator says when an input happens, by its number. */
  readonly says: Readonly<Record<number, Text>>
  readonly loads: readonly LoadDraft[]
  /** Of a level: so many inputs set the scene; those behind them are the player's, and its solution. */
  readonly setup: number
  /** Of a level: the film begins with the player's turn, and nobody sees what set the scene. */
  readonly hidden: boolean
  readonly goal: GoalDraft
}

export type Change = (change: Partial<Draft>) => void

export const noText: Text = { en: '', zh: '' }

/** `begun`: what was on stage before anybody played; of one's own (not of the catalogue), its words are gone on with. */
export function newDraft(recorded: Scenario, begun?: Scenario): Draft {
  const { spec } = recorded
  const empty: Draft = {
    kind: 'scenario',
    name: 'my-scenario',
    title: noText,
    summary: noText,
    chapters: [],
    dropped: [],
    says: Object.fromEntries(spec.script.flatMap(({ say }, i) => (say === undefined ? [] : [[i, say]]))),
    loads: [],
    setup: Math.max(0, spec.script.length - 1),
    hidden: false,
    goal: { when: '', text: noText, hints: [noText], expect: '', ask: undefined },
  }
  if (begun === undefined) return empty
  const { title, summary, chapters = [], goal } = begun.spec
  const draft: Draft = { ...empty, name: begun.metadata.name, title, summary, chapters: chapters.filter(({ at }) => at !== undefined) }
  if (goal === undefined) return draft
  const { when, text = noText, hints = [noText], expect = [], ask } = goal
  return { ...draft, kind: 'level', setup: begun.spec.script.length, goal: { when, text, hints, expect: expect.length === 0 ? '' : stringify(expect), ask } }
}

/** What is there to be kept: what was played; of a level that nobody has played yet, its own solution. */
export function playedOf(recorded: Scenario, begun: Scenario): Scenario {
  const { script, goal } = begun.spec
  const solution = goal?.solution ?? []
  if (solution.length === 0 || recorded.spec.script.length > script.length) return recorded
  return { ...recorded, spec: { ...recorded.spec, script: [...recorded.spec.script, ...solution] } }
}

const lacks = ({ en, zh }: Text): boolean => en.trim() === '' || zh.trim() === ''
const isEmpty = ({ en, zh }: Text): boolean => en.trim() === '' && zh.trim() === ''

/** The play as a scenario: inputs at the times at which they were made, and what was seen as what must be seen. */
export function builtFrom(draft: Draft, recorded: Scenario, film: Film): Scenario {
  const { cluster, files } = recorded.spec
  const { scene, rest } = scriptOf(draft, recorded)
  const level = draft.kind === 'level'
  const expect = level ? [] : expectationsOf(film)
  return {
    apiVersion: 'podreel.dev/v1',
    kind: 'Scenario',
    metadata: { name: draft.name },
    spec: {
      title: draft.title,
      summary: draft.summary,
      ...(cluster === undefined ? {} : { cluster }),
      ...(files === undefined ? {} : { files }),
      script: scene,
      ...(draft.chapters.length === 0 ? {} : { chapters: [...draft.chapters] }),
      end: endOf(film, level ? draft.goal : undefined),
      ...(expect.length === 0 ? {} : { expect }),
      ...(level ? { goal: goalOf(draft, rest) } : {}),
    },
  }
}

/** Virtual ms that are left to look at what has come of it. */
const lookMs = 5000

/** Virtual ms since the start, in whole seconds: until the goal is reached, or until nothing happens any more but routine. */
function endOf(film: Film, goal: GoalDraft | undefined): number {
  const { startMs } = film.opening
  const last = goal === undefined ? undefined : goalReachedAt(film, goal)
  const step = last ?? film.previous(film.steps.length, 'event')
  const typed = film.inputs.at(-1)?.step ?? 0
  const endMs = film.timeOf(Math.max(step, last === undefined ? typed : 0)) + lookMs
  return Math.ceil((Math.min(film.now, endMs) - startMs) / 1000) * 1000
}

function goalReachedAt(film: Film, { when, expect }: GoalDraft): number | undefined {
  const list = readExpect(expect)
  if ('error' in parseCondition(when) || 'error' in list) return undefined
  return reachedAt({ when, expect: list.list }, historyOf(film))
}

/** What was played, with the requests among it, and how much of it sets the scene: of a level what comes before the player's turn. */
function scriptOf({ kind, says, loads, setup }: Draft, recorded: Scenario): { scene: Input[]; rest: Input[] } {
  const { script } = recorded.spec
  const count = kind === 'level' ? setup : script.length
  // What the player makes comes behind the scene, and so do requests that would begin there.
  const before = (i: number): LoadDraft[] => loads.filter(({ begins }) => Math.min(begins, count) === i)
  const shifted = (number: number): number => number + loads.filter(({ begins }) => Math.min(begins, count) <= number).length
  const own = ({ step: _step, task: _task, say: _say, ...input }: Input, i: number): Input => {
    const say = says[i]
    return {
      ...input,
      ...(input.interrupt === undefined ? {} : { interrupt: shifted(input.interrupt) }),
      ...(input.typed === undefined ? {} : { typed: { ...input.typed, into: shifted(input.typed.into) } }),
      ...(say === undefined || isEmpty(say) ? {} : { say }),
    }
  }
  const requests = (i: number): Input[] => before(i).map((load) => loadInput(load, script[i]?.at))
  const inputs = script.map(own)
  return { scene: [...inputs.slice(0, count).flatMap((input, i) => [...requests(i), input]), ...requests(count)], rest: inputs.slice(count) }
}

/** `at`: of the input that it begins with. */
function loadInput({ from, begins: _, ...load }: LoadDraft, at: number | undefined): Input {
  return { ...(at === undefined ? {} : { at }), load: { ...load, ...(from === '' ? {} : { from }) } }
}

/** All of it as it will be played: of a level the scene, and then the solution. */
export function playOf(built: Scenario): Scenario {
  const { goal, expect: _, ...spec } = built.spec
  return { ...built, spec: { ...spec, script: [...spec.script, ...(goal?.solution ?? [])] } }
}

/** At the times at which it was played: what comes too early or too late may solve nothing. */
function goalOf({ goal }: Draft, solution: readonly Input[]): NonNullable<Spec['goal']> {
  const hints = goal.hints.filter((hint) => !lacks(hint))
  const expect = readExpect(goal.expect)
  return {
    when: goal.when,
    ...(isEmpty(goal.text) ? {} : { text: goal.text }),
    ...('error' in expect || expect.list.length === 0 ? {} : { expect: expect.list }),
    ...(goal.ask === undefined ? {} : { ask: { ...goal.ask, answers: [...goal.ask.answers] } }),
    ...(hints.length === 0 ? {} : { hints }),
    ...(solution.length === 0 ? {} : { solution: [...solution], par: Math.max(1, solution.filter(isActingCommand).length) }),
  }
}

/** The list that a person has written, as a scenario may hold it; or what is wrong with it. */
export function readExpect(text: string): { list: Expectation[] } | { error: string } {
  if (text.trim() === '') return { list: [] }
  try {
    const expect = parse(text) as unknown
    const spec = { title: noText, summary: noText, script: [], expect }
    return { list: checkScenario({ apiVersion: 'podreel.dev/v1', kind: 'Scenario', metadata: { name: 'draft' }, spec }).spec.expect ?? [] }
  } catch (error) {
    if (error instanceof ScenarioError || error instanceof YAMLParseError) return { error: error.message }
    throw error
  }
}

const podsMost = 6
const seen = new WeakMap<Film, { steps: number; list: Expectation[] }>()

/** STATUS words of the pods that were given their names by a person; read once of a film as long as it does not grow. */
function expectationsOf(film: Film): Expectation[] {
  const known = seen.get(film)
  if (known?.steps === film.steps.length) return known.list
  const list = readExpectations(film)
  seen.set(film, { steps: film.steps.length, list })
  return list
}

function readExpectations(film: Film): Expectation[] {
  return film.etcd
    .keys('pods/')
    .filter((key) => film.etcd.life(key).every(({ value }) => (value as { metadata: { ownerReferences?: unknown } } | undefined)?.metadata.ownerReferences === undefined))
    .slice(0, podsMost)
    .map((key) => {
      const [, namespace = '', name = ''] = key.split('/')
      const statuses = stretchesOf(film, key, (pod) => ({ word: printedPod(pod).status, tone: podTone(pod) })).map(({ word }) => word)
      return { pod: namespace === 'default' ? name : `${namespace}/${name}`, statuses: statuses.filter((word, i) => word !== statuses[i - 1]) }
    })
}

export type Missing =
  | 'name' | 'title' | 'summary' | 'inputs' | 'chapters' | 'chapterTitles' | 'expect' | 'says' | 'loads'
  | 'goalWhen' | 'goalWrong' | 'goalText' | 'hint' | 'solution' | 'goalNever' | 'goalBefore' | 'expectWrong' | 'askText' | 'askAnswers'

export const isSound = ({ name, url, perSecond }: LoadDraft): boolean => /^[\w.-]+$/.test(name) && /^https?:\/\/[^\s/]+(\/\S*)?$/.test(url) && perSecond > 0 && perSecond <= 1000

/** What somebody can do without who gets it by a link. */
const spared: ReadonlySet<Missing> = new Set(['title', 'summary', 'says', 'chapters', 'chapterTitles', 'expect', 'goalText', 'hint', 'askText', 'askAnswers'])

/** Whether it can be played by others as it is: words in one language are enough for that. */
export function isPlayable({ kind, title, goal: { text, ask } }: Draft, missing: readonly Missing[]): boolean {
  const words = kind === 'scenario' ? [title] : ask === undefined ? [title, text] : [title, ask.text, ...ask.answers]
  return missing.every((each) => spared.has(each)) && !words.some(isEmpty) && (ask === undefined || ask.answers.length > 1)
}

/** The number of the step before the player's turn. */
export const stepBeforeTurn = ({ setup }: Draft, inputs: number, film: Film): number => (film.inputs[film.inputs.length - inputs + setup]?.step ?? film.steps.length) - 1

/** What it still lacks, the gravest first; with nothing left it can go into the catalogue. `film`: of the play, with the requests of the draft. */
export function missingIn(draft: Draft, recorded: Scenario, film: Film): Missing[] {
  const inputs = recorded.spec.script.length
  const all: [Missing, boolean][] = [
    ['inputs', inputs === 0],
    ['name', !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(draft.name)],
    ['title', lacks(draft.title)],
    ['summary', lacks(draft.summary)],
    ['says', Object.values(draft.says).some((say) => !isEmpty(say) && lacks(say))],
    ['loads', !draft.loads.every(isSound)],
  ]
  if (draft.kind === 'scenario') {
    all.push(['chapters', draft.chapters.length < 2], ['chapterTitles', draft.chapters.some(({ title }) => lacks(title))], ['expect', expectationsOf(film).length === 0])
  } else all.push(...goalLacks(draft, inputs, film))
  return all.flatMap(([missing, isSo]) => (isSo ? [missing] : []))
}

function goalLacks(draft: Draft, inputs: number, film: Film): [Missing, boolean][] {
  const { goal, setup } = draft
  const condition = parseCondition(goal.when)
  const sound = !('error' in condition)
  const expect = readExpect(goal.expect)
  // The requests of the draft belong to the scene.
  const before = stepBeforeTurn(draft, inputs, film)
  const { ask } = goal
  // A question is answered by watching: there is nothing to do and nothing to hint at.
  const isPlayed = ask === undefined
  const solved = sound && (isPlayed ? setup < inputs : true)
  const wanted = { when: goal.when, expect: 'error' in expect ? [] : expect.list }
  const never = (): boolean => sound && reachedAt(wanted, historyOf(film), isPlayed ? before + 1 : 0) === undefined
  return [
    ['goalWhen', goal.when.trim() === ''],
    ['goalWrong', goal.when.trim() !== '' && !sound],
    ['goalText', isPlayed && lacks(goal.text)],
    ['expectWrong', 'error' in expect],
    ['askText', ask !== undefined && lacks(ask.text)],
    ['askAnswers', ask !== undefined && (ask.answers.length < 2 || ask.answers.some(lacks) || ask.right >= ask.answers.length)],
    ['hint', isPlayed && !goal.hints.some((hint) => !lacks(hint))],
    ['solution', isPlayed && setup >= inputs],
    ['goalNever', solved && never()],
    ['goalBefore', solved && isPlayed && sound && holdsAt(film, condition, before)],
  ]
}
