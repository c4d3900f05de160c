import { AwkError, type AwkExpr, type AwkRule, type AwkStatement } from './awk-parser.ts'
import { formatPrintf } from './printf.ts'
import { posixRegExp } from './regexp.ts'

/** A number that came as text compares as a number; '' is neither. */
type Value = number | string

class Jump {
  readonly kind: 'next' | 'break' | 'continue' | 'exit'
  constructor(kind: Jump['kind']) {
    this.kind = kind
  }
}

export interface AwkWorld {
  separator: string | undefined
  environment: ReadonlyMap<string, string>
  /** What a program has that runs on one. Without it nobody knows the time, and nothing happens by chance. */
  machine?: { now: () => number; random: (bound: number) => number; formatTime: (format: string, atMs: number) => string }
}

/** A loop inside one action may turn this often: nothing else runs meanwhile. */
const MAX_TURNS = 1_000_000

export class AwkRun {
  exitCode: number | undefined
  private readonly rules: readonly AwkRule[]
  private readonly world: AwkWorld
  private readonly variables = new Map<string, Value>()
  private readonly arrays = new Map<string, Map<string, Value>>()
  private readonly inRange = new Set<AwkRule>()
  private fields: string[] = ['']
  private output = ''
  private turns = 0

  constructor(rules: readonly AwkRule[], world: AwkWorld) {
    this.rules = rules
    this.world = world
    for (const [name, value] of [
      ['FS', world.separator ?? ' '],
      ['OFS', ' '],
      ['ORS', '\n'],
      ['NR', 0],
      ['NF', 0],
      ['FNR', 0],
      ['SUBSEP', '\x1c'],
    ] as const)
      this.variables.set(name, value)
    this.arrays.set('ENVIRON', new Map(world.environment))
  }

  get readsInput(): boolean {
    return this.rules.some((r) => r.kind !== 'BEGIN')
  }

  /** `-v name=value` */
  assignText(text: string): void {
    const equals = text.indexOf('=')
    this.variables.set(text.slice(0, equals), text.slice(equals + 1))
  }

  begin(): string {
    return this.collect(() => this.run('BEGIN'))
  }

  end(): string {
    return this.collect(() => this.run('END'))
  }

  /** What follows comes from another file. */
  file(name: string): void {
    this.variables.set('FNR', 0)
    this.variables.set('FILENAME', name)
  }

  line(text: string): string {
    for (const name of ['NR', 'FNR']) this.variables.set(name, this.number(this.variables.get(name)!) + 1)
    this.setRecord(text)
    return this.collect(() => this.run('pattern'))
  }

  private collect(f: () => void): string {
    this.output = ''
    this.turns = 0
    try {
      f()
    } catch (e) {
      if (!(e instanceof Jump)) throw e
    }
    return this.output
  }

  private run(kind: AwkRule['kind']): void {
    for (const rule of this.rules) {
      if (rule.kind !== kind || (kind === 'pattern' && !this.selects(rule))) continue
      if (rule.body === undefined) this.output += `${this.fields[0]}${this.text(this.variables.get('ORS')!)}`
      else this.execute(rule.body)
    }
  }

  private selects(rule: AwkRule): boolean {
    if (rule.pattern === undefined) return true
    if (rule.until === undefined) return this.truth(this.evaluate(rule.pattern))
    if (!this.inRange.has(rule) && !this.truth(this.evaluate(rule.pattern))) return false
    if (this.truth(this.evaluate(rule.until))) this.inRange.delete(rule)
    else this.inRange.add(rule)
    return true
  }

  // --- statements ----------------------------------------------------------------------------------

