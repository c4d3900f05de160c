import { Errno, strerror } from '../filesystem/errno.ts'
import { print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { ncat } from '../tools/ncat.ts'
import { passOn, type Target } from './pass-on.ts'
import { serve } from './serve.ts'

interface Address {
  kind: string
  rest: string
  options: readonly string[]
}

/** TCP-LISTEN:8080,fork,reuseaddr: a kind in any case, what belongs to it, options. */
function addressOf(text: string): Address {
  const [first = '', ...options] = text.split(',')
  const at = first.indexOf(':')
  const kind = (at < 0 ? first : first.slice(0, at)).toUpperCase()
  // A command may hold commas itself.
  return /^(EXEC|SYSTEM|SHELL)$/.test(kind) ? { kind, rest: text.slice(at + 1).replace(/(?:,(?:stderr|pty|su=\w+|setsid|nofork))+$/, ''), options } : { kind, rest: at < 0 ? '' : first.slice(at + 1), options: options.map((one) => one.toLowerCase()) }
}

const listening = /^TCP[46]?-L(ISTEN)?$/
const connecting = /^TCP[46]?(-CONNECT)?$/

/** socat ADDRESS ADDRESS: from a port to another one, to a command, to what it reads and prints itself. */
export function* socat(p: Process): Run<number> {
  if (p.argv[1] === '-V') {
    yield* print(p, 'socat by Gerhard Rieger and contributors - see www.dest-unreach.org\nsocat version 1.8.0.3 on 2025\n')
    return 0
  }
  const given: string[] = []
  for (let i = 1; i < p.argv.length; i++) {
    if (/^-[bTtL]$/.test(p.argv[i]!)) i++
    else if (p.argv[i] === '-' || !p.argv[i]!.startsWith('-')) given.push(p.argv[i]!)
  }
  if (given.length !== 2) {
    yield* print(p, `${stamp(p)} E exactly 2 addresses required (there are ${given.length}); use option "-h" for help\n`, 2)
    return 1
  }
  const [from, to] = given.map(addressOf) as [Address, Address]
  if (listening.test(from.kind) && connecting.test(to.kind)) return yield* passing(p, from, targetOf(to))
  if (listening.test(from.kind)) return yield* as(p, ['-l', ...(from.options.includes('fork') ? ['-k'] : []), ...(/^(EXEC|SYSTEM|SHELL)$/.test(to.kind) ? ['-c', to.rest] : []), '-p', from.rest])
  const away = [from, to].find(({ kind }) => connecting.test(kind))
  if (away !== undefined && [from, to].some(({ kind }) => /^(-|STDIO|STDIN|STDOUT|)$/.test(kind))) return yield* as(p, targetWords(targetOf(away)))
  yield* print(p, `${stamp(p)} E unknown device/address "${from.kind}"\n`, 2)
  return 1
}

const stamp = (p: Process): string => `${formatTime('%Y/%m/%d %T', p.machine.now())} socat[${p.pid}]`

const targetWords = ({ host, port }: Target): string[] => [host, String(port)]

function targetOf({ rest }: Address): Target {
  const at = rest.lastIndexOf(':')
  return { host: rest.slice(0, at), port: Number(rest.slice(at + 1)) }
}

function* as(p: Process, args: readonly string[]): Run<number> {
  p.argv = ['ncat', ...args]
  return yield* ncat(p)
}

/** Without `fork` it would be there for one connection; when one is over is not known here. */
function* passing(p: Process, { rest }: Address, to: Target): Run<number> {
  try {
    const listener = p.machine.listen(p, Number(rest))
    listener.takesText = true
    return yield* serve(p, {
      listeners: [listener],
      handle: (r) => ({
        *aside(child) {
          const answer = yield* passOn(child, to, r, { timeoutMs: 600_000 })
          if (!('error' in answer)) return { response: answer }
          const why = { refused: 'Connection refused', timeout: 'Connection timed out', unreachable: 'No route to host' }[answer.error as string]
          return { response: { error: 'reset' }, log: `${stamp(p)} E ${why === undefined ? `getaddrinfo("${to.host}", "NULL", {1,0,1,6}, {}): Name does not resolve` : `connect(5, AF=2 ${to.host}:${to.port}, 16): ${why}`}\n`, logTo: 2 }
        },
      }),
    })
  } catch (e) {
    if (!(e instanceof Errno)) throw e
    yield* print(p, `${stamp(p)} E bind(5, {AF=2 0.0.0.0:${rest}}, 16): ${strerror(e)}\n`, 2)
    return 1
  }
}
