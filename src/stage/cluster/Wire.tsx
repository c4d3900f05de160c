import { memo } from 'react'
import type { CSSProperties, ReactElement } from 'react'
import type { EdgeProps } from 'reactflow'
import styles from './cluster.module.css'
import type { WireEdge } from './graph.ts'

/** A line of the graph. Dotted below the rail: there the machines watch; nothing is pushed. */
export const Wire = memo(function Wire({ data }: EdgeProps<WireEdge>): ReactElement {
  const { d, place, scale, endpoint } = data!
  if (endpoint !== undefined) return <path d={d} className={styles.endpointWire} data-look={endpoint} />
  return (
    <path
      d={d}
      className={styles.wire}
      data-watch={place.includes('/') || undefined}
      style={{ '--thick': scale } as CSSProperties}
    />
  )
})
