import { useEffect, useMemo, useRef, useState } from 'react'
import type { PointerEvent, ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import { opening } from '../../playback/film.ts'
import { usePlayback } from '../../playback/hooks.ts'
import type { PastEvent } from '../../playback/past.ts'
import { readPalette, useThemeEdition } from '../shared/ui/colour.ts'
import { eventWord, useExplanation } from '../shared/words/explanation.ts'
import { formatAge } from '../shared/film/time.ts'
import { useSize } from '../shared/ui/useSize.ts'
import { select } from '../shared/view.ts'
import { rowAt } from './rows.ts'
import type { Row } from './rows.ts'
import { paint } from './Lanes.tsx'
import { drawPast, nearestPast, pastTicks } from './past.ts'
import type { PastScale } from './past.ts'
import styles from './Timeline.module.css'

/** A pointer this near to a mark (in pixels) means it. */
const snapPx = 4

/** What Events tell of the time before the film, in the lanes of the timeline. The transcript has the same as text. */
export function Past({ film, events, rows }: { film: Film; events: readonly PastEvent[]; rows: readonly Row[] }): ReactElement {
  const { t } = useTranslation('timeline')
  const track = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const { width, height } = useSize(track)
  const theme = useThemeEdition()
  const { startMs } = film.opening
  const scale = useMemo((): PastScale => ({ startMs, oldestMs: startMs - Math.min(...events.map(({ from }) => from)), width }), [startMs, events, width])
  useEffect(() => {
    if (width === 0 || height === 0) return
    paint(canvas.current!, width, height, (context) => drawPast(context, { events, rows, scale, height, palette: readPalette() }))
  }, [events, rows, scale, width, height, theme])
  const pointer = usePointer(events, rows, scale)
  return (
    <>
      <div className={styles.pastRuler}>
        {width > 0 && pastTicks(scale).map(({ x, label }) => (
          <span key={x} className={styles.tick} style={{ left: x }}>
            {label}
          </span>
        ))}
      </div>
      <div ref={track} role="img" aria-label={t('past', { count: events.length, span: formatAge(scale.oldestMs) })} className={styles.past} {...pointer.handlers}>
        <canvas ref={canvas} className={styles.canvas} style={{ width, height }} />
      </div>
      {pointer.hover !== undefined && <PastHover {...pointer.hover} startMs={startMs} />}
    </>
  )
}

/** `x`: in the timeline. */
interface Under {
  x: number
  near: readonly PastEvent[]
}

/** What lies under the pointer; a click chooses what it is about, at the moment of the film that is nearest: its first. */
function usePointer(events: readonly PastEvent[], rows: readonly Row[], scale: PastScale) {
  const playback = usePlayback()
  const [hover, setHover] = useState<Under | undefined>(undefined)
  const under = ({ clientX, clientY, currentTarget }: PointerEvent<HTMLElement>): Under => {
    const { left, top } = currentTarget.getBoundingClientRect()
    const x = clientX - left
    const row = rowAt(rows, clientY - top)
    return { x: currentTarget.offsetLeft + x, near: row === undefined ? [] : nearestPast(events, row, x, scale, snapPx) }
  }
  return {
    handlers: {
      onPointerMove: (event: PointerEvent<HTMLElement>): void => {
        const found = under(event)
        setHover(found.near.length === 0 ? undefined : found)
      },
      onPointerLeave: (): void => setHover(undefined),
      onPointerDown: (event: PointerEvent<HTMLElement>): void => {
        const subject = under(event).near[0]?.subject
        playback.seek(opening)
        if (subject !== undefined) select(subject)
      },
    },
    hover,
  }
}

function PastHover({ x, near, startMs }: Under & { startMs: number }): ReactElement {
  const { t } = useTranslation('timeline')
  const { event, to, times } = near[0]!
  const { kind, namespace, name } = event.involvedObject
  const explanation = useExplanation(eventWord(event.reason))
  return (
    <div className={styles.hover} style={{ left: x, translate: '-2rem 0' }}>
      <time>
        {t('before', { time: formatAge(startMs - to) })}
        {times > 1 && ` ×${times}`}
        {near.length > 1 && `  ${t('more', { count: near.length - 1 })}`}
      </time>
      <b>{event.reason}</b> {kind} {namespace === undefined || namespace === 'default' ? name : `${namespace}/${name}`}
      <span className={styles.word}>{event.message}</span>
      {explanation !== undefined && <span className={styles.word}>{explanation}</span>}
    </div>
  )
}
