import { clusterDomain } from '../../../api/cluster-domain.ts'
import { print } from '../../process/io.ts'
import type { DnsRecord, DnsReply } from '../../process/network.ts'
import type { Process, Run } from '../../process/process.ts'
import { formatTime } from '../calendar.ts'
import { ask, candidates, dotted, resolverConfig, reverseName, whyUnanswered } from './resolver.ts'

const recordTypes = new Set(['A', 'AAAA', 'ANY', 'SRV', 'CNAME', 'NS', 'PTR', 'TXT', 'SOA', 'MX'])
const tries = 3

interface Command {
  name: string
  type: string
  server: string
  /** What is said with +word, and with +noword. */
  wants: Map<string, boolean>
}

function commandOf(p: Process): Command {
  const command: Command = { name: '', type: 'A', server: resolverConfig(p).servers[0]!, wants: new Map() }
  const args = p.argv.slice(1)
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg.startsWith('@')) command.server = arg.slice(1)
    else if (arg.startsWith('+')) said(command, arg.slice(1))
    else if (arg === '-x') {
      command.name = reverseName(args[++i] ?? '') ?? ''
      command.type = 'PTR'
    } else if (arg === '-t' || arg === '-q') {
      const value = args[++i] ?? ''
      if (arg === '-t') command.type = value.toUpperCase()
      else command.name = value
    } else if (arg === '-p' || arg === '-b' || arg === '-c' || arg === '-k') i++
    else if (arg.startsWith('-')) continue
    else if (recordTypes.has(arg.toUpperCase()) && (command.name !== '' || args.length > 1)) command.type = arg.toUpperCase()
    else if (arg !== 'IN' && arg !== 'in') command.name = arg
  }
  return command
}

const sections = ['comments', 'question', 'answer', 'authority', 'additional', 'stats', 'cmd']

function said({ wants }: Command, word: string): void {
  const isOff = word.startsWith('no')
  const name = isOff ? word.slice(2) : word.split('=')[0]!
  if (name === 'all') for (const section of sections) wants.set(section, !isOff)
  else wants.set(name, !isOff)
}

export function* dig(p: Process): Run<number> {
  const command = commandOf(p)
  const { name, type, server, wants } = command
  let reply: DnsReply | undefined
  let asked = name.replace(/\.$/, '')
  for (const candidate of wants.get('search') === true ? candidates(name, resolverConfig(p)) : [asked]) {
    const answer = yield* ask(p, server, candidate, type, tries * 5000)
    if ('error' in answer) {
      const failed = `;; communications error to ${server}#53: ${whyUnanswered(answer)}\n`.repeat(tries)
      yield* print(p, wants.get('short') === true ? `${failed};; no servers could be reached\n` : `${failed}\n; <<>> DiG ${version} <<>> ${p.argv.slice(1).join(' ')}\n;; global options: +cmd\n;; no servers could be reached\n\n`)
      return 9
    }
    reply = answer
    asked = candidate
    if (answer.status === 'NOERROR') break
  }
  if (reply === undefined) return 0
  yield* print(p, wants.get('short') === true ? reply.answers.map((r) => `${dotted(r)}\n`).join('') : report(p, command, asked, reply))
  return 0
}

const version = '9.18.39'

function report(p: Process, { type, server, wants }: Command, asked: string, reply: DnsReply): string {
  const shows = (section: string): boolean => wants.get(section) ?? true
  const flags = reply.authoritative ? 'qr aa rd' : 'qr rd ra'
  const authority = reply.answers.length > 0 ? undefined : startOfAuthority(asked, reply.authoritative)
  const out: string[] = []
  if (shows('cmd')) out.push(`\n; <<>> DiG ${version} <<>> ${p.argv.slice(1).join(' ')}\n;; global options: +cmd\n`)
  if (shows('comments')) {
    const local = asked.endsWith('.local') ? ';; WARNING: .local is reserved for Multicast DNS\n;; You are currently testing what happens when an mDNS query is leaked to DNS\n' : ''
    out.push(`;; Got answer:\n${local};; ->>HEADER<<- opcode: QUERY, status: ${reply.status}, id: ${queryId(asked)}\n;; flags: ${flags}; QUERY: 1, ANSWER: ${reply.answers.length}, AUTHORITY: ${authority === undefined ? 0 : 1}, ADDITIONAL: 1\n`)
    out.push(`${reply.authoritative ? ';; WARNING: recursion requested but not available\n' : ''}\n;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n`)
  }
  if (shows('question')) out.push(`${shows('comments') ? ';; QUESTION SECTION:\n' : ''}${columns(`;${asked}.`, [32, 'IN'], [40, type])}\n\n`)
  if (shows('answer') && reply.answers.length > 0) out.push(`${shows('comments') ? ';; ANSWER SECTION:\n' : ''}${reply.answers.map(recordLine).join('')}${shows('comments') ? '\n' : ''}`)
  if (shows('authority') && authority !== undefined) out.push(`${shows('comments') ? ';; AUTHORITY SECTION:\n' : ''}${recordLine(authority)}${shows('comments') ? '\n' : ''}`)
  if (shows('stats')) out.push(`;; Query time: 1 msec\n;; SERVER: ${server}#53(${server}) (UDP)\n;; WHEN: ${formatTime('%a %b %d %T UTC %Y', p.machine.now())}\n;; MSG SIZE  rcvd: ${size(asked, reply)}\n\n`)
  return out.join('')
}

