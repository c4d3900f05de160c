import { complain, print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { connect, isAddress, resolve } from './http-client.ts'
import { parseOptions } from '../../text/options.ts'
import { addressOf, connectionFailures } from './netcat.ts'
import { usesBusybox } from './words.ts'

export function* getent(p: Process): Run<number> {
  const [, database, key = ''] = p.argv
  if (database === 'passwd' || database === 'group') {
    const line = (p.machine.files.readText(`/etc/${database}`) ?? '')
      .split('\n')
      .find((l) => l.split(':')[0] === key || l.split(':')[2] === key)
    if (line !== undefined) yield* print(p, `${line}\n`)
    return line === undefined ? 2 : 0
  }
  const found = yield* resolve(p, key)
  if ('error' in found) return 2
  yield* print(p, found.addresses.map((a) => `${a.padEnd(15)} ${found.canonicalName ?? key}\n`).join(''))
  return 0
}

export function* ping(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'c:i:w:W:s:q46nI:t:' })
  const target = o.operands[0] ?? ''
  const found = yield* resolve(p, target)
  if ('error' in found) {
    yield* complain(p, usesBusybox(p) ? `bad address '${target}'` : `${target}: Name or service not known`)
    return usesBusybox(p) ? 1 : 2
  }
  const address = found.addresses[0]!
  const total = o.number(Infinity, 'c')
  yield* print(
    p,
    usesBusybox(p)
      ? `PING ${target} (${address}): 56 data bytes\n`
      : `PING ${target} (${address}) 56(84) bytes of data.\n`,
  )
  let received = 0
  let sent = 0
  const times: number[] = []
  const begun = p.machine.now()
  const took = (ms: number): string => (0.1 + ms / 10).toFixed(3)
  while (sent < total) {
    // Whether anybody is there shows in how a connection fails.
    const from = p.machine.now()
    const answer = yield* connect(p, address, 7, o.number(10, 'W') * 1000)
    const alive = !('error' in answer) || answer.error === 'refused'
    if (alive) {
      received++
      times.push(Number(took(p.machine.now() - from)))
      yield* print(
        p,
        `64 bytes from ${address}: ${usesBusybox(p) ? 'seq' : 'icmp_seq'}=${usesBusybox(p) ? sent : sent + 1} ttl=${address.startsWith('127.') ? 64 : 63} time=${took(p.machine.now() - from)} ms\n`,
      )
    }
    sent++
    if (sent < total) yield* sleep(p, o.number(1, 'i') * 1000)
  }
  yield* print(
    p,
    `\n--- ${target} ping statistics ---\n${sent} packets transmitted, ${received} ${usesBusybox(p) ? 'packets received' : 'received'}, ${Math.round((100 * (sent - received)) / Math.max(1, sent))}% packet loss${usesBusybox(p) ? '' : `, time ${Math.round(p.machine.now() - begun)}ms`}\n${received > 0 ? roundTrips(times, usesBusybox(p)) : ''}`,
  )
  return received > 0 ? 0 : 1
}

export function* telnet(p: Process): Run<number> {
  const [, target = '', port = '23'] = p.argv
  const answer = yield* connect(p, target, Number(port), 120_000)
  if ('error' in answer) {
    yield* complain(
      p,
      answer.error === 'unresolved'
        ? `bad address '${target}'`
        : `can't connect to remote host (${yield* addressOf(p, target)}): ${connectionFailures[answer.error]}`,
    )
    return 1
  }
  yield* print(p, `Connected to ${target}\n`)
  return 0
}

/** Who listens in this network namespace; `-p` shows the programs. */
function listening(p: Process): { rows: { port: number; pid: number; program: string }[]; showsProgram: boolean } {
  const rows = p.machine.listeners().map(({ listener, process }) => ({
    port: listener.port,
    pid: process.pid,
    program: (process.argv[0] ?? '').split('/').pop()!,
  }))
  return { rows, showsProgram: p.argv.some((a) => /^-\w*p/.test(a)) }
}

export function* netstat(p: Process): Run<number> {
  const { rows, showsProgram } = listening(p)
  const line = ({ port, pid, program }: (typeof rows)[number]): string =>
    `tcp        0      0 ${`0.0.0.0:${port}`.padEnd(23)} 0.0.0.0:*               LISTEN      ${showsProgram ? `${pid}/${program}` : ''}\n`
  const head = `Proto Recv-Q Send-Q Local Address           Foreign Address         State       ${showsProgram ? 'PID/Program name    ' : ''}`
  yield* print(p, `Active Internet connections (only servers)\n${head}\n${rows.map(line).join('')}`)
  return 0
}

export function* ss(p: Process): Run<number> {
  const { rows, showsProgram } = listening(p)
  // One protocol alone needs no column for it.
  const letters = p.argv.slice(1).filter((a) => /^-\w/.test(a)).join('')
  const alone = letters.includes('t') !== letters.includes('u')
  const line = ({ port, pid, program }: (typeof rows)[number]): string => {
    const peer = showsProgram ? `${'0.0.0.0:*'.padEnd(17)}users:(("${program}",pid=${pid},fd=3))` : '0.0.0.0:*'
    return `${alone ? '' : 'tcp   '}LISTEN 0      4096   ${`0.0.0.0:${port}`.padEnd(18)} ${peer}\n`
  }
  yield* print(p, `${alone ? '' : 'Netid '}State  Recv-Q Send-Q Local Address:Port Peer Address:Port${showsProgram ? ' Process' : ''}\n${rows.map(line).join('')}`)
  return 0
}

