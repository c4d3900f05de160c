import type { Assignment, Command, Redirection, Word } from 'unbash'
import { Errno, strerror } from '../filesystem/errno.ts'
import { COST } from '../process/cpu.ts'
import { pay, print } from '../process/io.ts'
import type { Resolved } from '../process/machine.ts'
import { type Process, type Run, Terminated } from '../process/process.ts'
import { foundOrImagined } from '../programs/imagined.ts'
import { Arithmetic, parseArithmetic } from './arithmetic.ts'
import { type Builtin, isSpecialBuiltin } from './builtins.ts'
import { Return, ShellError, Unreadable } from './control.ts'
import { wordsOf } from './flavor.ts'
import { type Descriptors, redirect } from './redirect.ts'
import type { Shell } from './shell.ts'
import { syntaxWords } from './syntax-words.ts'
import type { Index } from './state.ts'
import type { ShellFunction } from './syntax.ts'

/** A command with its arguments, assignments and redirections: a function, a builtin or a program. */
export class SimpleCommand {
  private readonly shell: Shell

  constructor(shell: Shell) {
    this.shell = shell
  }

  *run(node: Command, last: boolean): Run<void> {
    const { state, process } = this.shell
    state.pos = node.pos
    process.cpu.charge(COST.command)
    this.shell.children.lastSubstitution = undefined
    const count = this.shell.children.substituted.length
    const words = yield* this.commandWords(node)
    const assignments = yield* this.assignments(node.prefix)
    if (state.options.has('x')) yield* this.trace(node, assignments, words)
    if (words.length === 0) yield* this.onlyAssignments(node, assignments)
    else yield* this.invoke(words, assignments, node.redirects, last)
    if (this.shell.children.substituted.length > count) this.shell.children.closeSubstituted(count)
    yield* pay(process)
  }

  private *commandWords(node: Command): Run<string[]> {
    if (node.name === undefined) return []
    const name = yield* this.shell.expander.fields([node.name])
    const alias = this.shell.state.aliases.get(node.name.text)
    const args = yield* this.argumentWords(node)
    return alias === undefined ? [...name, ...args] : [...alias.split(/\s+/), ...args]
  }

  private *argumentWords(node: Command): Run<string[]> {
    const { args } = node
    if (args.every((a) => a.type === 'Word')) return yield* this.shell.expander.fields(args as Word[])
    const out: string[] = []
    for (const arg of args) {
      if (arg.type === 'Word') out.push(...(yield* this.shell.expander.fields([arg])))
      else if (arg.value.type === 'ArrayValue') yield* this.assignArray(arg, declaresMap(node))
      else out.push(`${arg.name}${arg.append === true ? '+' : ''}=${yield* this.shell.expander.single(arg.value)}`)
    }
    return out
  }

  private *assignments(prefix: Command['prefix']): Run<[name: string, value: string][]> {
    const out: [string, string][] = []
    for (const a of prefix) {
      if (a.type !== 'Assignment') continue
      if (a.value.type === 'ArrayValue') yield* this.assignArray(a)
      else if (a.index !== undefined) yield* this.assignElement(a, a.index, a.value)
      else {
        const value = yield* this.shell.expander.single(a.value)
        out.push([a.name, a.append === true ? (this.shell.state.get(a.name) ?? '') + value : value])
      }
    }
    return out
  }

