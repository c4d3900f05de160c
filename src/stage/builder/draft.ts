import { parse, YAMLParseError } from 'yaml'
import { parseCondition } from '../../engine/api/condition.ts'
import type { Film } from '../../playback/film.ts'
import { firstMoment, holdsAt } from '../../playback/moment.ts'
import { ScenarioError } from '../../scenarios/error.ts'
import { reachedAt } from '../../scenarios/goal.ts'
import { checkScenario } from '../../scenarios/parse.ts'
import type { Input, Scenario } from '../../worker/protocol.ts'
import { historyOf } from '../shared/filmHistory.ts'
import { podTone, printedPod } from '../shared/status.ts'
import { stretchesOf } from '../shared/stretches.ts'

type Spec = Scenario['spec']
export type Text = Spec['title']
export type Chapter = NonNullable<Spec['chapters']>[number]
type Expectation = NonNullable<Spec['expect']>[number]

/** Requests that begin when the scene is set. */
export interface LoadDraft {
  readonly name: string
  readonly url: string
  readonly perSecond: number
  /** A pod; '': from outside. */
  readonly from: string
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
  /** What the narrator says when an input happens, by its number. */
  readonly says: Readonly<Record<number, Text>>
  readonly loads: readonly LoadDraft[]
  /** Of a level: so many inputs set the scene; those behind them are the player's, and its solution. */
  readonly setup: number
  readonly goal: GoalDraft
}

export const noText: Text = { en: '', zh: '' }

export function newDraft(recorded: Scenario): Draft {
  const { spec } = recorded
  return {
    kind: 'scenario',
    name: 'my-scenario',
    title: noText,
    summary: noText,
    chapters: [],
    says: Object.fromEntries(spec.script.flatMap(({ say }, i) => (say === undefined ? [] : [[i, say]]))),
    loads: [],
    setup: Math.max(0, spec.script.length - 1),
    goal: { when: '', text: noText, hints: [noText], expect: '', ask: undefined },
  }
}

const lacks = ({ en, zh }: Text): boolean => en.trim() === '' || zh.trim() === ''
const isEmpty = ({ en, zh }: Text): boolean => en.trim() === '' && zh.trim() === ''

/** The play as a scenario: inputs at the times at which they were made, and what was seen as what must be seen. */
export function builtFrom(draft: Draft, recorded: Scenario, film: Film): Scenario {
  const { cluster, files } = recorded.spec
  const script = scriptOf(draft, recorded)
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
      script: [...(level ? script.slice(0, draft.setup) : script), ...draft.loads.map(loadInput)],
      ...(draft.chapters.length === 0 ? {} : { chapters: [...draft.chapters] }),
      end: Math.ceil((film.now - film.opening.startMs) / 1000) * 1000,
      ...(expect.length === 0 ? {} : { expect }),
      ...(level ? { goal: goalOf(draft, script.slice(draft.setup)) } : {}),
    },
  }
}

function scriptOf({ says }: Draft, recorded: Scenario): Input[] {
  return recorded.spec.script.map(({ step: _step, task: _task, say: _say, ...input }, i) => {
    const say = says[i]
    return say === undefined || isEmpty(say) ? input : { ...input, say }
  })
}

/** It begins a moment after what sets the scene. */
function loadInput({ from, ...load }: LoadDraft): Input {
  return { load: { ...load, ...(from === '' ? {} : { from }) } }
}

function goalOf({ goal }: Draft, played: readonly Input[]): NonNullable<Spec['goal']> {
  const solution = played.map(({ at: _at, when: _when, after: _after, ...input }) => input)
  const hints = goal.hints.filter((hint) => !lacks(hint))
  const expect = readExpect(goal.expect)
  return {
    when: goal.when,
    ...(isEmpty(goal.text) ? {} : { text: goal.text }),
    ...('error' in expect || expect.list.length === 0 ? {} : { expect: expect.list }),
    ...(goal.ask === undefined ? {} : { ask: { ...goal.ask, answers: [...goal.ask.answers] } }),
    ...(hints.length === 0 ? {} : { hints }),
    ...(solution.length === 0 ? {} : { solution, par: solution.length }),
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

/** What it still lacks, the gravest first; with nothing left it can go into the catalogue. */
export function missingIn(draft: Draft, recorded: Scenario, film: Film): Missing[] {
  const inputs = recorded.spec.script.length
  const all: [Missing, boolean][] = [
    ['inputs', inputs === 0],
    ['name', !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(draft.name)],
    ['title', lacks(draft.title)],
    ['summary', lacks(draft.summary)],
    ['says', Object.values(draft.says).some((say) => !isEmpty(say) && lacks(say))],
    ['loads', draft.loads.some(({ name, url, perSecond }) => !/^[\w.-]+$/.test(name) || !/^https?:\/\/[^\s/]+(\/\S*)?$/.test(url) || !(perSecond > 0 && perSecond <= 1000))],
  ]
  if (draft.kind === 'scenario') {
    all.push(['chapters', draft.chapters.length < 2], ['chapterTitles', draft.chapters.some(({ title }) => lacks(title))], ['expect', expectationsOf(film).length === 0])
  } else all.push(...goalLacks(draft, inputs, film))
  return all.flatMap(([missing, isSo]) => (isSo ? [missing] : []))
}

function goalLacks({ goal, setup, loads }: Draft, inputs: number, film: Film): [Missing, boolean][] {
  const condition = parseCondition(goal.when)
  const sound = !('error' in condition)
  const expect = readExpect(goal.expect)
  const turn = film.inputs[setup]?.step ?? film.steps.length - 1
  const { ask } = goal
  // A question is answered by watching: there is nothing to do and nothing to hint at.
  const isPlayed = ask === undefined
  const solved = sound && (isPlayed ? setup < inputs : true)
  const wantsMore = !('error' in expect) && expect.list.length > 0
  // What a load of the draft has to do with it nobody has played yet.
  const never = (): boolean =>
    sound && (wantsMore && loads.length === 0 ? reachedAt({ when: goal.when, expect: expect.list }, historyOf(film), Math.max(0, turn)) === undefined : firstMoment(film, condition, isPlayed ? turn - 1 : 0) === undefined)
  return [
    ['goalWhen', goal.when.trim() === ''],
    ['goalWrong', goal.when.trim() !== '' && !sound],
    ['goalText', lacks(goal.text)],
    ['expectWrong', 'error' in expect],
    ['askText', ask !== undefined && lacks(ask.text)],
    ['askAnswers', ask !== undefined && (ask.answers.length < 2 || ask.answers.some(lacks) || ask.right >= ask.answers.length)],
    ['hint', isPlayed && !goal.hints.some((hint) => !lacks(hint))],
    ['solution', isPlayed && setup >= inputs],
    ['goalNever', solved && never()],
    ['goalBefore', solved && isPlayed && sound && holdsAt(film, condition, turn - 1)],
  ]
}
