import { memo, useDeferredValue } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Node, Pod } from '../../engine/api/types.ts'
import { useNodes } from '../../playback/hooks.ts'
import { nodeStatus, printedPod } from '../shared/objects/status.ts'
import { AtEase } from '../shared/ui/AtEase.tsx'
import type { Population } from './population.ts'
import type { ServiceFact } from './services.ts'
import { usePopulation, useServices } from './usePopulation.ts'

/** With more pods than this, a node's line counts them by STATUS instead of naming each. */
const namedMost = 60

/** With more nodes than this there are so many lines that making them a few times a second would hold up what is seen. */
const nodesMany = 100
/** Real ms between two versions of them. */
const manyMs = 1000

/** The graph for those who cannot see it: one line a node. */
export function ClusterText(): ReactElement {
  const many = useNodes().length > nodesMany
  return (
    <AtEase {...(many && { everyMs: manyMs })}>
      <Text />
    </AtEase>
  )
}

/** What is read can wait until what is seen is drawn. */
function Text(): ReactElement {
  return <Lines population={useDeferredValue(usePopulation())} services={useDeferredValue(useServices())} />
}

const Lines = memo(function Lines({ population, services }: { population: Population; services: readonly ServiceFact[] }): ReactElement {
  const { t } = useTranslation('cluster')
  const { nodes, byMachine, unscheduled } = population
  const count = [...byMachine.values()].reduce((sum, pods) => sum + pods.length, unscheduled.length)
  const named = count <= namedMost
  return (
    <ul className="visually-hidden" aria-label={t('asText')}>
      {nodes.map((node) => (
        <NodeLine key={node.metadata.uid} node={node} pods={byMachine.get(node.metadata.name)!} named={named} />
      ))}
      {services.map(({ key, name, type, endpoints }) => {
        const ready = [...endpoints].flatMap(([pod, look]) => (look === 'ready' ? [pod.slice(pod.indexOf('/') + 1)] : []))
        return <li key={key}>{t('serviceText', { name, type, pods: ready.length === 0 ? t('none') : ready.join(', ') })}</li>
      })}
      {unscheduled.length > 0 && (
        <li>
          {t('unscheduledText', { names: named ? unscheduled.map((pod) => pod.metadata.name).join(', ') : tally(unscheduled) })}
        </li>
      )}
    </ul>
  )
})

const NodeLine = memo(function NodeLine({ node, pods, named }: { node: Node; pods: readonly Pod[]; named: boolean }): ReactElement {
  const { t } = useTranslation('cluster')
  const text = (pod: Pod): string => {
    const { status, ready, total, restarts } = printedPod(pod)
    return t('podText', { name: pod.metadata.name, status, ready, total, restarts })
  }
  const list = pods.length === 0 ? t('none') : named ? pods.map(text).join('; ') : tally(pods)
  return <li>{t('nodeText', { name: node.metadata.name, status: nodeStatus(node), pods: list })}</li>
})

/** '9 Running, 1 CrashLoopBackOff' */
function tally(pods: readonly Pod[]): string {
  const counts = new Map<string, number>()
  for (const pod of pods) {
    const { status } = printedPod(pod)
    counts.set(status, (counts.get(status) ?? 0) + 1)
  }
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ')
}
