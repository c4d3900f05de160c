import { nodeResolver } from '../../../api/cluster-domain.ts'
import type { NetworkError } from '../../http.ts'
import type { DnsReply } from '../../process/network.ts'
import type { Process, Run } from '../../process/process.ts'
import { publicAddress } from '../internet.ts'

/** What /etc/resolv.conf says. */
export interface ResolverConfig {
  servers: string[]
  searches: string[]
  ndots: number
}

export function resolverConfig(p: Process): ResolverConfig {
  const config: ResolverConfig = { servers: [], searches: [], ndots: 1 }
  for (const line of (p.machine.files.readText('/etc/resolv.conf') ?? '').split('\n')) {
    const [word, ...values] = line.trim().split(/\s+/)
    if (word === 'nameserver' && values[0] !== undefined) config.servers.push(values[0])
    else if (word === 'search' || word === 'domain') config.searches = values
    else if (word === 'options') config.ndots = Number(values.findLast((v) => v.startsWith('ndots:'))?.slice(6) ?? config.ndots)
  }
  if (config.servers.length === 0) config.servers.push(nodeResolver)
  return config
}

/** The names that a name stands for, in the order in which they are tried (resolv.conf(5)). */
export function candidates(name: string, { searches, ndots }: ResolverConfig): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)]
  const searched = searches.map((domain) => `${name}.${domain}`)
  return name.split('.').length - 1 >= ndots ? [name, ...searched] : [...searched, name]
}

/** One question to one server; what is not the cluster's is answered by the world. */
export function* ask(p: Process, server: string, name: string, type: string, timeoutMs: number): Run<DnsReply | NetworkError> {
  const bare = name.replace(/\.$/, '')
  const reply: DnsReply | 'world' | NetworkError = yield { wait: 'query', question: { server, name: bare, type, timeoutMs } }
  if (reply === 'world') return worldReply(bare, type)
  if ('error' in reply) return reply
  // The cluster's server asks the world what an alias stands for.
  const last = reply.answers.at(-1)
  return last?.type === 'CNAME' && type === 'A' ? { ...reply, answers: [...reply.answers, ...worldReply(last.data, type).answers] } : reply
}

/** As BIND's tools say it. */
export const whyUnanswered = ({ error }: NetworkError): string => (error === 'refused' ? 'connection refused' : 'timed out')

function worldReply(name: string, type: string): DnsReply {
  const address = publicAddress(name)
  if (address === undefined) return { status: 'NXDOMAIN', authoritative: false, answers: [] }
  return { status: 'NOERROR', authoritative: false, answers: type === 'A' || type === 'ANY' ? [{ name, type: 'A', ttl: 30, data: address }] : [] }
}

/** 1.0.96.10.in-addr.arpa, of an IPv4 address. */
export function reverseName(text: string): string | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text)
  return match === null ? undefined : `${match.slice(1).toReversed().join('.')}.in-addr.arpa`
}

/** The names that stand behind others in the data of a record get the dot with which they end. */
export function dotted({ type, data }: { type: string; data: string }): string {
  return ['CNAME', 'PTR', 'NS', 'SRV'].includes(type) ? `${data}.` : data
}