/** What a server sends along with nothing: who is in charge of the zone. */
function startOfAuthority(asked: string, isCluster: boolean): DnsRecord {
  return isCluster && asked.endsWith(clusterDomain)
    ? { name: clusterDomain, type: 'SOA', ttl: 30, data: `ns.dns.${clusterDomain}. hostmaster.${clusterDomain}. 1767603600 7200 1800 86400 30` }
    : { name: '', type: 'SOA', ttl: 30, data: 'a.root-servers.net. nstld.verisign-grs.com. 2026010500 1800 900 604800 86400' }
}

function recordLine(r: DnsRecord): string {
  return `${columns(`${r.name}.`, [24, String(r.ttl)], [32, 'IN'], [40, r.type], [48, dotted(r)])}\n`
}

/** As dig's style has it: tabs of eight up to a column, and a single space behind what is longer. */
function columns(first: string, ...rest: [column: number, text: string][]): string {
  let line = first
  let at = first.length
  for (const [column, text] of rest) {
    const tabs = Math.ceil((column - at) / 8)
    line += at >= column ? ` ${text}` : `${'\t'.repeat(tabs)}${text}`
    at = Math.max(at + 1, column) + text.length
  }
  return line
}

function queryId(name: string): number {
  let sum = 7
  for (const c of name) sum = (sum * 31 + c.charCodeAt(0)) % 65521
  return sum
}

/** Header, question and OPT record, and each answer with its name in full, as CoreDNS sends it. */
function size(asked: string, { answers }: DnsReply): number {
  return 12 + (asked.length + 6) + 23 + answers.reduce((sum, r) => sum + r.name.length + 12 + (r.type === 'A' ? 4 : r.data.length + 2), 0)
}

/** `host NAME [SERVER]`, with -t. */
export function* host(p: Process): Run<number> {
  const args = p.argv.slice(1)
  const at = args.indexOf('-t')
  const given = at < 0 ? undefined : args[at + 1]?.toUpperCase()
  const [name = '', server = resolverConfig(p).servers[0]!] = args.filter((arg, i) => !arg.startsWith('-') && (at < 0 || i !== at + 1))
  const reversed = reverseName(name)
  for (const candidate of reversed !== undefined ? [reversed] : candidates(name, resolverConfig(p))) {
    const reply = yield* ask(p, server, candidate, given ?? (reversed === undefined ? 'A' : 'PTR'), 10_000)
    if ('error' in reply) {
      const refused = `;; communications error to ${server}#53: connection refused\n`.repeat(2)
      yield* print(p, reply.error === 'refused' ? `${refused};; no servers could be reached\n` : ';; connection timed out; no servers could be reached\n')
      return 1
    }
    if (reply.status === 'SERVFAIL' || reply.status === 'REFUSED') {
      yield* print(p, `Host ${name} not found: ${reply.status === 'SERVFAIL' ? '2(SERVFAIL)' : '5(REFUSED)'}\n`)
      return 1
    }
    if (reply.status !== 'NOERROR') continue
    const none = given === undefined ? '' : `${name} has no ${given} record\n`
    yield* print(p, reply.answers.length === 0 ? none : reply.answers.map(sentence).join(''))
    return 0
  }
  yield* print(p, `Host ${reversed === undefined ? name : `${reversed}.`} not found: 3(NXDOMAIN)\n`)
  return 1
}

function sentence(r: DnsRecord): string {
  const words: Record<string, string> = { A: 'has address', CNAME: 'is an alias for', PTR: 'domain name pointer', SRV: 'has SRV record', TXT: 'descriptive text', NS: 'name server' }
  return `${r.name} ${words[r.type] ?? `has ${r.type} record`} ${dotted(r)}\n`
}
