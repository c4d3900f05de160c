import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { parseTime } from '../../engine/api/time.ts'
import type { ContainerStatus, Pod } from '../../engine/api/types.ts'
import { ClockGlyph } from '../shared/objects/ClockGlyph.tsx'
import { Clocks } from '../shared/objects/Clocks.tsx'
import type { ContainerView, PodRecords } from '../shared/objects/containers.ts'
import { Probes } from '../shared/objects/Probes.tsx'
import { formatSpan } from '../shared/film/time.ts'
import { Explain, Explained } from '../shared/words/Glossary.tsx'
import styles from './inspector.module.css'
import { useMoment } from './parts.tsx'

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
  const { t } = useTranslation(['inspector', 'container'])
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
        {role !== 'container' && <small>{t(`container:role.${role}`)}</small>}
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
  return <>{lines.length > 0 && <p className={styles.stateLine}>
          <Explained text={lines.join(' · ')} />
        </p>}</>
}
