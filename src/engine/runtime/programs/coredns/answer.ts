import { clusterDomain, nodeResolver } from '../../../api/cluster-domain.ts'
import { isIPv4 } from '../../../api/names.ts'
import { isWorldAddress } from '../../../api/world.ts'
import { hostsLines } from '../../process/hosts-file.ts'
import type { DnsAsked, DnsRecord, DnsReply, DnsSources } from '../../process/network.ts'
import { isWithinZone, zoneName, type Corefile, type Directive, type ServerBlock } from './corefile.ts'

/** What a server knows besides its file. */
export interface Surroundings extends DnsSources {
  /** Those of its own resolv.conf. */
  resolvers: readonly string[]
  readFile: (path: string) => string | undefined
}

/** `error`: what the plugin "errors" prints of it. */
export interface Answered {
  reply: DnsReply | 'world'
  error?: string
}

const failed = (status: DnsReply['status']): DnsReply => ({ status, authoritative: false, answers: [] })

/** The block that is asked: of all whose zones the name lies in that with the longest (core/dnsserver/server.go). */
export function serverOf({ servers }: Corefile, name: string, port: number): ServerBlock | undefined {
  const fitting = servers.flatMap((server) => (server.port === port ? server.zones.filter((zone) => isWithinZone(name, zone)).map((zone) => ({ server, zone })) : []))
  return fitting.toSorted((a, b) => b.zone.length - a.zone.length)[0]?.server
}

/** What a server block says to one question: plugins in the order in which CoreDNS is built from them, whatever the order of the file (plugin.cfg). */
export function answerOf(block: ServerBlock, { name, type }: DnsAsked, around: Surroundings): Answered {
  const of = (plugin: string): Directive[] => block.directives.filter((directive) => directive.name === plugin)
  const rewritten = rewrite(of('rewrite'), name)
  const asked: DnsAsked = { name: rewritten, type }
  const answered = firstAnswer([
    ...of('hosts').map((directive) => () => fromHosts(directive, block, asked, around)),
    ...of('kubernetes').map((directive) => () => fromCluster(directive, block, asked, around)),
    ...of('forward').map((directive) => () => forwarded(directive, asked, around)),
  ]) ?? { reply: failed('SERVFAIL'), error: 'no next plugin found' }
  // The client is answered under the name that it has asked for.
  if (rewritten === name || answered.reply === 'world') return answered
  const named = (record: DnsRecord): DnsRecord => (record.name === rewritten ? { ...record, name } : record)
  return { ...answered, reply: { ...answered.reply, answers: answered.reply.answers.map(named) } }
}

function firstAnswer(plugins: readonly (() => Answered | undefined)[]): Answered | undefined {
  for (const plugin of plugins) {
    const answered = plugin()
    if (answered !== undefined) return answered
  }
  return undefined
}

/** `rewrite [continue|stop] name [exact|prefix|suffix|substring|regex] FROM TO` (plugin/rewrite): the first that fits, and more behind one that says so. */
function rewrite(rules: readonly Directive[], name: string): string {
  let now = name
  for (const { args } of rules) {
    const [mode, ...words] = args[0] === 'continue' || args[0] === 'stop' ? args : ['stop', ...args]
    if (words[0] !== 'name') continue
    const [kind, from = '', to = ''] = matches.has(words[1] ?? '') ? words.slice(1) : ['exact', ...words.slice(1)]
    const next = kind === 'regex' ? byPattern(now, from, to) : renamed(now, kind!, zoneName(from), zoneName(to))
    if (next === undefined) continue
    now = next
    if (mode === 'stop') return now
  }
  return now
}

const matches: ReadonlySet<string> = new Set(['exact', 'prefix', 'suffix', 'substring', 'regex'])

/** undefined: it does not fit. */
function renamed(name: string, kind: string, from: string, to: string): string | undefined {
  switch (kind) {
    case 'exact':
      return name === from ? to : undefined
    case 'prefix':
      return name.startsWith(from) ? to + name.slice(from.length) : undefined
    case 'suffix':
      return name.endsWith(from) ? name.slice(0, name.length - from.length) + to : undefined
    default:
      return name.includes(from) ? name.replaceAll(from, to) : undefined
  }
}

