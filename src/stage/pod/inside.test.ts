import { expect, it } from 'vitest'
import type { ContainerRecord, FileRecord, ProcessRecord } from '../../engine/api/machine.ts'
import type { Pod } from '../../engine/api/types.ts'
import { containerViews, noRecords } from '../shared/objects/containers.ts'
import type { PodRecords } from '../shared/objects/containers.ts'
import { testPod } from '../testing/objects.ts'
import { asTree, insideOf } from './inside.ts'

const process = (pid: number, ppid: number, ...ports: number[]): ProcessRecord => ({
  pid,
  ppid,
  argv: [`p${pid}`],
  startedAt: 0,
  state: 'running',
  ports,
  memoryBytes: 0,
})

it.each([
  ['children stand below their parents', [[1, 0], [3, 2], [2, 1], [4, 1]], '1 .2 ..3 .4'],
  ['who has no parent here begins anew', [[7, 6], [8, 7]], '7 .8'],
  ['its own parent does not exist', [[1, 0], [2, 0]], '1 2'],
])('%s', (_name, pairs, text) => {
  const tree = asTree(pairs.map(([pid, ppid]) => process(pid!, ppid!)))
  expect(tree.map(({ depth, pid }) => '.'.repeat(depth) + pid).join(' ')).toBe(text)
})

const record = (name: string, state: ContainerRecord['state'], exitCode?: number): ContainerRecord =>
  ({ id: `${name}-1`, name, state, exitCode, type: name === 'setup' ? 'init' : 'container', createdAt: 0 }) as ContainerRecord

function shared(spec: Partial<Pod['spec']> = {}): Pod {
  const pod = testPod({ node: 'node1', phase: 'Running' })
  const data = { name: 'data', mountPath: '/data' }
  return {
    ...pod,
    spec: {
      ...pod.spec,
      initContainers: [{ name: 'setup', image: 'busybox', volumeMounts: [data] }],
      containers: [
        { name: 'app', image: 'nginx', volumeMounts: [{ ...data, mountPath: '/usr/share/nginx/html', readOnly: true }] },
        { name: 'log', image: 'busybox', volumeMounts: [data] },
      ],
      volumes: [{ name: 'data', emptyDir: {} }, { name: 'conf', configMap: { name: 'settings' } }],
      ...spec,
    },
  }
}

const records: PodRecords = {
  ...noRecords,
  containers: [record('setup', 'exited', 0), record('app', 'running'), record('log', 'running')],
}
const files: Record<string, FileRecord[]> = {
  'log-1': [{ path: '/data/index.html', sizeBytes: 5 }, { path: '/tmp/note', sizeBytes: 1 }],
}
const look = (pod: Pod) =>
  insideOf(
    pod,
    containerViews(pod, records),
    records,
    (id) => (id === 'app-1' ? [process(1, 0, 80), process(2, 1)] : []),
    (id) => files[id] ?? [],
  )

it('init containers that are done have left the sandbox; the others are in it', () => {
  const inside = look(shared())
  expect(inside.done.map((v) => v.name)).toEqual(['setup'])
  expect(inside.containers.map((c) => c.view.name)).toEqual(['app', 'log'])
})

it('a file in a volume belongs to the volume, whoever wrote it', () => {
  const { containers, volumes } = look(shared())
  expect(containers.map((c) => c.files.map((f) => f.path))).toEqual([[], ['/tmp/note']])
  expect(volumes).toEqual([
    {
      name: 'data',
      kind: 'emptyDir',
      source: undefined,
      mounts: [
        { container: 'setup', path: '/data', readOnly: false },
        { container: 'app', path: '/usr/share/nginx/html', readOnly: true },
        { container: 'log', path: '/data', readOnly: false },
      ],
      files: [{ path: '/index.html', sizeBytes: 5 }],
      mounted: [],
    },
    { name: 'conf', kind: 'configMap', source: 'settings', mounts: [], files: [], mounted: [] },
  ])
})

it('what the kubelet has written lies in its volume, which nobody else may write to', () => {
  const file = { path: 'colour', mode: 0o644, length: 4, text: 'blue', secret: false }
  const pod = shared({ containers: [{ name: 'app', image: 'nginx', volumeMounts: [{ name: 'conf', mountPath: '/etc/app' }] }] })
  const { volumes } = insideOf(pod, containerViews(pod, records), records, () => [], () => [], [{ podUID: 'u', volume: 'conf', files: [file] }])
  expect(volumes[1]).toMatchObject({ name: 'conf', mounted: [file], mounts: [{ container: 'app', readOnly: true }] })
})

it('what listens is heard by all containers of the pod', () => {
  expect(look(shared()).listening).toEqual([{ port: 80, container: 'app' }])
})

it.each([
  [{}, 'pod pod container'],
  [{ shareProcessNamespace: true }, 'pod pod pod'],
  [{ hostNetwork: true, hostPID: true, hostIPC: true }, 'node node node'],
])('%j: network, IPC and PID belong to %s', (spec, whose) => {
  const { network, ipc, pid } = look(shared(spec))
  expect(`${network} ${ipc} ${pid}`).toBe(whose)
})
