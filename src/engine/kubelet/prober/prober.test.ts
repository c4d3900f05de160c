import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { formatTime } from '../../api/time.ts'
import type { Container, ContainerStatus, Pod, PodStatus } from '../../api/types.ts'
import table from '../testdata/probes.yaml?raw'
import { Workbench } from '../testing/workbench.ts'
import { Prober } from './prober.ts'

interface Spec {
  delay?: number
  period?: number
  success?: number
  failure?: number
  /** From which second on a probe passes or fails. */
  answers: Record<string, 'pass' | 'fail'>
}

interface Case {
  case: string
  seconds: number
  firstTick?: number
  startedAt?: number
  deleted?: number
  startup?: Spec
  readiness?: Spec
  liveness?: Spec
  then: Record<string, string>
  asked?: Record<string, number[]>
}

type Type = 'startup' | 'readiness' | 'liveness'

function probe(type: Type, spec: Spec | undefined) {
  if (spec === undefined) return {}
  const { delay = 0, period = 10, success = 1, failure = 3 } = spec
  const numbers = { initialDelaySeconds: delay, periodSeconds: period, successThreshold: success, failureThreshold: failure }
  return { [`${type}Probe`]: { exec: { command: [type] }, ...numbers } }
}

const id = 'c1'

/** A pod of one container that runs from second 0 on; its status is looked at as a sync of the pod would. */
class Stage {
  readonly asked: Record<string, number[]> = {}
  killedBy: Type | undefined
  private readonly c: Case
  private readonly bench: Workbench
  private readonly prober: Prober
  private pod: Pod
  private readonly status: ContainerStatus

  constructor(c: Case) {
    this.c = c
    this.bench = new Workbench({ runtime: { podIP: () => '10.0.0.1', exec: this.exec } })
    const container = { name: 'app', ...probe('startup', c.startup), ...probe('readiness', c.readiness), ...probe('liveness', c.liveness) }
    this.pod = { metadata: { name: 'shop', namespace: 'default', uid: 'u1' }, spec: { containers: [container], restartPolicy: 'Always' } } as unknown as Pod
    this.prober = new Prober(this.bench.context, {
      status: () => ({ phase: 'Running', containerStatuses: [this.status] }) as PodStatus,
      setContainerProbe: (_pod, _id, field, value) => void (this.status[field] = value),
    })
    this.prober.podChanged = () => void this.bench.later(0, () => this.sync())
    const started = c.startup === undefined
    this.status = { name: 'app', containerID: `containerd://${id}`, started, ready: started && c.readiness === undefined, state: { running: { startedAt: formatTime((c.startedAt ?? 0) * 1000) } } } as unknown as ContainerStatus
    this.bench.later((c.firstTick ?? 0) * 1000, () => {
      this.prober.addPod(this.pod)
      this.sync()
    })
    if (c.deleted !== undefined) this.bench.later(c.deleted * 1000, () => this.delete())
  }

  /** Second -> what is seen at its end, where that differs from the second before. */
  run(): Record<string, string> {
    const seen: Record<string, string> = {}
    let last = ''
    for (let second = 0; second <= this.c.seconds && this.killedBy === undefined; second++) {
      this.bench.until(second * 1000 + 999)
      const { started, ready } = this.status
      const now = this.killedBy !== undefined ? `${this.killedBy} kills` : started !== true ? 'running' : ready ? 'ready' : 'started'
      if (now !== last) seen[second] = last = now
    }
    return seen
  }

  private readonly exec = (_id: string, [type = '']: string[], _options: object, done: (result: object) => void): void => {
    const second = this.bench.kernel.now / 1000
    if (type !== 'readiness') (this.asked[type] ??= []).push(second)
    const [, answer] = Object.entries(this.c[type as Type]!.answers).findLast(([from]) => Number(from) <= second)!
    this.bench.later(0, () => done({ exitCode: answer === 'pass' ? 0 : 1, stdout: '', stderr: '' }))
  }

  private sync(): void {
    const [container] = this.pod.spec.containers as [Container]
    const { prober, status } = this
    if (prober.liveness(id) === 'failure') this.kill('liveness')
    if (prober.startup(id) === 'failure') this.kill('startup')
    status.started = prober.isStarted(this.pod, container, status)
    status.ready = status.started && prober.isReady(this.pod, container, status)
  }

  private kill(type: Type): void {
    this.killedBy = type
    this.prober.removePod(this.pod)
  }

  private delete(): void {
    this.pod = { ...this.pod, metadata: { ...this.pod.metadata, deletionTimestamp: '1970-01-01T00:00:42Z' } }
    this.prober.updatePod(this.pod)
    this.prober.stopLivenessAndStartup(this.pod)
  }
}

test.each((parse(table) as Case[]).map((c) => [c.case, c] as const))('%s', (_, c) => {
  const stage = new Stage(c)
  expect(stage.run()).toEqual(c.then)
  if (c.asked !== undefined) expect(stage.asked).toEqual(c.asked)
})
