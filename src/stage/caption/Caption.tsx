import { Play } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import { useFilm, usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import type { Step } from '../../worker/protocol.ts'
import { Button } from '../shared/Button.tsx'
import { hopText } from '../shared/hop.ts'
import { Popover } from '../shared/Overlay.tsx'
import { useText } from '../shared/text.ts'
import styles from './Caption.module.css'
import { causesOf } from './causes.ts'

/** The line one reads first: what has just happened and why, in one sentence. */
export function Caption(): ReactElement {
  const { t } = useTranslation('caption')
  const film = useFilm()
  const cursor = usePlaybackState((s) => s.cursor)
  const step = film?.steps[cursor]
  return (
    <section className={styles.caption} aria-label={t('label')}>
      <span className={styles.count}>{cursor + 1} / {film?.steps.length ?? 0}</span>
      {film === undefined || step === undefined ? <OpeningLine film={film} /> : <StepLine film={film} step={step} />}
    </section>
  )
}

/** Before the first step: what this film is about, and one clear button. */
function OpeningLine({ film }: { film: Film | undefined }): ReactElement {
  const { t } = useTranslation(['caption', 'app'])
  const playback = usePlayback()
  const text = useText()
  const playing = usePlaybackState((s) => s.playing)
  const empty = film === undefined || film.scenario.spec.script.length === 0
  return (
    <>
      <p className={styles.sentence}>{empty ? t('caption:nothing') : text(film.scenario.spec.summary)}</p>
      <Button look="primary" disabled={film === undefined || playing} onClick={() => playback.play()}>
        <Play size={14} fill="currentColor" />{t('app:start')}
      </Button>
    </>
  )
}

function StepLine({ film, step }: { film: Film; step: Step }): ReactElement {
  const { t } = useTranslation('caption')
  return (
    <>
      <p className={styles.sentence} aria-live="polite">{hopText(step)}</p>
      <Aside label={t('why')}><Causes film={film} step={step} /></Aside>
    </>
  )
}

function Aside({ label, children }: { label: string; children: ReactNode }): ReactElement {
  const [open, setOpen] = useState(false)
  return (
    <Popover align="end" open={open} onOpenChange={setOpen} trigger={<Button look="link">{label}</Button>}>
      {children}
    </Popover>
  )
}

/** The chain of steps that led here, the first cause at the top. */
function Causes({ film, step }: { film: Film; step: Step }): ReactElement {
  const { t } = useTranslation('caption')
  const playback = usePlayback()
  const chain = causesOf(film, step)
  return (
    <div className={styles.causes}>
      <h2>{t('causeTitle')}</h2>
      <ol>
        {chain.map((cause) => (
          <li key={cause.index}>
            <button type="button" aria-current={cause.index === step.index ? 'step' : undefined} onClick={() => playback.seek(cause.index)}>
              <span className={styles.number}>{cause.index + 1}</span>
              <span>{hopText(cause)}</span>
            </button>
          </li>
        ))}
      </ol>
    </div>
  )
}
