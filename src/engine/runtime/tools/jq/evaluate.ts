import type { Environment, Place, Places, Values } from './environment.ts'
import { JqError } from './errors.ts'
import type { Node } from './syntax.ts'
import { arithmetic, at, compare, isFields, isTrue, put, shown, typeOf } from './values.ts'

/** All that a program makes of a value, one after another. */
export function* run(node: Node, input: unknown, env: Environment): Values {
  if (env.budget.left-- <= 0) throw new JqError('too much is asked of this machine')
  switch (node.op) {
    case 'identity':
      return yield input
    case 'literal':
      return yield node.value
    case 'text':
      return yield* texts(node.parts, node.format, input, env)
    case 'variable':
      return yield variable(node.name, env)
    case 'index':
    case 'each':
    case 'slice':
    case 'recurse':
      for (const path of paths(node, input, env)) yield path.value
      return
    case 'pipe':
      for (const value of run(node.left, input, env)) yield* run(node.right, value, env)
      return
    case 'comma':
      yield* run(node.left, input, env)
      return yield* run(node.right, input, env)
    case 'and':
    case 'or':
      for (const left of run(node.left, input, env)) {
        if (isTrue(left) === (node.op === 'or')) yield node.op === 'or'
        else for (const right of run(node.right, input, env)) yield isTrue(right)
      }
      return
    case 'alternative':
      return yield* alternatives(node.left, node.right, input, env)
    case 'negate':
      for (const value of run(node.of, input, env)) {
        if (typeof value !== 'number') throw new JqError(`${typeOf(value)} cannot be negated`)
        yield -value
      }
      return
    case 'try':
      return yield* tried(node, input, env)
    case 'binary':
      for (const right of run(node.right, input, env)) for (const left of run(node.left, input, env)) yield binary(node.sign, left, right)
      return
    case 'array':
      return yield node.of === undefined ? [] : [...run(node.of, input, env)]
    case 'object':
      return yield* objects(node.entries, {}, input, env)
    case 'if':
      for (const condition of run(node.condition, input, env)) {
        if (isTrue(condition)) yield* run(node.then, input, env)
        else if (node.otherwise === undefined) yield input
        else yield* run(node.otherwise, input, env)
      }
      return
    case 'as':
      for (const value of run(node.source, input, env)) yield* run(node.body, input, withVariable(env, node.name, value))
      return
    case 'reduce':
      return yield* reduced(node, input, env)
    case 'update':
      return yield* updated(node, input, env)
    case 'call':
      return yield* call(node.name, node.args, input, env)
  }
}

/** What fails says why to what stands behind `catch`. */
function* tried(node: Node & { op: 'try' }, input: unknown, env: Environment): Values {
  try {
    yield* run(node.of, input, env)
  } catch (error) {
    if (!(error instanceof JqError)) throw error
    if (node.failed !== undefined) yield* run(node.failed, error.message, env)
  }
}

function withVariable(env: Environment, name: string, value: unknown): Environment {
  return { ...env, variables: new Map(env.variables).set(name, value) }
}

function variable(name: string, { variables }: Environment): unknown {
  if (!variables.has(name)) throw new JqError(`$${name} is not defined`)
  return variables.get(name)
}

function* texts(parts: readonly (string | Node)[], format: string | undefined, input: unknown, env: Environment, before = ''): Values {
  const [part, ...rest] = parts
  if (part === undefined) yield before
  else if (typeof part === 'string') yield* texts(rest, format, input, env, before + part)
  else for (const value of run(part, input, env)) yield* texts(rest, format, input, env, before + env.functions.formatted(format ?? '@text', value))
}

function* objects(entries: readonly (readonly [Node, Node])[], made: Record<string, unknown>, input: unknown, env: Environment): Values {
  const [first, ...rest] = entries
  if (first === undefined) return yield made
  for (const key of run(first[0], input, env)) {
    if (typeof key !== 'string') throw new JqError(`Object keys must be strings, not ${typeOf(key)}`)
    for (const value of run(first[1], input, env)) yield* objects(rest, { ...made, [key]: value }, input, env)
  }
}

function* alternatives(left: Node, right: Node, input: unknown, env: Environment): Values {
  let any = false
  try {
    for (const value of run(left, input, env)) {
      if (!isTrue(value)) continue
      any = true
      yield value
    }
  } catch (error) {
    if (!(error instanceof JqError)) throw error
  }
  if (!any) yield* run(right, input, env)
}

function binary(sign: string, left: unknown, right: unknown): unknown {
  const order = compare(left, right)
  switch (sign) {
    case '==':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    default:
      return arithmetic(sign, left, right)
  }
}

