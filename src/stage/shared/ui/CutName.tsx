import type { ReactElement, ReactNode } from 'react'
import styles from './CutName.module.css'

/**
 * An object's name, cut in its middle where there is no room for it: pods of one owner differ at their ends. `lead`: what stands before it, and goes
 * first.
 */
export function CutName({ name, lead }: { name: string; lead?: ReactNode }): ReactElement {
  const end = endOf(name)
  return (
    <span className={styles.name}>
      <span>
        {lead}
        {name.slice(0, end)}
      </span>
      {name.slice(end)}
    </span>
  )
}

/** Where the part begins that tells a pod from its siblings. */
function endOf(name: string): number {
  const at = name.lastIndexOf('-') + 1
  return at === 0 || name.length - at > 6 ? name.length : at
}
