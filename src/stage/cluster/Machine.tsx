import { memo } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { NodeProps } from 'reactflow'
import { amountOf } from '../shared/amount.ts'
import { classes } from '../shared/classes.ts'
import { FaultMenu } from '../shared/FaultMenu.tsx'
import { nodeFaults } from '../shared/faults.ts'
import type { Load, Share } from '../shared/load.ts'
import { StateIcon } from '../shared/StateIcon.tsx'
import { nodeStatus } from '../shared/status.ts'
import { toneColour, toneOf, tones } from '../shared/tone.ts'
import { select, useView } from '../shared/view.ts'
import styles from './cluster.module.css'
import type { MachineNode, PodCell } from './graph.ts'
import { useLit } from './lit.ts'
import { Anchors } from './Scaled.tsx'
import { machineTabs, narrowMachine, tabBox } from './wires.ts'
import type { MachineTab } from './wires.ts'

/** A machine: its kubelet, runtime and proxy as tabs on its edge, its state, and what it has promised away. */
export const Machine = memo(function Machine({ data, width = 0, height = 0 }: NodeProps<MachineNode>): ReactElement {
  const { t } = useTranslation('cluster')
  const { node, load, level, cells } = data
  const name = node.metadata.name
  const key = `nodes/${name}`
  const status = nodeStatus(node)
  const chosen = useView((s) => s.selected === key)
  return (
    <div
      className={styles.machine}
      data-level={level}
      data-down={status.startsWith('NotReady') || undefined}
      data-chosen={chosen || undefined}
      style={{ width, height }}
    >
      {level === 'full' && machineTabs.map((tab) => <Tab key={tab} tab={tab} node={name} width={width} />)}
      <button
        type="button"
        className={classes('nopan', styles.machineHead)}
        onClick={() => select(key)}
        aria-label={t('nodeLabel', { name, status, count: data.podCount })}
        data-word={status}
      >
        <span className={styles.machineName}>{name}</span>{' '}
        <span className={styles.machineStatus} style={{ color: toneColour(toneOf(status)) }}>
          <StateIcon tone={toneOf(status)} size={12} />
          {status}
        </span>
      </button>
      {level === 'full' && <FaultMenu name={name} groups={[{ faults: nodeFaults(name) }]} className={styles.break} />}
      {level === 'full' && data.taintRow && <Taints node={node} />}
      {level === 'cells' && <Cells cells={cells} width={width} height={height} />}
      {level === 'heat' && <Heat cells={cells} load={load} width={width} height={height} status={status} />}
      {level === 'full' && data.empty && <span className={styles.empty}>{t('empty')}</span>}
      <div className={styles.bars}>
        <Bar resource="cpu" share={load.cpu} />
        <Bar resource="memory" share={load.memory} />
        <Bar resource="pods" share={load.pods} />
      </div>
      <Anchors />
    </div>
  )
})

const tabLabels = { kubelet: 'kubelet', runtime: 'runtime', 'kube-proxy': 'proxy' } as const
const narrowLabels = { kubelet: 'kubelet', runtime: 'runtimeNarrow', 'kube-proxy': 'proxyNarrow' } as const

function Tab({ tab, node, width }: { tab: MachineTab; node: string; width: number }): ReactElement {
  const { t } = useTranslation('cluster')
  const lit = useLit(`${tab}/${node}`)
  const box = tabBox({ x: 0, y: 0, width, height: 0 }, tab)
  return (
    <span
      className={styles.tab}
      data-lit={lit || undefined}
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
    >
      {t((width < narrowMachine ? narrowLabels : tabLabels)[tab])}
    </span>
  )
}

function Taints({ node }: { node: MachineNode['data']['node'] }): ReactElement {
  const { t } = useTranslation('cluster')
  const taints = node.spec.taints ?? []
  const [first] = taints
  const text = (taint: (typeof taints)[number]): string =>
    `${taint.key}${taint.value ? `=${taint.value}` : ''}:${taint.effect}`
  return (
    <div className={styles.taints} title={taints.map(text).join('\n')}>
      {first !== undefined && (
        <span className={styles.taint} data-word={first.effect}>
          {t('tainted')} <code>{text(first)}</code>
        </span>
      )}
      {taints.length > 1 && <span className={styles.taint}>{t('moreTaints', { count: taints.length - 1 })}</span>}
    </div>
  )
}

function Bar({ resource, share }: { resource: keyof Load; share: Share }): ReactElement {
  const { t } = useTranslation('cluster')
  const full = share.of === 0 ? 0 : share.used / share.of
  const [used, of] = [amountOf(resource, share.used), amountOf(resource, share.of)]
  return (
    <div
      className={styles.bar}
      title={resource === 'pods' ? t('podsOf', { used, of }) : t('loadOf', { resource: t(resource), used, of })}
    >
      <span>{t(resource)}</span>
      <span className={styles.track}>
        <span
          className={styles.fill}
          data-full={full > 0.85 || undefined}
          style={{ translate: `${Math.min(0, full - 1) * 100}%` }}
        />
      </span>
      <span className="figures">
        {used}
        <i>/{of}</i>
      </span>
    </div>
  )
}

/** Pods as cells, each with its shape. One picture a machine; a canvas can take its place without anyone noticing. */
const Cells = memo(function Cells({
  cells,
  width,
  height,
}: {
  cells: readonly PodCell[]
  width: number
  height: number
}): ReactElement {
  return (
    <svg className={styles.cells} width={width} height={height} aria-hidden="true">
      {cells.map(({ uid, name, word, box, tone }) => {
        const size = Math.min(box.height, box.width) * 0.72
        return (
          <g key={uid} transform={`translate(${box.x} ${box.y})`} style={{ color: toneColour(tone) }}>
            <title>{`${name}: ${word}`}</title>
            <rect width={box.width} height={box.height} rx="9" className={styles.cell} data-tone={tone} />
            <g transform={`translate(${(box.width - size) / 2} ${(box.height - size) / 2})`}>
              <StateIcon tone={tone} size={size} />
            </g>
          </g>
        )
      })}
    </svg>
  )
})

/** From far away: how full the machine is, and which states its pods are in. */
function Heat({
  cells,
  load,
  width,
  height,
  status,
}: {
  cells: readonly PodCell[]
  load: Load
  width: number
  height: number
  status: string
}): ReactElement {
  const full = Math.max(...[load.cpu, load.memory, load.pods].map((s) => (s.of === 0 ? 0 : s.used / s.of)))
  const counts = tones
    .map((tone) => ({ tone, count: cells.filter((c) => c.tone === tone).length }))
    .filter((c) => c.count > 0)
  const worst =
    toneOf(status) === 'ready' ? (counts.find((c) => c.tone === 'failed')?.tone ?? counts[0]?.tone) : toneOf(status)
  const widths = counts.map(({ count }) => ((width - 16) * count) / Math.max(1, cells.length))
  return (
    <svg className={styles.cells} width={width} height={height} aria-hidden="true">
      <rect
        x="4"
        y={4 + (height - 8) * (1 - full)}
        width={width - 8}
        height={(height - 8) * full}
        rx="10"
        className={styles.heat}
      />
      {counts.map(({ tone }, i) => {
        const x = widths.slice(0, i).reduce((sum, w) => sum + w, 8)
        return <rect key={tone} x={x} y={height - 60} width={widths[i]} height="44" rx="6" fill={toneColour(tone)} />
      })}
      {worst !== undefined && (
        <g transform={`translate(${width / 2 - 75} ${height / 2 - 110})`}>
          <StateIcon tone={worst} size={150} />
        </g>
      )}
    </svg>
  )
}
