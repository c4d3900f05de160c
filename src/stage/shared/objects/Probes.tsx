import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProbeRecord } from '../../../engine/api/machine.ts'
import type { Container, Pod } from '../../../engine/api/types.ts'
import { useFilm, useMachine, usePlayback } from '../../../playback/hooks.ts'
import styles from './ContainerParts.module.css'
import { newestRecord } from './containers.ts'
import type { PodRecords } from './containers.ts'
import { probesOf } from './probes.ts'
import type { ProbeSpec } from './probes.ts'
import { formatSpan } from '../film/time.ts'
import { Explain } from '../words/Glossary.tsx'

export function Probes({ pod, spec, records }: { pod: Pod; spec: Container; records: PodRecords }): ReactElement | null {
  const probes = probesOf(spec)
  const id = newestRecord(records.containers, spec.name)?.id ?? ''
  const results = useMachine<ProbeRecord>(pod.spec.nodeName, `probes/${id}/`)
  if (probes.length === 0) return null
  return (
    <ul className={styles.probes}>
      {probes.map((probe) => (
        <ProbeRow key={probe.name} probe={probe} record={results.find((r) => r.probe === probe.name)} />
      ))}
    </ul>
  )
}

/** What it asks, every answer that taught something, and how many more of its kind make a verdict. */
function ProbeRow({
  probe: { name, handler, probe },
  record,
}: {
  probe: ProbeSpec
  record: ProbeRecord | undefined
}): ReactElement {
  const { t } = useTranslation('container')
  const rule = t('probe.every', { period: probe.periodSeconds ?? 10, failures: probe.failureThreshold ?? 3 })
  return (
    <li title={rule}>
      <span className={styles.probeName}>
        <Explain word={`${name}Probe`}>{name}</Explain> <code title={handler}>{handler}</code>
      </span>
      {record === undefined ? (
        <span className={styles.probeResult}>{t('probe.never')}</span>
      ) : (
        <ProbeAnswers record={record} threshold={thresholdOf(probe, record.result)} />
      )}
    </li>
  )
}

function thresholdOf(probe: ProbeSpec['probe'], result: ProbeRecord['result']): number {
  return result === 'failure' ? (probe.failureThreshold ?? 3) : (probe.successThreshold ?? 1)
}

const historyMost = 12
const missingMost = 5

function ProbeAnswers({ record, threshold }: { record: ProbeRecord; threshold: number }): ReactElement {
  const { t } = useTranslation('container')
  const playback = usePlayback()
  const film = useFilm()
  const missing = Math.max(0, Math.min(missingMost, threshold - record.count))
  const count = t('probe.of', { count: Math.min(record.count, threshold), threshold })
  return (
    <span className={styles.probeResult}>
      <span className={styles.probeDots} data-on-scale>
        {record.history.slice(-historyMost).map(({ at, result, message }) => {
          const label = [formatSpan(at - (film?.opening.startMs ?? at)), t(`probe.${result}`), message.trim()]
          return (
            <button
              type="button"
              key={at}
              data-result={result}
              aria-label={label.slice(0, 2).join(': ')}
              title={label.filter(Boolean).join(': ')}
              onClick={() => film !== undefined && playback.seek(film.stepsUpTo(at) - 1)}
            />
          )
        })}
        {Array.from({ length: missing }, (_, i) => (
          <i key={i} data-result={record.result} aria-hidden="true" />
        ))}
      </span>
      {t(`probe.${record.result}`)}
      {threshold > 1 && <span className="figures">{count}</span>}
    </span>
  )
}