  private execute(s: AwkStatement): void {
    switch (s.type) {
      case 'block':
        for (const inner of s.body) this.execute(inner)
        return
      case 'expression':
        this.evaluate(s.expression)
        return
      case 'print':
        return this.print(s.args, s.format)
      case 'if':
        if (this.truth(this.evaluate(s.test))) this.execute(s.then)
        else if (s.else !== undefined) this.execute(s.else)
        return
      case 'while':
        return this.loop(
          () => this.truth(this.evaluate(s.test)),
          s.body,
          () => {},
        )
      case 'for':
        if (s.first !== undefined) this.execute(s.first)
        return this.loop(
          () => s.test === undefined || this.truth(this.evaluate(s.test)),
          s.body,
          () => s.step !== undefined && this.execute(s.step),
        )
      case 'forIn': {
        const keys = [...this.array(s.array).keys()]
        let i = 0
        return this.loop(
          () => i < keys.length && (this.variables.set(s.name, keys[i++]!), true),
          s.body,
          () => {},
        )
      }
      case 'delete':
        if (s.index === undefined) this.array(s.name).clear()
        else this.array(s.name).delete(this.key(s.index))
        return
      case 'exit':
        this.exitCode = s.code === undefined ? 0 : this.number(this.evaluate(s.code)) & 0xff
        throw new Jump('exit')
      default:
        throw new Jump(s.type)
    }
  }

  private loop(test: () => boolean, body: AwkStatement, step: () => void): void {
    while (test()) {
      if (++this.turns > MAX_TURNS) throw new AwkError('out of time')
      try {
        this.execute(body)
      } catch (e) {
        if (!(e instanceof Jump) || (e.kind !== 'break' && e.kind !== 'continue')) throw e
        if (e.kind === 'break') return
      }
      step()
    }
  }

  private print(args: readonly AwkExpr[], format: boolean): void {
    const values = format ? [] : args.map((a) => this.text(this.evaluate(a)))
    if (format) this.output += this.formatted(args)
    else
      this.output +=
        (values.length === 0 ? this.fields[0]! : values.join(this.text(this.variables.get('OFS')!))) +
        this.text(this.variables.get('ORS')!)
  }

  // --- expressions ---------------------------------------------------------------------------------

  private evaluate(e: AwkExpr): Value {
    switch (e.type) {
      case 'number':
      case 'string':
        return e.value
      case 'regexp':
        return this.regexp(e.source).test(this.fields[0]!) ? 1 : 0
      case 'variable':
        return this.variables.get(e.name) ?? ''
      case 'element': {
        // Who asks for an element has made it.
        const [elements, key] = [this.array(e.name), this.key(e.index)]
        if (!elements.has(key)) elements.set(key, '')
        return elements.get(key)!
      }
      case 'field':
        return this.fields[this.number(this.evaluate(e.index))] ?? ''
      case 'unary': {
        const value = this.evaluate(e.operand)
        return e.operator === '!'
          ? this.truth(value)
            ? 0
            : 1
          : e.operator === '-'
            ? -this.number(value)
            : this.number(value)
      }
      case 'binary':
        return this.binary(e.operator, e.left, e.right)
      case 'assign':
        return this.assign(
          e.target,
          e.operator === '='
            ? this.evaluate(e.value)
            : this.arithmetic(
                e.operator[0]!,
                this.number(this.evaluate(e.target)),
                this.number(this.evaluate(e.value)),
              ),
        )
      case 'increment': {
        const before = this.number(this.evaluate(e.target))
        this.assign(e.target, before + e.by)
        return e.prefix ? before + e.by : before
      }
      case 'ternary':
        return this.truth(this.evaluate(e.test)) ? this.evaluate(e.then) : this.evaluate(e.else)
      case 'in':
        return this.array(e.name).has(this.text(this.evaluate(e.index))) ? 1 : 0
      case 'call':
        return this.call(e.name, e.args)
    }
  }

  private binary(operator: string, left: AwkExpr, right: AwkExpr): Value {
    if (operator === '&&') return this.truth(this.evaluate(left)) && this.truth(this.evaluate(right)) ? 1 : 0
    if (operator === '||') return this.truth(this.evaluate(left)) || this.truth(this.evaluate(right)) ? 1 : 0
    if (operator === '~' || operator === '!~')
      return this.pattern(right).test(this.text(this.evaluate(left))) === (operator === '~') ? 1 : 0
    const [a, b] = [this.evaluate(left), this.evaluate(right)]
    if (operator === 'concatenate') return this.text(a) + this.text(b)
    if (['<', '<=', '==', '!=', '>', '>='].includes(operator)) return compare(a, b, operator, isText(left) || isText(right)) ? 1 : 0
    return this.arithmetic(operator, this.number(a), this.number(b))
  }

