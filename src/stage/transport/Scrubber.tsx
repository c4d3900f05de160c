import { useEffect, useRef } from 'react'
import type { KeyboardEvent, PointerEvent, ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { chaptersOf } from '../../playback/chapters.ts'
import { useFilm, usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { glide } from '../shared/film/glide.ts'
import { formatClock } from '../shared/film/time.ts'
import styles from './Scrubber.module.css'

/** The film as one line with a handle, for where there is no room for a timeline. */
export function Scrubber(): ReactElement {
  const { t } = useTranslation('timeline')
  const playback = usePlayback()
  const film = useFilm()
  const scale = usePlaybackState((s) => s.scale)
  const cursor = usePlaybackState((s) => s.cursor)
  const edition = usePlaybackState((s) => s.edition)
  const passed = useRef<HTMLDivElement>(null)
  const handle = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (scale === undefined) return undefined
    const share = (position: number): number => (scale.end === 0 ? 0 : Math.min(1, position / scale.end))
    return glide(
      playback,
      [
        [passed.current!, (position) => `scaleX(${share(position)})`],
        [handle.current!, (position) => `translateX(${share(position) * 100}%)`],
      ],
      () => scale.lastStep,
    )
    // With each edition the film may have got longer.
  }, [playback, scale, edition])

  const seek = (event: PointerEvent<HTMLElement>): void => {
    if (scale === undefined) return
    const { left, width } = event.currentTarget.getBoundingClientRect()
    playback.seekPosition(((event.clientX - left) / width) * scale.end)
  }
  const steps = film?.steps.length ?? 0
  const time = film === undefined ? '' : formatClock(film.timeOf(cursor) - film.opening.startMs)
  return (
    <div
      className={styles.scrubber}
      role="slider"
      tabIndex={0}
      aria-label={t('playhead')}
      aria-valuemin={0}
      aria-valuemax={steps}
      aria-valuenow={cursor + 1}
      aria-valuetext={cursor < 0 ? t('opening') : t('position', { step: cursor + 1, steps, time })}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        playback.pause()
        event.currentTarget.setPointerCapture(event.pointerId)
        seek(event)
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) seek(event)
      }}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === 'PageUp') playback.seek(cursor + Math.ceil(steps / 10))
        if (event.key === 'PageDown') playback.seek(cursor - Math.ceil(steps / 10))
      }}
    >
      <div className={styles.track}>
        <div ref={passed} className={styles.passed} />
        {film !== undefined &&
          scale !== undefined &&
          chaptersOf(film).map((mark, i) => (
            <i
              key={i}
              className={styles.chapter}
              style={{ left: `${(scale.positionOfStep(mark.step) / Math.max(1, scale.end)) * 100}%` }}
            />
          ))}
      </div>
      <div ref={handle} className={styles.handle} />
    </div>
  )
}
