import { useMemo } from 'react'
import type { CSSProperties, ReactElement } from 'react'
import { usePlaybackState } from '../../playback/hooks.ts'
import { useChain } from '../shared/film/chain.ts'
import { chainRoutes } from './chainRoutes.ts'
import styles from './cluster.module.css'
import type { ClusterLayout } from './layout.ts'

/** So many numbers stand on one line. */
const numbersMost = 3

/** The chain of causes that somebody looks at, drawn over the lines it ran along. */
export function ChainLayer({ layout }: { layout: ClusterLayout }): ReactElement | null {
  const links = useChain()
  const film = usePlaybackState((s) => s.film)
  const routes = useMemo(
    () => (film === undefined || links.length === 0 ? [] : chainRoutes(film.steps, links, layout)),
    [film, links, layout],
  )
  if (routes.length === 0) return null
  return (
    <div className={styles.chain} style={{ '--thick': layout.scale } as CSSProperties} aria-hidden="true">
      <svg className={styles.line}>
        {routes.map(({ d }) => (
          <path key={d} d={d} />
        ))}
      </svg>
      {routes.map(({ d, at, numbers }) => (
        <span key={d} style={{ transform: `translate(${at.x}px, ${at.y}px) translate(-50%, -50%) scale(${layout.scale})` }}>
          {numbers.slice(0, numbersMost).join(' · ')}
          {numbers.length > numbersMost && ' …'}
        </span>
      ))}
    </div>
  )
}