  private arithmetic(operator: string, a: number, b: number): number {
    if ((operator === '/' || operator === '%') && b === 0) throw new AwkError('Division by zero')
    return { '+': a + b, '-': a - b, '*': a * b, '/': a / b, '%': a % b, '^': a ** b }[operator]!
  }

  private assign(target: AwkExpr, value: Value): Value {
    if (target.type === 'variable') {
      this.variables.set(target.name, value)
      if (target.name === 'NF') this.setFieldCount(this.number(value))
    } else if (target.type === 'element') this.array(target.name).set(this.key(target.index), value)
    else if (target.type === 'field') this.setField(this.number(this.evaluate(target.index)), this.text(value))
    else throw new AwkError('Unexpected token')
    return value
  }

  private call(name: string, args: readonly AwkExpr[]): Value {
    const text = (i: number) => (args[i] === undefined ? '' : this.text(this.evaluate(args[i]!)))
    const number = (i: number) => this.number(args[i] === undefined ? '' : this.evaluate(args[i]!))
    switch (name) {
      case 'length':
        if (args[0]?.type === 'variable' && this.arrays.has(args[0].name)) return this.array(args[0].name).size
        return args.length === 0 ? this.fields[0]!.length : text(0).length
      case 'substr': {
        const start = Math.round(number(1)) - 1
        const end = args[2] === undefined ? undefined : start + Math.round(number(2))
        return text(0).slice(Math.max(0, start), end === undefined ? undefined : Math.max(0, end))
      }
      case 'index':
        return text(0).indexOf(text(1)) + 1
      case 'tolower':
        return text(0).toLowerCase()
      case 'toupper':
        return text(0).toUpperCase()
      case 'sprintf':
        return this.formatted(args)
      case 'split':
        return this.split(text(0), args[1], args[2])
      case 'sub':
      case 'gsub':
        return this.substitute(args, name === 'gsub')
      case 'match': {
        const match = this.pattern(args[1]!).exec(text(0))
        this.variables.set('RSTART', match === null ? 0 : match.index + 1)
        this.variables.set('RLENGTH', match === null ? -1 : match[0].length)
        return match === null ? 0 : match.index + 1
      }
      case 'int':
        return Math.trunc(number(0))
      case 'sqrt':
        return Math.sqrt(number(0))
      case 'exp':
        return Math.exp(number(0))
      case 'log':
        return Math.log(number(0))
      default:
        return this.callMachine(name, text, number)
    }
  }

  private callMachine(name: string, text: (i: number) => string, number: (i: number) => number): Value {
    const { machine } = this.world
    switch (machine === undefined ? '' : name) {
      case 'rand':
        return machine!.random(1_000_000) / 1_000_000
      case 'srand':
        return 0
      case 'systime':
        return Math.floor(machine!.now() / 1000)
      case 'strftime':
        return machine!.formatTime(text(0) || '%a %b %e %T UTC %Y', text(1) === '' ? machine!.now() : number(1) * 1000)
      default:
        throw new AwkError(`Call to undefined function`)
    }
  }

  private split(text: string, array: AwkExpr | undefined, separator: AwkExpr | undefined): number {
    if (array?.type !== 'variable') throw new AwkError('Unexpected token')
    const parts =
      separator?.type === 'regexp'
        ? text.split(this.regexp(separator.source))
        : splitFields(
            text,
            separator === undefined ? this.text(this.variables.get('FS')!) : this.text(this.evaluate(separator)),
          )
    this.arrays.set(array.name, new Map(text === '' ? [] : parts.map((part, i) => [String(i + 1), part])))
    return text === '' ? 0 : parts.length
  }

  private substitute(args: readonly AwkExpr[], all: boolean): number {
    const target = args[2] ?? { type: 'field', index: { type: 'number', value: 0 } }
    const source = this.pattern(args[0]!)
    const by = this.text(this.evaluate(args[1]!))
    let n = 0
    const re = new RegExp(source.source, all ? 'g' : '')
    const result = this.text(this.evaluate(target)).replace(re, (match) => {
      n++
      return by.replaceAll(/\\&|&/g, (c) => (c === '&' ? match : '&'))
    })
    if (n > 0) this.assign(target, result)
    return n
  }

