import { X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { chapterAt } from '../../playback/chapters.ts'
import { useFilm, usePlaybackState } from '../../playback/hooks.ts'
import { IconButton } from '../shared/Button.tsx'
import { useText } from '../shared/text.ts'
import { view } from '../shared/view.ts'
import styles from './Presenter.module.css'

/** For a projector: the stage, one chapter title and the caption in large type, and nothing else. */
export function Presenter({ stage, caption }: { stage: ReactNode; caption: ReactNode }): ReactElement {
  const { t } = useTranslation('presenter')
  const root = useRef<HTMLDivElement>(null)
  const dark = useBlackout()
  useFullScreen(root)
  return (
    <div ref={root} className={styles.presenter}>
      <Title />
      <div className={styles.stage}>{stage}</div>
      {caption}
      <Progress />
      <div className={styles.leave}>
        <IconButton label={t('leave')} keys="Escape" onClick={leave}>
          <X size={18} />
        </IconButton>
      </div>
      {dark && (
        <div className={styles.black} role="status">
          <span className="visually-hidden">{t('blackout')}</span>
        </div>
      )}
    </div>
  )
}

function leave(): void {
  view.setState({ presenting: false })
}

function Title(): ReactElement {
  const film = useFilm()
  const cursor = usePlaybackState((s) => s.cursor)
  const text = useText()
  if (film === undefined) return <header className={styles.title} />
  const chapter = chapterAt(film, cursor)
  const count = film.scenario.spec.chapters?.length ?? 0
  return (
    <header className={styles.title}>
      <h1>
        {chapter === undefined
          ? text(film.scenario.spec.title)
          : `${chapter.number} · ${text(chapter.mark.chapter.title)}`}
      </h1>
      {chapter !== undefined && (
        <span className={styles.count}>
          {chapter.number} / {count}
        </span>
      )}
    </header>
  )
}

function Progress(): ReactElement {
  const share = usePlaybackState((s) =>
    s.film === undefined ? 0 : (s.cursor + 1) / ((s.film.ofSize('hop').at(-1) ?? 0) + 1),
  )
  return (
    <div className={styles.progress} aria-hidden="true">
      <div style={{ scale: `${share} 1` }} />
    </div>
  )
}

/** The whole screen, where the browser lets us; leaving it by Escape leaves the presenter too. */
function useFullScreen(root: { current: HTMLElement | null }): void {
  useEffect(() => {
    document.documentElement.dataset['presenting'] = ''
    const page = document.documentElement
    // Refused in frames and without a gesture: the page fills its window then.
    void page.requestFullscreen?.().catch(() => undefined)
    const onChange = (): void => {
      if (document.fullscreenElement === null) leave()
    }
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') leave()
    }
    document.addEventListener('fullscreenchange', onChange)
    document.addEventListener('keydown', onKeyDown)
    return () => {
      delete document.documentElement.dataset['presenting']
      document.removeEventListener('fullscreenchange', onChange)
      document.removeEventListener('keydown', onKeyDown)
      if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => undefined)
    }
  }, [root])
}

/** B (or a clicker's black button, which is "b" too) darkens the screen; any key brings it back. */
function useBlackout(): boolean {
  const [dark, setDark] = useState(false)
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const black = event.key === 'b' || event.key === 'B'
      setDark((was) => (was ? false : black))
      if (black) event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown, true)
    return () => document.removeEventListener('keydown', onKeyDown, true)
  }, [])
  return dark
}
