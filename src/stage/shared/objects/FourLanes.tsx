import { useLayoutEffect, useMemo, useRef } from 'react'
import type { CSSProperties, KeyboardEvent, ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { StatusDerivation } from '../../../engine/api/podStatus.ts'
import type { Pod } from '../../../engine/api/types.ts'
import type { Film } from '../../../playback/film.ts'
import { useFilm, usePlayback, usePlaybackState } from '../../../playback/hooks.ts'
import type { Scale } from '../../../playback/scale.ts'
import { ConditionMark } from './ConditionMark.tsx'
import styles from './FourLanes.module.css'
import { podLanes } from './podLanes.ts'
import type { PodLane } from './podLanes.ts'
import { StateIcon } from './StateIcon.tsx'
import { StatusWord } from './StatusWord.tsx'
import { printedPod } from './status.ts'
import { stretchAt } from './stretches.ts'
import type { Stretch } from './stretches.ts'
import { formatSpan } from '../film/time.ts'
import { glide } from '../film/glide.ts'
import { toneColour } from './tone.ts'
import { Explain } from '../words/Glossary.tsx'

/**
 * Phase, conditions, container states and STATUS: four things as lanes on one time, which is that of the timeline; what
 * each says at the moment on stage; and how the last comes from the others.
 */
export function FourLanes({ pod, podKey }: { pod: Pod; podKey: string }): ReactElement | null {
  const { t } = useTranslation('lanes')
  const film = useFilm()
  const steps = film?.steps.length
  const scale = usePlaybackState((s) => s.scale)
  const { uid } = pod.metadata
  // The film is one object for its whole life: it has grown when it has more steps.
  const lanes = useMemo(
    () => (film === undefined || steps === undefined ? undefined : podLanes(film, podKey, uid)),
    [film, steps, podKey, uid],
  )
  if (film === undefined || scale === undefined || lanes === undefined) return null
  const time = timeOf(film, scale, lanes.status.stretches)
  const { derivation } = printedPod(pod)
  return (
    <div className={styles.lanes} role="group" aria-label={t('title')}>
      <div className={styles.body}>
      <Group name={t('phase')}>
        <Row lane={lanes.phase} name={t('phase')} time={time} now={(word) => <Explain word={word} />} />
      </Group>
      <Group name={t('conditions')} empty={lanes.conditions.length === 0 && t('noConditions')}>
        {lanes.conditions.map((lane) => (
          <Row key={lane.name} lane={lane} name={lane.name} time={time} thin now={(word) => (
            <Condition pod={pod} type={lane.name} status={word} />
          )} />
        ))}
      </Group>
      <Group name={t('containers')}>
        {lanes.containers.map((lane) => (
          <Row key={lane.name} lane={lane} name={lane.name} time={time} now={(word, tone) => (
            <>
              <StateIcon tone={tone} size={12} />
              {lanes.containers.length > 1 && <code title={lane.name}>{lane.name}</code>} <Explain word={word} />
            </>
          )} />
        ))}
      </Group>
      <Group name={t('status')}>
        <Row lane={lanes.status} name={t('status')} time={time} now={(word, tone) => (
          <StatusWord word={word} tone={tone} size={12} />
        )} />
      </Group>
        <Playhead time={time} />
      </div>
      <Derivation derivation={derivation} />
    </div>
  )
}

/** Where on the lanes a step stands. */
interface LaneTime {
  film: Film
  /** Position on the scale -> share of the width, 0..1. */
  share: (position: number) => number
  shareOf: (step: number) => number
  /** Between these two positions. */
  from: number
  to: number
}

/** The lanes are as long as the pod's life, as far as the film has it. */
function timeOf(film: Film, scale: Scale, life: readonly Stretch[]): LaneTime {
  const from = scale.positionOfStep(life[0]?.from ?? 0)
  const end = life.at(-1)?.to
  const to = end === undefined ? scale.end : scale.positionOfStep(end)
  const share = (position: number): number => Math.min(1, Math.max(0, (position - from) / Math.max(1, to - from)))
  return { film, share, shareOf: (step) => share(scale.positionOfStep(step)), from, to }
}

function Group({
  name,
  empty = false,
  children,
}: {
  name: string
  empty?: string | false
  children: ReactNode
}): ReactElement {
  return (
    <div className={styles.group}>
      <h3>{name}</h3>
      <div className={styles.rows}>{empty === false ? children : <p className={styles.absent}>{empty}</p>}</div>
    </div>
  )
}

function Row({
  lane,
  name,
  time,
  thin,
  now,
}: {
  lane: PodLane
  name: string
  time: LaneTime
  thin?: boolean
  now: (word: string, tone: Stretch['tone']) => ReactNode
}): ReactElement {
  const { t } = useTranslation('lanes')
  const current = usePlaybackState((s) => stretchAt(lane.stretches, s.cursor))
  return (
    <div className={styles.row}>
      <div className={styles.now}>
        {current === undefined ? <Absent name={lane.name} /> : now(current.word, current.tone)}
      </div>
      <div
        className={styles.track}
        data-thin={thin}
        data-on-scale
        role="toolbar"
        aria-label={t('over', { name })}
        onKeyDown={walk}
      >
        {lane.stretches.map((stretch, i) => (
          <Bar
            key={i}
            stretch={stretch}
            name={name}
            time={time}
            current={stretch === current}
            stop={stretch === (current ?? lane.stretches[0])}
          />
        ))}
      </div>
    </div>
  )
}

/** A condition or a container is named also before anything is said of it. */
function Absent({ name }: { name: string }): ReactElement {
  const { t } = useTranslation('lanes')
  return <span className={styles.absent}>{name === 'phase' || name === 'status' ? t('none') : `${name} –`}</span>
}

/** One tab stop a lane; within it Left and Right lead from stretch to stretch. */
function walk(event: KeyboardEvent): void {
  const by = event.key === 'ArrowLeft' ? 'previousElementSibling' : event.key === 'ArrowRight' ? 'nextElementSibling' : undefined
  if (by === undefined) return
  event.preventDefault()
  const next = (event.target as Element)[by]
  if (next instanceof HTMLElement) next.focus()
}

function Bar({
  stretch: { word, tone, from, to },
  name,
  time,
  current,
  stop,
}: {
  stretch: Stretch
  name: string
  time: LaneTime
  current: boolean
  stop: boolean
}): ReactElement {
  const { t } = useTranslation('lanes')
  const playback = usePlayback()
  const { film } = time
  const when = (step: number): string => formatSpan(film.timeOf(step) - film.opening.startMs)
  const [left, right] = [time.shareOf(from), to === undefined ? 1 : time.shareOf(to)]
  const label =
    to === undefined
      ? t('open', { name, word, from: when(from) })
      : t('stretch', { name, word, from: when(from), to: when(to) })
  const style = { left: `${left * 100}%`, width: `${(right - left) * 100}%`, '--tone': toneColour(tone) }
  return (
    <button
      type="button"
      className={styles.bar}
      data-word={word}
      data-tone={tone}
      aria-current={current ? 'true' : undefined}
      tabIndex={stop ? 0 : -1}
      aria-label={label}
      data-word-title={label}
      style={style as CSSProperties}
      onClick={() => playback.seek(from)}
    >
      <span aria-hidden="true">{word}</span>
    </button>
  )
}

/** What lies behind it has not happened yet. */
function Playhead({ time }: { time: LaneTime }): ReactElement {
  const playback = usePlayback()
  const future = useRef<HTMLDivElement>(null)
  useLayoutEffect(
    () =>
      glide(
        playback,
        [[future.current!, (position) => `translateX(${time.share(position) * 100}%)`]],
        () => playback.state.scale!.lastStep,
        [time.from, time.to],
      ),
    [playback, time],
  )
  return (
    <div className={styles.playhead} aria-hidden="true">
      <div ref={future} className={styles.future} />
    </div>
  )
}

function Condition({ pod, type, status }: { pod: Pod; type: string; status: string }): ReactElement {
  const { reason, message } = pod.status.conditions?.find((c) => c.type === type) ?? {}
  return (
    <span className={styles.condition} data-status={status} title={[reason, message].filter(Boolean).join(': ') || undefined}>
      <ConditionMark status={status} />
      <Explain word={type} />
    </span>
  )
}

function Derivation({ derivation }: { derivation: StatusDerivation }): ReactElement {
  const { t } = useTranslation('lanes')
  const { rule, ...facts } = derivation
  const key = rule === 'completed-but-running' ? (derivation.ready ? 'completedReady' : 'completedNotReady') : rule
  // Each rule has its message; which facts it wants, the compiler cannot follow.
  const say = t as unknown as (key: string, facts: object) => string
  return <p className={styles.derivation}>{say(`derivation.${key}`, facts)}</p>
}
