import { useRef } from 'react'
import type { CSSProperties, ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { usePlayback } from '../../../playback/hooks.ts'
import { formatSpan } from '../../shared/film/time.ts'
import { useSize } from '../../shared/ui/useSize.ts'
import { axisOf, levelsOf, ticksOf } from './axis.ts'
import type { Axis } from './axis.ts'
import styles from './race.module.css'
import type { Mark, NodeRules, Race } from './race.ts'
import { RequestLane } from './RequestLane.tsx'

/** Beside the tracks stand their names; where there is no room, above them. */
const namesBesideRem = 38
const namesRem = 8.25
/** Of one line of labels, and of the bar above them. */
const lineRem = 1.125
const barRem = 1.625
/** More nodes than this are told by the first and the last. */
const nodesMost = 6

/** Both tracks and the requests over one time. */
export function Tracks({ race }: { race: Race }): ReactElement {
  const { t } = useTranslation('race')
  const box = useRef<HTMLDivElement>(null)
  const { width } = useSize(box)
  const rem = remOf()
  const beside = width >= namesBesideRem * rem
  const plot = beside ? width - namesRem * rem : width
  const axis = axisOf(race.shown)
  const style = { '--names': beside ? `${namesRem}rem` : '0px' } as CSSProperties
  return (
    <div ref={box} className={styles.tracks} data-on-scale data-beside={beside || undefined} style={style}>
      <div className={styles.plot} aria-hidden="true">
        <Ended race={race} axis={axis} />
      </div>
      <Ruler race={race} axis={axis} plot={plot} />
      <h3>{race.node === undefined ? t('kubelet') : t('kubeletOn', { node: race.node })}</h3>
      <Process race={race} axis={axis} plot={plot} />
      <Grace race={race} axis={axis} />
      <h3>{t('endpoints')}</h3>
      <Slice race={race} axis={axis} />
      <Rules race={race} axis={axis} />
      <h3>{t('requests')}</h3>
      <RequestLane race={race} axis={axis} />
      <div className={styles.plot} aria-hidden="true">
        <Playhead axis={axis} />
      </div>
    </div>
  )
}

/** Px; the presenter's type is larger. */
function remOf(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}

/** Moves with every frame; what lies behind it has not happened yet. */
function Playhead({ axis }: { axis: Axis }): ReactElement {
  const playback = usePlayback()
  const share = useStore(playback.clock, ({ now }) => axis.share(now))
  return (
    <>
      <div className={styles.ahead} style={{ left: `${share * 100}%` }} />
      <div className={styles.playhead} style={{ left: `${share * 100}%` }} hidden={share === 0 || share === 1} />
    </>
  )
}

/** From here on nobody listens: a line through all that is drawn. */
function Ended({ race, axis }: { race: Race; axis: Axis }): ReactElement | null {
  const { ended } = race.kubelet
  return ended === undefined ? null : <div className={styles.end} style={{ left: axis.percent(ended.at) }} />
}

function Ruler({ race, axis, plot }: { race: Race; axis: Axis; plot: number }): ReactElement {
  const { t } = useTranslation('race')
  return (
    <div className={styles.row}>
      <span className={styles.name}>{t('axis')}</span>
      <div className={styles.ruler}>
        {ticksOf(race.shown, race.start.at, plot / (4.5 * remOf())).map((ms) => (
          <span key={ms} data-zero={ms === 0 || undefined} style={{ left: axis.percent(race.start.at + ms) }}>
            {ms === 0 ? '0' : formatSpan(ms)}
          </span>
        ))}
      </div>
    </div>
  )
}

interface TrackProps {
  race: Race
  axis: Axis
}

function Row({ name, rem, children }: { name: string; rem?: number; children: ReactNode }): ReactElement {
  return (
    <div className={styles.row}>
      <span className={styles.name}>{name}</span>
      <div className={styles.track} style={rem === undefined ? undefined : { height: `${rem}rem` }}>
        {children}
      </div>
    </div>
  )
}

type Look = 'good' | 'leaving' | 'grace' | 'hook' | 'bad' | 'after'

function Bar({ axis, from, to, look, children }: { axis: Axis; from: number; to: number; look: Look; children?: ReactNode }): ReactElement | null {
  const [left, right] = [axis.share(from), axis.share(to)]
  if (right <= left) return null
  return (
    <span className={styles.bar} data-look={look} style={{ left: `${left * 100}%`, width: `${(right - left) * 100}%` }}>
      <span title={typeof children === 'string' ? children : undefined}>{children}</span>
    </span>
  )
}

/** What the process in the pod does, and what is done to it. */
function Process({ race, axis, plot }: TrackProps & { plot: number }): ReactElement {
  const { t } = useTranslation('race')
  const { term, kill, ended, gone } = race.kubelet
  const { shown, start } = race
  const stops = term?.at ?? kill?.at ?? ended?.at ?? shown.to
  const marks = [
    { mark: term, text: term?.signal ?? '' },
    { mark: kill, text: t('mark.kill'), bad: true },
    { mark: ended, text: t('mark.ended') },
    { mark: gone, text: t('mark.gone') },
  ].flatMap(({ mark, ...rest }) => (mark === undefined || mark.at > shown.to ? [] : [{ ...rest, mark }]))
  const rem = remOf()
  const labels = marks.map(({ mark, text }) => {
    const width = (text.length * (/[\u4e00-\u9fff]/.test(text) ? 0.75 : 0.4) + 0.625) * rem
    return { x: Math.min(axis.share(mark.at) * plot, plot - width), width }
  })
  const levels = levelsOf(labels)
  return (
    <Row name={t('process')} rem={barRem + lineRem * (Math.max(0, ...levels) + 1)}>
      <Bar axis={axis} from={shown.from} to={stops} look="good">
        {t('answers')}
      </Bar>
      <Bar axis={axis} from={stops} to={ended?.at ?? shown.to} look="leaving">
        {t('stopping')}
      </Bar>
      {marks.map(({ mark, text, bad }, i) => (
        <MarkButton key={text} axis={axis} mark={mark} since={start.at} text={text} bad={bad === true} x={labels[i]!.x} level={levels[i]!} />
      ))}
    </Row>
  )
}

function MarkButton({ axis, mark, since, text, bad, x, level }: {
  axis: Axis
  mark: Mark
  since: number
  text: string
  bad: boolean
  x: number
  level: number
}): ReactElement {
  const { t } = useTranslation('race')
  const playback = usePlayback()
  const label = t('markAt', { what: text, time: formatSpan(mark.at - since) })
  return (
    <>
      <i className={styles.tick} data-bad={bad || undefined} style={{ left: axis.percent(mark.at), height: `${barRem + lineRem * (level + 0.4)}rem` }} />
      <button
        type="button"
        className={styles.mark}
        data-bad={bad || undefined}
        style={{ left: x, top: `${barRem + lineRem * level}rem` }}
        aria-label={label}
        title={label}
        onClick={() => playback.seek(mark.step)}
      >
        {text}
      </button>
    </>
  )
}

function Grace({ race, axis }: TrackProps): ReactElement {
  const { t } = useTranslation('race')
  const { grace, kubelet } = race
  const hookEnd = kubelet.term?.at ?? kubelet.kill?.at ?? kubelet.ended?.at ?? race.shown.to
  return (
    <Row name={t('grace')}>
      <Bar axis={axis} from={grace.from} to={grace.to} look="grace">
        {kubelet.hook === undefined && t('graceOf', { seconds: grace.seconds })}
      </Bar>
      {kubelet.hook !== undefined && (
        <Bar axis={axis} from={kubelet.hook.at} to={hookEnd} look="hook">
          {t('hook', { time: formatSpan(hookEnd - kubelet.hook.at) })}
        </Bar>
      )}
      {grace.to > race.shown.to && (
        <span className={styles.beyond} aria-hidden="true">
          {grace.seconds} s →
        </span>
      )}
    </Row>
  )
}

function Slice({ race, axis }: TrackProps): ReactElement {
  const { t } = useTranslation('race')
  const { withdrawn, shown } = race
  return (
    <Row name={t('slice')}>
      <Bar axis={axis} from={shown.from} to={withdrawn?.at ?? shown.to} look="good">
        {t('ready')}
      </Bar>
      {withdrawn !== undefined && (
        <>
          <Bar axis={axis} from={withdrawn.at} to={shown.to} look="after">
            {t('notReady')}
          </Bar>
          <Turn axis={axis} mark={withdrawn} since={race.start.at} what={t('mark.withdrawn')} />
        </>
      )}
    </Row>
  )
}

/** Where a bar ends, to go there. */
function Turn({ axis, mark, since, what }: { axis: Axis; mark: Mark; since: number; what: string }): ReactElement {
  const { t } = useTranslation('race')
  const playback = usePlayback()
  const label = t('markAt', { what, time: formatSpan(mark.at - since) })
  return (
    <button
      type="button"
      className={styles.turn}
      style={{ left: axis.percent(mark.at) }}
      aria-label={label}
      title={label}
      onClick={() => playback.seek(mark.step)}
    />
  )
}

/** The rules of each node: as long as they lead to a process that has ended, requests fail. */
function Rules({ race, axis }: TrackProps): ReactElement {
  const { t } = useTranslation('race')
  const shown = race.rules.length <= nodesMost ? race.rules : firstAndLast(race.rules)
  const left = race.rules.length - shown.length
  return (
    <>
      {shown.map((rules) => (
        <NodeRow key={rules.node} race={race} axis={axis} rules={rules} />
      ))}
      {left > 0 && <p className={styles.more}>{t('moreNodes', { count: left })}</p>}
    </>
  )
}

function firstAndLast(rules: readonly NodeRules[]): NodeRules[] {
  const sorted = rules.toSorted((a, b) => (a.without?.at ?? Infinity) - (b.without?.at ?? Infinity))
  return [...sorted.slice(0, 2), ...sorted.slice(-2)]
}

function NodeRow({ race, axis, rules: { node, without } }: TrackProps & { rules: NodeRules }): ReactElement {
  const { t } = useTranslation('race')
  const { shown, start, kubelet } = race
  const until = without?.at ?? shown.to
  const alive = Math.min(until, kubelet.ended?.at ?? Infinity)
  const what = `${t('rulesOn', { node })}: ${t('mark.without')}`
  return (
    <Row name={t('rulesOn', { node })}>
      <Bar axis={axis} from={shown.from} to={alive} look="good">
        {t('lead')}
      </Bar>
      <Bar axis={axis} from={alive} to={until} look="bad">
        {t('leadNowhere')}
      </Bar>
      {without !== undefined && <Turn axis={axis} mark={without} since={start.at} what={what} />}
      {without !== undefined && (
        <span className={styles.time} style={{ left: axis.percent(without.at) }} aria-hidden="true">
          {formatSpan(without.at - start.at)}
        </span>
      )}
    </Row>
  )
}
