import type { ReactElement } from 'react'
import { useChain } from '../shared/film/chain.ts'
import { xOf } from './draw.ts'
import type { Picture } from './draw.ts'
import { laneOf } from './lanes.ts'
import { middleOf } from './rows.ts'
import styles from './Timeline.module.css'

/** The chain of causes that somebody looks at: from dot to dot across the lanes. */
export function Chain({ film, scale, rows, window, width, height }: Omit<Picture, 'bright' | 'dots' | 'palette'>): ReactElement | null {
  const links = useChain()
  if (links.length === 0 || width === 0) return null
  const yOf = new Map(rows.map((row) => [row.id, middleOf(row) + 0.5]))
  const place = (index: number): { x: number; y: number } | undefined => {
    const step = film.steps[index]
    const y = step === undefined ? undefined : yOf.get(laneOf(step))
    return y === undefined ? undefined : { x: xOf(scale.positionOfStep(index), window, width), y }
  }
  const dots = [...new Set(links.flat())].flatMap((index) => place(index) ?? [])
  return (
    <svg className={styles.chain} width={width} height={height} aria-hidden="true">
      {links.map(([from, to]) => {
        const [a, b] = [place(from), place(to)]
        return a && b && <path key={`${from} ${to}`} d={`M${a.x} ${a.y}L${b.x} ${b.y}`} />
      })}
      {dots.map(({ x, y }) => (
        <circle key={`${x} ${y}`} cx={x} cy={y} r="5" />
      ))}
    </svg>
  )
}
