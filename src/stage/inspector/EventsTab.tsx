import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { lastSeen, timesSeen } from '../../engine/api/eventTimes.ts'
import { parseTime } from '../../engine/api/time.ts'
import type { Event } from '../../engine/api/types.ts'
import { opening } from '../../playback/film.ts'
import { useObjects, usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { Blank } from '../shared/ui/Blank.tsx'
import { eventWord } from '../shared/words/explanation.ts'
import { formatSpan } from '../shared/film/time.ts'
import { Explain, Explained } from '../shared/words/Glossary.tsx'
import styles from './inspector.module.css'
import { useMoment } from './parts.tsx'

/** Events about one object, the latest first. A click goes to the moment at which it was reported last. */
export function EventsTab({ uid, namespace }: { uid: string; namespace: string }): ReactElement {
  const { t } = useTranslation('inspector')
  const playback = usePlayback()
  const film = usePlaybackState((s) => s.film)
  const revision = usePlaybackState((s) => s.world)
  const now = useMoment()
  const events = useObjects<Event>(`events/${namespace}/`).filter((event) => event.involvedObject.uid === uid)
  if (film === undefined || events.length === 0) return <Blank title={t('noEvents')}>{t('noEventsText')}</Blank>
  const stepOf = (event: Event): number =>
    film.stepOfRevision(film.etcd.entry(`events/${namespace}/${event.metadata.name}`, revision)?.revision ?? 0)
  // One from before the film says itself when that was.
  const toldAt = (event: Event, step: number): number => (step === opening ? parseTime(lastSeen(event)) : undefined) ?? film.timeOf(step)
  const rows = events.map((event) => ({ event, step: stepOf(event) })).sort((a, b) => b.step - a.step || toldAt(b.event, b.step) - toldAt(a.event, a.step))
  return (
    <ol className={styles.events}>
      {rows.map(({ event, event: { metadata, type, reason, message, source, reportingComponent }, step }) => (
        <li key={metadata.uid} data-type={type}>
          <button type="button" onClick={() => playback.seek(step)}>
            <span className={styles.eventHead}>
              <EventMark type={type} />
              <b data-word={eventWord(reason)}>{reason}</b>
              {timesSeen(event) > 1 && <small>×{timesSeen(event)}</small>}
              <time>{t('ago', { time: formatSpan(Math.max(0, now - toldAt(event, step))) })}</time>
            </span>
            <span className={styles.eventText}>
              <Explained text={message} quiet />
            </span>
          </button>
          <small className={styles.eventFrom}>
            {t('from', { who: source.component ?? reportingComponent })} · <Explain word={eventWord(reason)}>{type}</Explain>
          </small>
        </li>
      ))}
    </ol>
  )
}

/** A dot for Normal, a triangle for Warning. */
function EventMark({ type }: { type: string }): ReactElement {
  return (
    <svg viewBox="0 0 14 14" width="12" height="12" aria-hidden="true" className={styles.eventMark} data-type={type}>
      {type === 'Warning' ? <path d="M7 1.5 13 12.5H1ZM7 5.5v3M7 10.3v.2" /> : <circle cx="7" cy="7" r="3.2" />}
    </svg>
  )
}
