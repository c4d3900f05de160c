import { parseOptions } from '../../../text/options.ts'
import { datagramMethod, textResponse } from '../../http.ts'
import type { Process, Run } from '../../process/process.ts'
import { log, logLine } from './log.ts'
import { type Answer, cannotListen, endsAfter, listenOn, serve } from '../serve.ts'

/** It waits for its pod to be deleted, longer than most pods have time. */
const lastMs = 60_000

/** The hostname over HTTP, or as it is over TCP or UDP. */
export function* serveHostname(p: Process, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: '', long: ['port'] })
  const on = (flag: string, usual: boolean): boolean => (o.value(flag) ?? String(o.has(flag) || usual)) !== 'false'
  const [tcp, udp, http] = [on('tcp', false), on('udp', false), on('http', true)]
  if (http && (tcp || udp)) {
    yield* log(p, "Can't server TCP/UDP mode and HTTP mode at the same time")
    return 1
  }
  const port = o.number(9376, 'port')
  const overTcp = tcp || http ? yield* listenOn(p, [port], cannotListen) : []
  const overUdp = udp ? yield* listenOn(p, [port], cannotListen, 'UDP') : []
  if (overTcp === undefined || overUdp === undefined) return 1
  if (tcp) for (const listener of overTcp) listener.takesText = true
  yield* log(p, `Serving on port ${port}.`)
  const handle = ({ method, source = '' }: { method: string; source?: string }): Answer => ({
    response: textResponse(200, p.machine.config.hostname),
    log: logLine(p, `${http ? 'HTTP' : method === datagramMethod ? 'UDP' : 'TCP'} request from ${source}:40000`),
    logTo: 2,
  })
  return yield* serve(p, { listeners: [...overTcp, ...overUdp], handle, endsAt: endsAfter(p, lastMs) })
}
