import type { LinuxConfinement } from './cri.ts'
import type { FileSystem, Mount } from './filesystem.ts'
import type { ImageConfig } from './images.ts'
import type { Program } from './process/process.ts'
import type { ProcessTable } from './process/process-table.ts'

/** What is taken of a program that nobody here can see into. */
export interface Guesses {
  /** Where it listens. */
  ports: readonly number[]
  /** It does its work and comes to an end. */
  ends: boolean
  /** But not one that is known to serve. */
  unlessServer?: true
}

/** All that containerd knows of a container when it starts it. */
export interface ContainerConfig {
  id: string
  name: string
  image: ImageConfig
  /** Replaces the image's entrypoint, and then its cmd is not used. */
  command?: string[]
  args?: string[]
  env: Record<string, string>
  workingDir?: string
  hostname: string
  /** Text of /etc/hosts and of /etc/resolv.conf. */
  hostsFile?: string
  resolvConf?: string
  /** securityContext.runAsUser; the image's user when left out. */
  user?: number
  /** securityContext.runAsGroup. */
  group?: number
  /** fsGroup and supplementalGroups. */
  supplementalGroups?: number[]
  /** supplementalGroupsPolicy Strict: what /etc/group of the image says does not count. */
  ignoresImageGroups?: boolean
  memoryLimitBytes?: number
  cpuLimitMillis?: number
  ports: { containerPort: number; protocol?: string }[]
  /** Of the pod; those of podreel.dev script an image that nobody knows: see programs/scripted.ts. */
  annotations: Record<string, string>
  guesses?: Guesses
  stdin?: boolean
  tty?: boolean
  readOnlyRootFilesystem?: boolean
  /** A profile of AppArmor lets nobody write anything. */
  deniesWrites?: boolean
  mounts: Mount[]
  ip: () => string
  /** What is installed besides the image, in /usr/local/bin: only a machine that one sits at has such. */
  installed?: Readonly<Record<string, Program>>
  /** The node's own files, for who may see its processes (hostPID). */
  nodeFiles?: () => FileSystem
  /** Where a process of any user may leave its last words. */
  terminationMessagePath?: string
  /** From here on ports want no capability: containerd leaves all of them to everybody in a network of the pod's own (enable_unprivileged_ports). */
  lowestFreePort?: number
  /** Whether another container on the same network listens there. */
  isPortTaken?: (port: number) => boolean
  /** The node's memory: what a container without a limit can fill. 64 GiB when left out. */
  nodeMemoryBytes?: number
  /** Capabilities of process 1 as /proc/1/status shows them; containerd's default set when left out. */
  capabilities?: bigint
  linux?: LinuxConfinement
  /** Its process had begun before the film, at this virtual time (ms): it has said then what it says as it begins. */
  runningSince?: number
  /** So many processes a pod may have (podPidsLimit); here each of its containers. */
  pidsLimit?: number
  /** Another's namespace: with shareProcessNamespace the pod's, in which /pause is process 1, or that of a debugger's target. */
  processTable?: ProcessTable
}
