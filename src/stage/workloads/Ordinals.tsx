import { ChevronRight } from 'lucide-react'
import { Fragment } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject, Pod } from '../../engine/api/types.ts'
import { StatusWord } from '../shared/objects/StatusWord.tsx'
import { podTone, printedPod } from '../shared/objects/status.ts'
import { select } from '../shared/view.ts'
import type { Family } from './tree.ts'
import styles from './workloads.module.css'

interface StatefulSet extends KubeObject {
  spec: { replicas?: number; podManagementPolicy?: string; ordinals?: { start?: number }; volumeClaimTemplates?: { metadata?: { name?: string } }[] }
}

const ordinalsMost = 24

/** Pods of a StatefulSet by number: one after another unless it says Parallel, each with its own disk. */
export function Ordinals({ family }: { family: Family }): ReactElement {
  const { t } = useTranslation('workloads')
  const { spec, metadata } = family.object as StatefulSet
  const start = spec.ordinals?.start ?? 0
  const pods = new Map(family.children.map((child) => [Number(child.object.metadata.name.slice(metadata.name.length + 1)), child]))
  const last = Math.max(start + (spec.replicas ?? 1) - 1, ...pods.keys())
  const numbers = Array.from({ length: Math.max(0, Math.min(ordinalsMost, last - start + 1)) }, (_, i) => start + i)
  const parallel = spec.podManagementPolicy === 'Parallel'
  return (
    <ol className={styles.ordinals}>
      {numbers.map((number, i) => (
        <Fragment key={number}>
          {i > 0 && !parallel && (
            <li role="presentation" className={styles.then}>
              <ChevronRight size={14} aria-hidden="true" />
            </li>
          )}
          <Ordinal
            name={`${metadata.name}-${number}`}
            pod={pods.get(number)}
            leaving={number >= start + (spec.replicas ?? 1)}
            claims={(spec.volumeClaimTemplates ?? []).map((claim) => `${claim.metadata?.name}-${metadata.name}-${number}`)}
          />
        </Fragment>
      ))}
      <li className={styles.more}>{t(parallel ? 'parallel' : 'inOrder')}</li>
    </ol>
  )
}

function Ordinal({ name, pod: family, leaving, claims }: { name: string; pod: Family | undefined; leaving: boolean; claims: readonly string[] }): ReactElement {
  const { t } = useTranslation('workloads')
  const pod = family?.object as Pod | undefined
  return (
    <li data-absent={pod === undefined || undefined} data-leaving={leaving || undefined}>
      {pod === undefined ? (
        <span className={styles.absent}>
          {name} <em>{t('notYet')}</em>
        </span>
      ) : (
        <button type="button" onClick={() => select(family!.key)}>
          {name} <StatusWord word={printedPod(pod).status} tone={podTone(pod)} size={12} quiet />
        </button>
      )}
      {claims.map((claim) => (
        <code key={claim}>{claim}</code>
      ))}
    </li>
  )
}
