import { ChevronLeft, ChevronRight, EyeOff, Lock, LockOpen, Pause, Play, RotateCcw, SkipForward } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, IconButton } from '../shared/ui/Button.tsx'
import { formatClock } from '../shared/film/time.ts'
import { openChannel } from './channel.ts'
import type { FromSpeaker, FromStage, Prompt } from './channel.ts'
import styles from './Speaker.module.css'

/** The second window: what the hall sees, what to say, what comes next, and how long it has been. */
export function Speaker({ pair }: { pair: string }): ReactElement {
  const { t } = useTranslation('presenter')
  const { prompt, send } = useStage(pair)
  useSpeakerKeys(send, prompt)
  const title = t('speaker')
  useEffect(() => {
    document.title = title
  }, [title])
  if (prompt === undefined)
    return (
      <main className={styles.waiting}>
        <h1>{title}</h1>
        <p>{t('waiting')}</p>
      </main>
    )
  return (
    <main className={styles.speaker}>
      <header className={styles.head}>
        <h1>{prompt.chapter === undefined ? prompt.film : `${prompt.chapter.number} · ${prompt.chapter.title}`}</h1>
        <Elapsed />
      </header>
      <section className={styles.now} aria-label={t('now')}>
        <h2>{t('now')}</h2>
        <p>{prompt.sentence}</p>
      </section>
      <section className={styles.notes} aria-label={t('notes')}>
        <h2>{prompt.chapter === undefined && prompt.nextChapter !== undefined ? t('notesAhead', { title: prompt.nextChapter }) : t('notes')}</h2>
        <p>{prompt.notes ?? t('noNotes')}</p>
      </section>
      <section className={styles.next} aria-label={t('next')}>
        <h2>{t('next')}</h2>
        <p>{prompt.next ?? t('nothingNext')}</p>
        {prompt.nextChapter !== undefined && <p className={styles.chapter}>{t('nextChapter', { title: prompt.nextChapter })}</p>}
      </section>
      <Controls prompt={prompt} send={send} />
    </main>
  )
}

type Send = (message: FromSpeaker) => void
const ask = (send: Send, method: string, ...args: unknown[]): void => send({ command: { method, args } })

function Controls({ prompt, send }: { prompt: Prompt; send: Send }): ReactElement {
  const { t } = useTranslation(['presenter', 'transport'])
  const { moment, black, locked } = prompt
  return (
    <footer className={styles.foot}>
      <span className={styles.count}>
        {moment.step} / {moment.steps} · {formatClock(moment.t)}
      </span>
      <IconButton label={t('transport:previous')} keys="ArrowLeft" look="plain" onClick={() => ask(send, 'previous')}>
        <ChevronLeft size={20} />
      </IconButton>
      <IconButton label={t(moment.playing ? 'transport:pause' : 'transport:play')} keys="k" look="plain" onClick={() => ask(send, 'toggle')}>
        {moment.playing ? <Pause size={20} /> : <Play size={20} />}
      </IconButton>
      <Button look="primary" className={styles.forward} onClick={() => ask(send, 'next')}>
        <ChevronRight size={20} />
        {t('transport:next')}
      </Button>
      <IconButton label={t('transport:nextMilestone')} keys="Shift+ArrowRight" look="plain" onClick={() => ask(send, 'next', 'milestone')}>
        <SkipForward size={18} />
      </IconButton>
      <Button aria-pressed={black} onClick={() => send({ black: !black })}>
        <EyeOff size={16} />
        {t(black ? 'light' : 'black')}
      </Button>
      <Button aria-pressed={locked} onClick={() => send({ locked: !locked })}>
        {locked ? <LockOpen size={16} /> : <Lock size={16} />}
        {t(locked ? 'unlock' : 'lock')}
      </Button>
    </footer>
  )
}

/** How long the talk has been going on, beside the time of day. */
function Elapsed(): ReactElement {
  const { t, i18n } = useTranslation('presenter')
  const [since, setSince] = useState(() => Date.now())
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.max(0, Math.round((now - since) / 1000))
  const two = (n: number): string => String(n).padStart(2, '0')
  return (
    <div className={styles.time}>
      <span role="timer" aria-label={t('elapsed')}>
        {two(Math.floor(seconds / 60))}:{two(seconds % 60)}
      </span>
      <IconButton label={t('resetTime')} onClick={() => setSince(Date.now())}>
        <RotateCcw size={14} />
      </IconButton>
      <time>{new Date(now).toLocaleTimeString(i18n.language, { hour: '2-digit', minute: '2-digit' })}</time>
    </div>
  )
}

function useStage(pair: string): { prompt: Prompt | undefined; send: Send } {
  const [prompt, setPrompt] = useState<Prompt | undefined>(undefined)
  const channel = useRef<BroadcastChannel>(undefined)
  useEffect(() => {
    const opened = openChannel(pair)
    channel.current = opened
    opened.addEventListener('message', ({ data }: MessageEvent<FromStage>) =>
      setPrompt('prompt' in data ? data.prompt : undefined),
    )
    opened.postMessage({ hello: true } satisfies FromSpeaker)
    return () => opened.close()
  }, [pair])
  const [send] = useState<Send>(() => (message: FromSpeaker) => channel.current?.postMessage(message))
  return { prompt, send }
}

/** The clicker works in whichever of the two windows has the keyboard. */
const keys: Record<string, readonly [string, ...unknown[]]> = {
  ArrowRight: ['next'],
  PageDown: ['next'],
  ' ': ['next'],
  ArrowLeft: ['previous'],
  PageUp: ['previous'],
  Home: ['start'],
  End: ['end'],
  k: ['toggle'],
}

function useSpeakerKeys(send: Send, prompt: Prompt | undefined): void {
  const { black = false, locked = false } = prompt ?? {}
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === ' ' && event.target instanceof HTMLButtonElement) return
      if (event.key === 'b' || event.key === '.') send({ black: !black })
      else if (event.key === 'l') send({ locked: !locked })
      else if (event.shiftKey && event.key === 'ArrowRight') ask(send, 'next', 'milestone')
      else if (event.shiftKey && event.key === 'ArrowLeft') ask(send, 'previous', 'milestone')
      else if (event.shiftKey && event.key === ' ') ask(send, 'previous')
      else {
        const wanted = keys[event.key]
        if (wanted === undefined) return
        ask(send, ...wanted)
      }
      event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [send, black, locked])
}
