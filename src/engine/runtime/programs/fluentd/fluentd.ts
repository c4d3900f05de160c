import { jsonOf } from '../../../api/json.ts'
import { attempt, Errno } from '../../filesystem/errno.ts'
import { dirname } from '../../filesystem/path.ts'
import { print, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { glob } from '../../shell/glob.ts'
import { formatTime } from '../../tools/calendar.ts'
import { stopsOn } from '../serve.ts'
import { isMatch, type Section, sectionsOf, typeOf } from './config.ts'

type Record_ = Readonly<Record<string, unknown>>

/** What fluentd brings itself; others are gems, of which only images made for them have some. */
const inputs: ReadonlySet<string> = new Set(['tail', 'forward', 'http', 'udp', 'tcp', 'syslog', 'exec', 'sample', 'dummy', 'monitor_agent', 'unix', 'debug_agent', 'object_space', 'gc_stat'])
const outputs: ReadonlySet<string> = new Set(['stdout', 'file', 'null', 'forward', 'copy', 'relabel', 'exec', 'http', 'buffer', 'roundrobin', 'secondary_file', 'stream', 'exec_filter'])
const filters: ReadonlySet<string> = new Set(['record_transformer', 'grep', 'parser', 'stdout'])

/** What the image does when it is told nothing. */
const usualPath = '/fluentd/etc/fluent.conf'
const usual = '<source>\n  @type forward\n  @label @mainstream\n  port 24224\n</source>\n<filter **>\n  @type stdout\n</filter>\n<label @mainstream>\n  <match **>\n    @type file\n    path /fluentd/log/data\n  </match>\n</label>\n'

const stamp = (p: Process): string => formatTime('%F %T', p.machine.now())

/** fluentd: what its sources read goes through filters to where a <match> says; what leaves the pod is not seen any more. */
export function* fluentd(p: Process): Run<number> {
  const stopped = stopsOn(p, ['TERM', 'INT'], 0)
  const say = (level: string, text: string): Run<void> => print(p, `${stamp(p)} +0000 [${level}]: ${text}\n`)
  const { path, isGiven } = configPath(p)
  const text = p.machine.files.readText(path, p.access) ?? (path === usualPath ? usual : undefined)
  if (text === undefined && isGiven) {
    yield* print(p, `/usr/lib/ruby/gems/3.2.0/gems/fluentd-1.18.0/lib/fluent/config.rb:56:in \`initialize': No such file or directory @ rb_sysopen - ${path} (Errno::ENOENT)\n`, 2)
    return 1
  }
  yield* sleep(p, 1000, true)
  if (stopped() !== undefined) return 0
  const folder = dirname(path)
  const include = (given: string): string[] => glob(p.machine.files, given.startsWith('/') ? given : `${folder}/${given}`, p.access).flatMap((file) => p.machine.files.readText(file, p.access) ?? [])
  const root = sectionsOf(text ?? '', include, (name) => p.env.get(name))
  if ('fault' in root) {
    yield* say('error', `config error in:\n${root.fault}`)
    return 1
  }
  yield* say('info', `parsing config file is succeeded path="${path}"`)
  yield* say('info', `gem 'fluentd' version '${/:v?(\d+\.\d+\.\d+)/.exec(p.machine.config.image.reference)?.[1] ?? '1.18.0'}'`)
  const wrong = unknownIn(p, root)
  if (wrong !== undefined) {
    yield* say('error', `config error file="${path}" error_class=Fluent::ConfigError error="${wrong}"`)
    return 1
  }
  for (const { name, arg, ...one } of root.sections) if (name === 'match' || name === 'filter') yield* say('info', `adding ${name} pattern="${arg}" type="${typeOf({ name, arg, ...one })}"`)
  const sources = root.sections.filter(({ name }) => name === 'source')
  for (const source of sources) yield* say('info', `adding source type="${typeOf(source)}"`)
  yield* say('info', `#0 starting fluentd worker pid=${p.pid + 15} ppid=${p.pid} worker=0`)
  yield* say('info', '#0 fluentd worker is now running worker=0')
  p.machine.setMemory(p, 60 * 1024 ** 2)
  const pipes: Pipe[] = sources.map((section) => ({ section, read: new Map(), isFirst: true, nextAt: 0 }))
  for (;;) {
    if (stopped() !== undefined) {
      yield* say('info', 'Received graceful stop')
      yield* say('info', '#0 fluentd worker is now stopping worker=0')
      yield* sleep(p, 300)
      return 0
    }
    for (const pipe of pipes) yield* collect(p, pipe, root, say)
    yield* sleep(p, 1000, true)
  }
}

/** -c FILE, FLUENTD_ARGS as an image for GCP has them, FLUENTD_CONF as the official one. */
function configPath(p: Process): { path: string; isGiven: boolean } {
  const words = [...p.argv.slice(1), ...(p.env.get('FLUENTD_ARGS') ?? '').split(/\s+/)]
  const at = words.findIndex((word) => word === '-c' || word === '--config')
  const given = at < 0 ? words.find((word) => word.startsWith('--config='))?.slice(9) : words[at + 1]
  const conf = p.env.get('FLUENTD_CONF')
  return { path: given ?? (conf === undefined ? [usualPath, '/etc/fluent/fluent.conf'].find((one) => p.machine.files.exists(one)) : `/fluentd/etc/${conf}`) ?? usualPath, isGiven: given !== undefined || conf !== undefined }
}

/** A plugin that is not there ends it; images that are made for Elasticsearch or a cloud have theirs. */
function unknownIn(p: Process, root: Section): string | undefined {
  if (!/(^|\/)(library\/fluentd|fluent\/fluentd)$/.test(p.machine.config.image.repository)) return undefined
  for (const section of root.sections.flatMap((one) => (one.name === 'label' ? one.sections : [one]))) {
    const type = typeOf(section)
    const [known, kind] = section.name === 'source' ? [inputs, 'input'] : section.name === 'match' ? [outputs, 'output'] : section.name === 'filter' ? [filters, 'filter'] : [undefined, '']
    if (known === undefined || known.has(type)) continue
    return type === '' ? `'@type' parameter is required on <${section.name}>` : `Unknown ${kind} plugin '${type}'. Run 'gem search -rd fluent-plugin' to find plugins`
  }
  return undefined
}

interface Pipe {
  section: Section
  /** How much of each file has been read. */
  read: Map<string, number>
  isFirst: boolean
  nextAt: number
}

type Say = (level: string, text: string) => Run<void>

function* collect(p: Process, pipe: Pipe, root: Section, say: Say): Run<void> {
  const { section, read } = pipe
  const type = typeOf(section)
  const label = section.params.get('@label')
  const way = label === undefined ? root : (root.sections.find(({ name, arg }) => name === 'label' && arg === label) ?? root)
  if ((type === 'sample' || type === 'dummy') && p.machine.now() >= pipe.nextAt) {
    pipe.nextAt = p.machine.now() + 1000
    const given = jsonOf(section.params.get('sample') ?? section.params.get('dummy') ?? '{"message":"sample"}')
    yield* emit(p, root, way, section.params.get('tag') ?? 'sample', (Array.isArray(given) ? given[0] : given) as Record_)
  }
  if (type !== 'tail') return
  for (const file of (section.params.get('path') ?? '').split(',').flatMap((one) => glob(p.machine.files, one.trim(), p.access))) {
    if (file.endsWith('.pos')) continue
    const node = attempt(() => p.machine.files.find(file, p.access))
    if (node instanceof Errno || node.kind !== 'file') continue
    const all = node.content.text
    const before = read.get(file)
    if (before === undefined) yield* say('info', `#0 following tail of ${file}`)
    // What comes later is read from its head.
    const from = Math.min(before ?? (pipe.isFirst && section.params.get('read_from_head') !== 'true' ? all.length : 0), all.length)
    const end = all.lastIndexOf('\n') + 1
    read.set(file, Math.max(end, from))
    if (end <= from) continue
    const tag = (section.params.get('tag') ?? '').replace('*', file.slice(1).replaceAll('/', '.'))
    for (const line of all.slice(from, end).split('\n').slice(0, -1)) {
      const record = parsed(section, line)
      if (record === undefined) yield* say('warn', `#0 pattern not matched: ${JSON.stringify(line)}`)
      else yield* emit(p, root, way, tag, record)
    }
  }
  pipe.isFirst = false
}

const formats: Readonly<Record<string, RegExp>> = {
  nginx: /^(?<remote>\S*) (?<host>\S*) (?<user>\S*) \[[^\]]*\] "(?<method>\S+)(?: +(?<path>[^"]*?)(?: +\S*)?)?" (?<code>\S*) (?<size>\S*)(?: "(?<referer>[^"]*)" "(?<agent>[^"]*)"(?:\s+"?(?<http_x_forwarded_for>[^"]*)"?)?)?$/,
  apache2: /^(?<host>\S*) \S* (?<user>\S*) \[[^\]]*\] "(?<method>\S+)(?: +(?<path>[^"]*?)(?: +\S*)?)?" (?<code>\S*) (?<size>\S*)(?: "(?<referer>[^"]*)" "(?<agent>[^"]*)")?$/,
}

