import type { FilmCrew } from './crew.ts'
import type { Film } from './film.ts'
import { scriptEndMs } from './script-end.ts'
import type { PlaybackState } from './state.ts'

export interface Turn {
  /** The step with which the script has done all it does, its last command's end included; -1: from the start. */
  readonly step: number
  /** Virtual ms since the start at which what is wrong has come of it: that of the solution. */
  readonly ms: number
}

/** The last thing that the script does, once it is filmed. */
export function lastOfScript({ scenario, inputs }: Film): Film['inputs'][number] | undefined {
  return inputs.find(({ index }) => index === scenario.spec.script.length - 1)
}

/** From where on a level is the player's; undefined: it has not been filmed so far, or it is no level in which somebody does something. */
export function turnOf(film: Film): Turn | undefined {
  const { goal, script } = film.scenario.spec
  if (goal === undefined || goal.ask !== undefined) return undefined
  if (script.length === 0) return { step: -1, ms: 0 }
  const last = lastOfScript(film)
  if (last === undefined) return undefined
  const end = film.ended.find(({ command }) => command === last.index)
  const step = Math.max(last.step, end === undefined ? -1 : film.previous(end.step, 'hop'))
  return { step, ms: Math.max(film.timeOf(step) - film.opening.startMs, goal.solution?.[0]?.at ?? 0) }
}

/**
 * What is wrong in a level has to happen first: before that nobody could do anything about it, and a fork would keep it from coming.
 * Whether the film had to go on for it.
 */
export async function reachTurn(playback: { readonly state: PlaybackState; seekTime: (ms: number) => Promise<void> }, crew: FilmCrew, arriving: Promise<void> | undefined): Promise<boolean> {
  await arriving
  const { film } = playback.state
  const goal = film?.scenario.spec.goal
  if (film === undefined || goal === undefined || goal.ask !== undefined) return false
  if (turnOf(film) === undefined) await crew.until((f) => turnOf(f) !== undefined, scriptEndMs)
  const turn = turnOf(film)
  if (turn === undefined || playback.state.film !== film || playback.state.cursor >= turn.step) return false
  await playback.seekTime(turn.ms)
  return true
}
