import type { Run } from '../process/process.ts'
import type { Calls } from './calls.ts'
import type { Interpreter } from './interpreter.ts'
import { module, text } from './support.ts'
import { BoundMethod, Builtin, Class, Dict, equal, Func, Instance, List, PythonGenerator, Raised, raised, Tuple, type Value } from './values.ts'

/** What a library makes of classes and functions: dataclasses, enum, abc, contextlib, copy. */

const given = (...args: Value[]): { args: Value[]; named: ReadonlyMap<string, Value> } => ({ args, named: new Map() })

/** The names of a data class's fields, those of the classes above it first. */
function fieldsOf(type: Class): string[] {
  const own = type.names.get('__annotations__')
  return [...new Set([...type.bases.flatMap(fieldsOf), ...(own instanceof Dict ? own.keys().map((key) => text(key)) : [])])]
}

export function dataclassesModule(x: () => Interpreter): Instance {
  const fieldClass = new Class('Field', [], new Map())
  const decorate = (type: Class, named: ReadonlyMap<string, Value>): Class => {
    const fields = fieldsOf(type)
    const usual = new Map(fields.flatMap((name) => (type.find(name) === undefined ? [] : [[name, type.find(name)!]])))
    const put = (name: string, call: Builtin['call']): void => void (type.names.has(name) || type.names.set(name, new Builtin(name, call)))
    if (!type.names.has('__match_args__')) type.names.set('__match_args__', new Tuple([...fields]))
    put('__init__', function* ({ args: [self = null, ...args], named: byName }) {
      for (const [i, name] of fields.entries()) {
        let value = args[i] ?? byName.get(name)
        const fallback = usual.get(name)
        if (value === undefined && fallback instanceof Instance && fallback.type === fieldClass) {
          const make = fallback.names.get('default_factory') ?? null
          value = make === null ? fallback.names.get('default') : yield* x().call(make, given())
        } else value ??= fallback
        if (value === undefined) throw raised('TypeError', `${type.name}.__init__() missing 1 required positional argument: '${name}'`)
        ;(self as Instance).names.set(name, value)
      }
      const after = x().special(self, '__post_init__')
      if (after !== undefined) yield* x().call(after, given())
      return null
    })
    put('__repr__', function* ({ args: [self = null] }) {
      const shown: string[] = []
      for (const name of fields) shown.push(`${name}=${yield* x().reprOf((self as Instance).names.get(name) ?? null)}`)
      return `${type.name}(${shown.join(', ')})`
    })
    put('__eq__', ({ args: [a = null, b = null] }) => a instanceof Instance && b instanceof Instance && a.type === b.type && fields.every((name) => equal(a.names.get(name) ?? null, b.names.get(name) ?? null)))
    const tuple = (v: Value): Tuple => new Tuple(fields.map((name) => (v as Instance).names.get(name) ?? null))
    if (named.get('order') === true) put('__lt__', ({ args: [a = null, b = null] }) => x().call(new Builtin('lt', () => lessThan(tuple(a), tuple(b))), given()))
    return type
  }
  const asDict = (value: Value): Value => {
    if (value instanceof List) return new List(value.items.map(asDict))
    if (!(value instanceof Instance) || value.type === undefined || fieldsOf(value.type).length === 0) return value
    const dict = new Dict()
    for (const name of fieldsOf(value.type)) dict.set(name, asDict(value.names.get(name) ?? null))
    return dict
  }
  return module({
    dataclass: ({ args: [type], named }) => (type instanceof Class ? decorate(type, named) : new Builtin('dataclass', ({ args }) => decorate(args[0] as Class, named))),
    field: ({ named }) => new Instance(fieldClass, new Map(named)),
    asdict: ({ args: [value = null] }) => asDict(value),
    astuple: ({ args: [value = null] }) => new Tuple(value instanceof Instance && value.type !== undefined ? fieldsOf(value.type).map((name) => value.names.get(name) ?? null) : []),
  })
}

const lessThan = (a: Tuple, b: Tuple): boolean => {
  for (const [i, one] of a.items.entries()) if (!equal(one, b.items[i] ?? null)) return (one as number | string) < (b.items[i] as number | string)
  return false
}

