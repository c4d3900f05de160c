import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pod } from '../../../engine/api/types.ts'
import { usePlayback, usePlaybackState } from '../../../playback/hooks.ts'
import type { Playback } from '../../../playback/playback.ts'
import { Button } from '../../shared/ui/Button.tsx'
import { select } from '../../shared/view.ts'
import { endingsOf } from './endings.ts'
import styles from './race.module.css'
import { countsOf } from './requests.ts'
import { keepTry, sameSettings, useTries } from './tries.ts'
import type { ShownRace } from './useRace.ts'
import { canVary, makerOf, settingsOf, varied } from './variation.ts'
import type { RaceSettings } from './variation.ts'

/** What decides the race, to be set otherwise: the film is made again with it, and the one before is kept. */
export function Settings({ shown, now, wanted, problem, onTake }: { shown: ShownRace } & RaceSetting): ReactElement {
  const { t } = useTranslation('race')
  const { film } = shown
  const busy = wanted !== undefined
  const shownNow = wanted ?? now
  const withoutDelays = film.scenario.spec.cluster?.latency === 'zero'
  return (
    <section className={styles.settings} aria-label={t('settings')} aria-busy={busy}>
      <Seconds
        label={t('preStop')}
        value={shownNow.preStopSeconds}
        most={Math.max(12, Math.ceil(now.preStopSeconds * 1.5))}
        step={0.5}
        whole
        disabled={busy}
        onTake={(preStopSeconds) => onTake({ ...now, preStopSeconds })}
      />
      <Seconds
        label={t('delay')}
        value={shownNow.ruleDelaySeconds ?? 0}
        zero={t('usual')}
        most={8}
        step={0.25}
        disabled={busy || withoutDelays}
        onTake={(seconds) => onTake({ ...now, ruleDelaySeconds: seconds === 0 ? undefined : seconds })}
      />
      <p className={styles.note} role="status">
        {busy ? t('filming') : problem ? t('notWritten') : withoutDelays ? t('zeroLatency') : ''}
      </p>
    </section>
  )
}

/** The settings of the film on stage, and how others are taken. */
export interface RaceSetting {
  now: RaceSettings
  /** What is being filmed. */
  wanted: RaceSettings | undefined
  /** It could not be: nothing says how the pod is made. */
  problem: boolean
  onTake: (settings: RaceSettings) => void
}

/** `keep`: what is shown stays until the other film is there. */
export function useRaceSetting(shown: ShownRace, keep: (shown: ShownRace | undefined) => void): RaceSetting {
  const playback = usePlayback()
  const { film, ending } = shown
  const now = settingsOf(film, film.etcd.get(ending.key, film.revisionAt(ending.step)) as Pod)
  const [wanted, want] = useState<RaceSettings>()
  const [problem, setProblem] = useState(false)
  const filming = usePlaybackState((s) => s.filming)
  useKept(shown, now, !filming && wanted === undefined)
  const take = async (settings: RaceSettings): Promise<void> => {
    want(settings)
    keep(shown)
    try {
      setProblem(!(await takeSettings(playback, shown, settings)))
    } finally {
      keep(undefined)
      want(undefined)
    }
  }
  const onTake = (settings: RaceSettings): void => {
    if (wanted === undefined && !sameSettings(settings, now)) void take(settings)
  }
  return { now, wanted, problem, onTake }
}

/** Keeps what came of the film on stage, as soon as it is whole. */
function useKept({ film, ending }: ShownRace, { preStopSeconds, ruleDelaySeconds }: RaceSettings, whole: boolean): void {
  const { length } = film.steps
  useEffect(() => {
    if (!whole || length === 0) return
    keepTry(film.scenario.metadata.name, { preStopSeconds, ruleDelaySeconds, ...countsOf(film, ending.services) })
  }, [film, ending, length, whole, preStopSeconds, ruleDelaySeconds])
}

/**
 * Films the race with other settings, from the start, and shows the same ending again; false when nothing says how the pod is made. A fork
 * would be the same replay, and there is nothing to keep: a hook changes the template with which all begins, and with the first rules
 * that a node writes, their delay decides what is drawn by lot next.
 */
