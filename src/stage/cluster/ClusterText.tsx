import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Node, Pod } from '../../engine/api/types.ts'
import { nodeStatus, printedPod } from '../shared/status.ts'

/** The graph for those who cannot see it: one line a node. */
export function ClusterText({ nodes, pods }: { nodes: readonly Node[]; pods: readonly Pod[] }): ReactElement {
  const { t } = useTranslation('cluster')
  const text = (pod: Pod): string => {
    const { status, ready, total, restarts } = printedPod(pod)
    return t('podText', { name: pod.metadata.name, status, ready, total, restarts })
  }
  const waiting = pods.filter((pod) => !pod.spec.nodeName)
  return (
    <ul className="visually-hidden" aria-label={t('asText')}>
      {nodes.map((node) => {
        const own = pods.filter((pod) => pod.spec.nodeName === node.metadata.name)
        const list = own.length === 0 ? t('none') : own.map(text).join('; ')
        return <li key={node.metadata.uid}>{t('nodeText', { name: node.metadata.name, status: nodeStatus(node), pods: list })}</li>
      })}
      {waiting.length > 0 && <li>{t('unscheduledText', { names: waiting.map((pod) => pod.metadata.name).join(', ') })}</li>}
    </ul>
  )
}
