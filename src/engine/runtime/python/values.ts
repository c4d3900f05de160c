import type { Run } from '../process/process.ts'
import type { Expression, Parameter, Span } from './expressions.ts'
import type { FuncKind, Statement } from './parser.ts'

/** A Python float; a plain number is an int. */
export class Float {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

/** Bytes whose contents nobody needs to know: b'x' * 10**8 only has a size. */
export class Blob {
  readonly size: number
  readonly text: string
  constructor(text: string, size = text.length) {
    this.text = text
    this.size = size
  }
}

export class List {
  readonly items: Value[]
  constructor(items: Value[]) {
    this.items = items
  }
}

export class Tuple {
  readonly items: readonly Value[]
  constructor(items: readonly Value[]) {
    this.items = items
  }
}

export class Dict {
  readonly entries = new Map<unknown, [key: Value, value: Value]>()
  readonly isSet: boolean
  /** What stands in for a key that is not there (defaultdict, Counter). */
  missing: ((key: Value) => Value | Run<Value>) | undefined
  constructor(isSet = false) {
    this.isSet = isSet
  }
  get(key: Value): Value | undefined {
    return this.entries.get(keyOf(key))?.[1]
  }
  set(key: Value, value: Value): void {
    this.entries.set(keyOf(key), [key, value])
  }
  has(key: Value): boolean {
    return this.entries.has(keyOf(key))
  }
  delete(key: Value): boolean {
    return this.entries.delete(keyOf(key))
  }
  keys(): Value[] {
    return [...this.entries.values()].map(([key]) => key)
  }
  values(): Value[] {
    return [...this.entries.values()].map(([, value]) => value)
  }
}

/** The text that names belong to. */
export interface Program {
  file: string
  source: string
}

export class Scope {
  readonly names = new Map<string, Value>()
  readonly globals = new Set<string>()
  /** Names that belong to a function around this one. */
  readonly outerNames = new Set<string>()
  /** Of the body of a class: its names are no names of its methods. */
  isClass = false
  /** Of the outermost scope of a program: its text. */
  program?: Program
  readonly outer: Scope | undefined
  constructor(outer: Scope | undefined) {
    this.outer = outer
  }
}

export class Func {
  readonly name: string
  readonly parameters: readonly Parameter[]
  readonly body: readonly Statement[] | Expression
  readonly scope: Scope
  readonly defaults: ReadonlyMap<string, Value>
  readonly kind: FuncKind
  /** The class that it is a method of. */
  owner: Class | undefined
  constructor(
    name: string,
    parameters: readonly Parameter[],
    body: readonly Statement[] | Expression,
    scope: Scope,
    defaults: ReadonlyMap<string, Value>,
    kind: FuncKind = 'plain',
  ) {
    this.kind = kind
    this.name = name
    this.parameters = parameters
    this.body = body
    this.scope = scope
    this.defaults = defaults
  }
}

export interface Arguments {
  args: Value[]
  named: ReadonlyMap<string, Value>
}

export class Builtin {
  readonly name: string
  readonly call: (a: Arguments) => Value | Run<Value>
  constructor(name: string, call: (a: Arguments) => Value | Run<Value>) {
    this.name = name
    this.call = call
  }
}

export class BoundMethod {
  readonly self: Value
  readonly method: Value
  constructor(self: Value, method: Value) {
    this.self = self
    this.method = method
  }
}

export class Class {
  readonly name: string
  readonly bases: readonly Class[]
  readonly names: Map<string, Value>
  constructor(name: string, bases: readonly Class[], names: Map<string, Value>) {
    this.name = name
    this.bases = bases
    this.names = names
  }
  find(name: string): Value | undefined {
    const own = this.names.get(name)
    if (own !== undefined) return own
    for (const base of this.bases) {
      const found = base.find(name)
      if (found !== undefined) return found
    }
    return undefined
  }
  isA(other: Class): boolean {
    return this === other || this.bases.some((b) => b.isA(other))
  }
}

/** An instance of a class, and a module (whose class is undefined). */
export class Instance {
  readonly type: Class | undefined
  readonly names: Map<string, Value>
  constructor(type: Class | undefined, names: Map<string, Value> = new Map()) {
    this.type = type
    this.names = names
  }
}

/** What is gone through once, item by item. */
export class Lazy extends Instance {
  readonly items: Iterator<Value>
  constructor(items: Iterator<Value>) {
    super(new Class('iterator', [], new Map()))
    this.items = items
  }
}

const generatorClass = new Class('generator', [], new Map())
const coroutineClass = new Class('coroutine', [], new Map())

/** What a generator's body says on the way to whoever goes on with it. */
export class Yielded {
  readonly value: Value
  constructor(value: Value) {
    this.value = value
  }
}

/** A function that has been called and stands still between what it yields. */
export class PythonGenerator extends Instance {
  readonly body: Run<Value>
  readonly activation: Activation
  isDone = false
  constructor(body: Run<Value>, activation: Activation) {
    super(generatorClass)
    this.body = body
    this.activation = activation
  }
}

/** An asynchronous function that has been called and not been awaited. */
export class Coroutine extends Instance {
  readonly run: () => Run<Value>
  constructor(run: () => Run<Value>) {
    super(coroutineClass)
    this.run = run
  }
}

/** What super() gives: the methods of the classes above one, for an instance of it. */
export class Super extends Instance {
  readonly above: readonly Class[]
  readonly self: Value
  constructor(above: readonly Class[], self: Value) {
    super(new Class('super', [], new Map()))
    this.above = above
    this.self = self
  }
}

/** What @staticmethod, @classmethod and @property make of a method. */
export class Descriptor extends Instance {
  readonly kind: 'static' | 'class' | 'property'
  readonly inner: Value
  constructor(kind: 'static' | 'class' | 'property', inner: Value) {
    super(new Class(kind, [], new Map()))
    this.kind = kind
    this.inner = inner
  }
}

export type Value =
  | number
  | string
  | boolean
  | null
  | Float
  | Blob
  | List
  | Tuple
  | Dict
  | Func
  | Builtin
  | BoundMethod
  | Class
  | Instance

/** A function that runs, or a program. */
export interface Activation {
  name: string
  scope: Scope
}

/** Where it is. */
export interface Frame {
  of: Activation
  line: number
  spot: Span | undefined
}

/** A raised exception: its value is an instance of a class below Exception. */
export class Raised {
  readonly error: Instance
  /** Through which functions it has come, the innermost last. */
  readonly frames: Frame[] = []
  /** Where it was caught: raised again there it is not told twice. */
  caughtIn: Activation | undefined
  /** What was being handled when it was raised, and what it was raised from; null hides the former. */
  context: Raised | undefined
  cause: Raised | null | undefined
  constructor(error: Instance) {
    this.error = error
  }
}

const exceptionNames: [name: string, base: string][] = [
  ['BaseException', ''],
  ['Exception', 'BaseException'],
  ['SystemExit', 'BaseException'],
  ['KeyboardInterrupt', 'BaseException'],
  ['ArithmeticError', 'Exception'],
  ['ZeroDivisionError', 'ArithmeticError'],
  ['AssertionError', 'Exception'],
  ['AttributeError', 'Exception'],
  ['ImportError', 'Exception'],
  ['ModuleNotFoundError', 'ImportError'],
  ['LookupError', 'Exception'],
  ['IndexError', 'LookupError'],
  ['KeyError', 'LookupError'],
  ['MemoryError', 'Exception'],
  ['NameError', 'Exception'],
  ['OSError', 'Exception'],
  ['FileNotFoundError', 'OSError'],
  ['PermissionError', 'OSError'],
  ['FileExistsError', 'OSError'],
  ['ConnectionError', 'OSError'],
  ['ConnectionRefusedError', 'ConnectionError'],
  ['TimeoutError', 'OSError'],
  ['RuntimeError', 'Exception'],
  ['NotImplementedError', 'RuntimeError'],
  ['RecursionError', 'RuntimeError'],
  ['StopIteration', 'Exception'],
  ['EOFError', 'Exception'],
  ['UnicodeDecodeError', 'Exception'],
  ['BrokenPipeError', 'ConnectionError'],
  ['ConnectionResetError', 'ConnectionError'],
  ['NotADirectoryError', 'OSError'],
  ['IsADirectoryError', 'OSError'],
  ['OverflowError', 'ArithmeticError'],
  ['GeneratorExit', 'BaseException'],
  ['Warning', 'Exception'],
  ['UserWarning', 'Warning'],
  ['DeprecationWarning', 'Warning'],
  ['SyntaxError', 'Exception'],
  ['TypeError', 'Exception'],
  ['ValueError', 'Exception'],
]

/** The built-in exceptions; the same for all programs, since nothing changes them. */
export const exceptions = new Map<string, Class>()
for (const [name, base] of exceptionNames)
  exceptions.set(name, new Class(name, base === '' ? [] : [exceptions.get(base)!], new Map()))

export function raised(type: string, message: string): Raised {
  return new Raised(
    new Instance(
      exceptions.get(type) ?? exceptions.get('Exception'),
      new Map<string, Value>([['args', new Tuple([message])]]),
    ),
  )
}

/** Texts and numbers by what they are, objects by which they are. */
function keyOf(value: Value): unknown {
  if (value instanceof Float) return `n${value.value}`
  if (typeof value === 'number') return `n${value}`
  if (typeof value === 'boolean') return `n${value ? 1 : 0}`
  if (typeof value === 'string') return `s${value}`
  if (value === null) return 'None'
  if (value instanceof Blob) return `b${value.text}`
  if (value instanceof Tuple) return `t(${value.items.map(keyOf).join(',')})`
  if (value instanceof List || value instanceof Dict) throw raised('TypeError', `unhashable type: '${typeName(value)}'`)
  return value
}

export function typeName(value: Value): string {
  if (value === null) return 'NoneType'
  if (typeof value === 'number') return 'int'
  if (typeof value === 'string') return 'str'
  if (typeof value === 'boolean') return 'bool'
  if (value instanceof Float) return 'float'
  if (value instanceof Blob) return 'bytes'
  if (value instanceof List) return 'list'
  if (value instanceof Tuple) return 'tuple'
  if (value instanceof Dict) return value.isSet ? 'set' : 'dict'
  if (value instanceof Class) return 'type'
  if (value instanceof Instance) return value.type?.name ?? 'module'
  return value instanceof Builtin ? 'builtin_function_or_method' : value instanceof BoundMethod ? 'method' : 'function'
}

export function truth(value: Value): boolean {
  if (value === null || value === false || value === 0 || value === '') return false
  if (value instanceof Float) return value.value !== 0
  if (value instanceof Blob) return value.size > 0
  if (value instanceof List || value instanceof Tuple) return value.items.length > 0
  return !(value instanceof Dict) || value.entries.size > 0
}

export function toStr(value: Value): string {
  if (typeof value === 'string') return value
  if (value instanceof Instance && value.type?.isA(exceptions.get('BaseException')!) === true)
    return exceptionText(value)
  return repr(value)
}

export function exceptionText(error: Instance): string {
  const args = error.names.get('args')
  const items = args instanceof Tuple ? args.items : []
  if (error.type?.name === 'KeyError' && items.length === 1) return repr(items[0]!)
  return items.length <= 1 ? items.map(toStr).join('') : `(${items.map(repr).join(', ')})`
}

/** As it ends a traceback. */
export function exceptionLine(error: Instance): string {
  const message = exceptionText(error)
  const from = error.type?.names.get('__module__')
  return `${typeof from === 'string' ? `${from}.` : ''}${error.type?.name ?? 'Exception'}${message === '' ? '' : `: ${message}`}`
}

export function repr(value: Value): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return quote(value)
  if (value instanceof Float) return floatText(value.value)
  if (value instanceof Blob) return `b${quote(value.text)}`
  if (value instanceof List) return `[${value.items.map(repr).join(', ')}]`
  if (value instanceof Tuple)
    return value.items.length === 1 ? `(${repr(value.items[0]!)},)` : `(${value.items.map(repr).join(', ')})`
  if (value instanceof Dict)
    return value.isSet
      ? value.entries.size === 0
        ? 'set()'
        : `{${value.keys().map(repr).join(', ')}}`
      : `{${[...value.entries.values()].map(([k, v]) => `${repr(k)}: ${repr(v)}`).join(', ')}}`
  if (value instanceof Class) return `<class '${value.name}'>`
  if (value instanceof Instance)
    return value.type === undefined
      ? '<module>'
      : value.type.isA(exceptions.get('BaseException')!)
        ? `${value.type.name}(${(value.names.get('args') as Tuple | undefined)?.items.map(repr).join(', ') ?? ''})`
        : `<${value.type.name} object>`
  return value instanceof BoundMethod ? '<bound method>' : `<function ${value.name}>`
}

