import type { Load, LoadRecord } from '../../engine/api/load.ts'
import type { terminal as texts } from '../../i18n/en/terminal.ts'
import { filesNow, openFile, writeFile } from '../shared/files/desk.ts'
import { nameProblem } from '../shared/files/files.ts'
import { askFocus } from '../shared/view.ts'
import { jobLine, jobNamed, withJob } from './jobs.ts'
import { isKubectl, lineOf } from './kubectlLine.ts'
import { isMachineTool, machineTools, needsMachine } from './machineTools.ts'
import { filterNames } from './pipe.ts'
import { recalled } from './recall.ts'
import type { Session } from './session.ts'
import { parseLine } from './shell.ts'
import type { Command } from './shell.ts'
import { xargsCommands } from './xargs.ts'

/** A text in the reader's language. */
export type Say = (key: keyof typeof texts, values?: { what: string; count?: number }) => string

/** Undefined: this is for the machine. */
type Builtin = (session: Session, command: Command, say: Say) => number | undefined | Promise<number>

/** What the shell does itself, to the terminal and to the desk. */
const builtins: Readonly<Record<string, Builtin>> = {
  clear: (session) => told(session.notes.note('clear', '')),
  reset: (session) => told(session.notes.note('clear', '')),
  help: (session, _, say) => told(session.notes.note('quiet', `${say('help')}\n`)),
  alias,
  fg,
  kill,
  wait: async (session) => {
    await Promise.all(session.runningJobs().map(({ command }) => session.commands.ended(command, () => session.isCancelled())))
    return 0
  },
  exit: () => told((document.activeElement as HTMLElement | null)?.blur()),
  export: set,
  load: loadRequests,
  sleep,
  unalias: ({ aliases }, { words }) => forget(aliases, words),
  unset: (session, { words }) => forget(session.variables, words),
  watch,
  rm,
  vi: edit,
  vim: edit,
  nano: edit,
  code: edit,
}

/** What the shell says of itself, for the screen or for a pipe. */
const saying: Readonly<Record<string, (session: Session, words: readonly string[]) => string>> = {
  env: ({ variables }) => listed(variables, (name, value) => `${name}=${value}`),
  history: (session) => session.store.getState().history.map((line, i) => `${String(i + 1).padStart(5)}  ${line}\n`).join(''),
  jobs: (session) => {
    const running = session.runningJobs()
    return running.map((job) => jobLine(running, job, 'Running')).join('')
  },
  printenv: ({ variables }, names) => listed(variables, (name, value) => (names.length === 0 ? `${name}=${value}` : names.includes(name) ? value : undefined)),
}

function listed(variables: Session['variables'], line: (name: string, value: string) => string | undefined): string {
  const lines = [...variables].filter(([name]) => name !== '?').map(([name, value]) => line(name, value))
  return lines.flatMap((text) => (text === undefined ? [] : [`${text}\n`])).join('')
}

/** What a command says of the shell itself; undefined: that is not what it is for. */
export function said(session: Session, [name = '', ...words]: readonly string[]): string | undefined {
  if (name === 'alias' && words.length === 0) return [...session.aliases].map(([short, value]) => `alias ${short}='${value.join(' ')}'\n`).join('')
  // `env NAME=value program` is for the machine.
  return Object.hasOwn(saying, name) && (name !== 'env' || words.length === 0) ? saying[name]!(session, words) : undefined
}

/** Names that the shell knows, for completion. */
export const shellWords: readonly string[] = [...new Set(['kubectl', ...machineTools, ...Object.keys(builtins), ...Object.keys(saying), ...filterNames])].toSorted()

export { isMachineTool, needsMachine, recalled, withJob, xargsCommands }

/** Runs a command of the shell; undefined: it is none. */
export function builtin(session: Session, command: Command, say: Say): Promise<number> | undefined {
  const name = command.words[0] ?? ''
  const done = Object.hasOwn(builtins, name) ? builtins[name]!(session, command, say) : undefined
  return done === undefined ? undefined : Promise.resolve(done)
}

/** `export NAME=value`. */
function set({ variables: known }: Session, { words }: Command): number {
  for (const word of words.slice(1)) {
    const found = /^([A-Za-z_]\w*)=([^]*)$/.exec(word)
    if (found) known.set(found[1]!, found[2]!)
  }
  return 0
}

/** `alias k=kubectl` */
function alias({ aliases }: Session, { words }: Command): number {
  for (const word of words.slice(1)) {
    const equals = word.indexOf('=')
    if (equals > 0) aliases.set(word.slice(0, equals), word.slice(equals + 1).split(/\s+/).filter(Boolean))
  }
  return 0
}

function forget(known: Map<string, unknown>, words: readonly string[]): number {
  for (const word of words.slice(1)) known.delete(word)
  return 0
}

function told(_: void): number {
  return 0
}

function kill(session: Session, { words }: Command): number | undefined | Promise<number> {
  const names = words.slice(1).filter((word) => !word.startsWith('-'))
  return names.some((word) => word.startsWith('%')) ? killJobs(session, names) : undefined
}

