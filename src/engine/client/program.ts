import type { KubeObject, Status, WatchEventType } from '../api/types.ts'
import type { Request, Response } from '../api/request.ts'
import type { Accepted, LocalAnswer, StreamInput } from '../api/stream.ts'

/**
 * A program outside the cluster, such as one kubectl command. It is written as a generator that
 * yields what it wants done; the kernel resumes it with the answer when virtual time has brought it.
 * So a command that lasts (delete, -w, rollout status) is one function, and several can run at once.
 */
export type Program = Generator<Effect, number, any>

export type Effect =
  /** Answered with a Response. */
  | { do: 'request'; request: Request }
  /**
   * Opens a stream: a watch, `log?follow=true`, a POST to `exec` or `attach` with the body {command: string[], stdin?: string,
   * tty?: boolean} (its query names the container; with stdin=true more input follows by `send`), or a POST to `portforward`.
   * Answered with a Stream, or with a Response when refused.
   */
  | { do: 'open'; request: Request }
  /** Waits for the stream's next event. Answered with a StreamEvent. */
  | { do: 'next'; stream: number; timeoutMs?: number }
  /** Runs a line in the shell of the machine that one sits at. Answered with a Stream of its output; CLOSED has its exit code. */
  | { do: 'run'; line: string; stdin: string; files: Readonly<Record<string, string>>; terminal: boolean }
  /** Whoever connects to one of these local ports from now on comes as an event ACCEPTED of the stream, which may be new (0). Answered with those that are taken. */
  | { do: 'listen'; stream: number; ports: readonly number[] }
  /** What somebody who connected gets; `error`: the connection is closed without a word. Takes no time; not answered. */
  | { do: 'reply'; connection: number; answer: LocalAnswer }
  /** What goes the other way on a stream. Not answered. */
  | { do: 'send'; stream: number; input: StreamInput }
  | { do: 'close'; stream: number }
  | { do: 'sleep'; ms: number }
  /** Takes no time; not answered. */
  | { do: 'print'; to: 'stdout' | 'stderr'; text: string }
  /** Writes a file that later programs find among theirs. Takes no time; not answered. */
  | { do: 'write'; path: string; text: string }

export interface Stream {
  stream: number
}

export type StreamEvent =
  | { type: WatchEventType; object: KubeObject | Status; }
  | { type: 'TEXT'; text: string; to?: 'stdout' | 'stderr' }
  /** What came back on a forwarded connection; `error`: the kubelet could not connect. */
  | { type: 'ANSWER'; connection: number; status: number; headers: Readonly<Record<string, string>>; body: string }
  | { type: 'REFUSED'; connection: number; error: string }
  /** Somebody has connected to a port on which the program listens. */
  | ({ type: 'ACCEPTED' } & Accepted)
  | { type: 'TIMEOUT' }
  /** `exitCode`: of the command that an exec has run; `error`: why it could not be run; `lost`: the connection broke. */
  | { type: 'CLOSED'; exitCode?: number; error?: string; lost?: boolean }

export function isStream(answer: Response | Stream): answer is Stream {
  return 'stream' in answer
}

/** What a program is given when it starts. */
export interface ProgramInput {
  /** The command line without the program's name: 'get pods -w'. */
  line: string
  stdin: string
  files: Readonly<Record<string, string>>
  /** Somebody sits at a terminal: `-t` can have one. */
  terminal?: boolean
  /** Virtual ms since the epoch, read when asked. */
  now: () => number
}

export type ProgramFactory = (input: ProgramInput) => Program

const programs = new Map<string, ProgramFactory>()

/**
 * The engine runs programs but imports none: `src/kubectl` registers itself here, so that a scenario's
 * `kubectl:` lines can be replayed while the imports still point one way.
 */
export function registerProgram(name: string, factory: ProgramFactory): void {
  programs.set(name, factory)
}

export function findProgram(name: string): ProgramFactory {
  const factory = programs.get(name)
  if (factory === undefined) throw new Error(`no program "${name}" is registered: import src/kubectl first`)
  return factory
}
