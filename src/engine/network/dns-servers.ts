import { clusterDnsAddress, nodeResolver } from '../api/cluster-domain.ts'
import { isWorldAddress } from '../api/world.ts'
import type { ContainerOS, DnsQuestion, DnsReply, NetworkError } from '../runtime/container-os.ts'
import { searched, type DnsAnswer } from './cluster-dns.ts'
import type { Denial } from './policy/rules.ts'
import type { Teller } from './request-steps.ts'
import type { Backend } from './service-rules.ts'

/** A question comes to the process that answers it: by a rule of the node for the Service, when it was sent to one. */
export interface WayToServer {
  container: ContainerOS
  backend: Backend
  service: string | undefined
  source: string
}

/** It comes to nobody: the node says no for a Service without endpoints, everything else is silence. */
export interface NoServer {
  error: 'timeout' | 'refused'
  denial?: Denial
}

/** What became of the last question of a lookup. */
export interface LookUp {
  name: string
  /** '10.96.0.10:53', and to whom that belongs, as steps name it: 'service/kube-system/kube-dns'. */
  address: string
  goal: string
  /** Undefined: nobody is there who answers. */
  way: WayToServer | undefined
  answer: DnsAnswer | undefined
  /** 'failed': the server could not (SERVFAIL, REFUSED). Undefined: it has answered, and be it that there is no such name. */
  error: NoServer['error'] | 'failed' | undefined
  denial: Denial | undefined
}

/** What there is for a resolver in a pod. */
export interface DnsServers {
  wayTo: (server: string) => WayToServer | NoServer
  /** Whom an address belongs to. */
  goalOf: (server: string) => string
  query: (name: string, type: string) => DnsReply | undefined
  /** Names that people outside know. */
  publicNames: (host: string) => string | undefined
  /** By way of the node's resolver, and of servers of the world: neither is a pod. */
  resolveOutside: (name: string) => DnsAnswer | undefined
  askOutside: (question: DnsQuestion) => DnsReply | 'world' | undefined
}

const bare = (name: string): string => name.toLowerCase().replace(/\.$/, '')

const isOutside = (server: string): boolean => isWorldAddress(server) || server === nodeResolver

/** How a pod of `namespace` comes to names where DNS servers are pods: what they know, and whether a question finds one, is seen when it is asked. */
export function resolverOf(
  { namespace, clusterDns }: { namespace: string; clusterDns: boolean },
  story: Teller,
  servers: DnsServers,
): { resolve: (name: string) => DnsAnswer | undefined; failure: () => LookUp['error']; ask: (question: DnsQuestion) => DnsReply | 'world' | NetworkError | undefined } {
  let failure: LookUp['error']
  return {
    resolve: (name) => {
      failure = undefined
      if (!clusterDns) return servers.resolveOutside(name)
      const found = lookUp(name, namespace, servers)
      failure = found.error
      story.lookedUp(found)
      return found.answer
    },
    failure: () => failure,
    ask: (question) => (isOutside(question.server) ? servers.askOutside(question) : askOne(question, story, servers)),
  }
}

/** One question to a DNS server that is a process in a pod. */
function askServer(name: string, type: string, { container, backend, source }: WayToServer, { query, publicNames }: DnsServers): DnsReply | 'world' {
  const asked = { name: bare(name), type }
  const reply = container.ask(backend.port, asked, source, { cluster: query }) ?? { status: 'SERVFAIL', authoritative: false, answers: [] }
  const known = reply === 'world' ? publicNames(asked.name) : undefined
  if (known === undefined) return reply
  return { status: 'NOERROR', authoritative: false, answers: type === 'A' ? [{ name: asked.name, type, ttl: 60, data: known }] : [] }
}

const hasFailed = (reply: DnsReply | 'world'): boolean => reply !== 'world' && (reply.status === 'SERVFAIL' || reply.status === 'REFUSED')

function answerIn(reply: DnsReply | 'world', name: string): DnsAnswer | undefined {
  if (reply === 'world' || reply.answers.length === 0) return undefined
  const addresses = reply.answers.filter(({ type }) => type === 'A').map(({ data }) => data)
  const alias = reply.answers.find(({ type }) => type === 'CNAME')?.data
  return { addresses, canonicalName: alias ?? bare(name), ...(alias === undefined ? {} : { alias }) }
}

/** As getaddrinfo asks: each name of the search list for both kinds of address, until there is one (res_search). */
function lookUp(name: string, namespace: string, servers: DnsServers): LookUp {
  const server = clusterDnsAddress
  const out: LookUp = { name, address: `${server}:53`, goal: servers.goalOf(server), way: undefined, answer: undefined, error: undefined, denial: undefined }
  for (const candidate of searched(name, namespace)) {
    const way = servers.wayTo(server)
    // Whoever gets no answer asks no further.
    if ('error' in way) return { ...out, way: undefined, error: way.error, denial: way.denial }
    out.way = way
    const reply = askServer(candidate, 'A', way, servers)
    askServer(candidate, 'AAAA', way, servers)
    if (hasFailed(reply)) out.error = 'failed'
    const answer = answerIn(reply, candidate)
    if (answer !== undefined) return { ...out, error: undefined, answer }
  }
  return out
}

/** As a tool asks that speaks to one server itself. */
function askOne({ server, name, type }: DnsQuestion, story: Teller, servers: DnsServers): DnsReply | 'world' | NetworkError {
  const way = servers.wayTo(server)
  const told = { name, address: `${server}:53`, goal: servers.goalOf(server) }
  if ('error' in way) {
    story.lookedUp({ ...told, way: undefined, answer: undefined, error: way.error, denial: way.denial })
    return { error: way.error }
  }
  const reply = askServer(name, type, way, servers)
  // Nobody has an address of the other kind.
  if (type !== 'AAAA') story.lookedUp({ ...told, way, answer: answerIn(reply, name), error: hasFailed(reply) ? 'failed' : undefined, denial: undefined })
  return reply
}
