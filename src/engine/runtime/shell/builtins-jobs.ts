import { Errno } from '../filesystem/errno.ts'
import { print } from '../process/io.ts'
import { exitCodeOf, type Exited, INTERRUPTED, type Run } from '../process/process.ts'
import { parseSignal, type Signal, signalNumber } from '../process/signals.ts'
import { listSignals, parseKill, sendSignal } from '../tools/kill.ts'
import type { Builtin } from './builtins.ts'
import { ShellError } from './control.ts'
import { wordsOf } from './flavor.ts'
import type { Shell } from './shell.ts'
import type { Job } from './state.ts'

export const jobBuiltins: Record<string, Builtin> = {
  trap: { run: trap },
  wait: { run: wait },
  jobs: { run: jobs },
  kill: { run: kill },
  fg: { run: foreground },
  bg: { run: () => 0 },
  disown: { run: () => 0, only: ['bash'] },
}

function* trap(shell: Shell, argv: readonly string[]): Run<number> {
  const { state } = shell
  const args = argv.slice(1).filter((a) => a !== '--')
  if (args[0] === '-l') {
    yield* print(shell.process, listSignals([]))
    return 0
  }
  if (args.length === 0 || args[0] === '-p') {
    for (const [signal, action] of state.traps)
      yield* print(
        shell.process,
        `trap -- '${action.replaceAll("'", "'\\''")}' ${state.flavor === 'bash' && !['EXIT', 'ERR'].includes(signal) ? `SIG${signal}` : signal}\n`,
      )
    return 0
  }
  const resets = args.length === 1 || args[0] === '-' || /^\d+$/.test(args[0]!)
  const names = resets && (args.length === 1 || args[0] !== '-') ? args : args.slice(1)
  for (const name of names) {
    const signal = trapName(name)
    if (signal === undefined) {
      yield* shell.report(
        state.flavor === 'ash'
          ? `trap: ${name}: invalid signal specification`
          : state.flavor === 'dash'
            ? `trap: ${name}: bad trap`
            : `trap: ${name}: invalid signal specification`,
        state.pos,
      )
      return 1
    }
    shell.setTrap(signal, resets ? undefined : args[0]!)
  }
  return 0
}

function trapName(name: string): Signal | 'EXIT' | 'ERR' | undefined {
  if (name === '0' || name.toUpperCase() === 'EXIT') return 'EXIT'
  if (name.toUpperCase() === 'ERR') return 'ERR'
  return parseSignal(name)
}

/** Waits for all children in the background, or for those named. A signal with a trap ends it. */
function* wait(shell: Shell, argv: readonly string[]): Run<number> {
  const any = argv[1] === '-n'
  const targets = argv.slice(any ? 2 : 1)
  if (any) return yield* waitForAny(shell)
  if (targets.length === 0) return yield* waitForAll(shell)
  let status = 0
  for (const target of targets) status = yield* waitForOne(shell, target)
  return status
}

function* waitForAll(shell: Shell): Run<number> {
  for (;;) {
    shell.children.collect()
    const child = shell.process.children.find((c) => c.exit === undefined)
    if (child === undefined) break
    const answer: Exited | typeof INTERRUPTED | undefined = yield { wait: 'child', interruptible: true }
    if (answer === INTERRUPTED) return interrupted(shell)
  }
  shell.state.jobs = []
  return 0
}

function* waitForAny(shell: Shell): Run<number> {
  const finished = shell.state.jobs.find((j) => j.status !== undefined)
  if (finished !== undefined) return forget(shell, finished)
  if (shell.process.children.length === 0) return 127
  const answer: Exited | typeof INTERRUPTED | undefined = yield { wait: 'child', interruptible: true }
  if (answer === INTERRUPTED) return interrupted(shell)
  shell.children.collect()
  const job = shell.state.jobs.find((j) => j.pid === answer?.pid)
  return job === undefined ? 127 : forget(shell, job)
}

