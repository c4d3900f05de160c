import i18next from 'i18next'
import { beforeAll, describe, expect, test } from 'vitest'
import type { KubeObject, Pod } from '../../engine/api/types.ts'
import { narration as english } from '../../i18n/en/narration.ts'
import { narration as chinese } from '../../i18n/zh/narration.ts'
import type { Input, Step } from '../../worker/protocol.ts'
import { changedFields } from './changedFields.ts'
import type { NarrationContext } from './context.ts'
import { narrate } from './narrate.ts'
import { duration, say, type Translate } from './phrase.ts'

const languages = i18next.createInstance()
beforeAll(async () => {
  await languages.init({
    lng: 'en',
    resources: { en: { narration: english }, zh: { narration: chinese } },
    interpolation: { escapeValue: false },
  })
})
const inLanguage = (language: 'en' | 'zh'): Translate => languages.getFixedT(language) as unknown as Translate

const base: Step = {
  index: 5,
  at: 0,
  kind: 'write',
  from: 'kubectl',
  to: 'etcd',
  verb: 'create',
  resource: 'pods',
  subresource: undefined,
  namespace: 'default',
  name: 'web',
  code: 201,
  revision: 42,
  cause: undefined,
  milestone: undefined,
  uid: 'u',
  world: 42,
  background: false,
  detail: { type: 'Committed' },
}
const server = 'kube-apiserver'
const kubelet = {
  from: 'kubelet/node1',
  to: 'containerd/node1',
  kind: 'runtime',
  revision: undefined,
  verb: undefined,
  code: undefined,
} as const

function pod(
  change: { phase?: string; node?: string; status?: Partial<Pod['status']>; metadata?: Partial<Pod['metadata']> } = {},
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...change.metadata,
    },
    spec: { containers: [{ name: 'app' }], ...(change.node === undefined ? {} : { nodeName: change.node }) },
    status: { phase: (change.phase ?? 'Pending') as 'Pending', ...change.status },
  }
}

const container = (state: object, more: object = {}) =>
  [{ name: 'app', image: '', imageID: '', ready: false, restartCount: 0, state, ...more }] as never

function withSidecar(phase: string): Pod {
  const running = container({ running: {} }, { ready: true, started: true }) as never[]
  const initContainerStatuses = running.map((status: object) => ({ ...status, name: 'proxy' })) as never
  const { spec, ...rest } = pod({
    phase,
    node: 'node1',
    status: {
      podIP: '10.244.1.2',
      startTime: '2026-01-01T00:00:00Z',
      containerStatuses: running,
      initContainerStatuses,
      conditions: [{ type: 'Initialized', status: 'True' }] as never,
    },
  })
  return { ...rest, spec: { ...spec, initContainers: [{ name: 'proxy', restartPolicy: 'Always' }] as never } }
}

interface World {
  before?: KubeObject
  after?: KubeObject
  steps?: Step[]
  inputs?: Input[]
}

function sentence(change: Partial<Step>, world: World = {}, language: 'en' | 'zh' = 'en'): string {
  const context: NarrationContext = {
    step: (index) => world.steps?.[index],
    written: () => ({ before: world.before, after: world.after }),
    read: () => world.after ?? world.before,
    lives: () => world.after !== undefined,
    input: (index) => world.inputs?.[index],
  }
  return say(inLanguage(language), narrate({ ...base, ...change }, context))
}

