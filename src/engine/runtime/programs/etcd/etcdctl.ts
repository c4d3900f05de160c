import { fromBase64, toBase64 } from '../../../api/base64.ts'
import { sha256 } from '../../../api/digest.ts'
import { jsonOf } from '../../../api/json.ts'
import { attempt, Errno, strerror } from '../../filesystem/errno.ts'
import { print, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { formatTime } from '../../tools/calendar.ts'
import { parseUrl, request } from '../../tools/http-client.ts'
import { behind, Keys } from './keys.ts'

/** etcdctl and etcdutl (etcd-io/etcd etcdctl/ctlv3/command): the commands that people type at an etcd. */

const patienceMs = 5_000
const valued = new Set(['endpoints', 'cacert', 'cert', 'key', 'write-out', 'w', 'data-dir', 'name', 'initial-cluster', 'initial-advertise-peer-urls', 'initial-cluster-token', 'limit', 'user', 'command-timeout', 'dial-timeout', 'sort-by', 'order'])

class Line {
  readonly words: string[] = []
  private readonly flags = new Map<string, string>()
  private readonly p: Process

  constructor(p: Process) {
    this.p = p
    const args = p.argv.slice(1)
    for (let i = 0; i < args.length; i++) {
      const [, name, value] = /^--?([a-z][\w-]*)(?:=(.*))?$/is.exec(args[i]!) ?? []
      if (name === undefined) this.words.push(args[i]!)
      else this.flags.set(name, value ?? (valued.has(name) ? (args[++i] ?? '') : 'true'))
    }
  }

  /** A flag, or the variable that stands for it. */
  value(name: string, short = name): string | undefined {
    return this.flags.get(name) ?? this.flags.get(short) ?? this.p.env.get(`ETCDCTL_${name.toUpperCase().replaceAll('-', '_')}`)
  }

  has(name: string): boolean {
    return this.flags.get(name) === 'true'
  }
}

type Told = { body: Record<string, any> } | { error: string }

export function* etcdctl(p: Process): Run<number> {
  const line = new Line(p)
  const [command = '', ...rest] = line.words
  const isUtility = p.argv[0]!.endsWith('etcdutl')
  if (command === 'version' || line.has('version')) return yield* said(p, isUtility ? 'etcdutl version: 3.6.5\nAPI version: 3.6\n' : 'etcdctl version: 3.6.5\nAPI version: 3.6\n')
  if (command === 'snapshot' && rest[0] !== 'save') return yield* fromFile(p, line, rest, isUtility)
  const wrong = wrongFiles(p, line)
  if (wrong !== undefined) return yield* failed(p, wrong)
  const run = commands[command === 'snapshot' || command === 'member' || command === 'endpoint' ? `${command} ${rest[0] ?? ''}` : command]
  if (run === undefined) {
    yield* print(p, `NAME:\n\tetcdctl - A simple command line client for etcd3.\n\nUSAGE:\n\tetcdctl [flags]\n\nVERSION:\n\t3.6.5\n\nAPI VERSION:\n\t3.6\n`)
    return command === '' ? 0 : yield* failed(p, `unknown command "${command}" for "etcdctl"`, 128)
  }
  return yield* run(p, line, rest)
}

const commands: Readonly<Record<string, (p: Process, line: Line, words: readonly string[]) => Run<number>>> = {
  *put(p, line, [key = '', given]) {
    const value = given ?? ''
    const told = yield* ask(p, line, 'kv/put', { key: toBase64(key), value: toBase64(value) })
    return 'error' in told ? yield* failed(p, told.error) : yield* said(p, 'OK\n')
  },
  *get(p, line, [key = '', end = '']) {
    const told = yield* ask(p, line, 'kv/range', { ...rangeOf(line, key, end), limit: Number(line.value('limit') ?? 0) })
    if ('error' in told) return yield* failed(p, told.error)
    if (line.value('write-out', 'w') === 'json') return yield* said(p, `${JSON.stringify(told.body)}\n`)
    const kvs = (told.body['kvs'] ?? []) as { key: string; value: string }[]
    if (line.has('count-only')) return yield* said(p, '')
    const shown = kvs.map((kv) => [fromBase64(kv.key), fromBase64(kv.value)])
    return yield* said(p, shown.map(([name, value]) => (line.has('keys-only') ? `${name}\n\n` : line.has('print-value-only') ? `${value}\n` : `${name}\n${value}\n`)).join(''))
  },
  *del(p, line, [key = '', end = '']) {
    const told = yield* ask(p, line, 'kv/deleterange', rangeOf(line, key, end))
    return 'error' in told ? yield* failed(p, told.error) : yield* said(p, `${told.body['deleted'] ?? 0}\n`)
  },
  *'member list'(p, line) {
    const told = yield* ask(p, line, 'cluster/member/list', {})
    if ('error' in told) return yield* failed(p, told.error)
    const rows = (told.body['members'] as { ID: string; name: string; peerURLs: string[]; clientURLs: string[] }[]).map(({ ID, name, peerURLs, clientURLs }) => [ID, 'started', name, peerURLs.join(), clientURLs.join(), 'false'])
    return yield* shown(p, line, ['ID', 'STATUS', 'NAME', 'PEER ADDRS', 'CLIENT ADDRS', 'IS LEARNER'], rows)
  },
  *'endpoint health'(p, line) {
    let code = 0
    const rows: string[][] = []
    for (const endpoint of endpointsOf(line)) {
      const told = yield* ask(p, line, 'kv/range', { key: toBase64('health') }, endpoint)
      const isWell = !('error' in told)
      if (!isWell) code = 1
      rows.push([endpoint, String(isWell), isWell ? '2.147031ms' : '', isWell ? '' : told.error])
      if (line.value('write-out', 'w') !== 'table') yield* print(p, isWell ? `${endpoint} is healthy: successfully committed proposal: took = 2.147031ms\n` : `${endpoint} is unhealthy: failed to commit proposal: ${told.error}\n`, isWell ? 1 : 2)
    }
    if (line.value('write-out', 'w') === 'table') yield* shown(p, line, ['ENDPOINT', 'HEALTH', 'TOOK', 'ERROR'], rows)
    return code === 0 ? 0 : yield* failed(p, 'unhealthy cluster')
  },
  *'endpoint status'(p, line) {
    const rows: string[][] = []
    for (const endpoint of endpointsOf(line)) {
      const told = yield* ask(p, line, 'maintenance/status', {}, endpoint)
      if ('error' in told) return yield* failed(p, told.error)
      const { version, dbSize, leader, raftIndex, raftTerm, self } = told.body as Record<string, string>
      rows.push([endpoint, self!, version!, '3.6.0', sizeOf(Number(dbSize)), sizeOf(Number(dbSize)), '0%', '0 B', String(leader === self), 'false', raftTerm!, raftIndex!, raftIndex!, '', '', 'false'])
    }
    return yield* shown(p, line, ['ENDPOINT', 'ID', 'VERSION', 'STORAGE VERSION', 'DB SIZE', 'IN USE', 'PERCENTAGE NOT IN USE', 'QUOTA', 'IS LEADER', 'IS LEARNER', 'RAFT TERM', 'RAFT INDEX', 'RAFT APPLIED INDEX', 'ERRORS', 'DOWNGRADE TARGET VERSION', 'DOWNGRADE ENABLED'], rows)
  },
  *'snapshot save'(p, line, [, path = '']) {
    if (path === '') return yield* failed(p, 'snapshot save expects one argument', 128)
    const told = yield* ask(p, line, 'maintenance/snapshot', {})
    if ('error' in told) return yield* failed(p, told.error)
    const [endpoint = ''] = endpointsOf(line)
    const log = (caller: string, msg: string, more: object): Run<void> => logged(p, caller, msg, more)
    yield* log('snapshot/v3_snapshot.go:83', 'created temporary db file', { path: `${path}.part` })
    yield* log('snapshot/v3_snapshot.go:96', 'fetching snapshot', { endpoint })
    const written = attempt(() => p.machine.files.writeText(path.startsWith('/') ? path : `${p.cwd}/${path}`, told.body['blob'] as string))
    if (written instanceof Errno) return yield* failed(p, `could not open ${path}.part (open ${path}.part: ${strerror(written).toLowerCase()})`)
    yield* log('snapshot/v3_snapshot.go:111', 'fetched snapshot', { endpoint, size: sizeOf(20_480 + (told.body['blob'] as string).length), took: 'now', 'etcd-version': '3.6.0' })
    yield* log('snapshot/v3_snapshot.go:121', 'saved', { path })
    return yield* said(p, `Snapshot saved at ${path}\nServer version 3.6.0\n`)
  },
}

function rangeOf(line: Line, key: string, end: string): object {
  const last = line.has('prefix') ? behind(key) : line.has('from-key') ? '\0' : end
  return { key: toBase64(key === '' ? '\0' : key), ...(last === '' ? {} : { range_end: toBase64(last) }) }
}

/** What needs no server: since 3.6 only etcdutl does it. */
function* fromFile(p: Process, line: Line, [what = '', path = '']: readonly string[], isUtility: boolean): Run<number> {
  if (!isUtility && /:v?3\.[6-9]/.test(p.machine.config.image.reference)) return yield* failed(p, `unknown command "${what}" for "etcdctl snapshot"`, 128)
  const text = p.machine.files.readText(path.startsWith('/') ? path : `${p.cwd}/${path}`, p.access)
  if (text === undefined) return yield* failed(p, `stat ${path}: no such file or directory`)
  const keys = Keys.read(text)
  if (what === 'status') return yield* shown(p, line, ['HASH', 'REVISION', 'TOTAL KEYS', 'TOTAL SIZE', 'STORAGE VERSION'], [[sha256(text).slice(0, 8), String(keys.revision), String(keys.size), sizeOf(20_480 + text.length), '3.6.0']])
  if (what !== 'restore') return yield* failed(p, `unknown command "${what}" for "etcdutl snapshot"`, 128)
  const directory = line.value('data-dir') ?? 'default.etcd'
  const at = directory.startsWith('/') ? directory : `${p.cwd}/${directory}`
  if ((p.machine.files.list(at) ?? []).length > 0) return yield* failed(p, `data-dir "${directory}" not empty or could not be read`)
  yield* logged(p, 'snapshot/v3_snapshot.go:305', 'restoring snapshot', { path, 'wal-dir': `${directory}/member/wal`, 'data-dir': directory, 'snap-dir': `${directory}/member/snap` })
  yield* sleep(p, 200)
  p.machine.files.mkdir(`${at}/member/wal`)
  p.machine.files.writeText(`${at}/member/snap/db`, text)
  yield* logged(p, 'snapshot/v3_snapshot.go:333', 'restored snapshot', { path, 'wal-dir': `${directory}/member/wal`, 'data-dir': directory, 'snap-dir': `${directory}/member/snap` })
  return 0
}

const endpointsOf = (line: Line): string[] => (line.value('endpoints') ?? '127.0.0.1:2379').split(',')

/** A certificate that is named and not there. */
function wrongFiles(p: Process, line: Line): string | undefined {
  const missing = ['cert', 'key', 'cacert'].map((name) => line.value(name)).find((path) => path !== undefined && p.machine.files.readText(path, p.access) === undefined)
  return missing === undefined ? undefined : `open ${missing}: no such file or directory`
}

/** Asks a member; one that wants a certificate says nothing that could be understood without. */
function* ask(p: Process, line: Line, what: string, body: object, endpoint = endpointsOf(line)[0]!): Run<Told> {
  const isSecure = endpoint.startsWith('https://') || (!endpoint.startsWith('http://') && line.value('cacert') !== undefined)
  const isKnown = line.value('cert') !== undefined && line.value('key') !== undefined
  const url = parseUrl(`${isSecure ? 'https' : 'http'}://${endpoint.replace(/^https?:\/\//, '')}/v3/${what}`)
  const answer = url === undefined || (isSecure && !isKnown) ? undefined : yield* request(p, url, { method: 'POST', headers: {}, body: JSON.stringify(body), timeoutMs: patienceMs })
  if (answer !== undefined && !('error' in answer) && answer.status === 200) return { body: (jsonOf(answer.body) ?? {}) as Record<string, any> }
  yield* sleep(p, patienceMs)
  yield* print(p, `{"level":"warn","ts":"${formatTime('%FT%T.000000Z', p.machine.now())}","logger":"etcd-client","caller":"v3@v3.6.5/retry_interceptor.go:65","msg":"retrying of unary invoker failed","target":"etcd-endpoints://0xc00035a000/${endpoint.replace(/^https?:\/\//, '')}","attempt":0,"error":"rpc error: code = DeadlineExceeded desc = latest balancer error: last connection error: connection error: desc = \\"error reading server preface: EOF\\""}\n`, 2)
  return { error: 'context deadline exceeded' }
}

function* said(p: Process, text: string): Run<number> {
  yield* print(p, text)
  return 0
}

function* failed(p: Process, why: string, code = 1): Run<number> {
  yield* print(p, `Error: ${why}\n`, 2)
  return code
}

const logged = (p: Process, caller: string, msg: string, more: object): Run<void> =>
  print(p, `${JSON.stringify({ level: 'info', ts: formatTime('%FT%T.000000Z', p.machine.now()), caller, msg, ...more })}\n`, 2)

const sizeOf = (bytes: number): string => (bytes < 1000 ? `${bytes} B` : bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`)

/** `-w table`, or with commas between. */
function* shown(p: Process, line: Line, titles: readonly string[], rows: readonly (readonly string[])[]): Run<number> {
  if (line.value('write-out', 'w') !== 'table') return yield* said(p, rows.map((row) => `${row.join(', ')}\n`).join(''))
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)))
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`
  const centred = (text: string, width: number): string => text.padStart(Math.floor((width + text.length) / 2)).padEnd(width)
  const cells = (row: readonly string[], place: (text: string, width: number) => string): string => `|${row.map((text, i) => ` ${place(text, widths[i]!)} `).join('|')}|\n`
  const isNumber = /^[\d.]+( \w+|%)?$|^(true|false)$/
  return yield* said(p, rule + cells(titles, centred) + rule + rows.map((row) => cells(row, (text, width) => (isNumber.test(text) ? text.padStart(width) : text.padEnd(width)))).join('') + rule)
}
