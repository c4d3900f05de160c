const cache = new Map<string, readonly string[]>()

/**
 * Components of a path, '.' and empty ones left out, '..' kept: only a walk knows where it leads.
 * Remembered, because containers walk the same few paths for ever.
 */
export function components(path: string): readonly string[] {
  let found = cache.get(path)
  if (found !== undefined) return found
  found = path.split('/').filter((c) => c !== '' && c !== '.')
  if (cache.size >= 5000) cache.clear()
  cache.set(path, found)
  return found
}

const prefixCache = new Map<string, readonly string[]>()

/** '/a', '/a/b', '/a/b/c' of a path from the root without '..': where a walk passes as long as there are no symlinks. */
export function prefixes(path: string): readonly string[] {
  let found = prefixCache.get(path)
  if (found !== undefined) return found
  let at = ''
  found = components(path).map((name) => (at = `${at}/${name}`))
  if (prefixCache.size >= 5000) prefixCache.clear()
  prefixCache.set(path, found)
  return found
}

export function join(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`
}

/** Absolute, without '.', '..' and double slashes, by the letters alone. */
export function normalize(path: string, cwd = '/'): string {
  const out: string[] = []
  for (const c of components(path.startsWith('/') ? path : `${cwd}/${path}`)) {
    if (c === '..') out.pop()
    else out.push(c)
  }
  return `/${out.join('/')}`
}

export function dirname(path: string): string {
  const trimmed = path.replace(/\/+$/, '')
  if (trimmed === '') return path === '' ? '.' : '/'
  const slash = trimmed.lastIndexOf('/')
  if (slash < 0) return '.'
  return trimmed.slice(0, slash).replace(/\/+$/, '') || '/'
}

export function basename(path: string, suffix = ''): string {
  const trimmed = path.replace(/\/+$/, '')
  if (trimmed === '') return path === '' ? '' : '/'
  const base = trimmed.slice(trimmed.lastIndexOf('/') + 1)
  return suffix !== '' && base !== suffix && base.endsWith(suffix) ? base.slice(0, -suffix.length) : base
}