  private *assignArray(a: Assignment, isMap = this.shell.state.isMap(a.name)): Run<void> {
    if (a.value.type !== 'ArrayValue') return
    if (this.shell.state.flavor !== 'bash')
      throw new Unreadable(syntaxWords(this.shell.state.flavor, "unexpected token '('"), a.pos)
    const values: { index: Index | undefined; value: string }[] = []
    for (const word of a.value.elements) {
      for (const field of yield* this.shell.expander.fields([word])) {
        const [, index, value] = (word.text.startsWith('[') ? /^\[([^\]]*)\]=([\s\S]*)$/.exec(field) : null) ?? []
        values.push(index === undefined ? { index: undefined, value: field } : { index: isMap ? index : Number(index), value: value! })
      }
    }
    let next = a.append === true ? Math.max(-1, ...this.shell.expander.indices(a.name).map(Number)) + 1 : 0
    if (a.append !== true)
      this.shell.state.variables.set(a.name, { value: '', exported: false, readonly: false, elements: new Map(), ...(isMap ? { isMap } : {}) })
    for (const { index = next, value } of values) {
      this.shell.state.setElement(a.name, index, value)
      next = Number(index) + 1
    }
  }

  private *assignElement(a: Assignment, index: Word, value: Word): Run<void> {
    const { state, expander } = this.shell
    const at = state.isMap(a.name) ? yield* expander.single(index) : yield* this.numberOf(index)
    const text = yield* expander.single(value)
    state.setElement(a.name, at, a.append === true ? (expander.element(a.name, at) ?? '') + text : text)
  }

  private *numberOf(index: Word): Run<number> {
    const text = yield* this.shell.expander.single(index)
    return Math.trunc(yield* new Arithmetic(this.shell.expander, text).evaluate(parseArithmetic(text)))
  }

  private *trace(
    node: Command,
    assignments: readonly (readonly [string, string])[],
    words: readonly string[],
  ): Run<void> {
    const { state } = this.shell
    const quote = (w: string) => (/^[\w@%+=:,./-]+$/.test(w) ? w : `'${w.replaceAll("'", `'"'"'`)}'`)
    const arrays = node.prefix.flatMap((a) =>
      a.type === 'Assignment' && a.value.type === 'ArrayValue' ? [state.source.slice(a.pos, a.end)] : [],
    )
    const text = [
      ...arrays,
      ...assignments.map(([n, v]) => `${n}=${v === '' ? '' : quote(v)}`),
      ...words.map(quote),
    ].join(' ')
    const [first = '', ...rest] = state.get('PS4') ?? '+ '
    const level = state.flavor === 'bash' ? state.substitutions + 1 : 1
    yield* print(this.shell.process, `${first.repeat(level)}${rest.join('')}${text}\n`, 2)
  }

  private *onlyAssignments(node: Command, assignments: readonly (readonly [string, string])[]): Run<void> {
    if (node.redirects.length > 0) {
      const table = this.shell.process.copyDescriptors()
      const error = yield* redirect(this.shell.process, this.shell.expander, table, node.redirects)
      if (error !== undefined) return yield* this.shell.redirectionFailed(error)
      for (const d of table) d?.release()
    }
    for (const [name, value] of assignments) this.shell.expander.assign(name, value)
    yield* this.shell.finish(this.shell.children.lastSubstitution ?? 0)
  }

  /** Looks for a function, a builtin, a program, in this order. */
  private *invoke(
    words: string[],
    assignments: [string, string][],
    redirections: readonly Redirection[],
    last: boolean,
  ): Run<void> {
    const name = words[0]!
    const f =
      isSpecialBuiltin(name) && this.shell.state.flavor !== 'bash' ? undefined : this.shell.state.functions.get(name)
    const builtin = f === undefined ? this.shell.builtinNamed(name) : undefined
    if (f === undefined && builtin === undefined) return yield* this.external(words, assignments, redirections, last)
    const run = f === undefined ? () => this.builtin(builtin!, words) : () => this.call(f, words)
    // `exec >file` is meant to stay.
    if (name === 'exec' && words.length === 1) return yield* this.redirectForGood(redirections)
    const assigned = () => this.withAssignments(assignments, name, run)
    if (redirections.length === 0) yield* assigned()
    else yield* this.shell.withRedirections(redirections, assigned)
  }

  private *withAssignments(
    assignments: readonly (readonly [string, string])[],
    name: string,
    run: () => Run<void>,
  ): Run<void> {
    const before = assignments.map(([n]) => [n, this.shell.state.variables.get(n)] as const)
    for (const [n, v] of assignments) {
      this.shell.state.variables.set(n, { value: v, exported: true, readonly: false })
    }
    yield* run()
    if (isSpecialBuiltin(name)) return
    for (const [n, old] of before) {
      if (old === undefined) this.shell.state.variables.delete(n)
      else this.shell.state.variables.set(n, old)
    }
  }

  private *redirectForGood(redirections: readonly Redirection[]): Run<void> {
    const table = this.shell.process.copyDescriptors()
    const error = yield* redirect(this.shell.process, this.shell.expander, table, redirections)
    if (error !== undefined) throw new ShellError(error.message, 1, this.shell.state.pos)
    table.forEach((open, fd) => this.shell.process.setFd(fd, open))
    this.shell.state.effects++
    this.shell.state.status = 0
  }

  private *builtin(builtin: Builtin, words: readonly string[]): Run<void> {
    if (!builtin.pure) this.shell.state.effects++
    try {
      const result = builtin.run(this.shell, words)
      yield* this.shell.finish(typeof result === 'number' ? result : yield* result)
    } catch (e) {
      if (!(e instanceof Errno)) throw e
      yield* this.shell.report(`${words[0]}: write error: ${strerror(e)}`, this.shell.state.pos)
      yield* this.shell.finish(1)
    }
  }

  private *call(f: ShellFunction, words: readonly string[]): Run<void> {
    const { state } = this.shell
    const { positional, source, loops } = state
    state.positional = words.slice(1)
    state.source = f.source
    state.loops = 0
    state.locals.push(new Map())
    try {
      yield* this.shell.deeper(f.body.type === 'CompoundList' ? this.shell.list(f.body) : this.shell.command(f.body, false))
    } catch (e) {
      if (!(e instanceof Return)) throw e
      state.status = e.status
    } finally {
      state.positional = positional
      state.source = source
      state.loops = loops
      this.restoreLocals()
    }
  }

  private restoreLocals(): void {
    for (const [name, old] of this.shell.state.locals.pop() ?? []) {
      if (old === undefined) this.shell.state.variables.delete(name)
      else this.shell.state.variables.set(name, old)
    }
  }

  private *external(
    words: string[],
    assignments: readonly (readonly [string, string])[],
    redirections: readonly Redirection[],
    last: boolean,
  ): Run<void> {
    const { process, state } = this.shell
    const table = process.copyDescriptors()
    const error = yield* redirect(process, this.shell.expander, table, redirections)
    if (error !== undefined) return yield* this.shell.redirectionFailed(error)
    const env = state.environment()
    for (const [name, value] of assignments) env.set(name, value)
    const path = env.get('PATH') ?? state.get('PATH') ?? ''
    const found = foundOrImagined(
      process,
      process.machine.resolve(words, { access: process.access, path }),
      words,
      last,
    )
    if ('failed' in found) {
      // The message goes where the command's own would have gone.
      process.coverDescriptors(table)
      yield* this.finishNotFound(words[0]!, found.failed)
      process.uncoverDescriptors()
      return
    }
    if (last && state.traps.size === 0 && !state.interactive) return yield* this.replace(found, env, table)
    state.effects++
    const child = this.spawn(found, env, table)
    yield* this.shell.finish(yield* this.shell.children.waitFor(child))
  }

  private spawn(
    found: Extract<Resolved, { run: unknown }>,
    env: ReadonlyMap<string, string>,
    descriptors: Descriptors,
  ): Process {
    try {
      return this.shell.process.machine.spawn({
        parent: this.shell.process,
        argv: found.argv,
        program: found.run,
        env,
        descriptors,
        memoryBytes: found.memoryBytes,
        setuid: found.setuid,
        costUs: COST.exec,
        group: this.shell.children.group,
      })
    } catch (e) {
      for (const d of descriptors) d?.release()
      if (e instanceof Errno) throw new ShellError(wordsOf(this.shell.state.flavor).cannotFork, 2, this.shell.state.pos)
      throw e
    }
  }

  /** The shell becomes the program: `exec`, and the last command of a script. */
  *replace(
    found: Extract<Resolved, { run: unknown }>,
    env: ReadonlyMap<string, string>,
    descriptors: Descriptors | undefined,
  ): Run<never> {
    const { process } = this.shell
    if (descriptors !== undefined) process.coverDescriptors(descriptors)
    process.env = env
    process.machine.become(process, found)
    process.cpu.charge(COST.exec)
    throw new Terminated({ code: yield* found.run(process), signal: undefined })
  }

  *finishNotFound(
    name: string,
    failed: 'not found' | 'permission denied' | 'is a directory' | 'bad interpreter',
  ): Run<void> {
    const words = wordsOf(this.shell.state.flavor)
    const message =
      failed === 'not found' || failed === 'bad interpreter'
        ? words.notFound(name)
        : failed === 'is a directory'
          ? words.isDirectory(name)
          : words.permissionDenied(name)
    yield* this.shell.report(message, this.shell.state.pos)
    yield* this.shell.finish(failed === 'not found' || failed === 'bad interpreter' ? 127 : 126)
  }
}

/** `declare -A m=(...)`: the array's indices are words from the beginning. */
const declaresMap = ({ name, args }: Command): boolean | undefined =>
  ['declare', 'local', 'typeset'].includes(name?.text ?? '') ? args.some((arg) => arg.type === 'Word' && /^-[a-z]*A/.test(arg.text)) : undefined
