import { useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImageRecord } from '../../engine/api/machine.ts'
import type { Node, Pod } from '../../engine/api/types.ts'
import { useMachine, useObject, usePods } from '../../playback/hooks.ts'
import { amountOf, bytes } from '../shared/objects/amount.ts'
import { Blank } from '../shared/ui/Blank.tsx'
import { FaultMenu } from '../shared/faults/FaultMenu.tsx'
import { nodeFaults } from '../shared/faults/faults.ts'
import { loadOf } from '../shared/objects/load.ts'
import type { Load } from '../shared/objects/load.ts'
import { StatusWord } from '../shared/objects/StatusWord.tsx'
import { nodeStatus, podTone, printedPod } from '../shared/objects/status.ts'
import { Tabs } from '../shared/ui/Tabs.tsx'
import { Explain } from '../shared/words/Glossary.tsx'
import { select } from '../shared/view.ts'
import { DescribeTab } from './DescribeTab.tsx'
import { ConditionMark } from '../shared/objects/ConditionMark.tsx'
import styles from './inspector.module.css'
import { Head, Section } from './parts.tsx'

const tabs = ['overview', 'describe'] as const
type Tab = (typeof tabs)[number]

export function NodeInspector({ nodeKey }: { nodeKey: string }): ReactElement {
  const { t } = useTranslation('inspector')
  const [tab, setTab] = useState<Tab>('overview')
  const node = useObject<Node>(nodeKey)
  const name = nodeKey.split('/').at(-1)!
  return (
    <>
      <Head kind="node/" name={name} tool={node !== undefined && <FaultMenu name={name} groups={[{ faults: nodeFaults(name) }]} />}>
        {node !== undefined && <StatusWord word={nodeStatus(node)} />}
        {node?.status.addresses?.[0] !== undefined && <code>{node.status.addresses[0].address}</code>}
      </Head>
      <Tabs
        label={t('label')}
        className={styles.tabs}
        panelId="inspector-panel"
        value={tab}
        onChange={setTab}
        choices={tabs.map((id) => ({ id, label: t(`tab.${id}`) }))}
      />
      <div id="inspector-panel" role="tabpanel" className={styles.panel} tabIndex={-1}>
        {node === undefined && <Blank title={t('notYet', { name })} />}
        {node !== undefined && tab === 'overview' && <NodeOverview node={node} />}
        {node !== undefined && tab === 'describe' && <DescribeTab kind="node" name={name} />}
      </div>
    </>
  )
}

function NodeOverview({ node }: { node: Node }): ReactElement {
  const { t } = useTranslation('inspector')
  const name = node.metadata.name
  const pods = usePods().filter((pod) => pod.spec.nodeName === name)
  const taints = node.spec.taints ?? []
  return (
    <>
      <Section title={t('conditions')}>
        <ul className={styles.nodeConditions}>
          {(node.status.conditions ?? []).map(({ type, status, reason, message }) => (
            <li key={type} title={message}>
              <ConditionMark status={status} />
              <Explain word={type} />
              <small>
                <Explain word={reason ?? ''} />
              </small>
            </li>
          ))}
        </ul>
      </Section>
      <Section title={t('capacity')}>
        <Capacity load={loadOf(node, pods)} />
      </Section>
      <Section title={t('taints')}>
        {taints.length === 0 ? (
          <p className={styles.quiet}>{t('none')}</p>
        ) : (
          <ul className={styles.plain}>
            {taints.map((taint) => (
              <li key={`${taint.key}${taint.effect}`}>
                <code>
                  {taint.key}
                  {taint.value ? `=${taint.value}` : ''}:<Explain word={taint.effect} />
                </code>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title={t('podsOn')}>
        <PodList pods={pods} />
      </Section>
      <Images node={name} />
    </>
  )
}

function Capacity({ load }: { load: Load }): ReactElement {
  const { t } = useTranslation('inspector')
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th>
            <span className="visually-hidden">{t('capacity')}</span>
          </th>
          <th>{t('requested')}</th>
          <th>{t('allocatable')}</th>
          <th>%</th>
        </tr>
      </thead>
      <tbody>
        {(['cpu', 'memory', 'pods'] as const).map((resource) => {
          const { used, of } = load[resource]
          return (
            <tr key={resource}>
              <th scope="row">{t(resource)}</th>
              <td className="figures">{amountOf(resource, used)}</td>
              <td className="figures">{amountOf(resource, of)}</td>
              <td className="figures">{of === 0 ? '' : `${Math.round((used / of) * 100)} %`}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

function PodList({ pods }: { pods: readonly Pod[] }): ReactElement {
  const { t } = useTranslation('inspector')
  if (pods.length === 0) return <p className={styles.quiet}>{t('noPods')}</p>
  return (
    <ul className={styles.podList}>
      {pods.map((pod) => {
        const { namespace, name, uid } = pod.metadata
        return (
          <li key={uid}>
            <button type="button" onClick={() => select(`pods/${namespace}/${name}`)}>
              {namespace === 'default' ? '' : `${namespace}/`}
              {name}
            </button>
            <StatusWord word={printedPod(pod).status} tone={podTone(pod)} size={12} />
          </li>
        )
      })}
    </ul>
  )
}

function Images({ node }: { node: string }): ReactElement {
  const { t } = useTranslation('inspector')
  const images = useMachine<ImageRecord>(node, 'images/')
  return (
    <Section title={t('images')}>
      {images.length === 0 ? (
        <p className={styles.quiet}>{t('noImages')}</p>
      ) : (
        <ul className={styles.plain}>
          {images.map(({ reference, sizeBytes }) => (
            <li key={reference}>
              <code title={reference}>{reference}</code>
              <small className="figures">{bytes(sizeBytes)}</small>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
