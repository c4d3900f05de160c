import { Check, Copy, Download } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { StepSize } from '../../playback/classify.ts'
import { opening } from '../../playback/film.ts'
import type { Film } from '../../playback/film.ts'
import { useFilm, usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { Button } from '../shared/ui/Button.tsx'
import { Dialog } from '../shared/ui/Overlay.tsx'
import { useNarrator } from '../shared/words/say.ts'
import { Segmented } from '../shared/ui/Tabs.tsx'
import { select } from '../shared/view.ts'
import { copyText } from '../shared/ui/clipboard.ts'
import { save } from '../shared/ui/save.ts'
import { useText } from '../shared/words/text.ts'
import styles from './Transcript.module.css'
import { markdownOf, pastLines, transcriptOf } from './transcript.ts'
import type { PastLine, TranscriptChapter } from './transcript.ts'

const sizes: readonly StepSize[] = ['milestone', 'event', 'hop']
/** More lines than that are not put on the page; the document has them all. */
const linesMost = 3000

/** The whole run as text: to read, to go by, to copy, to keep as Markdown. */
export function Transcript({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useTranslation(['transcript', 'transport'])
  const film = useFilm()
  return (
    <Dialog title={t('transcript:title')} description={t('transcript:hint')} open onOpenChange={onClose}>
      {film !== undefined && <FilmTranscript film={film} />}
    </Dialog>
  )
}

function FilmTranscript({ film }: { film: Film }): ReactElement {
  const { t } = useTranslation(['transcript', 'transport'])
  const [size, setSize] = useState<StepSize>('milestone')
  const [withNotes, showNotes] = useState(false)
  const narrator = useNarrator()
  const text = useText()
  const steps = film.steps.length
  const past = useMemo(() => pastLines(film), [film])
  const chapters = useMemo(
    () => (steps === 0 ? [] : transcriptOf(film, size, { say: narrator(film), text }, withNotes)),
    [film, steps, size, narrator, text, withNotes],
  )
  return (
    <div className={styles.transcript}>
      <div className={styles.bar}>
        <Segmented
          label={t('transcript:size')}
          value={size}
          onChange={setSize}
          choices={sizes.map((id) => ({ id, label: t(`transport:${id}`) }))}
        />
        {film.scenario.spec.chapters?.some(({ notes }) => notes !== undefined) && (
          <label className={styles.notesToo}>
            <input type="checkbox" checked={withNotes} onChange={(event) => showNotes(event.target.checked)} />
            {t('notes')}
          </label>
        )}
        <Export film={film} chapters={chapters} />
      </div>
      <Lines past={past} chapters={chapters} />
    </div>
  )
}

function Export({ film, chapters }: { film: Film; chapters: readonly TranscriptChapter[] }): ReactElement {
  const { t } = useTranslation('transcript')
  const text = useText()
  const [copied, setCopied] = useState(false)
  const document = (): string => markdownOf(film, chapters, text, t('before'))
  return (
    <span className={styles.export}>
      <Button
        onClick={() => {
          void copyText(document()).then(setCopied)
        }}
      >
        {copied ? <Check size={14} /> : <Copy size={14} />}
        <span aria-live="polite">{t(copied ? 'copied' : 'copy')}</span>
      </Button>
      <Button onClick={() => save(`${film.scenario.metadata.name}.md`, new Blob([document()], { type: 'text/markdown' }))}>
        <Download size={14} />
        {t('save')}
      </Button>
    </span>
  )
}

function Lines({ past, chapters }: { past: readonly PastLine[]; chapters: readonly TranscriptChapter[] }): ReactElement {
  const { t } = useTranslation('transcript')
  const text = useText()
  const playback = usePlayback()
  const cursor = usePlaybackState((s) => s.cursor)
  const here = useRef<HTMLButtonElement>(null)
  const all = chapters.flatMap(({ lines }) => lines)
  const present = all.findLast(({ step }) => step <= cursor)?.step
  useEffect(() => {
    // In some browsers it returns a promise, which an effect must not.
    here.current?.scrollIntoView({ block: 'nearest' })
  }, [present])
  const beyond = all[linesMost]?.step ?? Infinity
  return (
    <div className={styles.lines}>
      {past.length > 0 && <Past lines={past} />}
      {chapters.map(({ title, notes, lines }) => (
        <section key={lines[0]?.step ?? title?.en}>
          {title !== undefined && <h3>{text(title)}</h3>}
          {notes !== undefined && <blockquote>{text(notes)}</blockquote>}
          <ol>
            {lines
              .filter(({ step }) => step < beyond)
              .map(({ step, time, typed, text: sentence }) => (
                <li key={step}>
                  <button
                    ref={step === present ? here : undefined}
                    type="button"
                    aria-current={step === present ? 'step' : undefined}
                    data-ahead={step > cursor || undefined}
                    onClick={() => playback.seek(step)}
                  >
                    <time>{time}</time>
                    <span>
                      {typed !== undefined && <code>$ {typed}</code>}
                      {sentence}
                    </span>
                  </button>
                </li>
              ))}
          </ol>
        </section>
      ))}
      {beyond < Infinity && <p className={styles.rest}>{t('rest', { count: all.length - linesMost })}</p>}
    </div>
  )
}

/** A line chooses what it is about, at the moment of the film that is nearest: its first. */
function Past({ lines }: { lines: readonly PastLine[] }): ReactElement {
  const { t } = useTranslation('transcript')
  const playback = usePlayback()
  return (
    <section>
      <h3>{t('before')}</h3>
      <ol>
        {lines.map(({ time, subject, text }, i) => (
          <li key={i}>
            <button
              type="button"
              onClick={() => {
                playback.seek(opening)
                if (subject !== undefined) select(subject)
              }}
            >
              <time>{time}</time>
              <span>{text}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  )
}
