import { List, Minus, Plus } from 'lucide-react'
import { Suspense, useEffect, useMemo, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import { useFilm, usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { pastOf } from '../../playback/past.ts'
import type { Scale } from '../../playback/scale.ts'
import { IconButton } from '../shared/Button.tsx'
import { fetched } from '../shared/fetched.tsx'
import { formatClock } from '../shared/time.ts'
import { select, useSelection, useView } from '../shared/view.ts'
import { Chain } from './Chain.tsx'
import { lanesOf, positionOf, rowHeight, rowsOf, xOf } from './draw.ts'
import type { Row } from './draw.ts'
import { podKeys, podLabel } from './lanes.ts'
import { Lanes } from './Lanes.tsx'
import { Ruler } from './Ruler.tsx'
import styles from './Timeline.module.css'
import { useScrub } from './scrub.tsx'
import { useSize } from '../shared/useSize.ts'
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
  const { width, height } = useSize(track)
  const { window, whole, setWindow } = useWindow(scale)
  const [scrolled, setScrolled] = useState(0)
  const past = useMemo(() => pastOf(film), [film])
  const rows = useMemo(() => {
    void edition
    return rowsOf(lanesOf(film, past), podKeys(film))
  }, [film, edition, past])
  const scrub = useScrub(track, scale, film, window, rows)
  useWheelZoom(track, scale, window, setWindow)

  const picture = { film, scale, rows, window, width, height, scrolled }
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
          <Past film={film} events={past} rows={rows} scrolled={scrolled} />
        </Suspense>
      )}
      <Labels rows={rows} scrolled={scrolled} height={height} onScroll={(by) => track.current?.scrollBy(0, by)} />
      <div
        ref={track}
        className={styles.track}
        onScroll={(e) => setScrolled(e.currentTarget.scrollTop)}
        {...scrub.handlers}
        {...useSlider(film)}
      >
        <Lanes picture={picture} edition={edition} />
        <div className={styles.layer}>
          <Chain {...picture} />
        </div>
        <div style={{ height: rows.length * rowHeight }} />
        {film.steps.length === 0 && <p className={styles.empty}>{t('empty')}</p>}
      </div>
      <Playhead window={window} whole={whole} width={width} setWindow={setWindow} scale={scale} />
      {scrub.hover}
    </section>
  )
}

/** The stretch on view: the whole film, which grows with it, until somebody zooms. */
function useWindow(scale: Scale): { window: Window; whole: boolean; setWindow: (window: Window) => void } {
  const [chosen, setChosen] = useState<Window | undefined>(undefined)
  const { end } = scale
  const window = chosen === undefined ? { from: 0, to: end } : chosen
  const setWindow = (next: Window): void => setChosen(isWhole(next, scale.end) ? undefined : next)
  return { window: window.to > end ? shift(window, 0, end) : window, whole: chosen === undefined, setWindow }
}

function useSlider(film: Film) {
  const { t } = useTranslation('timeline')
  const cursor = usePlaybackState((s) => s.cursor)
  const time = formatClock(film.timeOf(cursor) - film.opening.startMs)
  return {
    role: 'slider',
    tabIndex: 0,
    'aria-label': t('playhead'),
    'aria-valuemin': 0,
    'aria-valuemax': film.steps.length,
    'aria-valuenow': cursor + 1,
    'aria-valuetext': cursor < 0 ? t('opening') : t('position', { step: cursor + 1, steps: film.steps.length, time }),
  }
}

function Labels({
  rows,
  scrolled,
  height,
  onScroll,
}: {
  rows: readonly Row[]
  scrolled: number
  height: number
  onScroll: (by: number) => void
}): ReactElement {
  const { t } = useTranslation('timeline')
  const selected = useSelection()
  const shown = rows.filter((r) => r.y + rowHeight > scrolled && r.y < scrolled + height)
  const chosen = useView((s) => s.selected)
  const y = rows.find((r) => r.id === chosen)?.y
  useEffect(() => {
    // The lane of the pod that somebody has chosen is brought into view, not more than needed.
    if (y === undefined || height === 0) return
    if (y < scrolled) onScroll(y - scrolled)
    else if (y + rowHeight > scrolled + height) onScroll(y + rowHeight - scrolled - height)
    // Not when somebody scrolls: only when the selection or the lanes change.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [y, height])
  return (
    <div className={styles.labels} data-on-scale onWheel={(event) => onScroll(event.deltaY)}>
      {shown.map((row) =>
        row.kind === 'component' ? (
          <span key={row.id} className={styles.label} style={{ top: row.y - scrolled }}>
            {t(row.id as 'kubectl')}
          </span>
        ) : (
          <button
            key={row.id}
            type="button"
            className={styles.label}
            style={{ top: row.y - scrolled }}
            title={row.id}
            data-on={row.id === selected || undefined}
            onClick={() => select(row.id)}
          >
            {podLabel(row.id)}
          </button>
        ),
      )}
    </div>
  )
}

/** Moves with the clock, past React: a frame costs two style changes. */
function Playhead({
  window,
  whole,
  width,
  setWindow,
  scale,
}: {
  window: Window
  whole: boolean
  width: number
  setWindow: (window: Window) => void
  scale: Scale
}): ReactElement {
  const playback = usePlayback()
  const line = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const place = (): void => {
      const { position } = playback.clock.getState()
      // The scale grows before the window is drawn again: the whole film needs nothing to follow.
      const next = whole ? window : follow(window, position, scale.end)
      if (next !== window) setWindow(next)
      const x = xOf(position, window, width)
      const node = line.current
      if (node === null) return
      node.style.transform = `translateX(${x}px)`
      // Set where it is used: a custom property on the timeline would restyle all that is in it, each frame.
      const passed = node.parentElement!.querySelector<HTMLElement>('[data-passed]')
      if (passed !== null) passed.style.clipPath = `inset(0 ${Math.max(0, width - x - 0.5)}px 0 0)`
    }
    place()
    return playback.clock.subscribe(place)
  }, [playback, window, whole, width, setWindow, scale])
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
