import type { ProbeRecord } from '../../api/machine.ts'
import { parseTime } from '../../api/time.ts'
import type { Container, ContainerStatus, Pod, PodStatus, Probe } from '../../api/types.ts'
import type { TaskId } from '../../kernel/kernel.ts'
import { isSidecar } from '../../api/sidecar.ts'
import { containerEvent, type KubeletContext } from '../kubelet-context.ts'
import { run } from '../routine.ts'
import { isTerminal } from '../status/generate.ts'
import { askBroken, askProbe, type ProbeAnswer } from './probe.ts'

export type ProbeType = ProbeRecord['probe']
export type ProbeVerdict = ProbeRecord['result']

/** What a probe of a container that was here before the film had said last, and what the container here answered first. */
export interface FoundProbe {
  containerID: string
  verdict: ProbeVerdict
  first?: ProbeAnswer['result']
}

/** What a worker asks of, and tells to, the rest of the kubelet. */
export interface ProbeHost {
  /** The pod's status as the status manager has it. */
  status(uid: string): PodStatus | undefined
  isCorrupted(uid: string, container: string): boolean
  result(containerID: string, type: ProbeType): ProbeVerdict | undefined
  setResult(worker: ProbeWorker, containerID: string, result: ProbeVerdict): void
  removeResult(containerID: string, type: ProbeType): void
  /** undefined: the container is not one that was here before the film. */
  found(pod: Pod, container: Container, type: ProbeType): FoundProbe | undefined
}

/** What counts before the first answer (prober/worker.go newWorker). */
const initialResult: Record<ProbeType, ProbeVerdict> = { startup: 'unknown', liveness: 'success', readiness: 'failure' }

/** One probe of one container, for as long as the pod lives (pkg/kubelet/prober/worker.go). */
export class ProbeWorker {
  readonly type: ProbeType
  readonly container: Container
  pod: Pod
  containerID = ''
  private readonly context: KubeletContext
  private readonly host: ProbeHost
  private readonly spec: Probe
  private lastResult: ProbeVerdict = 'unknown'
  private resultRun = 0
  /** After a verdict on the container's life: nothing is asked until there is another container. */
  private onHold = false
  private found: FoundProbe | undefined
  private asking = false
  /** Was to ask again while it asked. */
  private triggered = false
  private stopped = false
  private nextTickAt: number
  private timer: TaskId | undefined
  private history: ProbeRecord['history'] = []

  /** Until then it says nothing: virtual ms. */
  private sleepsUntil = 0

  constructor(context: KubeletContext, host: ProbeHost, pod: Pod, container: Container, type: ProbeType, spec: Probe, begins: 'at once' | 'some time' = 'at once') {
    this.context = context
    this.host = host
    this.pod = pod
    this.container = container
    this.type = type
    this.spec = spec
    this.nextTickAt = context.kernel.now
    this.found = host.found(pod, container, type)
    if (this.found !== undefined) this.goOn(this.found)
    else if (begins === 'at once') this.tick()
    else this.sleepsUntil = this.sleep()
  }

  /** After a start of the kubelet those of many pods are spread over their periods. */
  private sleep(): number {
    const { kernel, client } = this.context
    const wait = kernel.random(`probes of ${client.name}`).int(this.periodMs)
    this.nextTickAt += wait
    this.timer = client.later(wait, () => this.tick())
    return this.nextTickAt
  }

  private goOn({ containerID, verdict }: FoundProbe): void {
    this.sleep()
    this.containerID = containerID
    this.onHold = this.type === 'startup' && verdict === 'success'
  }

  stop(): void {
    this.stopped = true
    this.context.kernel.cancel(this.timer)
  }

  /** Asks at once, out of turn, and begins the period anew. */
  trigger(): void {
    if (this.stopped || this.context.kernel.now < this.sleepsUntil) return
    if (this.asking) {
      this.triggered = true
      return
    }
    this.context.kernel.cancel(this.timer)
    this.timer = this.context.client.later(0, () => {
      this.nextTickAt = this.context.kernel.now
      this.tick()
    })
  }

  private get periodMs(): number {
    return (this.spec.periodSeconds ?? 10) * 1000
  }

  private tick(): void {
    if (this.stopped) return
    const what = this.prepare()
    if (what === 'end') return this.stop()
    if (what === 'skip') return this.wait()
    this.asking = true
    const { uid } = this.pod.metadata
    const ip = this.context.runtime.podIP(uid) ?? ''
    const broken = this.host.isCorrupted(uid, this.container.name)
    run(broken ? askBroken(this.context, this.spec, this.container, ip) : askProbe(this.context, this.spec, this.container, this.containerID, ip), (answer) => {
      this.asking = false
      if (this.stopped) return
      this.take(answer)
      const again = this.triggered
      this.triggered = false
      if (again) this.trigger()
      else this.wait()
    })
  }

  /** A ticker: ticks that pass while a probe is out are left out. */
  private wait(): void {
    const { now } = this.context.kernel
    this.nextTickAt += this.periodMs * Math.max(1, Math.ceil((now - this.nextTickAt) / this.periodMs))
    if (this.nextTickAt <= now) this.nextTickAt += this.periodMs
    this.timer = this.context.client.later(this.nextTickAt - now, () => this.tick())
  }

