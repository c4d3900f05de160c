import type { ReactElement, ReactNode, Ref } from 'react'
import { classes } from './classes.ts'
import styles from './Pane.module.css'

/** The place of a view on stage. */
export function Pane({ ref, children }: { ref?: Ref<HTMLDivElement>; children: ReactNode }): ReactElement {
  return (
    <div ref={ref} className={styles.pane}>
      {children}
    </div>
  )
}

/** What of it scrolls: all of it. */
export function PaneBody({ className, children }: { className?: string | undefined; children: ReactNode }): ReactElement {
  return <div className={classes(styles.scroll, className)}>{children}</div>
}

/** What the view is about, and beside it a word on where that stands. */
export function PaneHead({
  title,
  className,
  children,
}: {
  title: string
  className?: string | undefined
  children?: ReactNode
}): ReactElement {
  return (
    <header className={classes(styles.head, className)}>
      <h2>{title}</h2>
      {children}
    </header>
  )
}
