import { type HttpRequest, type HttpResponse, textResponse } from '../../http.ts'
import { print } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { passOn, type Target } from '../pass-on.ts'
import { type Answer, type Aside, cannotListen, listenOn, serve, stopsOn } from '../serve.ts'
import { readBelow } from '../static-files.ts'
import { CaddyError, type Directive, parseCaddyfile, type Site } from './caddyfile.ts'

const usualFile = '/etc/caddy/Caddyfile'
/** What the image comes with. */
const usualText = ':80 {\n\troot * /usr/share/caddy\n\tfile_server\n}\n'
const welcome = '<!DOCTYPE html>\n<html>\n<head>\n\t<title>Caddy works!</title>\n</head>\n<body>\n\t<h1>Congratulations!</h1>\n</body>\n</html>\n'

/** caddy run [--config FILE], and its one-line servers: file-server, reverse-proxy, respond. */
export function* caddy(p: Process): Run<number> {
  const [command = 'run', ...args] = p.argv.slice(1)
  const option = (...names: string[]): string | undefined => {
    const at = args.findIndex((arg) => names.some((name) => arg === name || arg.startsWith(`${name}=`)))
    return at < 0 ? undefined : args[at]!.includes('=') ? args[at]!.slice(args[at]!.indexOf('=') + 1) : args[at + 1]
  }
  if (command === 'version') {
    yield* print(p, 'v2.10.2 h1:g/gTYjGMD0dec+UgMw8SnfmJ3I9+M2TdvoRL/Ovu6U8=\n')
    return 0
  }
  const path = option('--config', '-c') ?? (p.machine.files.exists(`${p.cwd}/Caddyfile`) ? `${p.cwd}/Caddyfile` : usualFile)
  const text = oneLine(command, option, p) ?? p.machine.files.readText(path, p.access) ?? (path === usualFile ? usualText : undefined)
  const sites = text === undefined ? new CaddyError(`open ${path}: no such file or directory`) : parseCaddyfile(text, (name) => p.env.get(name) ?? '')
  if (sites instanceof CaddyError) {
    yield* print(p, `Error: ${text === undefined ? `reading config from file: ${sites.message}` : `adapting config using caddyfile: ${sites.message}`}\n`, 2)
    return 1
  }
  if (command === 'validate') {
    yield* print(p, 'Valid configuration\n')
    return 0
  }
  const say = (level: string, msg: string, logger = ''): Run<void> => print(p, `{"level":"${level}","ts":${(p.machine.now() / 1000).toFixed(6)}${logger === '' ? '' : `,"logger":"${logger}"`},"msg":"${msg}"}\n`, 2)
  yield* say('info', `using config from file`)
  yield* say('info', 'admin endpoint started', 'admin')
  const stopped = stopsOn(p, ['TERM', 'INT', 'QUIT'], 0)
  const ports = [...new Set([...sites.flatMap((site) => site.ports.map(({ port }) => port)), ...(sites.some((site) => site.ports.some(({ port }) => port === 443)) ? [80] : [])])]
  const listeners = yield* listenOn(p, ports, (port, why) => `Error: loading initial config: loading new config: http app module: start: listening on :${port}: ${cannotListen(port, why)}`)
  if (listeners === undefined) return 1
  for (const listener of listeners) listener.secure = sites.some((site) => site.ports.some(({ port, secure }) => secure && port === listener.port))
  p.machine.setMemory(p, 25 * 1024 ** 2)
  yield* say('info', 'serving initial configuration')
  const turns = new Map<Directive, number>()
  const logs = (site: Site): boolean => site.directives.some(({ name }) => name === 'log')
  const code = yield* serve(p, {
    listeners, stopped,
    handle: (r): Answer | Aside => {
      const site = siteFor(sites, r)
      if (site === undefined) return r.port === 80 && ports.includes(443) ? { response: { status: 308, headers: { location: `https://${r.headers['host'] ?? ''}${r.path}`, server: 'Caddy' }, body: '' } } : { response: { status: 200, headers: { server: 'Caddy' }, body: '' } }
      return {
        *aside(child) {
          const from = child.machine.now()
          const response = yield* answered(child, site.directives, r, turns)
          const sent = { ...response, headers: { ...response.headers, server: response.headers['server'] ?? 'Caddy' } }
          return { response: sent, ...(logs(site) ? { log: `{"level":"info","ts":${(from / 1000).toFixed(6)},"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"${r.source ?? '127.0.0.1'}","proto":"HTTP/1.1","method":"${r.method}","host":"${r.headers['host'] ?? ''}","uri":"${r.path}"},"duration":${((child.machine.now() - from) / 1000).toFixed(6)},"size":${sent.body.length},"status":${sent.status}}\n`, logTo: 2 } : {}) }
        },
      }
    },
  })
  yield* say('info', 'shutting down')
  return code
}

