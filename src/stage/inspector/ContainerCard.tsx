import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { HookRecord, ProbeRecord } from '../../engine/api/machine.ts'
import { parseTime } from '../../engine/api/time.ts'
import type { Container, ContainerStatus, Pod } from '../../engine/api/types.ts'
import { useMachine, useNow } from '../../playback/hooks.ts'
import { bytes } from '../shared/amount.ts'
import { ClockGlyph } from '../shared/ClockGlyph.tsx'
import type { ContainerView, PodRecords } from '../shared/containers.ts'
import { formatSpan } from '../shared/time.ts'
import { Explain } from '../shared/Tooltip.tsx'
import styles from './inspector.module.css'
import { useMoment } from './parts.tsx'
import { probesOf } from './probes.ts'
import type { ProbeSpec } from './probes.ts'

/** One container: what it does, since when, what it waits for, how its probes go. */
export function ContainerCard({
  pod,
  view,
  records,
}: {
  pod: Pod
  view: ContainerView
  records: PodRecords
}): ReactElement {
  const { t } = useTranslation('inspector')
  const { name, role } = view
  const init = role === 'init' || role === 'sidecar'
  const spec = (init ? pod.spec.initContainers : pod.spec.containers)?.find((c) => c.name === name)
  const statuses = init ? pod.status.initContainerStatuses : pod.status.containerStatuses
  const status = statuses?.find((s) => s.name === name)
  return (
    <article className={styles.card}>
      <header>
        <ClockGlyph view={view} size={18} />
        <h4>{name}</h4>
        {role !== 'container' && <small>{t(`role.${role}`)}</small>}
        <span className={styles.cardWord}>
          <Explain word={view.word} />
        </span>
      </header>
      {spec?.image !== undefined && (
        <code className={styles.image} title={spec.image}>
          {spec.image}
        </code>
      )}
      {status !== undefined && <StateLine status={status} />}
      <Clocks pod={pod} name={name} records={records} />
      {spec !== undefined && <Probes pod={pod} spec={spec} records={records} />}
    </article>
  )
}

function StateLine({ status }: { status: ContainerStatus }): ReactElement {
  const { t } = useTranslation('inspector')
  const now = useMoment()
  const { state, lastState, restartCount } = status
  const lines: string[] = []
  const since = (text: string | undefined): number | undefined => (text === undefined ? undefined : parseTime(text))
  const started = since(state?.running?.startedAt as string | undefined)
  if (started !== undefined)
    lines.push(t('state.for', { state: t('state.running'), time: formatSpan(Math.max(0, now - started)) }))
  const ended = state?.terminated
  if (ended !== undefined) {
    const [from, to] = [since(ended.startedAt as string | undefined), since(ended.finishedAt as string | undefined)]
    const time = from !== undefined && to !== undefined ? formatSpan(to - from) : '?'
    lines.push(t('state.ended', { code: ended.exitCode, time }))
  }
  if (restartCount > 0) lines.push(t('state.restarts', { count: restartCount }))
  const last = lastState?.terminated
  if (last !== undefined) lines.push(t('state.last', { reason: last.reason ?? '', code: last.exitCode }))
  return <>{lines.length > 0 && <p className={styles.stateLine}>{lines.join(' · ')}</p>}</>
}

/** What runs down or fills up for this container just now. */
function Clocks({ pod, name, records }: { pod: Pod; name: string; records: PodRecords }): ReactElement | null {
  const own = records.containers.filter((r) => r.name === name)
  const stopping = own.find((r) => r.state === 'running')?.stopping
  const pull = records.pulls.find((r) => r.container === name)
  const backoff = records.backoffs.find((r) => r.container === name)
  const hooks = useMachine<HookRecord>(pod.spec.nodeName, 'hooks/').filter((h) =>
    own.some((r) => r.id === h.containerID),
  )
  if (stopping === undefined && pull === undefined && backoff === undefined && hooks.length === 0) return null
  return (
    <ul className={styles.clocks}>
      {pull !== undefined && <PullClock from={pull.startedAt} to={pull.endsAt} size={pull.sizeBytes} />}
      {backoff !== undefined && <Countdown to={backoff.until} from={backoff.since} word={backoff.kind} />}
      {stopping !== undefined && <Countdown to={stopping.killAt} from={stopping.termAt} word="grace" />}
      {hooks.map((hook) => (
        <HookClock key={hook.hook} hook={hook} />
      ))}
    </ul>
  )
}

function PullClock({ from, to, size }: { from: number; to: number; size: number }): ReactElement {
  const { t } = useTranslation('inspector')
  const now = useNow()
  const share = Math.min(1, Math.max(0, (now - from) / Math.max(1, to - from)))
  return (
    <li>
      <Track share={share} tone="working" />
      {t('clock.pulling', { done: bytes(size * share), size: bytes(size) })}
    </li>
  )
}

function Countdown({ from, to, word }: { from: number; to: number; word: 'restart' | 'pull' | 'grace' }): ReactElement {
  const { t } = useTranslation('inspector')
  const now = useNow()
  const left = to - now
  const tone = word === 'grace' ? 'terminating' : 'failed'
  const time = formatSpan(Math.ceil(Math.max(0, left) / 100) * 100)
  return (
    <li>
      <Track share={Math.min(1, Math.max(0, left / Math.max(1, to - from)))} tone={tone} />
      {left > 0 ? t(`clock.${word}`, { time }) : t('clock.soon')}
    </li>
  )
}

function HookClock({ hook }: { hook: HookRecord }): ReactElement {
  const { t } = useTranslation('inspector')
  const time = formatSpan(Math.max(0, Math.floor((useNow() - hook.startedAt) / 100) * 100))
  return <li>{t('clock.hook', { hook: hook.hook, time })}</li>
}

function Track({ share, tone }: { share: number; tone: string }): ReactElement {
  return (
    <span className={styles.track}>
      <span style={{ width: `${share * 100}%`, background: `var(--${tone})` }} />
    </span>
  )
}

function Probes({ pod, spec, records }: { pod: Pod; spec: Container; records: PodRecords }): ReactElement | null {
  const probes = probesOf(spec)
  const id = records.containers.findLast((r) => r.name === spec.name)?.id ?? ''
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

const historyMost = 12

function ProbeRow({
  probe: { name, handler, probe },
  record,
}: {
  probe: ProbeSpec
  record: ProbeRecord | undefined
}): ReactElement {
  const { t } = useTranslation('inspector')
  const rule = t('probe.every', { period: probe.periodSeconds ?? 10, failures: probe.failureThreshold ?? 3 })
  return (
    <li title={rule}>
      <span>
        <Explain word={`${name}Probe`}>{name}</Explain> <code>{handler}</code>
      </span>
      <span className={styles.probeResult}>
        <span className={styles.probeDots} aria-hidden="true">
          {(record?.history ?? []).slice(-historyMost).map((h) => (
            <i key={h.at} data-result={h.result} />
          ))}
        </span>
        {record === undefined
          ? t('probe.never')
          : `${t(`probe.${record.result}`)} · ${t('probe.count', { count: record.count })}`}
      </span>
    </li>
  )
}
