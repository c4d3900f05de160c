import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { HookRecord } from '../../../engine/api/machine.ts'
import type { Pod } from '../../../engine/api/types.ts'
import { useMachine, useNow } from '../../../playback/hooks.ts'
import { bytes } from './amount.ts'
import styles from './ContainerParts.module.css'
import type { PodRecords } from './containers.ts'
import { formatSpan } from '../film/time.ts'

/** What runs down or fills up for this container just now. */
export function Clocks({ pod, name, records }: { pod: Pod; name: string; records: PodRecords }): ReactElement | null {
  const own = records.containers.filter((r) => r.name === name)
  const running = own.find((r) => r.state === 'running')
  const stopping = running?.stopping
  const pull = records.pulls.find((r) => r.container === name)
  // Until it runs again: the record outlives the wait.
  const backoff = running === undefined ? records.backoffs.find((r) => r.container === name) : undefined
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
  const { t } = useTranslation('container')
  const now = useNow()
  const share = Math.min(1, Math.max(0, (now - from) / Math.max(1, to - from)))
  return (
    <li>
      <Track share={share} tone="working" />
      {t('clock.pulling', { done: bytes(size * share), size: bytes(size) })}
    </li>
  )
}

export function Countdown({ from, to, word }: { from: number; to: number; word: 'restart' | 'pull' | 'grace' }): ReactElement {
  const { t } = useTranslation('container')
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
  const { t } = useTranslation('container')
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
