import { attempt, Errno } from '../filesystem/errno.ts'
import { isDirectory } from '../filesystem/node.ts'
import type { Access, FileSystem } from '../filesystem.ts'
import { patternRegExp } from '../../text/pattern.ts'

/** More names than this are no use to anybody. */
const MAX_MATCHES = 10_000

/** The paths that a pattern matches, sorted; none when there are none. */
export function glob(files: FileSystem, pattern: string, access: Access): string[] {
  const isAbsolute = pattern.startsWith('/')
  const parts = pattern.split('/').filter((p, i) => p !== '' || i === 0)
  const found = expand(files, isAbsolute ? '/' : '', isAbsolute ? parts.slice(1) : parts, access)
  const directories = pattern.endsWith('/')
    ? found.filter((p) => isDirectoryAt(files, p, access)).map((p) => `${p}/`)
    : found
  return directories.sort((a, b) => (a < b ? -1 : 1))
}

function expand(files: FileSystem, base: string, parts: string[], access: Access): string[] {
  const [first, ...rest] = parts
  if (first === undefined) return base === '' ? [] : [base]
  const prefix = base === '' || base === '/' ? base : `${base}/`
  if (!isSpecial(first)) {
    const path = prefix + first.replace(/\\(.)/gs, '$1')
    return files.stat(path, { access, link: true }) === undefined
      ? []
      : rest.length === 0
        ? [path]
        : expand(files, path, rest, access)
  }
  const names = files.list(base === '' ? '.' : base, access) ?? []
  const re = patternRegExp(first, { path: true })
  const out: string[] = []
  for (const name of names) {
    // A leading dot must be asked for.
    if ((name.startsWith('.') && !first.startsWith('.') && !first.startsWith('\\.')) || !re.test(name)) continue
    const path = prefix + name
    if (rest.length > 0 && !isDirectoryAt(files, path, access)) continue
    out.push(...(rest.length === 0 ? [path] : expand(files, path, rest, access)))
    if (out.length > MAX_MATCHES) break
  }
  return out
}

function isSpecial(part: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*[*?[]/.test(part)
}

function isDirectoryAt(files: FileSystem, path: string, access: Access): boolean {
  const node = attempt(() => files.find(path, access))
  return !(node instanceof Errno) && isDirectory(node)
}
