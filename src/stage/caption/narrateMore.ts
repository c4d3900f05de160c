import { narration } from '../../i18n/en/narration.ts'
import type { Step } from '../../worker/protocol.ts'
import type { NarrationKey } from './phrase.ts'

/** Sentences that have a background of their own, whatever their milestone. */
const topics: Partial<Record<NarrationKey, keyof typeof narration.more.topic>> = {
  'status.crashLoop': 'crashLoop',
  'status.pullError': 'imagePull',
  'status.pullBackOff': 'imagePull',
  'schedule.unschedulable': 'unschedulable',
  'schedule.filterNone': 'unschedulable',
  'write.podRemovedForced': 'forced',
  'write.conflict': 'conflict',
  'write.event': 'events',
  'write.eventAgain': 'events',
  'runtime.oom': 'oom',
  'write.nodeCondition': 'nodeLost',
}

/** The background to a step: of its milestone, or of what it is about. */
export function moreOf(step: Step, key: NarrationKey): NarrationKey | undefined {
  const topic = topics[key] ?? probeTopic(step, key)
  if (topic !== undefined) return `more.topic.${topic}`
  const [chart, node] = step.milestone?.split('/') ?? []
  if (chart === 'create' && node !== undefined && node in narration.more.create) {
    return `more.create.${node as keyof typeof narration.more.create}`
  }
  if (chart === 'terminate' && node !== undefined && node in narration.more.terminate) {
    return `more.terminate.${node as keyof typeof narration.more.terminate}`
  }
  return undefined
}

function probeTopic(step: Step, key: NarrationKey): 'readiness' | 'liveness' | undefined {
  if (key === 'status.unready') return 'readiness'
  if (key !== 'runtime.probeFailed') return undefined
  return step.detail?.['probe'] === 'readiness' ? 'readiness' : 'liveness'
}
