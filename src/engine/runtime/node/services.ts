import type { Systemd } from './systemd.ts'
import type { BackoffRecord, ContainerRecord, ImageRecord, LogLine, SandboxRecord } from '../../api/machine.ts'

/** Where the services of a node listen. */
export const runtimeSocket = '/run/containerd/containerd.sock'
export const unitsSocket = '/run/systemd/private'
export const netfilterSocket = '/run/xtables.lock'

/** The container runtime of a node, as crictl asks it. */
export interface RuntimePeer {
  /** Its daemon runs. */
  isUp(): boolean
  sandboxes(): SandboxRecord[]
  containers(): ContainerRecord[]
  images(): ImageRecord[]
  logs(containerID: string): readonly LogLine[]
  /** Pods have their network. */
  hasNetwork(): boolean
  /** CPU time since the start (ms) and memory, of one that runs. */
  usage(containerID: string): { cpuMs: number; memoryBytes: number } | undefined
  /** Runs a command in a container; what is returned takes its input. */
  exec(containerID: string, argv: string[], o: { tty: boolean; interactive: boolean; output: (to: 'stdout' | 'stderr', text: string) => void }, done: (r: { exitCode: number } | { error: string }) => void): (text: string | undefined) => void
  pull(image: string, done: (error: string | undefined) => void): void
  stop(containerID: string, timeoutSeconds: number): void
  remove(containerID: string): void
  stopSandbox(id: string): void
  /** A pod's, with all that is in it. */
  removeSandbox(id: string): void
  removeImage(reference: string): void
}

export interface JournalLine {
  at: number
  /** As it is called in the journal: kubelet[841]. */
  unit: string
  text: string
}

/** systemd of a node, and its journal. */
export interface UnitsPeer {
  hostname: string
  systemd: () => Systemd
  /** Oldest first. */
  journal: () => JournalLine[]
  /** The machine goes off, and comes again if it is to be started anew. */
  power: (how: 'off' | 'reboot') => void
}

/** What a node does with packets to one address and port of a Service. */
export interface NodeRule {
  /** 'namespace/name' */
  service: string
  portName: string
  backends: readonly { ip: string; port: number }[]
  otherwise: 'refuse' | 'drop'
  affinitySeconds: number | undefined
  external: object | undefined
  protocol?: 'UDP'
}

/** The packet filter of a node, with what kube-proxy has written there. */
export interface NetfilterPeer {
  /** Where pods have their addresses. */
  podRange: string
  /** By 'ip:port', and 'node:port' for a node port. */
  rules(): [address: string, rule: NodeRule][]
}

/** What the journal is made of. */
export interface JournalSources {
  hostname: string
  bootedAt: number
  sandboxes(): SandboxRecord[]
  containers(): ContainerRecord[]
  backoffs(): BackoffRecord[]
  /** Files in the folder of manifests that are no pods. */
  refusals(): readonly { at: number; file: string; message: string }[]
}
