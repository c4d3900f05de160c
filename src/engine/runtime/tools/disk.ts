import { type Data, byteLength } from '../filesystem/data.ts'
import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import { isDirectory } from '../filesystem/node.ts'
import { join } from '../filesystem/path.ts'
import type { FileSystem } from '../filesystem.ts'
import { complain, print, readFrom, sleep, writeTo } from '../process/io.ts'
import type { OpenFile } from '../process/open-file.ts'
import type { Process, Run } from '../process/process.ts'
import { openPath } from '../process/regular-file.ts'
import { groupName, userName } from '../programs/users.ts'
import { formatTime } from './calendar.ts'
import { parseSize } from './files.ts'
import { modeText } from './ls.ts'
import { binarySize, humanSize } from './sizes.ts'
import { parseOptions } from '../../text/options.ts'
import { usesBusybox } from './words.ts'

/** What a disk of a node takes; memory (/dev/zero to /dev/null) is faster. */
const DISK_BYTES_PER_MS = 500_000
const MEMORY_BYTES_PER_MS = 8_000_000

export function* dd(p: Process): Run<number> {
  const o = new Map(p.argv.slice(1).map((a) => [a.slice(0, a.indexOf('=')), a.slice(a.indexOf('=') + 1)]))
  const blockSize = parseSize(o.get('bs') ?? o.get('obs') ?? '512')
  const count = o.has('count') ? parseSize(o.get('count')!) : Infinity
  if (Number.isNaN(blockSize) || Number.isNaN(count) || blockSize === 0) {
    yield* complain(p, `invalid number '${o.get(Number.isNaN(count) ? 'count' : 'bs')}'`)
    return 1
  }
  const input = yield* openOrComplain(p, o.get('if'), 0, false)
  const output =
    input === undefined
      ? undefined
      : yield* openOrComplain(p, o.get('of'), 1, o.get('conv')?.includes('notrunc') !== true)
  if (input === undefined || output === undefined) return 1
  // dd holds one block in memory: a huge one counts against the limit.
  p.machine.setMemory(p, p.memoryBytes + blockSize)
  const from = p.machine.now()
  const { bytes, problem } = yield* copyBlocks(p, input, output, blockSize, count)
  input.release()
  output.release()
  if (problem !== undefined)
    yield* complain(p, `error writing '${o.get('of') ?? 'standard output'}': ${strerror(problem)}`)
  if (o.get('status') !== 'none') yield* print(p, summary(p, bytes, blockSize, p.machine.now() - from), 2)
  return problem === undefined ? 0 : 1
}

function* openOrComplain(
  p: Process,
  path: string | undefined,
  fd: number,
  truncate: boolean,
): Run<OpenFile | undefined> {
  if (path === undefined) return p.fd(fd).retain()
  const file = attempt(() =>
    openPath(p.machine.files, path, fd === 0 ? { read: true } : { write: true, truncate }, p.access, 0o666 & ~p.umask),
  )
  if (!(file instanceof Errno)) return file
  yield* complain(
    p,
    usesBusybox(p) ? `can't open '${path}': ${strerror(file)}` : `failed to open '${path}': ${strerror(file)}`,
  )
  return undefined
}

function* copyBlocks(
  p: Process,
  input: OpenFile,
  output: OpenFile,
  blockSize: number,
  count: number,
): Run<{ bytes: number; problem: Errno | undefined }> {
  let left = blockSize * count
  let bytes = 0
  const speed = output.name === '/dev/null' ? MEMORY_BYTES_PER_MS : DISK_BYTES_PER_MS
  while (left > 0) {
    const data: Data | undefined = yield* readFrom(p, input, Math.min(left, Math.max(blockSize, speed * 10)))
    if (data === undefined) break
    const size = byteLength(data)
    try {
      yield* writeTo(p, output, data)
    } catch (e) {
      if (!(e instanceof Errno)) throw e
      return { bytes, problem: e }
    }
    bytes += size
    left -= size
    yield* sleep(p, size / speed)
  }
  return { bytes, problem: undefined }
}

