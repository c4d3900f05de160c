import { attempt, Errno } from '../filesystem/errno.ts'
import { isDirectory } from '../filesystem/node.ts'
import { join, normalize } from '../filesystem/path.ts'
import type { HttpResponse } from '../http.ts'
import type { Process } from '../process/process.ts'
import { httpDate } from '../tools/calendar.ts'

const types: Record<string, string> = {
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  txt: 'text/plain',
  png: 'image/png',
  svg: 'image/svg+xml',
  xml: 'text/xml',
}

/** What lies in a directory, for a path of a request: its text, or the status that a web server gives. */
export function readBelow(
  p: Process,
  root: string,
  urlPath: string,
  index: readonly string[],
): HttpResponse | 403 | 404 | { redirect: string } {
  const path = join(root === '/' ? '' : root, normalize(decode(urlPath.split('?')[0]!)).slice(1))
  const node = attempt(() => p.machine.files.find(path, p.access))
  if (node instanceof Errno) return node.code === 'EACCES' ? 403 : 404
  if (!isDirectory(node)) return fileResponse(p, path)
  const asked = urlPath.split('?')[0]!
  if (!asked.endsWith('/')) return { redirect: `${asked}/` }
  for (const name of index) {
    const page = fileResponse(p, join(path, name))
    if (page !== 404) return page
  }
  return 403
}

function fileResponse(p: Process, path: string): HttpResponse | 403 | 404 {
  const node = attempt(() => p.machine.files.find(path, p.access))
  if (node instanceof Errno) return node.code === 'EACCES' ? 403 : 404
  if (node.kind !== 'file') return 404
  const body = node.content.text
  const type = types[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
  return { status: 200, headers: { 'content-type': type, 'content-length': String(node.content.size), 'last-modified': httpDate(node.modifiedAt) }, body }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
