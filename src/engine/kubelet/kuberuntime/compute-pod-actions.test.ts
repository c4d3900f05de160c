import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { ContainerRecord, SandboxRecord } from '../../api/machine.ts'
import type { Container, Pod } from '../../api/types.ts'
import { computePodActions, type ProbeResult } from './compute-pod-actions.ts'
import table from '../testdata/pod-actions.yaml?raw'

interface Case {
  case: string
  policy: string
  containers: string[]
  init?: string[]
  ephemeral?: string[]
  hostNetwork?: boolean
  sandboxes?: string[]
  runtime?: Record<string, string>
  probes?: Partial<Record<'liveness' | 'startup', Record<string, ProbeResult>>>
  then: { killPod?: boolean; createSandbox?: boolean; sandbox: string; startInit?: string[]; start?: string[]; startEphemeral?: string[]; kill?: string[] }
}

const image = 'image:1'

function container(text: string): Container {
  const [name = '', marks = ''] = text.split(' (')
  return {
    name,
    image,
    ...(marks.includes('sidecar') ? { restartPolicy: 'Always' } : {}),
    ...(marks.includes('startup') ? { startupProbe: {} } : {}),
    ...(marks.includes('liveness') ? { livenessProbe: {} } : {}),
  } as Container
}

function sandbox(text: string, hostNetwork: boolean): SandboxRecord {
  const [id = '', state = '', attempt = ''] = text.split(' ')
  return { id, state, attempt: Number(attempt.slice(1)), ip: text.includes('without address') ? '' : '10.0.0.1', hostNetwork } as SandboxRecord
}

function record([name, text]: [string, string]): ContainerRecord {
  const [state = '', exitCode] = text.split(', ')[0]!.split(' ')
  return { id: `id of ${name}`, name, state, exitCode: exitCode === undefined ? undefined : Number(exitCode), specHash: text.includes('changed') ? 'image:0' : image } as ContainerRecord
}

test.each((parse(table) as Case[]).map((c) => [c.case, c] as const))('%s', (_, c) => {
  const hostNetwork = c.hostNetwork === true
  const pod = {
    metadata: { uid: 'u', name: 'p' },
    spec: {
      restartPolicy: c.policy,
      hostNetwork,
      containers: c.containers.map(container),
      initContainers: c.init?.map(container),
      ephemeralContainers: c.ephemeral?.map(container),
    },
    status: {},
  } as unknown as Pod
  const result = (probe: 'liveness' | 'startup') => (id: string): ProbeResult | undefined => c.probes?.[probe]?.[id.slice('id of '.length)]
  const runtime = { sandboxes: (c.sandboxes ?? []).map((text) => sandbox(text, hostNetwork)), containers: Object.entries(c.runtime ?? {}).map(record) }
  const actions = computePodActions(pod, runtime, { liveness: result('liveness'), startup: result('startup') })
  expect({
    killPod: actions.killPod,
    createSandbox: actions.createSandbox,
    sandbox: `${actions.sandboxID || '-'} #${actions.attempt}`,
    startInit: [...actions.initContainersToStart].sort(),
    start: actions.containersToStart,
    startEphemeral: actions.ephemeralContainersToStart,
    kill: actions.containersToKill.map(({ message, reason }) => (reason === undefined ? message : `${message} [${reason}]`)),
  }).toEqual({ killPod: false, createSandbox: false, startInit: [], start: [], startEphemeral: [], kill: [], ...c.then })
})
