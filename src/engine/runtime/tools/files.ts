import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import type { Data } from '../filesystem/data.ts'
import { isDirectory } from '../filesystem/node.ts'
import { basename, dirname, join } from '../filesystem/path.ts'
import { complain, orComplain, print, readFrom, writeTo } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { openPath } from '../process/regular-file.ts'
import { findOrImagine } from '../programs/imagined.ts'
import { groupId, users } from '../programs/users.ts'
import { Inputs } from './input.ts'
import { parseOptions } from '../../text/options.ts'
import { parseDate } from './time.ts'
import { cannot, usesBusybox } from './words.ts'

export function* cat(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'nbsuvteAET' })
  const inputs = new Inputs(p, o.operands)
  let line = 0
  for (let input = yield* inputs.next(); input !== undefined; input = yield* inputs.next()) {
    for (;;) {
      const data: Data | undefined = yield* readFrom(p, input.file)
      if (data === undefined) break
      if (typeof data === 'string' && o.has('n', 'A', 'v', 'e', 'E')) {
        const text = o.has('A', 'e', 'E')
          ? data.replaceAll('\n', '$\n').replaceAll('\t', o.has('A') ? '^I' : '\t')
          : data
        yield* print(p, o.has('n') ? text.replace(/^(?=[\s\S])/gm, () => `${String(++line).padStart(6)}\t`) : text)
      } else yield* writeTo(p, p.fd(1), data)
    }
  }
  return inputs.failed ? 1 : 0
}

export function* touch(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'cmaht:d:r:', long: ['date', 'reference'] })
  const { files } = p.machine
  let code = 0
  const reference = o.value('r', 'reference')
  const wanted =
    reference === undefined
      ? parseDate(o.value('d', 'date') ?? 'now', p.machine.now())
      : files.stat(reference, { access: p.access })?.modifiedAt
  const at = wanted ?? p.machine.now()
  for (const path of o.operands) {
    const failed = attempt(() => {
      if (files.stat(path, { access: p.access }) === undefined) {
        if (o.has('c')) return
        openPath(files, path, { append: true }, p.access, 0o666 & ~p.umask).release()
      }
      files.setModified(path, at, p.access)
    })
    if (!(failed instanceof Errno)) continue
    code = 1
    yield* complain(p, usesBusybox(p) ? `${path}: ${strerror(failed)}` : `cannot touch '${path}': ${strerror(failed)}`)
  }
  return code
}

export function* rm(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'rRfivd' })
  const recursive = o.has('r', 'R', 'recursive')
  const force = o.has('f', 'force')
  let code = 0
  for (const path of o.operands) {
    const failed = yield* removeTree(p, path, recursive, o.has('v'))
    if (failed === undefined || (force && failed.code === 'ENOENT')) continue
    code = 1
    if (failed.code === 'EISDIR')
      yield* complain(p, usesBusybox(p) ? `'${path}' is a directory` : `cannot remove '${path}': Is a directory`)
    else yield* complain(p, cannot(p, 'remove', path, failed))
  }
  if (o.operands.length === 0 && !force) {
    yield* complain(p, 'missing operand')
    return 1
  }
  return code
}

/** The first thing that went wrong; the rest is removed all the same. */
function* removeTree(p: Process, path: string, recursive: boolean, verbose: boolean): Run<Errno | undefined> {
  const { files } = p.machine
  const node = attempt(() => files.find(path, p.access, false))
  if (node instanceof Errno) return node
  let failed: Errno | undefined
  if (isDirectory(node)) {
    if (!recursive) return new Errno('EISDIR')
    for (const name of files.list(path, p.access) ?? [])
      failed = (yield* removeTree(p, join(path, name), true, verbose)) ?? failed
    if (failed !== undefined) return failed
  }
  const result = attempt(() => (isDirectory(node) ? files.rmdir(path, p.access) : files.unlink(path, p.access)))
  if (result instanceof Errno) return result
  if (verbose) yield* print(p, `removed '${path}'\n`)
  return undefined
}

export function* rmdir(p: Process): Run<number> {
  let code = 0
  for (const path of parseOptions(p.argv.slice(1), { short: 'pv' }).operands) {
    const failed = attempt(() => p.machine.files.rmdir(path, p.access))
    if (!(failed instanceof Errno)) continue
    code = 1
    yield* complain(
      p,
      usesBusybox(p) ? `'${path}': ${strerror(failed)}` : `failed to remove '${path}': ${strerror(failed)}`,
    )
  }
  return code
}

export function* unlink(p: Process): Run<number> {
  const [, path = ''] = p.argv
  return (yield* orComplain(p, `can't remove '${path}'`, () => p.machine.files.unlink(path, p.access))) ? 0 : 1
}

