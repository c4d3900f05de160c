import type { ComponentRecord, ContainerRecord, SandboxRecord } from '../api/machine.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { MachineStore } from '../runtime/containerd.ts'

/** Told that the process of a component runs, or no longer. */
export type Switch = (runs: boolean, containerID?: string) => void

/** Whether the process of a component listens where the others look for it. */
export type Serves = (component: string, containerID: string) => boolean

/** Virtual ms from the start of a process until it works: one that does not like its options has ended by then. */
const startMs = 1500
/** One that has something to wait for is looked at again. */
const againMs = 1000

interface StartedTask {
  readonly type: 'started'
  readonly component: string
  readonly container: string
}

/**
 * Where kubeadm has made the cluster, its components are processes in pods of one machine. What they do is done by the engine's own components
 * (scheduler/, controllers/, ...), each as long as its process runs: this looks at the machine's containers and says so.
 */
export class ComponentPods {
  private readonly kernel: Kernel
  private readonly target: string
  private readonly node: string
  private readonly machine: MachineStore
  private readonly switches: ReadonlyMap<string, Switch>
  private readonly serves: Serves
  /** Containers that run, by component; which components are taken to work. */
  private readonly running = new Map<string, Set<string>>()
  private readonly works = new Set<string>()

  /** `switches`: by the name of the container, in a pod of kube-system that is named after it. They are taken to be on. */
  constructor(kernel: Kernel, node: string, machine: MachineStore, switches: Readonly<Record<string, Switch>>, serves: Serves = () => true) {
    this.kernel = kernel
    this.node = node
    this.target = `component-pods/${node}`
    this.machine = machine
    this.switches = new Map(Object.entries(switches))
    this.serves = serves
    kernel.register(this.target, ({ component, container }: StartedTask) => {
      if (this.running.get(component)?.has(container) !== true) return
      if (this.serves(component, container)) this.set(component, true, container)
      else this.kernel.schedule(this.target, againMs, { type: 'started', component, container } as StartedTask)
    })
    for (const component of this.switches.keys()) {
      this.running.set(component, new Set())
      this.works.add(component)
    }
    for (const record of machine.range('containers/') as ContainerRecord[]) this.look(record)
    machine.onWrite(({ key, value, previous }) => {
      if (key.startsWith('containers/')) this.look((value ?? { ...(previous as ContainerRecord), state: 'exited' }) as ContainerRecord)
    })
  }

  /** The machine has lost its power: nothing has written down that nothing runs any more. */
  lost(): void {
    for (const [component, containers] of this.running) {
      containers.clear()
      this.set(component, false)
    }
  }

  private look({ id, name, sandboxID, state }: ContainerRecord): void {
    const containers = this.running.get(name)
    if (containers === undefined || !this.isOwn(name, sandboxID)) return
    if (state !== 'running') {
      containers.delete(id)
      if (containers.size === 0) this.set(name, false)
    } else if (!containers.has(id)) {
      containers.add(id)
      if (!this.works.has(name)) this.kernel.schedule(this.target, startMs, { type: 'started', component: name, container: id } as StartedTask)
    }
  }

  private isOwn(component: string, sandboxID: string): boolean {
    const { podNamespace, podName } = (this.machine.get(`sandboxes/${sandboxID}`) ?? {}) as Partial<SandboxRecord>
    return podNamespace === 'kube-system' && podName?.startsWith(`${component}-`) === true
  }

  private set(component: string, works: boolean, container?: string): void {
    if (this.works.has(component) === works) return
    if (works) this.works.add(component)
    else this.works.delete(component)
    this.machine.put(`components/${component}`, { name: component, works } satisfies ComponentRecord)
    const name = component === 'kube-proxy' ? `kube-proxy/${this.node}` : component
    this.kernel.record({ kind: 'runtime', from: name, to: name, detail: { type: works ? 'ComponentStarted' : 'ComponentStopped' } })
    this.switches.get(component)!(works, container)
  }
}
