import type { Tone } from './tone.ts'

/** A stroke or an area of a state's shape, in a square of 16: the same for SVG (StateIcon) and canvas (cluster/drawCrowd.ts). */
interface StatePart {
  /** An SVG path. */
  readonly d: string
  /** Filled; otherwise it is a stroke as wide as this. */
  readonly width?: number
  readonly dash?: string
  /** Drawn in the colour of the ground, over the part before. */
  readonly isCut?: true
}

const ring = (r: number): string => `M${8 + r} 8a${r} ${r} 0 1 1 ${-2 * r} 0a${r} ${r} 0 1 1 ${2 * r} 0Z`

/** A shape for each state, so that colour never stands alone. */
export const stateShapes: Readonly<Record<Tone, readonly StatePart[]>> = {
  pending: [{ d: ring(5.4), width: 1.8, dash: '2.6 2.25' }],
  working: [{ d: ring(5.4), width: 1.8 }, { d: 'M8 3.6a4.4 4.4 0 0 1 0 8.8Z' }],
  ready: [{ d: ring(6) }],
  failed: [{ d: 'M8 1.6 14.4 8 8 14.4 1.6 8Zm-2 4.4 4 4m0-4-4 4', width: 1.7 }],
  done: [
    { d: 'M4.8 2.2h6.4a2.6 2.6 0 0 1 2.6 2.6v6.4a2.6 2.6 0 0 1-2.6 2.6H4.8a2.6 2.6 0 0 1-2.6-2.6V4.8a2.6 2.6 0 0 1 2.6-2.6Z' },
    { d: 'm5.2 8.2 2 2 3.8-4.2', width: 1.8, isCut: true },
  ],
  terminating: [{ d: 'M8 2.4A5.6 5.6 0 1 0 13.6 8M8 5v3.4l2.2 1.6', width: 1.8 }],
  unknown: [{ d: ring(5.9), width: 1.5 }, { d: 'M6.3 6.4a1.75 1.75 0 1 1 2.5 1.6c-.5.24-.8.6-.8 1.2m0 1.7v.1', width: 1.5 }],
}
