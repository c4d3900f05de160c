/** Runs a template over one object, as text/template does over what JSON decodes to. */
import { goQuote } from '../../../engine/api/field.ts'
import { CallError, isTrue, templateFunctionNames, templateFunctions } from './functions.ts'
import { parseTemplate, type Command, type Node, type Operand, type Pipe, type Template } from './parse.ts'
import { goText, typeName } from './print.ts'
import { TemplateError } from './scan.ts'

/** What {{range}} loops and templates that call each other may do before it is called endless. */
const mostSteps = 100_000

export class GoTemplate {
  private readonly template: Template
  private readonly source: string
  private readonly allowMissing: boolean

  /** @throws TemplateError */
  constructor(source: string, allowMissing: boolean) {
    this.template = parseTemplate(source, templateFunctionNames)
    this.source = source
    this.allowMissing = allowMissing
  }

  /** `data`: its integers are bigints. @throws TemplateError */
  execute(data: unknown): string {
    const run = new Run(this.template, this.source, this.allowMissing)
    try {
      run.walk(this.template.nodes, data, [{ name: '$', value: data }])
    } catch (error) {
      if (error instanceof TemplateError) error.written = run.text
      throw error
    }
    return run.text
  }
}

/** Those in sight, the innermost last: one that is declared in a block hides another of its name, and goes with the block. */
type Variables = { name: string; value: unknown }[]
/** Of functions that do not take one argument or more. */
const argumentCounts: Readonly<Record<string, { least: number; exactly: boolean }>> = Object.fromEntries([
  ...['print', 'println', 'html', 'js', 'urlquery'].map((name) => [name, { least: 0, exactly: false }]),
  ...['len', 'not', 'base64decode'].map((name) => [name, { least: 1, exactly: true }]),
  ...['ne', 'lt', 'le', 'gt', 'ge'].map((name) => [name, { least: 2, exactly: true }]),
])

type Flow = 'break' | 'continue' | undefined

class Run {
  text = ''
  private steps = 0
  private depth = 0
  private readonly template: Template
  private readonly source: string
  private readonly allowMissing: boolean

  constructor(template: Template, source: string, allowMissing: boolean) {
    this.template = template
    this.source = source
    this.allowMissing = allowMissing
  }

  walk(nodes: readonly Node[], dot: unknown, variables: Variables): Flow {
    for (const node of nodes) {
      if (++this.steps > mostSteps) throw new TemplateError('template: output: exceeded the maximum number of steps')
      const flow = this.node(node, dot, variables)
      if (flow !== undefined) return flow
    }
    return undefined
  }

  private node(node: Node, dot: unknown, variables: Variables): Flow {
    switch (node.do) {
      case 'text':
        this.text += node.text
        return undefined
      case 'print': {
        const value = this.pipe(node.pipe, dot, variables)
        if (node.pipe.variables.length === 0) this.text += value === undefined || value === null ? '<no value>' : goText(value)
        return undefined
      }
      case 'if':
      case 'with': {
        const inSight = variables.length
        const value = this.pipe(node.pipe, dot, variables)
        const flow = isTrue(value)
          ? this.walk(node.body, node.do === 'with' ? value : dot, variables)
          : this.walk(node.otherwise, dot, variables)
        variables.length = inSight
        return flow
      }
      case 'range':
        return this.range(node, dot, variables)
      case 'template':
        return this.call(node, dot, variables)
      default:
        return node.do
    }
  }

  private range(node: Node & { do: 'if' | 'with' | 'range' }, dot: unknown, variables: Variables): Flow {
    const { pipe, body, otherwise } = node
    const value = this.pipe({ ...pipe, variables: [] }, dot, variables)
    const items = this.itemsOf(value, pipe)
    if (items.length === 0) return this.walk(otherwise, dot, variables)
    const inSight = variables.length
    for (const [key, item] of items) {
      const [first, second] = pipe.variables
      if (first !== undefined) this.bind(pipe, first, second === undefined ? item : key, variables)
      if (second !== undefined) this.bind(pipe, second, item, variables)
      const flow = this.walk(body, item, variables)
      variables.length = inSight
      if (flow === 'break') break
    }
    return undefined
  }

  private itemsOf(value: unknown, pipe: Pipe): [unknown, unknown][] {
    if (value === null || value === undefined) return []
    if (Array.isArray(value)) return value.map((item, i) => [BigInt(i), item])
    if (typeof value === 'bigint') return Array.from({ length: Number(value < 10_000n ? value : 10_000n) }, (_, i) => [BigInt(i), BigInt(i)])
    if (typeof value === 'object') {
      const map = value as Record<string, unknown>
      return Object.keys(map).toSorted().map((key) => [key, map[key]])
    }
    const command = pipe.commands.at(-1)!
    const [head] = command.operands
    throw this.fail(head!.is === 'function' ? command : head!, `range can't iterate over ${goText(value)}`)
  }

  private call(node: Node & { do: 'template' }, dot: unknown, variables: Variables): Flow {
    const named = this.template.named.get(node.name)
    const data = node.pipe === undefined ? undefined : this.pipe(node.pipe, dot, variables)
    if (named === undefined)
      throw this.fail(
        {
          at: node.at,
          text: `{{template ${goQuote(node.name)}${node.pipe === undefined ? '' : ` ${node.pipe.text}`}}}`,
        },
        `template ${goQuote(node.name)} not defined`,
      )
    if (++this.depth > 100) throw new TemplateError('template: output: exceeded maximum template depth (100000)')
    this.walk(named, data, [{ name: '$', value: data }])
    this.depth--
    return undefined
  }

