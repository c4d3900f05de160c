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

/** Shown only when loading takes longer than a moment. */
export function Loading(): ReactElement {
  const { t } = useTranslation('common')
  return (
    <div className={classes(styles.blank, styles.loading)} role="status">
      <span className={styles.dots} aria-hidden="true"><i /><i /><i /></span>
      <span className="visually-hidden">{t('loading')}</span>
    </div>
  )
}
