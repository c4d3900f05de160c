import { asText } from '../filesystem/data.ts'
import { Errno, strerror } from '../filesystem/errno.ts'
import { rawMethod } from '../http.ts'
import { startChild, waitFor } from '../process/child.ts'
import { print, readAll } from '../process/io.ts'
import type { Exchange } from '../process/listener.ts'
import { pipe } from '../process/pipe.ts'
import type { Process, Run } from '../process/process.ts'
import { type Options, parseOptions } from '../../text/options.ts'
import { request } from './http-client.ts'
import { asRead, connectionFailures, nc, rawResponse } from './netcat.ts'

/** Nmap's: one that listens can run a command for each connection, and what comes can be all that is wanted. */
export function* ncat(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'lkuvnzw:p:c:e:i:m:46', long: ['sh-exec', 'exec', 'max-conns', 'wait', 'source-port', 'idle-timeout', 'output'] })
  const command = o.value('c', 'sh-exec') ?? o.value('e', 'exec')
  const listens = o.has('l', 'listen')
  if (listens && command !== undefined) return yield* forEach(p, o, command)
  if (listens || !o.has('recv-only')) return yield* nc(spelledShort(p, o, listens))
  const [host = 'localhost', port = '31337'] = o.operands
  const answer = yield* request(p, { scheme: 'http', host, port: Number(port), isPortGiven: true, path: '/', user: undefined }, { method: rawMethod, headers: {}, body: '', timeoutMs: 600_000 })
  if ('error' in answer) {
    yield* print(p, answer.error === 'unresolved' ? `Ncat: Could not resolve hostname "${host}": Name or service not known. QUITTING.\n` : `Ncat: ${connectionFailures[answer.error]}.\n`, 2)
    return 1
  }
  yield* print(p, answer.body)
  return 0
}

/** What the plain one understands. */
function spelledShort(p: Process, o: Options, listens: boolean): Process {
  const flags = [...(listens ? ['-l'] : []), ...(o.has('k', 'keep-open') ? ['-k'] : []), ...(['u', 'v', 'z', 'n'] as const).filter((flag) => o.has(flag)).map((flag) => `-${flag}`)]
  const wait = o.value('w', 'wait')
  p.argv = ['ncat', ...flags, ...(wait === undefined ? [] : ['-w', wait]), ...o.operands, ...(o.value('p') === undefined ? [] : [o.value('p')!])]
  return p
}

/** Runs the command for one connection after another: what comes is its input, what it prints is sent. */
function* forEach(p: Process, o: Options, command: string): Run<number> {
  const port = Number(o.value('p', 'source-port') ?? o.operands.at(-1) ?? 31337)
  try {
    const listener = p.machine.listen(p, port)
    listener.takesText = true
    do {
      let exchange = listener.accept()
      while (exchange === undefined) {
        yield { wait: 'accept', listeners: [listener], interruptible: false }
        exchange = listener.accept()
      }
      yield* serveBy(p, command, exchange)
    } while (o.has('k', 'keep-open'))
    return 0
  } catch (e) {
    if (!(e instanceof Errno)) throw e
    yield* print(p, `Ncat: bind to 0.0.0.0:${port}: ${strerror(e)}. QUITTING.\n`, 2)
    return 2
  }
}

function* serveBy(p: Process, command: string, exchange: Exchange): Run<void> {
  const [input, output] = [pipe(), pipe()]
  const own = [p.fd(0).retain(), p.fd(1).retain()]
  p.setFd(0, input.reader)
  p.setFd(1, output.writer)
  const started = startChild(p, ['/bin/sh', '-c', command])
  own.forEach((file, fd) => p.setFd(fd, file))
  const said = asRead(exchange.request)
  if (said !== '') input.writer.write(said)
  input.writer.release()
  const text = asText(yield* readAll(p, output.reader))
  if (!('failed' in started)) yield* waitFor(p, started.child)
  exchange.reply(exchange.request.method === rawMethod ? { status: 200, headers: {}, body: text } : rawResponse(text))
}
