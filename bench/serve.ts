import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
}
const packed = new Set(['.woff2', '.png'])

/** Serves a built page as a static host does, compressed, as long as this process lives; returns its address. */
export async function servePage(dist: string): Promise<string> {
  const kept = new Map<string, Buffer>()
  const server = createServer(({ url = '/' }, answer) => {
    const { pathname } = new URL(url, 'http://localhost')
    const path = join(dist, pathname === '/' ? 'index.html' : pathname)
    if (!existsSync(path) || !statSync(path).isFile()) return answer.writeHead(404).end()
    const isPacked = packed.has(extname(path))
    let body = kept.get(path)
    if (body === undefined) kept.set(path, (body = isPacked ? readFileSync(path) : gzipSync(readFileSync(path), { level: 9 })))
    answer.writeHead(200, {
      'content-type': types[extname(path)] ?? 'application/octet-stream',
      'content-length': body.length,
      'cache-control': 'max-age=600',
      ...(isPacked ? {} : { 'content-encoding': 'gzip' }),
    })
    return answer.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  const bound = server.address()
  return `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}/`
}
