import { formPairs } from '../http.ts'
import { versionOf } from '../images/versions.ts'
import { print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { abcModule, contextlibModule, copyModule, dataclassesModule, enumModule } from './classes.ts'
import { globModule, pathlibModule, shutilModule, tempfileModule } from './commands.ts'
import type { Interpreter } from './interpreter.ts'
import { fail, module, number, object, text } from './support.ts'
import { tracebackText } from './traceback.ts'
import { type Arguments, Builtin, Class, Dict, exceptions, Float, type Instance, List, raised, type Value } from './values.ts'

const parsedUrl = (address: string): Instance => {
  const [, scheme = '', netloc = '', path = '', query = ''] = /^(?:(\w+):\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/.exec(address) ?? []
  const [, hostname = null, port] = /^(?:[^@]*@)?([^:]*)(?::(\d+))?$/.exec(netloc) ?? []
  return object({}, { scheme, netloc, path, query, hostname, port: port === undefined ? null : Number(port), params: '', fragment: '' })
}
const queries = (query: string): Dict => {
  const dict = new Dict()
  for (const [name, value] of formPairs(query)) dict.set(name, new List([...((dict.get(name) as List | undefined)?.items ?? []), value]))
  return dict
}

function urlParseModule(): Instance {
  return module({
    quote: ({ args }) => encodeURIComponent(text(args[0])).replaceAll('%2F', '/'),
    unquote: ({ args }) => formPairs(`x=${text(args[0])}`)[0]?.[1] ?? '',
    urlencode: ({ args: [given] }) => (given instanceof Dict ? [...given.entries.values()].map(([key, value]) => `${encodeURIComponent(text(key))}=${encodeURIComponent(text(value))}`).join('&') : ''),
    urlparse: ({ args }) => parsedUrl(text(args[0])),
    parse_qs: ({ args }) => queries(text(args[0])),
  })
}

/** Queues between threads. */
function queueModule(p: Process): Instance {
  const queue = (): Instance => {
    const items: Value[] = []
    const get = function* ({ named }: Arguments): Run<Value> {
      const until = p.machine.now() + number(named.get('timeout'), Infinity) * 1000
      while (items.length === 0) {
        if (p.machine.now() >= until) throw raised('Exception', 'Empty')
        yield { wait: 'time', ms: 5, interruptible: true }
      }
      return items.shift()!
    }
    return object({ put: ({ args: [one = null] }) => (items.push(one), null), get, get_nowait: () => items.shift() ?? fail('Exception', 'Empty'), qsize: () => items.length, empty: () => items.length === 0, task_done: () => null, join: () => null })
  }
  return module({ Queue: queue, SimpleQueue: queue, LifoQueue: queue }, { Empty: exceptions.get('Exception')! })
}

/** Modules of a few functions. */
export function smallModules(p: Process, x: () => Interpreter): Record<string, () => Instance> {
  return {
    dataclasses: () => dataclassesModule(x),
    enum: () => enumModule(),
    abc: () => abcModule(),
    contextlib: () => contextlibModule(x),
    copy: () => copyModule(),
    glob: () => globModule(p),
    shutil: () => shutilModule(p),
    pathlib: () => pathlibModule(p),
    tempfile: () => tempfileModule(p),
    platform: () =>
      module({ node: () => p.machine.config.hostname, system: () => 'Linux', python_version: () => versionOf('python', p.machine.config.image) }),
    __future__: () => module({}),
    typing: () => typingModule(),
    string: () => module({}, { ascii_lowercase: 'abcdefghijklmnopqrstuvwxyz', digits: '0123456789' }),
    uuid: () =>
      module({
        uuid4: () =>
          Array.from({ length: 32 }, () => p.machine.random(16).toString(16))
            .join('')
            .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
      }),
    'urllib.parse': () => urlParseModule(),
    traceback: () => module({
      *print_exc() {
        const error = x().handling.at(-1)
        yield* print(p, error === undefined ? 'NoneType: None\n' : `${tracebackText(p, error)}\n`, 2)
        return null
      },
      format_exc: () => {
        const error = x().handling.at(-1)
        return error === undefined ? 'NoneType: None\n' : `${tracebackText(p, error)}\n`
      },
    }),
    queue: () => queueModule(p),
    argparse: () => module({ ArgumentParser: () => argumentParser(p) }),
    statistics: () => module({
      mean: ({ args: [v = null] }) => meanOf([...x().iterate(v)]),
      median: ({ args: [v = null] }) => {
        const sorted = [...x().iterate(v)].map((one) => number(one)).toSorted((a, b) => a - b)
        return new Float(((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2)
      },
    }),
    textwrap: () => module({ dedent: ({ args }) => {
      const lines = text(args[0]).split('\n')
      const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)![0].length))
      return lines.map((line) => line.slice(indent)).join('\n')
    } }),
    secrets: () => module({ token_hex: ({ args }) => Array.from({ length: number(args[0], 32) * 2 }, () => p.machine.random(16).toString(16)).join(''), token_urlsafe: () => Array.from({ length: 43 }, () => p.machine.random(36).toString(36)).join('') }),
    warnings: () => module({ warn: () => null, filterwarnings: () => null, simplefilter: () => null }),
    gc: () => module({ collect: () => 0 }),
    atexit: () => module({ register: ({ args: [f = null] }) => f }),
    inspect: () => module({}),
    types: () => module({ SimpleNamespace: ({ named }) => object({}, Object.fromEntries(named)) }),
    errno: () => module({}, { EADDRINUSE: 98, ECONNREFUSED: 111, ENOENT: 2, EACCES: 13 }),
  }
}

const meanOf = (items: readonly Value[]): Float => new Float(items.reduce<number>((sum, one) => sum + number(one), 0) / items.length)

/** --name VALUE, --flag, and words by their place, with defaults. */
function argumentParser(p: Process): Instance {
  const known: { names: string[]; key: string; named: ReadonlyMap<string, Value> }[] = []
  return object({
    add_argument: ({ args, named }) => {
      const names = args.map(text)
      known.push({ names, key: text(named.get('dest') ?? (names.find((name) => name.startsWith('--')) ?? names[0] ?? '').replace(/^-+/, '').replaceAll('-', '_')), named })
      return null
    },
    parse_args: () => {
      const at = p.argv.findIndex((word, i) => i > 0 && !word.startsWith('-'))
      const words = [...p.argv.slice(at < 0 ? p.argv.length : at + (p.argv[at - 1] === '-c' ? 1 : 1))]
      const values: Record<string, Value> = {}
      const typed = ({ named }: (typeof known)[number], word: string): Value => {
        const type = named.get('type')
        return type instanceof Builtin && type.name === 'int' ? Number(word) : type instanceof Builtin && type.name === 'float' ? new Float(Number(word)) : word
      }
      for (const one of known) values[one.key] = one.named.get('default') ?? (text(one.named.get('action')) === 'store_true' ? false : null)
      const places = known.filter(({ names }) => !names[0]!.startsWith('-'))
      while (words.length > 0) {
        const word = words.shift()!
        const [name, joined] = word.startsWith('--') ? word.split('=', 2) : [word]
        const one = word.startsWith('-') ? known.find(({ names }) => names.includes(name!)) : places.shift()
        if (one === undefined) continue
        values[one.key] = text(one.named.get('action')) === 'store_true' ? true : typed(one, word.startsWith('-') ? (joined ?? words.shift() ?? '') : word)
      }
      return object({}, values)
    },
  })
}

/** Types say nothing at run time: whatever is asked of one is one. */
function typingModule(): Instance {
  const any = new Class('typing', [], new Map())
  const names = ['Any', 'List', 'Dict', 'Optional', 'Union', 'Tuple', 'Set', 'Callable', 'Iterable', 'Iterator', 'Generator', 'Type', 'Sequence', 'Mapping', 'Literal', 'Final', 'ClassVar', 'Annotated', 'TypeVar', 'Awaitable', 'AsyncIterator', 'NoReturn', 'Self']
  return module({ cast: ({ args }) => args[1] ?? null, TypeVar: () => any, NamedTuple: () => any }, { ...Object.fromEntries(names.map((name) => [name, any])), TYPE_CHECKING: false, Protocol: any, TypedDict: any, Generic: any })
}
