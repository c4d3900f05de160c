import type { TFunction } from 'i18next'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Attempt } from '../../worker/protocol.ts'
import { sentences } from '../shared/words/sentences.ts'
import type { Try } from './attempts.ts'
import styles from './microscope.module.css'
import type { Table } from './table.ts'

interface SummaryProps {
  shown: Try
  attempt: Attempt
  table: Table
  /** What is known at the moment on stage: the scores, the end. */
  scored: boolean
  ended: boolean
}

/** The attempt in a sentence or two. */
export function Summary({ shown, attempt, table, scored, ended }: SummaryProps): ReactElement {
  const { t } = useTranslation(['microscope', 'narration'])
  const { woken } = shown
  const parts = [
    woken !== undefined && t(woken.plugin === undefined ? 'woken' : 'wokenBy', { why: wake(t, woken.event), plugin: woken.plugin ?? '' }),
    verdict(t, attempt, table, scored),
    absent(t, attempt),
    shown.outcome === 'Preempting' && ended && t('preempting', { node: shown.node ?? '' }),
    attempt.schedulerName !== 'default-scheduler' && t('profile', { name: attempt.schedulerName }),
  ]
  return (
    <div className={styles.summary}>
      <p>{sentences(...parts)}</p>
      {ended && shown.message !== undefined && <p className={styles.message}><code>{shown.message}</code></p>}
    </div>
  )
}

type T = TFunction<['microscope', 'narration']>

function verdict(t: T, attempt: Attempt, { fitting }: Table, scored: boolean): string {
  const total = attempt.nodeCount
  if (attempt.preFilterMessage !== '') return t('refusedEarly', { message: attempt.preFilterMessage })
  if (fitting === 0) return total === 1 ? t('onlyNodeRefuses') : t('noneFits', { total })
  const fit = t('someFit', { fitting, total, count: fitting })
  if (!scored) return sentences(fit, t('notScored'))
  if (fitting === 1) return sentences(fit, t('onlyOne', { node: attempt.node }))
  return sentences(fit, t(attempt.tie ? 'tie' : 'wins', { node: attempt.node }))
}

/** Nodes without a row: named ones are all that come into question, or enough had been found. */
function absent(t: T, { absent: { count, reasons }, preFilterMessage }: Attempt): string | undefined {
  if (count === 0 || preFilterMessage !== '') return undefined
  return reasons.length === 0 ? t('sampled', { count }) : t('absent', { count, reasons: reasons.join(', ') })
}

const known = [
  'AssignedPodAdd', 'AssignedPodDelete', 'NodeAdd', 'NodeDelete', 'NodeAllocatableChange', 'NodeLabelChange', 'NodeTaintChange',
  'NodeConditionChange', 'UnschedulableTimeout',
] as const

/** What gave the pod another chance, in the caption's words. */
function wake(t: T, event: string): string {
  const name = known.find((each) => each === event)
  if (name !== undefined) return t(`narration:wake.${name}`)
  return event.endsWith('GatesEliminated') ? t('narration:wake.gates') : t('narration:wake.other', { event })
}
