import { type ExecOptions, execStreams } from './exec-streams.ts'
import { CaptureFile } from './open-file.ts'
import { exitCodeOf, type Process } from './process.ts'
import type { Terminal } from './terminal.ts'

export interface ExecResult {
  exitCode: number
  stdout: string
  stderr: string
  /** runc's words when the command could not be started (exitCode 126 or 127). */
  error?: string
}

/** What becomes of a command that could not be started. */
export const neverRan = (exitCode: number, error: string): ExecResult => ({ exitCode, stdout: '', stderr: '', error })

interface ExecSession {
  id: number
  root: Process
  stdout: CaptureFile
  stderr: CaptureFile
  input: ((text: string | undefined) => void) | undefined
  done: (r: ExecResult) => void
}

/** Standard streams of a command that is about to start, and how it becomes a session once its process is there. */
export interface Opened {
  descriptors: ReturnType<typeof execStreams>['descriptors']
  begin(root: Process): void
}

/** Commands that run beside process 1: what is typed into them, and what they have printed when they end. */
export class ExecSessions {
  private readonly running = new Map<number, ExecSession>()

  open(id: number, options: ExecOptions, openTerminal: (onText: (text: string) => void) => Terminal, done: (r: ExecResult) => void): Opened {
    const capture = (name: string, stream: 'stdout' | 'stderr'): CaptureFile =>
      new CaptureFile(name, options.onOutput && ((text) => options.onOutput!(stream, text)), options.isShown)
    const stdout = capture('pipe:[10]', 'stdout')
    const stderr = capture('pipe:[11]', 'stderr')
    const { descriptors, terminal, input } = execStreams(options, stdout, stderr, openTerminal)
    return {
      descriptors,
      begin: (root) => {
        if (terminal !== undefined) terminal.foreground = root.group
        this.running.set(id, { id, root, stdout, stderr, input, done })
      },
    }
  }

  rootOf(id: number): Process | undefined {
    return this.running.get(id)?.root
  }

  type(id: number, text: string | undefined): void {
    this.running.get(id)?.input?.(text)
  }

  /** A process that nobody has started from inside has ended. */
  finish(root: Process): void {
    const session = [...this.running.values()].find((s) => s.root === root)
    if (session === undefined) return
    this.running.delete(session.id)
    const { stdout, stderr } = session
    session.done({ exitCode: exitCodeOf(root.exit!), stdout: stdout.text, stderr: stderr.text })
  }
}
