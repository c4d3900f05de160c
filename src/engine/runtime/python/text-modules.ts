import { normalize } from '../filesystem/path.ts'
import type { Process, Run } from '../process/process.ts'
import type { Interpreter } from './interpreter.ts'
import { type Call, fail, module, number, object, text } from './support.ts'
import { type Arguments, Blob, Class, Dict, exceptions, Float, Instance, Lazy, List, Raised, Tuple, type Value } from './values.ts'

/** io, csv and configparser: text that is a file, a table, settings. */
export function textModules(p: Process, x: () => Interpreter): Record<string, () => Instance> {
  return { io: () => ioModule(), csv: () => csvModule(x), configparser: () => configModule(p, x) }
}

// --- io ----------------------------------------------------------------------------------------------

function ioModule(): Instance {
  const make = (wrap: (content: string) => Value): Call => ({ args: [first] }) => buffer(first === undefined || first === null ? '' : first instanceof Blob ? first.text : text(first), wrap)
  return module({ StringIO: make((content) => content), BytesIO: make((content) => new Blob(content)) })
}

/** A file that is nowhere but in memory. */
function buffer(content: string, wrap: (content: string) => Value): Instance {
  let [all, at] = [content, 0]
  const take = (length: number): Value => {
    const taken = all.slice(at, length < 0 ? undefined : at + length)
    at += taken.length
    return wrap(taken)
  }
  const line = (): Value => {
    const end = all.indexOf('\n', at)
    return take(end < 0 ? -1 : end + 1 - at)
  }
  const lines = (): Value[] => {
    const found: Value[] = []
    while (at < all.length) found.push(line())
    return found
  }
  const made: Instance = object({
    write: ({ args: [given = ''] }) => {
      const more = given instanceof Blob ? given.text : text(given)
      all = all.slice(0, at) + more + all.slice(at + more.length)
      at += more.length
      return more.length
    },
    writelines: ({ args: [given = null] }) => {
      for (const one of given instanceof List ? given.items : []) all += text(one)
      at = all.length
      return null
    },
    getvalue: () => wrap(all),
    read: ({ args: [length = -1] }) => take(number(length, -1)),
    readline: line,
    readlines: () => new List(lines()),
    seek: ({ args: [to = 0] }) => (at = number(to)),
    tell: () => at,
    truncate: ({ args: [to] }) => (all = all.slice(0, to === undefined ? at : number(to))).length,
    close: () => null,
    flush: () => null,
    __enter__: () => made,
    __exit__: () => null,
    __iter__: () => new Lazy(lines()[Symbol.iterator]()),
  })
  return made
}

// --- csv ---------------------------------------------------------------------------------------------

/** The rows of a table in a text. */
export function rowsOf(content: string, delimiter: string): string[][] {
  const rows: string[][] = []
  let [row, field, isQuoted, isEmpty] = [[] as string[], '', false, true]
  const endRow = (): void => {
    if (!isEmpty) rows.push([...row, field])
    ;[row, field, isEmpty] = [[], '', true]
  }
  for (let i = 0; i < content.length; i++) {
    const c = content[i]!
    if (isQuoted) {
      if (c !== '"') field += c
      else if (content[i + 1] === '"') field += content[i++]
      else isQuoted = false
    } else if (c === '\n') endRow()
    else if (c !== '\r') {
      isEmpty = false
      if (c === '"' && field === '') isQuoted = true
      else if (c === delimiter) [row, field] = [[...row, field], '']
      else field += c
    }
  }
  endRow()
  return rows
}

