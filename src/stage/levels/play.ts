import type { Film } from '../../playback/film.ts'
import { useCursor, usePlaybackState } from '../../playback/hooks.ts'
import { lastOfScript, turnOf } from '../../playback/turn.ts'
import type { Turn } from '../../playback/turn.ts'
import { reachedAt } from '../../scenarios/goal.ts'
import type { Goal, Input } from '../../engine/scenario.ts'
import { historyOf } from '../shared/film/filmHistory.ts'
import { isActingCommand } from '../shared/film/nature.ts'

/** How a level stands at the moment on stage. */
export interface Play {
  /** What the script sets up is still to come. */
  settingUp: boolean
  /** From where on the player can do something about it. */
  turn: Turn | undefined
  reached: boolean
  /** What the player has done, looking around left out. */
  commands: number
  /** The step before the player's last act; undefined: nothing has been done. */
  undoTo: number | undefined
}

/** What only looks, or only prints, is no move of the player. */
const isMove = (input: Input): boolean => input.kubectl === undefined || isActingCommand(input)

export function playOf(film: Film, cursor: number): Play {
  const { goal, script } = film.scenario.spec
  const begin = script.length === 0 ? 0 : lastOfScript(film)?.step
  const turn = turnOf(film)
  const acts = film.inputs.filter(({ index, step, input }) => index >= script.length && step <= cursor && isMove(input))
  const reached = goal === undefined || begin === undefined ? undefined : reachedIn(film, goal, begin)
  const last = acts.at(-1)
  return {
    settingUp: goal !== undefined && goal.ask === undefined && (turn === undefined || cursor < turn.step),
    turn,
    reached: reached !== undefined && reached <= cursor,
    commands: acts.filter(({ input }) => input.kubectl !== undefined).length,
    undoTo: last === undefined ? undefined : last.step - 1,
  }
}

interface Known {
  steps: number
  last: object | undefined
  begin: number
  reached: number | undefined
}

const memo = new WeakMap<Film, Known>()

/** A step is looked at once, as long as no fork has put another in its place. */
function reachedIn(film: Film, goal: Goal, begin: number): number | undefined {
  const known = memo.get(film)
  const { steps } = film
  const holds = known !== undefined && known.begin === begin && steps[known.steps - 1] === known.last && known.steps <= steps.length
  if (holds && (known.reached !== undefined || known.steps === steps.length)) return known.reached
  const reached = reachedAt(goal, historyOf(film), holds ? known.steps : begin)
  memo.set(film, { steps: steps.length, last: steps.at(-1), begin, reached })
  return reached
}

export function usePlay(film: Film): Play {
  const cursor = useCursor()
  // The film is one object for its whole life: its edition says that it has grown.
  usePlaybackState((s) => s.edition)
  return playOf(film, cursor)
}
