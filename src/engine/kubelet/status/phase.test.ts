import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { ContainerState, ContainerStatus, Pod } from '../../api/types.ts'
import { kubeletConditions } from './conditions.ts'
import { phaseOf } from './phase.ts'
import table from '../testdata/phases.yaml?raw'

interface Case {
  case: string
  policy: string
  containers: Record<string, string | null>
  init?: Record<string, string | null>
  gates?: Record<string, string | null>
  over?: boolean
  startedBefore?: boolean
  sandbox: string
  then: { phase: string } & Record<string, string>
}

function state(text: string): ContainerState {
  if (text === 'running') return { running: {} }
  if (text.startsWith('exit')) return { terminated: { exitCode: Number(text.slice(5)) } }
  if (text.startsWith('waiting')) return { waiting: { reason: text.slice(8, -1) } }
  return {}
}

function statuses(list: Record<string, string | null>): ContainerStatus[] {
  return Object.entries(list).flatMap(([name, text]) => {
    if (text === null) return []
    const [now = '', ...marks] = text.split(', ')
    const before = marks.find((mark) => mark.startsWith('before: '))?.slice('before: '.length)
    return [{
      name: name.split(' ')[0]!,
      state: state(now),
      lastState: before === undefined ? {} : state(before),
      ready: marks.includes('ready'),
      started: marks.includes('started'),
      restartCount: 0,
      image: '',
      imageID: '',
    }]
  })
}

function podOf(c: Case): Pod {
  const named = (list: Record<string, string | null>) =>
    Object.keys(list).map((text) => ({ name: text.split(' ')[0]!, ...(text.includes('sidecar') ? { restartPolicy: 'Always' } : {}) }))
  const gates = Object.entries(c.gates ?? {})
  return {
    metadata: { name: 'p' },
    spec: {
      restartPolicy: c.policy,
      containers: named(c.containers),
      initContainers: c.init === undefined ? undefined : named(c.init),
      readinessGates: gates.map(([conditionType]) => ({ conditionType })),
    },
    status: { conditions: gates.flatMap(([type, status]) => (status === null ? [] : [{ type, status }])) },
  } as unknown as Pod
}

test.each((parse(table) as Case[]).map((c) => [c.case, c] as const))('%s', (_, c) => {
  const pod = podOf(c)
  const all = [...statuses(c.init ?? {}), ...statuses(c.containers)]
  const terminal = c.over === true
  const phase = phaseOf(pod, all, { terminal, anyRegularContainerStarted: c.startedBefore === true })
  const conditions = kubeletConditions(pod, all, phase, c.sandbox === 'ready')
  const said = Object.fromEntries(conditions.map(({ type, status, reason, message }) =>
    [type, `${status}${reason === undefined ? '' : ` ${reason}`}${message === undefined ? '' : `: ${message}`}`]))
  expect({ phase, ...said }).toEqual(c.then)
})
