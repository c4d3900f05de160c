import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import { isDirectory, type Node } from '../filesystem/node.ts'
import { join, normalize } from '../filesystem/path.ts'
import { type FileStat, statOf } from '../filesystem/stat.ts'
import { complain, print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { groupName, userName } from '../programs/users.ts'
import { formatTime } from './calendar.ts'
import { type Options, parseOptions } from '../../text/options.ts'
import { humanSize } from './sizes.ts'
import { usesBusybox } from './words.ts'

interface Entry {
  name: string
  path: string
  stat: FileStat
}

export function* ls(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), {
    short: '1aAlLRdhrtSinFCcupsZgoqmw:',
    long: ['color', 'sort', 'time-style', 'time'],
  })
  const operands = o.operands.length === 0 ? ['.'] : o.operands
  const files: Entry[] = []
  const directories: Entry[] = []
  let failed = false
  for (const path of operands) {
    const node = attempt(() => p.machine.files.find(path, p.access, o.has('L') || (!o.has('l') && !o.has('d'))))
    const target =
      node instanceof Errno
        ? node
        : node.kind === 'symlink' && !o.has('d') && !o.has('l')
          ? attempt(() => p.machine.files.find(path, p.access))
          : node
    if (target instanceof Errno) {
      failed = true
      yield* complain(
        p,
        usesBusybox(p) ? `${path}: ${strerror(target)}` : `cannot access '${path}': ${strerror(target)}`,
      )
    } else (isDirectory(target) && !o.has('d') ? directories : files).push({ name: path, path, stat: statOf(target) })
  }
  yield* printEntries(p, files, o)
  for (const [i, d] of directories.entries()) {
    if (operands.length > 1 || o.has('R')) yield* print(p, `${i > 0 || files.length > 0 ? '\n' : ''}${d.path}:\n`)
    failed = (yield* listDirectory(p, d.path, o)) || failed
  }
  return failed ? (usesBusybox(p) ? 1 : 2) : 0
}

/** True when it could not be read. */
function* listDirectory(p: Process, path: string, o: Options): Run<boolean> {
  const { files } = p.machine
  const names = attempt(() => files.readDirectory(path, p.access))
  if (names instanceof Errno) {
    yield* complain(
      p,
      usesBusybox(p)
        ? `can't open '${path}': ${strerror(names)}`
        : `cannot open directory '${path}': ${strerror(names)}`,
    )
    return true
  }
  const shown = names.filter((n) => o.has('a', 'A') || !n.startsWith('.'))
  const withDots = o.has('a') ? ['.', '..', ...shown] : shown
  const entries: Entry[] = []
  for (const name of withDots) {
    const entryPath = join(path, name)
    const stat = (o.has('L') ? files.stat(entryPath, { access: p.access }) : undefined) ?? files.stat(entryPath, { access: p.access, link: true })
    if (stat !== undefined) entries.push({ name, path: entryPath, stat })
  }
  sortEntries(entries, o)
  if (o.has('l', 's'))
    yield* print(
      p,
      `total ${entries.reduce((kb, e) => kb + e.stat.diskKb, 0)}\n`,
    )
  yield* printEntries(p, entries, o)
  if (!o.has('R')) return false
  for (const e of entries) {
    if (e.stat.type !== 'directory' || e.name === '.' || e.name === '..') continue
    yield* print(p, `\n${e.path}:\n`)
    yield* listDirectory(p, e.path, o)
  }
  return false
}

function sortEntries(entries: Entry[], o: Options): void {
  if (o.has('t')) entries.sort((a, b) => b.stat.modifiedAt - a.stat.modifiedAt)
  if (o.has('S')) entries.sort((a, b) => b.stat.sizeBytes - a.stat.sizeBytes)
  if (o.has('r')) entries.reverse()
}

function* printEntries(p: Process, entries: readonly Entry[], o: Options): Run<void> {
  if (entries.length === 0) return
  if (o.has('l', 'n', 'g', 'o')) return yield* print(p, longList(p, entries, o))
  const names = entries.map((e) => e.name + mark(e, o))
  if (o.has('m')) return yield* print(p, filled(names))
  const oneEach = o.has('1') || !p.fd(1).isTerminal
  yield* print(p, oneEach ? `${names.join('\n')}\n` : columns(names))
}

