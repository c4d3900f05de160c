import { GitCompare } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import { usePlayback } from '../../playback/hooks.ts'
import { Button } from '../shared/ui/Button.tsx'
import { Menu, MenuItem } from '../shared/ui/Menu.tsx'
import { StateIcon } from '../shared/objects/StateIcon.tsx'
import { formatClock } from '../shared/film/time.ts'
import { toneColour } from '../shared/objects/tone.ts'
import type { Tone } from '../shared/objects/tone.ts'
import type { Try } from './attempts.ts'
import styles from './microscope.module.css'

interface AttemptStripProps {
  film: Film
  tries: readonly Try[]
  shown: Try
  cursor: number
  other: Try | undefined
  onCompare: (filter: number | undefined) => void
}

const tones: Record<Try['outcome'], Tone> = {
  Scheduled: 'ready', Unschedulable: 'pending', Preempting: 'terminating', Error: 'failed', Open: 'working',
}

/** All attempts for the pod: a click goes to the moment at which one was decided; one can be laid beside another. */
export function AttemptStrip({ film, tries, shown, cursor, other, onCompare }: AttemptStripProps): ReactElement {
  const { t } = useTranslation('microscope')
  const playback = usePlayback()
  const others = tries.filter(({ filter }) => filter !== shown.filter)
  return (
    <div className={styles.strip}>
      <ol aria-label={t('attempts')}>
        {tries.map((each) => (
          <li key={each.filter}>
            <button
              type="button"
              className={styles.try}
              aria-current={each === shown ? 'step' : undefined}
              data-ahead={each.filter > cursor || undefined}
              onClick={() => playback.seek(each.end)}
            >
              <span style={{ color: toneColour(tones[each.outcome]) }}>
                <StateIcon tone={tones[each.outcome]} size={12} />
              </span>
              <b>{t('attempt', { n: each.attempt })}</b>
              <span>{t(`outcome.${each.outcome}`, { node: each.node ?? '' })}</span>
              <time className="figures">{formatClock(each.at - film.opening.startMs)}</time>
            </button>
          </li>
        ))}
      </ol>
      {others.length > 0 && (
        <Menu
          align="end"
          trigger={
            <Button look="quiet" className={styles.compare}>
              <GitCompare size={14} />
              {other === undefined ? t('compare') : t('comparedWith', { n: other.attempt })}
            </Button>
          }
        >
          <MenuItem checked={other === undefined} onSelect={() => onCompare(undefined)}>
            {t('compareNone')}
          </MenuItem>
          {others.map((each) => (
            <MenuItem key={each.filter} checked={each === other} onSelect={() => onCompare(each.filter)}>
              {t('attempt', { n: each.attempt })}: {t(`outcome.${each.outcome}`, { node: each.node ?? '' })}
            </MenuItem>
          ))}
        </Menu>
      )}
    </div>
  )
}
