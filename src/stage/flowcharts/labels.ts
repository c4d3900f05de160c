import { useTranslation } from 'react-i18next'
import type { LifecycleHandler, Pod } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'
import type { Step } from '../../worker/protocol.ts'
import { formatShort } from '../shared/film/time.ts'
import { toneOf } from '../shared/objects/tone.ts'
import type { BoxView } from './model.ts'

/** What stands in a box: its name, or with the facts of this pod 'Bind to node2', 'preStop: sleep 5'. */
export interface BoxFacts {
  film: Film
  /** The latest version of the pod that is known: at the cursor, else its last. */
  pod: Pod | undefined
}

type Label = { key: string; values?: Record<string, string | number> }

/** Pure: which message, with which facts. */
export function labelOf({ node, visit }: BoxView, { film, pod }: BoxFacts): Label {
  const [chart = '', name = ''] = node.id.split('/')
  const plain = { key: `${chart}.${name}` }
  const code = visit === undefined ? undefined : film.steps[visit.step]?.code
  switch (node.id) {
    case 'create/bind':
      return pod?.spec.nodeName ? { key: 'bindTo', values: { node: pod.spec.nodeName } } : plain
    case 'create/refused':
      return code === undefined ? plain : { key: 'refusedWith', values: { code, by: refuserOf(film, visit!.step) } }
    case 'create/acknowledge':
      return code === undefined ? plain : { key: 'answeredWith', values: { code } }
    case 'create/rejected':
      return pod?.status.reason === undefined ? plain : { key: 'rejectedAs', values: { reason: pod.status.reason } }
    case 'create/probe-failed':
    case 'create/evicted':
    case 'terminate/kubelet-ends': {
      const detail = visit === undefined ? undefined : film.steps[visit.step]?.detail
      const [probe, reason] = [detail?.['probe'], detail?.['reason']]
      if (typeof probe === 'string') return { key: 'probeFails', values: { probe } }
      return typeof reason === 'string' && reason !== '' ? { key: 'kubeletEnds', values: { reason } } : plain
    }
    case 'create/ended':
      return isOver(pod) ? { key: 'endedAs', values: { phase: pod!.status.phase! } } : plain
    case 'create/post-start':
      return hookLabel(pod, 'postStart') ?? plain
    case 'terminate/pre-stop':
      return hookLabel(pod, 'preStop') ?? plain
    case 'create/image-error':
    case 'create/config-error':
      return waitingLabel(film, visit?.step) ?? plain
    case 'terminate/delete':
      if (visit !== undefined && film.steps[visit.step]?.subresource === 'eviction') return { key: 'evict' }
      return visit === undefined || visit.from === 'kubectl'
        ? plain
        : { key: 'deletedBy', values: { who: visit.from.split('/').at(-1)! } }
    case 'terminate/mark': {
      const seconds = visit === undefined ? undefined : film.steps[visit.step]?.detail?.['gracePeriodSeconds']
      return typeof seconds === 'number' ? { key: 'markAfter', values: { seconds } } : plain
    }
    case 'terminate/term': {
      const signal = visit === undefined ? undefined : signalOf(film.steps[visit.step])
      return signal === undefined ? plain : { key: 'stopSignal', values: { signal } }
    }
    default:
      return plain
  }
}

/** The reason that a container has begun to wait for: 'InvalidImageName', 'CreateContainerConfigError'. */
function waitingLabel(film: Film, write: number | undefined): Label | undefined {
  const revision = write === undefined ? undefined : film.steps[write]?.revision
  const status = revision === undefined ? undefined : (film.etcd.written(revision)?.value as Pod | undefined)?.status
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
  const reason = all.map((s) => s.state?.waiting?.reason).find((r) => r !== undefined && toneOf(r) === 'failed')
  return reason === undefined ? undefined : { key: 'reason', values: { reason } }
}

/** Who inside the API server refused: an admission plug-in, or the stage. */
function refuserOf({ steps }: Film, answer: number): string {
  for (let step = steps[answer]; step !== undefined; step = step.cause === undefined ? undefined : steps[step.cause]) {
    const type = step.detail?.type
    const plugin = step.detail?.['plugin']
    if (typeof plugin === 'string') return plugin
    if (type !== undefined && stageOfRefusal[type] !== undefined) return stageOfRefusal[type]
    if (step.kind === 'request' && step.from !== 'kube-apiserver') break
  }
  return ''
}

const stageOfRefusal: Record<string, string> = {
  Unauthenticated: 'authentication',
  Forbidden: 'RBAC',
  Invalid: 'validation',
  NotUnderstood: 'validation',
}

/** 'TERM', 'QUIT': the signal that a step sent. */
export function signalOf(step: Step | undefined): string | undefined {
  const signal = step?.detail?.['signal']
  return typeof signal === 'string' ? signal.replace(/^SIG/, '') : undefined
}

function isOver(pod: Pod | undefined): boolean {
  return pod?.status.phase === 'Succeeded' || pod?.status.phase === 'Failed'
}

function hookLabel(pod: Pod | undefined, hook: 'postStart' | 'preStop'): Label | undefined {
  const handlers = (pod?.spec.containers ?? []).map((c) => c.lifecycle?.[hook]).filter((h) => h !== undefined)
  const [first] = handlers
  return first === undefined ? undefined : { key: hook, values: { handler: handlerName(first) } }
}

function handlerName(handler: LifecycleHandler & { sleep?: { seconds: number } }): string {
  if (handler.sleep !== undefined) return `sleep ${handler.sleep.seconds}`
  if (handler.exec !== undefined) return (handler.exec.command ?? ['exec']).join(' ')
  return handler.httpGet === undefined ? 'tcp' : `http ${handler.httpGet.path ?? '/'}`
}

const notes: Record<string, string> = {
  'create/init': 'none',
  'create/post-start': 'none',
  'create/volumes': 'none',
  'terminate/pre-stop': 'none',
  'create/pull': 'imageHere',
}

/** What stands below a box instead of a time. */
export function noteOf({ node, state }: BoxView, pod?: Pod): string | undefined {
  // Nothing was pulled because nothing may be, or could be.
  if (node.id === 'create/pull' && pod?.status.containerStatuses?.every((s) => s.imageID === '')) return undefined
  return state === 'untaken' && notes[node.id] !== undefined ? `note.${notes[node.id]}` : undefined
}

export interface BoxText {
  label: string
  /** Below the box: when it was passed, or why it was not. */
  below: string | undefined
  times: string | undefined
  /** For screen readers. */
  full: string
}

export function useBoxText(facts: BoxFacts, start: number | undefined): (box: BoxView) => BoxText {
  const { t } = useTranslation('flowcharts')
  // The key is put together from the box's id, which the compiler cannot follow; a test knows that each has its message.
  const say = t as unknown as (key: string, values?: Record<string, string | number>) => string
  return (box) => {
    const { key, values } = labelOf(box, facts)
    const label = say(key, values)
    const time = box.visit === undefined || start === undefined ? '' : formatShort(box.visit.at - start)
    const note = noteOf(box, facts.pod)
    const shown = box.state === 'passed' || box.state === 'current'
    return {
      label,
      below: note === undefined ? (shown ? time : undefined) : say(note),
      times: box.times > 1 ? say('times', { count: box.times }) : undefined,
      full: `${label}: ${say(`state.${box.state}`, { time })}`,
    }
  }
}