function* reduced({ source, name, initial, update }: Extract<Node, { op: 'reduce' }>, input: unknown, env: Environment): Values {
  for (let value of run(initial, input, env)) {
    for (const one of run(source, input, env)) {
      let last: unknown = null
      for (const next of run(update, value, withVariable(env, name, one))) last = next
      value = last
    }
    yield value
  }
}

function* updated({ sign, path, value }: Extract<Node, { op: 'update' }>, input: unknown, env: Environment): Values {
  const places = [...paths(path, input, env)].map((place) => place.path)
  const atAll = (change: (old: unknown) => unknown): unknown => places.reduce((whole: unknown, place) => put(whole, place, change), input)
  if (sign === '|=') return yield atAll((old) => first(run(value, old, env)))
  for (const given of run(value, input, env)) {
    yield atAll((old) => {
      if (sign === '=') return given
      if (sign === '//=') return isTrue(old) ? old : given
      return arithmetic(sign[0]!, old, given)
    })
  }
}

const first = (values: Values): unknown => {
  const next = values.next()
  return next.done === true ? null : next.value
}

function* call(name: string, args: readonly Node[], input: unknown, env: Environment): Values {
  const key = `${name}/${args.length}`
  const { values, places, formatted } = env.functions
  if (Object.hasOwn(values, key)) return yield* values[key]!(input, args, env)
  if (Object.hasOwn(places, key)) {
    for (const { value } of places[key]!(input, args, env)) yield value
    return
  }
  if (name.startsWith('@')) return yield formatted(name, input)
  throw new JqError(`${key} is not defined`)
}

/** Where in the input the values lie that the program yields. */
export function* paths(node: Node, input: unknown, env: Environment): Places {
  if (env.budget.left-- <= 0) throw new JqError('too much is asked of this machine')
  switch (node.op) {
    case 'identity':
      return yield { path: [], value: input }
    case 'recurse':
      return yield* below({ path: [], value: input })
    case 'index':
      for (const key of run(node.key, input, env)) {
        for (const { path, value } of paths(node.of, input, env)) yield { path: [...path, key], value: at(value, key) }
      }
      return
    case 'slice':
      for (const from of node.from === undefined ? [undefined] : run(node.from, input, env)) {
        for (const to of node.to === undefined ? [undefined] : run(node.to, input, env)) {
          for (const { path, value } of paths(node.of, input, env)) yield { path, value: sliced(value, from, to) }
        }
      }
      return
    case 'each':
      for (const { path, value } of paths(node.of, input, env)) {
        for (const [key, inner] of entriesOf(value)) yield { path: [...path, key], value: inner }
      }
      return
    case 'pipe':
      for (const outer of paths(node.left, input, env)) {
        for (const { path, value } of paths(node.right, outer.value, env)) yield { path: [...outer.path, ...path], value }
      }
      return
    case 'comma':
      yield* paths(node.left, input, env)
      return yield* paths(node.right, input, env)
    case 'try':
      try {
        yield* paths(node.of, input, env)
      } catch (error) {
        if (!(error instanceof JqError)) throw error
      }
      return
    case 'if':
      for (const condition of run(node.condition, input, env)) {
        if (isTrue(condition)) yield* paths(node.then, input, env)
        else if (node.otherwise !== undefined) yield* paths(node.otherwise, input, env)
        else yield { path: [], value: input }
      }
      return
    case 'call': {
      const key = `${node.name}/${node.args.length}`
      const { places } = env.functions
      return Object.hasOwn(places, key) ? yield* places[key]!(input, node.args, env) : yield* placeless(node, input, env)
    }
    default:
      yield* placeless(node, input, env)
  }
}

/** No place in the input: it can be read, but not be written to. */
function* placeless(node: Node, input: unknown, env: Environment): Places {
  for (const value of run(node, input, env)) yield { path: [], value }
}

export function entriesOf(value: unknown): (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) return [...value.entries()]
  if (isFields(value)) return Object.entries(value)
  throw new JqError(`Cannot iterate over ${shown(value)}`)
}

export function* below(place: Place): Places {
  yield place
  if (typeOf(place.value) !== 'array' && !isFields(place.value)) return
  for (const [key, value] of entriesOf(place.value)) yield* below({ path: [...place.path, key], value })
}

function sliced(value: unknown, from: unknown, to: unknown): unknown {
  if (value === null) return null
  if (typeof value !== 'string' && !Array.isArray(value)) throw new JqError(`Cannot index ${typeOf(value)} with object`)
  return value.slice((from as number | null) ?? 0, (to as number | null) ?? value.length)
}