export function floatText(value: number): string {
  if (value === Infinity) return 'inf'
  if (value === -Infinity) return '-inf'
  if (Number.isNaN(value)) return 'nan'
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return `${value}.0`
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2')
}

function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll('\r', '\\r')
    .replaceAll(mark, `\\${mark}`)
  return mark + escaped + mark
}

/** A number as JavaScript has it; undefined when the value is none. */
export function numeric(value: Value): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  return value instanceof Float ? value.value : undefined
}

export function equal(a: Value, b: Value): boolean {
  if (a === b) return true
  const [x, y] = [numeric(a), numeric(b)]
  if (x !== undefined && y !== undefined) return x === y
  if (a instanceof Blob && b instanceof Blob) return a.text === b.text && a.size === b.size
  if ((a instanceof List && b instanceof List) || (a instanceof Tuple && b instanceof Tuple))
    return a.items.length === b.items.length && a.items.every((item, i) => equal(item, b.items[i]!))
  if (a instanceof Dict && b instanceof Dict)
    return (
      a.entries.size === b.entries.size &&
      [...a.entries].every(([key, [, value]]) => b.entries.has(key) && equal(value, b.entries.get(key)![1]))
    )
  return false
}

/** Below zero, zero or above, as sort() wants it. */
export function order(a: Value, b: Value): number {
  const [x, y] = [numeric(a), numeric(b)]
  if (x !== undefined && y !== undefined) return x - y
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  if ((a instanceof List && b instanceof List) || (a instanceof Tuple && b instanceof Tuple)) {
    for (let i = 0; i < Math.min(a.items.length, b.items.length); i++) {
      const n = order(a.items[i]!, b.items[i]!)
      if (n !== 0) return n
    }
    return a.items.length - b.items.length
  }
  // Of sets, the one that the other holds is the lesser.
  if (a instanceof Dict && b instanceof Dict && a.isSet && b.isSet) return a.keys().every((key) => b.has(key)) ? a.entries.size - b.entries.size : 1
  throw raised('TypeError', `'<' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`)
}
