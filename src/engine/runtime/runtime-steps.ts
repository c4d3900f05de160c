import type { Kernel } from '../kernel/kernel.ts'
import type { StepDetail } from '../kernel/step.ts'
import type { PodSandboxConfig } from './cri.ts'

type PodRef = Pick<PodSandboxConfig, 'podUID' | 'podName' | 'podNamespace'>

/** What of a runtime's work can be seen: who asked it for what, what it answered, what it did by itself. */
export class RuntimeSteps {
  private readonly kernel: Kernel
  private readonly runtime: string
  private readonly kubelet: string

  /** `runtime`: its own name, as steps show it. */
  constructor(kernel: Kernel, runtime: string, node: string) {
    this.kernel = kernel
    this.runtime = runtime
    this.kubelet = `kubelet/${node}`
  }

  asked(pod: PodRef, milestone: string, detail: StepDetail): void {
    this.record(this.kubelet, this.runtime, pod, milestone, detail)
  }

  answered(pod: PodRef, detail: StepDetail, milestone?: string): void {
    this.record(this.runtime, this.kubelet, pod, milestone, detail)
  }

  toRegistry(pod: PodRef, milestone: string | undefined, detail: StepDetail): void {
    this.record(this.runtime, 'registry', pod, milestone, detail)
  }

  inside(pod: PodRef, milestone: string | undefined, detail: StepDetail): void {
    this.record(this.runtime, this.runtime, pod, milestone, detail)
  }

  private record(from: string, to: string, { podNamespace: namespace, podName: name, podUID: uid }: PodRef, milestone: string | undefined, detail: StepDetail): void {
    this.kernel.record({ kind: 'runtime', from, to, resource: 'pods', namespace, name, uid, milestone, detail })
  }
}
