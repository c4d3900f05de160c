import { sha256 } from '../../api/digest.ts'
import { Errno } from '../filesystem/errno.ts'
import { complain, print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { connectTo } from '../process/service-socket.ts'
import { parseOptions } from '../../text/options.ts'
import { formatTime } from '../tools/calendar.ts'
import { type NetfilterPeer, netfilterSocket, type NodeRule } from './services.ts'

/** One rule of a chain, as kube-proxy in iptables mode writes it (pkg/proxy/iptables/proxier.go). */
interface ChainRule {
  chain: string
  source?: string
  notSource?: string
  destination?: string
  comment?: string
  port?: number
  protocol?: 'tcp' | 'udp'
  /** Of so many backends that are left, one is chosen by chance. */
  oneOf?: number
  recent?: { chain: string; seconds: number | undefined }
  target: string
  /** Behind the target's name. */
  with?: string
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The first 16 letters of a SHA-256 sum in base 32. */
function hashOf(text: string): string {
  const bits = [...sha256(text).slice(0, 20)].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('')
  return Array.from({ length: 16 }, (_, i) => base32[Number.parseInt(bits.slice(i * 5, i * 5 + 5), 2)]!).join('')
}

/** 'default/web:http', or without a port name 'default/web'. */
const nameOf = ({ service, portName }: NodeRule): string => (portName === '' ? service : `${service}:${portName}`)

const protocolOf = ({ protocol }: Pick<NodeRule, 'protocol'>): 'tcp' | 'udp' => (protocol === 'UDP' ? 'udp' : 'tcp')

interface Tables {
  nat: ChainRule[]
  filter: ChainRule[]
}

/** What all rules of a node come to. */
export function tablesOf({ rules, podRange }: Pick<NetfilterPeer, 'podRange'> & { rules: readonly [address: string, rule: NodeRule][] }): Tables {
  const nat: ChainRule[] = []
  const filter: ChainRule[] = []
  const chains: ChainRule[] = []
  const done = new Set<string>()
  for (const [address, rule] of rules) {
    const [ip = '', port = ''] = address.split('/')[0]!.split(':')
    const name = nameOf(rule)
    const protocol = protocolOf(rule)
    const hash = hashOf(`${name}${protocol}`)
    const isNodePort = ip === 'node'
    const where = { chain: isNodePort ? 'KUBE-NODEPORTS' : 'KUBE-SERVICES', port: Number(port), protocol, ...(isNodePort ? {} : { destination: `${ip}/32` }) }
    const words = isNodePort ? name : `${name} ${rule.external === undefined ? 'cluster IP' : 'external IP'}`
    if (rule.backends.length === 0) {
      filter.push({ ...where, chain: isNodePort ? 'KUBE-EXTERNAL-SERVICES' : where.chain, comment: `${name} has no ${rule.otherwise === 'drop' ? 'local ' : ''}endpoints`, ...(rule.otherwise === 'drop' ? { target: 'DROP' } : { target: 'REJECT', with: '--reject-with icmp-port-unreachable' }) })
      continue
    }
    const inner = rule.external === undefined ? `KUBE-SVC-${hash}` : `KUBE-EXT-${hash}`
    nat.push({ ...where, comment: words, target: inner })
    if (done.has(inner)) continue
    done.add(inner)
    if (rule.external !== undefined) {
      chains.push({ chain: inner, comment: `masquerade traffic for ${name} external destinations`, target: 'KUBE-MARK-MASQ' }, { chain: inner, target: `KUBE-SVC-${hash}` })
      continue
    }
    chains.push({ chain: inner, notSource: podRange, destination: `${ip}/32`, comment: words, port: Number(port), protocol, target: 'KUBE-MARK-MASQ' })
    chains.push(...toBackends(rule, inner, name))
  }
  nat.push({ chain: 'KUBE-SERVICES', comment: 'kubernetes service nodeports; NOTE: this must be the last rule in this chain', target: 'KUBE-NODEPORTS' })
  return { nat: [...masquerading, ...nat, ...chains], filter }
}

const masquerading: readonly ChainRule[] = [
  { chain: 'PREROUTING', comment: 'kubernetes service portals', target: 'KUBE-SERVICES' },
  { chain: 'OUTPUT', comment: 'kubernetes service portals', target: 'KUBE-SERVICES' },
  { chain: 'POSTROUTING', comment: 'kubernetes postrouting rules', target: 'KUBE-POSTROUTING' },
  { chain: 'KUBE-MARK-MASQ', target: 'MARK', with: '--set-xmark 0x4000/0x4000' },
]

function toBackends({ backends, affinitySeconds, ...rule }: NodeRule, chain: string, name: string): ChainRule[] {
  const protocol = protocolOf(rule)
  const ends = backends.map(({ ip, port }) => ({ ip, port, chain: `KUBE-SEP-${hashOf(`${name}${protocol}${ip}:${port}`)}` }))
  const stuck = affinitySeconds === undefined ? [] : ends.map((end): ChainRule => ({ chain, comment: `${name} -> ${end.ip}:${end.port}`, recent: { chain: end.chain, seconds: affinitySeconds }, target: end.chain }))
  const chosen = ends.map((end, i): ChainRule => ({ chain, comment: `${name} -> ${end.ip}:${end.port}`, ...(i < ends.length - 1 ? { oneOf: ends.length - i } : {}), target: end.chain }))
  const translated = ends.flatMap((end): ChainRule[] => [
    { chain: end.chain, source: `${end.ip}/32`, comment: name, target: 'KUBE-MARK-MASQ' },
    { chain: end.chain, comment: name, ...(affinitySeconds === undefined ? {} : { recent: { chain: end.chain, seconds: undefined } }), target: 'DNAT', protocol, with: `--to-destination ${end.ip}:${end.port}` },
  ])
  return [...stuck, ...chosen, ...translated]
}

/** The kernel keeps 31 bits of it. */
const probability = (oneOf: number): string => (Math.round(2 ** 31 / oneOf) / 2 ** 31).toFixed(11)

function saved(r: ChainRule): string {
  const parts = [`-A ${r.chain}`]
  if (r.source !== undefined) parts.push(`-s ${r.source}`)
  if (r.notSource !== undefined) parts.push(`! -s ${r.notSource}`)
  if (r.destination !== undefined) parts.push(`-d ${r.destination}`)
  const protocol = r.port !== undefined || r.target === 'DNAT' ? (r.protocol ?? 'tcp') : undefined
  if (protocol !== undefined) parts.push(`-p ${protocol}`)
  if (r.comment !== undefined) parts.push(`-m comment --comment ${/[^\w/:.-]/.test(r.comment) || r.comment.includes('/') ? `"${r.comment}"` : r.comment}`)
  if (r.recent !== undefined) parts.push(r.recent.seconds === undefined ? `-m recent --set --name ${r.recent.chain} --mask 255.255.255.255 --rsource` : `-m recent --rcheck --seconds ${r.recent.seconds} --reap --name ${r.recent.chain} --mask 255.255.255.255 --rsource`)
  if (r.oneOf !== undefined) parts.push(`-m statistic --mode random --probability ${probability(r.oneOf)}`)
  if (protocol !== undefined) parts.push(r.port === undefined ? `-m ${protocol}` : `-m ${protocol} --dport ${r.port}`)
  return `${parts.join(' ')} -j ${r.target}${r.with === undefined ? '' : ` ${r.with}`}\n`
}

const builtInChains: Record<keyof Tables, string[]> = { nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'], filter: ['INPUT', 'FORWARD', 'OUTPUT'] }

/** Chains in the order in which they are printed: the kernel's own, then the others by name. */
function chainsOf(table: keyof Tables, rules: readonly ChainRule[]): string[] {
  const made = new Set(rules.flatMap(({ chain, target }) => [chain, ...(target.startsWith('KUBE-') ? [target] : [])]))
  for (const own of builtInChains[table]) made.delete(own)
  return [...builtInChains[table], ...[...made].toSorted()]
}

function tables(p: Process): Tables | undefined {
  const peer = connectTo<NetfilterPeer>(p.machine, netfilterSocket)
  return peer instanceof Errno ? undefined : tablesOf({ podRange: peer.podRange, rules: peer.rules() })
}

export function* iptablesSave(p: Process): Run<number> {
  const found = tables(p)
  if (found === undefined) return yield* refused(p)
  const only = parseOptions(p.argv.slice(1), { short: 't:c', long: ['table'] }).value('t', 'table')
  const stamp = formatTime('%a %b %e %T %Y', p.machine.now())
  for (const table of ['filter', 'nat'] as const) {
    if (only !== undefined && only !== table) continue
    const chains = chainsOf(table, found[table])
    const heads = chains.map((chain) => `:${chain} ${builtInChains[table].includes(chain) ? 'ACCEPT' : '-'} [0:0]\n`)
    const rules = chains.flatMap((chain) => found[table].filter((r) => r.chain === chain).map(saved))
    yield* print(p, `# Generated by iptables-save v1.8.9 (nf_tables) on ${stamp}\n*${table}\n${heads.join('')}${rules.join('')}COMMIT\n# Completed on ${stamp}\n`)
  }
  return 0
}

function* refused(p: Process): Run<number> {
  yield* print(p, `${p.argv[0]!.split('/').at(-1)} v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)\n`, 2)
  return 4
}

/** iptables -t TABLE -L [CHAIN] [-n] [-v], and -S. */
export function* iptables(p: Process): Run<number> {
  const found = tables(p)
  if (found === undefined) return yield* refused(p)
  const o = parseOptions(p.argv.slice(1), { short: 't:LSnvw', long: ['table', 'list'] })
  const table = o.value('t', 'table') ?? 'filter'
  if (table !== 'nat' && table !== 'filter') return 0
  const rules = found[table]
  const [wanted] = o.operands
  const chains = chainsOf(table, rules).filter((chain) => wanted === undefined || chain === wanted)
  if (chains.length === 0) {
    yield* complain(p, `No chain/target/match by that name.`)
    return 1
  }
  if (!o.has('L', 'list', 'S')) {
    yield* complain(p, 'not simulated: rules are kube-proxy\'s')
    return 1
  }
  if (o.has('S')) yield* print(p, chains.flatMap((chain) => rules.filter((r) => r.chain === chain).map(saved)).join(''))
  else yield* print(p, chains.map((chain) => listed(table, chain, rules, o.has('v'))).join('\n'))
  return 0
}

function listed(table: keyof Tables, chain: string, rules: readonly ChainRule[], verbose: boolean): string {
  const references = rules.filter(({ target }) => target === chain).length
  const head = `Chain ${chain} (${builtInChains[table].includes(chain) ? 'policy ACCEPT' : `${references} references`})\n`
  const columns = verbose ? ' pkts bytes target     prot opt in     out     source               destination         \n' : 'target     prot opt source               destination         \n'
  const lines = rules.filter((r) => r.chain === chain).map((r) => {
    const protocol = r.port !== undefined || r.target === 'DNAT' ? (r.protocol ?? 'tcp') : 'all'
    const from = (r.notSource === undefined ? (r.source ?? '0.0.0.0/0') : `!${r.notSource}`).replace(/\/32$/, '')
    const to = (r.destination ?? '0.0.0.0/0').replace(/\/32$/, '')
    const extra = [
      ...(r.comment === undefined ? [] : [`/* ${r.comment} */`]),
      ...(r.recent?.seconds === undefined ? [] : [`recent: CHECK seconds: ${r.recent.seconds} reap name: ${r.recent.chain} side: source mask: 255.255.255.255`]),
      ...(r.oneOf === undefined ? [] : [`statistic mode random probability ${probability(r.oneOf)}`]),
      ...(r.port === undefined ? [] : [`${protocol} dpt:${r.port}`]),
      ...(r.target === 'DNAT' ? [`${protocol} to:${r.with!.split(' ')[1]}`] : r.target === 'MARK' ? ['MARK or 0x4000'] : r.target === 'REJECT' ? ['reject-with icmp-port-unreachable'] : []),
    ].join(' ')
    const start = verbose ? `    0     0 ${r.target.padEnd(10)} ${protocol.padEnd(4)} --  *      *       ` : `${r.target.padEnd(10)} ${protocol.padEnd(4)} --  `
    return `${start}${from.padEnd(20)} ${to.padEnd(20)} ${extra}\n`
  })
  return `${head}${columns}${lines.join('')}`
}
