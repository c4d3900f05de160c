import { type HttpRequest, type HttpResponse, textResponse } from '../../http.ts'
import { Conditions, fetched } from './conditions.ts'
import { allOf, lastOf, type Proxy } from './config.ts'

/** What a proxy answers by itself: its page about itself, a monitor, a redirect, a refusal (http-request, redirect, monitor-uri, stats). */
export function ownAnswer(proxy: Proxy, conditions: Conditions, r: HttpRequest): HttpResponse | undefined {
  const path = r.path.split('?')[0]!
  if (lastOf(proxy, 'monitor-uri')?.words[1] === path) return textResponse(200, '<html><body><h1>200 OK</h1>\nService ready.\n</body></html>\n', 'text/html')
  const stats = lastOf(proxy, 'stats', 'uri')?.words[2] ?? (lastOf(proxy, 'stats', 'enable') === undefined ? undefined : '/haproxy?stats')
  if (stats !== undefined && r.path.startsWith(stats)) return textResponse(200, `<!DOCTYPE html>\n<html><head><title>Statistics Report for HAProxy</title></head>\n<body><h1><a href="http://www.haproxy.org/">HAProxy</a></h1>\n</body></html>\n`, 'text/html')
  if (lastOf(proxy, 'http-request', 'use-service', 'prometheus-exporter') !== undefined && path === '/metrics') return textResponse(200, '# HELP haproxy_process_uptime_seconds How long ago this worker process was started (seconds)\n# TYPE haproxy_process_uptime_seconds gauge\n')
  for (const { words } of proxy.lines) {
    if (words[0] !== 'http-request' && words[0] !== 'redirect') continue
    const [action, ...rest] = words[0] === 'redirect' ? words : words.slice(1)
    if (!['deny', 'reject', 'redirect', 'return', 'allow'].includes(action ?? '') || !conditions.hold(words, r)) continue
    if (action === 'allow') return undefined
    const option = (name: string): string | undefined => (rest.includes(name) ? rest[rest.indexOf(name) + 1] : undefined)
    if (action === 'redirect') return redirected(option, r)
    if (action === 'return') return textResponse(Number(option('status') ?? 200), filled(option('string') ?? option('lf-string') ?? '', r), option('content-type') ?? 'text/plain')
    const status = Number(option('deny_status') ?? option('status') ?? 403)
    return textResponse(status, `<html><body><h1>${status} ${status === 403 ? 'Forbidden' : 'Denied'}</h1>\nRequest forbidden by administrative rules.\n</body></html>\n`, 'text/html')
  }
  return undefined
}

function redirected(option: (name: string) => string | undefined, r: HttpRequest): HttpResponse {
  const [scheme, location, prefix] = [option('scheme'), option('location'), option('prefix')]
  const to = scheme === undefined ? (location === undefined ? `${prefix ?? ''}${r.path}` : filled(location, r)) : `${scheme}://${(r.headers['host'] ?? '').replace(/:80$/, '')}${r.path}`
  return { status: Number(option('code') ?? 302), headers: { location: to, 'content-length': '0', 'cache-control': 'no-cache' }, body: '' }
}

/** The request as it goes on: paths and headers as the rules make them. */
export function asked(proxies: readonly Proxy[], r: HttpRequest): HttpRequest {
  const headers = { ...r.headers }
  let { path } = r
  for (const proxy of proxies) {
    if (lastOf(proxy, 'option', 'forwardfor') !== undefined) headers['x-forwarded-for'] = [headers['x-forwarded-for'], r.source ?? '127.0.0.1'].filter((one) => one !== undefined).join(', ')
    const conditions = new Conditions(proxy)
    for (const { words } of allOf(proxy, 'http-request')) {
      const [, action, first = '', second = ''] = words
      if (!conditions.hold(words, r)) continue
      if (action === 'set-path') path = filled(first, r)
      else if (action === 'replace-path' || action === 'replace-uri') path = replaced(path, first, second)
      else change(headers, action, first, filled(second, r))
    }
  }
  return { ...r, path, headers }
}

/** The answer as it goes back. */
export function responded(proxies: readonly Proxy[], r: HttpRequest, response: HttpResponse): HttpResponse {
  const headers = { ...response.headers }
  for (const proxy of new Set(proxies)) {
    const conditions = new Conditions(proxy)
    for (const { words } of allOf(proxy, 'http-response')) if (conditions.hold(words, r)) change(headers, words[1], words[2] ?? '', filled(words[3] ?? '', r))
  }
  return { ...response, headers }
}

function change(headers: Record<string, string>, action: string | undefined, name: string, value: string): void {
  const key = name.toLowerCase()
  if (action === 'set-header' || action === 'add-header') headers[key] = value
  else if (action === 'del-header') delete headers[key]
}

function replaced(path: string, pattern: string, by: string): string {
  try {
    return path.replace(new RegExp(pattern), by.replaceAll('$', '$$$$').replaceAll(/\\(\d)/g, '$$$1'))
  } catch {
    return path
  }
}

/** %[src], %[req.hdr(host)], %ci and the like. */
const filled = (text: string, r: HttpRequest): string => text.replaceAll(/%\[([^\]]+)\]/g, (_, criterion: string) => fetched(criterion, r) ?? '').replaceAll('%ci', r.source ?? '127.0.0.1').replaceAll('%%', '%')
