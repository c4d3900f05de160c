import { Check, X } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlayback } from '../../../playback/hooks.ts'
import { Blank } from '../../shared/ui/Blank.tsx'
import { Button } from '../../shared/ui/Button.tsx'
import { Pane, PaneBody, PaneHead } from '../../shared/ui/Pane.tsx'
import { formatSpan } from '../../shared/film/time.ts'
import { openScenario } from '../../shared/film/openScenario.ts'
import { select } from '../../shared/view.ts'
import { marginOf } from './race.ts'
import type { Race } from './race.ts'
import styles from './race.module.css'
import { Settings, TryList, useRaceSetting } from './Settings.tsx'
import { Tracks } from './Tracks.tsx'
import { useRace } from './useRace.ts'
import type { ShownRace } from './useRace.ts'
import { shownName } from '../../shared/objects/shownName.ts'

/** The end of a pod that is behind a Service: what its node does against what the others know of it. */
export function RaceView(): ReactElement {
  const present = useRace()
  const [kept, keep] = useState<ShownRace>()
  const shown = kept ?? present
  return <Pane>{shown === undefined ? <NoRace /> : <Shown shown={shown} keep={keep} />}</Pane>
}

function NoRace(): ReactElement {
  const { t } = useTranslation('race')
  const playback = usePlayback()
  const open = async (): Promise<void> => {
    const { findScenario } = await import('../../../scenarios/catalogue.ts')
    openScenario(playback, findScenario('termination-race')!)
  }
  return (
    <Blank title={t('blank')} actions={<Button onClick={() => void open()}>{t('openScenario')}</Button>}>
      {t('blankText')}
    </Blank>
  )
}

function Shown({ shown, keep }: { shown: ShownRace; keep: (shown: ShownRace | undefined) => void }): ReactElement {
  const { t } = useTranslation('race')
  const { race } = shown
  const setting = useRaceSetting(shown, keep)
  return (
    <PaneBody className={styles.body}>
      <PaneHead title={t('title', { pod: `pod/${shownName(race.key)}` })}>
        <Picker shown={shown} />
      </PaneHead>
      <Verdict race={race} />
      <Settings shown={shown} {...setting} />
      <Tracks race={race} />
      <div className={styles.below}>
        <TryList {...setting} />
        <AsText race={race} />
      </div>
    </PaneBody>
  )
}

function Picker({ shown: { film, endings, ending } }: { shown: ShownRace }): ReactElement {
  const { t } = useTranslation('race')
  const playback = usePlayback()
  const choose = (uid: string): void => {
    const chosen = endings.find((each) => each.uid === uid)!
    select(chosen.key)
    playback.seek(chosen.step)
  }
  return (
    <label className={styles.picker}>
      {t('which')}
      <select value={ending.uid} onChange={(event) => choose(event.target.value)}>
        {endings.map(({ uid, key, step }) => (
          <option key={uid} value={uid}>
            {t('ending', { pod: shownName(key), time: formatSpan(film.timeOf(step) - film.opening.startMs) })}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Who came first, and what it cost, as far as the film is made. */
function Verdict({ race }: { race: Race }): ReactElement {
  const { t } = useTranslation('race')
  const margin = marginOf(race)
  const count = race.requests.filter(({ outcome }) => outcome === 'failed').length
  if (margin === undefined) {
    return <p className={styles.verdict}>{t(race.rules.length === 0 ? 'verdict.alone' : 'verdict.open')}</p>
  }
  const ms = formatSpan(Math.abs(margin.ms))
  const lost = margin.ms < 0
  const text = lost
    ? count > 0
      ? t('verdict.lostSome', { ms, node: margin.node, count })
      : t('verdict.lostNone', { ms, node: margin.node })
    : count > 0
      ? t('verdict.wonSome', { ms, count })
      : t('verdict.won', { ms })
  const bad = lost || count > 0
  return (
    <p className={styles.verdict} data-look={bad ? 'bad' : 'good'} role="status">
      {bad ? <X size={20} aria-hidden="true" /> : <Check size={20} aria-hidden="true" />}
      {text}
    </p>
  )
}

/** The same in words, in the order in which it happened. */
function AsText({ race }: { race: Race }): ReactElement {
  const { t } = useTranslation('race')
  const playback = usePlayback()
  const { kubelet, withdrawn, rules, start } = race
  const moments = [
    { mark: start, what: t('mark.deleted') },
    { mark: kubelet.sees, what: t('mark.sees') },
    { mark: kubelet.hook, what: t('mark.hook') },
    { mark: kubelet.term, what: kubelet.term?.signal ?? '' },
    { mark: kubelet.kill, what: t('mark.kill') },
    { mark: kubelet.ended, what: t('mark.ended') },
    { mark: kubelet.gone, what: t('mark.gone') },
    { mark: withdrawn, what: `${t('slice')}: ${t('mark.withdrawn')}` },
    ...rules.map(({ node, without }) => ({ mark: without, what: `${t('rulesOn', { node })}: ${t('mark.without')}` })),
    ...race.requests.flatMap(({ outcome, step, endedAt, word }) =>
      outcome === 'failed' ? [{ mark: { at: endedAt!, step }, what: `${t('requests')}: ${t('failed')} (${word})` }] : [],
    ),
  ]
    .flatMap(({ mark, what }) => (mark === undefined ? [] : [{ ...mark, what }]))
    .sort((a, b) => a.at - b.at || a.step - b.step)
  return (
    <details className={styles.text}>
      <summary>{t('text')}</summary>
      <ol>
        {moments.map(({ at, step, what }) => (
          <li key={`${step} ${what}`}>
            <button type="button" onClick={() => playback.seek(step)}>
              <span className="figures">{formatSpan(at - start.at)}</span> {what}
            </button>
          </li>
        ))}
      </ol>
    </details>
  )
}