/** What a command without a file means, as a file. */
function oneLine(command: string, option: (...names: string[]) => string | undefined, p: Process): string | undefined {
  if (command === 'file-server') return `${option('--listen', '-l') ?? ':80'} {\n  root * ${option('--root', '-r') ?? p.cwd}\n  file_server\n}\n`
  if (command === 'reverse-proxy') return `${option('--from', '-f') ?? ':80'} {\n  reverse_proxy ${option('--to', '-t') ?? ''}\n}\n`
  if (command === 'respond') return `${option('--listen', '-l') ?? ':80'} {\n  respond "${option('--body', '-b') ?? ''}" ${option('--status', '-s') ?? '200'}\n}\n`
  return undefined
}

function siteFor(sites: readonly Site[], r: HttpRequest): Site | undefined {
  const host = (r.headers['host'] ?? '').replace(/:\d+$/, '')
  const here = sites.filter((site) => site.ports.some(({ port }) => port === r.port))
  return here.find((site) => site.names.includes(host)) ?? here.find((site) => site.names.some((name) => name.startsWith('*.') && host.endsWith(name.slice(1)))) ?? here.find((site) => site.names.length === 0)
}

/** In Caddy's own order of directives, the longest path first (caddyconfig/httpcaddyfile/directives.go). */
const order = ['root', 'header', 'redir', 'rewrite', 'uri', 'try_files', 'handle', 'handle_path', 'route', 'respond', 'metrics', 'reverse_proxy', 'file_server']

function* answered(p: Process, all: readonly Directive[], given: HttpRequest, turns: Map<Directive, number>): Run<HttpResponse> {
  const named = new Map(all.filter(({ name }) => name.startsWith('@')).map((d) => [d.name, d]))
  const lengthOf = (d: Directive): number => (d.args[0]?.startsWith('/') === true ? d.args[0].length : d.args[0]?.startsWith('@') === true ? 1 : 0)
  const sorted = all.filter(({ name }) => order.includes(name)).toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name) || lengthOf(b) - lengthOf(a))
  let r = given
  let root = p.cwd
  const headers: Record<string, string> = {}
  const made = (response: HttpResponse): HttpResponse => ({ ...response, headers: { ...response.headers, ...headers } })
  for (const d of sorted) {
    const [matcher, args] = matcherOf(d)
    if (!matches(matcher, named, r)) continue
    switch (d.name) {
      case 'root':
        root = args[0] ?? root
        break
      case 'header':
        for (const [name = '', value = ''] of args.length > 0 ? [args] : d.block.map((one) => [one.name, ...one.args])) if (!name.startsWith('-')) headers[name.replace(/^[+>?]/, '').toLowerCase()] = filled(value, r)
        break
      case 'redir':
        return made({ status: { permanent: 301, temporary: 302, html: 200 }[args[1] ?? ''] ?? Number(args[1] ?? 302), headers: { location: filled(args[0] ?? '', r) }, body: '' })
      case 'rewrite':
        r = { ...r, path: filled(args[0] ?? r.path, r) }
        break
      case 'uri':
        if (args[0] === 'strip_prefix' && r.path.startsWith(args[1] ?? '')) r = { ...r, path: r.path.slice((args[1] ?? '').length) || '/' }
        break
      case 'try_files': {
        const found = args.map((one) => filled(one, r)).find((one) => p.machine.files.readText(`${root}${one}`.replaceAll('//', '/'), p.access) !== undefined)
        if (found !== undefined) r = { ...r, path: found }
        break
      }
      case 'handle':
      case 'route':
      case 'handle_path': {
        const prefix = d.name === 'handle_path' ? (matcher ?? '').replace(/\*$/, '').replace(/\/$/, '') : ''
        return made(yield* answered(p, [...(d.block.some(({ name }) => name === 'root') ? [] : all.filter(({ name }) => name === 'root')), ...named.values(), ...d.block], { ...r, path: r.path.slice(prefix.length) || '/' }, turns))
      }
      case 'respond': {
        const isStatus = args.length === 1 && /^\d{3}$/.test(args[0]!)
        return made(isStatus ? { status: Number(args[0]), headers: {}, body: '' } : textResponse(Number(args[1] ?? 200), filled(args[0] ?? '', r)))
      }
      case 'metrics':
        return made(textResponse(200, '# HELP caddy_http_requests_total Counter of HTTP(S) requests made.\n# TYPE caddy_http_requests_total counter\n'))
      case 'reverse_proxy':
        return made(yield* proxied(p, d, args, r, turns))
      case 'file_server':
        return made(fileOf(p, root, r))
    }
  }
  return made({ status: 200, headers: {}, body: '' })
}