const NET_ADMIN = 1n << 12n

const routeColumns = ['Destination', 'Gateway', 'Genmask', 'Flags Metric Ref    Use Iface']

/** route [-n] */
export function* route(p: Process): Run<number> {
  const own = p.machine.config.ip()
  const [gateway, network] = [own.replace(/\d+$/, '1'), own.replace(/\d+$/, '0')]
  const rows = [routeColumns, ['0.0.0.0', gateway, '0.0.0.0', 'UG    0      0        0 eth0'], [network, '0.0.0.0', '255.255.255.0', 'U     0      0        0 eth0']]
  yield* print(p, `Kernel IP routing table\n${rows.map((row) => `${row.slice(0, 3).map((cell) => cell.padEnd(16)).join('')}${row[3]}\n`).join('')}`)
  return 0
}

/** ip address, ip link, ip route, with `-br` and one device. */
export function* ip(p: Process): Run<number> {
  const own = p.machine.config.ip()
  const isBrief = p.argv.some((a) => /^-br(?:i|ie|ief)?$/.test(a))
  const [what = '', ...words] = p.argv.slice(1).filter((a) => !a.startsWith('-'))
  if (what.startsWith('r')) {
    yield* print(p, `default via ${own.replace(/\d+$/, '1')} dev eth0 \n${own.replace(/\d+$/, '0')}/24 dev eth0 scope link  src ${own} \n`)
    return 0
  }
  const isLink = what.startsWith('l')
  // Devices of its own are nothing that anything here could see.
  if (/^(?:a|add|d|del|delete|se|set)$/.test(words[0] ?? '')) {
    if (p.who.uid === 0 && (p.machine.capabilities & NET_ADMIN) !== 0n) return 0
    yield* print(p, `${usesBusybox(p) ? 'ip: ' : ''}RTNETLINK answers: Operation not permitted\n`, 2)
    return 2
  }
  const wanted = words.filter((word) => !['show', 'list', 'ls', 's', 'dev', 'sh'].includes(word)).at(-1)
  const devices = [
    { name: 'lo', shown: 'lo', state: 'UNKNOWN', address: '127.0.0.1/8', mac: '00:00:00:00:00:00', head: '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n', inet: '    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n' },
    { name: 'eth0', shown: 'eth0@if7', state: 'UP', address: `${own}/24`, mac: ethernetAddress(own), head: `2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1450 qdisc noqueue\n    link/ether ${ethernetAddress(own)} brd ff:ff:ff:ff:ff:ff\n`, inet: `    inet ${own}/24 brd ${own.replace(/\d+$/, '255')} scope global eth0\n       valid_lft forever preferred_lft forever\n` },
  ].filter(({ name }) => wanted === undefined || name === wanted)
  if (devices.length === 0) {
    yield* print(p, usesBusybox(p) ? `ip: can't find device '${wanted}'\n` : `Device "${wanted}" does not exist.\n`, 2)
    return 1
  }
  yield* print(p, devices.map((d) => (isBrief ? `${d.shown.padEnd(16)} ${d.state.padEnd(14)} ${isLink ? d.mac : d.address} \n` : `${d.head}${isLink ? '' : d.inet}`)).join(''))
  return 0
}

export function* ifconfig(p: Process): Run<number> {
  const address = p.machine.config.ip()
  const interfaces: Record<string, string> = {
    eth0: `eth0      Link encap:Ethernet  HWaddr ${ethernetAddress(address).toUpperCase()}  \n          inet addr:${address}  Bcast:${address.replace(/\d+$/, '255')}  Mask:255.255.255.0\n          UP BROADCAST RUNNING MULTICAST  MTU:1450  Metric:1\n\n`,
    lo: 'lo        Link encap:Local Loopback  \n          inet addr:127.0.0.1  Mask:255.0.0.0\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n\n',
  }
  const wanted = p.argv.slice(1).find((word) => !word.startsWith('-'))
  if (wanted !== undefined && !Object.hasOwn(interfaces, wanted)) {
    yield* complain(p, `${wanted}: error fetching interface information: Device not found`)
    return 1
  }
  yield* print(p, wanted === undefined ? Object.values(interfaces).join('') : interfaces[wanted]!)
  return 0
}

/** As the bridge plugin makes it: from the IP. */
function ethernetAddress(address: string): string {
  const hex = (isAddress(address) ? address : '0.0.0.0').split('.').map((n) => Number(n).toString(16).padStart(2, '0'))
  return `0a:58:${hex.join(':')}`
}

function roundTrips(ms: readonly number[], busybox: boolean): string {
  const average = ms.reduce((sum, time) => sum + time, 0) / ms.length
  const figures = [Math.min(...ms), average, Math.max(...ms)].map((time) => time.toFixed(3))
  if (busybox) return `round-trip min/avg/max = ${figures.join('/')} ms\n`
  const deviation = Math.sqrt(ms.reduce((sum, time) => sum + (time - average) ** 2, 0) / ms.length)
  return `rtt min/avg/max/mdev = ${figures.join('/')}/${deviation.toFixed(3)} ms\n`
}
