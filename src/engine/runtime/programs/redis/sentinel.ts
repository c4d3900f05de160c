import { attempt } from '../../filesystem/errno.ts'
import { type HttpRequest, isWire, wireResponse } from '../../http.ts'
import { versionOf } from '../../images/versions.ts'
import { print, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { formatTime } from '../../tools/calendar.ts'
import { resolve, resolveByDns } from '../../tools/http-client.ts'
import { type Answer, listenOn, serve, stopsOn } from '../serve.ts'
import { askRedis, wordsOf } from './client.ts'
import type { Settings } from './settings.ts'
import { integer, list } from './values.ts'

/** What a Sentinel keeps of one master. */
interface Watched {
  name: string
  /** As it was written; after a failover, or where names are not asked for again, an address. */
  host: string
  address: string
  port: string
  quorum: number
  password: string
  downAfterMs: number
  replicas: Set<string>
  /** Other Sentinels of it. */
  peers: Set<string>
  failingSince?: number
  isDown: boolean
}

export const helloChannel = '__sentinel__:hello'
const roundMs = 2000

/** Watches masters, tells who they are, and makes one of a replica when most Sentinels miss it (redis src/sentinel.c). Who leads is not voted for: the lowest address does. */
export function* sentinel(p: Process, settings: Settings, text: string, file: string | undefined): Run<number> {
  const say = sayer(p)
  const stopped = stopsOn(p, ['TERM', 'INT'], 0)
  if (file === undefined) {
    yield* say('Sentinel needs config file on disk, directory is not writable or no file was given. Exiting...', '#')
    return 1
  }
  yield* say('oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo')
  const watched: Watched[] = []
  for (const [, name = '', host = '', port = '', quorum = ''] of text.matchAll(/^\s*sentinel\s+monitor\s+(\S+)\s+(\S+)\s+(\d+)\s+(\d+)/gm)) {
    const found = yield* resolve(p, host)
    if ('error' in found) {
      yield* print(p, `\n*** FATAL CONFIG FILE ERROR (Redis ${versionOf('redis', p.machine.config.image)}) ***\nReading the configuration file\n>>> 'sentinel monitor ${name} ${host} ${port} ${quorum}'\nCan't resolve instance hostname.\n`, 2)
      return 1
    }
    const set = (word: string): string | undefined => [...text.matchAll(/^\s*sentinel\s+(\S+)\s+(\S+)\s+(\S+)\s*$/gm)].find(([, what, of]) => what === word && of === name)?.[3]
    const address = found.addresses[0]!
    const keepsName = /^\s*sentinel\s+resolve-hostnames\s+yes/m.test(text)
    watched.push({ name, host: keepsName ? host : address, address, port, quorum: Number(quorum), password: set('auth-pass') ?? '', downAfterMs: Number(set('down-after-milliseconds') ?? 30_000), replicas: new Set(), peers: new Set(), isDown: false })
  }
  const own = Number(settings.get('port') ?? 26_379)
  const listeners = yield* listenOn(p, [own], (port, why) => `${p.pid}:X # Warning: Could not create server TCP listening socket *:${port}: bind: ${why}`)
  if (listeners === undefined) return 1
  yield* say(`Running mode=sentinel, port=${own}.`)
  for (const { name, address, port, quorum } of watched) yield* say(`+monitor master ${name} ${address} ${port} quorum ${quorum}`, '#')
  const announces = /^\s*sentinel\s+announce-hostnames\s+yes/m.test(text)
  if (watched.length > 0) p.machine.spawn({ parent: p, argv: p.argv, costUs: 0, program: (child) => watch(child, watched, { own, file }) })
  return yield* serve(p, { listeners, handle: (r) => answer(p, watched, announces, r), stopped })
}

const sayer = (p: Process) => (line: string, mark = '*'): Run<void> => print(p, `1:X ${formatTime('%d %b %Y %T', p.machine.now())}.000 ${mark} ${line}\n`)

/** INFO's answer as pairs; undefined of who is not there. */
function* replicationOf(p: Process, w: Watched, address: string): Run<ReadonlyMap<string, string> | undefined> {
  const told = yield* askRedis(p, address, Number(w.port), ['INFO', 'replication'], w.password, true)
  if ('error' in told || !isWire('REDIS', told) || told.body.startsWith('(error)')) return undefined
  return new Map([...told.body.matchAll(/^(\w+):(.*)$/gm)].map(([, key, value]) => [key!, value!] as const))
}

interface Own {
  own: number
  file: string
}

function* watch(p: Process, watched: readonly Watched[], me: Own): Run<number> {
  for (;;) {
    yield* sleep(p, roundMs - (p.machine.now() % roundMs))
    for (const w of watched) yield* look(p, w, me)
  }
}

function* look(p: Process, w: Watched, me: Own): Run<void> {
  const say = sayer(p)
  const found = w.host === w.address ? { addresses: [w.address] } : yield* resolveByDns(p, w.host)
  if (!('error' in found)) w.address = found.addresses[0]!
  const told = yield* replicationOf(p, w, w.address)
  const at = `@ ${w.name} ${w.address} ${w.port}`
  if (told?.get('role') === 'master') {
    if (w.isDown) yield* say(`-sdown master ${w.name} ${w.address} ${w.port}`, '#')
    w.isDown = false
    delete w.failingSince
    yield* greet(p, w, me)
    for (const [key, value] of told) {
      const ip = /^slave\d+$/.test(key) ? /^ip=([^,]+)/.exec(value)?.[1] : undefined
      if (ip === undefined || w.replicas.has(ip)) continue
      w.replicas.add(ip)
      yield* say(`+slave slave ${ip}:${w.port} ${ip} ${w.port} ${at}`)
    }
    for (const ip of w.replicas) {
      // Who was a master and is there again is a replica now; and who lost its master gets this one.
      const replica = ip === w.address ? undefined : yield* replicationOf(p, w, ip)
      const wasMaster = replica?.get('role') === 'master'
      if (!wasMaster && (replica?.get('master_link_status') !== 'down' || replica.get('master_host') === w.address)) continue
      yield* askRedis(p, ip, Number(w.port), ['REPLICAOF', w.address, w.port], w.password, true)
      yield* say(`${wasMaster ? '+convert-to-slave' : '+fix-slave-config'} slave ${ip}:${w.port} ${ip} ${w.port} ${at}`)
    }
    return
  }
  w.failingSince ??= p.machine.now()
  if (p.machine.now() - w.failingSince < w.downAfterMs) return
  if (!w.isDown) yield* say(`+sdown master ${w.name} ${w.address} ${w.port}`, '#')
  w.isDown = true
  yield* failOver(p, w, me)
}

function* greet(p: Process, w: Watched, { own }: Own): Run<void> {
  const self = `${p.machine.config.ip()}:${own}`
  const heard = yield* askRedis(p, w.address, Number(w.port), ['PUBLISH', helloChannel, self], w.password, true)
  if ('error' in heard) return
  for (const [, peer = ''] of heard.body.matchAll(/"([\d.:a-f]+)"/g)) {
    if (peer === self || w.peers.has(peer)) continue
    w.peers.add(peer)
    yield* sayer(p)(`+sentinel sentinel ${peer} ${peer.replace(/:\d+$/, '')} ${peer.replace(/^.*:/, '')} @ ${w.name} ${w.address} ${w.port}`)
  }
}

function* failOver(p: Process, w: Watched, me: Own): Run<void> {
  const say = sayer(p)
  const before = `${w.name} ${w.address} ${w.port}`
  const alive = new Map<string, string | undefined>()
  for (const ip of [...w.replicas].toSorted()) {
    const told = ip === w.address ? undefined : yield* replicationOf(p, w, ip)
    if (told !== undefined) alive.set(ip, told.get('role'))
  }
  const made = [...alive].find(([, role]) => role === 'master')?.[0]
  if (made !== undefined) {
    yield* say(`+config-update-from sentinel @ ${before}`)
    return yield* switchTo(p, w, made, me)
  }
  const agreeing = [`${p.machine.config.ip()}:${me.own}`]
  for (const peer of w.peers) {
    const told = yield* askRedis(p, peer.replace(/:\d+$/, ''), Number(peer.replace(/^.*:/, '')), ['SENTINEL', 'is-master-down-by-addr', w.name], '', true)
    if (!('error' in told) && told.body.includes('1')) agreeing.push(peer)
  }
  const chosen = [...alive.keys()][0]
  if (agreeing.length < w.quorum || agreeing.length <= (w.peers.size + 1) / 2) return
  yield* say(`+odown master ${before} #quorum ${agreeing.length}/${w.quorum}`, '#')
  if (agreeing.toSorted()[0] !== agreeing[0]) return
  yield* say(`+try-failover master ${before}`, '#')
  if (chosen === undefined) return yield* say(`-failover-abort-no-good-slave master ${before}`, '#')
  yield* say(`+elected-leader master ${before}`, '#')
  yield* say(`+selected-slave slave ${chosen}:${w.port} ${chosen} ${w.port} @ ${before}`, '#')
  yield* askRedis(p, chosen, Number(w.port), ['REPLICAOF', 'NO', 'ONE'], w.password, true)
  yield* say(`+promoted-slave slave ${chosen}:${w.port} ${chosen} ${w.port} @ ${before}`, '#')
  for (const ip of alive.keys()) {
    if (ip === chosen) continue
    yield* askRedis(p, ip, Number(w.port), ['REPLICAOF', chosen, w.port], w.password, true)
    yield* say(`+slave-reconf-sent slave ${ip}:${w.port} ${ip} ${w.port} @ ${before}`)
  }
  yield* say(`+failover-end master ${before}`, '#')
  yield* switchTo(p, w, chosen, me)
}

/** Its file says so from now on, too. */
function* switchTo(p: Process, w: Watched, address: string, { file }: Own): Run<void> {
  const { files } = p.machine
  yield* sayer(p)(`+switch-master ${w.name} ${w.address} ${w.port} ${address} ${w.port}`, '#')
  w.replicas.add(w.address)
  w.replicas.delete(address)
  Object.assign(w, { address, host: address, isDown: false })
  delete w.failingSince
  const text = files.readText(file) ?? ''
  attempt(() => files.writeText(file, text.replaceAll(/^(\s*sentinel\s+monitor\s+)(\S+)\s+\S+/gm, (whole: string, head: string, name: string) => (name === w.name ? `${head}${name} ${address}` : whole))))
}

function* answer(p: Process, watched: readonly Watched[], announces: boolean, r: HttpRequest): Run<Answer> {
  const [word = '', action = '', name = ''] = wordsOf(r) ?? []
  if (word === '') return { response: { error: 'reset' } }
  const reply = (text: string): Answer => ({ response: wireResponse('REDIS', text) })
  if (/^ping$/i.test(word)) return reply('PONG')
  const master = watched.find((one) => one.name === name)
  const shown = ({ host, address }: Watched): string => (announces ? host : address)
  if (/^info$/i.test(word)) return { response: { ...wireResponse('REDIS', `# Sentinel\nsentinel_masters:${watched.length}\nsentinel_tilt:0\n${watched.map((one, i) => `master${i}:name=${one.name},status=${one.isDown ? 'sdown' : 'ok'},address=${one.address}:${one.port},slaves=${one.replicas.size},sentinels=${one.peers.size + 1}`).join('\n')}`), headers: { 'content-type': 'wire/REDIS', verbatim: 'true' } } }
  if (!/^sentinel$/i.test(word)) return reply(`(error) ERR unknown command '${word}', with args beginning with: `)
  if (/^get-master-addr-by-name$/i.test(action)) return reply(master === undefined ? '(nil)' : list([shown(master), master.port]))
  if (/^is-master-down-by-addr$/i.test(action)) return reply(integer(master?.isDown === true ? 1 : 0))
  const described = (one: Watched): string[] => ['name', one.name, 'ip', shown(one), 'port', one.port, 'flags', one.isDown ? 's_down,master' : 'master', 'num-slaves', String(one.replicas.size), 'num-other-sentinels', String(one.peers.size), 'quorum', String(one.quorum)]
  if (/^masters$/i.test(action)) return reply(list(watched.flatMap(described)))
  if (master === undefined) return reply('(error) ERR No such master with that name')
  if (/^master$/i.test(action)) return reply(list(described(master)))
  if (/^(replicas|slaves)$/i.test(action)) return reply(list([...master.replicas].flatMap((ip) => ['name', `${ip}:${master.port}`, 'ip', ip, 'port', master.port, 'flags', 'slave'])))
  if (/^sentinels$/i.test(action)) return reply(list([...master.peers].flatMap((peer) => ['name', peer, 'ip', peer.replace(/:\d+$/, ''), 'port', peer.replace(/^.*:/, ''), 'flags', 'sentinel'])))
  if (/^ckquorum$/i.test(action)) return reply(master.peers.size + 1 >= master.quorum ? `OK ${master.peers.size + 1} usable Sentinels. Quorum and failover authorization can be reached` : `(error) NOQUORUM ${master.peers.size + 1} usable Sentinels. Not enough available Sentinels to reach the specified quorum for this master`)
  return reply(integer(1))
}
