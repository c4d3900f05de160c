import type { Pod } from '../../../engine/api/types.ts'
import type { Film } from '../../../playback/film.ts'
import type { Tone } from './tone.ts'

/** What a pod says about itself, for as long as it says so. */
export interface Stretch {
  readonly word: string
  readonly tone: Tone
  /** First step that shows it. */
  readonly from: number
  /** First step that no longer shows it; undefined: to the end of the film. */
  readonly to: number | undefined
}

export type Said = Pick<Stretch, 'word' | 'tone'>

/**
 * What `read` finds in a pod, version by version, as stretches in order. Where it finds nothing, and between two lives
 * of one name, there is a gap. What lasts no step is left out: nobody could see it.
 */
export function stretchesOf(film: Film, key: string, read: (pod: Pod) => Said | undefined): Stretch[] {
  const stretches: Stretch[] = []
  let open: Omit<Stretch, 'to'> | undefined
  const close = (to: number | undefined): void => {
    if (open !== undefined && open.from !== to) stretches.push({ ...open, to })
    open = undefined
  }
  for (const { revision, value } of film.etcd.life(key)) {
    const said = value === undefined ? undefined : read(value as Pod)
    if (said?.word === open?.word && said?.tone === open?.tone) continue
    const step = film.stepOfRevision(revision)
    close(step)
    if (said !== undefined) open = { word: said.word, tone: said.tone, from: step }
  }
  close(undefined)
  return stretches
}

export function stretchAt(stretches: readonly Stretch[], cursor: number): Stretch | undefined {
  return stretches.findLast(({ from, to }) => from <= cursor && (to === undefined || cursor < to))
}