/** The name is taken with the dot at its end, and what is `{1}` in the new one is the first group. */
function byPattern(name: string, from: string, to: string): string | undefined {
  const found = patternOf(from)?.exec(`${name}.`)
  return found ? zoneName(to.replaceAll(/\{(\d+)\}/g, (_, group: string) => found[Number(group)] ?? '')) : undefined
}

function patternOf(text: string): RegExp | undefined {
  try {
    return new RegExp(text)
  } catch {
    return undefined
  }
}

/** `fallthrough [ZONES...]`: what the plugin does not know the next one is asked. */
function fallsThrough(directive: Directive, name: string): boolean {
  const line = directive.block.find((property) => property.name === 'fallthrough')
  return line !== undefined && (line.args.length === 0 || line.args.some((zone) => isWithinZone(name, zoneName(zone))))
}

const record = (name: string, type: string, ttl: number, data: string): DnsRecord => ({ name, type, ttl, data })

/** `hosts [FILE [ZONES...]] { ADDRESS NAMES...; ttl; fallthrough }` (plugin/hosts); what it does not know and nobody else may be asked is a failure. */
function fromHosts(directive: Directive, block: ServerBlock, { name, type }: DnsAsked, { readFile }: Surroundings): Answered | undefined {
  const [file, ...ofZones] = directive.args
  const zones = ofZones.length > 0 ? ofZones.map(zoneName) : block.zones
  if (!zones.some((zone) => isWithinZone(name, zone))) return undefined
  const given = directive.block.map((property) => ({ address: property.name, names: property.args }))
  const lines = [...hostsLines(readFile(file ?? '/etc/hosts') ?? ''), ...given].filter(({ address }) => isIPv4(address))
  const addresses = lines.filter(({ names }) => names.some((one) => zoneName(one) === name)).map(({ address }) => address)
  if (addresses.length === 0) return fallsThrough(directive, name) ? undefined : { reply: failed('SERVFAIL') }
  const ttl = Number(directive.block.find((property) => property.name === 'ttl')?.args[0] ?? 3600)
  return { reply: { status: 'NOERROR', authoritative: true, answers: type === 'A' ? addresses.map((address) => record(name, 'A', ttl, address)) : [] } }
}

/** `kubernetes [ZONES...]` (plugin/kubernetes). A zone of another name than the cluster's holds the same. */
function fromCluster(directive: Directive, block: ServerBlock, { name, type }: DnsAsked, { cluster }: Surroundings): Answered | undefined {
  const zones = directive.args.length > 0 ? directive.args.map(zoneName) : block.zones
  const zone = zones.filter((one) => isWithinZone(name, one)).toSorted((a, b) => b.length - a.length)[0]
  if (zone === undefined) return undefined
  const isReverse = name.endsWith('.arpa')
  const own = isReverse || zone === clusterDomain ? name : `${name.slice(0, name.length - zone.length)}${clusterDomain}`
  const property = (of: string): string | undefined => directive.block.find((one) => one.name === of)?.args[0]
  const isPod = own.endsWith(`.pod.${clusterDomain}`)
  const found = isPod && !['insecure', 'verified'].includes(property('pods') ?? '') ? undefined : cluster(own, type)
  if ((found === undefined || found.status === 'NXDOMAIN') && fallsThrough(directive, name)) return undefined
  if (found === undefined) return { reply: { status: 'NXDOMAIN', authoritative: true, answers: [] } }
  const ttl = Number(property('ttl') ?? 5)
  return { reply: { ...found, answers: found.answers.map((one) => ({ ...one, ttl, ...(one.name === own ? { name } : {}) })) } }
}

/** `forward FROM TO... { except NAMES... }` (plugin/forward): to servers of the world, or to nobody who answers. */
function forwarded({ args: [from = '', ...to], block }: Directive, { name }: DnsAsked, { resolvers }: Surroundings): Answered | undefined {
  const except = block.filter((property) => property.name === 'except').flatMap((property) => property.args)
  if (!isWithinZone(name, zoneName(from)) || except.some((zone) => isWithinZone(name, zoneName(zone)))) return undefined
  const servers = to.flatMap((one) => (one.startsWith('/') ? resolvers : [one.replace(/^(dns|tls):\/\//, '').replace(/:\d+$/, '')]))
  if (servers.some((server) => server === nodeResolver || isWorldAddress(server))) return { reply: 'world' }
  return { reply: failed('SERVFAIL'), error: `read udp 0.0.0.0:0->${servers[0] ?? ''}:53: i/o timeout` }
}
