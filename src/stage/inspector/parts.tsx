import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlaybackState } from '../../playback/hooks.ts'
import { Button } from '../shared/ui/Button.tsx'
import { classes } from '../shared/ui/classes.ts'
import { CutName } from '../shared/ui/CutName.tsx'
import { select, useView } from '../shared/view.ts'
import styles from './inspector.module.css'

/** What all inspectors are put together from. */
export function Head({
  kind,
  name,
  children,
  note,
  tool,
}: {
  kind: string
  name: string
  children?: ReactNode
  /** A button beside the name. */
  tool?: ReactNode
  note?: ReactNode
}): ReactElement {
  const { t } = useTranslation('inspector')
  const chosen = useView((s) => s.selected)
  return (
    <header className={styles.head}>
      <div className={styles.headLine}>
        <h2 aria-label={`${kind}${name}`} title={`${kind}${name}`}>
          <span className={styles.kind}>{kind}</span>
          <CutName name={name} />
        </h2>
        <span className={styles.tool}>{tool}</span>
        {chosen === undefined ? (
          <span className={styles.follows}>{t('following')}</span>
        ) : (
          <Button look="link" onClick={() => select(undefined)}>
            {t('follow')}
          </Button>
        )}
      </div>
      {children !== undefined && <div className={styles.headFacts}>{children}</div>}
      {note !== undefined && <p className={styles.headNote}>{note}</p>}
    </header>
  )
}

export function Section({
  title,
  children,
  className,
}: {
  title: string
  children: ReactNode
  className?: string | undefined
}): ReactElement {
  return (
    <section className={classes(styles.section, className)}>
      <h3>{title}</h3>
      {children}
    </section>
  )
}

/** Facts as pairs; those without a value are left out. */
export function Facts({ rows }: { rows: readonly (readonly [name: string, value: ReactNode])[] }): ReactElement {
  return (
    <dl className={styles.facts}>
      {rows
        .filter(([, value]) => value !== undefined && value !== '' && value !== false)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

/** Virtual ms of the step on stage. Clocks that run in between read useNow instead. */
export function useMoment(): number {
  return usePlaybackState((s) => s.film?.timeOf(s.cursor) ?? 0)
}

export function useRevision(): number {
  return usePlaybackState((s) => s.world)
}
