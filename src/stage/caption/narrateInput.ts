import type { Input, Step } from '../../worker/protocol.ts'
import type { LoadStart } from '../../engine/api/load.ts'
import { inputName, isSaved } from '../shared/film/typed.ts'
import type { NarrationContext } from './context.ts'
import { fact, phrase, type Phrase } from './phrase.ts'

/** What comes from outside. */
export function narrateInput(step: Step, context: NarrationContext): Phrase {
  const { detail } = step
  switch (detail?.type) {
    case 'Command':
      return phrase('input.command', { line: fact(step, 'line') })
    case 'Shell':
      return phrase('input.shell', { line: fact(step, 'line') })
    case 'Fault':
      return narrateFault(detail['fault'])
    case 'Request':
      return phrase('input.request')
    case 'Load':
      return narrateLoad(detail['load'])
    case 'Said':
      return narrateSaid(context.input(detail['input'] as number), context)
    default:
      return phrase('input.other')
  }
}

/** Somebody says something, or a key goes into a command that runs. */
function narrateSaid(input: Input | undefined, context: NarrationContext): Phrase {
  const about = input?.interrupt ?? input?.typed?.into
  const into = about === undefined ? undefined : context.input(about)
  if (into === undefined) return phrase('input.said')
  const command = inputName(into)
  if (input?.typed === undefined) return phrase('input.interrupt', { command })
  const { text } = input.typed
  if (isSaved(text)) return phrase('input.edited', { command })
  return phrase('input.typed', { command, text: text === '\u0004' ? 'Ctrl+D' : text.trim() || 'Enter' })
}

const faults = [
  'kubelet-stop',
  'node-stop',
  'node-shutdown',
  'node-partition',
  'node-pressure',
  'runtime-stop',
  'network-stop',
  'registry-down',
  'registry-slow',
  'apiserver-stop',
  'etcd-stop',
  'scheduler-stop',
  'controller-stop',
  'component-freeze',
  'component-slow',
  'watch-lag',
  'packet-loss',
  'kill-process',
  'probe-corrupt',
  'static-pod',
] as const

function narrateFault(value: unknown): Phrase {
  const facts = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const type = faults.find((f) => f === facts['type'])
  if (type === undefined) return phrase('input.other')
  const text = (name: string) => (typeof facts[name] === 'string' ? facts[name] : '')
  const what = phrase(`${facts['restore'] === true ? 'restored' : 'fault'}.${type}`, {
    node: facts['node'] === undefined && type === 'packet-loss' ? phrase('word.allNodes') : text('node'),
    component: text('component'),
    factor: String(facts['factor'] ?? ''),
    percent: String(facts['percent'] ?? ''),
    signal: text('signal'),
    file: text('file'),
    container: text('container'),
    pod: `pod/${text('pod')}`,
  })
  return phrase('input.fault', { fault: what })
}

function narrateLoad(value: unknown): Phrase {
  const facts = value as Partial<LoadStart>
  const { url = '', perSecond = 0, from } = facts
  if (facts.perSecond === undefined) return phrase('input.loadEnds', { name: facts.name ?? '' })
  return from === undefined ? phrase('input.load', { url, perSecond }) : phrase('input.loadFrom', { url, perSecond, pod: `pod/${from}` })
}
