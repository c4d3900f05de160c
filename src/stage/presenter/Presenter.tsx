import { Lock, LockOpen, X } from 'lucide-react'
import { useEffect } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { chapterAt } from '../../playback/chapters.ts'
import { useFilm, usePlaybackState } from '../../playback/hooks.ts'
import { IconButton } from '../shared/ui/Button.tsx'
import { Kbd } from '../shared/ui/Kbd.tsx'
import { useText } from '../shared/words/text.ts'
import { blackout, setBlack } from './blackout.ts'
import { leavePresenter, useFullScreen } from './fullScreen.ts'
import { lock, setLocked, toggleLock } from './lock.ts'
import styles from './Presenter.module.css'
import { useSpeaker } from './useSpeaker.ts'

/** For a projector: the stage, one chapter title and the caption in large type, and nothing else. */
export function Presenter({ stage, caption }: { stage: ReactNode; caption: ReactNode }): ReactElement {
  const { t } = useTranslation('presenter')
  const dark = useBlackout()
  useFullScreen()
  useSpeaker()
  const locked = useStore(lock, (s) => s.locked)
  useEffect(() => () => setLocked(false), [])
  return (
    <div className={styles.presenter}>
      <Title />
      <div className={styles.stage} inert={locked}>
        {stage}
      </div>
      {/* What is inert is no landmark: as long as the stage is locked, the caption is the page's main thing. */}
      <div className={styles.caption} role={locked ? 'main' : undefined}>
        {caption}
      </div>
      <Progress />
      {locked && (
        <button type="button" className={styles.lock} onClick={toggleLock}>
          <Lock size={16} aria-hidden="true" /> {t('locked')} <Kbd keys="l" />
        </button>
      )}
      <div className={styles.leave}>
        {!locked && (
          <IconButton label={t('lock')} keys="l" onClick={toggleLock}>
            <LockOpen size={18} />
          </IconButton>
        )}
        <IconButton label={t('leave')} keys="Escape" onClick={leavePresenter}>
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

/** While the hall sees nothing, any key brings the picture back; B and "." (a clicker's black button) do nothing else. */
function useBlackout(): boolean {
  const dark = useStore(blackout, (s) => s.black)
  useEffect(() => {
    if (!dark) return
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      setBlack(false)
      if (!['b', 'B', '.'].includes(event.key)) return
      event.preventDefault()
      event.stopPropagation()
    }
    document.addEventListener('keydown', onKeyDown, true)
    return () => document.removeEventListener('keydown', onKeyDown, true)
  }, [dark])
  useEffect(() => () => setBlack(false), [])
  return dark
}
