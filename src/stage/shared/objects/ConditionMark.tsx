import type { ReactElement } from 'react'
import styles from './FourLanes.module.css'

/** A tick, a ring, a question mark: not by colour alone. */
export function ConditionMark({ status }: { status: string }): ReactElement {
  return (
    <svg
      viewBox="0 0 14 14"
      width="12"
      height="12"
      role="img"
      aria-label={status}
      className={styles.mark}
      data-status={status}
    >
      {status === 'True' && <path d="m2.5 7.5 3 3 6-7" />}
      {status === 'False' && <circle cx="7" cy="7" r="4.6" />}
      {status === 'Unknown' && <path d="M4.6 5a2.5 2.5 0 1 1 3.6 2.3C7.4 7.7 7 8.2 7 9m0 2.6v.1" />}
    </svg>
  )
}
