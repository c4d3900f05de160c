import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { chaptersOf } from '../../playback/chapters.ts'
import type { Film } from '../../playback/film.ts'
import { usePlayback } from '../../playback/hooks.ts'
import type { Scale } from '../../playback/scale.ts'
import type { Input } from '../../worker/protocol.ts'
import { Tooltip } from '../shared/Tooltip.tsx'
import { useText } from '../shared/text.ts'
import { xOf } from './draw.ts'
import { ticksOf } from './ticks.ts'
import styles from './Timeline.module.css'
import type { Window } from './window.ts'

/** Above the lanes: times, what was done (flags) and chapters (marks). */
export function Ruler({
  film,
  scale,
  window,
  width,
}: {
  film: Film
  scale: Scale
  window: Window
  width: number
}): ReactElement {
  const { t } = useTranslation('timeline')
  const playback = usePlayback()
  const text = useText()
  const x = (step: number): number => xOf(scale.positionOfStep(step), window, width)
  const inside = (at: number): boolean => at >= -4 && at <= width + 4
  const inputs = film.inputs.filter((i) => inside(x(i.step)))
  const chapters = chaptersOf(film).filter((c) => inside(x(c.step)))
  const taken = [...inputs.map((i) => x(i.step)), ...chapters.map((c) => x(c.step))]
  return (
    <div className={styles.ruler}>
      {width > 0 &&
        ticksOf(scale, film.opening.startMs, window, width, taken).map((tick) => (
          <span key={tick.x} className={styles.tick} style={{ left: tick.x }}>
            {tick.label}
          </span>
        ))}
      {inputs.map((input) => (
        <Tooltip key={input.index} text={t('input', { what: whatOf(input.input) })}>
          <button
            type="button"
            className={styles.flag}
            style={{ left: x(input.step) }}
            aria-label={t('input', { what: whatOf(input.input) })}
            onClick={() => playback.seek(input.step)}
          >
            <svg viewBox="0 0 12 14" width="12" height="14" aria-hidden="true">
              <path d="M1.5 13.5v-12" stroke="currentColor" strokeWidth="1.5" />
              <path d="M2 1.5h8.5l-2.4 3 2.4 3H2Z" fill="currentColor" />
            </svg>
          </button>
        </Tooltip>
      ))}
      {chapters.map((mark, i) => (
        <Tooltip key={i} text={t('chapter', { title: text(mark.chapter.title) })}>
          <button
            type="button"
            className={styles.chapter}
            style={{ left: x(mark.step) }}
            aria-label={t('chapter', { title: text(mark.chapter.title) })}
            onClick={() => playback.seek(mark.step)}
          >
            <svg viewBox="0 0 8 8" width="8" height="8" aria-hidden="true">
              <path d="M4 .5 7.5 4 4 7.5.5 4Z" fill="currentColor" />
            </svg>
          </button>
        </Tooltip>
      ))}
    </div>
  )
}

/** What an input does, as one would type it. */
function whatOf({ kubectl, fault, request, files }: Input): string {
  if (kubectl !== undefined) return `kubectl ${kubectl}`
  if (fault !== undefined) return fault.type
  if (request !== undefined) return `${request.verb} ${request.path}`
  return files === undefined ? '' : Object.keys(files).join(', ')
}
