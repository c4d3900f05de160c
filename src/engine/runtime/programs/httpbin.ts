import { jsonOf } from '../../api/json.ts'
import { toBase64 } from '../../api/base64.ts'
import { formPairs, formValue, type HttpRequest, type HttpResponse, reasonPhrase, textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { uuid } from '../process/proc-files.ts'
import { formatTime } from '../tools/calendar.ts'
import { type Answer, serveOrFail, stopsLikeGo, stopsOn } from './serve.ts'

/** httpbin, in Python and in Go: it tells what it was asked, and answers as the path says. The two differ in how they write it down. */
type Kind = 'python' | 'go'

const teapot = "\n    -=[ teapot ]=-\n\n       _...._\n     .'  _ _ `.\n    | .\"` ^ `\". _,\n    \\_;`\"---\"`|//\n      |       ;/\n      \\_     _/\n        `\"\"\"`\n"

/** Each as it writes JSON: flask in the order of the alphabet and with blanks before the ends of lines, Go as its structures say. */
function json(kind: Kind, value: Record<string, unknown>, status = 200): HttpResponse {
  const sorted = kind === 'go' ? value : Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const text = JSON.stringify(sorted, null, 2)
  return textResponse(status, `${kind === 'go' ? text : text.replaceAll(/,$/gm, ', ')}\n`, kind === 'go' ? 'application/json; charset=utf-8' : 'application/json')
}

const title = (name: string): string => name.replaceAll(/(^|-)([a-z])/g, (_, dash: string, letter: string) => `${dash}${letter.toUpperCase()}`)

/** One value as text, several as a list; in Go always a list. */
function collect(kind: Kind, pairs: Iterable<[string, string]>): Record<string, string | string[]> {
  const found = new Map<string, string[]>()
  for (const [name, value] of pairs) found.set(name, [...(found.get(name) ?? []), value])
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, values]) => [name, kind === 'go' || values.length > 1 ? values : values[0]!]))
}

const headersOf = (kind: Kind, r: HttpRequest): Record<string, string | string[]> => collect(kind, Object.entries(r.headers).map(([name, value]) => [title(name), value]))

