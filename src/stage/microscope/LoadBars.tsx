import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { amountOf } from '../shared/objects/amount.ts'
import type { Load } from '../shared/objects/load.ts'
import styles from './microscope.module.css'

const resources = ['cpu', 'memory', 'pods'] as const

/** What the node had promised away of what it can give: three thin bars, in words on hover and for screen readers. */
export function LoadBars({ load }: { load: Load }): ReactElement {
  const { t } = useTranslation('microscope')
  const words = resources.map((resource) => {
    const { used, of } = load[resource]
    return t(`load.${resource}`, { used: amountOf(resource, used), of: amountOf(resource, of) })
  })
  return (
    <span className={styles.bars} role="img" aria-label={words.join(', ')} title={words.join('\n')}>
      {resources.map((resource) => {
        const { used, of } = load[resource]
        const full = of === 0 ? 0 : Math.min(1, used / of)
        return (
          <span key={resource} className={styles.track}>
            <span className={styles.fill} data-full={full > 0.85 || undefined} style={{ width: `${full * 100}%` }} />
          </span>
        )
      })}
    </span>
  )
}
