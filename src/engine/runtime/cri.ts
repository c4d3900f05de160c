import type { Guesses } from './container-config.ts'
import type { ExecOptions, ExecResult } from './container-os.ts'
import type { FileSystem, Mount } from './filesystem.ts'
import type { PortMapping } from './host-ports.ts'

/**
 * What a kubelet asks of its container runtime (the CRI, cri-api/pkg/apis/runtime/v1). Every call
 * is answered by `done` in a later task.
 */
export interface PodSandboxConfig {
  podUID: string
  podName: string
  podNamespace: string
  attempt: number
  hostname: string
  hostNetwork: boolean
  sharePID: boolean
  /** The node's own PID namespace. */
  hostPID?: boolean
  /** Ports of the node that lead to ports of the pod (the CNI's portmap). */
  portMappings: PortMapping[]
}

export interface CriContainerConfig {
  podUID: string
  name: string
  type: 'init' | 'container' | 'ephemeral'
  attempt: number
  /** Virtual ms: it had begun before the film. */
  runningSince?: number
  image: string
  command?: string[]
  args?: string[]
  env: Record<string, string>
  workingDir?: string
  user?: number
  group?: number
  supplementalGroups?: number[]
  /** supplementalGroupsPolicy Strict: what /etc/group of the image says does not count. */
  ignoresImageGroups?: boolean
  memoryLimitBytes?: number
  cpuLimitMillis?: number
  /** What a container without a limit can fill. */
  nodeMemoryBytes?: number
  ports: { containerPort: number; protocol?: string }[]
  annotations: Record<string, string>
  guesses?: Guesses
  /** Text of /etc/hosts and of /etc/resolv.conf. */
  hostsFile?: string
  resolvConf?: string
  mounts: Mount[]
  stdin: boolean
  tty: boolean
  readOnlyRootFilesystem: boolean
  /** Id of a container whose processes this one is to see (NamespaceMode TARGET of a debugger). */
  targetID?: string
  /** As /proc/1/status shows them; the runtime's default set when left out. */
  capabilities?: bigint
  linux?: LinuxConfinement
  /** Where the process may leave a last word, and whether the end of its log stands in for it after an error. */
  terminationMessagePath: string
  terminationMessageFallback: boolean
  nodeFiles?: () => FileSystem
  /** So many processes a pod may have. */
  pidsLimit?: number
  /** Of the container's spec, to notice that it was changed. */
  specHash: string
}

/** What the kernel keeps a container from, and how soon it may kill it (LinuxContainerSecurityContext, oom_score_adj). */
export interface LinuxConfinement {
  oomScoreAdj: number
  noNewPrivileges?: boolean
  /** Settings of the kernel in the pod's namespaces, by their names with dots. */
  sysctls?: Readonly<Record<string, string>>
  /** The kernel's settings are not mounted read only for it. */
  privileged?: boolean
  /** Profiles: '' is the runtime's own, anything else lies on the node; none: unconfined. */
  seccomp?: string
  appArmor?: string
  /** Its root is nobody outside (hostUsers: false). */
  userNamespace?: boolean
}

export type Done<T> = (result: T) => void

/** A failed call, with the runtime's words. */
export interface CriError {
  error: string
}

/** Takes what is typed into a command that runs beside process 1; undefined: there will be no more. */
export type ExecInput = (text: string | undefined) => void

export interface ContainerRuntime {
  runPodSandbox(config: PodSandboxConfig, done: Done<{ id: string; ip: string } | CriError>): void
  stopPodSandbox(id: string, done: Done<void>): void
  removePodSandbox(id: string, done: Done<void>): void
  createContainer(sandboxID: string, config: CriContainerConfig, done: Done<{ id: string } | CriError>): void
  startContainer(id: string, done: Done<undefined | CriError>): void
  /** The stop signal, then KILL after `timeoutSeconds`; done when the container has ended. */
  stopContainer(id: string, timeoutSeconds: number, done: Done<void>): void
  removeContainer(id: string, done: Done<void>): void
  updateContainerResources(id: string, limits: { memoryLimitBytes: number | undefined; cpuLimitMillis: number | undefined }, done: Done<void>): void
  exec(id: string, argv: string[], options: ExecOptions & { timeoutMs?: number }, done: Done<ExecResult | { error: 'timeout' | 'notRunning' }>): ExecInput
}
