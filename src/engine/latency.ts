import type { Kernel } from './kernel/kernel.ts'
import type { Random } from './kernel/random.ts'

/**
 * How long things take, in virtual ms: [least, most], drawn evenly by the seeded random. The figures
 * are those of a small real cluster (a request takes a few ms, a sandbox some 200 ms).
 */
export const realistic = {
  /** A client's request on its way to the API server. */
  request: [1, 2],
  /** The API server's answer on its way back. */
  response: [1, 2],
  /** Admission plug-ins and validation. */
  admission: [0, 1],
  /** Until admission looks again for what a controller is about to make. */
  admissionRetry: [100, 200],
  /** etcd's commit (raft and fsync). */
  etcdCommit: [2, 4],
  /** From a commit until a watcher has the event. */
  watch: [1, 3],
  /** One scheduling cycle. */
  scheduling: [1, 3],
  /** From asking the container runtime for a sandbox until it has its network and its address. */
  runPodSandbox: [150, 220],
  stopPodSandbox: [40, 80],
  removePodSandbox: [10, 20],
  createContainer: [10, 25],
  startContainer: [30, 60],
  removeContainer: [5, 15],
  execStart: [30, 60],
  /** Setting up a pod's volumes, the token request apart. */
  mountVolumes: [100, 200],
  /** Until a provisioner has made a volume. */
  provisionVolume: [900, 1800],
  /** Until the cloud has attached a disk to a machine. */
  attachVolume: [1500, 3000],
  /** Until the cloud has made a load balancer. */
  makeLoadBalancer: [2000, 5000],
  /** Asking the registry for a manifest. */
  resolveImage: [60, 150],
  /** A container's HTTP answer to a probe, a hook or a neighbour. */
  podNetwork: [0, 1],
  /** From a change of a Service or its endpoints until kube-proxy has written its node's rules. */
  proxySync: [20, 90],
  /** From a change of a NetworkPolicy until the network plug-in has written it on the nodes. */
  applyPolicy: [50, 300],
  /** From the end of process 1 until the runtime's event. */
  processExit: [10, 40],
  /** Starting a command on the user's machine. */
  command: [40, 60],
} satisfies Record<string, [number, number]>

export type LatencyName = keyof typeof realistic
export type LatencyTable = Record<LatencyName, [number, number]> & {
  /** Bytes per virtual ms that a node pulls from a registry. */
  pullBytesPerMs?: number
}

/** 32 MB/s: nginx (about 70 MB) takes a little more than two seconds. */
export const realisticPullBytesPerMs = 32_000

export class Latency {
  readonly pullBytesPerMs: number
  private readonly table: Record<LatencyName, readonly [number, number]>
  private readonly random: Random

  constructor(kernel: Kernel, option: 'realistic' | 'zero' | Partial<LatencyTable> = 'realistic') {
    this.random = kernel.random('latency')
    const overrides = typeof option === 'object' ? option : {}
    this.table = { ...realistic, ...overrides }
    this.pullBytesPerMs = overrides.pullBytesPerMs ?? (option === 'zero' ? Infinity : realisticPullBytesPerMs)
    if (option === 'zero') for (const name in realistic) this.table[name as LatencyName] = [0, 0]
  }

  /** No answer takes longer, in virtual ms. */
  longest(name: LatencyName): number {
    return this.table[name][1]
  }

  /** Whole virtual ms. */
  of(name: LatencyName): number {
    const [least, most] = this.table[name]
    return least === most ? least : least + this.random.int(most - least + 1)
  }
}
