import type { ArithmeticFor, Case, CompoundCommand, CompoundList, If, Subshell, While, Word } from 'unbash'
import { COST } from '../process/cpu.ts'
import { pay } from '../process/io.ts'
import type { Run } from '../process/process.ts'
import { Arithmetic } from './arithmetic.ts'
import { evaluateTest } from './conditional.ts'
import { LoopControl } from './control.ts'
import { wordsOf } from './flavor.ts'
import { matches } from '../../text/pattern.ts'
import type { Shell } from './shell.ts'

/** if, while, for, case, subshells, [[ ]], (( )). */
export class Compound {
  private readonly shell: Shell

  constructor(shell: Shell) {
    this.shell = shell
  }

  *run(node: CompoundCommand, last: boolean): Run<void> {
    switch (node.type) {
      case 'BraceGroup':
        return yield* this.shell.list(node.body, last)
      case 'Subshell':
        return yield* this.subshell(node)
      case 'If':
        return yield* this.if(node, last)
      case 'While':
        return yield* this.while(node)
      case 'For':
      case 'Select':
        return yield* this.for(node.name.value, node.wordlist, node.body)
      case 'ArithmeticFor':
        return yield* this.arithmeticFor(node)
      case 'Case':
        return yield* this.case(node)
      case 'TestCommand':
        if (this.shell.state.flavor === 'dash') return yield* this.commandNotFound('[[', node.pos)
        this.shell.process.cpu.charge(COST.command)
        return yield* this.shell.finish((yield* evaluateTest(this.shell, node.expression)) ? 0 : 1)
      case 'ArithmeticCommand': {
        if (this.shell.state.flavor !== 'bash')
          return yield* this.commandNotFound(node.body.trim().split(/\s/)[0] ?? '', node.pos)
        const value = yield* new Arithmetic(this.shell.expander, node.body).evaluate(node.expression)
        return yield* this.shell.finish(value === 0 ? 1 : 0)
      }
    }
  }

  private *commandNotFound(name: string, pos: number): Run<void> {
    yield* this.shell.report(wordsOf(this.shell.state.flavor).notFound(name), pos)
    yield* this.shell.finish(127)
  }

  private *subshell(node: Subshell): Run<void> {
    const child = this.shell.children.fork((shell) => shell.list(node.body, true), this.shell.process.copyDescriptors())
    yield* this.shell.finish(yield* this.shell.children.waitFor(child))
  }

  private *if(node: If, last: boolean): Run<void> {
    if (yield* this.condition(node.clause)) return yield* this.shell.list(node.then, last)
    for (const elif of node.elif) if (yield* this.condition(elif.clause)) return yield* this.shell.list(elif.then, last)
    this.shell.state.status = 0
    if (node.else !== undefined) yield* this.shell.list(node.else, last)
  }

  private *condition(list: CompoundList): Run<boolean> {
    this.shell.state.tolerant++
    yield* this.shell.list(list)
    this.shell.state.tolerant--
    return this.shell.state.status === 0
  }

  private *while(node: While): Run<void> {
    const wanted = node.kind === 'while'
    let status = 0
    const { state, process } = this.shell
    yield* this.loop(
      function* (this: Compound) {
        const before = state.effects
        if ((yield* this.condition(node.clause)) !== wanted) return false
        yield* this.shell.list(node.body)
        status = state.status
        // A turn that has changed nothing would only be repeated until time has passed.
        if (state.effects === before) process.cpu.burn()
        yield* pay(process)
        return true
      }.bind(this),
    )
    this.shell.state.status = status
  }

  /** Repeats `turn` until it is false; `break` and `continue` end here. */
  private *loop(turn: () => Run<boolean>): Run<void> {
    this.shell.state.loops++
    const { tolerant } = this.shell.state
    for (;;) {
      try {
        if (!(yield* turn())) break
      } catch (e) {
        if (!(e instanceof LoopControl)) throw e
        this.shell.state.tolerant = tolerant
        if (e.levels > 1 && this.shell.state.loops > 1) {
          e.levels--
          this.shell.state.loops--
          throw e
        }
        if (e.kind === 'break') break
      }
      yield* pay(this.shell.process)
    }
    this.shell.state.loops--
  }

  private *for(name: string, wordlist: readonly Word[] | undefined, body: CompoundList): Run<void> {
    const values =
      wordlist === undefined ? [...this.shell.state.positional] : yield* this.shell.expander.fields(wordlist)
    let i = 0
    this.shell.state.status = 0
    yield* this.loop(
      function* (this: Compound) {
        if (i >= values.length) return false
        this.shell.expander.assign(name, values[i++]!)
        yield* this.shell.list(body)
        return true
      }.bind(this),
    )
  }

  private *arithmeticFor(node: ArithmeticFor): Run<void> {
    const evaluate = (e: ArithmeticFor['test']) =>
      new Arithmetic(this.shell.expander, this.shell.state.source.slice(e?.pos ?? 0, e?.end ?? 0)).evaluate(e)
    yield* evaluate(node.initialize)
    let first = true
    yield* this.loop(
      function* (this: Compound) {
        if (!first) yield* evaluate(node.update)
        first = false
        if (node.test !== undefined && (yield* evaluate(node.test)) === 0) return false
        yield* this.shell.list(node.body)
        return true
      }.bind(this),
    )
  }

  private *case(node: Case): Run<void> {
    const value = yield* this.shell.expander.single(node.word)
    this.shell.state.status = 0
    let falls = false
    for (const item of node.items) {
      let hit = falls
      for (const pattern of item.pattern) hit ||= matches(yield* this.shell.expander.pattern(pattern), value)
      if (!hit) continue
      yield* this.shell.list(item.body)
      if (item.terminator === ';;' || item.terminator === undefined) return
      falls = item.terminator === ';&'
    }
  }
}
