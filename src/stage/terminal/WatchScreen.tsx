import { useEffect, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlayback } from '../../playback/hooks.ts'
import { Button } from '../shared/ui/Button.tsx'
import { filesNow } from '../shared/files/desk.ts'
import { applyFilters } from './pipe.ts'
import type { Session, Watch } from './session.ts'
import styles from './Terminal.module.css'

/** `watch`: the answer to one question as of the moment on stage, asked again whenever its time has passed. */
export function WatchScreen({ watch, session }: { watch: Watch; session: Session }): ReactElement {
  const { t } = useTranslation('terminal')
  const playback = usePlayback()
  const [answer, setAnswer] = useState('')
  const screen = useRef<HTMLDivElement>(null)
  useEffect(() => {
    let asked: string | undefined
    const ask = (): void => {
      const { film, cursor, playing } = playback.state
      if (film === undefined) return
      const tick = Math.floor((playback.clock.getState().now - film.opening.startMs) / watch.everyMs)
      // While somebody scrubs, every moment is asked for; while the film plays, as often as was wished.
      const wanted = playing ? `${tick}` : `${tick} ${cursor}`
      if (wanted === asked) return
      asked = wanted
      void playback.ask.query(watch.line, filesNow(playback).all).then(({ stdout, stderr }) => {
        if (asked === wanted) setAnswer(applyFilters(watch.filters, stdout + stderr).stdout)
      })
    }
    ask()
    const stops = [playback.clock.subscribe(ask), playback.store.subscribe(ask)]
    return () => stops.forEach((stop) => stop())
  }, [playback, watch])
  useEffect(() => {
    const element = screen.current!
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'q' && event.key !== 'Escape' && !(event.key === 'c' && event.ctrlKey)) return
      event.preventDefault()
      void session.interrupt()
    }
    element.addEventListener('keydown', onKeyDown)
    element.focus()
    return () => element.removeEventListener('keydown', onKeyDown)
  }, [session])
  return (
    <div ref={screen} role="region" aria-label={watch.typed} tabIndex={0} className={styles.watch}>
      <div className={styles.watchHead}>
        <span className={styles.every}>
          {t('every', { seconds: (watch.everyMs / 1000).toFixed(1), what: watch.typed })}
        </span>
        <Button look="link" onClick={() => void session.interrupt()}>
          {t('endWatch')}
        </Button>
      </div>
      <pre className={styles.answer}>{answer}</pre>
    </div>
  )
}
