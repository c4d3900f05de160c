import type { ReactElement } from 'react'
import { stateShapes } from './stateShapes.ts'
import { toneColour, tones } from './tone.ts'
import type { Tone } from './tone.ts'

const drawn = Object.fromEntries(
  tones.map((tone) => [
    tone,
    stateShapes[tone].map(({ d, width, dash, isCut }) => {
      const colour = isCut ? 'var(--panel)' : 'currentColor'
      if (width === undefined) return <path key={d} d={d} fill={colour} />
      return (
        <path key={d} d={d} fill="none" stroke={colour} strokeWidth={width} strokeDasharray={dash} strokeLinejoin="round" strokeLinecap={dash === undefined ? 'round' : 'butt'} />
      )
    }),
  ]),
) as Record<Tone, ReactElement[]>

/** The shape of a state. Decorative: the word stands beside it. */
export function StateIcon({ tone, size = 14 }: { tone: Tone; size?: number }): ReactElement {
  return (
    <svg viewBox="0 0 16 16" width={size} height={size} style={{ color: toneColour(tone), flex: 'none' }} aria-hidden="true">
      {drawn[tone]}
    </svg>
  )
}
