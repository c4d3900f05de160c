import { memo, useId } from 'react'
import type { KeyboardEvent, MouseEvent, ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { chaptersOf } from '../../playback/chapters.ts'
import type { Film } from '../../playback/film.ts'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import type { Scale } from '../../playback/scale.ts'
import { Tooltip } from '../shared/ui/Tooltip.tsx'
import { useMarkers } from '../shared/film/markers.ts'
import { formatClock } from '../shared/film/time.ts'
import { useText } from '../shared/words/text.ts'
import { inputName } from '../shared/film/typed.ts'
import { xOf } from './draw.ts'
import { ticksOf } from './ticks.ts'
import styles from './Timeline.module.css'
import type { Window } from './window.ts'

/** Above the lanes: times, what was done (flags), chapters (diamonds) and what somebody has marked (pins). */
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
  const marks = useMarks(film)
  const x = (step: number): number => xOf(scale.positionOfStep(step), window, width)
  const inside = (at: number): boolean => at >= -4 && at <= width + 4
  const taken = marks.map(({ step }) => x(step)).filter(inside)
  return (
    <div className={styles.ruler}>
      {width > 0 &&
        ticksOf(scale, film.opening.startMs, window, width, taken).map((tick) => (
          <span key={tick.x} className={styles.tick} style={{ left: tick.x }}>
            {tick.label}
          </span>
        ))}
      {marks.length > 0 && <Marks marks={marks} x={x} inside={inside} />}
    </div>
  )
}

/** A moment that somebody may want to go to. */
interface Mark {
  id: string
  step: number
  kind: 'flag' | 'chapter' | 'marker'
  label: string
}

/** In the order of the film. */
function useMarks(film: Film): Mark[] {
  const { t } = useTranslation('timeline')
  const text = useText()
  const chapters = chaptersOf(film).map(
    ({ chapter, step }, i): Mark => ({ id: `c${i}`, step, kind: 'chapter', label: t('chapter', { title: text(chapter.title) }) }),
  )
  const inputs = film.inputs.map(
    ({ index, input, step }): Mark => ({ id: `i${index}`, step, kind: 'flag', label: t('input', { what: inputName(input) }) }),
  )
  const own = useMarkers(film).map(
    (step): Mark => ({ id: `m${step}`, step, kind: 'marker', label: t('marker', { step: step + 1, time: formatClock(film.timeOf(step) - film.opening.startMs) }) }),
  )
  return [...chapters, ...inputs, ...own].toSorted((a, b) => a.step - b.step)
}

/**
 * One stop for the keyboard, however many marks stand close together: in it the arrows go from mark to mark, and the film goes with
 * them. With a pointer each is clicked.
 */
function Marks({ marks, x, inside }: { marks: readonly Mark[]; x: (step: number) => number; inside: (at: number) => boolean }): ReactElement {
  const { t } = useTranslation('timeline')
  const playback = usePlayback()
  const list = useId()
  const here = usePlaybackState(({ cursor }) => marks.findLastIndex(({ step }) => step <= cursor))
  const current = marks[here]
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = nextOf(event.key, here, marks.length)
    if (to === undefined || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    playback.seek(marks[to]!.step)
  }
  const onClick = ({ target }: MouseEvent): void => {
    const mark = (target as Element).closest<HTMLElement>('[data-step]')
    if (mark !== null) playback.seek(Number(mark.dataset['step']))
  }
  return (
    <div
      role="listbox"
      tabIndex={0}
      aria-label={t('marks')}
      aria-orientation="horizontal"
      aria-activedescendant={current !== undefined && inside(x(current.step)) ? `${list}${current.id}` : undefined}
      className={styles.marks}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      {marks.map((mark, i) =>
        inside(x(mark.step)) ? <Option key={mark.id} {...mark} id={list + mark.id} x={x(mark.step)} selected={i === here} /> : null,
      )}
    </div>
  )
}

const Option = memo(function Option({ id, step, kind, label, x, selected }: Mark & { x: number; selected: boolean }): ReactElement {
  return (
    <Tooltip text={label}>
      <span role="option" id={id} aria-selected={selected} aria-label={label} className={styles[kind]} style={{ left: x }} data-step={step}>
        {kind === 'flag' ? <Flag /> : kind === 'chapter' ? <Diamond /> : <Pin />}
      </span>
    </Tooltip>
  )
})

/** Where a key leads in a list. */
function nextOf(key: string, here: number, count: number): number | undefined {
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key]
  return by === undefined ? undefined : Math.max(0, Math.min(count - 1, here + by))
}

const Flag = (): ReactElement => (
  <svg viewBox="0 0 12 14" width="12" height="14" aria-hidden="true">
    <path d="M1.5 13.5v-12" stroke="currentColor" strokeWidth="1.5" />
    <path d="M2 1.5h8.5l-2.4 3 2.4 3H2Z" fill="currentColor" />
  </svg>
)

const Pin = (): ReactElement => (
  <svg viewBox="0 0 8 10" width="8" height="10" aria-hidden="true">
    <path d="M1 0h6v10L4 7.2 1 10Z" fill="currentColor" />
  </svg>
)

const Diamond = (): ReactElement => (
  <svg viewBox="0 0 8 8" width="8" height="8" aria-hidden="true">
    <path d="M4 .5 7.5 4 4 7.5.5 4Z" fill="currentColor" />
  </svg>
)

/** What an input does, as one would type it. */
