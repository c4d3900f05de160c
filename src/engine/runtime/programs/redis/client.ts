import { jsonOf } from '../../../api/json.ts'
import { type HttpRequest, type HttpResponse, isWire, type NetworkError } from '../../http.ts'
import { versionOf } from '../../images/versions.ts'
import { print, readLine } from '../../process/io.ts'
import { INTERRUPTED, type Process, type Run } from '../../process/process.ts'
import { parseOptions } from '../../../text/options.ts'
import { parseUrl, request } from '../../tools/http-client.ts'

interface Connection {
  host: string
  port: number
  password: string
}

/** redis-cli [-h HOST] [-p PORT] [-a PASSWORD] [COMMAND...]; without a command it reads them line by line. */
export function* redisCli(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'h:p:a:n:r:i:u:x', long: ['pass', 'user', 'host', 'port'], stopAtOperand: true })
  if (/^(--version|-v)$/.test(p.argv[1] ?? '')) {
    yield* print(p, `redis-cli ${versionOf('redis', p.machine.config.image)}\n`)
    return 0
  }
  // redis://[user:][password@]host[:port]
  const [, urlPassword, urlHost, urlPort] = /^redis:\/\/(?:(?:[^:@]*:)?([^@]*)@)?([^:/]+)(?::(\d+))?/.exec(o.value('u') ?? '') ?? []
  const typed = o.value('a', 'pass') ?? urlPassword
  const to: Connection = { host: o.value('h', 'host') ?? urlHost ?? '127.0.0.1', port: Number(o.value('p', 'port') ?? urlPort ?? 6379), password: typed ?? p.env.get('REDISCLI_AUTH') ?? '' }
  if (typed !== undefined && !o.has('no-auth-warning')) yield* print(p, "Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.\n", 2)
  if (o.operands.length > 0) return yield* ask(p, to, o.operands)
  const input = p.fd(0)
  for (;;) {
    if (input.isTerminal) yield* print(p, `${to.host}:${to.port}> `)
    const line = yield* readLine(p, input)
    if (line === undefined || line === INTERRUPTED || /^(quit|exit)\s*$/i.test(line)) return 0
    const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3]!)
    if (words.length === 0) continue
    if (/^auth$/i.test(words[0]!)) to.password = words.at(-1)!
    yield* ask(p, to, words)
  }
}

/** What a client asks of a server. */
export function askRedis(p: Process, host: string, port: number, words: readonly string[], password = '', quiet = false): Run<HttpResponse | NetworkError> {
  return request(p, parseUrl(`http://${host}:${port}/`)!, { method: 'REDIS', headers: password === '' ? {} : { password }, body: JSON.stringify(words), timeoutMs: quiet ? 1000 : 30_000, ...(quiet ? { quiet } : {}) })
}

/** The words of a command, as a client sends them; undefined of what speaks another language. */
export function wordsOf({ method, body }: HttpRequest): string[] | undefined {
  if (method !== 'REDIS') return undefined
  const words = jsonOf(body)
  return Array.isArray(words) ? words.map(String) : undefined
}

function* ask(p: Process, { host, port, password }: Connection, words: readonly string[]): Run<number> {
  const r = yield* askRedis(p, host, port, words, password)
  if ('error' in r) {
    const reasons: Partial<Record<typeof r.error, string>> = {
      refused: 'Connection refused',
      timeout: 'Connection timed out',
      unresolved: 'Name or service not known',
      unreachable: 'No route to host',
    }
    const why = reasons[r.error]
    yield* print(p, why === undefined ? 'Error: Server closed the connection\n' : `Could not connect to Redis at ${host}:${port}: ${why}\n`, 2)
    return 1
  }
  if (!isWire('REDIS', r)) {
    yield* print(p, 'Error: Protocol error, got "H" as reply type byte\n', 2)
    return 1
  }
  if (r.headers['auth'] !== undefined) yield* print(p, `AUTH failed: ${r.headers['auth']}\n`, 2)
  // INFO and its like are texts, which are shown as they are.
  if (r.headers['verbatim'] === 'true') {
    yield* print(p, `${r.body}\n`)
    return 0
  }
  // Not on a terminal, strings come without quotes and types without names.
  const text = p.fd(1).isTerminal
    ? r.body
    : r.body
        .replaceAll(/^\s*(?:\d+\) )+/gm, '')
        .replaceAll(/^"((?:[^"\\]|\\.)*)"$/gm, (whole) => String(JSON.parse(whole)))
        .replace(/^\(integer\) /, '')
        .replaceAll(/^\((nil|empty array)\)$/gm, '')
        .replace(/^\(error\) /, '')
  yield* print(p, `${text}\n`)
  return r.body.startsWith('(error)') ? 1 : 0
}
