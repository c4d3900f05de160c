import { type HttpRequest, type HttpResponse, reasonPhrase, textResponse } from '../http.ts'
import { versionOf } from '../images/versions.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { parseOptions } from '../../text/options.ts'
import { phpPage } from './php-page.ts'
import { type Handler, listenOn, serve, stopsOn } from './serve.ts'
import { readBelow } from './static-files.ts'

/** Apache httpd, which WINCH and TERM end gracefully. */
export function* apache(p: Process): Run<number> {
  const version = versionOf('httpd', p.machine.config.image)
  if (/^-[vV]$/.test(p.argv[1] ?? '')) {
    yield* print(p, `Server version: Apache/${version} (Unix)\n`)
    return 0
  }
  const stopped = stopsOn(p, ['TERM', 'INT', 'WINCH'], 0)
  const stamp = () => formatTime('%a %b %d %T.000000 %Y', p.machine.now())
  yield* sleep(p, 50, true)
  const listeners = yield* listenOn(
    p,
    [80],
    (port, why) =>
      `(98)${why}: AH00072: make_sock: could not bind to address 0.0.0.0:${port}\nno listening sockets available, shutting down`,
  )
  if (listeners === undefined) return 1
  yield* print(
    p,
    `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${p.machine.config.ip()}. Set the 'ServerName' directive globally to suppress this message\n[${stamp()}] [mpm_event:notice] [pid ${p.pid}:tid ${p.pid}] AH00489: Apache/${version} (Unix) configured -- resuming normal operations\n[${stamp()}] [core:notice] [pid ${p.pid}:tid ${p.pid}] AH00094: Command line: '${p.argv.join(' ')}'\n`,
    2,
  )
  const root =
    ['/usr/local/apache2/htdocs', '/var/www/html', '/var/www/localhost/htdocs'].find((d) =>
      p.machine.files.exists(d),
    ) ?? '/'
  const code = yield* serve(p, { listeners, handle: files(p, root), stopped })
  yield* print(
    p,
    `[${stamp()}] [mpm_event:notice] [pid ${p.pid}:tid ${p.pid}] AH00492: caught SIGWINCH, shutting down gracefully\n`,
    2,
  )
  return code
}

function files(p: Process, root: string): Handler {
  const isPhp = p.argv[0]!.endsWith('apache2-foreground')
  return (r) => {
    const found = readBelow(p, root, r.path, isPhp ? ['index.php', 'index.html'] : ['index.html', 'index.php'])
    const response: HttpResponse =
      typeof found === 'number'
        ? page(found)
        : 'status' in found && found.body.includes('<?') && isPhp
        ? textResponse(200, phpPage(p, found.body, serverVariables(p, r)), 'text/html; charset=UTF-8')
        : 'redirect' in found
          ? { ...page(301), headers: { location: found.redirect } }
          : found
    return {
      response,
      log: `${r.source ?? '-'} - - [${formatTime('%d/%b/%Y:%T %z', p.machine.now())}] "${r.method} ${r.path} HTTP/1.1" ${response.status} ${response.body.length}\n`,
    }
  }
}

/** $_SERVER, and what stands behind the question mark. */
export function serverVariables(p: Process, r: HttpRequest): Record<string, string> {
  const [path = '/', query = ''] = r.path.split('?')
  const asked = Object.fromEntries(query.split('&').filter((pair) => pair !== '').map((pair) => [`GET ${pair.split('=')[0]!}`, decodeURIComponent(pair.split('=')[1] ?? '')]))
  return { SERVER_ADDR: p.machine.config.ip(), SERVER_NAME: (r.headers['host'] ?? '').replace(/:\d+$/, ''), SERVER_PORT: String(r.port), HTTP_HOST: r.headers['host'] ?? '', HTTP_USER_AGENT: r.headers['user-agent'] ?? '', REMOTE_ADDR: r.source ?? '', REQUEST_METHOD: r.method, REQUEST_URI: r.path, QUERY_STRING: query, SCRIPT_NAME: path, HOSTNAME: p.machine.config.hostname, ...asked }
}

function page(status: number): HttpResponse {
  return textResponse(
    status,
    `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${reasonPhrase(status)}</title>\n</head><body>\n<h1>${reasonPhrase(status)}</h1>\n</body></html>\n`,
    'text/html',
  )
}

/** busybox httpd [-f] [-v] [-p PORT] [-h HOME]: without -f it goes into the background. */
export function* busyboxHttpd(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'ifvp:h:c:r:u:' })
  const port = Number((o.value('p') ?? '80').split(':').pop())
  const root = o.value('h') ?? p.cwd
  const run = function* (q: Process): Run<number> {
    const listeners = yield* listenOn(q, [port], (n, why) => `httpd: bind: ${why} (${n})`)
    if (listeners === undefined) return 1
    const handle: Handler = (r) => {
      const found = readBelow(q, root, r.path, ['index.html'])
      return typeof found === 'number'
        ? textResponse(
            404,
            '<HTML><HEAD><TITLE>404 Not Found</TITLE></HEAD>\n<BODY><H1>404 Not Found</H1>\nThe requested URL was not found\n</BODY></HTML>\n',
            'text/html',
          )
        : 'redirect' in found
          ? { ...textResponse(302, ''), headers: { location: found.redirect } }
          : found
    }
    return yield* serve(q, { listeners, handle })
  }
  if (o.has('f')) return yield* run(p)
  p.machine.spawn({ parent: p, argv: p.argv, program: run, costUs: 300 })
  yield* sleep(p, 5)
  return 0
}

/** python -m http.server [PORT] [--directory DIR]: a listing where there is no index.html. */
export function* pythonHttpServer(p: Process, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: 'd:b:', long: ['directory', 'bind'] })
  const port = Number(o.operands[0] ?? 8000)
  const root = o.value('d', 'directory') ?? p.cwd
  yield* sleep(p, 200)
  const listeners = yield* listenOn(p, [port], (_, why) => `OSError: [Errno 98] ${why}`)
  if (listeners === undefined) return 1
  // Its output is buffered when it is no terminal, as everybody finds out; only the requests go to stderr.
  if (p.env.get('PYTHONUNBUFFERED') !== undefined)
    yield* print(p, `Serving HTTP on 0.0.0.0 port ${port} (http://0.0.0.0:${port}/) ...\n`)
  return yield* serve(p, {
    listeners,
    handle: (r) => {
      const found = readBelow(p, root, r.path, ['index.html'])
      const response =
        typeof found === 'object'
          ? 'status' in found
            ? found
            : { ...textResponse(301, ''), headers: { location: found.redirect } }
          : found === 403
            ? listing(p, root, r.path)
            : textResponse(
                404,
                '<!DOCTYPE HTML>\n<html lang="en">\n    <head>\n        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n        <p>Error code: 404</p>\n    </body>\n</html>\n',
                'text/html',
              )
      return {
        response,
        log: `${r.source ?? '127.0.0.1'} - - [${formatTime('%d/%b/%Y %T', p.machine.now())}] "${r.method} ${r.path} HTTP/1.1" ${response.status} -\n`,
        logTo: 2,
      }
    },
  })
}

function listing(p: Process, root: string, path: string): HttpResponse {
  const names = p.machine.files.list(`${root}/${path.split('?')[0]}`, p.access) ?? []
  return textResponse(
    200,
    `<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<title>Directory listing for ${path}</title>\n</head>\n<body>\n<h1>Directory listing for ${path}</h1>\n<hr>\n<ul>\n${names.map((n) => `<li><a href="${n}">${n}</a></li>\n`).join('')}</ul>\n<hr>\n</body>\n</html>\n`,
    'text/html',
  )
}
