import type { ReactElement } from 'react'
import { toneColour } from './tone.ts'
import type { Tone } from './tone.ts'

/**
 * What a container is doing, as a glyph:
 * ready: filled; running: ring with a dot; waiting: dashed; creating: ring with a gap; pulling: arc = progress;
 * backoff: red arc running down, with a cross; failed: ring with a cross; finished: square with a tick;
 * terminating: violet arc running down; unknown: ring with a question mark.
 */
export type ContainerGlyphState =
  | 'waiting' | 'creating' | 'pulling' | 'running' | 'ready' | 'finished' | 'failed' | 'backoff' | 'terminating' | 'unknown'

const toneOfGlyph: Record<ContainerGlyphState, Tone> = {
  waiting: 'pending', creating: 'working', pulling: 'working', running: 'ready', ready: 'ready', finished: 'done',
  failed: 'failed', backoff: 'failed', terminating: 'terminating', unknown: 'unknown',
}

const radius = 7.5
const circumference = 2 * Math.PI * radius

function Ring({ share, dashed }: { share?: number; dashed?: boolean }): ReactElement {
  const arc = share === undefined ? undefined : `${Math.max(0, Math.min(1, share)) * circumference} ${circumference}`
  return (
    <>
      {share !== undefined && <circle cx="10" cy="10" r={radius} fill="none" stroke="var(--line)" strokeWidth="2.4" />}
      <circle
        cx="10" cy="10" r={radius} fill="none" stroke="currentColor" strokeWidth="2.4" transform="rotate(-90 10 10)"
        strokeDasharray={dashed ? '3.3 2.6' : arc}
      />
    </>
  )
}

const cross = <path d="m7.4 7.4 5.2 5.2m0-5.2-5.2 5.2" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />

function draw(state: ContainerGlyphState, progress: number | undefined): ReactElement {
  switch (state) {
    case 'waiting':
      return <Ring dashed />
    case 'creating':
      return <Ring share={0.78} />
    case 'pulling':
      return <Ring share={progress ?? 0.25} />
    case 'running':
      return <><Ring /><circle cx="10" cy="10" r="2.8" fill="currentColor" /></>
    case 'ready':
      return <circle cx="10" cy="10" r="8.6" fill="currentColor" />
    case 'finished':
      return (
        <>
          <rect x="1.8" y="1.8" width="16.4" height="16.4" rx="3.6" fill="currentColor" />
          <path d="m6 10.3 2.8 2.8L14 7.4" fill="none" stroke="var(--panel)" strokeWidth="2.2" strokeLinecap="round" strokeLinejoin="round" />
        </>
      )
    case 'failed':
      return <><Ring />{cross}</>
    case 'backoff':
      return <><Ring share={progress ?? 1} />{cross}</>
    case 'terminating':
      return <Ring share={progress ?? 0.7} />
    case 'unknown':
      return (
        <>
          <Ring />
          <path d="M8 8.1a2.1 2.1 0 1 1 3 1.9c-.6.3-1 .7-1 1.4m0 2v.1" fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" />
        </>
      )
  }
}

/** `progress` in 0..1: how much of an image is here, or how much of a grace period or a back-off is left. */
export function ContainerGlyph(
  { state, progress, size = 20, label }: { state: ContainerGlyphState; progress?: number; size?: number; label?: string },
): ReactElement {
  return (
    <svg
      viewBox="0 0 20 20" width={size} height={size} style={{ color: toneColour(toneOfGlyph[state]), flex: 'none' }}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {draw(state, progress)}
    </svg>
  )
}

/** The pause container's mark, at the beginning of a sandbox. */
export function PauseGlyph({ size = 12 }: { size?: number }): ReactElement {
  return (
    <svg viewBox="0 0 12 12" width={size} height={size} style={{ color: 'var(--faint)', flex: 'none' }} aria-hidden="true">
      <path d="M4 2.5v7M8 2.5v7" stroke="currentColor" strokeWidth="2.2" />
    </svg>
  )
}
