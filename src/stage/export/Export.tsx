import { Download, X } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { chapterAt, chaptersOf } from '../../playback/chapters.ts'
import { stepSizes } from '../../playback/classify.ts'
import type { Film } from '../../playback/film.ts'
import { useFilm, usePlayback } from '../../playback/hooks.ts'
import { Button } from '../shared/ui/Button.tsx'
import { save } from '../shared/ui/save.ts'
import { Segmented } from '../shared/ui/Tabs.tsx'
import { possibleFormats } from './encode.ts'
import type { MovingFormat } from './encode.ts'
import styles from './Export.module.css'
import { framesMost, framesOf } from './frames.ts'
import type { Range } from './frames.ts'
import { draw } from './picture.ts'
import { shootFilm, takeStage } from './shoot.ts'

/** The stage as a picture, and a range of steps as a moving one. */
export function Export(): ReactElement {
  const { t } = useTranslation('picture')
  const film = useFilm()
  return (
    <div className={styles.export}>
      <section className={styles.part}>
        <h3>{t('still')}</h3>
        <Still />
      </section>
      <section className={styles.part}>
        <h3>{t('moving')}</h3>
        {film !== undefined && <Moving film={film} />}
      </section>
    </div>
  )
}

function nameOf(film: Film | undefined, step: number): string {
  return `${film?.scenario.metadata.name ?? 'podreel'}-${step}`
}

function Still(): ReactElement {
  const { t } = useTranslation('picture')
  const playback = usePlayback()
  const name = nameOf(playback.state.film, playback.state.cursor + 1)
  const [failed, setFailed] = useState<string | undefined>(undefined)
  const saveSvg = async (): Promise<void> => {
    save(`${name}.svg`, new Blob([(await takeStage()).svg], { type: 'image/svg+xml' }))
  }
  const savePng = async (): Promise<void> => {
    const canvas = await draw(await takeStage(), 2)
    canvas.toBlob((png) => png !== null && save(`${name}.png`, png))
  }
  const make = (saving: () => Promise<void>): void => {
    setFailed(undefined)
    saving().catch((error: unknown) => setFailed(error instanceof Error ? error.message : String(error)))
  }
  return (
    <>
      <div className={styles.row}>
        <Button onClick={() => make(savePng)}>
          <Download size={14} />
          PNG
        </Button>
        <Button onClick={() => make(saveSvg)}>
          <Download size={14} />
          SVG
        </Button>
        <span className={styles.hint}>{t('stillHint')}</span>
      </div>
      {failed !== undefined && <p role="alert">{t('failed', { message: failed })}</p>}
    </>
  )
}

/** The chapter on stage, else the whole film so far. */
function presentRange(film: Film, cursor: number): Range {
  const chapter = chapterAt(film, cursor)
  const next = chapter && chaptersOf(film)[chapter.number]
  const end = film.ofSize('hop').at(-1) ?? -1
  return { from: (chapter?.mark.step ?? -1) + 1, to: (next?.step ?? end) + 1, size: 'event' }
}

function Moving({ film }: { film: Film }): ReactElement {
  const { t } = useTranslation(['picture', 'transport'])
  const playback = usePlayback()
  const [range, setRange] = useState(() => presentRange(film, playback.state.cursor))
  const formats = useFormats()
  const shooting = useShooting(film, range)
  const count = framesOf(film, range).length
  const busy = shooting.done !== undefined
  return (
    <>
      <div className={styles.row}>
        <StepField label={t('from')} value={range.from} film={film} onChange={(from) => setRange({ ...range, from })} />
        <StepField label={t('to')} value={range.to} film={film} onChange={(to) => setRange({ ...range, to })} />
        <Segmented
          label={t('transport:stepBy')}
          choices={stepSizes.map((id) => ({ id, label: t(`transport:${id}`) }))}
          value={range.size}
          onChange={(size) => setRange({ ...range, size })}
        />
      </div>
      <p className={styles.hint}>{t(count >= framesMost ? 'most' : 'frames', { count })}</p>
      <div className={styles.row}>
        {formats.map((format) => (
          <Button key={format} disabled={busy} onClick={() => void shooting.start(format)}>
            <Download size={14} />
            {formatNames[format]}
          </Button>
        ))}
        {busy && (
          <>
            <progress className={styles.progress} aria-label={t('making')} value={shooting.done} max={count} />
            <Button onClick={shooting.cancel}>
              <X size={14} />
              {t('cancel')}
            </Button>
          </>
        )}
      </div>
      {shooting.failed !== undefined && <p role="alert">{t('failed', { message: shooting.failed })}</p>}
    </>
  )
}

function StepField({
  label,
  value,
  film,
  onChange,
}: {
  label: string
  value: number
  film: Film
  onChange: (value: number) => void
}): ReactElement {
  const id = useId()
  return (
    <span className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="number"
        min={0}
        max={film.steps.length}
        value={value}
        onChange={({ target }) => onChange(Math.max(0, Math.min(film.steps.length, Math.round(target.valueAsNumber || 0))))}
      />
    </span>
  )
}

const formatNames: Readonly<Record<MovingFormat, string>> = { gif: 'GIF', webp: 'WebP', webm: 'WebM', mp4: 'MP4' }

function useFormats(): readonly MovingFormat[] {
  const [formats, setFormats] = useState<readonly MovingFormat[]>(['gif'])
  useEffect(() => {
    void possibleFormats().then(setFormats)
  }, [])
  return formats
}

/** One at a time; closing the dialog ends it. */
function useShooting(film: Film, range: Range) {
  const playback = usePlayback()
  const [done, setDone] = useState<number | undefined>(undefined)
  const [failed, setFailed] = useState<string | undefined>(undefined)
  const abort = useRef<AbortController>(undefined)
  useEffect(() => () => abort.current?.abort(), [])
  const start = async (format: MovingFormat): Promise<void> => {
    abort.current = new AbortController()
    setDone(0)
    setFailed(undefined)
    try {
      const { signal } = abort.current
      const made = await shootFilm(playback, range, format, { signal, progress: setDone })
      if (made !== undefined) save(`${nameOf(film, range.from)}-${range.to}.${format}`, made)
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error))
    } finally {
      setDone(undefined)
    }
  }
  return { done, failed, start, cancel: () => abort.current?.abort() }
}
