import { textResponse } from '../http.ts'
import { formatTime } from '../tools/calendar.ts'
import { serverVariables } from './apache.ts'
import { service } from './databases.ts'
import { fastCgiMethod } from './fast-cgi.ts'
import { phpPage } from './php-page.ts'

/** php-fpm: runs the script that lies where the web server says, among its own files. */
export const phpFpm = service({
  ports: [9000],
  startMs: 200,
  memoryMiB: 12,
  stopMs: 20,
  lines: (p) => ['fpm is running, pid 1', 'ready to handle connections'].map((text) => `[${formatTime('%d-%b-%Y %T', p.machine.now())}] NOTICE: ${text}`),
  handle: (p) => (r) => {
    if (r.method !== fastCgiMethod) return { response: { error: 'reset' } }
    const script = r.headers['script-filename'] ?? ''
    const source = p.machine.files.readText(script, p.access)
    const method = r.headers['request-method'] ?? 'GET'
    const response = source === undefined ? textResponse(404, 'File not found.\n', 'text/html; charset=UTF-8') : textResponse(200, phpPage(p, source, { ...serverVariables(p, r), REQUEST_METHOD: method }), 'text/html; charset=UTF-8')
    return { response, log: `${r.source ?? '-'} -  ${formatTime('%d/%b/%Y:%T %z', p.machine.now())} "${method} ${r.path.split('?')[0]}" ${response.status}\n`, logTo: 2 }
  },
})