function matcherOf({ args }: Directive): [matcher: string | undefined, rest: readonly string[]] {
  const [first] = args
  return first !== undefined && (first === '*' || first.startsWith('/') || first.startsWith('@')) ? [first, args.slice(1)] : [undefined, args]
}

function matches(matcher: string | undefined, named: ReadonlyMap<string, Directive>, r: HttpRequest): boolean {
  if (matcher === undefined || matcher === '*') return true
  const path = r.path.split('?')[0]!
  if (matcher.startsWith('/')) return fits(matcher, path)
  const d = named.get(matcher)
  if (d === undefined) return false
  return (d.args.length > 0 ? [{ name: d.args[0]!, args: d.args.slice(1) }] : d.block).every(({ name, args }) => {
    if (name === 'path') return args.some((one) => fits(one, path))
    if (name === 'method') return args.includes(r.method)
    if (name === 'host') return args.includes((r.headers['host'] ?? '').replace(/:\d+$/, ''))
    if (name === 'header') return r.headers[(args[0] ?? '').toLowerCase()] !== undefined && (args[1] === undefined || fits(args[1], r.headers[args[0]!.toLowerCase()]!))
    return name === 'query' ? args.some((one) => (r.path.split('?')[1] ?? '').split('&').includes(one)) : false
  })
}

const fits = (pattern: string, text: string): boolean => new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`, 'i').test(text)

const filled = (text: string, r: HttpRequest): string =>
  text.replaceAll(/\{(?:http\.request\.)?(uri|path|host|method|query|remote_host|hostport)\}/g, (_, name: string) => ({ uri: r.path, path: r.path.split('?')[0]!, query: r.path.split('?')[1] ?? '', host: (r.headers['host'] ?? '').replace(/:\d+$/, ''), hostport: r.headers['host'] ?? '', method: r.method, remote_host: r.source ?? '127.0.0.1' })[name] ?? '')

function* proxied(p: Process, d: Directive, args: readonly string[], r: HttpRequest, turns: Map<Directive, number>): Run<HttpResponse> {
  const upstreams = [...args, ...d.block.filter(({ name }) => name === 'to').flatMap((one) => one.args)].map((one): Target => {
    const [, scheme, host = '', port] = /^(?:(https?|h2c):\/\/)?([^:/]*)(?::(\d+))?/.exec(one) ?? []
    return { host: host === '' ? 'localhost' : host, port: Number(port ?? (scheme === 'https' ? 443 : 80)) }
  })
  const turn = turns.get(d) ?? 0
  turns.set(d, turn + 1)
  const asked = { 'x-forwarded-for': r.source ?? '127.0.0.1', 'x-forwarded-host': r.headers['host'] ?? '', 'x-forwarded-proto': r.secure === true ? 'https' : 'http' }
  for (const one of d.block) if (one.name === 'header_up' && one.args.length > 1) Object.assign(asked, { [one.args[0]!.replace(/^[+-]/, '').toLowerCase()]: filled(one.args[1]!, r) })
  const target = upstreams.length === 0 ? undefined : upstreams[turn % upstreams.length]
  const answer = target === undefined ? { error: 'refused' as const } : yield* passOn(p, target, r, { timeoutMs: 60_000, headers: asked })
  if (!('error' in answer)) return { ...answer, headers: { ...answer.headers, via: '1.1 Caddy' } }
  const why = answer.error === 'unresolved' ? `lookup ${target?.host}: no such host` : answer.error === 'timeout' ? 'i/o timeout' : 'connect: connection refused'
  yield* print(p, `{"level":"error","ts":${(p.machine.now() / 1000).toFixed(6)},"logger":"http.log.error","msg":"dial tcp: ${why}","request":{"method":"${r.method}","uri":"${r.path}"},"status":502}\n`, 2)
  return { status: answer.error === 'timeout' ? 504 : 502, headers: {}, body: '' }
}

function fileOf(p: Process, root: string, r: HttpRequest): HttpResponse {
  const found = readBelow(p, root.replace(/\/$/, ''), r.path, ['index.html', 'index.txt'])
  if (typeof found === 'object') return 'redirect' in found ? { status: 308, headers: { location: found.redirect }, body: '' } : found
  if (root === '/usr/share/caddy' && r.path === '/') return textResponse(200, welcome, 'text/html; charset=utf-8')
  return { status: found === 403 ? 404 : found, headers: {}, body: '' }
}