export function* mkdir(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'pm:v', long: ['mode'] })
  const mode = o.value('m', 'mode') === undefined ? 0o777 & ~p.umask : parseInt(o.value('m', 'mode')!, 8)
  let code = 0
  for (const path of o.operands) {
    const failed = attempt(() =>
      o.has('p', 'parents') ? makeParents(p, path, mode) : p.machine.files.makeDirectory(path, p.access, mode),
    )
    if (!(failed instanceof Errno)) continue
    code = 1
    yield* complain(
      p,
      usesBusybox(p)
        ? `can't create directory '${path}': ${strerror(failed)}`
        : `cannot create directory '${path}': ${strerror(failed)}`,
    )
  }
  return code
}

function makeParents(p: Process, path: string, mode: number): void {
  let at = path.startsWith('/') ? '/' : '.'
  for (const name of path.split('/').filter((n) => n !== '')) {
    at = join(at, name)
    const stat = p.machine.files.stat(at, { access: p.access })
    if (stat === undefined) p.machine.files.makeDirectory(at, p.access, mode)
    else if (stat.type !== 'directory') throw new Errno(at === path ? 'EEXIST' : 'ENOTDIR')
  }
}

export function* cp(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'aRrfpdvPLiunHTt:s', long: ['target-directory', 'preserve'] })
  const { operands } = o
  const target = o.value('t', 'target-directory') ?? operands.pop()
  if (target === undefined || operands.length === 0) {
    yield* complain(p, 'missing file operand')
    return 1
  }
  const intoDirectory = p.machine.files.stat(target, { access: p.access })?.type === 'directory'
  let code = 0
  for (const source of operands) {
    const to = intoDirectory && !o.has('T') ? join(target, basename(source)) : target
    if (!(yield* copyTree(p, source, to, o.has('a', 'r', 'R'), o.has('n')))) code = 1
  }
  return code
}

function* copyTree(p: Process, from: string, to: string, recursive: boolean, noClobber: boolean): Run<boolean> {
  const { files } = p.machine
  const node = findOrImagine(p, from, { recursive, followLast: !recursive })
  if (node instanceof Errno) {
    yield* complain(p, cannot(p, 'stat', from, node))
    return false
  }
  // A pattern that nothing matched, of a directory that is taken to be there.
  if (isDirectory(node) && from.endsWith('/*')) return true
  if (noClobber && files.exists(to)) return true
  if (node.kind === 'symlink') return yield* orComplain(p, to, () => files.symlink(to, node.target, p.access))
  if (!isDirectory(node)) return yield* copyFile(p, from, to, node.mode)
  if (!recursive) {
    yield* complain(
      p,
      usesBusybox(p) ? `omitting directory '${from}'` : `-r not specified; omitting directory '${from}'`,
    )
    return false
  }
  if (
    !files.exists(to) &&
    !(yield* orComplain(p, `can't create directory '${to}'`, () => files.makeDirectory(to, p.access, node.mode)))
  )
    return false
  let ok = true
  for (const name of files.list(from, p.access) ?? [])
    ok = (yield* copyTree(p, join(from, name), join(to, name), true, noClobber)) && ok
  return ok
}

function* copyFile(p: Process, from: string, to: string, mode: number): Run<boolean> {
  const { files } = p.machine
  const node = files.find(from, p.access)
  const program = node.kind === 'file' ? node.program : undefined
  const source = attempt(() => openPath(files, from, { read: true }, p.access))
  if (source instanceof Errno) {
    yield* complain(p, cannot(p, 'open', from, source))
    return false
  }
  const target = attempt(() => openPath(files, to, { write: true, truncate: true }, p.access, mode))
  if (target instanceof Errno) {
    source.release()
    yield* complain(
      p,
      usesBusybox(p)
        ? `can't create '${to}': ${strerror(target)}`
        : `cannot create regular file '${to}': ${strerror(target)}`,
    )
    return false
  }
  try {
    for (let data = yield* readFrom(p, source); data !== undefined; data = yield* readFrom(p, source))
      yield* writeTo(p, target, data)
  } catch (e) {
    if (!(e instanceof Errno)) throw e
    yield* complain(p, `error writing '${to}': ${strerror(e)}`)
    return false
  } finally {
    source.release()
    target.release()
  }
  const copy = attempt(() => files.find(to, p.access))
  if (!(copy instanceof Errno) && copy.kind === 'file' && program !== undefined) copy.program = program
  return true
}

