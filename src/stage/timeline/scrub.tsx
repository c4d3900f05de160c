import { useRef, useState } from 'react'
import type { PointerEvent, ReactElement, RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Film } from '../../playback/film.ts'
import { usePlayback } from '../../playback/hooks.ts'
import type { Scale } from '../../playback/scale.ts'
import { hopText } from '../shared/film/hop.ts'
import { useExplanation } from '../shared/words/explanation.ts'
import { formatClock, formatSpan } from '../shared/film/time.ts'
import { positionOf, xOf } from './draw.ts'
import { rowAt } from './rows.ts'
import type { Row } from './rows.ts'
import { barsOf } from './lanes.ts'
import styles from './Timeline.module.css'
import type { Window } from './window.ts'

/** A click this near to a step (in pixels) means the step. */
const snapPx = 6

interface Scrub {
  handlers: {
    onPointerDown: (event: PointerEvent<HTMLElement>) => void
    onPointerMove: (event: PointerEvent<HTMLElement>) => void
    onLostPointerCapture: () => void
    onPointerLeave: () => void
  }
  hover: ReactElement
}

/** Where the pointer is, and over what; in CSS pixels of the track. */
interface PointedAt {
  x: number
  /** Of the track's left edge. */
  left: number
  width: number
  row: Row | undefined
}

/** Dragging the playhead, and saying what lies under the pointer: neither draws the timeline again. */
export function useScrub(track: RefObject<HTMLElement | null>, scale: Scale, film: Film, window: Window, rows: readonly Row[]): Scrub {
  const playback = usePlayback()
  const dragging = useRef(false)
  const [pointer] = useState(() => createStore<{ at: PointedAt | undefined }>(() => ({ at: undefined })))

  const seekTo = (x: number, width: number): void => {
    const step = nearestStep(scale, window, width, x)
    if (step !== undefined) playback.seek(step)
    else playback.seekPosition(positionOf(x, window, width))
  }
  return {
    handlers: {
      onPointerDown(event) {
        if (event.button !== 0) return
        playback.pause()
        event.currentTarget.setPointerCapture(event.pointerId)
        dragging.current = true
        seekTo(event.clientX - track.current!.getBoundingClientRect().left, track.current!.clientWidth)
      },
      onPointerMove(event) {
        // All is measured before anything moves: what is measured after has to be laid out first.
        const { offsetLeft, clientWidth } = track.current!
        const { left, top } = track.current!.getBoundingClientRect()
        const x = event.clientX - left
        if (dragging.current) playback.seekPosition(positionOf(x, window, clientWidth))
        if (event.pointerType === 'touch') return
        const row = rowAt(rows, event.clientY - top)
        pointer.setState({ at: { x, left: offsetLeft, width: clientWidth, row } })
      },
      // Let go, or taken away: by a scroll with the same finger, or by a menu.
      onLostPointerCapture() {
        dragging.current = false
      },
      onPointerLeave() {
        pointer.setState({ at: undefined })
      },
    },
    hover: <Hover film={film} scale={scale} window={window} pointer={pointer} />,
  }
}

/** The visible step nearest to x, when it is near. */
function nearestStep(scale: Scale, window: Window, width: number, x: number): number | undefined {
  let best: { step: number; distance: number } | undefined
  const [from, to] = [positionOf(x - snapPx, window, width), positionOf(x + snapPx, window, width)]
  for (const [step, position] of scale.between(from, to)) {
    const distance = Math.abs(xOf(position, window, width) - x)
    if (best === undefined || distance < best.distance) best = { step, distance }
  }
  return best?.step
}

interface HoverProps {
  film: Film
  scale: Scale
  window: Window
}

function Hover({ pointer, ...rest }: HoverProps & { pointer: StoreApi<{ at: PointedAt | undefined }> }): ReactElement | null {
  const at = useStore(pointer, (s) => s.at)
  return at === undefined ? null : <Bubble {...rest} {...at} />
}

function Bubble({ film, scale, window, width, x, left, row }: HoverProps & PointedAt): ReactElement {
  const { t } = useTranslation('timeline')
  const step = nearestStep(scale, window, width, x)
  const at = step === undefined ? scale.timeAt(positionOf(x, window, width)) : film.timeOf(step)
  const fold = scale.folds.find((f) => at > f.fromMs && at < f.toMs)
  const place = Math.max(60, Math.min(left + width - 90, left + x))
  return (
    <div className={styles.hover} style={{ left: place }}>
      <time>
        {formatClock(at - film.opening.startMs)}
        {step === undefined ? '' : `  #${step + 1}`}
      </time>
      {step !== undefined
        ? hopText(film.steps[step]!)
        : fold && t('passes', { time: formatSpan(fold.toMs - fold.fromMs) })}
      {row?.kind === 'pod' && <PodWord film={film} podKey={row.id} at={at} />}
    </div>
  )
}

/** What STATUS says of the pod at that time, and what it means. */
function PodWord({ film, podKey, at }: { film: Film; podKey: string; at: number }): ReactElement | null {
  const bar = barsOf(film, podKey).findLast(({ from }) => film.timeOf(from) <= at)
  const lives = bar !== undefined && (bar.to === undefined || film.timeOf(bar.to) > at)
  const word = lives ? bar.word : ''
  const explanation = useExplanation(word)
  if (word === '') return null
  return (
    <span className={styles.word}>
      <b>{word}</b> {explanation}
    </span>
  )
}
