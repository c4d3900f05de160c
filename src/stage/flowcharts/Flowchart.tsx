import { Microscope } from 'lucide-react'
import { useEffect, useMemo, useRef } from 'react'
import type { CSSProperties, ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlayback } from '../../playback/hooks.ts'
import { Blank } from '../shared/ui/Blank.tsx'
import { Pane, PaneBody, PaneHead } from '../shared/ui/Pane.tsx'
import { formatSpan } from '../shared/film/time.ts'
import { shownName } from '../shared/objects/shownName.ts'
import { remPx, useSize } from '../shared/ui/useSize.ts'
import { openMicroscope, useView } from '../shared/view.ts'
import type { Chart, ChartEdge } from './chart.ts'
import { ChartList } from './ChartList.tsx'
import styles from './flowcharts.module.css'
import { shapeOf } from './geometry.ts'
import type { Box, ChartShape } from './geometry.ts'
import { useBoxText } from './labels.ts'
import type { BoxText } from './labels.ts'
import type { ArrowView, BoxView, ChartView, Visits } from './model.ts'
import { isNarrow } from './narrow.ts'
import { useChart, useLife } from './useLife.ts'
import type { ShownLife } from './useLife.ts'

const scaleMax = 1.35
/** A chart that is too high for its pane shrinks no further than this; then it scrolls. */
const scaleToFit = 0.82

/** A flowchart of the selected pod, filled up to the moment on stage. */
export function Flowchart({
  chart,
  below,
}: {
  chart: Chart
  /** Drawn under the last lane, as wide as the chart. */
  below?: (shown: ShownLife, visits: Visits) => ReactNode
}): ReactElement {
  const { t } = useTranslation('flowcharts')
  const shown = useLife()
  const filled = useChart(chart, shown)
  const pane = useRef<HTMLDivElement>(null)
  const { width, height } = useSize(pane)
  return (
    <Pane ref={pane}>
      {shown === undefined || filled === undefined ? (
        <Blank title={t('noPod')}>{t('noPodText')}</Blank>
      ) : (
        width > 0 && (
          <Filled chart={chart} shown={shown} view={filled.view} pane={{ width, height }}>
            {below?.(shown, filled.visits)}
          </Filled>
        )
      )}
    </Pane>
  )
}

interface FilledProps {
  chart: Chart
  shown: ShownLife
  view: ChartView
  pane: { width: number; height: number }
  children: ReactNode
}

function Filled({ chart, shown, view, pane, children }: FilledProps): ReactElement {
  const text = useBoxText(shown, view.start)
  const playback = usePlayback()
  const go = (target: number | undefined): void => {
    if (target !== undefined) playback.seek(target)
  }
  const hall = useView((s) => s.presenting)
  const list = isNarrow(pane, hall)
  return (
    <PaneBody>
      <Head chart={chart} shown={shown} view={view} />
      {list ? (
        <ChartList chart={chart} view={view} text={text} go={go}>
          {children}
        </ChartList>
      ) : (
        <Picture chart={chart} view={view} text={text} go={go} pane={pane}>
          {children}
        </Picture>
      )}
    </PaneBody>
  )
}

function Head({ chart, shown, view }: { chart: Chart; shown: ShownLife; view: ChartView }): ReactElement {
  const { t } = useTranslation('flowcharts')
  const steps = view.boxes.filter((box) => box.node.shape !== 'branch' && box.state !== 'untaken')
  const passed = steps.filter((box) => box.state === 'passed' || box.state === 'current').length
  const since = view.begun && view.start !== undefined ? shown.film.timeOf(shown.cursor) - view.start : undefined
  const name = shown.life.key.split('/').at(-1)!
  return (
    <PaneHead title={t(`title.${chart.id}`, { pod: `pod/${shownName(shown.life.key)}` })}>
      {chart.id === 'terminate' && view.start === undefined ? (
        <span>{t('notDeleted', { name })}</span>
      ) : (
        <span className="figures">
          {since !== undefined && since >= 0 && `${formatSpan(since)} · `}
          {t('progress', { passed, total: steps.length })}
        </span>
      )}
    </PaneHead>
  )
}

interface DrawingProps {
  chart: Chart
  view: ChartView
  text: (box: BoxView) => BoxText
  go: (target: number | undefined) => void
  children: ReactNode
}

