import { parseCondition } from '../../engine/api/condition.ts'
import type { Film } from '../../playback/film.ts'
import { firstMoment, holdsAt } from '../../playback/moment.ts'
import type { Scenario } from '../../worker/protocol.ts'
import { podTone, printedPod } from '../shared/status.ts'
import { stretchesOf } from '../shared/stretches.ts'

type Spec = Scenario['spec']
export type Text = Spec['title']
export type Chapter = NonNullable<Spec['chapters']>[number]

/** What a person says of the play that was recorded; the rest is read from it. */
export interface Draft {
  readonly kind: 'scenario' | 'level'
  readonly name: string
  readonly title: Text
  readonly summary: Text
  readonly chapters: readonly Chapter[]
  /** Of a level: so many inputs set the scene; those behind them are the player's, and its solution. */
  readonly setup: number
  readonly goal: { readonly when: string; readonly text: Text; readonly hint: Text }
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
    setup: Math.max(0, spec.script.length - 1),
    goal: { when: '', text: noText, hint: noText },
  }
}

/** The play as a scenario: inputs at the times at which they were made, and what was seen as what must be seen. */
export function builtFrom(draft: Draft, recorded: Scenario, film: Film): Scenario {
  const { cluster, files } = recorded.spec
  const script = recorded.spec.script.map(({ step: _step, task: _task, ...input }) => input)
  const level = draft.kind === 'level'
  const whole = [draft.goal.hint].filter(({ en, zh }) => en !== '' && zh !== '')
  const solution = script.slice(draft.setup).map(({ at: _at, when: _when, after: _after, ...input }) => input)
  const expect = expectationsOf(film)
  return {
    apiVersion: 'podreel.dev/v1',
    kind: 'Scenario',
    metadata: { name: draft.name },
    spec: {
      title: draft.title,
      summary: draft.summary,
      ...(cluster === undefined ? {} : { cluster }),
      ...(files === undefined ? {} : { files }),
      script: level ? script.slice(0, draft.setup) : script,
      ...(draft.chapters.length === 0 ? {} : { chapters: [...draft.chapters] }),
      end: Math.ceil((film.now - film.opening.startMs) / 1000) * 1000,
      ...(level || expect.length === 0 ? {} : { expect }),
      ...(level
        ? { goal: { when: draft.goal.when, text: draft.goal.text, ...(whole.length === 0 ? {} : { hints: whole }), solution, par: Math.max(1, solution.length) } }
        : {}),
    },
  }
}

const podsMost = 6

/** STATUS words of the pods that were given their names by a person. */
function expectationsOf(film: Film): NonNullable<Spec['expect']> {
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
  | 'name' | 'title' | 'summary' | 'inputs' | 'chapters' | 'chapterTitles' | 'expect'
  | 'goalWhen' | 'goalWrong' | 'goalText' | 'hint' | 'solution' | 'goalNever' | 'goalBefore'

/** What it still lacks, the gravest first; with nothing left it can go into the catalogue. */
export function missingIn(draft: Draft, recorded: Scenario, film: Film): Missing[] {
  const lacks = ({ en, zh }: Text): boolean => en.trim() === '' || zh.trim() === ''
  const inputs = recorded.spec.script.length
  const all: [Missing, boolean][] = [
    ['inputs', inputs === 0],
    ['name', !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(draft.name)],
    ['title', lacks(draft.title)],
    ['summary', lacks(draft.summary)],
  ]
  if (draft.kind === 'scenario') {
    all.push(['chapters', draft.chapters.length < 2], ['chapterTitles', draft.chapters.some(({ title }) => lacks(title))], ['expect', expectationsOf(film).length === 0])
  } else all.push(...goalLacks(draft, inputs, film, lacks))
  return all.flatMap(([missing, isSo]) => (isSo ? [missing] : []))
}

function goalLacks({ goal, setup }: Draft, inputs: number, film: Film, lacks: (text: Text) => boolean): [Missing, boolean][] {
  const condition = parseCondition(goal.when)
  const sound = !('error' in condition)
  const end = film.steps.length - 1
  const turn = film.inputs[setup]?.step ?? end
  return [
    ['goalWhen', goal.when.trim() === ''],
    ['goalWrong', goal.when.trim() !== '' && !sound],
    ['goalText', lacks(goal.text)],
    ['hint', lacks(goal.hint)],
    ['solution', setup >= inputs],
    ['goalNever', sound && setup < inputs && firstMoment(film, condition, turn - 1) === undefined],
    ['goalBefore', sound && setup < inputs && holdsAt(film, condition, turn - 1)],
  ]
}
