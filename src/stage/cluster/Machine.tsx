import { memo } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { NodeProps } from 'reactflow'
import { amountOf } from '../shared/objects/amount.ts'
import { classes } from '../shared/ui/classes.ts'
import { FaultMenu } from '../shared/faults/FaultMenu.tsx'
import { nodeFaults } from '../shared/faults/faults.ts'
import type { Load, Share } from '../shared/objects/load.ts'
import { unschedulableTaint } from '../../engine/api/tolerations.ts'
import { StateIcon } from '../shared/objects/StateIcon.tsx'
import { nodeStatus } from '../shared/objects/status.ts'
import { toneColour, toneOf } from '../shared/objects/tone.ts'
import { select, useView } from '../shared/view.ts'
import styles from './cluster.module.css'
import type { MachineNode } from './graph.ts'
import { useLit } from './lit.ts'
import { Anchors } from './Scaled.tsx'
import { hallTabs, hasShortTabs, machineTabs, tabBox } from './tabs.ts'
import type { MachineTab } from './tabs.ts'

/** A machine: its kubelet, runtime and proxy as tabs on its edge, its state, and what it has promised away. */
export const Machine = memo(function Machine({ data, width = 0, height = 0 }: NodeProps<MachineNode>): ReactElement {
  const { t } = useTranslation('cluster')
  const { node, load } = data
  const name = node.metadata.name
  const key = `nodes/${name}`
  const status = nodeStatus(node)
  const [word = ''] = status.split(',')
  const chosen = useView((s) => s.selected === key)
  return (
    <div
      className={styles.machine}
      data-down={status.startsWith('NotReady') || undefined}
      data-chosen={chosen || undefined}
      data-narrow={width < hallTabs || undefined}
      style={{ width, height }}
    >
      {machineTabs.map((tab) => <Tab key={tab} tab={tab} node={name} width={width} />)}
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
          {word}
        </span>
      </button>
      <FaultMenu name={name} groups={[{ faults: nodeFaults(name) }]} className={styles.break} />
      {data.taintRow && <Taints node={node} />}
      {data.empty && <span className={styles.empty}>{t('empty')}</span>}
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
const shortLabels = { kubelet: 'kubelet', runtime: 'runtimeNarrow', 'kube-proxy': 'proxyNarrow' } as const

function Tab({ tab, node, width }: { tab: MachineTab; node: string; width: number }): ReactElement {
  const { t } = useTranslation('cluster')
  const lit = useLit(`${tab}/${node}`)
  const hall = useView((s) => s.presenting)
  const short = hasShortTabs(width, hall)
  const box = tabBox({ x: 0, y: 0, width, height: 0 }, tab, short)
  return (
    <span
      className={styles.tab}
      data-lit={lit || undefined}
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
    >
      {t((short ? shortLabels : tabLabels)[tab])}
    </span>
  )
}

/** What keeps pods away: that it is cordoned, the word that has no room behind the state; its taints, without the one that says so once more. */
function Taints({ node }: { node: MachineNode['data']['node'] }): ReactElement {
  const { t } = useTranslation('cluster')
  const hall = useView((s) => s.presenting)
  const all = node.spec.taints ?? []
  const cordoned = node.spec.unschedulable === true
  const taints = cordoned ? all.filter(({ key }) => key !== unschedulableTaint.key) : all
  const [first] = taints
  const text = (taint: (typeof taints)[number]): string =>
    `${taint.key}${taint.value ? `=${taint.value}` : ''}:${taint.effect}`
  return (
    <div className={styles.taints} title={all.map(text).join('\n')}>
      {cordoned && (
        <span className={styles.taint} data-word="SchedulingDisabled" data-whole>
          SchedulingDisabled
        </span>
      )}
      {first !== undefined && (
        <span className={styles.taint} data-word={first.effect}>
          {!hall && <>{t('tainted')} </>}
          {/* From far away, what a key begins with says less than its end. */}
          <code>{hall ? text({ ...first, key: first.key.slice(first.key.lastIndexOf('/') + 1) }) : text(first)}</code>
        </span>
      )}
      {taints.length > 1 && (
        <span className={styles.taint} data-whole>
          {t('moreTaints', { count: taints.length - 1 })}
        </span>
      )}
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
