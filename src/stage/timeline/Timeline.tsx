import { List, Minus, Plus } from 'lucide-react'
import { Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { HTMLAttributes, ReactElement, RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import { useFilm, usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { pastOf } from '../../playback/past.ts'
import type { Scale } from '../../playback/scale.ts'
import { IconButton } from '../shared/ui/Button.tsx'
import { fetched } from '../shared/ui/fetched.tsx'
import { glide } from '../shared/film/glide.ts'
import { formatClock } from '../shared/film/time.ts'
import { select, useSelection, useView } from '../shared/view.ts'
import { Chain } from './Chain.tsx'
import { lanesOf, positionOf, xOf } from './draw.ts'
import { shownName } from '../shared/objects/shownName.ts'
import { CutName } from '../shared/ui/CutName.tsx'
import { laneNames } from './laneNames.ts'
import { podKeys } from './lanes.ts'
import { Lanes } from './Lanes.tsx'
import { heightOf, inSight, rowsOf, scrollFor } from './rows.ts'
import type { Row } from './rows.ts'
import { Ruler } from './Ruler.tsx'
import styles from './Timeline.module.css'
import { useScrub } from './scrub.tsx'
import { useSize } from '../shared/ui/useSize.ts'
import { follow, isWhole, shift, zoom } from './window.ts'
import type { Window } from './window.ts'

/** Of imported clusters only. */
const Past = fetched(async () => ({ default: (await import('./Past.tsx')).Past }))

/** Lanes by component and by pod, with a playhead to drag: the whole film at a glance. `onText` opens it as text. */
export function Timeline({ onText }: { onText: () => void }): ReactElement {
  const film = useFilm()
  const scale = usePlaybackState((s) => s.scale)
  if (film === undefined || scale === undefined) return <div className={styles.timeline} />
  return <FilmTimeline film={film} scale={scale} onText={onText} />
}

function FilmTimeline({
  film,
  scale,
  onText,
}: {
  film: Film
  scale: Scale
  onText: () => void
}): ReactElement {
  const { t } = useTranslation('timeline')
  const edition = usePlaybackState((s) => s.edition)
  const playback = usePlayback()
  const track = useRef<HTMLDivElement>(null)
  const passed = useRef<HTMLDivElement>(null)
  const { width, height } = useSize(track)
  const { window, whole, setWindow } = useWindow(scale)
  const [scrolled, setScrolled] = useState(0)
  const past = useMemo(() => pastOf(film), [film])
  const rows = useMemo(() => {
    void edition
    return rowsOf(lanesOf(film, past), podKeys(film), height)
  }, [film, edition, past, height])
  const names = useMemo(() => laneNames(film, rows.map(({ id }) => id)), [film, rows])
  const shown = useMemo(() => inSight(rows, scrolled, height), [rows, scrolled, height])
  const scrub = useScrub(track, scale, film, window, shown)
  useWheelZoom(track, scale, window, setWindow)
  useLaneInSight(rows, scrolled, height, track)

  const picture = { film, scale, rows: shown, window, width, height }
  const zoomBy = (factor: number): void => {
    setWindow(zoom(window, factor, playback.clock.getState().position, scale.end))
  }
  return (
    <section className={styles.timeline} aria-label={t('title')} data-past={past.length > 0 || undefined}>
      <div className={styles.corner}>
        <IconButton label={t('asText')} onClick={onText}>
          <List size={13} />
        </IconButton>
        <IconButton label={t('zoomOut')} disabled={whole} onClick={() => zoomBy(1 / 2)}>
          <Minus size={13} />
        </IconButton>
        <IconButton label={t('zoomIn')} onClick={() => zoomBy(2)}>
          <Plus size={13} />
        </IconButton>
      </div>
      <Ruler film={film} scale={scale} window={window} width={width} />
      {past.length > 0 && (
        <Suspense>
          <Past film={film} events={past} rows={shown} />
        </Suspense>
      )}
      <Labels names={names} rows={shown} onScroll={(by) => track.current?.scrollBy(0, by)} />
      <Slider ref={track} film={film} onScroll={(e) => setScrolled(e.currentTarget.scrollTop)} {...scrub.handlers}>
        <Lanes picture={picture} edition={edition} passed={passed} />
        <div className={styles.layer}>
          <Chain {...picture} />
        </div>
        <div style={{ height: heightOf(rows) }} />
        {film.steps.length === 0 && <p className={styles.empty}>{t('empty')}</p>}
      </Slider>
      {heightOf(rows) > scrolled + height && <div className={styles.more} />}
      <Playhead passed={passed} window={window} whole={whole} width={width} setWindow={setWindow} scale={scale} />
      {scrub.hover}
    </section>
  )
}

/** The stretch on view: the whole film, which grows with it, until somebody zooms. On another scale, as another film has, that was another stretch. */
function useWindow(scale: Scale): { window: Window; whole: boolean; setWindow: (window: Window) => void } {
  const [zoomed, setZoomed] = useState<{ scale: Scale; window: Window }>()
  const chosen = zoomed?.scale === scale ? zoomed.window : undefined
  const { end } = scale
  const window = useMemo(
    () => (chosen === undefined ? { from: 0, to: end } : chosen.to > end ? shift(chosen, 0, end) : chosen),
    [chosen, end],
  )
  const setWindow = useCallback((next: Window): void => setZoomed(isWhole(next, scale.end) ? undefined : { scale, window: next }), [scale])
  return { window, whole: chosen === undefined, setWindow }
}

/** What one drags along. It alone says at each step where the film stands: what lies on it is not drawn again for that. */
function Slider({ film, ...rest }: { film: Film; ref: RefObject<HTMLDivElement | null> } & HTMLAttributes<HTMLDivElement>): ReactElement {
  const { t } = useTranslation('timeline')
  const cursor = usePlaybackState((s) => s.cursor)
  const time = formatClock(film.timeOf(cursor) - film.opening.startMs)
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={t('playhead')}
      aria-valuemin={0}
      aria-valuemax={film.steps.length}
      aria-valuenow={cursor + 1}
      aria-valuetext={cursor < 0 ? t('opening') : t('position', { step: cursor + 1, steps: film.steps.length, time })}
      className={styles.track}
      {...rest}
    />
  )
}

/** The lane of the pod that the inspector shows is brought into sight: when it is another one, not when somebody scrolls. */
function useLaneInSight(rows: readonly Row[], scrolled: number, height: number, track: RefObject<HTMLDivElement | null>): void {
  const selected = useSelection()
  const chosen = useView((s) => s.selected)
  // The lanes stand still while the film plays: what it follows may change with each step.
  const playing = usePlaybackState((s) => s.playing)
  const row = rows.find((r) => r.id === (playing ? chosen : selected))
  useEffect(() => {
    if (row !== undefined && height > 0) track.current?.scrollBy(0, scrollFor(row, rows, scrolled, height))
    // oxlint-disable-next-line react/exhaustive-deps
  }, [row?.y, height])
}

function Labels({ names, rows, onScroll }: { names: ReadonlyMap<string, string>; rows: readonly Row[]; onScroll: (by: number) => void }): ReactElement {
  const { t } = useTranslation('timeline')
  const selected = useSelection()
  const placeOf = (row: Row) => ({ top: row.y, lineHeight: `${row.height}px` })
  return (
    <div className={styles.labels} data-on-scale onWheel={(event) => onScroll(event.deltaY)}>
      {rows.map((row) =>
        row.kind === 'component' ? (
          <span key={row.id} className={styles.label} style={placeOf(row)}>
            {t(row.id as 'kubectl')}
          </span>
        ) : (
          <button
            key={row.id}
            type="button"
            className={styles.label}
            style={placeOf(row)}
            title={row.id}
            aria-label={shownName(row.id)}
            data-on={row.id === selected || undefined}
            onClick={() => select(row.id)}
          >
            <CutName name={names.get(row.id) ?? shownName(row.id)} />
          </button>
        ),
      )}
    </div>
  )
}

/** With it moves the window through which one sees what has passed (`passed`, see Lanes): its picture is shifted back, and stays. */
function Playhead({
  passed,
  window,
  whole,
  width,
  setWindow,
  scale,
}: {
  passed: RefObject<HTMLDivElement | null>
  window: Window
  whole: boolean
  width: number
  setWindow: (window: Window) => void
  scale: Scale
}): ReactElement {
  const playback = usePlayback()
  const line = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const x = (position: number): number => xOf(position, window, width)
    const hidden = (position: number): number => width - Math.min(width, x(position) + 0.5)
    return glide(
      playback,
      [
        [line.current!, (position) => `translateX(${x(position)}px)`],
        [passed.current!, (position) => `translateX(${-hidden(position)}px)`],
        [passed.current!.firstElementChild as HTMLElement, (position) => `translateX(${hidden(position)}px)`],
      ],
      () => Math.min(scale.lastStep, window.to),
    )
  }, [playback, passed, window, width, scale])
  useEffect(() => {
    // The scale grows before the window is drawn again: the whole film needs nothing to follow.
    if (whole) return undefined
    return playback.clock.subscribe(({ position }) => {
      const next = follow(window, position, scale.end)
      if (next !== window) setWindow(next)
    })
  }, [playback, window, whole, setWindow, scale])
  return <div ref={line} className={styles.playhead} />
}

function useWheelZoom(
  track: { current: HTMLDivElement | null },
  scale: Scale,
  window: Window,
  setWindow: (window: Window) => void,
): void {
  useEffect(() => {
    const node = track.current
    if (node === null) return undefined
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault()
      const width = node.clientWidth
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX
      if (Math.abs(sideways) > Math.abs(event.deltaY) || event.shiftKey) {
        setWindow(shift(window, (sideways / width) * (window.to - window.from), scale.end))
        return
      }
      const around = positionOf(event.clientX - node.getBoundingClientRect().left, window, width)
      setWindow(zoom(window, Math.exp(-event.deltaY / 300), around, scale.end))
    }
    node.addEventListener('wheel', onWheel, { passive: false })
    return () => node.removeEventListener('wheel', onWheel)
  }, [track, scale, window, setWindow])
}
