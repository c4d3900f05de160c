import type { Redirection } from 'unbash'
import { Errno, strerror } from '../filesystem/errno.ts'
import { type OpenFile, TextFile } from '../process/open-file.ts'
import type { Process, Run } from '../process/process.ts'
import { type OpenFlags, openPath } from '../process/regular-file.ts'
import type { Expander } from './expand.ts'
import { wordsOf } from './flavor.ts'
import { networkPath, openConnection } from './network-file.ts'

export type Descriptors = (OpenFile | undefined)[]

/** A redirection that failed; the command does not run. */
export class RedirectError {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

/** Changes a table of descriptors as redirections say, from left to right. Releases it all when one fails. */
export function* redirect(
  p: Process,
  x: Expander,
  table: Descriptors,
  redirections: readonly Redirection[],
): Run<RedirectError | undefined> {
  for (const r of redirections) {
    const error = yield* redirectOne(p, x, table, r)
    if (error === undefined) continue
    for (const open of table) open?.release()
    return error
  }
  return undefined
}

function* redirectOne(p: Process, x: Expander, table: Descriptors, r: Redirection): Run<RedirectError | undefined> {
  const fd = r.descriptor?.type === 'FileDescriptor' ? r.descriptor.value : undefined
  if (r.type === 'HereDoc') {
    put(
      table,
      fd ?? 0,
      new TextFile('here-document', hereText(r.operator, yield* x.hereDocument(r.body, r.delimiter?.quoted === true))),
    )
    return undefined
  }
  const target = r.target === undefined ? '' : yield* x.single(r.target)
  if (r.type === 'HereString') {
    put(table, fd ?? 0, new TextFile('here-string', `${target}\n`))
    return undefined
  }
  if (x.flavor === 'bash' && networkPath(target) !== undefined && r.operator !== '<&' && r.operator !== '>&') {
    const open = yield* openConnection(p, target, `${x.state.name}: `)
    if ('failed' in open) return new RedirectError(open.failed)
    put(table, fd ?? (r.operator.startsWith('<') ? 0 : 1), open)
    return undefined
  }
  switch (r.operator) {
    case '<&':
      return duplicate(table, fd ?? 0, target)
    case '>&':
      return fd === undefined && !/^(\d+|-)$/.test(target)
        ? openBoth(p, x, table, target, false)
        : duplicate(table, fd ?? 1, target)
    case '&>':
      return openBoth(p, x, table, target, false)
    case '&>>':
      return openBoth(p, x, table, target, true)
    case '<':
      return openAt(p, x, table, fd ?? 0, target, { read: true })
    case '<>':
      return openAt(p, x, table, fd ?? 0, target, { write: true })
    case '>>':
      return openAt(p, x, table, fd ?? 1, target, { append: true })
    default:
      return openAt(p, x, table, fd ?? 1, target, {
        write: true,
        truncate: true,
        exclusive: r.operator === '>' && x.state.options.has('C') && isRegular(p, target),
      })
  }
}

function isRegular(p: Process, path: string): boolean {
  return p.machine.files.stat(path, { access: p.access })?.type === 'file'
}

/** `<<-` takes leading tabs away. */
function hereText(operator: '<<' | '<<-', text: string): string {
  return operator === '<<' ? text : text.replace(/^\t+/gm, '')
}

function openAt(
  p: Process,
  x: Expander,
  table: Descriptors,
  fd: number,
  path: string,
  flags: OpenFlags,
): RedirectError | undefined {
  const words = wordsOf(x.flavor)
  x.state.effects++
  try {
    put(table, fd, openPath(p.machine.files, path, flags, p.access, 0o666 & ~p.umask))
    return undefined
  } catch (e) {
    if (!(e instanceof Errno)) throw e
    const writes = flags.write === true || flags.append === true
    return new RedirectError(writes ? words.cannotCreate(path, strerror(e)) : words.cannotOpen(path, strerror(e)))
  }
}

function openBoth(
  p: Process,
  x: Expander,
  table: Descriptors,
  path: string,
  append: boolean,
): RedirectError | undefined {
  const error = openAt(p, x, table, 1, path, append ? { append: true } : { write: true, truncate: true })
  return error ?? duplicate(table, 2, '1')
}

function duplicate(table: Descriptors, fd: number, target: string): RedirectError | undefined {
  if (target === '-') {
    put(table, fd, undefined)
    return undefined
  }
  const open = table[Number(target)]
  if (open === undefined) return new RedirectError(`${target}: ${strerror('EBADF')}`)
  put(table, fd, open.retain())
  return undefined
}

function put(table: Descriptors, fd: number, open: OpenFile | undefined): void {
  const old = table[fd]
  table[fd] = open
  old?.release()
}
