import type { Pod } from '../../engine/api/types.ts'
import type { Change, CommandEnd, Input, Opening, Output, PerformedInput, Scenario, Step } from '../protocol.ts'

/**
 * A film made by hand, so that page and playback can be tried without the engine: a pod is applied, scheduled,
 * started, and 28 s later deleted. It follows the protocol, not Kubernetes in every detail.
 */
export const startMs = Date.UTC(2026, 0, 1)

type Facts = Partial<Step> & Pick<Step, 'kind' | 'from' | 'to'>

/** Writes a film down, step by step, as the worker would send it. */
export class FilmWriter {
  readonly steps: Step[] = []
  readonly changes: Change[] = []
  readonly inputs: PerformedInput[] = []
  readonly output: Output[] = []
  readonly ended: CommandEnd[] = []
  at = startMs
  revision: number

  constructor(revision: number) {
    this.revision = revision
  }

  wait(ms: number): this {
    this.at += ms
    return this
  }

  step(facts: Facts): this {
    const index = this.steps.length
    this.steps.push({
      index,
      at: this.at,
      verb: undefined,
      resource: undefined,
      subresource: undefined,
      namespace: undefined,
      name: undefined,
      code: undefined,
      revision: undefined,
      cause: index === 0 ? undefined : index - 1,
      milestone: undefined,
      uid: undefined,
      world: this.revision,
      background: false,
      detail: undefined,
      ...facts,
    })
    return this
  }

  put(store: string, key: string, value: unknown): this {
    this.changes.push({ revision: ++this.revision, store, key, value })
    return this
  }

  /** A write of an API object with its step. */
  write(from: string, verb: string, key: string, value: unknown, milestone?: string): this {
    const [resource, namespace, name] = key.split('/')
    this.put('etcd', key, value)
    return this.step({
      kind: 'write',
      from,
      to: 'etcd',
      verb,
      resource,
      namespace,
      name,
      code: 200,
      revision: this.revision,
      milestone,
    })
  }

  input(input: Input): this {
    this.inputs.push({ index: this.inputs.length, step: this.steps.length, input })
    return this.step({
      kind: 'input',
      from: 'user',
      to: 'kubectl',
      detail: { type: 'command', line: input.kubectl ?? '' },
    })
  }

  print(text: string): this {
    this.output.push({ command: this.inputs.length - 1, step: this.steps.length, at: this.at, to: 'stdout', text })
    return this
  }

  end(exitCode = 0): this {
    this.ended.push({ command: this.inputs.length - 1, step: this.steps.length, at: this.at, exitCode })
    return this
  }
}

export function pod(
  name: string,
  status: Partial<Pod['status']>,
  more: { node?: string; deleted?: boolean } = {},
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...(more.deleted ? { deletionTimestamp: '2026-01-01T00:01:00Z', deletionGracePeriodSeconds: 30 } : {}),
    },
    spec: {
      containers: [{ name: 'web', image: 'nginx' }],
      ...(more.node === undefined ? {} : { nodeName: more.node }),
    },
    status: { phase: 'Pending', qosClass: 'BestEffort', ...status },
  }
}

const node = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: {},
  status: {
    capacity: { cpu: '4', memory: '8Gi', pods: '110' },
    allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
    conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
  },
})

export const nodes = ['node1', 'node2', 'node3']

export function fixtureOpening(): Opening {
  const changes = nodes.map((name, i) => ({ revision: i + 1, store: 'etcd', key: `nodes/${name}`, value: node(name) }))
  return { startMs, revision: changes.length, nodes, changes }
}

const created = (reason: string): Partial<Pod['status']> => ({
  phase: 'Pending',
  containerStatuses: [
    { name: 'web', image: 'nginx', imageID: '', ready: false, restartCount: 0, state: { waiting: { reason } } },
  ],
})

const running: Partial<Pod['status']> = {
  phase: 'Running',
  podIP: '10.244.2.2',
  conditions: [
    { type: 'Ready', status: 'True' },
    { type: 'ContainersReady', status: 'True' },
  ],
  containerStatuses: [
    {
      name: 'web',
      image: 'nginx',
      imageID: 'sha256:1',
      ready: true,
      restartCount: 0,
      started: true,
      state: { running: { startedAt: '2026-01-01T00:00:04Z' } },
    },
  ],
}