export function* mv(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'finvT' })
  const { operands } = o
  const target = operands.pop()
  if (target === undefined || operands.length === 0) {
    yield* complain(p, 'missing file operand')
    return 1
  }
  const { files } = p.machine
  const intoDirectory = files.stat(target, { access: p.access })?.type === 'directory' && !o.has('T')
  let code = 0
  for (const source of operands) {
    const to = intoDirectory ? join(target, basename(source)) : target
    const failed = attempt(() => files.rename(source, to, p.access))
    if (failed instanceof Errno && failed.code === 'EXDEV') {
      // Across volumes a move is a copy and a removal.
      if (!(yield* copyTree(p, source, to, true, false))) code = 1
      else if ((yield* removeTree(p, source, true, false)) !== undefined) code = 1
    } else if (failed instanceof Errno) {
      code = 1
      const verb = usesBusybox(p) ? 'rename' : failed.code === 'ENOENT' ? 'stat' : 'move'
      yield* complain(p, cannot(p, verb, source, failed))
    }
  }
  return code
}

export function* ln(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'sfnvrT' })
  const { operands } = o
  const { files } = p.machine
  const target = operands.length === 1 ? basename(operands[0]!) : operands.pop()
  const intoDirectory =
    target !== undefined && files.stat(target, { access: p.access, link: o.has('n') })?.type === 'directory'
  let code = 0
  for (const source of operands) {
    const to = intoDirectory ? join(target!, basename(source)) : target!
    if (o.has('f')) attempt(() => files.unlink(to, p.access))
    const failed = attempt(() => (o.has('s') ? files.symlink(to, source, p.access) : files.link(source, to, p.access)))
    if (!(failed instanceof Errno)) continue
    code = 1
    yield* complain(
      p,
      usesBusybox(p)
        ? `${to}: ${strerror(failed)}`
        : `failed to create ${o.has('s') ? 'symbolic' : 'hard'} link '${to}': ${strerror(failed)}`,
    )
  }
  return code
}

export function* chmod(p: Process): Run<number> {
  const args = p.argv.slice(1).filter((a, i) => !(i < 2 && /^-[Rvfc]+$/.test(a)))
  const recursive = p.argv.some((a) => /^-\w*R/.test(a))
  const [mode = '', ...paths] = args
  return yield* eachPath(p, paths, recursive, (path) => {
    const stat = p.machine.files.stat(path, { access: p.access })
    if (stat === undefined) throw new Errno('ENOENT')
    p.machine.files.chmod(path, changedMode(stat.mode, mode, stat.type === 'directory'), p.access)
  })
}

/** '644', 'u+x', 'a=r,g-w'. */
export function changedMode(old: number, text: string, isDirectory: boolean): number {
  if (/^[0-7]+$/.test(text)) return parseInt(text, 8)
  let mode = old
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(clause)
    if (match === null) throw new Errno('EINVAL')
    const [, who = '', operator, what = ''] = match
    const bits = [...what].reduce(
      (m, c) => m | ({ r: 4, w: 2, x: 1, X: isDirectory || (old & 0o111) !== 0 ? 1 : 0 }[c] ?? 0),
      0,
    )
    for (const c of who === '' || who.includes('a') ? 'ugo' : who) {
      const shift = { u: 6, g: 3, o: 0 }[c]!
      mode =
        operator === '+'
          ? mode | (bits << shift)
          : operator === '-'
            ? mode & ~(bits << shift)
            : (mode & ~(7 << shift)) | (bits << shift)
    }
    if (what.includes('t')) mode = operator === '-' ? mode & ~0o1000 : mode | 0o1000
    if (what.includes('s'))
      mode =
        operator === '-' ? mode & ~0o6000 : mode | (who.includes('u') ? 0o4000 : 0) | (who.includes('g') ? 0o2000 : 0)
  }
  return mode
}

/** CAP_CHOWN */
const CHOWN = 1n

export function* chown(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'Rhvfc' })
  const [spec = '', ...paths] = o.operands
  const { files } = p.machine
  const onlyGroup = basename(p.argv[0] ?? '') === 'chgrp'
  const [user = '', group = ''] = onlyGroup ? ['', spec] : spec.split(/[:.]/)
  const uid =
    user === '' ? undefined : /^\d+$/.test(user) ? Number(user) : users(files).find((u) => u.name === user)?.uid
  const gid = group === '' ? undefined : /^\d+$/.test(group) ? Number(group) : groupId(files, group)
  if ((user !== '' && uid === undefined) || (group !== '' && gid === undefined)) {
    yield* complain(
      p,
      usesBusybox(p)
        ? `unknown ${uid === undefined && user !== '' ? 'user' : 'group'} ${spec}`
        : `invalid ${uid === undefined && user !== '' ? 'user' : 'group'}: '${spec}'`,
    )
    return 1
  }
  return yield* eachPath(p, paths, o.has('R'), (path) => {
    const stat = files.stat(path, { access: p.access })
    if (stat === undefined) throw new Errno('ENOENT')
    if ((p.machine.capabilities & CHOWN) === 0n) throw new Errno('EPERM')
    files.chown(path, uid ?? stat.uid, gid ?? stat.gid, p.access)
  })
}

