import { type HttpResponse, isWire, type NetworkError, textResponse } from '../http.ts'
import { print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { askRedis } from './redis/client.ts'
import { type Answer, cannotListen, listenOn, serve, stopsLikeGo } from './serve.ts'

const page = (version: string): string => `<!DOCTYPE html>\n<html lang="en">\n  <head>\n    <title>Guestbook - ${version}</title>\n  </head>\n  <body>\n    <div id="header">\n      <h1>Guestbook - ${version}</h1>\n    </div>\n    <div id="guestbook-entries">\n      <p>Waiting for database connection...</p>\n    </div>\n  </body>\n</html>\n`

/** The guestbook in Go (kubernetes/examples web/guestbook-go); IBM's keeps its list in memory until a redis-master is there when its pod begins. */
export function* guestbookGo(p: Process): Run<number> {
  const stopped = stopsLikeGo(p)
  const isOwn = p.machine.config.image.repository.endsWith('ibmcom/guestbook') && p.env.get('REDIS_MASTER_PORT') === undefined
  const kept = new Map<string, string[]>()
  const listeners = yield* listenOn(p, [3000], cannotListen)
  if (listeners === undefined) return 1
  yield* print(p, '[negroni] listening on :3000\n')
  const version = /:(v\d+)/.exec(p.machine.config.image.reference)?.[1] ?? 'v1'
  return yield* serve(p, {
    listeners,
    stopped,
    handle: (r) => ({
      *aside(child): Run<Answer> {
        const response = yield* answered(child, decodeURIComponent(r.path.replace(/\?.*$/, '')), isOwn ? kept : undefined, version)
        return { response, log: `[negroni] ${response.status} | ${r.method} ${r.path}\n` }
      },
    }),
  })
}

function* answered(p: Process, path: string, kept: Map<string, string[]> | undefined, version: string): Run<HttpResponse> {
  const [, command = '', key = 'guestbook', value] = path.split('/')
  switch (command) {
    case '':
    case 'index.html':
      return textResponse(200, page(version), 'text/html; charset=utf-8')
    case 'hello':
      return textResponse(200, `Hello from guestbook. Your app is up! (Hostname: ${p.machine.config.hostname})\n`)
    case 'healthz':
      return textResponse(200, '')
    case 'env':
      return textResponse(200, JSON.stringify(Object.fromEntries([...p.env].toSorted(([a], [b]) => (a < b ? -1 : 1))), null, 2))
    case 'info':
      return kept === undefined ? shown(yield* askRedis(p, 'redis-master', 6379, ['INFO'])) : textResponse(200, 'In-memory datastore (not redis)')
    case 'rpush':
      if (kept === undefined) {
        const pushed = yield* askRedis(p, 'redis-master', 6379, ['RPUSH', key, value ?? ''])
        return 'error' in pushed ? shown(pushed) : listed(yield* askRedis(p, 'redis-master', 6379, ['LRANGE', key, '0', '-1']))
      }
      kept.set(key, [...(kept.get(key) ?? []), value ?? ''])
      return textResponse(200, JSON.stringify(kept.get(key), null, 2))
    case 'lrange':
      return kept === undefined ? listed(yield* askRedis(p, 'redis-slave', 6379, ['LRANGE', key, '0', '-1'])) : textResponse(200, JSON.stringify(kept.get(key) ?? [], null, 2))
    default:
      return textResponse(404, '404 page not found\n')
  }
}

/** What it does not get from redis it does not get over: negroni answers for it. */
const shown = (told: HttpResponse | NetworkError): HttpResponse => ('error' in told ? textResponse(500, '500 Internal Server Error') : textResponse(200, told.body))

function listed(told: HttpResponse | NetworkError): HttpResponse {
  if ('error' in told || !isWire('REDIS', told)) return textResponse(500, '500 Internal Server Error')
  const items = told.body.split('\n').flatMap((line) => /^\d+\) (".*")$/.exec(line)?.[1] ?? []).map((text) => JSON.parse(text) as string)
  return textResponse(200, JSON.stringify(items, null, 2))
}