describe('a sentence about', () => {
  const leaving = pod({
    phase: 'Running',
    node: 'node1',
    metadata: { deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 30 },
  })
  const cases: [string, Partial<Step>, World, string, string][] = [
    [
      'a new pod',
      {},
      { after: pod() },
      'etcd stores pod/web as revision 42: phase Pending, and no node yet.',
      'etcd 把 pod/web 存为 revision 42：phase 为 Pending，还没有节点。',
    ],
    [
      'an object that has no name yet (generateName)',
      {
        kind: 'request',
        from: 'kube-controller-manager/replicaset-controller',
        to: server,
        name: undefined,
        code: undefined,
        revision: undefined,
        detail: undefined,
      },
      {},
      'The replicaset controller sends a new pod in default to the API server: what we want, as JSON, not how to do it.',
      'replicaset 控制器把 default 中新的 pod 发给 API server：内容是“想要什么”，以 JSON 表达，而不是“怎么做”。',
    ],
    [
      'a pod that runs beside a sidecar: both count',
      { from: 'kubelet/node1', verb: 'patch', subresource: 'status' },
      { before: withSidecar('Pending'), after: withSidecar('Running') },
      'pod/web is Running: READY 2/2, address 10.244.1.2.',
      'pod/web 进入 Running：READY 2/2，IP 为 10.244.1.2。',
    ],
    [
      'a binding',
      { from: 'kube-scheduler', subresource: 'binding' },
      { before: pod(), after: pod({ node: 'node2' }) },
      'etcd stores the binding: pod/web belongs to node2 from now on.',
      'etcd 写入绑定：从此 pod/web 属于 node2。',
    ],
    [
      'a refusal',
      {
        code: 422,
        revision: undefined,
        detail: { type: 'Refused', reason: 'Invalid', message: 'Pod "web" is invalid' },
      },
      {},
      'Refused with 422 Invalid: Pod "web" is invalid',
      '被拒绝，422 Invalid：Pod "web" is invalid',
    ],
    [
      'a conflict',
      {
        from: 'kubelet/node1',
        code: 409,
        revision: undefined,
        detail: { type: 'Refused', reason: 'Conflict', message: 'x' },
      },
      {},
      'Refused with 409 Conflict: pod/web has changed since the kubelet on node1 read it. Nothing is lost, it will read again and retry.',
      '被拒绝，409 Conflict：node1 上的 kubelet 读取之后 pod/web 又变了。没有损失，它会重新读取再试。',
    ],
    [
      'a compaction',
      {
        from: 'kube-apiserver',
        verb: 'compact',
        resource: undefined,
        namespace: undefined,
        name: undefined,
        revision: undefined,
        detail: { type: 'Compacted', revision: 40 },
      },
      {},
      'The API server has etcd compacted, as every five minutes: what is older than revision 40 can no longer be asked for. The film keeps it.',
      'API server 每五分钟压缩一次 etcd：早于 revision 40 的历史不能再查询。影片里仍然保留。',
    ],
    [
      'the mark of a deletion',
      { verb: 'delete' },
      { before: pod({ node: 'node1' }), after: leaving },
      'etcd stores the mark: pod/web is Terminating and has 30 s to end. Nothing has been stopped yet.',
      'etcd 写入标记：pod/web 进入 Terminating，有 30 秒时间结束。此刻还没有停掉任何东西。',
    ],
    [
      'a removal by the kubelet',
      { from: 'kubelet/node1', verb: 'delete' },
      { before: leaving },
      'etcd removes pod/web: its containers have ended and the node is tidy. The name is free again.',
      'etcd 移除 pod/web：容器都已结束，节点也清理干净了，这个名字又可以用了。',
    ],
    [
      'a removal without a node',
      { verb: 'delete' },
      { before: pod() },
      'etcd removes pod/web at once: it never had a node, so there is nothing to stop.',
      'etcd 当场移除 pod/web：它从未有过节点，没有东西需要停。',
    ],
    [
      'a removal after the end',
      { verb: 'delete' },
      { before: pod({ phase: 'Failed', node: 'node1' }) },
      'etcd removes pod/web at once: it had ended already (Failed), so there is nothing to stop.',
      'etcd 当场移除 pod/web：它早已结束（Failed），没有东西需要停。',
    ],
    [
      'a removal by force',
      { verb: 'delete' },
      { before: pod({ phase: 'Running', node: 'node1' }) },
      'etcd removes pod/web at once, by force: its containers on node1 do not know it yet.',
      'etcd 被强制当场移除 pod/web：node1 上的容器还不知道这件事。',
    ],
    [
      'back-off',
      { from: 'kubelet/node1', subresource: 'status' },
      {
        before: pod({ status: { containerStatuses: container({ terminated: { exitCode: 1 } }) } }),
        after: pod({
          status: {
            containerStatuses: container({
              waiting: {
                reason: 'CrashLoopBackOff',
                message: 'back-off 1m20s restarting failed container=app pod=web_default(u)',
              },
            }),
          },
        }),
      },
      'CrashLoopBackOff: container app of pod/web keeps ending, so the kubelet waits 80 s before it starts it again.',
      'CrashLoopBackOff：pod/web 的容器 app 反复结束，kubelet 要等 80 秒再启动它。',
    ],
    [
      'the end of a container',
      { from: 'kubelet/node1', subresource: 'status' },
      {
        before: pod({ status: { containerStatuses: container({ running: {} }) } }),
        after: pod({
          status: { containerStatuses: container({ terminated: { exitCode: 3, reason: 'Error', containerID: 'c1' } }) },
        }),
      },
      'Container app of pod/web has ended with exit code 3: Error.',
      'pod/web 的容器 app 已结束，退出码 3：Error。',
    ],
    [
      'readiness lost',
      { from: 'kubelet/node1', subresource: 'status' },
      {
        before: pod({ status: { conditions: [{ type: 'Ready', status: 'True' }] } }),
        after: pod({ status: { conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }] } }),
      },
      'pod/web is not Ready any more (ContainersNotReady): it gets no new traffic.',
      'pod/web 不再就绪（ContainersNotReady）：不会再收到新流量。',
    ],
    [
      'an event',
      { from: 'kube-scheduler', resource: 'events', name: 'web.1' },
      {
        after: {
          ...pod(),
          kind: 'Event',
          involvedObject: { kind: 'Pod', name: 'web' },
          reason: 'Scheduled',
          message: 'Successfully assigned default/web to node1',
        },
      },
      'The scheduler notes for pod/web: Scheduled. Successfully assigned default/web to node1',
      '调度器为 pod/web 记下：Scheduled。Successfully assigned default/web to node1',
    ],
    [
      'Filter',
      {
        kind: 'decision',
        from: 'kube-scheduler',
        to: 'kube-scheduler',
        revision: undefined,
        detail: {
          type: 'Filter',
          total: 3,
          feasible: 2,
          nodes: [
            { node: 'node3', plugin: 'NodeResourcesFit', reasons: ['Insufficient cpu'] },
            { node: 'node1' },
            { node: 'node2' },
          ],
          counts: { 'Insufficient cpu': 1 },
        },
      },
      {},
      'Filter: 2 of 3 nodes could take pod/web. Ruled out: node3 (Insufficient cpu).',
      'Filter（过滤）：3 个节点中有 2 个能容纳 pod/web。被排除：node3（Insufficient cpu）。',
    ],
    [
      'Score',
      {
        kind: 'decision',
        from: 'kube-scheduler',
        to: 'kube-scheduler',
        revision: undefined,
        detail: {
          type: 'Score',
          winner: 'node2',
          nodes: [
            { node: 'node2', total: 390 },
            { node: 'node1', total: 380 },
          ],
        },
      },
      {},
      'Score: node2 wins pod/web with 390 points; next comes node1 with 380.',
      'Score（打分）：node2 以 390 分赢得 pod/web；其次是 node1，380 分。',
    ],
    [
      'the stop signal',
      {
        ...kubelet,
        from: 'containerd/node1',
        milestone: 'terminate/term',
        detail: { type: 'Signal', signal: 'QUIT', container: 'app' },
      },
      {},
      'containerd on node1 sends QUIT to process 1 of container app: please end.',
      'node1 上的 containerd 向容器 app 的 1 号进程发送 QUIT：请结束。',
    ],
    [
      'an exit in time',
      { ...kubelet, milestone: 'terminate/exited', detail: { type: 'Exited', container: 'app', exitCode: 0 } },
      {},
      'Container app of pod/web has ended in time, with exit code 0.',
      'pod/web 的容器 app 按时结束，退出码 0。',
    ],
    [
      'a fault',
      {
        kind: 'input',
        from: 'user',
        to: 'cluster',
        revision: undefined,
        detail: { type: 'Fault', fault: { type: 'kubelet-stop', node: 'node2', restore: true } },
      },
      {},
      'From outside: the kubelet on node2 runs again.',
      '外部动作：node2 上的 kubelet 恢复运行。',
    ],
    [
      'anything unknown',
      { kind: 'runtime', from: 'kubelet/node1', to: 'kubelet/node1', detail: { type: 'NoSuchThing' } },
      {},
      'The kubelet on node1 works on pod/web.',
      'node1 上的 kubelet 正在处理 pod/web。',
    ],
  ]

  test.each(cases)('%s', (_, step, world, en, zh) => {
    expect(sentence(step, world, 'en')).toBe(en)
    expect(sentence(step, world, 'zh')).toBe(zh)
  })
})