  /** Whether to ask now (worker.go doProbe up to the probe itself). */
  private prepare(): 'ask' | 'skip' | 'end' {
    const status = this.host.status(this.pod.metadata.uid)
    if (status === undefined) return 'skip'
    if (isTerminal(status)) return 'end'
    const container = findStatus(status, this.container.name)
    if (!container?.containerID) return 'skip'
    const id = container.containerID.slice('containerd://'.length)
    if (id !== this.containerID) this.adopt(id)
    if (this.onHold) return 'skip'
    if (container.state?.running === undefined) return this.notRunning(container)
    if (this.pod.metadata.deletionTimestamp !== undefined && this.type !== 'readiness') {
      this.host.setResult(this, id, 'success')
      return 'end'
    }
    // The status tells whole seconds (status_manager.go normalizeStatus), so the first probe may come up to one early.
    const startedAt = parseTime(container.state.running.startedAt ?? '') ?? 0
    const runsForSeconds = Math.floor((this.context.kernel.now - startedAt) / 1000)
    if (runsForSeconds < (this.spec.initialDelaySeconds ?? 0)) return 'skip'
    // Startup is asked until the container has started, the others from then on.
    return (container.started === true) === (this.type === 'startup') ? 'skip' : 'ask'
  }

  private adopt(id: string): void {
    if (this.containerID !== '') this.host.removeResult(this.containerID, this.type)
    this.containerID = id
    this.found = undefined
    this.onHold = false
    this.history = []
    this.host.setResult(this, id, initialResult[this.type])
  }

  private notRunning(container: ContainerStatus): 'skip' | 'end' {
    this.host.setResult(this, this.containerID, 'failure')
    const willRestart = this.pod.spec.restartPolicy !== 'Never' || isSidecar(this.container)
    return container.state?.terminated === undefined || willRestart ? 'skip' : 'end'
  }

  private take(given: ProbeAnswer): void {
    const answer = this.believed(given)
    this.tell(answer)
    // What could not be asked is neither a success nor a failure.
    if (answer.result === 'error') return
    const { output } = answer
    const result = answer.result === 'warning' ? 'success' : answer.result
    const same = this.lastResult === result
    this.resultRun = same ? this.resultRun + 1 : 1
    this.lastResult = result
    const threshold = result === 'failure' ? (this.spec.failureThreshold ?? 3) : (this.spec.successThreshold ?? 1)
    this.note(result, output, threshold)
    if (this.resultRun < threshold) return
    this.host.setResult(this, this.containerID, result)
    if (this.type === 'startup' || (this.type === 'liveness' && result === 'failure')) {
      this.onHold = true
      this.resultRun = 0
    }
  }

  /**
   * What a container that was here before the film would say nobody knows for sure: its memory and files are made up. What it was seen to say counts
   * until what is asked here changes its answer.
   */
  private believed(answer: ProbeAnswer): ProbeAnswer {
    const { found } = this
    if (found === undefined) return answer
    const said = answer.result === 'warning' ? 'success' : answer.result
    found.first ??= said
    if (said === found.first && found.verdict !== 'unknown') return said === found.verdict ? answer : { result: found.verdict, output: '' }
    this.found = undefined
    return answer
  }

  /** prober.go probe: every answer but a plain success is an event. */
  private tell({ result, output }: ProbeAnswer): void {
    if (result === 'success') return
    const name = this.type[0]!.toUpperCase() + this.type.slice(1)
    const event = containerEvent(this.context, this.pod, this.container.name)
    if (result === 'failure') event('Warning', 'Unhealthy', `${name} probe failed: ${output}`)
    else if (result === 'warning') event('Warning', 'ProbeWarning', `${name} probe warning: ${output}`)
    else event('Warning', 'Unhealthy', `${name} probe errored and resulted in unknown state: ${output}`)
  }

  /** It had begun before the film, was ready then, and has been well ever since. */
  private get wasAlwaysWell(): boolean {
    if (this.context.runtime.running(this.containerID)?.config.runningSince === undefined) return false
    return findStatus(this.pod.status, this.container.name)?.ready === true && this.history.every(({ result }) => result === 'success')
  }

  /** The record changes while something can be learned from it: answers that only repeat a verdict are not written. */
  private note(result: 'success' | 'failure', message: string, threshold: number): void {
    if (this.resultRun > threshold) return
    const at = this.context.kernel.now
    this.history = [...this.history.slice(-19), { at, result, message }]
    const { uid } = this.pod.metadata
    this.context.notes.probe({
      containerID: this.containerID,
      podUID: uid,
      container: this.container.name,
      probe: this.type,
      result,
      lastAt: at,
      message,
      count: this.resultRun,
      history: this.history,
    }, this.pod, result === 'success' && this.wasAlwaysWell)
  }
}

function findStatus(status: PodStatus, name: string): ContainerStatus | undefined {
  return status.containerStatuses?.find((s) => s.name === name) ?? status.initContainerStatuses?.find((s) => s.name === name)
}
