import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { StateIcon } from '../shared/objects/StateIcon.tsx'
import type { Tone } from '../shared/objects/tone.ts'
import { select } from '../shared/view.ts'
import { slotsOf } from './jobGrid.ts'
import type { SlotState } from './jobGrid.ts'
import type { Family } from './tree.ts'
import styles from './workloads.module.css'

const tones: Record<SlotState, Tone> = { waiting: 'pending', running: 'working', succeeded: 'done', failed: 'failed' }
const slotsMost = 200

/** What a Job has to do, piece by piece. */
export function JobGrid({ family }: { family: Family }): ReactElement {
  const { t } = useTranslation('workloads')
  const slots = slotsOf(family)
  return (
    <>
      <ul className={styles.grid}>
        {slots.slice(0, slotsMost).map(({ name, state, failures, pod }) => {
          const label = `${t('slot', { name, state: t(`slotState.${state}`) })}${failures > 0 ? `, ${t('failures', { count: failures })}` : ''}`
          const face = (
            <>
              <StateIcon tone={tones[state]} size={14} />
              <span>{name}</span>
              {failures > 0 && <em>{failures}×</em>}
            </>
          )
          return (
            <li key={name} data-state={state} title={label}>
              {pod === undefined ? (
                <span role="img" aria-label={label}>
                  {face}
                </span>
              ) : (
                <button type="button" aria-label={label} onClick={() => select(pod)}>
                  {face}
                </button>
              )}
            </li>
          )
        })}
      </ul>
      {slots.length > slotsMost && <p className={styles.more}>{t('more', { count: slots.length - slotsMost })}</p>}
    </>
  )
}
