import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { hopPath, hopWhat } from '../shared/hop.ts'
import { Dialog } from '../shared/Overlay.tsx'
import { formatClock } from '../shared/time.ts'
import styles from './StepList.module.css'

/** The timeline as text: every visible step, in order; the alternative for those who cannot see lanes. */
export default function StepList({ film, onClose }: { film: Film; onClose: () => void }): ReactElement {
  const { t } = useTranslation('timeline')
  const playback = usePlayback()
  const cursor = usePlaybackState((s) => s.cursor)
  const scroller = useRef<HTMLDivElement>(null)
  const hops = film.ofSize('hop')
  const present = hops.findLastIndex((index) => index <= cursor)
  const rows = useVirtualizer({
    count: hops.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 30,
    overscan: 12,
    initialOffset: Math.max(0, present - 6) * 30,
    initialRect: { width: 600, height: 480 },
  })
  return (
    <Dialog title={t('listTitle')} description={t('listHint')} open onOpenChange={onClose}>
      <div ref={scroller} className={styles.scroller}>
        <ol style={{ height: rows.getTotalSize() }} className={styles.list}>
          {rows.getVirtualItems().map((item) => {
            const step = film.steps[hops[item.index]!]!
            return (
              <li key={item.key} style={{ transform: `translateY(${item.start}px)` }} className={styles.item}>
                <button
                  type="button"
                  className={styles.step}
                  aria-current={step.index === cursor ? 'step' : undefined}
                  onClick={() => playback.seek(step.index)}
                >
                  <span className={styles.number}>{step.index + 1}</span>
                  <time className={styles.time}>{formatClock(step.at - film.opening.startMs)}</time>
                  <span className={styles.path}>{hopPath(step)}</span>
                  <span className={styles.what}>{hopWhat(step)}</span>
                </button>
              </li>
            )
          })}
        </ol>
      </div>
    </Dialog>
  )
}
