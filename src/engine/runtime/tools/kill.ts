import { attempt, Errno } from '../filesystem/errno.ts'
import { complain, print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { parseSignal, type Signal, signalNumber, signals } from '../process/signals.ts'

export type KillRequest =
  | { list: string[] }
  | { signal: Signal | 'probe'; targets: string[] }
  | { error: 'usage' }
  | { error: 'signal'; text: string }

/** `kill -9 12`, `kill -s TERM 12`, `kill -l`, `kill -0 12`. */
export function parseKill(args: readonly string[]): KillRequest {
  const [first, ...rest] = args
  if (first === undefined) return { error: 'usage' }
  if (first === '-l' || first === '-L') return { list: rest }
  const byName = first === '-s' || first === '-n'
  const name = byName ? rest[0] : first.startsWith('-') && first !== '--' ? first.slice(1) : undefined
  const targets = byName ? rest.slice(1) : name === undefined ? (first === '--' ? rest : [...args]) : rest
  if (targets[0] === '--') targets.shift()
  if (targets.length === 0) return { error: 'usage' }
  if (name === '0') return { signal: 'probe', targets }
  const signal = name === undefined ? 'TERM' : parseSignal(name)
  return signal === undefined ? { error: 'signal', text: name! } : { signal, targets }
}

export function listSignals(args: readonly string[]): string {
  if (args.length === 0) return `${signals.map((s) => `${String(signalNumber(s)).padStart(2)}) ${s}`).join('\n')}\n`
  return args
    .map((a) => {
      const signal = parseSignal(/^\d+$/.test(a) && Number(a) > 128 ? String(Number(a) - 128) : a)
      return `${signal === undefined ? a : /^\d+$/.test(a) ? signal : signalNumber(signal)}\n`
    })
    .join('')
}

/** Sends to a pid; false when there is no such process. A negative one is a process group, -1 everybody. */
export function sendSignal(p: Process, pid: number, signal: Signal | 'probe'): boolean | Errno {
  const targets = p.machine.visibleProcesses().filter((t) => t.exit === undefined && isMeant(p, t, pid))
  if (targets.length === 0) return false
  for (const target of targets) {
    if (p.who.uid !== 0 && p.who.uid !== target.who.uid) return new Errno('EPERM')
    if (signal !== 'probe' && target !== p) attemptKill(p, target, signal)
  }
  // Itself last: it does not come back from that.
  if (signal !== 'probe' && targets.includes(p)) p.machine.kill(p, signal)
  return true
}

function attemptKill(p: Process, target: Process, signal: Signal): void {
  const failed = attempt(() => p.machine.kill(target, signal))
  if (failed instanceof Errno && failed.code !== 'ESRCH') throw failed
}

function isMeant(p: Process, target: Process, pid: number): boolean {
  if (pid > 0) return target.pid === pid
  if (pid === 0) return target.group === p.group
  return pid === -1 ? target !== p && target.pid !== 1 : target.group === -pid
}

export function* kill(p: Process): Run<number> {
  const request = parseKill(p.argv.slice(1))
  if ('list' in request) {
    yield* print(p, listSignals(request.list))
    return 0
  }
  if ('error' in request) {
    yield* complain(
      p,
      request.error === 'signal' ? `bad signal name '${request.text}'` : 'you need to specify whom to kill',
    )
    return 1
  }
  let code = 0
  for (const target of request.targets) {
    const sent = /^-?\d+$/.test(target) ? sendSignal(p, Number(target), request.signal) : new Errno('EINVAL')
    if (sent === true) continue
    code = 1
    yield* complain(
      p,
      sent === false
        ? `can't kill pid ${target}: No such process`
        : sent.code === 'EINVAL'
          ? `invalid number '${target}'`
          : `can't kill pid ${target}: Operation not permitted`,
    )
  }
  return code
}
