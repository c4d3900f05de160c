import { useEffect, useRef } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Chart } from './chart.ts'
import styles from './flowcharts.module.css'
import type { BoxText } from './labels.ts'
import type { BoxView, ChartView } from './model.ts'

/** A chart where there is no room for one: its boxes in order, under the names of their lanes. */
export function ChartList({
  chart,
  view,
  text,
  go,
  children,
}: {
  chart: Chart
  view: ChartView
  text: (box: BoxView) => BoxText
  go: (target: number | undefined) => void
  children: ReactNode
}): ReactElement {
  const { t } = useTranslation('flowcharts')
  const order = listOrder(chart)
  const boxes = view.boxes.toSorted((a, b) => order.indexOf(a.node.id) - order.indexOf(b.node.id))
  const isHere = ({ state }: BoxView): boolean => state === 'current'
  // What is over is seen at its end.
  const here = boxes.some(isHere) ? isHere : (box: BoxView): boolean => box === boxes.findLast(({ state }) => state === 'passed')
  return (
    <>
      <ol className={styles.list}>
        {boxes.map((box, i) => {
          const lane = box.node.lane !== boxes[i - 1]?.node.lane ? t(`lane.${box.node.lane}`) : undefined
          return <Row key={box.node.id} box={box} here={here(box)} lane={lane} text={text(box)} go={go} />
        })}
      </ol>
      {children}
    </>
  )
}

/** Along the arrows: a box follows the last of those that lead to it, and a branch its origin. */
function listOrder(chart: Chart): string[] {
  const incoming = (id: string): string[] =>
    chart.edges.filter((e) => e.to === id && !e.back && !e.onlyWhenTaken).map((e) => e.from)
  const depth = new Map<string, number>()
  const depthOf = (id: string): number => {
    if (!depth.has(id)) depth.set(id, Math.max(-1, ...incoming(id).map(depthOf)) + 1)
    return depth.get(id)!
  }
  const aside = (id: string): number => (chart.nodes.find((n) => n.id === id)!.aside === 'endpoints' ? 1 : 0)
  const index = new Map(chart.nodes.map((node, i) => [node.id, i]))
  return chart.nodes
    .map((node) => node.id)
    .toSorted((a, b) => aside(a) - aside(b) || depthOf(a) - depthOf(b) || index.get(a)! - index.get(b)!)
}

function Row({
  box,
  here,
  lane,
  text,
  go,
}: {
  box: BoxView
  /** It is brought into sight. */
  here: boolean
  lane: string | undefined
  text: BoxText
  go: (target: number | undefined) => void
}): ReactElement {
  const ref = useRef<HTMLLIElement>(null)
  const { state, node, target } = box
  useEffect(() => {
    if (here) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [here])
  return (
    <li
      ref={ref}
      className={styles.row}
      data-state={state}
      data-shape={node.shape}
      data-lane={lane !== undefined || undefined}
    >
      <button
        type="button"
        disabled={target === undefined}
        data-box={node.id}
        onClick={() => go(target)}
        aria-label={text.full}
        aria-current={state === 'current' ? 'step' : undefined}
      >
        <i className={styles.dot} />
        <span className={styles.rowName}>{text.label}</span>
        {lane !== undefined && <span className={styles.rowLane}>{lane}</span>}
        <span className={styles.rowTime}>
          {text.times} {text.below}
        </span>
      </button>
    </li>
  )
}
