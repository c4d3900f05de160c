import type { ContainerRecord, SandboxRecord } from '../api/machine.ts'
import { quantity } from '../api/quantity.ts'
import type { KubeObject, Node, Pod } from '../api/types.ts'
import type { Cluster } from '../cluster.ts'
import type { Entry } from '../etcd/store.ts'

/** What must never happen, with everything that is needed to see it again. */
export class InvariantError extends Error {
  constructor(what: string, cluster: Cluster) {
    super(`${what} (seed ${cluster.seed}, step ${cluster.trace.length}, t=${(cluster.now - cluster.startMs) / 1000}s)`)
  }
}

/**
 * Watches a cluster from outside. Each call of `check` looks only at what is new since the last one, so that checking
 * after every step costs no more than the steps themselves.
 */
export class Invariants {
  private readonly cluster: Cluster
  private steps = 0
  private etcdSeen: number
  private readonly machinesSeen = new Map<string, number>()
  private readonly running = new Map<string, ContainerRecord>()
  private readonly sandboxes = new Map<string, SandboxRecord & { node: string }>()
  private readonly addresses = new Map<string, string>()

  constructor(cluster: Cluster) {
    this.cluster = cluster
    this.etcdSeen = cluster.etcd.log.length
  }

  check(): void {
    this.checkSteps()
    const { log } = this.cluster.etcd
    for (; this.etcdSeen < log.length; this.etcdSeen++) this.checkWrite(log[this.etcdSeen]!)
    for (const [node, store] of this.cluster.machines) {
      const seen = this.machinesSeen.get(node) ?? 0
      for (const entry of store.log.slice(seen)) this.checkMachine(node, entry)
      this.machinesSeen.set(node, store.log.length)
    }
  }

  /** When nobody wants anything any more, nothing may be left. */
  checkNothingLeft(): void {
    const pods = this.cluster.world().list('Pod')
    if (pods.length > 0) this.fail(`pods are left: ${pods.map(({ metadata }) => metadata.name).join(', ')}`)
    if (this.running.size > 0) this.fail(`containers run without a pod: ${[...this.running.values()].map(({ name }) => name).join(', ')}`)
    if (this.addresses.size > 0) this.fail(`addresses are in use without a pod: ${[...this.addresses.keys()].join(', ')}`)
    for (const [node, store] of this.cluster.machines) {
      for (const prefix of ['containers/', 'sandboxes/', 'logs/', 'hooks/', 'pulls/']) {
        if (store.count(prefix) > 0) this.fail(`${prefix} on ${node} is not empty`)
      }
    }
  }

  /** Of these kinds nothing may be there but what every cluster has. */
  checkNoObjects(kinds: readonly string[]): void {
    for (const kind of kinds) {
      const left = this.cluster.world().list(kind).filter(({ metadata }) => metadata.name !== 'kubernetes')
      if (left.length > 0) this.fail(`${kind} is left: ${left.map(({ metadata }) => metadata.name).join(', ')}`)
    }
    for (const node of this.cluster.world().list('Node')) if (node['status'].volumesAttached !== undefined) this.fail(`disks are attached to ${node.metadata.name}`)
  }

  fail(what: string): never {
    throw new InvariantError(what, this.cluster)
  }

  private checkSteps(): void {
    const { trace } = this.cluster
    for (; this.steps < trace.length; this.steps++) {
      const step = trace[this.steps]!
      const before = trace[this.steps - 1]
      if (step.index !== this.steps) this.fail(`step ${this.steps} calls itself ${step.index}`)
      if (step.cause !== undefined && step.cause >= step.index) this.fail(`step ${step.index} has a cause after it`)
      if (before === undefined) continue
      if (step.at < before.at) this.fail(`time went back at step ${step.index}`)
      if (step.world < before.world) this.fail(`the revision went back at step ${step.index}`)
    }
  }

  private checkWrite({ key, value, previous, revision }: Entry<KubeObject>): void {
    if (value === undefined) return
    if (value.metadata.resourceVersion !== String(revision)) this.fail(`${key} is stored with another resourceVersion than its revision`)
    if (previous !== undefined) this.checkIdentity(key, previous, value)
    if (value.kind === 'Pod') this.checkPod(value as Pod, previous as Pod | undefined)
  }