const event = (reason: string) => ({
  apiVersion: 'v1',
  kind: 'Event',
  reason,
  message: reason,
  type: 'Normal',
  metadata: {
    name: `web.${reason}`,
    namespace: 'default',
    uid: reason,
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
  involvedObject: { kind: 'Pod', namespace: 'default', name: 'web', uid: 'uid-web' },
  source: { component: 'kubelet' },
})

const key = 'pods/default/web'
const about = { resource: 'pods', namespace: 'default', name: 'web', uid: 'uid-web' }

/** A message about the pod that stands for a box of a flowchart. */
function hop(
  w: FilmWriter,
  afterMs: number,
  kind: Step['kind'],
  path: string,
  milestone: string,
  facts: Partial<Step> = {},
): void {
  const [from = '', to = from] = path.split(' > ')
  w.wait(afterMs).step({ kind, from, to, ...about, milestone, ...facts })
}

/** The pod's life; the writer may go on from there. */
export function lifeOfAPod(): FilmWriter {
  const w = new FilmWriter(fixtureOpening().revision)
  writeCreation(w)
  writeStart(w)
  const lease = { resource: 'leases', name: 'node1', background: true }
  for (let i = 0; i < 3; i++) w.wait(9000).put('etcd', 'leases/kube-node-lease/node1', { renewals: i }).step({ kind: 'write', from: 'kubelet/node1', to: 'etcd', ...lease })
  writeTermination(w)
  return w
}

function writeCreation(w: FilmWriter): void {
  w.wait(50).input({ at: 0, kubectl: 'apply -f pod.yaml' })
  hop(w, 45, 'request', 'kubectl > kube-apiserver', 'create/submit', { verb: 'create' })
  for (const stage of ['authenticate', 'authorize', 'admit', 'validate']) {
    hop(w, 1, 'decision', 'kube-apiserver', `create/${stage}`, { verb: 'create' })
  }
  w.wait(3).write('kubectl', 'create', key, pod('web', {}), 'create/store')
  hop(w, 1, 'request', 'kube-apiserver > kubectl', 'create/acknowledge', { code: 201 })
  w.print('pod/web created\n').end()
  hop(w, 1, 'watch', 'kube-apiserver > kube-scheduler', 'create/scheduler-sees')
  for (const phase of ['filter', 'score']) hop(w, 1, 'decision', 'kube-scheduler', `create/${phase}`)
  hop(w, 2, 'request', 'kube-scheduler > kube-apiserver', 'create/bind', { verb: 'create', subresource: 'binding' })
  w.wait(3).write('kube-scheduler', 'create', key, pod('web', {}, { node: 'node2' }), 'create/bind-store')
  w.wait(1).write('kube-scheduler', 'create', 'events/default/web.Scheduled', event('Scheduled'))
}

function writeStart(w: FilmWriter): void {
  hop(w, 2, 'watch', 'kube-apiserver > kubelet/node2', 'create/kubelet-sees')
  w.wait(8).write('kubelet/node2', 'patch', key, pod('web', created('ContainerCreating'), { node: 'node2' }))
  w.put('node2', 'sandboxes/s1', { id: 's1', podUID: 'uid-web', podName: 'web', state: 'ready', ip: '10.244.2.2' })
  hop(w, 180, 'runtime', 'containerd/node2 > kubelet/node2', 'create/sandbox')
  w.wait(10).write('kubelet/node2', 'create', 'events/default/web.Pulling', event('Pulling'))
  w.put('node2', 'containers/c1', { id: 'c1', podUID: 'uid-web', name: 'web', state: 'running' })
  hop(w, 3500, 'runtime', 'containerd/node2 > kubelet/node2', 'create/pull')
  hop(w, 60, 'runtime', 'containerd/node2 > kubelet/node2', 'create/containers')
  w.wait(700).write('kubelet/node2', 'patch', key, pod('web', running, { node: 'node2' }), 'create/ready')
}

function writeTermination(w: FilmWriter): void {
  w.wait(1000).input({ at: 32_000, kubectl: 'delete pod web' })
  hop(w, 45, 'request', 'kubectl > kube-apiserver', 'terminate/delete', { verb: 'delete' })
  w.wait(5).write('kubectl', 'delete', key, pod('web', running, { node: 'node2', deleted: true }), 'terminate/store')
  hop(w, 2, 'watch', 'kube-apiserver > kubelet/node2', 'terminate/kubelet-sees')
  hop(w, 40, 'runtime', 'kubelet/node2 > containerd/node2', 'terminate/term')
  hop(w, 100, 'runtime', 'containerd/node2 > kubelet/node2', 'terminate/exited')
  w.wait(700).write('kubelet/node2', 'delete', key, undefined, 'terminate/removed')
  w.print('pod "web" deleted from default namespace\n').end()
}

export const fixtureScenario: Scenario = {
  apiVersion: 'podreel.dev/v1',
  kind: 'Scenario',
  metadata: { name: 'fixture' },
  spec: {
    title: { en: 'A pod made by hand', zh: '手工制作的 Pod' },
    summary: { en: 'Created, running, deleted.', zh: '创建、运行、删除。' },
    script: [
      { at: 0, kubectl: 'apply -f pod.yaml' },
      { at: 32_000, kubectl: 'delete pod web' },
    ],
    chapters: [
      { title: { en: 'Creation', zh: '创建' }, at: 0 },
      { title: { en: 'Ready', zh: '就绪' }, when: 'pod/web Ready' },
    ],
    end: 40_000,
  },
}