function* eachPath(p: Process, paths: readonly string[], recursive: boolean, f: (path: string) => void): Run<number> {
  let code = 0
  for (const path of paths) {
    if (!(yield* orComplain(p, path, () => f(path)))) code = 1
    else if (recursive && p.machine.files.stat(path, { access: p.access, link: true })?.type === 'directory') {
      const inside = (p.machine.files.list(path, p.access) ?? []).map((name) => join(path, name))
      code = (yield* eachPath(p, inside, true, f)) || code
    }
  }
  return code
}

export function* truncate(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 's:c', long: ['size'] })
  return yield* resize(p, o.operands, parseSize(o.value('s', 'size') ?? '0'))
}

export function* fallocate(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'l:o:n', long: ['length'] })
  return yield* resize(p, o.operands, parseSize(o.value('l', 'length') ?? '0'))
}

function* resize(p: Process, paths: readonly string[], bytes: number): Run<number> {
  return yield* eachPath(p, paths, false, (path) => {
    const place = p.machine.files.openForWriting(path, p.access, { mode: 0o644, exclusive: false })
    if (place.node.kind === 'file') p.machine.files.truncate(place.node, place, bytes)
  })
}

/** '10M', '1G', '1MB', '512': in bytes. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kKMGT]?)(i?B?)/.exec(text)
  if (match === null) return Number.NaN
  const power = ['', 'K', 'M', 'G', 'T'].indexOf(match[2]!.toUpperCase())
  return Math.floor(Number(match[1]) * (match[3] === 'B' && match[2] !== '' ? 1000 : 1024) ** power)
}

export function* mktemp(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'dqtup:', long: ['tmpdir', 'suffix'] })
  const template = o.operands[0] ?? 'tmp.XXXXXXXXXX'
  const directory =
    o.operands[0] === undefined || o.has('t', 'p')
      ? (o.value('p', 'tmpdir') ?? p.env.get('TMPDIR') ?? '/tmp')
      : dirname(template)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  const name = basename(template).replace(/X+$/, (x) =>
    Array.from(x, () => alphabet[p.machine.random(alphabet.length)]).join(''),
  )
  const path = join(directory, name)
  const made = yield* orComplain(
    p,
    `failed to create ${o.has('d') ? 'directory' : 'file'} via template '${path}'`,
    () => {
      if (o.has('d')) p.machine.files.makeDirectory(path, p.access, 0o700)
      else openPath(p.machine.files, path, { write: true, exclusive: true }, p.access, 0o600).release()
    },
  )
  if (made) yield* print(p, `${path}\n`)
  return made ? 0 : 1
}

export function* readlink(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'fenmsqv' })
  let code = 0
  for (const path of o.operands) {
    const stat = p.machine.files.stat(path, { access: p.access, link: true })
    const resolved = o.has('f', 'e', 'm') ? attempt(() => p.machine.files.realPath(path, p.access)) : stat?.target
    if (resolved === undefined || resolved instanceof Errno) code = 1
    else yield* print(p, `${resolved}${o.has('n') ? '' : '\n'}`)
  }
  return code
}

export function* realpath(p: Process): Run<number> {
  let code = 0
  for (const path of parseOptions(p.argv.slice(1), { short: 'emsLP' }).operands) {
    const resolved = attempt(() => p.machine.files.realPath(path, p.access))
    if (resolved instanceof Errno || !p.machine.files.exists(resolved)) {
      code = 1
      yield* complain(p, `${path}: ${strerror(resolved instanceof Errno ? resolved : 'ENOENT')}`)
    } else yield* print(p, `${resolved}\n`)
  }
  return code
}

export function* basenameTool(p: Process): Run<number> {
  const [, path = '', suffix = ''] = p.argv.filter((a) => a !== '--')
  yield* print(p, `${basename(path, suffix)}\n`)
  return 0
}

export function* dirnameTool(p: Process): Run<number> {
  for (const path of p.argv.slice(1)) yield* print(p, `${dirname(path)}\n`)
  return 0
}

export function* tee(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'aip' })
  const outputs = []
  let code = 0
  for (const path of o.operands) {
    const file = attempt(() =>
      openPath(
        p.machine.files,
        path,
        o.has('a', 'append') ? { append: true } : { write: true, truncate: true },
        p.access,
        0o666 & ~p.umask,
      ),
    )
    if (!(file instanceof Errno)) outputs.push(file)
    else {
      code = 1
      yield* complain(p, `${path}: ${strerror(file)}`)
    }
  }
  for (let data = yield* readFrom(p, p.fd(0)); data !== undefined; data = yield* readFrom(p, p.fd(0))) {
    for (const file of [p.fd(1), ...outputs]) yield* writeTo(p, file, data)
  }
  for (const file of outputs) file.release()
  return code
}
