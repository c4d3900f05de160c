import { type HttpRequest, type HttpResponse, textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { connect } from '../tools/http-client.ts'
import { type Answer, listenOn, serve, stopsOn } from './serve.ts'

const ROOT = '/var/www/html'
const versions = 'Apache/2.4.65 (Debian) PHP/8.3.27'

/** WordPress' image: it copies itself into its volume, and every page wants the database. */
export function* wordpress(p: Process): Run<number> {
  const { files } = p.machine
  const stopped = stopsOn(p, ['TERM', 'INT', 'WINCH'], 0)
  const stamp = (): string => formatTime('%a %b %d %T.000000 %Y', p.machine.now())
  if (!files.exists(`${ROOT}/wp-includes/version.php`)) {
    yield* print(p, `WordPress not found in ${ROOT} - copying now...\n`, 2)
    yield* sleep(p, 800, true)
    for (const [path, text] of Object.entries(sources)) files.writeText(`${ROOT}/${path}`, text, { uid: 33, gid: 33 })
    yield* print(p, `Complete! WordPress has been successfully copied to ${ROOT}\n`, 2)
  }
  const given = [...p.env.keys()].filter((name) => name.startsWith('WORDPRESS_')).toSorted()
  if (given.length > 0 && !files.exists(`${ROOT}/wp-config.php`)) {
    files.writeText(`${ROOT}/wp-config.php`, '<?php\n', { uid: 33, gid: 33 })
    yield* print(p, `No 'wp-config.php' found in ${ROOT}, but 'WORDPRESS_...' variables supplied; copying 'wp-config-docker.php' (${given.join(' ')})\n`, 2)
  }
  const listeners = yield* listenOn(p, [80], (port, why) => `(98)${why}: AH00072: make_sock: could not bind to address 0.0.0.0:${port}\nno listening sockets available, shutting down`)
  if (listeners === undefined) return 1
  const name = `AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using ${p.machine.config.ip()}. Set the 'ServerName' directive globally to suppress this message\n`
  const note = (module: string, words: string): string => `[${stamp()}] [${module}:notice] [pid ${p.pid}:tid ${p.pid}] ${words}\n`
  yield* print(p, `${name}${name}${note('mpm_prefork', `AH00163: ${versions} configured -- resuming normal operations`)}${note('core', "AH00094: Command line: 'apache2 -D FOREGROUND'")}`, 2)
  const code = yield* serve(p, { listeners, handle: (r) => answer(p, r), stopped })
  yield* print(p, note('mpm_prefork', 'AH00170: caught SIGWINCH, shutting down gracefully'), 2)
  return code
}

const sources: Readonly<Record<string, string>> = {
  'index.php': "<?php\ndefine( 'WP_USE_THEMES', true );\nrequire __DIR__ . '/wp-blog-header.php';\n",
  'wp-login.php': '<?php\n',
  'wp-admin/install.php': '<?php\n',
  'wp-includes/version.php': "<?php\n$wp_version = '6.8.3';\n",
  'wp-content/index.php': '<?php\n// Silence is golden.\n',
}

function* answer(p: Process, r: HttpRequest): Run<Answer> {
  const [path = '/'] = r.path.split('?')
  const response = p.machine.files.readText(`${ROOT}/wp-includes/version.php`) === undefined ? page(403, 'Forbidden', '') : yield* wordpressPage(p, path)
  const size = response.body.length
  return { response, log: `${r.source ?? '-'} - - [${formatTime('%d/%b/%Y:%T %z', p.machine.now())}] "${r.method} ${r.path} HTTP/1.1" ${response.status} ${size} "${r.headers['referer'] ?? '-'}" "${r.headers['user-agent'] ?? '-'}"\n` }
}

function* wordpressPage(p: Process, path: string): Run<HttpResponse> {
  const own = p.machine.files.readText(`${ROOT}${path}`)
  if (own !== undefined && !path.endsWith('.php')) return textResponse(200, own)
  const [host = 'mysql', port = '3306'] = (p.env.get('WORDPRESS_DB_HOST') ?? 'mysql').split(':')
  const database = yield* connect(p, host, Number(port) || 3306, 3000)
  if ('error' in database) return page(500, 'Database Error', '<h1>Error establishing a database connection</h1>')
  if (path === '/wp-admin/install.php') return page(200, 'WordPress &rsaquo; Installation', '<h1>Welcome</h1>\n<p>Welcome to the famous five-minute WordPress installation process!</p>')
  if (path === '/' || path.endsWith('.php')) return { ...page(302, '', ''), headers: { location: `/wp-admin/install.php`, 'x-powered-by': 'PHP/8.3.27' } }
  return page(404, 'Not Found', '<h1>Not Found</h1>')
}

const page = (status: number, title: string, body: string): HttpResponse =>
  textResponse(status, title === '' ? '' : `<!DOCTYPE html>\n<html lang="en-US">\n<head><title>${title}</title></head>\n<body>\n${body}\n</body>\n</html>\n`, 'text/html; charset=utf-8')
