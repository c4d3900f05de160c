import { X } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ReactElement, RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { useFilm, useFollowed, usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { givenUp } from '../../playback/state.ts'
import { Hint } from '../shared/ui/Blank.tsx'
import { IconButton } from '../shared/ui/Button.tsx'
import { useFocusWish } from '../shared/ui/focus.ts'
import { useKeptList } from '../shared/ui/keptList.ts'
import { typedLine } from '../shared/film/typed.ts'
import type { PerformedInput } from '../../worker/protocol.ts'
import type { Say } from './builtins.ts'
import { complete } from './complete.ts'
import { newsOf } from './news.ts'
import { Prompt } from './prompt.ts'
import { PromptLine } from './PromptLine.tsx'
import { Screen } from './Screen.tsx'
import { sessionOf } from './session.ts'
import type { Session } from './session.ts'
import styles from './Terminal.module.css'
import { attached, printedUntil, running, transcript } from './transcript.ts'
import type { TranscriptLine } from './transcript.ts'
import { WatchScreen } from './WatchScreen.tsx'

/** kubectl in the film: what has been printed up to the moment on stage, and a line to type the next command. */
export function TerminalPanel(): ReactElement {
  const { t } = useTranslation('terminal')
  const session = sessionOf(usePlayback())
  const say = useCallback<Say>((key, values) => t(key, { what: '', ...values }), [t])
  const field = useRef<HTMLTextAreaElement>(null)
  const prompt = usePrompt(session, say, field)
  const history = useStore(session.store, (s) => s.history)
  const watch = useStore(session.store, (s) => s.watch)
  const ahead = useStore(session.store, (s) => s.ahead)
  const busy = useStore(session.store, (s) => s.busy)
  const lines = useTranscript(session)
  const inside = useInside()
  // The prompt of a shell in a container stands before what is typed to it.
  const sign = inside !== undefined && lines.at(-1)?.open ? lines.at(-1)!.text : undefined
  const news = useNews(lines, say)
  useFocusWish('terminal', (text) => {
    if (text !== undefined) prompt.write(text)
    field.current?.focus()
  })
  useForkNotes(session, say)
  const panel = useRef<HTMLElement>(null)
  useEffect(() => focusOnClick(panel.current!, field), [field])

  return (
    <section
      ref={panel}
      className={styles.terminal}
      aria-label={t('terminal')}
      data-untouched={lines.length === 0 || undefined}
    >
      {watch === undefined ? (
        <Screen lines={sign === undefined ? lines : lines.slice(0, -1)}>
          {lines.length === 0 && <Hint>{t('empty')}</Hint>}
          <PromptLine
            prompt={prompt}
            history={history}
            field={field}
            busy={busy && inside === undefined}
            isFirst={lines.length === 0}
            inside={inside === undefined ? undefined : { sign: sign ?? '', command: typedLine(inside.input) ?? '' }}
          />
          {ahead.map((text, i) => (
            <p key={i} className={styles.ahead}>{text}</p>
          ))}
          <Running session={session} />
        </Screen>
      ) : (
        <WatchScreen watch={watch} session={session} />
      )}
      <div className="visually-hidden" role="log" aria-live="polite">
        {news}
      </div>
    </section>
  )
}

/** A click anywhere is meant for the line that one types, unless it selects text. */
function focusOnClick(panel: HTMLElement, field: RefObject<HTMLTextAreaElement | null>): () => void {
  const onClick = ({ target }: MouseEvent): void => {
    const onControl = target instanceof Element && target.closest('button, a, textarea') !== null
    if (!onControl && (window.getSelection()?.isCollapsed ?? true)) field.current?.focus({ preventScroll: true })
  }
  panel.addEventListener('click', onClick)
  return () => panel.removeEventListener('click', onClick)
}

function usePrompt(session: Session, say: Say, field: RefObject<HTMLTextAreaElement | null>): Prompt {
  return useMemo(
    () =>
      new Prompt({
        history: () => (session.commands.inside() === undefined ? session.store.getState().history : session.commands.typedInside),
        run: (text) => void session.type(text, say),
        complete: (line) => complete(line, session.playback),
        clear: () => session.notes.note('clear', ''),
        interrupt: (text) => {
          if (text !== '') session.notes.note('typed', `${text}^C`)
          else void session.interrupt()
        },
        leave: () => field.current?.blur(),
        type: (keys) => {
          if (session.commands.inside() === undefined) return false
          if (keys !== '') void session.commands.type(keys).catch(givenUp)
          return true
        },
      }),
    [session, say, field],
  )
}

/** The command that the terminal is in. */
function useInside(): PerformedInput | undefined {
  useFilm()
  return usePlaybackState(({ film, cursor }) => (film === undefined ? undefined : attached(film, cursor + 1)))
}

/** Whoever acts in the past, here or with Apply, is told so where the commands are. */
function useForkNotes(session: Session, say: Say): void {
  const branches = usePlaybackState((s) => s.branches.length)
  const known = useRef(branches)
  useEffect(() => {
    if (branches > known.current) session.notes.note('quiet', `${say('forked')}\n`)
    known.current = branches
  }, [branches, session, say])
}

/** The lines up to the moment on stage. Most moments print nothing: then they are not made anew. */
function useTranscript(session: Session): readonly TranscriptLine[] {
  const film = useFilm()
  const followed = useFollowed()
  const filmEdition = usePlaybackState((s) => s.edition)
  const edition = useStore(session.notes.store, (s) => s.edition)
  const seen = usePlaybackState(({ cursor }) => (film === undefined ? '' : printedUntil(film, cursor + 1, session.notes.of(film))))
  const lines = useMemo(
    () => (film === undefined ? [] : transcript(film, followed.getState().cursor + 1, session.notes.of(film), { get: session.notes.displayOf })),
    // oxlint-disable-next-line react/exhaustive-deps -- between two moments at which something was printed nothing changes
    [film, filmEdition, edition, seen, session, followed],
  )
  return useKeptList(lines, sameLine)
}

function sameLine(a: TranscriptLine, b: TranscriptLine): boolean {
  return a.id === b.id && a.text === b.text && a.kind === b.kind && a.open === b.open
}

/** For screen readers: what has been printed since, as long as one does not go back. */
function useNews(lines: readonly TranscriptLine[], say: Say): string {
  const [news, setNews] = useState('')
  const told = useRef(lines.at(-1)?.id ?? -1)
  useEffect(() => {
    const timer = setTimeout(() => {
      setNews(newsOf(lines.filter((line) => line.id > told.current), say))
      told.current = lines.at(-1)?.id ?? -1
    }, 400)
    return () => clearTimeout(timer)
  }, [lines, say])
  return news
}

/** Below what is typed, where nothing is covered: the command that still runs, and how to end it. */
function Running({ session }: { session: Session }): ReactElement | null {
  const { t } = useTranslation('terminal')
  useFilm()
  const last = usePlaybackState(({ film, cursor }) => (film === undefined ? undefined : running(film, cursor + 1).at(-1)))
  if (last === undefined) return null
  return (
    <div className={styles.running}>
      <span className={styles.runningName}>{t('running', { what: typedLine(last.input) ?? '' })}</span>
      <IconButton label={t('interrupt')} className={styles.end} onClick={() => void session.interrupt()}>
        <X size={12} />
      </IconButton>
    </div>
  )
}
