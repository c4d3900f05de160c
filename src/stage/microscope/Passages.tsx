import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './microscope.module.css'
import { passages } from './table.ts'
import type { NodeRow } from './table.ts'

/** The filters as a row of marks: a dot for one that the node passed, a cross for the one that refused it, a ring for those not asked. */
export function Passages({ filters, row }: { filters: readonly string[]; row: NodeRow }): ReactElement {
  const { t } = useTranslation('microscope')
  const states = passages(filters, row)
  const passed = states.filter((state) => state === 'passed').length
  const words = row.refused === undefined ? t('passedAll', { count: passed }) : t('passedSome', { count: passed, plugin: row.refused.plugin })
  return (
    <span className={styles.marks} role="img" aria-label={words} title={filters.map((name, i) => `${glyphs[states[i]!]} ${name}`).join('\n')}>
      {filters.map((name, i) => (
        <span key={name} className={styles.mark} data-state={states[i]} />
      ))}
    </span>
  )
}

const glyphs = { passed: '✓', refused: '✕', unasked: '·' } as const
