import { formValue, type HttpRequest, isWire, textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { askRedis } from './redis/client.ts'
import { type Answer, serveOrFail, stopsOn } from './serve.ts'

const page = '<html ng-app="redis">\n  <head>\n    <title>Guestbook</title>\n  </head>\n  <body ng-controller="RedisCtrl">\n    <div style="width: 50%; margin-left: 20px">\n      <h2>Guestbook</h2>\n    <form>\n    <fieldset>\n    <input ng-model="msg" placeholder="Messages" class="form-control" type="text" name="input"><br>\n    <button type="button" class="btn btn-primary" ng-click="controller.onRedis()">Submit</button>\n    </fieldset>\n    </form>\n  </body>\n</html>\n'

/** The guestbook's page in PHP, behind Apache: it writes to the leader and reads from a follower. */
export function* guestbook(p: Process): Run<number> {
  const stopped = stopsOn(p, ['TERM', 'INT', 'WINCH'], 0)
  yield* sleep(p, 300, true)
  const stamp = formatTime('%a %b %d %T.000000 %Y', p.machine.now())
  yield* print(p, `AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using ${p.machine.config.ip()}. Set the 'ServerName' directive globally to suppress this message\n[${stamp}] [core:notice] [pid ${p.pid}] AH00094: Command line: 'apache2 -D FOREGROUND'\n`, 2)
  return yield* serveOrFail(p, [80], (r) => answer(p, r), stopped)
}

/** By its name, or by the variables of its Service where the pod says so. The third version had other names for them. */
function hostOf(p: Process, role: 'leader' | 'follower'): string {
  const isOld = /:v[1-3]$/.test(p.machine.config.image.reference)
  const name = isOld ? (role === 'leader' ? 'redis-master' : 'redis-slave') : `redis-${role}`
  const variable = `${name.toUpperCase().replace('-', '_')}_SERVICE_HOST`
  return p.env.get('GET_HOSTS_FROM') === 'env' ? (p.env.get(variable) ?? '') : name
}

function* answer(p: Process, r: HttpRequest): Run<Answer> {
  const [path = '/', query = ''] = r.path.split('?')
  const response = path === '/guestbook.php' ? yield* asked(p, query) : path === '/' || path === '/index.html' ? textResponse(200, page, 'text/html') : textResponse(404, '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>404 Not Found</title>\n</head></html>\n', 'text/html')
  return { response, log: `${r.source ?? '-'} - - [${formatTime('%d/%b/%Y:%T %z', p.machine.now())}] "${r.method} ${r.path} HTTP/1.1" ${response.status} ${response.body.length} "-" "${r.headers['user-agent'] ?? '-'}"\n` }
}

/** ?cmd=set&key=messages&value=... and ?cmd=get&key=messages */
function* asked(p: Process, query: string): Run<ReturnType<typeof textResponse>> {
  const key = formValue(query, 'key') ?? ''
  const isSet = formValue(query, 'cmd') === 'set'
  if (!isSet && formValue(query, 'cmd') !== 'get') return textResponse(200, '<h2>PHP Version 8.2</h2>\n', 'text/html')
  const host = hostOf(p, isSet ? 'leader' : 'follower')
  const told = yield* askRedis(p, host, 6379, isSet ? ['SET', key, formValue(query, 'value') ?? ''] : ['GET', key])
  if ('error' in told) return textResponse(500, `Fatal error: Uncaught Predis\\Connection\\ConnectionException: ${told.error === 'unresolved' ? 'php_network_getaddresses: getaddrinfo failed: Name or service not known' : 'Connection refused'} [tcp://${host}:6379]\n`, 'text/html')
  if (isSet) return textResponse(200, '{"message": "Updated"}', 'application/json')
  const value = isWire('REDIS', told) && told.body.startsWith('"') ? String(JSON.parse(told.body)) : ''
  return textResponse(200, `{"data": "${value}"}`, 'application/json')
}
