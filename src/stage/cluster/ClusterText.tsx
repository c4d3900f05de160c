import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Node, Pod } from '../../engine/api/types.ts'
import { nodeStatus, printedPod } from '../shared/status.ts'
import type { ServiceFact } from './services.ts'

/** With more pods than this, a node's line counts them by STATUS instead of naming each. */
const namedMost = 60

/** The graph for those who cannot see it: one line a node. */
export function ClusterText({
  nodes,
  pods,
  services,
}: {
  nodes: readonly Node[]
  pods: readonly Pod[]
  services: readonly ServiceFact[]
}): ReactElement {
  const { t } = useTranslation('cluster')
  const text = (pod: Pod): string => {
    const { status, ready, total, restarts } = printedPod(pod)
    return t('podText', { name: pod.metadata.name, status, ready, total, restarts })
  }
  const byNode = new Map<string, Pod[]>()
  for (const pod of pods) {
    const node = pod.spec.nodeName ?? ''
    const own = byNode.get(node)
    if (own === undefined) byNode.set(node, [pod])
    else own.push(pod)
  }
  const named = pods.length <= namedMost
  const waiting = byNode.get('') ?? []
  return (
    <ul className="visually-hidden" aria-label={t('asText')}>
      {nodes.map((node) => {
        const own = byNode.get(node.metadata.name) ?? []
        const list = own.length === 0 ? t('none') : named ? own.map(text).join('; ') : tally(own)
        return (
          <li key={node.metadata.uid}>
            {t('nodeText', { name: node.metadata.name, status: nodeStatus(node), pods: list })}
          </li>
        )
      })}
      {services.map(({ key, name, type, endpoints }) => {
        const ready = [...endpoints].flatMap(([pod, look]) => (look === 'ready' ? [pod.slice(pod.indexOf('/') + 1)] : []))
        return <li key={key}>{t('serviceText', { name, type, pods: ready.length === 0 ? t('none') : ready.join(', ') })}</li>
      })}
      {waiting.length > 0 && (
        <li>
          {t('unscheduledText', { names: named ? waiting.map((pod) => pod.metadata.name).join(', ') : tally(waiting) })}
        </li>
      )}
    </ul>
  )
}

/** '9 Running, 1 CrashLoopBackOff' */
function tally(pods: readonly Pod[]): string {
  const counts = new Map<string, number>()
  for (const pod of pods) {
    const { status } = printedPod(pod)
    counts.set(status, (counts.get(status) ?? 0) + 1)
  }
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ')
}
