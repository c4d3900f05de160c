import { ChevronDown, CircleCheck, CircleX, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { bytes } from '../shared/objects/amount.ts'
import { Button } from '../shared/ui/Button.tsx'
import { checkedMax } from './checking/checker.ts'
import type { Fix } from './checking/finding.ts'
import type { CheckState } from './checking/useCheck.ts'
import styles from './Problems.module.css'
import { lineAt } from './texts.ts'
import type { Shown } from './texts.ts'

interface Listed {
  text: string
  /** At least one. */
  shown: readonly Shown[]
  onGoTo: (offset: number) => void
  onFix: (fix: Fix) => void
}

/** Below the text: how many problems it has and the first of them; opened, all, each with its ways to mend it. */
export function Problems({ state, ...listed }: Listed & { state: CheckState }): ReactElement | null {
  const { t } = useTranslation('editor')
  if (state === undefined) return null
  if (state.type === 'tooComplex')
    return (
      <p className={styles.note} role="status">
        {t('tooComplex')}
      </p>
    )
  if (state.type === 'tooLarge') {
    const size = `${bytes(state.text.length)}B`
    return (
      <p className={styles.note} role="status">
        {t('tooLarge', { size, limit: `${bytes(checkedMax)}B` })}
      </p>
    )
  }
  if (listed.shown.length > 0) return <Found {...listed} />
  return (
    <p className={styles.fine}>
      <CircleCheck size={13} aria-hidden="true" />
      {t('noProblems')}
    </p>
  )
}

function Found({ text, shown, onGoTo, onFix }: Listed): ReactElement {
  const { t } = useTranslation('editor')
  const [open, setOpen] = useState(false)
  const [first] = shown
  const count = t('problems', { count: shown.length })
  const isOne = !open && shown.length === 1
  return (
    <section className={styles.problems} aria-label={count}>
      {open && <List text={text} shown={shown} onGoTo={onGoTo} onFix={onFix} />}
      <div className={styles.bar}>
        <button
          type="button"
          className={styles.count}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          title={t(open ? 'hideProblems' : 'showProblems')}
        >
          <Mark severity={shown.some((s) => s.finding.severity === 'error') ? 'error' : 'warning'} />
          {isOne ? t('line', { line: lineAt(text, first!.finding.from) }) : count}
          <ChevronDown size={13} className={styles.chevron} aria-hidden="true" />
        </button>
        {!open && <Fixes shown={first!} onFix={onFix} max={1} />}
        {!open && (
          <button
            type="button"
            className={styles.first}
            title={first!.message}
            onClick={() => onGoTo(first!.finding.from)}
          >
            {first!.message}
          </button>
        )}
      </div>
      <p className="visually-hidden" role="status">
        {count}
      </p>
    </section>
  )
}

function List({ text, shown, onGoTo, onFix }: Listed): ReactElement {
  const { t } = useTranslation('editor')
  return (
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
