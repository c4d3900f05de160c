import { checkDirectives } from './nginx-directives.ts'
import { ConfigError, type Directive, parseNginxConfig } from './nginx-syntax.ts'

/** A file that another one includes. */
export interface IncludedFile {
  path: string
  text: string
}

export interface NginxLocation {
  /** '', '=', '^~', '~', '~*' */
  modifier: string
  path: string
  directives: Directive[]
}

export interface NginxServer {
  ports: number[]
  /** Those of them that speak TLS. */
  securePorts: number[]
  names: string[]
  /** Ports where it answers for names that nobody has. */
  defaultPorts: number[]
  directives: Directive[]
  locations: NginxLocation[]
  /** Groups of servers that any of them may pass on to. */
  upstreams: readonly Directive[]
  /** Of a `stream`: it speaks no HTTP, and passes connections on as they are. */
  isStream?: true
}

/** The servers of a whole configuration; `include` gives the texts of the files that match. */
export function nginxServers(text: string, include: (pattern: string) => IncludedFile[]): NginxServer[] {
  const top = expandIncludes(parseNginxConfig(text), include)
  checkDirectives(top)
  if (!top.some((d) => d.name === 'events')) throw new ConfigError('no "events" section in configuration', 0)
  const http = top.filter((d) => d.name === 'http').flatMap((d) => d.block ?? [])
  const upstreams = http.filter((d) => d.name === 'upstream')
  return [...http.filter((d) => d.name === 'server').map((d) => serverOf(d.block ?? [], http, upstreams)), ...streamServers(top)]
}

function streamServers(top: readonly Directive[]): NginxServer[] {
  const stream = top.filter((d) => d.name === 'stream').flatMap((d) => d.block ?? [])
  const upstreams = stream.filter((d) => d.name === 'upstream')
  // Without TLS a port is a port: what is said there is the business of who is behind it.
  return stream.filter((d) => d.name === 'server').map((d) => ({ ...serverOf(d.block ?? [], [], upstreams), isStream: true }))
}

/** From which level on the error log is told something: that of the file's own `error_log`, or nginx' default. */
export function errorLevel(text: string): string {
  return /^\s*error_log\s+[^\s;]+(?:\s+(\w+))?\s*;/m.exec(text)?.[1] ?? 'error'
}

function expandIncludes(directives: Directive[], include: (pattern: string) => IncludedFile[]): Directive[] {
  return directives.flatMap((d) => {
    if (d.name !== 'include') return [d.block === undefined ? d : { ...d, block: expandIncludes(d.block, include) }]
    return include(d.args[0] ?? '').flatMap(({ path, text }) => expandIncludes(parseNginxConfig(text, path), include))
  })
}

/** What a server takes over from the block around it. */
const inherited = new Set(['root', 'index', 'access_log', 'proxy_set_header', 'add_header', 'error_page', 'resolver', 'proxy_connect_timeout', 'proxy_read_timeout'])

function serverOf(block: Directive[], http: Directive[], upstreams: readonly Directive[]): NginxServer {
  const listen = block.filter((d) => d.name === 'listen')
  const portOf = (d: Directive): number => Number(/(?:^|:)(\d+)$/.exec(d.args[0] ?? '')?.[1] ?? 80)
  const ports = listen.map(portOf)
  const locations = block
    .filter((d) => d.name === 'location')
    .map((d) => ({
      modifier: d.args.length > 1 ? d.args[0]! : '',
      path: d.args.at(-1) ?? '/',
      directives: d.block ?? [],
    }))
  return {
    ports: ports.length === 0 ? [80] : [...new Set(ports)],
    securePorts: listen.filter((d) => d.args.includes('ssl')).map(portOf),
    defaultPorts: listen.filter((d) => d.args.includes('default_server') || d.args.includes('default')).map(portOf),
    names: block.find((d) => d.name === 'server_name')?.args ?? [],
    directives: [...block, ...http.filter((d) => inherited.has(d.name))],
    locations,
    upstreams,
  }
}

/** nginx's choice: an exact one, the longest ^~ prefix, the first regular expression, the longest prefix. */
export function chooseLocation(server: NginxServer, path: string): NginxLocation | undefined {
  const { locations } = server
  const exact = locations.find((l) => l.modifier === '=' && l.path === path)
  if (exact !== undefined) return exact
  const prefixes = locations
    .filter((l) => (l.modifier === '' || l.modifier === '^~') && path.startsWith(l.path))
    .sort((a, b) => b.path.length - a.path.length)
  if (prefixes[0]?.modifier === '^~') return prefixes[0]
  const pattern = locations.find((l) => l.modifier.startsWith('~') && matches(l, path))
  return pattern ?? prefixes[0]
}

function matches(l: NginxLocation, path: string): boolean {
  try {
    return new RegExp(l.path, l.modifier === '~*' ? 'i' : '').test(path)
  } catch {
    return false
  }
}
