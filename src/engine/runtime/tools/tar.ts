import { byteLength } from '../filesystem/data.ts'
import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import { isDirectory, type Node } from '../filesystem/node.ts'
import { join } from '../filesystem/path.ts'
import { print, readAll } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { type Options, parseOptions } from '../../text/options.ts'
import { absolute, unzipped, zipped } from './gzip.ts'
import { usesBusybox } from './words.ts'

/** One member of an archive. */
interface Member {
  name: string
  kind: 'file' | 'directory' | 'symlink'
  mode: number
  uid: number
  gid: number
  /** Of a file its text, of a link where it leads. */
  text: string
}

const BLOCK = 512

/** tar [-]ctx[zvkpO] [-f ARCHIVE] [-C DIR] [--strip-components=N] [--exclude=PATTERN] [FILE...]: ustar archives. */
export function* tar(p: Process): Run<number> {
  const [first = '', ...rest] = p.argv.slice(1)
  // The first word needs no dash.
  const args = first === '' || first.startsWith('-') ? p.argv.slice(1) : [`-${first}`, ...rest]
  const o = parseOptions(args, { short: 'ctxzjJavpOkmhPf:C:T:X:', long: ['strip-components', 'exclude', 'file', 'directory', 'owner', 'group', 'mode', 'transform'] })
  if (o.has('c', 'create')) return yield* create(p, o)
  if (o.has('x', 'extract') || o.has('t', 'list')) return yield* read(p, o)
  yield* print(p, usesBusybox(p) ? 'tar: must specify one of -c, -x, -t\n' : "tar: You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\nTry 'tar --help' or 'tar --usage' for more information.\n", 2)
  return usesBusybox(p) ? 1 : 2
}

function* says(p: Process, words: string): Run<void> {
  yield* print(p, `tar: ${words}\n`, 2)
}

// --- writing --------------------------------------------------------------------------------------

function* create(p: Process, o: Options): Run<number> {
  const folder = o.value('C', 'directory') ?? '.'
  const archive = o.value('f', 'file') ?? '-'
  if (o.operands.length === 0) {
    yield* says(p, usesBusybox(p) ? 'empty archive' : 'Cowardly refusing to create an empty archive')
    return usesBusybox(p) ? 1 : 2
  }
  const excluded = (o.repeated.get('exclude') ?? []).map(patternOf)
  const members: Member[] = []
  let failed = false
  let told = false
  for (const path of o.operands) {
    const from = path.startsWith('/') ? path : absolute(p, join(folder, path))
    const name = path.replace(/^\/+/, '')
    if (path.startsWith('/') && !told) {
      told = true
      yield* says(p, usesBusybox(p) ? "removing leading '/' from member names" : "Removing leading `/' from member names")
    }
    const node = attempt(() => p.machine.files.find(from, p.access, false))
    if (node instanceof Errno) {
      failed = true
      yield* says(p, usesBusybox(p) ? `${path}: ${strerror(node)}` : `${path}: Cannot stat: ${strerror(node)}`)
      continue
    }
    collect(p, { from, name: name === '' ? './' : name }, node, { members, isExcluded: (one) => excluded.some((pattern) => pattern.test(one)), skips: absolute(p, archive) })
  }
  if (o.has('v', 'verbose')) yield* print(p, members.map((member) => `${member.name}\n`).join(''), archive === '-' ? 2 : 1)
  const text = `${members.map(written).join('')}${'\0'.repeat(2 * BLOCK)}`
  const packed = o.has('z', 'gzip', 'j', 'J', 'a') || /\.(t?gz|tbz2?|txz)$/.test(archive) && o.has('a') ? zipped(text) : text
  if (archive === '-') yield* print(p, packed)
  else {
    const done = attempt(() => p.machine.files.writeText(absolute(p, archive), packed, { uid: p.who.uid, gid: p.who.gid }))
    if (done instanceof Errno) {
      yield* says(p, usesBusybox(p) ? `can't open '${archive}': ${strerror(done)}` : `${archive}: Cannot open: ${strerror(done)}`)
      if (!usesBusybox(p)) yield* says(p, 'Error is not recoverable: exiting now')
      return usesBusybox(p) ? 1 : 2
    }
  }
  if (!failed) return 0
  yield* says(p, usesBusybox(p) ? 'error exit delayed from previous errors' : 'Exiting with failure status due to previous errors')
  return usesBusybox(p) ? 1 : 2
}