  private pipe(pipe: Pipe, dot: unknown, variables: Variables): unknown {
    let value: unknown
    pipe.commands.forEach((command, i) => {
      value = this.command(command, dot, variables, i > 0 ? [value] : [])
    })
    for (const name of pipe.variables) this.bind(pipe, name, value, variables)
    return value
  }

  /** "$x :=" declares, "$x =" changes the one in sight. */
  private bind({ assigns }: Pipe, name: string, value: unknown, variables: Variables): void {
    if (assigns) variables.findLast((variable) => variable.name === name)!.value = value
    else variables.push({ name, value })
  }

  private command(command: Command, dot: unknown, variables: Variables, last: readonly unknown[]): unknown {
    const [head, ...rest] = command.operands as [Operand, ...Operand[]]
    if (head.is === 'function') return this.function(head, rest, command, dot, variables, last)
    if (head.is === 'nil') throw this.fail(head, 'nil is not a command')
    if (rest.length > 0 || last.length > 0) {
      const field = head.fields.at(-1)
      throw this.fail(
        head,
        field === undefined
          ? `can't give argument to non-function ${head.text}`
          : `${field} is not a method but has arguments`,
      )
    }
    return this.operand(head, dot, variables)
  }

  private function(
    head: Operand & { is: 'function' },
    rest: readonly Operand[],
    command: Command,
    dot: unknown,
    variables: Variables,
    last: readonly unknown[],
  ): unknown {
    const count = rest.length + last.length
    const { least, exactly } = argumentCounts[head.name] ?? { least: 1, exactly: false }
    if (count < least || (exactly && count > least)) {
      throw this.fail(
        head,
        `wrong number of args for ${head.name}: want ${exactly ? '' : 'at least '}${least} got ${count}`,
      )
    }
    if (head.name === 'and' || head.name === 'or') return this.decide(head.name, rest, dot, variables, last)
    const args = [...rest.map((operand) => this.operand(operand, dot, variables)), ...last]
    if (head.name === 'base64decode') this.checkText(args[0], rest[0] ?? command, rest[0]?.is === 'literal')
    try {
      if (head.name === 'call')
        throw new CallError(
          args[0] === undefined ? 'call of nil' : `non-function ${rest[0]?.text ?? ''} of type ${typeName(args[0])}`,
        )
      return templateFunctions.get(head.name)!(args)
    } catch (error) {
      if (error instanceof CallError) throw this.fail(command, `error calling ${head.name}: ${error.message}`)
      throw error
    }
  }

  /** What a parameter of type string takes. */
  private checkText(value: unknown, operand: { at: number; text: string }, isLiteral: boolean): void {
    if (typeof value === 'string') return
    if (isLiteral) throw this.fail(operand, `expected string; found ${operand.text}`)
    throw this.fail(
      operand,
      value === undefined
        ? 'invalid value; expected string'
        : `wrong type for value; expected string; got ${typeName(value)}`,
    )
  }

  /** Later operands are not looked at once one has decided. */
  private decide(name: 'and' | 'or', operands: readonly Operand[], dot: unknown, variables: Variables, last: readonly unknown[]): unknown {
    let value: unknown
    for (const operand of operands) {
      value = this.operand(operand, dot, variables)
      if (isTrue(value) === (name === 'or')) return value
    }
    return last.length > 0 ? last[0] : value
  }

  private operand(operand: Operand, dot: unknown, variables: Variables): unknown {
    let value = this.base(operand, dot, variables)
    for (const field of operand.fields) value = this.field(value, field, operand)
    return value
  }

  private base(operand: Operand, dot: unknown, variables: Variables): unknown {
    switch (operand.is) {
      case 'dot':
        return dot
      case 'nil':
        return null
      case 'literal':
        return operand.value
      case 'variable':
        return variables.findLast(({ name }) => name === operand.name)!.value
      case 'function':
        return this.function(operand, [], { operands: [operand], at: operand.at, text: operand.text }, dot, variables, [])
      case 'pipe':
        return this.pipe(operand.pipe, dot, variables)
    }
  }

  private field(value: unknown, name: string, operand: Operand): unknown {
    // What is missing is no value at all, whatever is asked of it; null is a nil interface.
    if (value === undefined) {
      if (this.allowMissing) return undefined
      throw this.fail(operand, `nil data; no entry for key "${name}"`)
    }
    if (value === null) throw this.fail(operand, `nil pointer evaluating interface {}.${name}`)
    if (typeof value !== 'object' || Array.isArray(value))
      throw this.fail(operand, `can't evaluate field ${name} in type interface {}`)
    if (Object.hasOwn(value, name)) return (value as Record<string, unknown>)[name]
    if (!this.allowMissing) throw this.fail(operand, `map has no entry for key "${name}"`)
    return undefined
  }

  private fail({ at, text }: { at: number; text: string }, message: string): TemplateError {
    const before = this.source.slice(0, at).split('\n')
    return new TemplateError(`template: output:${before.length}:${before.at(-1)!.length}: executing "output" at <${text}>: ${message}`)
  }
}