function csvModule(x: () => Interpreter): Instance {
  const delimiterOf = (named: ReadonlyMap<string, Value>): string => text(named.get('delimiter') ?? ',')
  const contentOf = function* (source: Value): Run<string> {
    const read = source instanceof Instance ? source.names.get('read') : undefined
    if (read !== undefined) return text(yield* x().call(read, { args: [], named: new Map() }))
    return (yield* x().collect(source)).map((one) => text(one).replace(/\n?$/, '\n')).join('')
  }
  const writer = (to: Value, named: ReadonlyMap<string, Value>): ((row: readonly Value[]) => Run<Value>) =>
    function* (row) {
      const end = text(named.get('lineterminator') ?? '\r\n')
      const delimiter = delimiterOf(named)
      const quoted = (field: string): string => (field.includes(delimiter) || /["\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)
      return yield* x().call(x().attribute(to, 'write'), { args: [row.map((one) => quoted(one === null ? '' : text(one))).join(delimiter) + end], named: new Map() })
    }
  const each = (write: (row: Value) => Run<Value>): Call =>
    function* ({ args: [rows = null] }) {
      for (const row of yield* x().collect(rows)) yield* write(row)
      return null
    }
  return module({
    *reader({ args: [source = null], named }) {
      return new Lazy(rowsOf(yield* contentOf(source), delimiterOf(named)).map((row) => new List([...row]) as Value)[Symbol.iterator]())
    },
    *DictReader({ args: [source = null, given], named }) {
      const rows = rowsOf(yield* contentOf(source), delimiterOf(named))
      const wanted = given ?? named.get('fieldnames')
      const fields = wanted === undefined || wanted === null ? (rows.shift() ?? []) : (yield* x().collect(wanted)).map(text)
      const items = rows.map((row) => dictOf(fields.map((field, i) => [field, row[i] ?? null])) as Value)[Symbol.iterator]()
      const lazy = new Lazy(items)
      lazy.names.set('fieldnames', new List([...fields]))
      return lazy
    },
    writer({ args: [to = null], named }) {
      const write = writer(to, named)
      const one = function* (row: Value): Run<Value> {
        return yield* write(yield* x().collect(row))
      }
      return object({ writerow: ({ args: [row = null] }) => one(row), writerows: each(one) })
    },
    *DictWriter({ args: [to = null, given = null], named }) {
      const fields = (yield* x().collect(given === null ? (named.get('fieldnames') ?? null) : given)).map(text)
      const write = writer(to, named)
      const one = (row: Value): Run<Value> => write(fields.map((field) => (row instanceof Dict ? (row.get(field) ?? named.get('restval') ?? '') : '')))
      return object({ writeheader: () => write(fields), writerow: ({ args: [row = null] }) => one(row), writerows: each(one) })
    },
  }, { QUOTE_MINIMAL: 0, QUOTE_ALL: 1, Error: exceptions.get('Exception')! })
}

function dictOf(entries: Iterable<readonly [string, Value]>): Dict {
  const dict = new Dict()
  for (const [key, value] of entries) dict.set(key, value)
  return dict
}

// --- configparser ------------------------------------------------------------------------------------

const truths: Readonly<Record<string, boolean>> = { 1: true, yes: true, true: true, on: true, 0: false, no: false, false: false, off: false }

/** Sections with what they hold; what DEFAULT has, all have. */
export function settingsOf(content: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>()
  let [section, last]: [Map<string, string> | undefined, string] = [undefined, '']
  for (const line of content.split('\n')) {
    const bare = line.trim()
    if (bare === '' || /^[#;]/.test(bare)) continue
    const [, head] = /^\[([^\]]+)\]/.exec(bare) ?? []
    if (head !== undefined) {
      section = sections.get(head) ?? new Map<string, string>()
      sections.set(head, section)
      continue
    }
    if (/^\s/.test(line) && section?.has(last) === true) {
      section.set(last, `${section.get(last)}\n${bare}`)
      continue
    }
    const [, key = bare, value = ''] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(bare) ?? []
    last = key.toLowerCase()
    section?.set(last, value)
  }
  return sections
}

/** What a parser holds, and how it is asked. */
interface Settings {
  sections: Map<string, Map<string, string>>
  take: (content: string) => void
  own: (section: string) => ReadonlyMap<string, string> | undefined
  find: (section: string, option: string) => string | undefined
}

function settings(): Settings {
  const sections = new Map<string, Map<string, string>>()
  const own = (section: string): ReadonlyMap<string, string> | undefined => (section === 'DEFAULT' || sections.has(section) ? new Map([...(sections.get('DEFAULT') ?? []), ...(sections.get(section) ?? [])]) : undefined)
  const find = (section: string, option: string): string | undefined => own(section)?.get(option.toLowerCase())?.replaceAll(/%\((\w+)\)s/g, (all, name: string) => find(section, name) ?? all).replaceAll('%%', '%')
  const take = (content: string): void => {
    for (const [name, values] of settingsOf(content)) sections.set(name, new Map([...(sections.get(name) ?? []), ...values]))
  }
  return { sections, own, find, take }
}

/** What get and its like make of a text. */
const kinds: Readonly<Record<string, (value: string) => Value>> = {
  get: (value) => value,
  getint: (value) => (/^\s*[-+]?\d+\s*$/.test(value) ? Number(value) : fail('ValueError', `invalid literal for int() with base 10: '${value}'`)),
  getfloat: (value) => new Float(Number(value)),
  getboolean: (value) => truths[value.toLowerCase()] ?? fail('ValueError', `Not a boolean: ${value}`),
}

const byKind = (get: (a: Arguments) => Value): Record<string, Call> =>
  Object.fromEntries(Object.entries(kinds).map(([name, as]): [string, Call] => [name, (a) => {
    const value = get(a)
    return typeof value === 'string' ? as(value) : value
  }]))

function configModule(p: Process, x: () => Interpreter): Instance {
  const [noSection, noOption] = ['NoSectionError', 'NoOptionError'].map((name) => new Class(name, [exceptions.get('Exception')!], new Map<string, Value>([['__module__', 'configparser']]))) as [Class, Class]
  const complain = (type: Class, message: string): never => {
    throw new Raised(new Instance(type, new Map<string, Value>([['args', new Tuple([message])]])))
  }
  const missing = (section: string): never => complain(noSection, `No section: '${section}'`)
  const parser: Call = () => {
    const { sections, take, own, find } = settings()
    const get = (section: string, option: string, fallback: Value | undefined): Value => find(section, option) ?? fallback ?? (fallback === null ? null : own(section) === undefined ? missing(section) : complain(noOption, `No option '${option}' in section: '${section}'`))
    const keys = (section: string): List => new List([...(own(section)?.keys() ?? [])])
    const items = (section: string): Run<Value> => x().call(x().attribute(dictOf(keys(section).items.map((key) => [text(key), find(section, text(key)) ?? ''])), 'items'), { args: [], named: new Map() })
    const put = (section: string, option: Value | undefined, value: Value | undefined): null => ((sections.get(section) ?? missing(section)).set(text(option).toLowerCase(), text(value)), null)
    const proxy = (section: string): Instance =>
      object({
        ...byKind(({ args: [option, second], named }) => get(section, text(option), named.get('fallback') ?? second ?? null)),
        keys: () => keys(section),
        items: () => items(section),
        __getitem__: ({ args: [option] }) => find(section, text(option)) ?? fail('KeyError', text(option)),
        __setitem__: ({ args: [option, value] }) => put(section, option, value),
        __contains__: ({ args: [option] }) => find(section, text(option)) !== undefined,
        __iter__: () => keys(section),
      }, { name: section })
    const names = (): string[] => [...sections.keys()].filter((name) => name !== 'DEFAULT')
    return object({
      ...byKind(({ args: [section, option], named }) => get(text(section), text(option), named.get('fallback'))),
      ...reading(p, x, take),
      *write({ args: [file = null] }) {
        for (const [name, values] of sections) yield* x().call(x().attribute(file, 'write'), { args: [`[${name}]\n${[...values].map(([key, value]) => `${key} = ${value}\n`).join('')}\n`], named: new Map() })
        return null
      },
      sections: () => new List(names()),
      options: ({ args: [section] }) => (own(text(section)) === undefined ? missing(text(section)) : keys(text(section))),
      items: ({ args: [section] }) => items(text(section)),
      has_section: ({ args: [section] }) => names().includes(text(section)),
      has_option: ({ args: [section, option] }) => find(text(section), text(option)) !== undefined,
      add_section: ({ args: [section] }) => (sections.set(text(section), new Map<string, string>()), null),
      set: ({ args: [section, option, value] }) => put(text(section), option, value),
      __getitem__: ({ args: [section] }) => (own(text(section)) === undefined ? fail('KeyError', text(section)) : proxy(text(section))),
      __setitem__: ({ args: [section, values] }) => {
        sections.set(text(section), new Map(values instanceof Dict ? values.keys().map((key) => [text(key).toLowerCase(), text(values.get(key))] as const) : []))
        return null
      },
      __contains__: ({ args: [section] }) => own(text(section)) !== undefined,
      __iter__: () => new List(['DEFAULT', ...names()]),
    })
  }
  return module({ ConfigParser: parser, RawConfigParser: parser }, { NoSectionError: noSection, NoOptionError: noOption })
}

/** Where a parser gets its settings from; files that are not there are passed over. */
function reading(p: Process, x: () => Interpreter, take: (content: string) => void): Record<string, Call> {
  return {
    read: ({ args: [given] }) => {
      const paths = (given instanceof List ? given.items : [given ?? '']).map(text)
      return new List(paths.filter((path) => {
        const content = p.machine.files.readText(normalize(path, p.cwd), p.access)
        if (content !== undefined) take(content)
        return content !== undefined
      }))
    },
    read_string: ({ args: [content] }) => (take(text(content)), null),
    *read_file({ args: [file = null] }) {
      take(text(yield* x().call(x().attribute(file, 'read'), { args: [], named: new Map() })))
      return null
    },
    read_dict: ({ args: [dict] }) => {
      const lines = (values: Value | undefined): string => (values instanceof Dict ? values.keys().map((key) => `${text(key)} = ${text(values.get(key))}\n`).join('') : '')
      if (dict instanceof Dict) for (const section of dict.keys()) take(`[${text(section)}]\n${lines(dict.get(section))}`)
      return null
    },
  }
}