/** A line as the source's <parse> (or its format, as it was written once) makes a record of it; undefined: it is not like that. */
function parsed(section: Section, line: string): Record_ | undefined {
  const parse = section.sections.find(({ name }) => name === 'parse')
  const format = parse === undefined ? (section.params.get('format') ?? 'none') : typeOf(parse)
  const expression = parse?.params.get('expression') ?? (format.startsWith('/') ? format : undefined)
  if (format === 'json') {
    const read = jsonOf(line)
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Record_) : undefined
  }
  const pattern = expression === undefined ? formats[format] : regular(expression)
  if (pattern === undefined) return { [parse?.params.get('message_key') ?? 'message']: line }
  const groups = pattern.exec(line)?.groups
  return groups === undefined ? undefined : Object.fromEntries(Object.entries(groups).filter(([name, value]) => value !== undefined && name !== 'time'))
}

function regular(expression: string): RegExp | undefined {
  const [, source = expression] = /^\/(.*)\/[a-z]*$/.exec(expression) ?? []
  try {
    return new RegExp(source)
  } catch {
    return undefined
  }
}

/** Through every <filter> of its tag to the first <match>. */
function* emit(p: Process, root: Section, way: Section, tag: string, given: Record_): Run<void> {
  let record = given
  for (const section of way.sections) {
    if ((section.name !== 'filter' && section.name !== 'match') || !isMatch(section.arg, tag)) continue
    if (section.name === 'match') return yield* output(p, root, section, tag, record)
    if (typeOf(section) === 'stdout') yield* shown(p, tag, record)
    const kept = filtered(p, section, tag, record)
    if (kept === undefined) return
    record = kept
  }
}

