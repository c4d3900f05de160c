import type { ReactElement } from 'react'
import { toneColour } from './tone.ts'
import type { Tone } from './tone.ts'

/** A shape for each state, so that colour never stands alone. Decorative: the word stands beside it. */
const shapes: Record<Tone, ReactElement> = {
  pending: <circle cx="8" cy="8" r="5.4" fill="none" stroke="currentColor" strokeWidth="1.8" strokeDasharray="2.6 2.25" />,
  working: (
    <>
      <circle cx="8" cy="8" r="5.4" fill="none" stroke="currentColor" strokeWidth="1.8" />
      <path d="M8 3.6a4.4 4.4 0 0 1 0 8.8Z" fill="currentColor" />
    </>
  ),
  ready: <circle cx="8" cy="8" r="6" fill="currentColor" />,
  failed: (
    <path
      d="M8 1.6 14.4 8 8 14.4 1.6 8Zm-2 4.4 4 4m0-4-4 4"
      fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinejoin="round" strokeLinecap="round"
    />
  ),
  done: (
    <>
      <rect x="2.2" y="2.2" width="11.6" height="11.6" rx="2.6" fill="currentColor" />
      <path d="m5.2 8.2 2 2 3.8-4.2" fill="none" stroke="var(--panel)" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" />
    </>
  ),
  terminating: (
    <path
      d="M8 2.4A5.6 5.6 0 1 0 13.6 8M8 5v3.4l2.2 1.6"
      fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round"
    />
  ),
  unknown: (
    <>
      <circle cx="8" cy="8" r="5.9" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path
        d="M6.3 6.4a1.75 1.75 0 1 1 2.5 1.6c-.5.24-.8.6-.8 1.2m0 1.7v.1"
        fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round"
      />
    </>
  ),
}

export function StateIcon({ tone, size = 14 }: { tone: Tone; size?: number }): ReactElement {
  return (
    <svg viewBox="0 0 16 16" width={size} height={size} style={{ color: toneColour(tone), flex: 'none' }} aria-hidden="true">
      {shapes[tone]}
    </svg>
  )
}
