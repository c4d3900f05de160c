import { useEffect, useMemo, useRef } from 'react'
import type { CSSProperties, ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { PodPhase } from '../../engine/api/types.ts'
import { usePlayback } from '../../playback/hooks.ts'
import { Blank } from '../shared/ui/Blank.tsx'
import { classes } from '../shared/ui/classes.ts'
import { pathOf } from '../shared/ui/path.ts'
import { FourLanes } from '../shared/objects/FourLanes.tsx'
import { Pane, PaneBody, PaneHead } from '../shared/ui/Pane.tsx'
import { shownName } from '../shared/objects/shownName.ts'
import { StateIcon } from '../shared/objects/StateIcon.tsx'
import { formatShort } from '../shared/film/time.ts'
import { toneColour, toneOf } from '../shared/objects/tone.ts'
import { Explain } from '../shared/words/Glossary.tsx'
import { useSize } from '../shared/ui/useSize.ts'
import { useView } from '../shared/view.ts'
import { isNarrow } from './narrow.ts'
import styles from './states.module.css'
import { deskBoard, hallBoard, scaleOf } from './statesBoard.ts'
import type { Board } from './statesBoard.ts'
import { stateHistory, statesView } from './states.ts'
import type { PhaseView, StatesView as View, WordView } from './states.ts'
import { useLife } from './useLife.ts'
import type { ShownLife } from './useLife.ts'

/** The phases of a pod, in each the STATUS words that kubectl shows; Terminating lies across them. */
export function StatesView(): ReactElement {
  const { t } = useTranslation('flowcharts')
  const shown = useLife()
  const pane = useRef<HTMLDivElement>(null)
  const { width, height } = useSize(pane)
  return (
    <Pane ref={pane}>
      {shown === undefined ? (
        <Blank title={t('noPod')}>{t('noPodText')}</Blank>
      ) : (
        width > 0 && <States shown={shown} pane={{ width, height }} />
      )}
    </Pane>
  )
}

function States({ shown, pane }: { shown: ShownLife; pane: { width: number; height: number } }): ReactElement {
  const { t } = useTranslation('flowcharts')
  const { film, life, pod, cursor } = shown
  const history = useMemo(() => stateHistory(film, life), [film, life])
  const view = useMemo(() => statesView(history, cursor), [history, cursor])
  const start = life.steps[0]!.at
  const { current, gone } = view
  const hall = useView((s) => s.presenting)
  const stacked = isNarrow(pane, hall)
  const board = hall && !stacked ? hallBoard : deskBoard
  const { width, height } = board
  const scale = stacked ? 1 : scaleOf(board, pane)
  const size: CSSProperties = stacked ? {} : { width: width * scale, height: height * scale }
  return (
    <PaneBody className={styles.body}>
      <PaneHead title={t('title.states', { pod: `pod/${shownName(life.key)}` })}>
        <span aria-live="polite">
          {current !== undefined && t('states.now', { phase: current.phase, word: current.word })}
          {gone.state === 'current' && t('states.nowGone')}
        </span>
      </PaneHead>
      <div style={size}>
        <div
          className={classes(styles.board, stacked && styles.stacked)}
          data-on-scale={!stacked || undefined}
          data-hall={board === hallBoard || undefined}
          style={stacked ? undefined : { width, height, transform: `scale(${scale})` }}
        >
          {!stacked && <Moves view={view} board={board} />}
          {view.phases.map((phase) => (
            <Phase key={phase.phase} view={phase} start={start} place={stacked ? undefined : board.places[phase.phase]} />
          ))}
          <Leaving view={view} start={start} place={stacked ? undefined : board.leaving} />
        </div>
      </div>
      {pod !== undefined && (
        <div className={styles.lanes} style={{ maxWidth: stacked ? undefined : width * scale }}>
          <FourLanes pod={pod} podKey={life.key} />
        </div>
      )}
    </PaneBody>
  )
}

function Moves({ view, board: { width: boardWidth, height: boardHeight, places, leaving, ways } }: { view: View; board: Board }): ReactElement {
  const drawn = ways.map((way) => ({ ...way, taken: view.moves.some((m) => m.from === way.from && m.to === way.to) }))
  const phases: PodPhase[] = ['Pending', 'Running']
  const isLeaving = view.terminating.state === 'current' || view.terminating.state === 'passed'
  return (
    <svg className={styles.moves} width={boardWidth} height={boardHeight} aria-hidden="true">
      <defs>
        {[true, false].map((taken) => (
          <marker
            key={String(taken)}
            id={`move-${taken}`}
            viewBox="0 0 8 8"
            refX="6.5"
            refY="4"
            markerWidth="6.5"
            markerHeight="6.5"
            orient="auto"
          >
            <path d="M0 .8 7 4 0 7.2Z" data-taken={taken || undefined} />
          </marker>
        ))}
      </defs>
      {drawn.map(({ from, to, points, taken }) => (
        <path
          key={`${from}>${to}`}
          d={pathOf(points, 10)}
          data-taken={taken || undefined}
          markerEnd={`url(#move-${taken})`}
        />
      ))}
      {phases.map((phase) => {
        const { x, y, width, height } = places[phase]
        const taken = isLeaving && view.current?.phase === phase
        return (
          <path
            key={phase}
            d={`M${x + width / 2} ${y + height}V${leaving.y - 2}`}
            data-taken={taken || undefined}
            markerEnd={`url(#move-${taken})`}
          />
        )
      })}
    </svg>
  )
}

function Phase({ view, start, place }: { view: PhaseView; start: number; place: Board['places'][PodPhase] | undefined }): ReactElement {
  const { t } = useTranslation('flowcharts')
  const style =
    place === undefined ? undefined : { left: place.x, top: place.y, width: place.width, minHeight: place.height }
  return (
    <section
      className={styles.phase}
      data-state={view.state}
      data-phase={view.phase}
      style={style}
      aria-label={`${t('states.phase')} ${view.phase}`}
    >
      <h3>
        <Explain word={view.phase} />
        <small>{t('states.phase')}</small>
      </h3>
      <p>{t(`states.note.${view.phase}`)}</p>
      <ul>
        {view.words.map((word) => (
          <li key={word.word}>
            <Word view={word} start={start} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Word({ view, start, label }: { view: WordView; start: number; label?: string }): ReactElement {
  const { t } = useTranslation('flowcharts')
  const playback = usePlayback()
  const { word, step, at, state, times } = view
  const ref = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (state === 'current') ref.current?.scrollIntoView({ block: 'nearest' })
  }, [state])
  const tone = word === '' ? 'done' : toneOf(word === 'Init:N/M' ? 'Init:0/1' : word)
  return (
    <button
      ref={ref}
      type="button"
      className={styles.word}
      data-word={word}
      data-state={state}
      disabled={step === undefined}
      style={{ '--tone': toneColour(tone) } as CSSProperties}
      aria-current={state === 'current' ? 'step' : undefined}
      onClick={() => step !== undefined && playback.seek(step)}
    >
      <StateIcon tone={tone} size={12} />
      <span>{label ?? word}</span>
      {times > 1 && <small>{t('times', { count: times })}</small>}
      {at !== undefined && <time className="figures">{formatShort(at - start)}</time>}
    </button>
  )
}

function Leaving({ view, start, place }: { view: View; start: number; place: Board['leaving'] | undefined }): ReactElement {
  const { t } = useTranslation('flowcharts')
  return (
    <div
      className={styles.leaving}
      style={place === undefined ? undefined : { top: place.y, height: place.height }}
      data-state={view.terminating.state}
    >
      <Word view={view.terminating} start={start} />
      <p>{t('states.terminatingNote')}</p>
      <span className={styles.goneArrow} aria-hidden="true">
        →
      </span>
      <span className={styles.gone} title={t('states.goneNote')}>
        <Word view={view.gone} start={start} label={t('states.gone')} />
      </span>
    </div>
  )
}
