import { useMemo } from 'react'
import type { CSSProperties, ReactElement } from 'react'
import { useStep } from '../../playback/hooks.ts'
import { pathOf } from '../shared/path.ts'
import styles from './cluster.module.css'
import type { ClusterLayout } from './layout.ts'
import { labelPlace, travelOf } from './travel.ts'
import type { Travel } from './travel.ts'
import type { PlacedLayout } from './wires.ts'

/**
 * What the present step moves: its line lit from sender to receiver, the packet on it, what the packet says.
 * Travelling is a CSS animation along the line that starts with the step; at rest, or without motion, the
 * packet stands at the receiver, so that every paused picture tells the same.
 */
export function TravelLayer({ layout, moving }: { layout: PlacedLayout; moving: boolean }): ReactElement | null {
  const step = useStep()
  const travel = useMemo(() => (step === undefined ? undefined : travelOf(step, layout)), [step, layout])
  if (step === undefined || travel?.points === undefined) return null
  const points = travel.points
  const inMachine = !['kube-apiserver', 'etcd'].some((place) => travel.from === place || travel.to === place)
  const scale = inMachine ? 1 : layout.scale
  return (
    <div
      className={styles.travel}
      key={step.index}
      data-moving={moving || undefined}
      data-style={travel.style}
      data-refused={travel.refused || undefined}
    >
      <svg className={styles.line} aria-hidden="true" style={{ '--thick': scale } as CSSProperties}>
        <path d={pathOf(points)} />
      </svg>
      {travel.style === 'commit' && <Ripple layout={layout} />}
      <span
        className={styles.packet}
        style={{ offsetPath: `path('${pathOf(points)}')`, '--size': scale } as CSSProperties}
      />
      <Label travel={travel} scale={scale} layout={layout} />
    </div>
  )
}

function Label({ travel, scale, layout }: { travel: Travel; scale: number; layout: ClusterLayout }): ReactElement {
  const { x, y } = labelPlace(travel, layout, scale)
  return (
    <span className={styles.label} style={{ transform: `translate(${x}px, ${y}px) scale(${scale})` }}>
      {travel.label}
    </span>
  )
}

function Ripple({ layout }: { layout: ClusterLayout }): ReactElement {
  const { x, y, width, height } = layout.etcd
  return <span className={styles.ripple} style={{ left: x, top: y, width, height }} />
}
