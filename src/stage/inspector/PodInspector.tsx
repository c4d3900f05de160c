import { useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { uidOnNode } from '../../engine/api/machine.ts'
import type { Pod } from '../../engine/api/types.ts'
import { usePlaybackState } from '../../playback/hooks.ts'
import { Blank } from '../shared/ui/Blank.tsx'
import { FaultMenu } from '../shared/faults/FaultMenu.tsx'
import { podFaults } from '../shared/faults/faults.ts'
import { StatusWord } from '../shared/objects/StatusWord.tsx'
import { podTone, printedPod } from '../shared/objects/status.ts'
import { Tabs } from '../shared/ui/Tabs.tsx'
import { DescribeTab } from './DescribeTab.tsx'
import { EventsTab } from './EventsTab.tsx'
import { fetched } from '../shared/ui/fetched.tsx'
import styles from './inspector.module.css'
import { LogsTab } from './LogsTab.tsx'
import { Overview } from './Overview.tsx'
import { Head } from './parts.tsx'
import { WhyTab } from './WhyTab.tsx'
import { shownName } from '../shared/objects/shownName.ts'

/** Brings the YAML printer and the diff, which the first paint can do without. */
const YamlTab = fetched(async () => ({ default: (await import('./YamlTab.tsx')).YamlTab }))

const tabs = ['overview', 'yaml', 'describe', 'logs', 'events', 'why'] as const
type Tab = (typeof tabs)[number]

/** Goes from pod to pod with the film: the tab stays, and so does what is alike. */
export function PodInspector({ podKey }: { podKey: string }): ReactElement {
  const { t } = useTranslation('inspector')
  const [tab, setTab] = useState<Tab>('overview')
  const entry = usePlaybackState((s) => s.film?.etcd.entry(podKey, s.world))
  const gone = entry !== undefined && entry.value === undefined
  const pod = (entry?.value ?? entry?.previous?.value) as Pod | undefined
  const name = podKey.split('/').at(-1)!
  return (
    <>
      <PodHead name={shownName(podKey)} pod={pod} gone={gone} />
      <Tabs
        label={t('label')}
        className={styles.tabs}
        panelId="inspector-panel"
        value={tab}
        onChange={setTab}
        choices={tabs.map((id) => ({ id, label: t(`tab.${id}`) }))}
      />
      <div id="inspector-panel" role="tabpanel" className={styles.panel} tabIndex={-1}>
        {tab === 'why' && <WhyTab objectKey={podKey} />}
        {tab !== 'why' && pod === undefined && <Blank title={t('notYet', { name })}>{t('notYetText')}</Blank>}
        {pod !== undefined && tab === 'overview' && <Overview pod={pod} podKey={podKey} />}
        {pod !== undefined && tab === 'yaml' && <YamlTab key={podKey} objectKey={podKey} />}
        {pod !== undefined && tab === 'describe' && (
          <DescribeTab key={podKey} kind="pod" name={name} namespace={pod.metadata.namespace ?? 'default'} />
        )}
        {pod !== undefined && tab === 'logs' && <LogsTab key={podKey} pod={pod} />}
        {pod !== undefined && tab === 'events' && (
          <EventsTab key={podKey} uid={uidOnNode(pod)} namespace={pod.metadata.namespace ?? 'default'} />
        )}
      </div>
    </>
  )
}

function PodFaults({ pod }: { pod: Pod }): ReactElement {
  const { t } = useTranslation('faults')
  const groups = podFaults(pod).map(({ container, faults }) => ({ heading: t('of.container', { container }), faults }))
  return <FaultMenu name={`pod/${pod.metadata.name}`} groups={groups} />
}

function PodHead({ name, pod, gone }: { name: string; pod: Pod | undefined; gone: boolean }): ReactElement {
  const { t } = useTranslation('inspector')
  if (pod === undefined) return <Head kind="pod/" name={name} />
  const { status, ready, total, restarts } = printedPod(pod)
  return (
    <Head kind="pod/" name={name} note={gone ? t('gone') : undefined} tool={!gone && pod.spec.nodeName !== undefined && <PodFaults key={pod.metadata.uid} pod={pod} />}>
      <StatusWord word={status} tone={podTone(pod)} />
      <span>
        {t('phase')} <b>{pod.status.phase}</b>
      </span>
      <span>
        {t('ready')}{' '}
        <b className="figures">
          {ready}/{total}
        </b>
      </span>
      {restarts > 0 && (
        <span>
          {t('restarts')} <b className="figures">{restarts}</b>
        </span>
      )}
    </Head>
  )
}
