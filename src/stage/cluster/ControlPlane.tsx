import { Microscope, Zap } from 'lucide-react'
import { memo } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { NodeProps } from 'reactflow'
import type { ComponentRecord } from '../../engine/api/machine.ts'
import { useMachine, useNodes, usePlaybackState } from '../../playback/hooks.ts'
import { classes } from '../shared/ui/classes.ts'
import { componentFaults, faultKey } from '../shared/faults/faults.ts'
import type { Fault } from '../shared/faults/faults.ts'
import { useActiveFaults } from '../shared/faults/useFaults.ts'
import { openMicroscope } from '../shared/view.ts'
import { Capsule, PartCapsule } from './Capsule.tsx'
import styles from './cluster.module.css'
import type { ClientId, ClientNode, EtcdNode, ServerNode, TrayNode } from './graph.ts'
import { useStage } from './lit.ts'
import { controllerName } from './places.ts'
import { Scaled } from './Scaled.tsx'
import { serverStages } from './travel.ts'

/** The control plane: its clients, the API server as a rail, etcd at its end, and the pods without a node. */

const titles = { kubectl: 'kubectl', 'kube-scheduler': 'scheduler', 'kube-controller-manager': 'controllers' } as const

export const Client = memo(function Client({ data }: NodeProps<ClientNode>): ReactElement {
  const { t } = useTranslation('cluster')
  const title =
    data.client === 'kube-controller-manager' && data.width < 140 ? 'controllersNarrow' : titles[data.client]
  return (
    <Scaled {...data}>
      <PartCapsule place={data.client} selects={`components/${data.client}`} className={styles.client}>
        <span className={styles.title}>{t(title)}</span>
        <ClientNote {...data} />
        <Broken component={data.client} />
      </PartCapsule>
      {data.client === 'kube-scheduler' && <Lens />}
    </Scaled>
  )
})

/** Opens the scheduler's tables. */
function Lens(): ReactElement {
  const { t } = useTranslation('microscope')
  return (
    <button type="button" data-opens="microscope" className={classes('nopan', styles.lens)} aria-label={t('open')} title={t('open')} onClick={() => openMicroscope()}>
      <Microscope size={14} />
    </button>
  )
}

/** What of the control plane is broken, on the part itself. */
function Broken({ component }: { component: string }): ReactElement | null {
  const { t } = useTranslation('cluster')
  const isFaulty = useAnyFault(componentFaults(component))
  const broken = useStopped(component) || isFaulty
  return broken ? <Zap className={styles.broken} size={13} role="img" aria-label={t('broken')} /> : null
}

function useAnyFault(faults: readonly Fault[]): boolean {
  const keys = faults.map(faultKey)
  return useActiveFaults().some((fault) => keys.includes(faultKey(fault)))
}

/** Whether nothing of it runs. */
function useStopped(component: string): boolean {
  // The first of its faults stops all of it.
  const isBroken = useAnyFault(componentFaults(component).slice(0, 1))
  return useProcessGone(component) || isBroken
}

/** Whether it is a process in a pod of the control plane's machine that does not run. */
function useProcessGone(component: string): boolean {
  const machine = useNodes().find(({ metadata }) => metadata.labels?.[controlPlaneLabel] !== undefined)
  return useMachine<ComponentRecord>(machine?.metadata.name, 'components/').some(({ name, works }) => name === component && !works)
}

const controlPlaneLabel = 'node-role.kubernetes.io/control-plane'

function ClientNote({ client, queued }: { client: ClientId; queued: number }): ReactElement {
  const { t } = useTranslation('cluster')
  const stopped = useStopped(client)
  if (stopped) return <span className={styles.note}>{t('stopped')}</span>
  if (client === 'kubectl') return <CommandNote />
  return client === 'kube-scheduler' ? <QueueNote count={queued} /> : <ControllerNote />
}

/** The command that was typed last. */
function CommandNote(): ReactElement {
  const { t } = useTranslation('cluster')
  const line = usePlaybackState(
    (s) => s.film?.inputs.findLast((i) => i.step <= s.cursor && i.input.kubectl !== undefined)?.input.kubectl,
  )
  return (
    <span className={styles.note} title={line}>
      {line === undefined ? t('you') : <code>{line}</code>}
    </span>
  )
}

function QueueNote({ count }: { count: number }): ReactElement {
  const { t } = useTranslation('cluster')
  return <span className={styles.note}>{count === 0 ? t('idle') : t('inQueue', { count })}</span>
}

/** Which of the many controllers acts now. */
function ControllerNote(): ReactElement {
  const { t } = useTranslation('cluster')
  const acting = usePlaybackState((s) => {
    const step = s.film?.steps[s.cursor]
    return step === undefined ? undefined : (controllerName(step.from) ?? controllerName(step.to))
  })
  return <span className={styles.note}>{acting ?? t('watching')}</span>
}

export const Server = memo(function Server({ data }: NodeProps<ServerNode>): ReactElement {
  const { t } = useTranslation('cluster')
  return (
    <Scaled {...data}>
      <PartCapsule
        place="kube-apiserver"
        selects="components/kube-apiserver"
        className={styles.rail}
        data-narrow={data.narrow || undefined}
      >
        <span className={styles.railTitle}>{t('server')}</span>
        <Stages />
        <Broken component="kube-apiserver" />
      </PartCapsule>
    </Scaled>
  )
})

/** The stages of a request; those behind it stay faintly lit until it leaves. */
function Stages(): ReactElement {
  const { t } = useTranslation('cluster')
  const stage = useStage()
  const at = stage === undefined ? -1 : serverStages.indexOf(stage)
  return (
    <span className={styles.stages}>
      {serverStages.map((each, i) => (
        <span key={each} className={styles.stage} data-state={i === at ? 'now' : i < at ? 'passed' : undefined}>
          {t(each)}
        </span>
      ))}
    </span>
  )
}

export const Etcd = memo(function Etcd({ data }: NodeProps<EtcdNode>): ReactElement {
  const { t } = useTranslation('cluster')
  const revision = usePlaybackState((s) => s.film?.revisionAt(s.cursor) ?? 0)
  const { width, height } = data
  const lid = Math.min(9, height / 6)
  const body = `M1 ${lid}V${height - lid}A${width / 2 - 1} ${lid - 1} 0 0 0 ${width - 1} ${height - lid}V${lid}`
  return (
    <Scaled {...data}>
      <Capsule
        place="etcd"
        selects="components/etcd"
        className={styles.etcd}
      >
        <svg width={width} height={height} aria-hidden="true">
          <path d={`${body}A${width / 2 - 1} ${lid - 1} 0 0 0 1 ${lid}`} className={styles.cylinder} />
          <ellipse cx={width / 2} cy={lid} rx={width / 2 - 1} ry={lid - 1} className={styles.cylinder} />
        </svg>
        <span className={styles.etcdText}>
          <span className={styles.title}>{t('etcd')}</span>
          <span className={classes(styles.note, 'figures')}>{t('revision', { revision })}</span>
        </span>
        <Broken component="etcd" />
      </Capsule>
    </Scaled>
  )
})

export const Tray = memo(function Tray({ data, width, height }: NodeProps<TrayNode>): ReactElement {
  const { t } = useTranslation('cluster')
  const { scale, waiting } = data
  return (
    <Scaled scale={scale} width={(width ?? 0) / scale} height={(height ?? 0) / scale}>
      <div className={styles.tray} data-empty={waiting === 0 || undefined}>
        {waiting === 0 && <span>{t('trayEmpty')}</span>}
      </div>
    </Scaled>
  )
})
