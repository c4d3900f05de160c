import { attempt, Errno } from '../filesystem/errno.ts'
import { jsonOf } from '../../api/json.ts'
import { textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { glob } from '../shell/glob.ts'
import { formatTime } from '../tools/calendar.ts'
import { listenOn, serve, stopsOn } from './serve.ts'

/** A section of the classic configuration: [INPUT], and below it a key and a value a line. */
interface Section {
  kind: string
  name: string
  values: readonly (readonly [key: string, value: string])[]
}

type Fields = Record<string, string>

interface Source {
  section: Section
  id: string
  tag: string
  /** How much of each file has been read. */
  read: Map<string, number>
  nextAt: number
}

function parsed(p: Process, path: string): Section[] | undefined {
  const text = p.machine.files.readText(path, p.access)
  if (text === undefined) return undefined
  const sections: { kind: string; name: string; values: [string, string][] }[] = []
  for (const line of text.split('\n').map((one) => one.trim()).filter((one) => one !== '' && !one.startsWith('#'))) {
    const [, kind] = /^\[(\w+)\]$/.exec(line) ?? []
    if (kind !== undefined) sections.push({ kind: kind.toUpperCase(), name: '', values: [] })
    else if (/^@include\s/i.test(line)) {
      const folder = path.slice(0, path.lastIndexOf('/'))
      const given = line.slice(9).trim()
      for (const one of glob(p.machine.files, given.startsWith('/') ? given : `${folder}/${given}`, p.access)) sections.push(...((parsed(p, one) as typeof sections | undefined) ?? []))
    } else {
      const [, key = '', value = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? []
      const filled = value.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => p.env.get(name) ?? '')
      if (key.toLowerCase() === 'name') sections.at(-1)!.name = filled.toLowerCase()
      sections.at(-1)?.values.push([key.toLowerCase(), filled])
    }
  }
  return sections
}

const valueOf = ({ values }: Section, key: string): string | undefined => values.find(([name]) => name === key)?.[1]

/** fluent-bit -c FILE: what its inputs read goes through its filters, and is printed where an output says so. */
export function* fluentBit(p: Process): Run<number> {
  const stopped = stopsOn(p, ['TERM', 'INT', 'QUIT'], 0)
  const at = p.argv.findIndex((word) => word === '-c' || word === '--config')
  const path = at > 0 ? (p.argv[at + 1] ?? '') : '/fluent-bit/etc/fluent-bit.conf'
  const say = (level: string, words: string): Run<void> => print(p, `[${formatTime('%Y/%m/%d %T', p.machine.now())}] [${level.padStart(5)}] ${words}\n`, 2)
  const sections = path.endsWith('.yaml') || path.endsWith('.yml') ? [] : (parsed(p, path) ?? (at > 0 ? undefined : []))
  yield* print(p, 'Fluent Bit v4.2.0\n* Copyright (C) 2015-2025 The Fluent Bit Authors\n* Fluent Bit is a CNCF graduated project under the Fluent organization\n* https://fluentbit.io\n\n', 2)
  if (sections === undefined) {
    yield* say('error', `[config] could not open configuration file ${path}, aborting.`)
    return 1
  }
  yield* say('info', `[fluent bit] version=4.2.0, commit=6a9f3c1d3e, pid=${p.pid}`)
  yield* say('info', '[storage] ver=1.5.3, type=memory, sync=normal, checksum=off, max_chunks_up=128')
  yield* sleep(p, 100)
  const of = (kind: string): Section[] => sections.filter((section) => section.kind === kind)
  const sources = of('INPUT').map((section, i): Source => ({ section, id: `${section.name}.${i}`, tag: valueOf(section, 'tag') ?? `${section.name}.${i}`, read: new Map(), nextAt: 0 }))
  for (const { section: { name }, id } of sources) yield* say('info', `[input:${name}:${id}] initializing`)
  yield* say('info', '[sp] stream processor started')
  for (const [i, { name }] of of('OUTPUT').entries()) yield* say('info', `[output:${name}:${name}.${i}] worker #0 started`)
  p.machine.setMemory(p, 20 * 1024 ** 2)
  yield* administration(p, of('SERVICE')[0])
  for (;;) {
    const code = stopped()
    if (code !== undefined) {
      yield* say('warn', '[engine] service will shutdown in max 5 seconds')
      return code
    }
    for (const source of sources) yield* collected(p, source, { filters: of('FILTER'), outputs: of('OUTPUT'), say })
    yield* sleep(p, 1000, true)
  }
}

/** http_server on: its health, for who probes it. */
function* administration(p: Process, service: Section | undefined): Run<void> {
  if (service === undefined || !/^(on|true)$/i.test(valueOf(service, 'http_server') ?? '')) return
  const port = Number(valueOf(service, 'http_port') ?? 2020)
  p.machine.spawn({
    parent: p, argv: p.argv, costUs: 0, memoryBytes: 0,
    *program(q) {
      const listeners = yield* listenOn(q, [port], (taken, why) => `[error] could not listen on port ${taken}: ${why}`)
      return listeners === undefined ? 1 : yield* serve(q, { listeners, handle: (r) => (r.path === '/api/v1/health' ? textResponse(200, 'ok\n') : textResponse(200, '{"fluent-bit":{"version":"4.2.0","edition":"Community"}}', 'application/json')) })
    },
  })
}

interface Way {
  filters: readonly Section[]
  outputs: readonly Section[]
  say: (level: string, words: string) => Run<void>
}

function* collected(p: Process, source: Source, { filters, outputs, say }: Way): Run<void> {
  const records: Fields[] = []
  const { section, tag } = source
  if (section.name === 'dummy' && p.machine.now() >= source.nextAt) {
    source.nextAt = p.machine.now() + 1000
    records.push((jsonOf(valueOf(section, 'dummy') ?? '{"message":"dummy"}') as Fields | undefined) ?? {})
  }
  if (section.name === 'tail') {
    for (const file of (valueOf(section, 'path') ?? '').split(',').flatMap((pattern) => glob(p.machine.files, pattern.trim(), p.access))) {
      const before = source.read.get(file)
      if (before === undefined) yield* say('info', `[input:tail:${source.id}] inotify_fs_add(): inode=${4096 + source.read.size} watch_fd=${source.read.size + 1} name=${file}`)
      const node = attempt(() => p.machine.files.find(file, p.access))
      if (node instanceof Errno || node.kind !== 'file') continue
      const all = node.content.text
      const from = before ?? (/^(on|true)$/i.test(valueOf(section, 'read_from_head') ?? '') ? 0 : all.length)
      const end = all.lastIndexOf('\n') + 1
      source.read.set(file, Math.max(end, from > all.length ? 0 : from))
      if (end > from) for (const line of all.slice(from > all.length ? 0 : from, end).split('\n').slice(0, -1)) records.push({ ...(valueOf(section, 'path_key') === undefined ? {} : { [valueOf(section, 'path_key')!]: file }), ...recordOf(section, line) })
    }
  }
  const kept = records.map((record) => filters.filter((filter) => fits(filter, tag)).reduce<Fields | undefined>((one, filter) => (one === undefined ? undefined : filtered(filter, one)), record)).filter((record) => record !== undefined)
  if (kept.length === 0) return
  const now = p.machine.now()
  const at = `${Math.floor(now / 1000)}.${String(Math.floor(now % 1000)).padStart(3, '0')}000000`
  for (const output of outputs) {
    if (output.name !== 'stdout' || !fits(output, tag)) continue
    const asJson = (valueOf(output, 'format') ?? '').startsWith('json')
    yield* print(p, kept.map((record, i) => (asJson ? `${JSON.stringify({ date: Number(at), ...record })}\n` : `[${i}] ${tag}: [[${at}, {}], {${Object.entries(record).map(([key, value]) => `"${key}"=>${typeof value === 'string' ? `"${value}"` : JSON.stringify(value)}`).join(', ')}}]\n`)).join(''))
  }
}

/** parser json makes fields of a line; without one it is one field. */
function recordOf(section: Section, line: string): Fields {
  const read = /json|docker/.test(valueOf(section, 'parser') ?? '') ? jsonOf(line) : undefined
  return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Fields) : { [valueOf(section, 'key') ?? 'log']: line }
}