/** A shell's pattern, which may stand for the end of a path. */
function patternOf(pattern: string): RegExp {
  const text = pattern.replace(/\/$/, '').replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')
  return new RegExp(`(^|/)${text}(/|$)`)
}

function collect(p: Process, at: { from: string; name: string }, node: Node, o: { members: Member[]; isExcluded: (name: string) => boolean; skips: string }): void {
  const { from, name } = at
  if (o.isExcluded(name.replace(/\/$/, '')) || from === o.skips) return
  const { mode, uid, gid } = node
  if (isDirectory(node)) {
    const own = name.endsWith('/') ? name : `${name}/`
    o.members.push({ name: own, kind: 'directory', mode, uid, gid, text: '' })
    for (const entry of p.machine.files.list(from, p.access) ?? []) {
      const inner = attempt(() => p.machine.files.find(join(from, entry), p.access, false))
      if (!(inner instanceof Errno)) collect(p, { from: join(from, entry), name: `${own}${entry}` }, inner, o)
    }
  } else if (node.kind === 'symlink') o.members.push({ name, kind: 'symlink', mode, uid, gid, text: node.target })
  else if (node.kind === 'file') o.members.push({ name, kind: 'file', mode, uid, gid, text: node.content.text })
}

/** A ustar header, then the text in whole blocks. */
function written({ name, kind, mode, uid, gid, text }: Member): string {
  const size = kind === 'file' ? byteLength(text) : 0
  const octal = (n: number, width: number): string => `${n.toString(8).padStart(width - 1, '0')}\0`
  const field = (value: string, width: number): string => value.slice(0, width).padEnd(width, '\0')
  const type = kind === 'file' ? '0' : kind === 'directory' ? '5' : '2'
  const head = (sum: string): string => `${field(name, 100)}${octal(mode & 0o7777, 8)}${octal(uid, 8)}${octal(gid, 8)}${octal(size, 12)}${octal(0, 12)}${sum}${type}${field(kind === 'symlink' ? text : '', 100)}ustar\x0000${field('', 247)}`
  const sum = [...head(' '.repeat(8))].reduce((all, char) => all + char.charCodeAt(0), 0)
  const body = kind === 'file' ? text + '\0'.repeat((BLOCK - (size % BLOCK)) % BLOCK) : ''
  return head(`${sum.toString(8).padStart(6, '0')}\0 `) + body
}

// --- reading --------------------------------------------------------------------------------------

/** undefined: this is no archive. */
function membersOf(archive: string): Member[] | undefined {
  if (archive.length < BLOCK) return undefined
  const members: Member[] = []
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== '\0'; ) {
    const field = (from: number, width: number): string => archive.slice(at + from, at + from + width).split('\0')[0]!.trim()
    if (archive.slice(at + 257, at + 262) !== 'ustar') return undefined
    const [mode = 0, uid = 0, gid = 0] = [100, 108, 116].map((from) => Number.parseInt(field(from, 8), 8) || 0)
    const size = Number.parseInt(field(124, 12), 8) || 0
    const kind = field(156, 1) === '5' ? 'directory' : field(156, 1) === '2' ? 'symlink' : 'file'
    const from = at + BLOCK
    const end = endOf(archive, from, size)
    members.push({ name: field(0, 100), kind, mode, uid, gid, text: kind === 'symlink' ? field(157, 100) : archive.slice(from, end) })
    at = end + ((BLOCK - (size % BLOCK)) % BLOCK)
  }
  return members
}

/** So many bytes on: sizes count bytes, a text its letters. */
function endOf(text: string, from: number, bytes: number): number {
  let at = from
  for (let left = bytes; left > 0 && at < text.length; ) {
    const char = String.fromCodePoint(text.codePointAt(at)!)
    left -= byteLength(char)
    at += char.length
  }
  return at
}

