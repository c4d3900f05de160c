import type { CSSProperties, ReactElement, ReactNode } from 'react'
import { useStore } from 'zustand'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import type { Scale } from '../../playback/scale.ts'
import { stairs } from './series.ts'
import type { Point } from './series.ts'
import styles from './workloads.module.css'

export type Look = 'ready' | 'created' | 'desired' | 'bound' | 'metric' | 'target'

export interface Line {
  readonly look: Look
  readonly points: readonly Point[]
  /** Filled down to the axis. */
  readonly area?: boolean
}

const [width, height] = [1000, 100]

/** Numbers over the time of the film, stretched as the timeline is. What has not happened yet is veiled. */
export function Chart({ lines, top, label, tall, children }: { lines: readonly Line[]; top: number; label: string; tall?: boolean; children?: ReactNode }): ReactElement | null {
  const scale = usePlaybackState((s) => s.scale)
  // The scale is one object as long as the film is: it has grown with each edition.
  usePlaybackState((s) => s.edition)
  if (scale === undefined) return null
  const end = Math.max(1, scale.end)
  const x = (step: number): number => (step < 0 ? 0 : (scale.positionOfStep(step) / end) * width)
  const y = (value: number): number => height - 4 - (value / top) * (height - 12)
  return (
    <div className={styles.chart} data-tall={tall || undefined}>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {lines.map(({ look, points, area }) => {
          const d = stairs(points, x, y, width)
          if (d === '') return null
          return area === true ? (
            <path key={look} className={styles.area} data-look={look} d={`${d}V${y(0)}H${x(points[0]!.step)}Z`} />
          ) : (
            <path key={look} className={styles.line} data-look={look} d={d} />
          )
        })}
      </svg>
      {children}
      <Veil scale={scale} />
    </div>
  )
}

function Veil({ scale }: { scale: Scale }): ReactElement {
  const playback = usePlayback()
  const share = useStore(playback.clock, ({ position }) => Math.min(1, position / Math.max(1, scale.end)))
  return <div className={styles.veil} style={{ '--share': share } as CSSProperties} aria-hidden="true" />
}
