import { ChevronDown, CircleCheck, CircleX, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../shared/Button.tsx'
import { bytes } from '../shared/amount.ts'
import type { Fix } from './checking/finding.ts'
import { checkedMax } from './checking/checker.ts'
import type { CheckState } from './checking/useCheck.ts'
import styles from './Problems.module.css'
import { lineAt } from './texts.ts'
import type { Shown } from './texts.ts'

interface Props {
  state: CheckState
  /** The text as it is now: older findings are not counted any more. */
  text: string
  shown: readonly Shown[]
  onGoTo: (offset: number) => void
  onFix: (fix: Fix) => void
}

/** Below the text: how many problems it has and the first of them; opened, all, each with its ways to mend it. */
export function Problems({ state, text, shown, onGoTo, onFix }: Props): ReactElement | null {
  const { t } = useTranslation('editor')
  const [open, setOpen] = useState(false)
  if (state === undefined) return null
  if (state.type !== 'done') {
    const why =
      state.type === 'tooLarge'
        ? t('tooLarge', { size: `${bytes(text.length)}B`, limit: `${bytes(checkedMax)}B` })
        : t('tooComplex')
    return (
      <p className={styles.note} role="status">
        {why}
      </p>
    )
  }
  if (shown.length === 0) {
    return (
      <p className={styles.fine}>
        <CircleCheck size={13} aria-hidden="true" />
        {t('noProblems')}
      </p>
    )
  }
  const first = shown[0]!
  return (
    <section className={styles.problems} aria-label={t('problems', { count: shown.length })}>
      {open && (
        <ul className={styles.list}>
          {shown.map((one) => (
            <li key={`${one.finding.from} ${one.message}`} className={styles.item}>
              <button type="button" className={styles.place} onClick={() => onGoTo(one.finding.from)}>
                <Mark severity={one.finding.severity} />
                <span className={styles.line}>{t('line', { line: lineAt(text, one.finding.from) })}</span>
                <span className={styles.message}>{one.message}</span>
              </button>
              <Fixes shown={one} onFix={onFix} />
            </li>
          ))}
        </ul>
      )}
      <div className={styles.bar}>
        <button
          type="button"
          className={styles.count}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          title={t(open ? 'hideProblems' : 'showProblems')}
        >
          <Mark severity={shown.some((s) => s.finding.severity === 'error') ? 'error' : 'warning'} />
          {open || shown.length > 1
            ? t('problems', { count: shown.length })
            : t('line', { line: lineAt(text, first.finding.from) })}
          <ChevronDown size={13} className={styles.chevron} aria-hidden="true" />
        </button>
        {!open && <Fixes shown={first} onFix={onFix} max={1} />}
        {!open && (
          <button
            type="button"
            className={styles.first}
            title={first.message}
            onClick={() => onGoTo(first.finding.from)}
          >
            {first.message}
          </button>
        )}
      </div>
      <p className="visually-hidden" role="status">
        {t('problems', { count: shown.length })}
      </p>
    </section>
  )
}

function Fixes({ shown, onFix, max }: { shown: Shown; onFix: (fix: Fix) => void; max?: number }): ReactNode {
  if (shown.fixes.length === 0) return null
  return (
    <span className={styles.fixes}>
      {shown.fixes.slice(0, max).map(({ title, fix }) => (
        <Button key={title} look="link" className={styles.fix} onClick={() => onFix(fix)}>
          {title}
        </Button>
      ))}
    </span>
  )
}

function Mark({ severity }: { severity: 'error' | 'warning' }): ReactElement {
  const Icon = severity === 'error' ? CircleX : TriangleAlert
  return <Icon size={13} className={styles[severity]} aria-hidden="true" />
}
