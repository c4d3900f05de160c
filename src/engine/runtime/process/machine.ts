import type { ContainerConfig } from '../container-config.ts'
import type { Access, FileSystem } from '../filesystem.ts'
import type { Listener } from './listener.ts'
import type { OpenFile } from './open-file.ts'
import type { Part, Process, Program } from './process.ts'
import type { Signal } from './signals.ts'
import type { Protocol, Socket } from './sockets.ts'

export interface SpawnOptions {
  parent: Process
  argv: readonly string[]
  program: Program
  env?: ReadonlyMap<string, string>
  /** Each already retained for the child; copies of the parent's when left out. */
  descriptors?: (OpenFile | undefined)[]
  /** exec costs more than fork. */
  costUs: number
  ignore?: readonly Signal[]
  memoryBytes?: number
  setuid?: number | undefined
  /** Its process group; the parent's when left out. */
  group?: number | 'own'
  /** A step, or nothing of the pod's, when left out. */
  part?: Part | undefined
}

/** What a command's name leads to. */
export type Resolved =
  | {
      run: Program
      memoryBytes: number
      path: string
      argv: readonly string[]
      /** Whom its file makes of whoever runs it, where the container may become more than it is. */
      setuid?: number
    }
  | { failed: 'not found' | 'permission denied' | 'is a directory' | 'bad interpreter'; path: string }

/** What programs may ask of the container they run in: the system calls that take no time. */
export interface Machine {
  /** The container itself, of a view of it that has another root. */
  readonly base: Machine
  readonly config: ContainerConfig
  readonly files: FileSystem
  readonly nodeMemoryBytes: number
  /** Of a process of root. */
  readonly capabilities: bigint
  /** Virtual ms since the epoch. */
  now(): number
  /** When the container started. */
  readonly startedAt: number
  random(bound: number): number
  /** Throws EAGAIN when there are too many processes. */
  spawn(o: SpawnOptions): Process
  /** All that can be seen from inside, by pid. */
  visibleProcesses(): readonly Process[]
  find(pid: number): Process | undefined
  /** The one that runs now. */
  readonly current: Process | undefined
  /** Throws ESRCH. A process that ends itself does not come back from this. */
  kill(target: Process, signal: Signal): void
  /** Forgets a child that has ended. */
  reap(child: Process): void
  makeReady(p: Process, answer: unknown): void
  /** Throws EADDRINUSE. */
  listen(p: Process, port: number, protocol?: Protocol): Listener
  listeners(): readonly Socket[]
  /** Changes what a process occupies; more than the limit ends the container. */
  setMemory(p: Process, bytes: number): void
  /** The program that a command runs, found in $PATH when its name has no slash; among `files`, when they are not the machine's own. */
  resolve(argv: readonly string[], o: { access: Access; path: string; files?: FileSystem }): Resolved
  /** Turns a running process into another program's: the system call behind a shell's `exec`. */
  become(p: Process, found: Extract<Resolved, { run: unknown }>): void
  /** Puts one of our programs where a package would have put it. */
  install(path: string, program: string): void
  /** A line that process 1 had printed before the film, at this virtual time (ms). */
  recall(at: number, line: string): void
  memoryUsed(): number
  cpuUsedMs(): number
}
