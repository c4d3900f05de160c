import { isIPv4 } from '../../api/names.ts'
import type { Process, Run } from '../process/process.ts'
import { resolve } from '../tools/http-client.ts'
import { ConfigError, type Directive, type NginxServer } from './nginx-config.ts'

/** One address that requests are passed on to. */
export interface Peer {
  address: string
  port: number
  backup: boolean
}

/** A proxy_pass, taken apart: 'http://shop:8080/api/' */
export function targetOf(text: string): { scheme: string; host: string; port: number | undefined; uri: string | undefined } | undefined {
  const [, scheme, host, port, uri] = /^(https?):\/\/([^/:?\s]+)(?::(\d+))?([/?].*)?$/.exec(text) ?? []
  return scheme === undefined ? undefined : { scheme, host: host!, port: port === undefined ? undefined : Number(port), uri }
}

/** What all names led to when the configuration was read: they are not asked for again. */
export class Upstreams {
  private readonly groups = new Map<string, Peer[]>()
  private readonly turns = new Map<string, number>()

  set(name: string, peers: Peer[]): void {
    this.groups.set(name, [...(this.groups.get(name) ?? []), ...peers])
  }

  has(name: string): boolean {
    return this.groups.has(name)
  }

  /** In the order in which they are tried: one after another has its turn, those for the worst case come last. */
  peersOf(name: string): Peer[] | undefined {
    const group = this.groups.get(name)
    if (group === undefined) return undefined
    const usual = group.filter(({ backup }) => !backup)
    const turn = this.turns.get(name) ?? 0
    this.turns.set(name, turn + 1)
    const first = usual.length === 0 ? 0 : turn % usual.length
    return [...usual.slice(first), ...usual.slice(0, first), ...group.filter(({ backup }) => backup)]
  }
}

/** By name and port, for what is no group. */
export const groupOf = (host: string, port: number): string => `${host}:${port}`

/** Asks for the address of every name that stands in the configuration; one that nobody knows ends nginx (ngx_http_upstream_add). */
export function* resolveUpstreams(p: Process, servers: readonly NginxServer[]): Run<Upstreams | ConfigError> {
  const upstreams = new Upstreams()
  for (const group of new Set(servers.flatMap((server) => server.upstreams))) {
    const name = group.args[0] ?? ''
    upstreams.set(name, [])
    for (const one of group.block?.filter((d) => d.name === 'server') ?? []) {
      const [url = '', ...options] = one.args
      if (options.includes('down') || url.startsWith('unix:')) continue
      const peers = yield* peersAt(p, one, url, url)
      if (peers instanceof ConfigError) return peers
      const weight = Number(options.find((option) => option.startsWith('weight='))?.slice(7) ?? 1)
      for (let i = 0; i < Math.max(1, Math.min(weight, 100)); i++) upstreams.set(name, peers.map((peer) => ({ ...peer, backup: options.includes('backup') })))
    }
  }
  for (const passed of servers.flatMap(passesOf)) {
    const isStream = servers.some((server) => server.isStream === true && server.directives.includes(passed))
    const target = targetOf(isStream ? `http://${passed.args[0]}` : addressIn(passed))
    if (target === undefined || upstreams.has(target.host)) continue
    const port = target.port ?? (target.scheme === 'https' ? 443 : 80)
    const name = groupOf(target.host, port)
    if (upstreams.has(name)) continue
    const peers = yield* peersAt(p, passed, `${target.host}:${port}`, addressIn(passed).replace(/^https?:\/\//, ''))
    if (peers instanceof ConfigError) return peers
    upstreams.set(name, peers)
  }
  return upstreams
}

const passesOf = ({ directives, locations }: NginxServer): Directive[] => [...directives, ...locations.flatMap((l) => l.directives)].filter((d) => (d.name === 'proxy_pass' || (d.name === 'fastcgi_pass' && !d.args[0]?.startsWith('unix:'))) && !d.args[0]?.includes('$'))

/** In FastCGI it has no scheme. */
export const addressIn = ({ name, args: [given = ''] }: Directive): string => (name === 'fastcgi_pass' ? `http://${given}` : given)

function* peersAt(p: Process, at: Directive, url: string, said: string): Run<Peer[] | ConfigError> {
  const [host = '', port = '80'] = url.split(':')
  if (isIPv4(host)) return [{ address: host, port: Number(port), backup: false }]
  const found = yield* resolve(p, host)
  if ('error' in found) return new ConfigError(`host not found in upstream "${said}"`, at.line, at.file)
  return found.addresses.map((address) => ({ address, port: Number(port), backup: false }))
}
