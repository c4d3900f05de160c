import { expect, test } from 'vitest'
import { createCluster } from '../../index.ts'
import type { Pod, PodStatus } from '../../api/types.ts'
import type { PodRuntimeStatus } from '../kuberuntime/runtime-status.ts'
import { generatePodStatus, type GenerateFacts } from './generate.ts'

const facts = (terminal = false): GenerateFacts => ({
  terminal, nodeIP: '192.168.0.1', resizeConditions: [], actuated: undefined, startFailure: () => undefined, started: () => false, ready: () => false,
})
const sandbox = { id: 'now', attempt: 1, state: 'ready', ip: '10.0.0.1' }
const record = (name: string, state: string, sandboxID: string, exitCode?: number) => ({ id: name, name, state, sandboxID, startedAt: 1, attempt: 0, image: 'x', imageID: '', exitCode })
const runtime = (box: object, ...containers: object[]): PodRuntimeStatus => ({ sandboxes: [box], containers }) as unknown as PodRuntimeStatus
const pod = (spec: object, status: object = {}, metadata: object = {}): Pod =>
  ({ metadata: { name: 'p', ...metadata }, spec: { restartPolicy: 'Always', containers: [{ name: 'app' }], ...spec }, status }) as unknown as Pod

test.each<[string, Partial<PodStatus>, [string | undefined, string | undefined]]>([
  ['the same', { phase: 'Running', reason: 'Slow', message: 'takes its time' }, ['Slow', 'takes its time']],
  ['another', { phase: 'Pending', reason: 'Slow', message: 'takes its time' }, [undefined, undefined]],
])('reason and message stay while the phase is %s', (_, status, wanted) => {
  const { phase, reason, message } = generatePodStatus(pod({}, status), runtime(sandbox, record('app', 'running', 'now')), facts())
  expect([phase, reason, message]).toEqual(['Running', ...wanted])
})

const sidecar = { initContainers: [{ name: 'side', restartPolicy: 'Always' }] }
test.each([
  ['an earlier sandbox', runtime(sandbox, record('side', 'running', 'now'), record('app', 'exited', 'before', 1)), 'Pending'],
  ['this sandbox', runtime(sandbox, record('side', 'running', 'now'), record('app', 'running', 'now')), 'Running'],
])('while its sidecar starts, a pod whose container was made in %s is as it was', (_, found, phase) => {
  expect(generatePodStatus(pod(sidecar), found, facts()).phase).toBe(phase)
})

test('the phase of a static pod is that of its containers, whatever becomes of it', () => {
  const found = runtime(sandbox, record('app', 'exited', 'now', 0))
  const of = (annotations: object) => generatePodStatus(pod({}, {}, { annotations }), found, facts(true)).phase
  expect([of({}), of({ 'kubernetes.io/config.source': 'file' })]).toEqual(['Succeeded', 'Running'])
})

test('containers share what a pod may leave behind as its last words', () => {
  const cluster = createCluster({ nodes: 1 })
  const containers = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({ name, image: 'busybox:1.36', command: ['sh', '-c', 'head -c 5000 /dev/zero | tr "\\0" x > /dev/termination-log; exit 1'] }))
  cluster.request({ verb: 'create', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { restartPolicy: 'Never', containers } } })
  cluster.run({ for: '20s' })
  const lengths = (cluster.world().get('Pod', 'p') as Pod).status.containerStatuses!.map(({ state }) => state?.terminated?.message?.length)
  expect(lengths).toEqual([2048, 2048, 2048, 2048, 2048, 2048])
})
