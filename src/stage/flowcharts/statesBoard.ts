import type { PodPhase } from '../../engine/api/types.ts'
import type { Point } from '../shared/ui/path.ts'

interface Place {
  x: number
  y: number
  width: number
  height: number
}

/** Where the phases lie, in px before they are scaled. */
export interface Board {
  width: number
  height: number
  /** What stands above it in the pane. */
  head: number
  /** Beyond this, letters grow no more. */
  largest: number
  places: Readonly<Record<PodPhase, Place>>
  leaving: { y: number; height: number }
  /** The ways from phase to phase that there are. */
  ways: readonly { from: PodPhase; to: PodPhase; points: readonly Point[] }[]
}

export const deskBoard: Board = boardOf({
  head: 54,
  largest: 1.35,
  places: {
    Pending: { x: 0, y: 0, width: 222, height: 372 },
    Running: { x: 268, y: 0, width: 244, height: 236 },
    Succeeded: { x: 560, y: 0, width: 220, height: 98 },
    Failed: { x: 560, y: 110, width: 220, height: 146 },
    Unknown: { x: 560, y: 268, width: 220, height: 104 },
  },
  leaving: { y: 404, height: 64 },
})

/** Wide and low, for a pane between a title and the sentence of a hall; without the notes, and with words in two columns. */
export const hallBoard: Board = boardOf({
  head: 72,
  largest: 4,
  places: {
    Pending: { x: 0, y: 0, width: 452, height: 250 },
    // CrashLoopBackOff with how often and how long stands in one line.
    Running: { x: 488, y: 0, width: 288, height: 200 },
    Succeeded: { x: 816, y: 0, width: 296, height: 70 },
    Failed: { x: 816, y: 78, width: 296, height: 96 },
    Unknown: { x: 816, y: 182, width: 296, height: 68 },
  },
  leaving: { y: 272, height: 50 },
})

function boardOf(board: Pick<Board, 'head' | 'largest' | 'places' | 'leaving'>): Board {
  const { Pending, Running, Succeeded, Failed, Unknown } = board.places
  const right = ({ x, width }: Place): number => x + width
  const [first, low] = [Math.min(56, Succeeded.height / 2), (Running.y + Running.height + Pending.y + Pending.height) / 2 - 38]
  const under = Math.max(low, Running.y + Running.height + 22)
  const across = Math.min(Running.y + Running.height - 24, Failed.y + Failed.height / 3)
  const into = Failed.y + (Failed.height * 3) / 4
  return {
    ...board,
    width: right(Unknown),
    height: board.leaving.y + board.leaving.height + 8,
    ways: [
      { from: 'Pending', to: 'Running', points: [{ x: right(Pending), y: first }, { x: Running.x, y: first }] },
      { from: 'Running', to: 'Succeeded', points: [{ x: right(Running), y: first }, { x: Succeeded.x, y: first }] },
      { from: 'Running', to: 'Failed', points: [{ x: right(Running), y: across }, { x: Failed.x, y: across }] },
      { from: 'Pending', to: 'Failed', points: [{ x: right(Pending), y: under }, { x: Failed.x - 22, y: under }, { x: Failed.x - 22, y: into }, { x: Failed.x, y: into }] },
    ],
  }
}

/** As large as it fits; on a desk it may be higher than the pane rather than illegible. */
export function scaleOf({ width, height, head, largest }: Board, pane: { width: number; height: number }): number {
  return Math.min(largest, (pane.width - 28) / width, Math.max((pane.height - head) / height, 0.8))
}
