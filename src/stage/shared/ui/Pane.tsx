import { useEffect, useRef } from 'react'
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

/** What of it scrolls: all of it. Where it has become smaller, what is current comes back into sight. */
export function PaneBody({ className, children }: { className?: string | undefined; children: ReactNode }): ReactElement {
  const body = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = body.current!
    const observer = new ResizeObserver(() => element.querySelector('[aria-current="step"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return (
    <div ref={body} className={classes(styles.scroll, className)}>
      {children}
    </div>
  )
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
