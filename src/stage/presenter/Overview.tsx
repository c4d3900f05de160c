import type { KeyboardEvent, ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { chapterAt, chaptersOf } from '../../playback/chapters.ts'
import { useFilm, usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { Dialog } from '../shared/ui/Overlay.tsx'
import { useText } from '../shared/words/text.ts'
import { formatClock } from '../shared/film/time.ts'
import { chapterFor } from './overviewKeys.ts'
import styles from './Overview.module.css'

/** All chapters at once; one click, or its number, and the film stands there. */
export default function Overview({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useTranslation('presenter')
  const playback = usePlayback()
  const text = useText()
  const film = useFilm()
  const cursor = usePlaybackState((s) => s.cursor)
  const marks = film === undefined ? [] : chaptersOf(film)
  const here = film === undefined ? undefined : chapterAt(film, cursor)?.number
  // Before the first one the keys begin at that.
  const first = here ?? 1
  return (
    <Dialog wide title={t('overview')} open onOpenChange={onClose}>
      {film === undefined || marks.length === 0 ? (
        <p>{t('noChapters')}</p>
      ) : (
        <ol className={styles.chapters}>
          {marks.map(({ chapter, step }, i) => (
            <li key={step}>
              <button
                type="button"
                className={styles.chapter}
                aria-current={here === i + 1 || undefined}
                data-autofocus={first === i + 1 || undefined}
                onKeyDown={moveFocus}
                onClick={() => {
                  playback.pause()
                  playback.seek(step)
                  onClose()
                }}
              >
                <span className={styles.number}>{i + 1}</span>
                <span>{text(chapter.title)}</span>
                <span className={styles.at}>{formatClock(film.timeOf(step) - film.opening.startMs)}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </Dialog>
  )
}

/** Arrows and a clicker go from chapter to chapter, Enter and Space take one, as does its number at once. */
function moveFocus(event: KeyboardEvent<HTMLButtonElement>): void {
  const all = [...event.currentTarget.closest('ol')!.querySelectorAll('button')]
  const at = all.indexOf(event.currentTarget)
  const columns = all.filter((button) => button.offsetTop === all[0]!.offsetTop).length
  const to = chapterFor(event.key, at, all.length, columns)
  if (to === undefined) return
  event.preventDefault()
  if (/^\d$/.test(event.key)) all[to]!.click()
  else all[to]!.focus()
}
