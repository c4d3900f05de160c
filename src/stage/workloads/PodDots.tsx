import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pod } from '../../engine/api/types.ts'
import { StateIcon } from '../shared/objects/StateIcon.tsx'
import { podTone, printedPod } from '../shared/objects/status.ts'
import { select, useView } from '../shared/view.ts'
import type { Family } from './tree.ts'
import styles from './workloads.module.css'

/** More pods than this are counted, not drawn. */
const podsMost = 60

/** Pods as their shapes, in order; a click selects one. */
export function PodDots({ pods }: { pods: readonly Family[] }): ReactElement {
  const { t } = useTranslation('workloads')
  const chosen = useView((s) => s.selected)
  return (
    <ul className={styles.dots}>
      {pods.slice(0, podsMost).map(({ key, object }) => {
        const pod = object as Pod
        const { status } = printedPod(pod)
        const label = t('pod', { name: pod.metadata.name, status, node: pod.spec.nodeName ?? '–' })
        return (
          <li key={pod.metadata.uid}>
            <button type="button" aria-label={label} data-word={status} data-word-title={label} aria-pressed={chosen === key} onClick={() => select(key)}>
              <StateIcon tone={podTone(pod)} size={15} />
            </button>
          </li>
        )
      })}
      {pods.length > podsMost && <li className={styles.more}>{t('more', { count: pods.length - podsMost })}</li>}
    </ul>
  )
}