function filtered(p: Process, section: Section, tag: string, record: Record_): Record_ | undefined {
  const type = typeOf(section)
  if (type === 'grep') {
    for (const { name, params } of section.sections) {
      const holds = regular(params.get('pattern') ?? '')?.test(String(record[(params.get('key') ?? '').replace(/^\$\./, '')] ?? '')) === true
      if ((name === 'regexp' && !holds) || (name === 'exclude' && holds)) return undefined
    }
    return record
  }
  if (type !== 'record_transformer') return record
  const more = section.sections.find(({ name }) => name === 'record')?.params ?? new Map<string, string>()
  const value = (text: string): string => text.replaceAll(/\$\{(tag|hostname|record\["(\w+)"\])\}/g, (_, what: string, key: string | undefined) => (what === 'tag' ? tag : what === 'hostname' ? p.machine.config.hostname : String(record[key!] ?? ''))).replaceAll('#{Socket.gethostname}', p.machine.config.hostname)
  const made = { ...record, ...Object.fromEntries([...more].map(([key, text]) => [key, value(text)])) }
  const removed = (section.params.get('remove_keys') ?? '').split(',').map((key) => key.trim())
  return Object.fromEntries(Object.entries(made).filter(([key]) => !removed.includes(key)))
}

const lineOf = (p: Process, tag: string, record: Record_): string => `${stamp(p)}.${String(Math.floor(p.machine.now() % 1000)).padStart(3, '0')}000000 +0000 ${tag}: ${JSON.stringify(record)}\n`

const shown = (p: Process, tag: string, record: Record_): Run<void> => print(p, lineOf(p, tag, record))

function* output(p: Process, root: Section, section: Section, tag: string, record: Record_): Run<void> {
  const type = typeOf(section)
  if (type === 'stdout') return yield* shown(p, tag, record)
  if (type === 'copy') for (const store of section.sections.filter(({ name }) => name === 'store')) yield* output(p, root, store, tag, record)
  if (type === 'relabel') {
    const label = root.sections.find(({ name, arg }) => name === 'label' && arg === section.params.get('@label'))
    if (label !== undefined) yield* emit(p, root, label, tag, record)
  }
  if (type !== 'file') return
  const path = `${(section.params.get('path') ?? '').replace('${tag}', tag)}.${formatTime('%Y%m%d', p.machine.now())}.log`
  p.machine.files.writeText(path, lineOf(p, tag, record).replace(/^(\S+) (\S+?)\.\d+ \+0000 (\S+): /, '$1T$2+00:00\t$3\t'), { append: true, uid: p.who.uid, gid: p.who.gid })
}