function fits(section: Section, tag: string): boolean {
  const pattern = valueOf(section, 'match') ?? ''
  return new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`).test(tag)
}

/** grep keeps and drops, modify and record_modifier add and take away. */
function filtered({ name, values }: Section, record: Fields): Fields | undefined {
  let made: Fields = record
  for (const [key, value] of values) {
    const [field = '', ...rest] = value.split(/\s+/)
    const text = rest.join(' ')
    if (name === 'grep' && (key === 'regex' || key === 'exclude') && regularly(made[field.replace('$', '')] ?? '', text) !== (key === 'regex')) return undefined
    if (((name === 'modify' && (key === 'add' || key === 'set')) || (name === 'record_modifier' && key === 'record')) && (key !== 'add' || made[field] === undefined)) made = { ...made, [field]: text }
    if ((name === 'modify' && key === 'remove') || (name === 'record_modifier' && key === 'remove_key')) made = Object.fromEntries(Object.entries(made).filter(([one]) => one !== field))
    if (name === 'modify' && key === 'rename') made = Object.fromEntries(Object.entries(made).map(([one, of]) => [one === field ? text : one, of]))
  }
  return made
}

function regularly(text: string, pattern: string): boolean {
  try {
    return new RegExp(pattern).test(text)
  } catch {
    return false
  }
}
