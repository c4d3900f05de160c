import type { HttpRequest } from '../http.ts'
import type { Process } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { nginxVersionText } from './nginx-version.ts'

/** What `$name` and `${name}` stand for while a request is answered (src/http/ngx_http_variables.c). */
export function expandVariables(p: Process, text: string, request: HttpRequest, more: Readonly<Record<string, string>> = {}): string {
  return text.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (all, braced: string | undefined, plain: string | undefined) => more[braced ?? plain!] ?? valueOf(p, (braced ?? plain)!, request) ?? all)
}

function valueOf(p: Process, name: string, request: HttpRequest): string | undefined {
  const { headers, source = '' } = request
  const [uri = '', args = ''] = request.path.split(/\?(.*)/s)
  switch (name) {
    case 'hostname':
      return p.machine.config.hostname
    case 'host':
      return (headers['host'] ?? '').replace(/:\d+$/, '')
    case 'remote_addr':
    case 'realip_remote_addr':
      return source
    case 'remote_port':
      return '52740'
    case 'proxy_add_x_forwarded_for':
      return [headers['x-forwarded-for'], source].filter((one) => one !== undefined).join(', ')
    case 'scheme':
      return request.secure === true ? 'https' : 'http'
    case 'server_addr':
      return p.machine.config.ip()
    case 'server_port':
      return String(request.port)
    case 'server_protocol':
      return 'HTTP/1.1'
    case 'request_uri':
      return request.path
    case 'uri':
    case 'document_uri':
      return uri
    case 'args':
    case 'query_string':
      return args
    case 'is_args':
      return args === '' ? '' : '?'
    case 'request_method':
      return request.method
    case 'request':
      return `${request.method} ${request.path} HTTP/1.1`
    case 'request_body':
      return request.body
    case 'nginx_version':
      return nginxVersionText(p)
    case 'request_id':
      return headers['x-request-id'] ?? Array.from({ length: 4 }, () => p.machine.random(2 ** 32).toString(16).padStart(8, '0')).join('')
    case 'pid':
      return String(p.pid)
    case 'msec':
      return (p.machine.now() / 1000).toFixed(3)
    case 'time_local':
      return formatTime('%d/%b/%Y:%T %z', p.machine.now())
    case 'time_iso8601':
      return formatTime('%FT%T+00:00', p.machine.now())
  }
  if (name.startsWith('http_')) return headers[name.slice(5).replaceAll('_', '-')] ?? ''
  if (name.startsWith('arg_')) return new RegExp(`(?:^|&)${name.slice(4)}=([^&]*)`).exec(args)?.[1] ?? ''
  if (name.startsWith('cookie_')) return new RegExp(`(?:^|;\\s*)${name.slice(7)}=([^;]*)`).exec(headers['cookie'] ?? '')?.[1] ?? ''
  return undefined
}