function summary(p: Process, bytes: number, blockSize: number, ms: number): string {
  const records = `${Math.floor(bytes / blockSize)}+${bytes % blockSize === 0 ? 0 : 1}`
  const seconds = Math.max(ms / 1000, 0.000_1)
  const speed = bytes / seconds
  const copied = usesBusybox(p)
    ? `${bytes} bytes (${humanSize(p, bytes)}B) copied, ${seconds.toFixed(6)} seconds, ${humanSize(p, Math.round(speed))}B/s`
    : `${bytes} bytes${bytes >= 1000 ? ` (${decimal(bytes)}, ${binarySize(bytes)})` : ''} copied, ${Number(seconds.toPrecision(6))} s, ${decimal(speed)}/s`
  return `${records} records in\n${records} records out\n${copied}\n`
}

function decimal(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  const n = bytes / 1000 ** power
  return `${n < 10 ? n.toFixed(1) : n.toFixed(0)} ${units[power]}`
}

export function* stat(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'c:Lft', long: ['format', 'printf'] })
  const format = o.value('c', 'format', 'printf')
  // Where BSD's takes a format behind -f, scripts try that first.
  if (o.unknown !== undefined) {
    yield* complain(p, usesBusybox(p) ? `unrecognized option: ${o.unknown}` : `invalid option -- '${o.unknown}'\nTry 'stat --help' for more information.`)
    return 1
  }
  let code = 0
  for (const path of o.operands) {
    const s = p.machine.files.stat(path, { access: p.access, link: !o.has('L') })
    if (s === undefined) {
      code = 1
      yield* complain(
        p,
        usesBusybox(p)
          ? `can't stat '${path}': No such file or directory`
          : `cannot statx '${path}': No such file or directory`,
      )
      continue
    }
    const stamp = formatTime('%F %T.%N %z', s.modifiedAt)
    const user = userName(p.machine.files, s.uid) ?? 'UNKNOWN'
    const group = groupName(p.machine.files, s.gid) ?? 'UNKNOWN'
    const kinds = {
      file: s.sizeBytes === 0 ? 'regular empty file' : 'regular file',
      directory: 'directory',
      symlink: 'symbolic link',
      device: 'character special file', socket: 'socket',
    }
    const facts: Record<string, string> = {
      n: path,
      s: String(s.sizeBytes),
      F: kinds[s.type],
      a: (s.mode & 0o7777).toString(8),
      A: modeText(s),
      u: String(s.uid),
      g: String(s.gid),
      U: user,
      G: group,
      Y: String(Math.floor(s.modifiedAt / 1000)),
      X: String(Math.floor(s.modifiedAt / 1000)),
      Z: String(Math.floor(s.modifiedAt / 1000)),
      W: '0',
      y: stamp,
      x: stamp,
      z: stamp,
      b: String(Math.ceil(s.sizeBytes / 512)),
      B: '512',
      h: '1',
      i: '1048578',
      N: s.target === undefined ? `'${path}'` : `'${path}' -> '${s.target}'`,
      '%': '%',
    }
    if (format !== undefined)
      yield* print(
        p,
        `${format.replaceAll(/%([nsFaAugUGYXZWyxzbBhiN%])/g, (_, c: string) => facts[c]!)}${o.has('printf') ? '' : '\n'}`.replaceAll(
          '\\n',
          '\n',
        ),
      )
    else
      yield* print(
        p,
        `  File: ${path}\n  Size: ${s.sizeBytes}\t\tBlocks: ${facts.b}          IO Block: 4096   ${facts.F}\nDevice: 0,50\tInode: ${facts.i}     Links: 1\nAccess: (0${facts.a}/${facts.A})  Uid: (${String(s.uid).padStart(5)}/${user.padStart(8)})   Gid: (${String(s.gid).padStart(5)}/${group.padStart(8)})\nAccess: ${stamp}\nModify: ${stamp}\nChange: ${stamp}\n`,
      )
  }
  return code
}

/** The sizes of what lies below a path, in bytes. */
function sizeBelow(
  files: FileSystem,
  path: string,
  p: Process,
  visit: (path: string, bytes: number, isDirectory: boolean) => void,
): number {
  const node = attempt(() => files.find(path, p.access, false))
  if (node instanceof Errno || node.kind === 'virtual') return 0
  if (node.kind !== 'directory') {
    const bytes = node.kind === 'file' ? Math.ceil(node.content.size / 4096) * 4096 : 0
    visit(path, bytes, false)
    return bytes
  }
  let total = 4096
  for (const name of files.list(path, p.access) ?? []) total += sizeBelow(files, join(path, name), p, visit)
  visit(path, total, true)
  return total
}