function Picture({
  chart,
  view,
  text,
  go,
  pane,
  children,
}: DrawingProps & { pane: FilledProps['pane'] }): ReactElement {
  const { t } = useTranslation('flowcharts')
  const hall = useView((s) => s.presenting)
  // The shape depends on which boxes and arrows there are, not on their state.
  const present = view.boxes.map((box) => box.node.id).join()
  const arrows = view.arrows.map(({ edge }) => arrowName(edge)).join()
  const shape = useMemo(() => {
    const [ids, names] = [new Set(present.split(',')), new Set(arrows.split(','))]
    return shapeOf(
      chart,
      chart.nodes.filter((n) => ids.has(n.id)),
      chart.edges.filter((e) => names.has(arrowName(e))),
      hall ? 'hall' : 'ordinary',
    )
  }, [chart, present, arrows, hall])
  const extra = children === undefined || children === null || children === false ? 0 : belowHeight[hall ? 'hall' : 'desk']
  const across = (pane.width - 28) / shape.width
  const down = (pane.height - headRem * remPx()) / (shape.height + extra)
  const scale = Math.min(scaleMax, across, Math.max(down, Math.min(across, scaleToFit)))
  const size: CSSProperties = { width: shape.width * scale, height: (shape.height + extra) * scale }
  return (
    <div className={styles.sized} style={size}>
      <div className={styles.chart} data-on-scale data-hall={hall || undefined} style={{ width: shape.width, height: shape.height, transform: `scale(${scale})` }}>
        {shape.lanes.map(({ lane, box }) => (
          <div key={lane.id} className={styles.lane} style={{ top: box.y, width: box.width, height: box.height }}>
            <span className={styles.laneName} style={{ width: shape.nameWidth }}>
              {t(`lane.${lane.id}`)}
            </span>
          </div>
        ))}
        <Arrows shape={shape} arrows={view.arrows} />
        {view.boxes.map((box) => (
          <ChartBox key={box.node.id} box={box} at={shape.boxes.get(box.node.id)!} text={text(box)} go={go} />
        ))}
        {extra > 0 && (
          <div className={styles.below} style={{ top: shape.height + 10, width: shape.width }}>
            {children}
          </div>
        )}
      </div>
    </div>
  )
}

const belowHeight = { desk: 104, hall: 134 }
/** Of the line above a chart and the room around both. */
const headRem = 3.4

function arrowName({ from, to }: ChartEdge): string {
  return `${from}>${to}`
}

function Arrows({ shape, arrows }: { shape: ChartShape; arrows: readonly ArrowView[] }): ReactElement {
  const { t } = useTranslation('flowcharts')
  const order = { open: 0, through: 1, taken: 2 }
  const drawn = shape.arrows
    .map((arrow, i) => ({ ...arrow, state: arrows[i]!.state }))
    .sort((a, b) => order[a.state] - order[b.state])
  return (
    <svg className={styles.arrows} width={shape.width} height={shape.height} aria-hidden="true">
      <defs>
        {(['open', 'through', 'taken'] as const).map((state) => (
          <marker
            key={state}
            id={`arrow-${state}`}
            viewBox="0 0 8 8"
            refX="6.5"
            refY="4"
            markerWidth="6.5"
            markerHeight="6.5"
            orient="auto"
          >
            <path d="M0 .8 7 4 0 7.2Z" className={styles.tip} data-state={state} />
          </marker>
        ))}
      </defs>
      {drawn.map(({ edge, d, word, state }) => (
        <g key={arrowName(edge)} data-state={state}>
          <path d={d} className={styles.arrow} data-state={state} markerEnd={`url(#arrow-${state})`} />
          {edge.word !== undefined && (
            <text x={word.x} y={word.y} textAnchor={word.anchor} className={styles.word} data-state={state}>
              {t(`word.${edge.word}` as 'word.no')}
            </text>
          )}
        </g>
      ))}
    </svg>
  )
}

function ChartBox({
  box,
  at,
  text,
  go,
}: {
  box: BoxView
  at: Box
  text: BoxText
  go: (target: number | undefined) => void
}): ReactElement {
  const ref = useRef<HTMLButtonElement>(null)
  const { state, node, target } = box
  useEffect(() => {
    if (state === 'current') ref.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [state])
  return (
    <div className={styles.place} style={{ left: at.x, top: at.y, width: at.width, height: at.height }}>
      <button
        ref={ref}
        type="button"
        className={styles.box}
        data-state={state}
        data-shape={node.shape}
        data-box={node.id}
        data-tone={toneOfBranch[node.id]}
        data-long={text.label.length > longLabel || undefined}
        disabled={target === undefined}
        aria-label={text.full}
        aria-current={state === 'current' ? 'step' : undefined}
        onClick={() => go(target)}
      >
        {node.shape === 'question' && <Diamond />}
        <span>{text.label}</span>
      </button>
      {target !== undefined && decisions.includes(node.id) && <Lens target={target} />}
      <span className={styles.time} data-state={state} aria-hidden="true">
        {text.times !== undefined && <b>{text.times}</b>} {text.below}
      </span>
    </div>
  )
}

/** More characters than this need two lines where letters are large. */
const longLabel = 20

/** Boxes with a table of nodes and plugins behind them. */
const decisions = ['create/filter', 'create/score', 'create/unschedulable']

/** Goes to the moment and opens the scheduler's tables there. */
function Lens({ target }: { target: number }): ReactElement {
  const { t } = useTranslation('microscope')
  const playback = usePlayback()
  const open = (): void => {
    playback.seek(target)
    const step = playback.state.film?.steps[target]
    openMicroscope(step === undefined ? undefined : `pods/${step.namespace}/${step.name}`)
  }
  return (
    <button type="button" className={styles.lens} aria-label={t('open')} title={t('open')} onClick={open}>
      <Microscope size={12} />
    </button>
  )
}

/** Branches say how bad they are; what is not listed is a failure. */
export const toneOfBranch: Record<string, string> = {
  'create/unschedulable': 'pending',
  'create/ended': 'done',
  'create/exited': 'done',
  'create/unready': 'pending',
}

function Diamond(): ReactElement {
  return (
    <svg viewBox="0 0 132 46" preserveAspectRatio="none" aria-hidden="true">
      <path d="M10 1h112l9 22-9 22H10L1 23Z" />
    </svg>
  )
}
