import { parseCondition } from '../engine/api/condition.ts'
import type { Film } from './film.ts'
import { firstMoment } from './moment.ts'
import type { Scenario, Step } from '../worker/protocol.ts'

export type Chapter = NonNullable<Scenario['spec']['chapters']>[number]

/** A chapter whose moment the film has reached. */
export interface ChapterMark {
  readonly chapter: Chapter
  /** The step with which it begins; -1: the opening. */
  readonly step: number
}

interface Known {
  /** How many steps were looked through, and the last of them: a fork may have put another in its place. */
  steps: number
  last: Step | undefined
  now: number
  marks: readonly (ChapterMark | undefined)[]
  list: readonly ChapterMark[]
}

const memo = new WeakMap<Film, Known>()

/** The chapters of a film in the order of their moments. A step is looked at once, however often one asks. */
export function chaptersOf(film: Film): readonly ChapterMark[] {
  const chapters = film.scenario.spec.chapters ?? []
  const last = film.steps.at(-1)
  let known = memo.get(film)
  if (known?.last === last && known?.now === film.now) return known.list
  if (known === undefined || film.steps[known.steps - 1] !== known.last) {
    known = { steps: 0, last: undefined, now: 0, marks: chapters.map(() => undefined), list: [] }
  }
  const { steps: looked, marks: found } = known
  const marks = chapters.map((chapter, i) => found[i] ?? markOf(film, chapter, looked - 1))
  const list = marks.filter((m) => m !== undefined).sort((a, b) => a.step - b.step)
  memo.set(film, { steps: film.steps.length, last, now: film.now, marks, list })
  return list
}

function markOf(film: Film, chapter: Chapter, from: number): ChapterMark | undefined {
  if (chapter.when === undefined) {
    const at = film.opening.startMs + (chapter.at ?? 0)
    return at > film.now ? undefined : { chapter, step: film.stepsUpTo(at) - 1 }
  }
  const condition = parseCondition(chapter.when)
  if ('error' in condition) return undefined
  const step = firstMoment(film, condition, from)
  return step === undefined ? undefined : { chapter, step }
}

/** The chapter that a moment belongs to, and its number from 1. */
export function chapterAt(film: Film, cursor: number): { mark: ChapterMark; number: number } | undefined {
  const list = chaptersOf(film)
  const number = list.filter((m) => m.step <= cursor).length
  const mark = list[number - 1]
  return mark === undefined ? undefined : { mark, number }
}