export function* du(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'shkmcad:xb', long: ['max-depth'] })
  const depth = o.has('s') ? 0 : o.number(Infinity, 'd', 'max-depth')
  const show = (bytes: number) =>
    o.has('h')
      ? humanSize(p, bytes)
      : o.has('m')
        ? String(Math.ceil(bytes / 1024 ** 2))
        : o.has('b')
          ? String(bytes)
          : String(Math.ceil(bytes / 1024))
  let code = 0
  for (const path of o.operands.length === 0 ? ['.'] : o.operands) {
    if (!p.machine.files.exists(path) && p.machine.files.stat(path, { access: p.access }) === undefined) {
      code = 1
      yield* complain(
        p,
        usesBusybox(p) ? `${path}: No such file or directory` : `cannot access '${path}': No such file or directory`,
      )
      continue
    }
    let out = ''
    const levels = (at: string) =>
      at
        .slice(path.length)
        .split('/')
        .filter((s) => s !== '').length
    sizeBelow(p.machine.files, path, p, (at, bytes, directory) => {
      if (at === path || ((directory || o.has('a')) && levels(at) <= depth)) out += `${show(bytes)}\t${at}\n`
    })
    yield* print(p, out)
  }
  return code
}

/** busybox has columns of one width; those of the coreutils are as wide as what stands in them. */
function dfTable(lines: readonly string[][], busybox: boolean, size: string): string {
  const rows = [['Filesystem', size, 'Used', busybox || size !== 'Size' ? 'Available' : 'Avail', 'Use%', 'Mounted on'], ...lines]
  const widths = busybox ? [20, 9, 9, 9, 4] : [14, 5, 5, 5, 4].map((least, i) => Math.max(least, ...rows.map((row) => row[i]!.length)))
  const cell = (text: string, i: number): string => (i === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[i] ?? 0))
  return rows.map((row) => `${row.map(cell).join(' ')}\n`).join('')
}

const GIB = 1024 ** 3
const PAGE = 4096

export function* df(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'hkmiTPa' })
  const { files } = p.machine
  const volumes = [
    { name: 'overlay', path: '/', volume: files },
    ...files
      .mountPoints()
      .filter((m) => isDirectory(m.node) && !/^\/(proc|sys)/.test(m.path))
      .map(({ path, volume }) => ({ name: path === '/dev' || volume.isTmpfs ? 'tmpfs' : '/dev/sda1', path, volume })),
  ]
  const wanted = o.operands.map((path) => attempt(() => files.locate(path, p.access)))
  const rows = volumes.filter(
    (v) => wanted.length === 0 || wanted.some((w) => !(w instanceof Errno) && w.volume === v.volume),
  )
  const unit = o.has('h') ? (bytes: number) => humanSize(p, bytes) : (bytes: number) => String(Math.ceil(bytes / (o.has('m') ? 1024 ** 2 : 1024)))
  const lines = rows.map(({ name, path, volume }) => {
    // What lies in memory may fill the node's; what lies on disk shares it with everybody.
    const [room, others] = path === '/dev' ? [64 * 1024 ** 2, 0] : name === 'tmpfs' ? [p.machine.nodeMemoryBytes, 0] : [100 * GIB, 8 * GIB]
    const size = volume.capacityBytes === Infinity ? room : volume.capacityBytes
    const used = Math.ceil(volume.usedBytes / PAGE) * PAGE + (volume.capacityBytes === Infinity ? others : 0)
    return [name, unit(size), unit(used), unit(size - used), `${Math.ceil((100 * used) / size)}%`, path]
  })
  yield* print(p, dfTable(lines, usesBusybox(p), o.has('h') ? 'Size' : o.has('m') ? '1M-blocks' : '1K-blocks'))
  return wanted.some((w) => w instanceof Errno) ? 1 : 0
}

export function* sync(_p: Process): Run<number> {
  return 0
}
