import type { narration } from '../../i18n/en/narration.ts'
import type { Step } from '../../worker/protocol.ts'
import type { NarrationKey, Phrase } from './phrase.ts'

type Topic = keyof typeof narration.more.topic

/** Sentences that have a background of their own, whatever their milestone. */
const topics: Partial<Record<NarrationKey, Topic>> = {
  'status.crashLoop': 'crashLoop',
  'status.pullError': 'imagePull',
  'status.pullBackOff': 'imagePull',
  'schedule.unschedulable': 'unschedulable',
  'schedule.filterNone': 'unschedulable',
  'schedule.requeued': 'unschedulable',
  'schedule.requeuedLater': 'unschedulable',
  'runtime.pullFailed': 'imagePull',
  'write.podRemovedForced': 'forced',
  'write.podRemovedUnscheduled': 'atOnce',
  'write.podRemovedEnded': 'atOnce',
  'write.podCreatedOn': 'nodeName',
  'status.ended': 'restart',
  'status.restarted': 'restart',
  'runtime.restarted': 'restart',
  'runtime.probeOk': 'probes',
  'write.conflict': 'conflict',
  'runtime.oom': 'oom',
  'runtime.podEnds': 'evicted',
  'write.nodeCondition': 'nodeLost',
}

/** Milestones that have a background. Named here and not read from the texts, which come in the reader's language only. */
const create: Record<keyof typeof narration.more.create, true> = {
  submit: true,
  authenticate: true,
  authorize: true,
  admit: true,
  validate: true,
  store: true,
  acknowledge: true,
  'scheduler-sees': true,
  filter: true,
  score: true,
  bind: true,
  'bind-store': true,
  'kubelet-sees': true,
  sandbox: true,
  volumes: true,
  pull: true,
  init: true,
  containers: true,
  'post-start': true,
  status: true,
  running: true,
  ready: true,
  endpoints: true,
}

const terminate: Record<keyof typeof narration.more.terminate, true> = {
  delete: true,
  mark: true,
  store: true,
  told: true,
  'kubelet-sees': true,
  'pre-stop': true,
  term: true,
  wait: true,
  exited: true,
  kill: true,
  'clean-up': true,
  'grace-zero': true,
  removed: true,
  endpoints: true,
}

/** Events whose matter says more than that they are events. */
const eventTopics: Readonly<Record<string, Topic>> = {
  FailedScheduling: 'unschedulable',
  TaintManagerEviction: 'taints',
  Unhealthy: 'probes',
}

/** The background to a step: of its milestone, or of what its sentence is about. */
export function moreOf(step: Step, { key, params }: Phrase): NarrationKey | undefined {
  if (key === 'watch.told') return 'more.terminate.told'
  const topic = topics[key] ?? eventTopic(key, String(params?.['reason'])) ?? probeTopic(step, key)
  if (topic !== undefined) return `more.topic.${topic}`
  const [chart, node] = step.milestone?.split('/') ?? []
  if (chart === 'create' && node !== undefined && node in create) {
    return `more.create.${node as keyof typeof narration.more.create}`
  }
  if (chart === 'terminate' && node !== undefined && node in terminate) {
    return `more.terminate.${node as keyof typeof narration.more.terminate}`
  }
  return undefined
}

function eventTopic(key: NarrationKey, reason: string): Topic | undefined {
  return key === 'write.event' || key === 'write.eventAgain' ? (eventTopics[reason] ?? 'events') : undefined
}

function probeTopic(step: Step, key: NarrationKey): 'readiness' | 'liveness' | undefined {
  if (key === 'status.unready') return 'readiness'
  if (key !== 'runtime.probeFailed') return undefined
  return step.detail?.['probe'] === 'readiness' ? 'readiness' : 'liveness'
}
