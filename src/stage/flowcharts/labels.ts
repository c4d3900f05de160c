import { useTranslation } from 'react-i18next'
import type { LifecycleHandler, Pod } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'
import type { Step } from '../../worker/protocol.ts'
import { formatShort } from '../shared/time.ts'
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
      return code === undefined ? plain : { key: 'refusedWith', values: { code } }
    case 'create/acknowledge':
      return code === undefined ? plain : { key: 'answeredWith', values: { code } }
    case 'create/ended':
      return isOver(pod) ? { key: 'endedAs', values: { phase: pod!.status.phase! } } : plain
    case 'create/post-start':
      return hookLabel(pod, 'postStart') ?? plain
    case 'terminate/pre-stop':
      return hookLabel(pod, 'preStop') ?? plain
    case 'terminate/delete':
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
export function noteOf({ node, state }: BoxView): string | undefined {
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
    const note = noteOf(box)
    const shown = box.state === 'passed' || box.state === 'current'
    return {
      label,
      below: note === undefined ? (shown ? time : undefined) : say(note),
      times: box.times > 1 ? say('times', { count: box.times }) : undefined,
      full: `${label}: ${say(`state.${box.state}`, { time })}`,
    }
  }
}
