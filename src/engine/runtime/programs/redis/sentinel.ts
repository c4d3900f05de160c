import { type HttpRequest, isWire, wireResponse } from '../../http.ts'
import { versionOf } from '../../images/versions.ts'
import { print } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { formatTime } from '../../tools/calendar.ts'
import { resolve } from '../../tools/http-client.ts'
import { type Answer, listenOn, serve, stopsOn } from '../serve.ts'
import { askRedis, wordsOf } from './client.ts'
import type { Settings } from './settings.ts'
import { integer, list } from './values.ts'

interface Watched {
  name: string
  address: string
  port: string
  quorum: string
}

/** Watches masters and tells who they are. It elects no new one. */
export function* sentinel(p: Process, settings: Settings, text: string, file: string | undefined): Run<number> {
  const say = (line: string, mark = '*'): Run<void> => print(p, `${p.pid}:X ${formatTime('%d %b %Y %T', p.machine.now())}.000 ${mark} ${line}\n`)
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
    watched.push({ name, address: found.addresses[0]!, port, quorum })
  }
  const listeners = yield* listenOn(p, [Number(settings.get('port') ?? 26_379)], (port, why) => `${p.pid}:X # Warning: Could not create server TCP listening socket *:${port}: bind: ${why}`)
  if (listeners === undefined) return 1
  yield* say(`Running mode=sentinel, port=${settings.get('port') ?? 26_379}.`)
  for (const { name, address, port, quorum } of watched) yield* say(`+monitor master ${name} ${address} ${port} quorum ${quorum}`, '#')
  return yield* serve(p, { listeners, handle: (r) => answer(p, watched, r), stopped })
}

function* answer(p: Process, watched: readonly Watched[], r: HttpRequest): Run<Answer> {
  const [word = '', action = '', name = ''] = wordsOf(r) ?? []
  if (word === '') return { response: { error: 'reset' } }
  const reply = (text: string): Answer => ({ response: wireResponse('REDIS', text) })
  if (/^ping$/i.test(word)) return reply('PONG')
  const master = watched.find((one) => one.name === name)
  if (/^info$/i.test(word)) return reply(`# Sentinel\nsentinel_masters:${watched.length}\n${watched.map((one, i) => `master${i}:name=${one.name},status=ok,address=${one.address}:${one.port},slaves=0,sentinels=1`).join('\n')}`)
  if (!/^sentinel$/i.test(word)) return reply(`(error) ERR unknown command '${word}', with args beginning with: `)
  if (/^(get-master-addr-by-name)$/i.test(action)) return reply(master === undefined ? '(nil)' : list([master.address, master.port]))
  if (/^masters$/i.test(action)) return reply(list(watched.flatMap((one) => ['name', one.name, 'ip', one.address, 'port', one.port, 'flags', 'master', 'quorum', one.quorum])))
  if (/^(replicas|slaves)$/i.test(action) && master !== undefined) {
    const told = yield* askRedis(p, master.address, Number(master.port), ['INFO', 'replication'])
    const replicas = 'error' in told || !isWire('REDIS', told) ? [] : [...told.body.matchAll(/^slave\d+:ip=([^,]+)/gm)].map(([, ip]) => ip!)
    return reply(list(replicas.flatMap((ip) => ['name', `${ip}:6379`, 'ip', ip, 'port', '6379', 'flags', 'slave'])))
  }
  return reply(/^ckquorum$/i.test(action) ? 'OK 1 usable Sentinels. Quorum and failover authorization can be reached' : master === undefined ? '(error) ERR No such master with that name' : integer(1))
}
