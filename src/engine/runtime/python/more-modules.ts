import { sha1, sha256, md5 } from '../../api/digest.ts'
import { fromBase64, toBase64 } from '../../api/base64.ts'
import type { Interpreter } from './interpreter.ts'
import { type Call, fail, module, number, object, text } from './support.ts'
import { Blob, Dict, Instance, List, numeric, Tuple, type Value } from './values.ts'

const contentOf = (value: Value | undefined): string => (value instanceof Blob ? value.text : text(value))

/** hashlib: objects that are fed and asked. */
export function hashlibModule(): Instance {
  const maker = (digest: (content: string) => string, name: string): Call => ({ args }) => {
    let content = args[0] === undefined ? '' : contentOf(args[0])
    return object({ update: ({ args: more }) => ((content += contentOf(more[0])), null), hexdigest: () => digest(content) }, { name })
  }
  return module({ md5: maker(md5, 'md5'), sha1: maker(sha1, 'sha1'), sha256: maker(sha256, 'sha256') })
}

export function base64Module(): Instance {
  return module({
    b64encode: ({ args }) => new Blob(toBase64(contentOf(args[0]))),
    b64decode: ({ args }) => new Blob(fromBase64(contentOf(args[0]))),
  })
}

// --- re -------------------------------------------------------------------------------------------

/** Python's named groups have a P. */
function compiled(pattern: Value | undefined, flags: string): RegExp {
  if (pattern instanceof Instance) {
    const known = pattern.names.get('pattern')
    return compiled(known ?? '', `${flags}${text(pattern.names.get('letters'))}`)
  }
  try {
    return new RegExp(text(pattern).replaceAll('(?P<', '(?<').replaceAll(/\(\?P=(\w+)\)/g, '\\k<$1>').replaceAll('\\Z', '$').replaceAll('\\A', '^'), [...new Set(flags)].join(''))
  } catch (e) {
    return fail('ValueError', String((e as Error).message))
  }
}

/** re.IGNORECASE is 2, re.MULTILINE 8, re.DOTALL 16. */
function letters(flags: Value | undefined): string {
  const n = flags === undefined ? 0 : (numeric(flags) ?? 0)
  return (n & 2 ? 'i' : '') + (n & 8 ? 'm' : '') + (n & 16 ? 's' : '')
}

function matchObject(match: RegExpExecArray): Instance {
  const group = (key: Value | undefined): Value => (typeof key === 'string' ? match.groups?.[key] : match[key === undefined ? 0 : number(key)]) ?? null
  const groups = match.slice(1).map((one) => one ?? null)
  const named = new Dict()
  for (const [name, value] of Object.entries(match.groups ?? {})) named.set(name, value ?? null)
  return object({
    group: ({ args }) => (args.length > 1 ? new Tuple(args.map(group)) : group(args[0])),
    groups: () => new Tuple(groups),
    groupdict: () => named,
    start: () => match.index,
    end: () => match.index + match[0].length,
    span: () => new Tuple([match.index, match.index + match[0].length]),
  })
}

export function reModule(x: () => Interpreter): Instance {
  const first = (pattern: Value | undefined, content: string, flags: string, shape: (source: string) => string): Value => {
    const re = compiled(pattern, flags)
    const match = new RegExp(shape(re.source), re.flags).exec(content)
    return match === null ? null : matchObject(match)
  }
  const found = (pattern: Value | undefined, content: string, flags: string): Value[] =>
    [...content.matchAll(compiled(pattern, `g${flags}`))].map((match) => (match.length === 1 ? match[0] : match.length === 2 ? (match[1] ?? '') : new Tuple(match.slice(1).map((one) => one ?? ''))))
  function* replaced(pattern: Value | undefined, by: Value | undefined, content: string, count: number, flags: string) {
    let out = ''
    let from = 0
    let left = count === 0 ? Infinity : count
    for (const match of content.matchAll(compiled(pattern, `g${flags}`))) {
      if (left-- <= 0) break
      const given: Value = typeof by === 'string' ? by.replaceAll(/\\(\d)|\\g<(\w+)>/g, (_, index: string | undefined, name: string | undefined) => (index !== undefined ? match[Number(index)] : /^\d+$/.test(name!) ? match[Number(name)] : match.groups?.[name!]) ?? '') : yield* x().call(by ?? null, { args: [matchObject(match as RegExpExecArray)], named: new Map() })
      out += content.slice(from, match.index) + text(given)
      from = match.index + match[0].length
    }
    return out + content.slice(from)
  }
  const functions = (pattern: (args: readonly Value[]) => [pattern: Value | undefined, rest: readonly (Value | undefined)[]]): Record<string, Call> => ({
    match: ({ args }) => { const [re, [content, flags]] = pattern(args); return first(re, text(content), letters(flags), (source) => `^(?:${source})`) },
    fullmatch: ({ args }) => { const [re, [content, flags]] = pattern(args); return first(re, text(content), letters(flags), (source) => `^(?:${source})$`) },
    search: ({ args }) => { const [re, [content, flags]] = pattern(args); return first(re, text(content), letters(flags), (source) => source) },
    findall: ({ args }) => { const [re, [content, flags]] = pattern(args); return new List(found(re, text(content), letters(flags))) },
    split: ({ args }) => { const [re, [content]] = pattern(args); return new List(text(content).split(compiled(re, '')).map((part) => part ?? null)) },
    *sub({ args, named }) {
      const [re, [by, content, count]] = pattern(args)
      return yield* replaced(re, by, text(content), number(count ?? named.get('count')), letters(named.get('flags')))
    },
  })
  const flags = { IGNORECASE: 2, I: 2, MULTILINE: 8, M: 8, DOTALL: 16, S: 16 }
  return module({
    ...functions(([re, ...rest]) => [re, rest]),
    escape: ({ args }) => text(args[0]).replaceAll(/[.*+?^${}()|[\]\\-]/g, '\\$&'),
    compile: ({ args }) => {
      const values = { pattern: text(args[0]), letters: letters(args[1]) }
      const self = object({}, values)
      for (const [name, value] of module(functions((rest) => [self, rest])).names) self.names.set(name, value)
      return self
    },
  }, flags)
}

// --- collections ----------------------------------------------------------------------------------

/** A dictionary that counts what it is given; of what it has not seen there are none. */
function counted(items: Iterable<Value>): Dict {
  const counts = new Dict()
  counts.missing = () => 0
  for (const item of items) counts.set(item, number(counts.get(item)) + 1)
  return counts
}

export function collectionsModule(x: () => Interpreter): Instance {
  return module({
    Counter: ({ args }) => counted(args[0] === undefined ? [] : x().iterate(args[0])),
    OrderedDict: () => new Dict(),
    *defaultdict({ args }) {
      const dict = new Dict()
      const make = args[0]
      if (make !== undefined && make !== null) dict.missing = function* (key) {
        const value = yield* x().call(make, { args: [], named: new Map() })
        dict.set(key, value)
        return value
      }
      return dict
    },
    deque: ({ args }) => new List(args[0] === undefined ? [] : [...x().iterate(args[0])]),
  })
}
