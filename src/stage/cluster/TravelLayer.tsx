import { useLayoutEffect, useMemo, useRef } from 'react'
import type { CSSProperties, ReactElement } from 'react'
import { useStep } from '../../playback/hooks.ts'
import { pathOf, sharesOf } from '../shared/ui/path.ts'
import { useView } from '../shared/view.ts'
import type { Point } from '../shared/ui/path.ts'
import styles from './cluster.module.css'
import type { ClusterLayout } from './layout.ts'
import { denseLetters, hallLetters, labelPlace, travelOf } from './travel.ts'
import type { Travel } from './travel.ts'
import type { PlacedLayout } from './wires.ts'

/**
 * What the present step moves: its line lit from sender to receiver, the packet on it, what the packet says.
 * Travelling is an animation along the line that starts with the step; at rest, or without motion, the
 * packet stands at the receiver, so that every paused picture tells the same.
 */
export function TravelLayer({ layout, moving, travelMs }: { layout: PlacedLayout; moving: boolean; travelMs: number }): ReactElement | null {
  const step = useStep()
  const hall = useView((s) => s.presenting)
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
      <Packet points={points} scale={scale} travelMs={moving ? travelMs : 0} />
      <Label travel={travel} scale={layout.dense === 'wide' ? scale * (hall ? hallLetters : denseLetters) : scale} layout={layout} />
    </div>
  )
}

/** Of transforms alone, from corner to corner: the browser moves it without a frame of the page. Along an `offset-path` it would ask for all of them. */
function Packet({ points, scale, travelMs }: { points: readonly Point[]; scale: number; travelMs: number }): ReactElement {
  const packet = useRef<HTMLSpanElement>(null)
  useLayoutEffect(() => {
    if (travelMs === 0) return undefined
    const frames = sharesOf(points).map((offset, i) => ({ offset, transform: standingAt(points[i]!) }))
    const animation = packet.current!.animate(frames, { duration: travelMs, easing: 'cubic-bezier(0.2, 0, 0, 1)' })
    return () => animation.cancel()
    // It starts with the step, whatever the layout does meanwhile.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [])
  return <span ref={packet} className={styles.packet} style={{ transform: standingAt(points.at(-1)!), '--size': scale } as CSSProperties} />
}

const standingAt = ({ x, y }: Point): string => `translate(${x}px, ${y}px) translate(-50%, -50%)`

function Label({ travel, scale, layout }: { travel: Travel; scale: number; layout: PlacedLayout }): ReactElement {
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
