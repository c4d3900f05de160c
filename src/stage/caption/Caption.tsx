import { Play } from 'lucide-react'
import { memo, useRef } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { Film } from '../../playback/film.ts'
import { useFilm, usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { lastTelling } from '../../playback/told.ts'
import type { Input, Step } from '../../worker/protocol.ts'
import { Button } from '../shared/ui/Button.tsx'
import { Then, Why } from '../shared/film/Causes.tsx'
import { Popover } from '../shared/ui/Overlay.tsx'
import { useText } from '../shared/words/text.ts'
import { openMicroscope } from '../shared/view.ts'
import { formatSpan } from '../shared/film/time.ts'
import { typedLine } from '../shared/film/typed.ts'
import styles from './Caption.module.css'
import { isLong, useClipped } from './clipped.ts'
import { useSentences } from './sentence.ts'
import { Explained } from '../shared/words/Glossary.tsx'
import { Phrases } from '../shared/words/Phrases.tsx'

/** The line one reads first: what has just happened and why, in one sentence. `atEnd`: what stands beside it when the film is over. */
export function Caption({ atEnd }: { atEnd?: ReactNode }): ReactElement {
  const { t } = useTranslation('caption')
  const film = useFilm()
  const step = useTold()
  const awaited = usePlaybackState((s) => s.awaited !== undefined)
  const number = useNumber()
  const ended = usePlaybackState((s) => s.ended)
  return (
    <section className={styles.caption} data-picture="take" aria-label={t('label')}>
      <span className={styles.count} data-step-number>
        {awaited ? '…' : number} / {film === undefined ? 0 : lastNumber(film, number)}
      </span>
      {film === undefined || step === undefined ? <OpeningLine film={film} /> : <StepLine film={film} step={step} />}
      {ended && <div className={styles.atEnd}>{atEnd}</div>}
    </section>
  )
}

/** Less than this after a step (virtual ms) nobody asks what has happened since. */
const quietFromMs = 1000

/** The step that has just happened, or of a film that runs one that can be read. Where the film stands in a quiet stretch it is the last that was more than a message. */
function useTold(): Step | undefined {
  const quiet = useQuiet()
  return usePlaybackState(({ film, cursor, told, ended }) => {
    const step = film?.steps[told ?? cursor]
    // A request is what such a film is about.
    if (film === undefined || step === undefined || step.kind === 'network' || !(quiet || (ended && step.background))) return step
    const telling = film.steps[lastTelling(film, cursor)]
    // After a command that nobody has words for, its answer says more.
    const isPlain = telling?.kind === 'input' && inputOf(film, telling)?.say === undefined
    return telling === undefined || isPlain ? (step.background ? film.steps[film.previous(cursor, 'hop')] : step) : telling
  })
}

/** The film stands where nothing has happened for a while. */
function useQuiet(): boolean {
  const { clock } = usePlayback()
  const atMs = usePlaybackState(({ film, cursor, playing }) => (playing ? undefined : film?.steps[cursor]?.at))
  return useStore(clock, ({ now }) => atMs !== undefined && now - atMs >= quietFromMs)
}

/** Of the step that is told while the film runs, else of the one it stands at; routine at its end is not counted. */
function useNumber(): number {
  return usePlaybackState(({ film, cursor, told, ended }) => {
    const routine = ended && film?.steps[cursor]?.background === true
    return (routine ? film.previous(cursor, 'hop') : (told ?? cursor)) + 1
  })
}

/** Number of the last visible step; routine after it is not counted, unless one stands there. */
function lastNumber(film: Film, number: number): number {
  return Math.max(number, (film.ofSize('hop').at(-1) ?? -1) + 1)
}

/** Before the first step: what this film is about, and one clear button. */
function OpeningLine({ film }: { film: Film | undefined }): ReactElement {
  const { t } = useTranslation(['caption', 'app'])
  const playback = usePlayback()
  const text = useText()
  const playing = usePlaybackState((s) => s.playing)
  const awaited = usePlaybackState((s) => s.awaited !== undefined)
  const { script, cluster } = film?.scenario.spec ?? {}
  const empty = script?.length === 0 && cluster?.objects === undefined && cluster?.prologue === undefined
  const sentence = film === undefined ? t('app:loadingFilm') : empty ? t('caption:nothing') : text(film.scenario.spec.summary) || text(film.scenario.spec.title)
  const line = useRef<HTMLParagraphElement>(null)
  const clipped = useClipped(line, sentence)
  return (
    <>
      <p ref={line} className={styles.sentence} data-long={isLong(sentence) || undefined}>
        <Phrases text={sentence} />
      </p>
      {clipped && (
        <Aside label={t('caption:more')}>
          <p className={styles.more}>{sentence}</p>
        </Aside>
      )}
      {!empty && !awaited && (
        <Button look="primary" disabled={film === undefined || playing} onClick={() => playback.play()}>
          <Play size={14} fill="currentColor" />
          {t('app:start')}
        </Button>
      )}
    </>
  )
}

function inputOf(film: Film, step: Step): Input | undefined {
  return step.kind === 'input' ? film.inputs.find((i) => i.step === step.index)?.input : undefined
}

/** There is a table of nodes and plugins behind it. */
function isDecision({ from, detail }: Step): boolean {
  return from === 'kube-scheduler' && ['Filter', 'Score', 'Unschedulable', 'Preempt'].includes(detail?.type ?? '')
}

function StepLine({ film, step }: { film: Film; step: Step }): ReactElement {
  const { t } = useTranslation('microscope')
  const text = useText()
  const sentence = useSentences(film)(step)
  // A step of the script is said in its author's words, below what was typed.
  const input = inputOf(film, step)
  const told = input?.say === undefined ? sentence.text : text(input.say)
  const typed = input?.say === undefined ? undefined : typedLine(input)
  const line = useRef<HTMLParagraphElement>(null)
  const clipped = useClipped(line, told)
  return (
    <>
      <div className={styles.words} aria-live="polite">
        {typed !== undefined && <code className={styles.typed}>$ {typed}</code>}
        <p ref={line} className={styles.sentence} data-long={(typed === undefined && isLong(told)) || undefined}>
          <Explained text={told} />
          <Since step={step} />
        </p>
      </div>
      {isDecision(step) && (
        <Button look="link" onClick={() => openMicroscope(`pods/${step.namespace}/${step.name}`)}>
          {t('table')}
        </Button>
      )}
      <Causes />
      <Background hidden={sentence.more === undefined && !clipped} whole={clipped ? told : undefined} />
    </>
  )
}

/** Why, then and more: what is in them is made when they are opened, so that a step has nothing to do here. */
const Causes = memo(function Causes(): ReactElement {
  const { t } = useTranslation(['caption', 'causes'])
  return (
    <>
      <Aside label={t('why')} title={t('causes:whyTitle')}>
        <OfStep>{(film, { index }) => <Why film={film} index={index} />}</OfStep>
      </Aside>
      <Aside label={t('then')} title={t('causes:thenTitle')}>
        <OfStep>{(film, { index }) => <Then film={film} index={index} />}</OfStep>
      </Aside>
    </>
  )
})

/** Its place is kept, so that the sentence does not move when there is nothing more to say. `whole`: the sentence, where not all of it is to be seen. */
const Background = memo(function Background({ hidden, whole }: { hidden: boolean; whole: string | undefined }): ReactElement {
  const { t } = useTranslation('caption')
  return (
    <Aside label={t('more')} hidden={hidden}>
      {whole !== undefined && (
        <p className={styles.more}>
          <Explained text={whole} />
        </p>
      )}
      <OfStep>{(film, step) => <More film={film} step={step} />}</OfStep>
    </Aside>
  )
})

/** Of the step that is told. */
function OfStep({ children }: { children: (film: Film, step: Step) => ReactNode }): ReactNode {
  const film = useFilm()
  const step = useTold()
  return film !== undefined && step !== undefined && children(film, step)
}

function More({ film, step }: { film: Film; step: Step }): ReactNode {
  const { more } = useSentences(film)(step)
  return (
    more !== undefined && (
      <p className={styles.more}>
        <Explained text={more} />
      </p>
    )
  )
}

/** The film stands in a quiet stretch: what is told is the last that was worth it, and it says so. */
function Since({ step }: { step: Step }): ReactElement | null {
  const { t } = useTranslation('caption')
  const { clock } = usePlayback()
  const quiet = useQuiet()
  const sinceMs = useStore(clock, ({ now }) => (quiet ? now - step.at : 0))
  if (!quiet) return null
  return (
    <>
      {' '}
      <span className={styles.since}>{t('quiet', { time: formatSpan(sinceMs) })}</span>
    </>
  )
}

function Aside({
  label,
  title,
  hidden,
  children,
}: {
  label: string
  /** Of a list. */
  title?: string
  hidden?: boolean
  children: ReactNode
}): ReactElement {
  const trigger = (
    <Button look="link" data-picture="without" className={hidden ? styles.placeholder : undefined}>
      {label}
    </Button>
  )
  return (
    <Popover label={title ?? label} align="end" trigger={trigger}>
      {title === undefined ? (
        children
      ) : (
        <div className={styles.causes}>
          <h2>{title}</h2>
          {children}
        </div>
      )}
    </Popover>
  )
}
