import { podStatusWord } from '../../engine/api/podStatus.ts'
import type { Pod, PodPhase } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'
import type { PodLife } from './story.ts'

/**
 * The state chart: a box for each phase, in it the STATUS words that `kubectl get` shows in that phase.
 * Terminating is no phase: it lies across all of them.
 */
export interface PhaseBox {
  phase: PodPhase
  words: readonly string[]
}

/** Words that people meet; a word that a pod shows and that is not here is added to its box. */
export const phaseBoxes: readonly PhaseBox[] = [
  {
    phase: 'Pending',
    words: [
      'Pending',
      'ContainerCreating',
      'Init:N/M',
      'PodInitializing',
      'Init:Error',
      'Init:CrashLoopBackOff',
      'ErrImagePull',
      'ImagePullBackOff',
    ],
  },
  { phase: 'Running', words: ['Running', 'Error', 'CrashLoopBackOff', 'NotReady', 'Completed'] },
  { phase: 'Succeeded', words: ['Completed'] },
  { phase: 'Failed', words: ['Error', 'OOMKilled', 'Evicted'] },
  { phase: 'Unknown', words: ['Unknown'] },
]

/** A stretch of a life in which phase and STATUS stay the same. */
export interface Stay {
  phase: PodPhase
  word: string
  terminating: boolean
  /** Index of the step with which it begins. */
  step: number
  at: number
}

export interface StateHistory {
  stays: readonly Stay[]
  /** The step that removed the object. */
  gone: { step: number; at: number } | undefined
}

export function stateHistory(film: Film, life: PodLife): StateHistory {
  const stays: Stay[] = []
  let gone: StateHistory['gone']
  for (const step of life.steps) {
    if (step.kind !== 'write' || step.resource !== 'pods' || step.revision === undefined) continue
    const pod = film.etcd.written(step.revision)?.value as Pod | undefined
    if (pod === undefined) {
      gone = { step: step.index, at: step.at }
      continue
    }
    const stay = stayOf(pod, step.index, step.at)
    const last = stays.at(-1)
    if (last?.phase !== stay.phase || last.word !== stay.word || last.terminating !== stay.terminating) stays.push(stay)
  }
  return { stays, gone }
}

function stayOf(pod: Pod, step: number, at: number): Stay {
  const terminating = pod.metadata.deletionTimestamp !== undefined
  return { phase: pod.status.phase ?? 'Pending', word: podStatusWord(pod), terminating, step, at }
}

/** 'Init:1/2' stands in the box as 'Init:N/M'. */
export function boxWord(word: string): string {
  return /^Init:\d+\/\d+$/.test(word) ? 'Init:N/M' : word
}

export interface WordView {
  word: string
  state: 'current' | 'passed' | 'ahead' | 'open'
  /** First stay up to the cursor, else the first after it. */
  step: number | undefined
  at: number | undefined
  times: number
}

export interface PhaseView {
  phase: PodPhase
  state: WordView['state']
  words: WordView[]
}

export interface StatesView {
  phases: PhaseView[]
  /** Terminating, whatever the phase. */
  terminating: WordView
  gone: WordView
  /** From phase to phase, as it happened up to the cursor. */
  moves: { from: PodPhase; to: PodPhase }[]
  current: Stay | undefined
}

export function statesView({ stays, gone }: StateHistory, cursor: number): StatesView {
  const isGone = gone !== undefined && gone.step <= cursor
  const passed = stays.filter((stay) => stay.step <= cursor)
  const current = isGone ? undefined : passed.at(-1)
  const wordView = (word: string, own: readonly Stay[], isCurrent: boolean): WordView => {
    const before = own.filter((stay) => stay.step <= cursor)
    const shown = before.at(-1) ?? own[0]
    const state = isCurrent ? 'current' : before.length > 0 ? 'passed' : own.length > 0 ? 'ahead' : 'open'
    return { word, state, step: shown?.step, at: shown?.at, times: before.length }
  }
  const phases = phaseBoxes.map(({ phase, words }): PhaseView => {
    const own = stays.filter((stay) => stay.phase === phase)
    const plain = own.filter((stay) => stay.word !== 'Terminating')
    const all = [...new Set([...words, ...plain.map((stay) => boxWord(stay.word))])]
    return {
      phase,
      state: wordView(phase, own, current?.phase === phase).state,
      words: all.map((word) =>
        wordView(
          word,
          plain.filter((stay) => boxWord(stay.word) === word),
          current?.phase === phase && boxWord(current.word) === word,
        ),
      ),
    }
  })
  const leaving = stays.filter((stay) => stay.terminating)
  const goneStay = gone === undefined ? [] : [{ phase: 'Unknown' as const, word: '', terminating: true, ...gone }]
  return {
    phases,
    terminating: wordView('Terminating', leaving, current?.terminating === true),
    gone: wordView('', goneStay, isGone),
    moves: passed
      .slice(1)
      .flatMap((stay, i) => (passed[i]!.phase === stay.phase ? [] : [{ from: passed[i]!.phase, to: stay.phase }])),
    current,
  }
}