function mark(e: Entry, o: Options): string {
  if (!o.has('F', 'p')) return ''
  if (e.stat.type === 'directory') return '/'
  if (!o.has('F')) return ''
  return e.stat.type === 'symlink' ? '@' : e.stat.type === 'file' && (e.stat.mode & 0o111) !== 0 ? '*' : ''
}

/** With commas between them, in lines of eighty columns. */
function filled(names: readonly string[]): string {
  let out = ''
  let width = 0
  for (const [i, name] of names.entries()) {
    const word = i < names.length - 1 ? `${name},` : name
    if (width > 0 && width + 1 + word.length >= 80) {
      out += '\n'
      width = 0
    }
    out += width === 0 ? word : ` ${word}`
    width += (width === 0 ? 0 : 1) + word.length
  }
  return `${out}\n`
}

/** As on a terminal of eighty columns. */
function columns(names: readonly string[]): string {
  const width = Math.max(...names.map((n) => n.length)) + 2
  const perRow = Math.max(1, Math.floor(80 / width))
  const rows = Math.ceil(names.length / perRow)
  let out = ''
  for (let r = 0; r < rows; r++) {
    const row = names.filter((_, i) => i % rows === r)
    out += `${row.map((n, i) => (i === row.length - 1 ? n : n.padEnd(width))).join('')}\n`
  }
  return out
}

function longList(p: Process, entries: readonly Entry[], o: Options): string {
  const busybox = usesBusybox(p)
  const rows = entries.map((e) => ({
    mode: modeText(e.stat),
    links: String(linksTo(p, e)),
    user: o.has('n') ? String(e.stat.uid) : (userName(p.machine.files, e.stat.uid) ?? String(e.stat.uid)),
    group: o.has('n') ? String(e.stat.gid) : (groupName(p.machine.files, e.stat.gid) ?? String(e.stat.gid)),
    size: o.has('h') ? humanSize(p, e.stat.sizeBytes) : String(e.stat.sizeBytes),
    time: timeText(e.stat.modifiedAt, p.machine.now()),
    name: e.name + mark(e, o) + (e.stat.type === 'symlink' ? ` -> ${e.stat.target}` : ''),
  }))
  const width = (key: 'links' | 'user' | 'group' | 'size') => Math.max(...rows.map((r) => r[key].length))
  const [links, user, group, size] = [width('links'), width('user'), width('group'), width('size')]
  return rows
    .map((r) =>
      busybox
        ? `${r.mode} ${r.links.padStart(4)} ${r.user.padEnd(8)} ${r.group.padEnd(8)} ${r.size.padStart(9)} ${r.time} ${r.name}\n`
        : `${r.mode} ${r.links.padStart(links)} ${r.user.padEnd(user)} ${r.group.padEnd(group)} ${r.size.padStart(size)} ${r.time} ${r.name}\n`,
    )
    .join('')
}

/** A directory is linked to by its parent, by itself and by those in it; overlayfs does not count for what it merges, as `/` is. */
function linksTo(p: Process, e: Entry): number {
  return e.stat.type !== 'directory' || normalize(e.path) === '/' ? 1 : 2 + subdirectories(p, e)
}

function subdirectories(p: Process, e: Entry): number {
  const node = attempt((): Node => p.machine.files.find(e.path, p.access))
  if (node instanceof Errno || node.kind !== 'directory') return 0
  return [...node.entries.values()].filter(isDirectory).length
}

const letters = { file: '-', directory: 'd', symlink: 'l', device: 'c', socket: 's' } as const

export function modeText(stat: Pick<FileStat, 'type' | 'mode'>): string {
  const bits = [...'rwxrwxrwx'].map((c, i) => ((stat.mode >> (8 - i)) & 1 ? c : '-'))
  const special = (bit: number, at: number, small: string) => {
    if ((stat.mode & bit) !== 0) bits[at] = bits[at] === 'x' ? small : small.toUpperCase()
  }
  special(0o4000, 2, 's')
  special(0o2000, 5, 's')
  special(0o1000, 8, 't')
  return letters[stat.type] + bits.join('')
}

/** Files older than half a year show their year instead of their hour. */
function timeText(at: number, now: number): string {
  return formatTime(Math.abs(now - at) > 15_778_800_000 ? '%b %e  %Y' : '%b %e %H:%M', at)
}