function* waitForOne(shell: Shell, target: string): Run<number> {
  const job = findJob(shell, target)
  if (job === undefined) {
    if (shell.state.flavor === 'bash')
      yield* shell.report(`wait: pid ${target} is not a child of this shell`, shell.state.pos)
    return 127
  }
  shell.children.collect()
  while (job.status === undefined) {
    const answer: Exited | typeof INTERRUPTED | undefined = yield { wait: 'child', pid: job.pid, interruptible: true }
    if (answer === INTERRUPTED) return interrupted(shell)
    if (answer === undefined) return 127
    shell.children.collect()
  }
  return forget(shell, job)
}

function forget(shell: Shell, job: Job): number {
  shell.state.jobs = shell.state.jobs.filter((j) => j !== job)
  return exitCodeOf(job.status!)
}

/** The status of a `wait` that a signal has ended. */
function interrupted(shell: Shell): number {
  return 128 + signalNumber(shell.state.pendingSignals[0] ?? 'TERM')
}

function findJob(shell: Shell, target: string): Job | undefined {
  const { jobs } = shell.state
  if (target === '%%' || target === '%+' || target === '%') return jobs.at(-1)
  if (/^%\d+$/.test(target)) return jobs.find((j) => j.number === Number(target.slice(1)))
  if (target.startsWith('%')) return jobs.find((j) => j.text.startsWith(target.slice(1)))
  return jobs.find((j) => j.pid === Number(target))
}

function* jobs(shell: Shell, argv: readonly string[]): Run<number> {
  shell.children.collect()
  for (const job of shell.state.jobs) {
    const state =
      job.status === undefined ? 'Running' : exitCodeOf(job.status) === 0 ? 'Done' : `Done(${exitCodeOf(job.status)})`
    yield* print(
      shell.process,
      argv.includes('-p')
        ? `${job.pid}\n`
        : `[${job.number}]${job === shell.state.jobs.at(-1) ? '+' : ' '}  ${state.padEnd(23)} ${job.text}\n`,
    )
  }
  shell.state.jobs = shell.state.jobs.filter((j) => j.status === undefined)
  return 0
}

function* kill(shell: Shell, argv: readonly string[]): Run<number> {
  const request = parseKill(argv.slice(1))
  if ('list' in request) {
    yield* print(shell.process, listSignals(request.list))
    return 0
  }
  if ('error' in request) {
    const { flavor } = shell.state
    const usage =
      flavor === 'ash'
        ? 'you need to specify whom to kill'
        : 'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]'
    yield* shell.report(
      request.error === 'usage'
        ? usage
        : flavor === 'ash'
          ? `bad signal name '${request.text}'`
          : `kill: ${request.text}: invalid signal specification`,
      shell.state.pos,
    )
    return 1
  }
  let status = 0
  for (const target of request.targets) {
    if (!/^(-?\d+|%.*)$/.test(target)) {
      status = 1
      yield* shell.report(
        shell.state.flavor === 'ash'
          ? `invalid number '${target}'`
          : shell.state.flavor === 'dash'
            ? `kill: Illegal number: ${target}`
            : `kill: ${target}: arguments must be process or job IDs`,
        shell.state.pos,
      )
      continue
    }
    const job = target.startsWith('%') ? findJob(shell, target) : undefined
    const pid = job?.pid ?? (/^-?\d+$/.test(target) ? Number(target) : Number.NaN)
    const sent = Number.isNaN(pid) ? false : sendSignal(shell.process, pid, request.signal)
    if (sent === true) continue
    status = 1
    yield* shell.report(
      sent instanceof Errno
        ? `can't kill pid ${target}: Operation not permitted`
        : wordsOf(shell.state.flavor).noSuchProcess('kill', target),
      shell.state.pos,
    )
  }
  return status
}

function* foreground(shell: Shell, argv: readonly string[]): Run<number> {
  const job = findJob(shell, argv[1] ?? '%%')
  if (job === undefined) throw new ShellError(`fg: ${argv[1] ?? 'current'}: no such job`, 1, shell.state.pos)
  yield* print(shell.process, `${job.text}\n`)
  return yield* waitForOne(shell, String(job.pid))
}
