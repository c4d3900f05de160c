import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useFilm, useInputs, usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import type { Step } from '../../worker/protocol.ts'
import { FaultMenu } from '../shared/faults/FaultMenu.tsx'
import { componentFaults } from '../shared/faults/faults.ts'
import { hopPath, hopWhat } from '../shared/film/hop.ts'
import { formatClock } from '../shared/film/time.ts'
import { typedLine } from '../shared/film/typed.ts'
import { lastRevisions, lastSteps } from './componentFacts.ts'
import styles from './inspector.module.css'
import { Head, Section } from './parts.tsx'
import { SchedulerDecision } from './SchedulerDecision.tsx'

const components = ['kubectl', 'kube-apiserver', 'kube-scheduler', 'kube-controller-manager', 'etcd'] as const
type Component = (typeof components)[number]

/** A part of the control plane: what it has done last. */
export function ComponentInspector({ component }: { component: string }): ReactElement {
  const { t } = useTranslation('inspector')
  const id = components.find((c) => c === component) ?? 'kube-apiserver'
  return (
    <>
      <Head kind="" name={t(`component.${id}`)} note={t(`about.${id}`)} tool={<ComponentFaults id={id} name={t(`component.${id}`)} />} />
      <div className={styles.panel}>
        <Doings id={id} />
      </div>
    </>
  )
}

function ComponentFaults({ id, name }: { id: Component; name: string }): ReactElement | null {
  const { t } = useTranslation('faults')
  const [whole, ...parts] = componentFaults(id)
  if (whole === undefined) return null
  const groups = parts.length === 0 ? [{ faults: [whole] }] : [{ faults: [whole] }, { heading: t('controllers'), faults: parts }]
  return <FaultMenu name={name} groups={groups} />
}

function Doings({ id }: { id: Component }): ReactElement {
  const { t } = useTranslation('inspector')
  switch (id) {
    case 'kubectl':
      return <Commands />
    case 'etcd':
      return <Revisions />
    case 'kube-apiserver':
      return <StepTable title={t('requests')} empty={t('noRequests')} wanted={isRequest} />
    case 'kube-scheduler':
      return (
        <>
          <SchedulerDecision />
          <StepTable title={t('doings')} empty={t('nothingHappened')} wanted={(step) => isOf(step, id)} />
        </>
      )
    case 'kube-controller-manager':
      return <StepTable title={t('doings')} empty={t('nothingHappened')} wanted={(step) => isOf(step, id)} />
  }
}

function isRequest(step: Step): boolean {
  return step.kind === 'request' && step.to === 'kube-apiserver' && !step.background
}

function isOf({ from, background }: Step, component: string): boolean {
  return !background && (from === component || from.startsWith(`${component}/`))
}

const rowsMost = 24

function Row({ at, onGo, children }: { at: number; onGo: () => void; children: ReactNode }): ReactElement {
  const start = usePlaybackState((s) => s.film?.opening.startMs ?? 0)
  return (
    <li>
      <button type="button" onClick={onGo}>
        <time className="figures">{formatClock(at - start)}</time>
        {children}
      </button>
    </li>
  )
}

function StepTable({
  title,
  empty,
  wanted,
}: {
  title: string
  empty: string
  wanted: (step: Step) => boolean
}): ReactElement {
  const playback = usePlayback()
  const film = useFilm()
  const cursor = usePlaybackState((s) => s.cursor)
  const steps = lastSteps(film?.steps ?? [], cursor, wanted, rowsMost)
  return (
    <Section title={title}>
      {steps.length === 0 && <p className={styles.quiet}>{empty}</p>}
      <ol className={styles.rows}>
        {steps.map((step) => (
          <Row key={step.index} at={step.at} onGo={() => playback.seek(step.index)}>
            <span>
              <b>{hopWhat(step)}</b>
              <small>{hopPath(step)}</small>
            </span>
          </Row>
        ))}
      </ol>
    </Section>
  )
}

function Revisions(): ReactElement {
  const { t } = useTranslation('inspector')
  const playback = usePlayback()
  const film = useFilm()
  const cursor = usePlaybackState((s) => s.cursor)
  const rows = film === undefined ? [] : lastRevisions(film, cursor, rowsMost)
  return (
    <Section title={t('revisions')}>
      {rows.length === 0 && <p className={styles.quiet}>{t('noRevisions')}</p>}
      <ol className={styles.rows}>
        {rows.map(({ entry, step }) => (
          <Row key={entry.revision} at={step.at} onGo={() => playback.seek(step.index)}>
            <span>
              <b className="figures">{entry.revision}</b> {entry.key}
              <small>
                {entry.value === undefined ? `${t('deletedKey')} · ` : ''}
                {step.from}
              </small>
            </span>
          </Row>
        ))}
      </ol>
    </Section>
  )
}

function Commands(): ReactElement {
  const { t } = useTranslation('inspector')
  const playback = usePlayback()
  const film = useFilm()
  const inputs = useInputs().filter(({ input }) => typedLine(input) !== undefined)
  return (
    <Section title={t('commands')}>
      {inputs.length === 0 && <p className={styles.quiet}>{t('noCommands')}</p>}
      <ol className={styles.rows}>
        {inputs.toReversed().map(({ index, step, input }) => (
          <Row key={index} at={film?.timeOf(step) ?? 0} onGo={() => playback.seek(step)}>
            <code>{typedLine(input)}</code>
          </Row>
        ))}
      </ol>
    </Section>
  )
}
