import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import type { Run } from '../process/process.ts'
import {
  type Arguments,
  Builtin,
  Class,
  exceptions,
  Instance,
  numeric,
  Raised,
  raised,
  repr,
  toStr,
  Tuple,
  type Value,
} from './values.ts'

export type Call = (a: Arguments) => Value | Run<Value>

export const text = (v: Value | undefined): string => (v === undefined ? '' : toStr(v))
export const number = (v: Value | undefined, fallback = 0): number =>
  v === undefined ? fallback : (numeric(v) ?? fallback)

/** An object with functions and values, as a module is. */
export function module(functions: Record<string, Call>, values: Record<string, Value> = {}): Instance {
  const names = new Map<string, Value>(Object.entries(values))
  for (const [name, call] of Object.entries(functions)) names.set(name, new Builtin(name, call))
  return new Instance(undefined, names)
}

export function object(functions: Record<string, Call>, values: Record<string, Value> = {}, type?: Class): Instance {
  return new Instance(type ?? new Class('object', [], new Map()), module(functions, values).names)
}

export function fail(type: string, message: string): never {
  throw raised(type, message)
}

export function exit(code: Value | undefined): never {
  throw new Raised(
    new Instance(exceptions.get('SystemExit'), new Map<string, Value>([['args', new Tuple([code ?? null])]])),
  )
}

function osError(e: Errno, path: string): Raised {
  const names: Partial<Record<string, [type: string, number: number]>> = {
    ENOENT: ['FileNotFoundError', 2],
    EACCES: ['PermissionError', 13],
    EEXIST: ['FileExistsError', 17],
    EISDIR: ['OSError', 21],
    EROFS: ['OSError', 30],
    ENOSPC: ['OSError', 28],
  }
  const [type, n] = names[e.code] ?? ['OSError', 5]
  return raised(type, `[Errno ${n}] ${strerror(e)}: ${repr(path)}`)
}

export function orRaise<T>(path: string, f: () => T): T {
  const result = attempt(f)
  if (result instanceof Errno) throw osError(result, path)
  return result
}
