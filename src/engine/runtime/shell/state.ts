import type { ExitStatus } from '../process/process.ts'
import type { Signal } from '../process/signals.ts'
import type { ShellFunction } from './syntax.ts'
import type { Flavor } from './flavor.ts'

export interface Variable {
  value: string
  exported: boolean
  readonly: boolean
  /** Of an array (bash), by index; `value` is then element 0. */
  elements?: Map<Index, string>
  /** Declared by -A: its indices are words. */
  isMap?: boolean
}

/** What finds an element: a number, or a word in an associative array. */
export type Index = number | string

export interface Job {
  number: number
  /** Of the last process of its pipeline: what `$!` gives. */
  pid: number
  pids: number[]
  text: string
  status: ExitStatus | undefined
}

/** Single letters as `set` knows them; 'pipefail' has none. */
export type Option = 'e' | 'x' | 'u' | 'f' | 'n' | 'C' | 'v' | 'a' | 'm' | 'pipefail'

export const optionNames: Record<string, Option> = {
  errexit: 'e',
  xtrace: 'x',
  nounset: 'u',
  noglob: 'f',
  noexec: 'n',
  noclobber: 'C',
  verbose: 'v',
  allexport: 'a',
  monitor: 'm',
  pipefail: 'pipefail',
}

/** All that a shell knows. A subshell gets a copy. */
export class ShellState {
  readonly flavor: Flavor
  name: string
  positional: string[]
  variables = new Map<string, Variable>()
  functions = new Map<string, ShellFunction>()
  aliases = new Map<string, string>()
  options = new Set<Option>()
  traps = new Map<Signal | 'EXIT' | 'ERR', string>()
  pendingSignals: Signal[] = []
  jobs: Job[] = []
  /** `$?` */
  status = 0
  /** `$!` */
  lastBackground: number | undefined
  /** `$$`: of the shell itself, in all its subshells. */
  readonly pid: number
  /** In a function: what `local` has hidden. */
  locals: Map<string, Variable | undefined>[] = []
  depth = 0
  /** How many $( ) it stands in: bash shows that by its `set -x`. */
  substitutions = 0
  loops = 0
  /** Above 0 where a failure does not end the shell under `set -e`: conditions, `&&`, `!`. */
  tolerant = 0
  interactive = false
  /** Runs what somebody has typed at a prompt, line by line: complaints name no line. */
  atPrompt = false
  /** Changes of any kind: a loop whose turn changes nothing need not be run again within one quantum. */
  effects = 0
  startedAt: number
  /** The script whose nodes run now and where in it, for line numbers. */
  source: string
  pos = 0
  /** Named on the command line, not given with -c. */
  isScript = false
  getoptsOffset = 1

  constructor(o: {
    flavor: Flavor
    name: string
    positional: string[]
    pid: number
    startedAt: number
    source: string
  }) {
    this.flavor = o.flavor
    this.name = o.name
    this.positional = o.positional
    this.pid = o.pid
    this.startedAt = o.startedAt
    this.source = o.source
  }

  /** For a subshell: everything but the traps, of which only the ignored signals stay. */
  copy(): ShellState {
    const copy = new ShellState({ ...this, positional: [...this.positional] })
    copy.variables = new Map(
      Array.from(this.variables, ([name, v]) => [name, { ...v, elements: v.elements && new Map(v.elements) }]),
    )
    copy.functions = new Map(this.functions)
    copy.aliases = new Map(this.aliases)
    copy.options = new Set(this.options)
    copy.traps = new Map([...this.traps].filter(([, action]) => action === ''))
    copy.status = this.status
    copy.lastBackground = this.lastBackground
    copy.locals = this.locals.map((l) => new Map(l))
    copy.depth = this.depth
    copy.substitutions = this.substitutions
    copy.loops = this.loops
    copy.tolerant = this.tolerant
    copy.isScript = this.isScript
    copy.atPrompt = this.atPrompt
    copy.pos = this.pos
    return copy
  }

  get(name: string): string | undefined {
    return this.variables.get(name)?.value
  }

  /** Returns false when the variable is read-only. */
  set(name: string, value: string): boolean {
    this.effects++
    const old = this.variables.get(name)
    if (old === undefined) {
      this.variables.set(name, { value, exported: this.options.has('a'), readonly: false })
      return true
    }
    if (old.readonly) return false
    old.value = value
    old.elements?.set(0, value)
    if (this.options.has('a')) old.exported = true
    return true
  }

  unset(name: string): boolean {
    this.effects++
    if (this.variables.get(name)?.readonly === true) return false
    this.variables.delete(name)
    return true
  }

  setElement(name: string, index: Index, value: string): void {
    this.effects++
    const variable = this.variables.get(name) ?? { value: '', exported: false, readonly: false }
    const elements = variable.elements ?? new Map<Index, string>(variable.value === '' ? [] : [[0, variable.value]])
    elements.set(index, value)
    this.variables.set(name, { ...variable, elements, value: elements.get(variable.isMap === true ? '0' : 0) ?? '' })
  }

  isMap(name: string): boolean {
    return this.variables.get(name)?.isMap === true
  }

  export(name: string): void {
    const variable = this.variables.get(name)
    if (variable !== undefined) variable.exported = true
    else this.variables.set(name, { value: '', exported: true, readonly: false })
  }

  environment(): Map<string, string> {
    const env = new Map<string, string>()
    for (const [name, v] of this.variables) if (v.exported) env.set(name, v.value)
    return env
  }
}