function* read(p: Process, o: Options): Run<number> {
  const busybox = usesBusybox(p)
  const archive = o.value('f', 'file') ?? '-'
  const fatal = function* (words: string): Run<number> {
    yield* says(p, words)
    if (!busybox) yield* says(p, 'Error is not recoverable: exiting now')
    return busybox ? 1 : 2
  }
  const raw = archive === '-' ? yield* readAll(p, p.fd(0)) : p.machine.files.readText(archive, p.access)
  if (raw === undefined) return yield* fatal(busybox ? `can't open '${archive}': No such file or directory` : `${archive}: Cannot open: No such file or directory`)
  const plain = unzipped(raw)
  if (plain === undefined && o.has('z', 'gzip')) {
    if (!busybox) yield* print(p, '\ngzip: stdin: not in gzip format\n', 2)
    if (!busybox) yield* says(p, 'Child returned status 1')
    return yield* fatal(busybox ? 'invalid magic' : 'Error is not recoverable: exiting now')
  }
  const members = membersOf(plain ?? raw)
  if (members === undefined) return yield* fatal(busybox ? 'invalid tar magic' : 'This does not look like a tar archive')
  const wanted = o.operands.map((name) => name.replace(/\/$/, ''))
  const chosen = members.filter(({ name }) => wanted.length === 0 || wanted.some((one) => name === one || name.startsWith(`${one}/`)))
  if (o.has('t', 'list')) {
    yield* print(p, chosen.map((member) => `${o.has('v', 'verbose') ? `${longMode(member)} ${member.uid}/${member.gid} ${String(byteLength(member.text)).padStart(9)} ` : ''}${member.name}${member.kind === 'symlink' && o.has('v') ? ` -> ${member.text}` : ''}\n`).join(''))
    return 0
  }
  const missing = wanted.filter((one) => !members.some(({ name }) => name.replace(/\/$/, '') === one || name.startsWith(`${one}/`)))
  let code = 0
  for (const member of chosen) if (!(yield* extract(p, o, member))) code = busybox ? 1 : 2
  for (const one of missing) {
    yield* says(p, busybox ? `${one}: not found in archive` : `${one}: Not found in archive`)
    code = busybox ? 1 : 2
  }
  if (code !== 0 && !busybox) yield* says(p, 'Exiting with failure status due to previous errors')
  return code
}

function longMode({ kind, mode }: Member): string {
  const bits = [...'rwxrwxrwx'].map((letter, i) => ((mode >> (8 - i)) & 1 ? letter : '-')).join('')
  return (kind === 'directory' ? 'd' : kind === 'symlink' ? 'l' : '-') + bits
}

function* extract(p: Process, o: Options, { name, kind, mode, uid, gid, text }: Member): Run<boolean> {
  const stripped = name.replace(/^\.?\/+/, '').split('/').filter((part) => part !== '' && part !== '.').slice(o.number(0, 'strip-components'))
  if (o.has('v', 'verbose')) yield* print(p, `${name}\n`, o.has('O') ? 2 : 1)
  if (o.has('O', 'to-stdout')) {
    if (kind === 'file') yield* print(p, text)
    return true
  }
  if (stripped.length === 0 || stripped.includes('..')) return true
  const path = absolute(p, join(o.value('C', 'directory') ?? '.', stripped.join('/')))
  const owner = p.who.uid === 0 ? { uid, gid } : { uid: p.who.uid, gid: p.who.gid }
  const { files } = p.machine
  const done = attempt(() => {
    if (o.value('C', 'directory') !== undefined) files.find(absolute(p, o.value('C', 'directory')!), p.access)
    if (kind === 'directory') files.mkdir(path, { mode, ...owner })
    else if (kind === 'symlink') {
      if (files.stat(path, { link: true }) !== undefined) files.unlink(path, p.access)
      files.symlink(path, text, p.access)
    } else files.writeText(path, text, { mode, ...owner })
  })
  if (!(done instanceof Errno)) return true
  yield* says(p, usesBusybox(p) ? `can't open '${stripped.join('/')}': ${strerror(done)}` : `${name}: Cannot open: ${strerror(done)}`)
  return false
}
