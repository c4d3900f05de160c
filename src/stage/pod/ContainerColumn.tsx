import type { CSSProperties, ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { FileRecord } from '../../engine/api/machine.ts'
import type { Pod } from '../../engine/api/types.ts'
import { bytes } from '../shared/objects/amount.ts'
import { ClockGlyph } from '../shared/objects/ClockGlyph.tsx'
import { Clocks } from '../shared/objects/Clocks.tsx'
import type { PodRecords } from '../shared/objects/containers.ts'
import { Probes } from '../shared/objects/Probes.tsx'
import { probesOf } from '../shared/objects/probes.ts'
import { Explain } from '../shared/words/Glossary.tsx'
import type { InsideContainer, TreeProcess } from './inside.ts'
import { ProbeStrips } from './ProbeStrips.tsx'
import styles from './pod.module.css'

/** One container in the sandbox: its state and clocks, its probes, and what nobody else sees of it. */
export function ContainerColumn({
  pod,
  container,
  records,
  ownProcesses,
  lit,
}: {
  pod: Pod
  container: InsideContainer
  records: PodRecords
  ownProcesses: boolean
  /** The step on stage is about it. */
  lit: boolean
}): ReactElement {
  const { t } = useTranslation(['pod', 'container'])
  const { view, spec, record, processes, files } = container
  return (
    <article className={styles.column} data-lit={lit || undefined} aria-label={t('containerNamed', { name: view.name })}>
      <header>
        <ClockGlyph view={view} size={26} />
        <div>
          <h3>
            {view.name}
            {view.role !== 'container' && <small>{t(`container:role.${view.role}`)}</small>}
          </h3>
          <p>
            <Explain word={view.word} />
            {view.restarts > 0 && <span className="figures">↻{view.restarts}</span>}
            {spec?.image !== undefined && <code title={spec.image}>{spec.image}</code>}
          </p>
        </div>
      </header>
      <Clocks pod={pod} name={view.name} records={records} />
      {spec !== undefined && probesOf(spec).length > 0 && (
        <Part name={t('probes')}>
          <Probes pod={pod} spec={spec} records={records} />
          <ProbeStrips pod={pod} spec={spec} />
        </Part>
      )}
      {ownProcesses && record?.state === 'running' && (
        <Part name={t('processes')} word="PID namespace">
          <ProcessTree processes={processes} />
        </Part>
      )}
      {record !== undefined && (
        <Part name={t('files')} word="root file system">
          <Files files={files} empty={t('noFiles')} />
        </Part>
      )}
    </article>
  )
}

/** A small titled part of a container; `word` has its explanation in the glossary. */
function Part({ name, word, children }: { name: string; word?: string; children: ReactNode }): ReactElement {
  return (
    <div className={styles.part}>
      <h4>{word === undefined ? name : <Explain word={word}>{name}</Explain>}</h4>
      {children}
    </div>
  )
}

export function ProcessTree({ processes }: { processes: readonly TreeProcess[] }): ReactElement {
  const { t } = useTranslation('pod')
  if (processes.length === 0) return <p className={styles.none}>{t('noProcesses')}</p>
  return (
    <ul className={styles.processes}>
      {processes.map(({ pid, depth, argv, ports, state, memoryBytes }) => {
        const command = argv.join(' ')
        return (
          <li key={`${depth}/${pid}`} style={{ '--depth': depth } as CSSProperties} data-state={state}>
            <span className="figures">{pid}</span>
            <code title={`${command}\n${bytes(Math.round(memoryBytes))}`}>{command}</code>
            {ports.map((port) => (
              <b key={port}>:{port}</b>
            ))}
          </li>
        )
      })}
    </ul>
  )
}

const shownFiles = 5

export function Files({ files, empty }: { files: readonly FileRecord[]; empty: string }): ReactElement {
  const { t } = useTranslation('pod')
  if (files.length === 0) return <p className={styles.none}>{empty}</p>
  const rest = files.slice(shownFiles)
  const item = ({ path, sizeBytes }: FileRecord): ReactElement => (
    <li key={path}>
      <code title={path}>{path}</code>
      <span className="figures">{bytes(sizeBytes)}</span>
    </li>
  )
  return (
    <div className={styles.files}>
      <ul>{files.slice(0, shownFiles).map(item)}</ul>
      {rest.length > 0 && (
        <details>
          <summary>{t('moreFiles', { count: rest.length })}</summary>
          <ul>{rest.map(item)}</ul>
        </details>
      )}
    </div>
  )
}
