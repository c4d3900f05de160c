import type { ProcessRecord } from '../api/machine.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { FileSystem, Mount } from './filesystem.ts'
import type { ImageConfig } from './images.ts'

export interface ContainerConfig {
  id: string
  name: string
  image: ImageConfig
  /** Replaces the image's entrypoint (and then its cmd is not used). */
  command?: string[]
  args?: string[]
  env: Record<string, string>
  workingDir?: string
  hostname: string
  /** securityContext.runAsUser; the image's user when left out. */
  user?: number
  group?: number
  supplementalGroups?: number[]
  memoryLimitBytes?: number
  cpuLimitMillis?: number
  ports: { containerPort: number; protocol?: string }[]
  /** Of the pod; podreel.dev/* ones script an image that nobody knows (see images.ts). */
  annotations: Record<string, string>
  stdin?: boolean
  tty?: boolean
  readOnlyRootFilesystem?: boolean
  mounts: Mount[]
  ip: () => string
}

export interface Exit {
  exitCode: number
  signal?: number
  oom?: boolean
}

export interface ContainerListener {
  /** A line of the log, without its newline. */
  output(stream: 'stdout' | 'stderr', line: string): void
  exited(exit: Exit): void
  processesChanged(): void
  filesChanged(path: string): void
}

export interface ExecResult {
  exitCode: number
  stdout: string
  stderr: string
  /** runc's words when the command could not be started (exitCode 126 or 127). */
  error?: string
}

export interface ExecOptions {
  stdin?: string
  tty?: boolean
  /** With `interactive`, more input follows by execInput until execInput(id, undefined). */
  interactive?: boolean
  onOutput?: (stream: 'stdout' | 'stderr', text: string) => void
}

/** An HTTP request as it arrives at a port. gRPC and other protocols travel as a method of their own name. */
export interface HttpRequest {
  method: string
  port: number
  /** With its query. */
  path: string
  /** Names in lower case. */
  headers: Record<string, string>
  body: string
  /** IP of the sender. */
  source?: string
}

export interface HttpResponse {
  status: number
  headers: Record<string, string>
  body: string
}

export type NetworkError = { error: 'refused' | 'timeout' | 'reset' | 'unreachable' | 'unresolved' }

/** What a process inside asks of the outside. Replies come from a kernel task, never at once. */
export interface NetworkPort {
  http(
    r: { url: string; method: string; headers: Record<string, string>; body: string; timeoutMs: number },
    reply: (r: HttpResponse | NetworkError) => void,
  ): void
  tcp(host: string, port: number, timeoutMs: number, reply: (r: { connected: true } | NetworkError) => void): void
  resolve(name: string, reply: (r: { addresses: string[]; canonicalName?: string } | NetworkError) => void): void
}

/**
 * What happens inside one container. Nothing is called back from within a call to one of its
 * methods: listeners, replies and `done` are called from `handle`, that is from a kernel task.
 */
export declare class ContainerOS {
  constructor(kernel: Kernel, target: string, config: ContainerConfig, network: NetworkPort, listener: ContainerListener)
  start(): { error?: { exitCode: 126 | 127 | 128; message: string } }
  exec(argv: string[], options: ExecOptions, done: (r: ExecResult) => void): number
  execInput(id: number, text: string | undefined): void
  killExec(id: number): void
  /** To process 1 (KILL: to all); 'TERM' or 'SIGTERM'. */
  signal(name: string): void
  handle(task: unknown): void
  listening(port: number, protocol?: 'TCP' | 'UDP'): boolean
  request(r: HttpRequest, reply: (r: HttpResponse | NetworkError) => void): void
  processes(): readonly ProcessRecord[]
  readonly files: FileSystem
  /** So far, for metrics. */
  usage(): { cpuMs: number; memoryBytes: number }
}