async function takeSettings(playback: Playback, { film, ending, endings, race }: ShownRace, settings: RaceSettings): Promise<boolean> {
  const present = await playback.scenario()
  const maker = makerOf(film, ending)
  if (maker === undefined || !canVary(present, maker)) return false
  const place = endings.indexOf(ending)
  const since = playback.clock.getState().now - race.start.at
  const leftAt = film.inputs.find(({ input }) => input.kubectl !== undefined)?.step ?? 0
  await playback.vary(varied(present, film.scenario, maker, settings), leftAt)
  const made = playback.state.film
  if (made === undefined) return true
  // Names of pods differ with their template; the order in which they end does not.
  const same = endingsOf(made)[place]
  if (same === undefined) return true
  select(same.key)
  await playback.seekTime(made.timeOf(same.step) + Math.max(0, since) - made.opening.startMs)
  return true
}

interface SecondsProps {
  label: string
  value: number
  /** What stands for 0. */
  zero?: string
  most: number
  step: number
  /** Whole numbers only, as the API wants them. */
  whole?: boolean
  disabled: boolean
  onTake: (value: number) => void
}

/** A length that is dragged or typed; taken when it is let go. */
function Seconds({ label, value, zero, most, step, whole, disabled, onTake }: SecondsProps): ReactElement {
  const { t } = useTranslation('race')
  const [draft, setDraft] = useState<number>()
  const shown = draft ?? value
  const take = (): void => {
    setDraft(undefined)
    if (draft !== undefined && draft !== value) onTake(whole ? Math.round(draft) : draft)
  }
  const change = (text: string): void => setDraft(Math.min(most, Math.max(0, Number(text) || 0)))
  const fine = whole ? 1 : step
  return (
    <div className={styles.field}>
      <label>
        <span>{label}</span>
        <input
          type="range" min={0} max={most} step={fine} value={shown} disabled={disabled}
          aria-valuetext={shown === 0 && zero !== undefined ? zero : `${shown} ${t('seconds')}`}
          onChange={(event) => change(event.target.value)} onPointerUp={take} onKeyUp={take} onBlur={take}
        />
      </label>
      <input
        type="number" min={0} max={most} step={fine} value={shown} disabled={disabled} aria-label={`${label} (${t('seconds')})`}
        onChange={(event) => change(event.target.value)} onBlur={take}
        onKeyDown={(event) => event.key === 'Enter' && take()}
      />
      <span className={styles.unit}>{shown === 0 && zero !== undefined ? zero : t('seconds')}</span>
    </div>
  )
}

/** What came of each setting, side by side. */
export function TryList({ now, wanted, onTake }: RaceSetting): ReactElement | null {
  const { t } = useTranslation('race')
  const tries = useTries()
  if (tries.length === 0) return null
  const most = Math.max(1, ...tries.map(({ failed }) => failed))
  return (
    <table className={styles.tries}>
      <caption>
        {t('tries')} <span>{t('wholeFilm')}</span>
      </caption>
      <tbody>
        {tries.map((each) => {
          const here = sameSettings(each, now)
          return (
            <tr key={`${each.preStopSeconds} ${each.ruleDelaySeconds}`} aria-current={here ? 'true' : undefined}>
              <th scope="row">
                {t('preStop')} {each.preStopSeconds} {t('seconds')}
                <br />
                {t('delay')} {each.ruleDelaySeconds === undefined ? t('usual') : `${each.ruleDelaySeconds} ${t('seconds')}`}
              </th>
              <td data-look={each.failed === 0 ? 'good' : 'bad'}>
                <i style={{ width: `${(each.failed / most) * 100}%` }} aria-hidden="true" />
                <b>{t('failedCount', { count: each.failed })}</b> {t('ofAll', { count: each.answered + each.failed })}
              </td>
              <td>
                {here ? (
                  <span className={styles.here}>{t('tryNow')}</span>
                ) : (
                  <Button disabled={wanted !== undefined} onClick={() => onTake(each)}>
                    {t('tryAgain')}
                  </Button>
                )}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