test.each<[input: Input, en: string, zh: string]>([
  [{ typed: { into: 0, text: 'ls /etc\n' } }, 'Somebody types into ssh node2: ls /etc', '有人在 ssh node2 里输入：ls /etc'],
  [{ typed: { into: 0, text: '\n' } }, 'Somebody types into ssh node2: Enter', '有人在 ssh node2 里输入：Enter'],
  [{ typed: { into: 0, text: '\u0004' } }, 'Somebody types into ssh node2: Ctrl+D', '有人在 ssh node2 里输入：Ctrl+D'],
  [{ interrupt: 0 }, 'ssh node2 is ended with Ctrl+C.', '有人用 Ctrl+C 结束了 ssh node2。'],
  [{ say: { en: 'Look.', zh: '看。' } }, 'The narrator has the floor.', '旁白。'],
])('%j is told by what it goes to', (input, en, zh) => {
  const step: Partial<Step> = { kind: 'input', from: 'user', to: 'kubectl', detail: { type: 'Said', input: 1 } }
  const world = { inputs: [{ shell: 'ssh node2' }, input] }
  expect(sentence(step, world)).toBe(en)
  expect(sentence(step, world, 'zh')).toBe(zh)
})

test('the background follows the milestone, or the matter', () => {
  const context: NarrationContext = {
    step: () => undefined,
    written: () => ({ before: undefined, after: undefined }),
    read: () => undefined,
    lives: () => false,
    input: () => undefined,
  }
  expect(
    narrate(
      {
        ...base,
        kind: 'decision',
        from: server,
        to: server,
        milestone: 'create/admit',
        detail: { type: 'Mutated', changed: true },
      },
      context,
    ).more,
  ).toBe('more.create.admit')
  expect(
    narrate(
      {
        ...base,
        ...kubelet,
        milestone: 'terminate/kill',
        detail: { type: 'Signal', signal: 'KILL', container: 'app' },
      },
      context,
    ).more,
  ).toBe('more.terminate.kill')
  expect(narrate({ ...base, code: 409, detail: { type: 'Refused', reason: 'Conflict' } }, context).more).toBe(
    'more.topic.conflict',
  )
  expect(
    narrate({ ...base, kind: 'watch', from: server, to: 'kubectl', milestone: undefined }, context).more,
  ).toBeUndefined()
})

test.each([
  [350, '350 ms', '350 毫秒'],
  [10_000, '10 s', '10 秒'],
  [2_500, '2.5 s', '2.5 秒'],
  [300_000, '5 min', '5 分钟'],
  [200_000, '3 min 20 s', '3 分 20 秒'],
])('%i ms is "%s"', (ms, en, zh) => {
  expect(say(inLanguage('en'), duration(ms))).toBe(en)
  expect(say(inLanguage('zh'), duration(ms))).toBe(zh)
})

test('changed fields are named by their paths, a few of them', () => {
  const before = pod({ node: 'node1' })
  const after: KubeObject = {
    ...before,
    metadata: { ...before.metadata, resourceVersion: '2', labels: { app: 'web' } },
    spec: { ...before.spec, containers: [{ name: 'app', image: 'nginx' }] },
  }
  expect(changedFields(before, after)).toEqual(['metadata.labels', 'spec.containers[0].image'])
})
