import { TriangleAlert } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImportedDump } from '../../worker/protocol.ts'
import styles from './importing.module.css'

type Name = ImportedDump['refused'][number]['object']

/** Kinds that are named; the rest is a number. */
const kindsMost = 8

/** What was found, what could not be taken, and what was made up for what is missing: each by its name. */
export function Report({ imported, keepSecrets, onKeepSecrets }: { imported: ImportedDump; keepSecrets: boolean; onKeepSecrets: (keep: boolean) => void }): ReactElement {
  const { t } = useTranslation('importing')
  const { cluster, kinds, secrets, refused, unread, completions, faults } = imported
  const events = kinds.find(({ kind }) => kind === 'Event')?.count ?? 0
  const count = cluster.objects?.length ?? 0
  const rest = kinds.slice(kindsMost).reduce((sum, { count }) => sum + count, 0)
  return (
    <div className={styles.report} role="status">
      <h3>{t('objects', { count })}</h3>
      <ul className={styles.kinds}>
        {kinds.slice(0, kindsMost).map(({ kind, count }) => (
          <li key={kind}>
            <b>{count}</b> {kind}
          </li>
        ))}
        {rest > 0 && (
          <li>
            <b>{rest}</b> {t('others')}
          </li>
        )}
      </ul>
      {count > 0 && <p>{t('begins', { time: (cluster.startTime ?? '').replace('T', ' ').replace('Z', ' UTC') })}</p>}
      {events > 0 && <p>{t('past', { count: events })}</p>}
      {secrets > 0 && (
        <label className={styles.secrets}>
          <input type="checkbox" checked={keepSecrets} onChange={(event) => onKeepSecrets(event.target.checked)} />
          <span>
            {t('keepSecrets', { count: secrets })}
            <small>{keepSecrets ? t('secretsKept') : t('secretsEmpty')}</small>
          </span>
        </label>
      )}
      <Section title={t('refused', { count: refused.length + unread.length })} isWarning items={[
        ...unread.map(({ file, line, reason, detail }) => ({ name: t('place', { file, line }), text: t(`unread.${reason}`, { detail }) })),
        ...refused.map(({ object, message }) => ({ name: nameOf(object), text: message })),
      ]} />
      <Section title={t('completed', { count: completions.length })} items={completions.map((completion) => {
        switch (completion.type) {
          case 'NamespaceMade':
            return { name: `Namespace ${completion.name}`, text: t('namespaceMade') }
          case 'NodeMade':
            return { name: `Node ${completion.name}`, text: t('nodeMade', { count: completion.pods }) }
          case 'OwnerMissing':
            return { name: nameOf(completion.object), text: t('ownerMissing', { owner: nameOf(completion.owner) }) }
          case 'RevisionMade':
            return { name: nameOf(completion.object), text: t('revisionMade') }
          case 'ReferenceMissing':
            return { name: nameOf(completion.object), text: t('referenceMissing', { pod: completion.pod.name }) }
        }
      })} />
      <Section title={t('broken', { count: faults.length })} items={faults.map((fault) => ({ name: 'node' in fault ? `Node ${fault.node ?? ''}` : fault.type, text: t(`faults.${faultWord(fault.type)}`) }))} />
    </div>
  )
}

function faultWord(type: string): 'kubelet-stop' | 'network-stop' | 'node-pressure' {
  return type === 'kubelet-stop' || type === 'network-stop' ? type : 'node-pressure'
}

function nameOf({ kind, namespace, name }: Name): string {
  return `${kind} ${namespace === undefined || namespace === 'default' ? name : `${namespace}/${name}`}`
}

function Section({ title, items, isWarning = false }: { title: string; items: readonly { name: string; text: string }[]; isWarning?: boolean }): ReactElement | null {
  if (items.length === 0) return null
  return (
    <details className={styles.section} open={items.length <= 12} data-warning={isWarning || undefined}>
      <summary>
        {isWarning && <TriangleAlert size={14} aria-hidden="true" />} {title}
      </summary>
      <ul>
        {items.map(({ name, text }, i) => (
          <li key={i}>
            <code>{name}</code> {text}
          </li>
        ))}
      </ul>
    </details>
  )
}
