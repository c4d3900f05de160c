import type { KubeObject, Pod } from '../../engine/api/types.ts'
import type { Family } from './tree.ts'

export type SlotState = 'waiting' | 'running' | 'succeeded' | 'failed'

/** One piece of work of a Job: an index, or for a Job without indexes one of its completions. */
export interface Slot {
  readonly name: string
  readonly state: SlotState
  /** Pods that have tried it in vain. */
  readonly failures: number
  readonly pod: string | undefined
}

interface Job extends KubeObject {
  spec: { completions?: number; parallelism?: number; completionMode?: string }
  status: { succeeded?: number; failed?: number; completedIndexes?: string; failedIndexes?: string }
}

const indexAnnotation = 'batch.kubernetes.io/job-completion-index'

export function slotsOf(family: Family): Slot[] {
  const job = family.object as Job
  const pods = family.children.map(({ key, object }) => ({ key, pod: object as Pod }))
  return job.spec.completionMode === 'Indexed' ? indexed(job, pods) : counted(job, pods)
}

type Pods = readonly { key: string; pod: Pod }[]

function indexed({ spec, status }: Job, pods: Pods): Slot[] {
  const done = indexesOf(status.completedIndexes)
  const lost = indexesOf(status.failedIndexes)
  return Array.from({ length: spec.completions ?? 1 }, (_, index) => {
    const own = pods.filter(({ pod }) => pod.metadata.annotations?.[indexAnnotation] === String(index))
    const alive = own.findLast(({ pod }) => !isOver(pod))
    const last = alive ?? own.at(-1)
    const state = done.has(index) ? 'succeeded' : lost.has(index) ? 'failed' : stateOf(last?.pod)
    return { name: String(index), state, failures: own.filter(({ pod }) => pod.status.phase === 'Failed').length, pod: last?.key }
  })
}

/** Pods in the order in which they came, and what is still to be done. */
function counted({ spec, status }: Job, pods: Pods): Slot[] {
  const slots = pods.map(({ key, pod }, i): Slot => ({ name: String(i + 1), state: stateOf(pod), failures: pod.status.phase === 'Failed' ? 1 : 0, pod: key }))
  const under = slots.filter(({ state }) => state !== 'failed').length
  const left = Math.max(0, (spec.completions ?? spec.parallelism ?? 1) - Math.max(under, status.succeeded ?? 0))
  return [...slots, ...Array.from({ length: left }, (_, i): Slot => ({ name: String(slots.length + i + 1), state: 'waiting', failures: 0, pod: undefined }))]
}

function isOver({ status }: Pod): boolean {
  return status.phase === 'Succeeded' || status.phase === 'Failed'
}

function stateOf(pod: Pod | undefined): SlotState {
  switch (pod?.status.phase) {
    case undefined:
      return 'waiting'
    case 'Succeeded':
      return 'succeeded'
    case 'Failed':
      return 'failed'
    default:
      return 'running'
  }
}

/** '0,2-4' as the API writes it. */
export function indexesOf(text: string | undefined): Set<number> {
  const indexes = new Set<number>()
  for (const part of (text ?? '').split(',').filter(Boolean)) {
    const [from = 0, to = from] = part.split('-').map(Number)
    for (let i = from; i <= to; i++) indexes.add(i)
  }
  return indexes
}
