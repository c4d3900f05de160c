import { clusterDnsAddress } from '../../../api/cluster-domain.ts'
import { complain, print } from '../../process/io.ts'
import type { DnsRecord, DnsReply } from '../../process/network.ts'
import type { Process, Run } from '../../process/process.ts'
import { lookUp } from '../http-client.ts'
import { usesBusybox } from '../words.ts'
import { ask, candidates, dotted, resolverConfig, reverseName, whyUnanswered } from './resolver.ts'

/** busybox changed what nslookup prints after 1.28; the documentation still uses the old image. */
function isOldBusybox(p: Process): boolean {
  return /busybox:1\.(1\d|2[0-8])(\D|$)|busyboxplus:|(?:google[-_]containers|registry\.k8s\.io)\/busybox:/.test(p.machine.config.image.reference)
}

/** Where dig is, nslookup comes from the same package. */
export function isOfBind(p: Process): boolean {
  return !usesBusybox(p) || p.machine.files.exists('/usr/bin/dig')
}

interface Asked {
  name: string
  server: string
  types: string[]
}

/** `nslookup [-type=T] NAME [SERVER]`, of BIND, of busybox, and of the busybox that the documentation still uses. */
export function* nslookup(p: Process): Run<number> {
  const types: string[] = []
  const operands: string[] = []
  for (const arg of p.argv.slice(1)) {
    const type = /^-{1,2}(?:type|querytype|query|ty|q|qu)=(\w+)$/i.exec(arg)?.[1]
    if (type !== undefined) types.push(type.toUpperCase())
    else if (!arg.startsWith('-')) operands.push(arg)
  }
  const [name, given] = operands
  if (name === undefined) return yield* usage(p)
  const server = given ?? resolverConfig(p).servers[0]!
  if (isOldBusybox(p)) return yield* ofLibc(p, name, server)
  return yield* isOfBind(p) ? ofBind(p, { name, server, types }, given !== undefined) : ofBusybox(p, { name, server, types })
}

function* usage(p: Process): Run<number> {
  if (usesBusybox(p)) yield* print(p, 'BusyBox v1.37.0 multi-call binary.\n\nUsage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n', 2)
  return usesBusybox(p) ? 1 : 0
}

/** It asks as every program does, by getaddrinfo, and then for the name of each address. */
function* ofLibc(p: Process, name: string, server: string): Run<number> {
  const label = server === clusterDnsAddress ? `${server} kube-dns.kube-system.svc.cluster.local` : server
  yield* print(p, `Server:    ${server}\nAddress 1: ${label}\n\n`)
  const found = reverseName(name) === undefined ? yield* lookUp(p, name) : { addresses: [name] }
  if ('error' in found || found.addresses.length === 0) {
    yield* complain(p, `can't resolve '${name}'`)
    return 1
  }
  const lines: string[] = []
  for (const [i, address] of found.addresses.entries()) {
    const reply = yield* ask(p, server, reverseName(address)!, 'PTR', 5000)
    const known = 'error' in reply ? undefined : reply.answers[0]?.data
    lines.push(`Address ${i + 1}: ${address}${known === undefined ? '' : ` ${known}`}\n`)
  }
  yield* print(p, `Name:      ${name}\n${lines.join('')}`)
  return 0
}

/**
 * busybox asks by itself (networking/nslookup.c): the search list is tried only for a name without a dot, then all of it, and it fails when one
 * of all these questions has.
 */
function* ofBusybox(p: Process, { name, server, types }: Asked): Run<number> {
  const { searches } = resolverConfig(p)
  const reversed = types.length === 0 ? reverseName(name) : undefined
  const questions: { name: string; type: string }[] = []
  for (const type of reversed !== undefined ? ['PTR'] : types.length > 0 ? types : ['A', 'AAAA']) {
    const names = type === 'PTR' || searches.length === 0 || name.includes('.') ? [reversed ?? name] : searches.map((domain) => `${name}.${domain}`)
    questions.push(...names.map((asked) => ({ name: asked, type })))
  }
  let code = 0
  let isFirst = true
  for (const question of questions) {
    const reply = yield* ask(p, server, question.name, question.type, 5000)
    if ('error' in reply) {
      if (reply.error === 'refused') yield* complain(p, `write to '${server}': Connection refused`)
      yield* print(p, ';; connection timed out; no servers could be reached\n\n')
      return 1
    }
    if (isFirst) yield* print(p, `Server:\t\t${server}\nAddress:\t${server}:53\n\n`)
    isFirst = false
    if (reply.status !== 'NOERROR') code = 1
    yield* print(p, `${reply.status === 'NOERROR' ? `${reply.authoritative ? '' : 'Non-authoritative answer:\n'}${reply.answers.map((r) => line(r, r.data)).join('')}` : `** server can't find ${question.name}: ${reply.status}\n`}\n`)
  }
  return code
}

function line({ name, type }: DnsRecord, data: string): string {
  if (type === 'A') return `Name:\t${name}\nAddress: ${data}\n`
  const word: Record<string, string> = { CNAME: 'canonical name', PTR: 'name', SRV: 'service', TXT: 'text', NS: 'nameserver' }
  return `${name}\t${word[type] ?? type} = ${data}\n`
}

/** BIND's follows resolv.conf, and ends at the first name that is known. */
function* ofBind(p: Process, { name, server, types }: Asked, isServerGiven: boolean): Run<number> {
  const reversed = types.length === 0 ? reverseName(name) : undefined
  const type = reversed !== undefined ? 'PTR' : (types[0] ?? 'A')
  let reply: DnsReply | undefined
  for (const candidate of reversed !== undefined ? [reversed] : candidates(name, resolverConfig(p))) {
    const answer = yield* ask(p, server, candidate, type, bindPatienceMs)
    if ('error' in answer) {
      yield* print(p, `${`;; communications error to ${server}#53: ${whyUnanswered(answer)}\n`.repeat(bindTries)};; no servers could be reached\n\n`)
      return 1
    }
    reply = answer
    if (answer.status !== 'NXDOMAIN') break
  }
  const head = `Server:\t\t${server}\nAddress:\t${server}#53\n\n`
  if (reply === undefined || reply.status !== 'NOERROR') {
    yield* print(p, `${reversed === undefined || isServerGiven ? head : ''}** server can't find ${reversed ?? name}: ${reply?.status ?? 'NXDOMAIN'}\n\n`)
    return 1
  }
  // The name of an address is printed without the server.
  const shown = reversed !== undefined && !isServerGiven ? '' : head
  const lines = reply.answers.map((r) => line(r, dotted(r))).join('')
  yield* print(p, `${shown}${reply.authoritative || reversed !== undefined ? '' : 'Non-authoritative answer:\n'}${lines === '' ? `*** Can't find ${name}: No answer\n` : lines}\n`)
  return 0
}

const bindTries = 3
const bindPatienceMs = bindTries * 5000