/** What was asked, with its body where the method has one. */
function echoed(kind: Kind, r: HttpRequest, o: { body: boolean; method: boolean }): Record<string, unknown> {
  const [, query = ''] = r.path.split('?')
  const isForm = (r.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
  const parsed = (isForm ? undefined : jsonOf(r.body)) ?? null
  const told = {
    args: collect(kind, formPairs(query)),
    headers: headersOf(kind, r),
    ...(kind === 'go' || o.method ? { method: r.method } : {}),
    origin: r.source ?? '127.0.0.1',
    url: `http://${r.headers['host'] ?? 'localhost'}${r.path}`,
  }
  return o.body ? { ...told, data: isForm ? '' : r.body, files: {}, form: isForm ? collect(kind, formPairs(r.body)) : {}, json: parsed } : told
}

const methods: Readonly<Record<string, string>> = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE' }

type Page = (kind: Kind, r: HttpRequest, words: readonly string[], p: Process) => Answer | HttpResponse

const pages: Readonly<Record<string, Page>> = {
  anything: (kind, r) => json(kind, echoed(kind, r, { body: true, method: true })),
  headers: (kind, r) => json(kind, { headers: headersOf(kind, r) }),
  ip: (kind, r) => json(kind, { origin: r.source ?? '127.0.0.1' }),
  'user-agent': (kind, r) => json(kind, { 'user-agent': r.headers['user-agent'] ?? '' }),
  uuid: (kind, _r, _words, p) => json(kind, { uuid: uuid(p.machine) }),
  hostname: (kind, _r, _words, p) => json(kind, { hostname: p.machine.config.hostname }),
  status: (_kind, _r, [code = '200']) => {
    const status = Number(code.split(',')[0])
    if (!Number.isInteger(status) || status < 100 || status > 599) return textResponse(400, 'Invalid status code')
    return { status, headers: { 'content-type': 'text/html; charset=utf-8', ...(status > 300 && status < 308 ? { location: '/redirect/1' } : {}) }, body: status === 418 ? teapot : '' }
  },
  delay: (kind, r, [seconds = '1']) => ({ response: json(kind, echoed(kind, r, { body: true, method: false })), afterMs: Math.min(10, Number(seconds) || 0) * 1000 }),
  redirect: (_kind, _r, [times = '1']) => redirect(Number(times) > 1 ? `/relative-redirect/${Number(times) - 1}` : '/get'),
  'relative-redirect': (_kind, _r, [times = '1']) => redirect(Number(times) > 1 ? `/relative-redirect/${Number(times) - 1}` : '/get'),
  'redirect-to': (_kind, r) => redirect(formValue(r.path.split('?')[1] ?? '', 'url') ?? '/'),
  'basic-auth': (kind, r, [user = '', password = '']) => {
    const isRight = r.headers['authorization'] === `Basic ${toBase64(`${user}:${password}`)}`
    if (isRight) return json(kind, kind === 'go' ? { authorized: true, user } : { authenticated: true, user })
    return { status: 401, headers: { 'www-authenticate': 'Basic realm="Fake Realm"' }, body: '' }
  },
  bearer: (kind, r) => {
    const token = /^Bearer (.*)$/.exec(r.headers['authorization'] ?? '')?.[1]
    return token === undefined ? { status: 401, headers: { 'www-authenticate': 'Bearer' }, body: '' } : json(kind, { authenticated: true, token })
  },
  'response-headers': (kind, r) => {
    const asked = formPairs(r.path.split('?')[1] ?? '')
    const response = json(kind, collect(kind, asked))
    return { ...response, headers: { ...response.headers, ...Object.fromEntries(asked.map(([name, value]) => [name.toLowerCase(), value])) } }
  },
  json: (kind) => json(kind, { slideshow: { author: 'Yours Truly', date: 'date of publication', slides: [{ title: 'Wake up to WonderWidgets!', type: 'all' }], title: 'Sample Slide Show' } }),
  'robots.txt': () => textResponse(200, 'User-agent: *\nDisallow: /deny\n'),
  '': (kind) => textResponse(200, `<!DOCTYPE html>\n<html lang="en">\n<head>\n    <meta charset="UTF-8">\n    <title>${kind === 'go' ? 'go-httpbin' : 'httpbin.org'}</title>\n</head>\n</html>\n`, 'text/html; charset=utf-8'),
}

const redirect = (location: string): HttpResponse => ({ status: 302, headers: { location, 'content-type': 'text/html; charset=utf-8' }, body: '' })

const notFound: HttpResponse = textResponse(404, '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server.  If you entered the URL manually please check your spelling and try again.</p>\n', 'text/html')

function answerOf(p: Process, kind: Kind, r: HttpRequest): Answer | HttpResponse {
  const [name = '', ...words] = r.path.split('?')[0]!.slice(1).split('/')
  const method = methods[name]
  if (method !== undefined && words.length === 0) return r.method === method || (method === 'GET' && r.method === 'HEAD') ? json(kind, echoed(kind, r, { body: method !== 'GET', method: false })) : textResponse(405, reasonPhrase(405))
  const page = Object.hasOwn(pages, name) ? pages[name] : undefined
  return page?.(kind, r, words, p) ?? (kind === 'go' ? json(kind, { status_code: 404, error: 'Not Found' }, 404) : notFound)
}

/** kennethreitz/httpbin, behind gunicorn. */
export function* httpbin(p: Process): Run<number> {
  const stopped = stopsOn(p, ['TERM', 'INT', 'QUIT'], 0)
  const note = (words: string): string => `[${formatTime('%F %T', p.machine.now())} +0000] [${p.pid}] [INFO] ${words}\n`
  const port = Number(/:(\d+)/.exec(p.argv[p.argv.findIndex((word) => word === '-b' || word === '--bind') + 1] ?? '')?.[1] ?? 80)
  yield* sleep(p, 600, true)
  yield* print(p, `${note('Starting gunicorn 19.9.0')}${note(`Listening at: http://0.0.0.0:${port} (${p.pid})`)}${note('Using worker: gevent')}${note('Booting worker with pid: 8')}`, 2)
  return yield* serveOrFail(p, [port], (r) => answerOf(p, 'python', r), stopped)
}

/** mccutchen/go-httpbin, on $PORT or -port. */
export function* goHttpbin(p: Process): Run<number> {
  const at = p.argv.indexOf('-port')
  const port = Number((at > 0 ? p.argv[at + 1] : p.env.get('PORT')) ?? 8080)
  const stopped = stopsLikeGo(p)
  const stamp = (): string => `time=${formatTime('%FT%T.000Z', p.machine.now())} level=INFO`
  yield* print(p, `${stamp()} msg="go-httpbin listening on http://0.0.0.0:${port}"\n`, 2)
  return yield* serveOrFail(p, [port], (r) => {
    const given = answerOf(p, 'go', r)
    const answer: Answer = 'response' in given ? given : { response: given }
    const { status, body } = answer.response as HttpResponse
    const ms = answer.afterMs ?? 0
    return { ...answer, log: `${stamp()} msg="${status} ${r.method} ${r.path} ${ms}.1ms" status=${status} method=${r.method} uri=${r.path} size_bytes=${body.length} duration_ms=${ms}.1 user_agent=${r.headers['user-agent'] ?? ''} client_ip=${r.source ?? '127.0.0.1'}\n`, logTo: 2 }
  }, stopped)
}
