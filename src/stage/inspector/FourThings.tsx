import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { StatusDerivation } from '../../engine/api/podStatus.ts'
import type { Pod, PodCondition } from '../../engine/api/types.ts'
import type { ContainerView } from '../shared/containers.ts'
import { StatusWord } from '../shared/StatusWord.tsx'
import { podTone, printedPod } from '../shared/status.ts'
import { Explain } from '../shared/Tooltip.tsx'
import styles from './inspector.module.css'

/** Phase, conditions, container states and STATUS: four things, and how the last comes from the others. */
export function FourThings({ pod, containers }: { pod: Pod; containers: readonly ContainerView[] }): ReactElement {
  const { t } = useTranslation('inspector')
  const { status, derivation } = printedPod(pod)
  return (
    <dl className={styles.four} aria-label={t('fourTitle')}>
      <div>
        <dt>{t('phase')}</dt>
        <dd>
          <Explain word={pod.status.phase ?? ''} />
        </dd>
      </div>
      <div>
        <dt>{t('conditions')}</dt>
        <dd>
          <Conditions conditions={pod.status.conditions ?? []} />
        </dd>
      </div>
      <div>
        <dt>{t('containers')}</dt>
        <dd>
          <ContainerStates pod={pod} containers={containers} />
        </dd>
      </div>
      <div data-strong>
        <dt>{t('status')}</dt>
        <dd>
          <StatusWord word={status} tone={podTone(pod)} />
          <Derivation derivation={derivation} />
        </dd>
      </div>
    </dl>
  )
}

/** The order in which they usually become true. */
const order = ['PodScheduled', 'PodReadyToStartContainers', 'Initialized', 'ContainersReady', 'Ready']

function Conditions({ conditions }: { conditions: readonly PodCondition[] }): ReactElement {
  const { t } = useTranslation('inspector')
  if (conditions.length === 0) return <span className={styles.quiet}>{t('noConditions')}</span>
  const place = (type: string): number => (order.includes(type) ? order.indexOf(type) : order.length)
  return (
    <ul className={styles.conditions}>
      {conditions
        .toSorted((a, b) => place(a.type) - place(b.type))
        .map(({ type, status, reason, message }) => (
          <li key={type} data-status={status} title={[reason, message].filter(Boolean).join(': ') || undefined}>
            <ConditionMark status={status} />
            <Explain word={type} />
            {status !== 'True' && reason !== undefined && (
              <small>
                <Explain word={reason} />
              </small>
            )}
          </li>
        ))}
    </ul>
  )
}

/** A tick, a ring, a question mark: not by colour alone. */
export function ConditionMark({ status }: { status: string }): ReactElement {
  return (
    <svg
      viewBox="0 0 14 14"
      width="12"
      height="12"
      role="img"
      aria-label={status}
      className={styles.conditionMark}
      data-status={status}
    >
      {status === 'True' && <path d="m2.5 7.5 3 3 6-7" />}
      {status === 'False' && <circle cx="7" cy="7" r="4.6" />}
      {status === 'Unknown' && <path d="M4.6 5a2.5 2.5 0 1 1 3.6 2.3C7.4 7.7 7 8.2 7 9m0 2.6v.1" />}
    </svg>
  )
}

function ContainerStates({ pod, containers }: { pod: Pod; containers: readonly ContainerView[] }): ReactElement {
  const { t } = useTranslation('inspector')
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])]
  if (statuses.length === 0) return <span className={styles.quiet}>{t('noStatuses')}</span>
  return (
    <ul className={styles.states}>
      {containers.map(({ name, role, word }) => {
        const state = statuses.find((s) => s.name === name)?.state
        const kind = state?.running ? 'running' : state?.terminated ? 'terminated' : 'waiting'
        return (
          <li key={`${role}/${name}`}>
            <code>{name}</code> {t(`state.${kind}`)}
            {kind !== 'running' && (
              <>
                : <Explain word={word} />
              </>
            )}
          </li>
        )
      })}
    </ul>
  )
}

function Derivation({ derivation }: { derivation: StatusDerivation }): ReactElement {
  const { t } = useTranslation('inspector')
  const { rule, ...facts } = derivation
  const key = rule === 'completed-but-running' ? (derivation.ready ? 'completedReady' : 'completedNotReady') : rule
  // Each rule has its message; which facts it wants, the compiler cannot follow.
  const say = t as unknown as (key: string, facts: object) => string
  return <p>{say(`derivation.${key}`, facts)}</p>
}