async function killJobs(session: Session, names: readonly string[]): Promise<number> {
  let exitCode = 0
  for (const name of names) {
    const running = session.runningJobs()
    const job = jobNamed(running, name)
    if (job === undefined) {
      session.notes.note('err', `bash: kill: ${name}: no such job\n`)
      exitCode = 1
      continue
    }
    await session.commands.end(job.command)
    session.notes.note('out', jobLine(running, job, 'Terminated'))
  }
  return exitCode
}

/** Waits for one, as if it had been begun without the `&`. */
function fg(session: Session, { words }: Command): number | Promise<number> {
  const job = jobNamed(session.runningJobs(), words[1])
  if (job === undefined) {
    session.notes.note('err', `bash: fg: ${words[1] ?? 'current'}: no such job\n`)
    return 1
  }
  session.notes.note('out', `${job.text}\n`)
  return session.commands.ended(job.command, () => session.isCancelled())
}

const unitMs: Readonly<Record<string, number>> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** On the virtual clock: the film goes on so far. */
async function sleep({ playback, notes: { note } }: Session, { words }: Command): Promise<number> {
  const amount = words[1] ?? ''
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(amount)
  if (!match) {
    note('err', amount === '' ? 'sleep: missing operand\n' : `sleep: invalid time interval '${amount}'\n`)
    return 1
  }
  const { film } = playback.state
  const ms = Number(match[1]) * unitMs[match[2]!]!
  if (film !== undefined) await playback.seekTime(playback.clock.getState().now - film.opening.startMs + ms)
  return 0
}

/** `load http://web 20 client`: from a pod, or from outside without one; `load stop`. A name of its own for each address. */
async function loadRequests({ playback, notes: { note } }: Session, { words }: Command, say: Say): Promise<number> {
  const [, url = '', rate = '10', from] = words
  if (url === 'stop') {
    const running = runningLoads(playback).filter((name) => rate === '10' || name === rate)
    for (const name of running) await begin(playback, { name, stop: true })
    return 0
  }
  const perSecond = Number(rate)
  if (!/^https?:\/\/[^\s/]+(\/\S*)?$/.test(url) || !(perSecond > 0 && perSecond <= 1000)) {
    note('err', `${say('loadUsage')}\n`)
    return 1
  }
  const name = url.replace(/^https?:\/\//, '').replace(/[^\w.-]+/g, '-').slice(0, 63)
  await begin(playback, { name, url, perSecond, ...(from === undefined ? {} : { from }) })
  return 0
}

/** What is typed next comes after it, however soon: the playhead goes onto its step. */
async function begin(playback: Session['playback'], load: Load): Promise<void> {
  await playback.act({ load }, 'stay')
  const step = playback.state.film?.inputs.at(-1)?.step
  if (step !== undefined) playback.seek(step)
  playback.play()
}

function runningLoads({ state: { film, cursor } }: Session['playback']): string[] {
  const records = (film?.outside.range('loads/', film.revisionAt(cursor)) ?? []) as readonly LoadRecord[]
  return records.filter(({ endedAt }) => endedAt === undefined).map(({ name }) => name)
}

const intervalMinS = 0.1

/** `watch [-n seconds] kubectl ...`, in quotes or not: a question to each moment on stage. Anything else is watched on the machine. */
function watch({ notes: { note }, store, playback }: Session, { words, typed }: Command, say: Say): number | undefined {
  let seconds = 2
  let at = 1
  for (; words[at]?.startsWith('-'); at++) {
    const interval = /^(?:-n|--interval=?)(.*)$/.exec(words[at]!)
    if (interval) seconds = Number(interval[1] === '' ? words[++at] : interval[1])
  }
  const text = typed.length === at + 1 ? words[at]! : typed.slice(at).join(' ')
  const inner = parseLine(text)
  if (text === '' || !(seconds >= intervalMinS)) {
    note('err', `${say('watchUsage')}\n`)
    return 1
  }
  const [only, ...more] = inner.type === 'pipelines' ? inner.pipelines : []
  const [first, ...behind] = only?.commands ?? []
  if (first === undefined || more.length > 0 || !isKubectl(first.words[0])) return undefined
  store.setState({ watch: { typed: text, line: lineOf(first), filters: behind, everyMs: seconds * 1000 } })
  playback.play()
  return 0
}

function edit({ playback, notes: { note } }: Session, { words }: Command, say: Say): number {
  const name = words.length > 1 ? words.at(-1) : undefined
  const { all } = filesNow(playback)
  if (name !== undefined && !Object.hasOwn(all, name)) {
    if (nameProblem(name, all) !== undefined) {
      note('err', `${say('badName', { what: name })}\n`)
      return 1
    }
    writeFile(playback, name, '')
  }
  if (name !== undefined) openFile(playback, name)
  askFocus('editor')
  return 0
}

function rm({ playback, notes: { note } }: Session, { words }: Command): number {
  const names = words.slice(1).filter((word) => !word.startsWith('-'))
  const { all } = filesNow(playback)
  const missing = names.filter((name) => !Object.hasOwn(all, name))
  for (const name of names) if (Object.hasOwn(all, name)) writeFile(playback, name, null)
  note('err', missing.map((name) => `rm: cannot remove '${name}': No such file or directory\n`).join(''))
  return missing.length === 0 ? 0 : 1
}
