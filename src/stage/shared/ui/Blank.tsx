import { useEffect, useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './Blank.module.css'
import { classes } from './classes.ts'

/** A view with nothing to show yet: why, and what to do. */
export function Blank({ title, children, actions }: { title?: string; children?: ReactNode; actions?: ReactNode }): ReactElement {
  return (
    <div className={styles.blank}>
      {title !== undefined && <p className={styles.title}>{title}</p>}
      {children !== undefined && <p className={styles.text}>{children}</p>}
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </div>
  )
}

/** Real ms: what takes no longer than this is not worth saying aloud. */
const saidAfterMs = 1000

/** Shown only when loading takes longer than a moment, and said when it takes longer still. */
export function Loading(): ReactElement {
  const { t } = useTranslation('common')
  const [long, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), saidAfterMs)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className={classes(styles.blank, styles.loading)} role="status">
      <span className={styles.dots} aria-hidden="true"><i /><i /><i /></span>
      {long && <span className="visually-hidden">{t('loading')}</span>}
    </div>
  )
}

/** What can be typed or done here, over the place where it is done. */
export function Hint({ children }: { children: ReactNode }): ReactElement {
  return <p className={styles.hint}>{children}</p>
}