  // --- records and values --------------------------------------------------------------------------

  private setRecord(text: string): void {
    const parts = splitFields(text, this.text(this.variables.get('FS')!))
    this.fields = [text, ...parts]
    this.variables.set('NF', parts.length)
  }

  private setField(index: number, value: string): void {
    if (index === 0) return this.setRecord(value)
    while (this.fields.length <= index) this.fields.push('')
    this.fields[index] = value
    this.variables.set('NF', this.fields.length - 1)
    this.rebuild()
  }

  private setFieldCount(count: number): void {
    this.fields = Array.from({ length: Math.max(0, Math.min(count, 10_000)) + 1 }, (_, i) => this.fields[i] ?? '')
    this.rebuild()
  }

  private rebuild(): void {
    this.fields[0] = this.fields.slice(1).join(this.text(this.variables.get('OFS')!))
  }

  private array(name: string): Map<string, Value> {
    let array = this.arrays.get(name)
    if (array === undefined) this.arrays.set(name, (array = new Map()))
    return array
  }

  /** printf and sprintf: numbers have all their digits, but where text is wanted; %c of one is its character. */
  private formatted(args: readonly AwkExpr[]): string {
    const [format = '', ...values] = args.map((a) => this.evaluate(a))
    const kinds = [...this.text(format).matchAll(/%[^%a-zA-Z]*([a-zA-Z])/g)].map(([, kind]) => kind)
    const given = values.map((value, i) => {
      if (typeof value === 'string') return value
      return kinds[i] === 's' ? this.text(value) : kinds[i] === 'c' ? String.fromCodePoint(Math.trunc(value)) : String(value)
    })
    return formatPrintf(this.text(format).replaceAll('\\', '\\\\'), given).text
  }

  private key(index: readonly AwkExpr[]): string {
    return index.map((i) => this.text(this.evaluate(i))).join(this.text(this.variables.get('SUBSEP')!))
  }

  private pattern(e: AwkExpr): RegExp {
    return this.regexp(e.type === 'regexp' ? e.source : this.text(this.evaluate(e)))
  }

  private regexp(source: string): RegExp {
    const re = posixRegExp(source, { extended: true })
    if (re === undefined) throw new AwkError('regular expression')
    return re
  }

  private truth(value: Value): boolean {
    return typeof value === 'number' ? value !== 0 : value !== '' && !(isNumeric(value) && Number(value) === 0)
  }

  private number(value: Value): number {
    return typeof value === 'number' ? value : parseFloat(value) || 0
  }

  private text(value: Value): string {
    if (typeof value === 'string') return value
    return Number.isInteger(value) ? String(value) : formatPrintf('%.6g', [String(value)]).text
  }
}

function isNumeric(text: string): boolean {
  return /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(text)
}

/** What is text however it looks: it was written or made, not read. */
const isText = (e: AwkExpr): boolean =>
  e.type === 'string' || (e.type === 'binary' && e.operator === 'concatenate') || (e.type === 'call' && ['substr', 'sprintf', 'tolower', 'toupper'].includes(e.name))

function compare(a: Value, b: Value, operator: string, asText: boolean): boolean {
  const numeric = !asText && (typeof a === 'number' || isNumeric(a)) && (typeof b === 'number' || isNumeric(b))
  const [x, y] = numeric ? [Number(a), Number(b)] : [String(a), String(b)]
  return { '<': x < y, '<=': x <= y, '==': x === y, '!=': x !== y, '>': x > y, '>=': x >= y }[operator]!
}

function splitFields(text: string, separator: string): string[] {
  if (separator === ' ') return text.trim() === '' ? [] : text.trim().split(/\s+/)
  if (text === '') return []
  if (separator === '\\t' || separator === 't') return text.split('\t')
  const re = separator.length > 1 ? posixRegExp(separator, { extended: true }) : undefined
  return text.split(re ?? separator)
}