  private checkIdentity(key: string, old: KubeObject, next: KubeObject): void {
    if (old.metadata.uid !== next.metadata.uid) this.fail(`${key} changed its uid`)
    if (old.metadata.deletionTimestamp !== undefined && next.metadata.deletionTimestamp === undefined) this.fail(`${key} came back from its deletion`)
  }

  private checkPod(pod: Pod, old: Pod | undefined): void {
    const { name } = pod.metadata
    if (old?.spec.nodeName && old.spec.nodeName !== pod.spec.nodeName) this.fail(`pod ${name} moved from ${old.spec.nodeName} to ${pod.spec.nodeName}`)
    const phase = old?.status.phase
    if ((phase === 'Succeeded' || phase === 'Failed') && pod.status.phase !== phase) this.fail(`pod ${name} went from ${phase} to ${pod.status.phase}`)
    for (const status of pod.status.containerStatuses ?? []) {
      const before = old?.status.containerStatuses?.find((s) => s.name === status.name)
      if (before !== undefined && before.restartCount > status.restartCount) this.fail(`restarts of ${name}/${status.name} went down`)
      if (status.ready && status.state?.running === undefined) this.fail(`${name}/${status.name} is ready and does not run`)
    }
    if (old !== undefined && !old.spec.nodeName && pod.spec.nodeName) this.checkFits(pod.spec.nodeName)
  }

  /** The scheduler must never promise more than a node has. */
  private checkFits(nodeName: string): void {
    const world = this.cluster.world()
    const node = world.get('Node', nodeName) as Node | undefined
    if (node === undefined) return
    let cpu = 0
    let memory = 0
    let count = 0
    for (const pod of world.list('Pod', { fieldSelector: `spec.nodeName=${nodeName}` }) as Pod[]) {
      if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') continue
      count++
      for (const { resources } of pod.spec.containers) {
        cpu += quantity((resources?.requests as Record<string, string> | undefined)?.['cpu']).milliValue
        memory += quantity((resources?.requests as Record<string, string> | undefined)?.['memory']).value
      }
    }
    const { allocatable } = node.status
    if (cpu > quantity(allocatable?.['cpu']).milliValue) this.fail(`${nodeName} has promised more CPU than it has`)
    if (memory > quantity(allocatable?.['memory']).value) this.fail(`${nodeName} has promised more memory than it has`)
    if (count > quantity(allocatable?.['pods']).value) this.fail(`${nodeName} has more pods than it may`)
  }

  private checkMachine(node: string, { key, value, previous }: Entry<any>): void {
    if (key.startsWith('containers/')) this.checkContainer(key, value, previous)
    else if (key.startsWith('sandboxes/')) this.checkSandbox(node, key, value, previous)
  }

  private checkContainer(key: string, next: ContainerRecord | undefined, old: ContainerRecord | undefined): void {
    if (old?.state === 'exited' && next !== undefined && next.state !== 'exited') this.fail(`${key} came back from its end`)
    if (next?.state !== 'running') {
      this.running.delete(key)
      return
    }
    for (const other of this.running.values()) {
      if (other.id !== next.id && other.podUID === next.podUID && other.name === next.name) this.fail(`two containers ${next.name} of one pod run at once`)
    }
    if (this.sandboxes.get(next.sandboxID)?.state !== 'ready') this.fail(`container ${next.name} runs outside a sandbox`)
    this.running.set(key, next)
  }

  private checkSandbox(node: string, key: string, next: SandboxRecord | undefined, old: SandboxRecord | undefined): void {
    const id = key.slice('sandboxes/'.length)
    if (next?.state === 'ready') {
      this.sandboxes.set(id, { ...next, node })
      if (!next.hostNetwork) this.takeAddress(next.ip, id)
      return
    }
    if (old?.state === 'ready') {
      this.addresses.delete(old.ip)
      for (const container of this.running.values()) if (container.sandboxID === id) this.fail(`container ${container.name} outlives its sandbox`)
    }
    this.sandboxes.delete(id)
  }

  private takeAddress(ip: string, id: string): void {
    const owner = this.addresses.get(ip)
    if (owner !== undefined && owner !== id) this.fail(`address ${ip} has two owners`)
    this.addresses.set(ip, id)
  }
}
