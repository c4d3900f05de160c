import type { Step } from '../../worker/protocol.ts'
import { fact, phrase, type Phrase } from './phrase.ts'

/** What comes from outside. */
export function narrateInput(step: Step): Phrase {
  const { detail } = step
  switch (detail?.type) {
    case 'Command':
      return phrase('input.command', { line: fact(step, 'line') })
    case 'Fault':
      return narrateFault(detail['fault'])
    case 'Request':
      return phrase('input.request')
    case 'Said':
      return phrase('input.said')
    default:
      return phrase('input.other')
  }
}

const faults = [
  'kubelet-stop',
  'node-stop',
  'node-partition',
  'node-pressure',
  'runtime-stop',
  'registry-down',
  'registry-slow',
  'apiserver-stop',
  'etcd-stop',
  'scheduler-stop',
  'controller-stop',
  'kill-process',
  'probe-corrupt',
] as const

function narrateFault(value: unknown): Phrase {
  const facts = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const type = faults.find((f) => f === facts['type'])
  if (type === undefined) return phrase('input.other')
  const text = (name: string) => (typeof facts[name] === 'string' ? facts[name] : '')
  const what = phrase(`${facts['restore'] === true ? 'restored' : 'fault'}.${type}`, {
    node: text('node'),
    signal: text('signal'),
    container: text('container'),
    pod: `pod/${text('pod')}`,
  })
  return phrase('input.fault', { fault: what })
}
