/** Runs a template over one object, as text/template does over what JSON decodes to. */
import { CallError, isTrue, templateFunctionNames, templateFunctions } from './functions.ts'
import { parseTemplate, type Command, type Node, type Operand, type Pipe, type Template } from './parse.ts'
import { goText } from './print.ts'
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
      run.walk(this.template.nodes, data, new Map([['$', data]]))
    } catch (error) {
      if (error instanceof TemplateError) error.written = run.text
      throw error
    }
    return run.text
  }
}

type Variables = Map<string, unknown>
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
        const inner = new Map(variables)
        const value = this.pipe(node.pipe, dot, inner)
        const flow = isTrue(value)
          ? this.walk(node.body, node.do === 'with' ? value : dot, inner)
          : this.walk(node.otherwise, dot, inner)
        this.keepAssigned(variables, inner, node.pipe)
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

  /** {{$x = ...}} inside changes the variable outside. */
  private keepAssigned(outer: Variables, inner: Variables, pipe: Pipe): void {
    for (const name of outer.keys()) if (pipe.assigns || !pipe.variables.includes(name)) outer.set(name, inner.get(name))
  }

  private range(node: Node & { do: 'if' | 'with' | 'range' }, dot: unknown, variables: Variables): Flow {
    const { pipe, body, otherwise } = node
    const value = this.pipe({ ...pipe, variables: [] }, dot, variables)
    const items = this.itemsOf(value, pipe)
    if (items.length === 0) return this.walk(otherwise, dot, variables)
    for (const [key, item] of items) {
      const inner = new Map(variables)
      const [first, second] = pipe.variables
      if (second !== undefined) inner.set(first!, key).set(second, item)
      else if (first !== undefined) inner.set(first, item)
      const flow = this.walk(body, item, inner)
      this.keepAssigned(variables, inner, pipe)
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
    if (named === undefined) throw new TemplateError(`template: output:1:0: executing "output" at <{{template "${node.name}"}}>: template "${node.name}" not defined`)
    if (++this.depth > 100) throw new TemplateError('template: output: exceeded maximum template depth (100000)')
    this.walk(named, data, new Map([['$', data]]))
    this.depth--
    return undefined
  }

  private pipe(pipe: Pipe, dot: unknown, variables: Variables): unknown {
    let value: unknown
    pipe.commands.forEach((command, i) => {
      value = this.command(command, dot, variables, i > 0 ? [value] : [])
    })
    for (const name of pipe.variables) variables.set(name, value)
    return value
  }

  private command(command: Command, dot: unknown, variables: Variables, last: readonly unknown[]): unknown {
    const [head, ...rest] = command.operands as [Operand, ...Operand[]]
    if (head.is === 'function') return this.function(head, rest, command, dot, variables, last)
    if (head.is === 'nil') throw this.fail(head, 'nil is not a command')
    if (rest.length > 0 || last.length > 0) throw this.fail(head, `can't give argument to non-function ${head.text}`)
    return this.operand(head, dot, variables)
  }

  private function(head: Operand & { is: 'function' }, rest: readonly Operand[], command: Command, dot: unknown, variables: Variables, last: readonly unknown[]): unknown {
    if (head.name === 'and' || head.name === 'or') return this.decide(head.name, rest, dot, variables, last)
    const args = [...rest.map((operand) => this.operand(operand, dot, variables)), ...last]
    const least = ['print', 'println', 'html', 'js', 'urlquery'].includes(head.name) ? 0 : 1
    if (args.length < least) throw this.fail(head, `wrong number of args for ${head.name}: want at least ${least} got ${args.length}`)
    try {
      return templateFunctions.get(head.name)!(args)
    } catch (error) {
      if (error instanceof CallError) throw this.fail(command, `error calling ${head.name}: ${error.message}`)
      throw error
    }
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
        return variables.get(operand.name)
      case 'function':
        return this.function(operand, [], { operands: [operand], at: operand.at, text: operand.text }, dot, variables, [])
      case 'pipe':
        return this.pipe(operand.pipe, dot, variables)
    }
  }

  private field(value: unknown, name: string, operand: Operand): unknown {
    if (value === null || value === undefined) throw this.fail(operand, `nil pointer evaluating interface {}.${name}`)
    if (typeof value !== 'object' || Array.isArray(value)) throw this.fail(operand, `can't evaluate field ${name} in type interface {}`)
    if (Object.hasOwn(value, name)) return (value as Record<string, unknown>)[name]
    if (!this.allowMissing) throw this.fail(operand, `map has no entry for key "${name}"`)
    return undefined
  }

  private fail({ at, text }: { at: number; text: string }, message: string): TemplateError {
    const before = this.source.slice(0, at).split('\n')
    return new TemplateError(`template: output:${before.length}:${before.at(-1)!.length}: executing "output" at <${text}>: ${message}`)
  }
}