/** The names of an Enum's body become its members, which know their name and their value. */
export function enumModule(): Instance {
  let automatic = 0
  const auto = new Class('auto', [], new Map())
  const made = new Builtin('__made__', ({ args: [type] }) => {
    if (!(type instanceof Class)) return null
    const members = new Dict()
    automatic = 0
    for (const [name, value] of [...type.names]) {
      if (name.startsWith('_') || value instanceof Func || value instanceof Builtin || (value instanceof Instance && value.type?.name !== 'auto')) continue
      const is = value instanceof Instance ? ++automatic : value
      if (typeof is === 'number') automatic = is
      const member = new Instance(type, new Map<string, Value>([['name', name], ['value', is], ['_str', `${type.name}.${name}`]]))
      type.names.set(name, member)
      members.set(name, member)
    }
    type.names.set('__members__', members)
    type.names.set('__new__', new Builtin('__new__', ({ args: [value = null] }) => members.values().find((member) => equal((member as Instance).names.get('value') ?? null, value)) ?? fail(type, value)))
    return null
  })
  const shown = new Builtin('__str__', ({ args: [self] }) => (self as Instance).names.get('_str') ?? '')
  const plain = new Builtin('__str__', ({ args: [self] }) => (self as Instance).names.get('value') ?? '')
  const repr = new Builtin('__repr__', ({ args: [self] }) => `<${text((self as Instance).names.get('_str'))}: ${JSON.stringify((self as Instance).names.get('value')).replaceAll('"', "'")}>`)
  const base = (name: string, str: Builtin): Class => new Class(name, [], new Map<string, Value>([['__made__', made], ['__str__', str], ['__repr__', repr]]))
  return module({ auto: () => new Instance(auto), unique: ({ args: [type = null] }) => type }, { Enum: base('Enum', shown), IntEnum: base('IntEnum', plain), StrEnum: base('StrEnum', plain) })
}

function fail(type: Class, value: Value): never {
  throw raised('ValueError', `${typeof value === 'string' ? `'${value}'` : String(value)} is not a valid ${type.name}`)
}

export const abcModule = (): Instance => module({ abstractmethod: ({ args: [f = null] }) => f }, { ABC: new Class('ABC', [], new Map()), ABCMeta: new Class('ABCMeta', [], new Map()) })

/** contextmanager makes of a generator something for `with`; suppress forgets exceptions. */
export function contextlibModule(x: () => Interpreter): Instance {
  const managed = (generator: PythonGenerator): Instance => {
    const names = new Map<string, Value>()
    names.set('__enter__', new Builtin('__enter__', function* () {
      return (yield* x().advance(generator)) ?? null
    }))
    names.set('__exit__', new Builtin('__exit__', function* ({ args: [type = null, error = null] }): Run<Value> {
      if (type === null || !(error instanceof Instance)) yield* x().advance(generator)
      else return yield* thrownInto(x(), generator, error)
      return false
    }))
    return new Instance(new Class('_GeneratorContextManager', [], new Map()), names)
  }
  const suppressed = (types: readonly Value[]): Instance =>
    new Instance(new Class('suppress', [], new Map()), new Map<string, Value>([['__enter__', new Builtin('__enter__', () => null)], ['__exit__', new Builtin('__exit__', ({ args: [type] }) => type instanceof Class && types.some((one) => one instanceof Class && type.isA(one)))]]))
  return module({
    contextmanager: ({ args: [f = null] }) => new Builtin('contextmanager', function* (a) {
      const generator = yield* x().call(f, a)
      return generator instanceof PythonGenerator ? managed(generator) : generator
    }),
    suppress: ({ args }) => suppressed(args),
    closing: ({ args: [value = null] }) => value,
  })
}

/** An exception of the body of `with` arises where the generator stands; when it ends well, that was all. */
function* thrownInto(x: Calls, generator: PythonGenerator, error: Instance): Run<Value> {
  if (generator.isDone) return false
  try {
    let step = generator.body.throw(new Raised(error))
    while (step.done !== true) {
      if (typeof step.value === 'object' && !('wait' in step.value)) return false
      step = generator.body.next((yield step.value) as never)
    }
    generator.isDone = true
    void x
    return true
  } catch (e) {
    generator.isDone = true
    if (e instanceof Raised && e.error === error) return false
    throw e
  }
}

export function copyModule(): Instance {
  const copied = (value: Value, deep: boolean): Value => {
    const inner = (one: Value): Value => (deep ? copied(one, true) : one)
    if (value instanceof List) return new List(value.items.map(inner))
    if (value instanceof Tuple) return new Tuple(value.items.map(inner))
    if (value instanceof Dict) {
      const dict = new Dict(value.isSet)
      for (const [key, one] of value.entries.values()) dict.set(key, inner(one))
      return dict
    }
    return value instanceof Instance && value.type !== undefined && !(value instanceof PythonGenerator) && !(value instanceof BoundMethod) ? new Instance(value.type, new Map([...value.names].map(([name, one]) => [name, inner(one)]))) : value
  }
  return module({ copy: ({ args: [value = null] }) => copied(value, false), deepcopy: ({ args: [value = null] }) => copied(value, true) })
}
