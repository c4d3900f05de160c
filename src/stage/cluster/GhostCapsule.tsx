import { memo } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { NodeProps } from 'reactflow'
import { ContainerGlyph, PauseGlyph } from '../shared/objects/ContainerGlyph.tsx'
import { StateIcon } from '../shared/objects/StateIcon.tsx'
import { CutName } from '../shared/ui/CutName.tsx'
import styles from './cluster.module.css'
import type { GhostNode } from './graph.ts'

/** What is on a machine without its Pod. */
export const GhostCapsule = memo(function GhostCapsule({ data, width, height }: NodeProps<GhostNode>): ReactElement {
  const { t } = useTranslation('cluster')
  const { name, gone, containers } = data.ghost
  const runs = containers.some(({ state }) => state === 'running')
  return (
    <div className={styles.ghost} style={{ width, height }} title={t(!runs ? 'ghostEndedLabel' : gone ? 'ghostLabel' : 'ghostAheadLabel', { name })}>
      <span className={styles.podName}>
        <CutName name={name} />
      </span>
      <span className={styles.podStatus}>
        <StateIcon tone="unknown" size={12} />
        {t(!runs ? 'ghostEnded' : gone ? 'ghost' : 'ghostAhead')}
      </span>
      <span className={styles.band} data-band>
        <PauseGlyph size={11} />
        {containers.map((c) => (
          <ContainerGlyph key={c.name} state={c.state} size={17} label={c.name} />
        ))}
      </span>
    </div>
  )
})
