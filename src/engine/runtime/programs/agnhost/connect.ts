import { parseOptions } from '../../../text/options.ts'
import { print } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { connect, datagram } from '../../tools/http-client.ts'
import { parseDuration } from '../../tools/time.ts'

/** As long as the kernel tries (net.ipv4.tcp_syn_retries). */
const kernelPatienceMs = 127_000

/** connect HOST:PORT: says in one word why it could not. */
export function* connectTo(p: Process, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: '', long: ['timeout', 'protocol', 'udp-data', 'sctp-data'] })
  const dest = o.operands[0] ?? ''
  const [, host = '', port = ''] = /^(.*):([^:]*)$/.exec(dest) ?? []
  const timeoutMs = parseDuration(o.value('timeout') ?? '0s') || kernelPatienceMs
  const fails = function* (why: string): Run<number> {
    yield* print(p, `${why}\n`, 2)
    return 1
  }
  if (port === '') return yield* fails(`UNKNOWN: address ${dest}: missing port in address`)
  const protocol = o.value('protocol') || 'tcp'
  if (protocol !== 'tcp' && protocol !== 'udp') return yield* fails(`Unsupported protocol\n${protocol}`)
  const answer = yield* protocol === 'udp' ? datagram(p, host, Number(port), `${o.value('udp-data') ?? 'hostname'}\n`, timeoutMs) : connect(p, host, Number(port), timeoutMs)
  if (!('error' in answer)) return 0
  if (answer.error === 'unresolved') return yield* fails(`DNS: lookup ${host}: no such host`)
  const said = { tcp: { refused: 'REFUSED', timeout: 'TIMEOUT' }, udp: { refused: 'REFUSED: read udp: read: connection refused', timeout: 'TIMEOUT: read udp: i/o timeout' } }[protocol]
  if (answer.error === 'refused' || answer.error === 'timeout') return yield* fails(said[answer.error])
  return yield* fails(`OTHER: dial ${protocol} ${dest}: connect: no route to host`)
}
