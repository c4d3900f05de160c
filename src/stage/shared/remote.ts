import { parseDestination } from '../../playback/moment.ts'
import type { Playback } from '../../playback/playback.ts'
import { stepSizes } from '../../playback/classify.ts'
import { speeds } from '../../playback/state.ts'
import { isStageView, select, view } from './view.ts'

/** What another window asks this one to do: the page around a frame (src/stage/embed), the speaker's window (src/stage/presenter). */
export interface Command {
  method: string
  args: readonly unknown[]
}

/** Each returns what is to be answered; what cannot be done throws an Error that says why. */
type Method = (playback: Playback, ...args: readonly unknown[]) => unknown

const methods: Readonly<Record<string, Method>> = {
  play: (playback) => playback.play(),
  pause: (playback) => playback.pause(),
  toggle: (playback) => playback.toggle(),
  next: (playback, size) => playback.next(sizeOf(size)),
  previous: (playback, size) => playback.previous(sizeOf(size)),
  start: (playback) => playback.toStart(),
  end: (playback) => playback.toEnd(),
  /** A step number, a time such as '12.4s', or a condition such as 'pod/web Ready'. */
  seek: async (playback, to) => {
    const destination = parseDestination(String(to))
    if ('error' in destination) throw new Error(destination.error)
    if (!(await playback.goTo(destination))) throw new Error(`there is no moment ${JSON.stringify(to)}`)
  },
  speed: (playback, speed) => playback.setSpeed(oneOf(speeds, speed)),
  /** Names of views, side by side: 'cluster', 'terminate'. */
  view: (_playback, ...names) => {
    const views = names.map(String).filter(isStageView)
    if (views.length === 0) throw new Error(`no such view: ${names.join(', ')}`)
    view.setState({ views, split: views.length > 1 })
  },
  /** A key as in etcd: 'pods/default/web'. */
  select: (_playback, key) => select(key === undefined ? undefined : String(key)),
  state: (playback) => momentOf(playback),
}

export async function perform(playback: Playback, { method, args }: Command): Promise<unknown> {
  const known = Object.hasOwn(methods, method) ? methods[method] : undefined
  if (known === undefined) throw new Error(`no method ${method}; there are ${Object.keys(methods).join(', ')}`)
  return known(playback, ...args)
}

/** Where the film stands: numbers only. */
export interface FilmMoment {
  /** Number of the step that has just happened; 0 before the first. */
  step: number
  /** Steps that are filmed so far, routine at the end left out. */
  steps: number
  /** Virtual ms since the start. */
  t: number
  playing: boolean
  ended: boolean
}

export function momentOf({ state, clock }: Playback): FilmMoment {
  const { film, cursor, playing, ended } = state
  const now = clock.getState().now
  return {
    step: cursor + 1,
    steps: film === undefined ? 0 : Math.max(cursor, film.ofSize('hop').at(-1) ?? -1) + 1,
    t: film === undefined ? 0 : Math.round(now - film.opening.startMs),
    playing,
    ended,
  }
}

function sizeOf(size: unknown) {
  return size === undefined ? undefined : oneOf(stepSizes, size)
}

function oneOf<T>(choices: readonly T[], value: unknown): T {
  const found = choices.find((choice) => choice === value)
  if (found === undefined) throw new Error(`${String(value)} is none of ${choices.join(', ')}`)
  return found
}
