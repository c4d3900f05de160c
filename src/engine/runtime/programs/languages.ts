import { basename } from '../filesystem/path.ts'
import { textResponse } from '../http.ts'
import { print, readLine, sleep } from '../process/io.ts'
import { INTERRUPTED, type Process, type Program, type Run } from '../process/process.ts'
import { guessedPorts, serveOrFail, stopsOn, TASK_MS } from './serve.ts'
import { unsupported } from './unsupported.ts'

const MIB = 1024 ** 2

/**
 * A language's interpreter that runs a program we cannot see into: it serves on the container's ports,
 * or runs for ever when there are none. `-e` and `-c` one-liners do only what is recognised.
 */
function interpreter(o: {
  startMs: number
  memoryMiB: number
  version: (p: Process) => string
  stopCode: number | undefined
  missing: (file: string, p: Process) => string
  inline?: (p: Process, code: string) => Run<number> | undefined
  /** A one-liner that is not recognised is none that serves: it says that it is not simulated. */
  onlyKnown?: boolean
}): Program {
  return function* (p): Run<number> {
    const args = p.argv.slice(1)
    if (/^--?v(ersion)?$|^-V$/.test(args[0] ?? '')) {
      yield* print(p, `${o.version(p)}\n`)
      return 0
    }
    const inlineAt = args.findIndex((a) => /^-\w*[eE]$|^-c$/.test(a))
    if (inlineAt >= 0) {
      const run = o.inline?.(p, args[inlineAt + 1] ?? '')
      if (run !== undefined) return yield* run
      if (o.onlyKnown === true && !p.machine.config.image.unknown) return yield* unsupported(p)
    }
    p.machine.setMemory(p, o.memoryMiB * MIB)
    const file = args.find((a) => /\.(js|mjs|cjs|py|rb|php|jar|pl|ts|war)$/.test(a))
    const isKnownImage = !p.machine.config.image.unknown
    if (
      file !== undefined &&
      isKnownImage &&
      !p.machine.files.exists(file.startsWith('/') ? file : `${p.cwd}/${file}`)
    ) {
      yield* print(p, `${o.missing(file, p)}\n`, 2)
      return 1
    }
    return yield* application(p, o.startMs, o.stopCode)
  }
}

/** What an application usually is: a server where its pod says, unless it is a task. */
export function* application(p: Process, startMs: number, stopCode: number | undefined, elsePorts: readonly number[] = []): Run<number> {
  const stopped = stopCode === undefined ? () => undefined : stopsOn(p, ['TERM', 'INT'], stopCode)
  yield* sleep(p, startMs, stopCode !== undefined)
  const { guesses, image } = p.machine.config
  // What such an image does before its last command is a step on the way there.
  if ((guesses?.ends === true || (image.unknown && p.part === 'step')) && stopped() === undefined) {
    yield* sleep(p, TASK_MS, stopCode !== undefined)
    return stopped() ?? 0
  }
  const guessed = guessedPorts(p)
  const ports = guessed.length > 0 ? guessed : elsePorts
  if (ports.length > 0 && stopped() === undefined)
    return yield* serveOrFail(
      p,
      ports,
      () => textResponse(200, `${p.machine.config.hostname}\n`),
      stopped,
    )
  for (;;) {
    const code = stopped()
    if (code !== undefined) return code
    yield* sleep(p, Infinity, true)
  }
}

/** Digits of pi by Machin's formula: the documentation's Job. */
export function digitsOfPi(digits: number): string {
  const scale = 10n ** BigInt(digits + 10)
  const arctan = (x: bigint): bigint => {
    let term = scale / x
    let sum = term
    for (let n = 3n, sign = -1n; term !== 0n; n += 2n, sign = -sign) {
      term /= x * x
      sum += (sign * term) / n
    }
    return sum
  }
  // Rounded, as bignum rounds.
  const pi = (4n * (4n * arctan(5n) - arctan(239n)) + 5n * 10n ** 9n) / 10n ** 10n
  const text = pi.toString()
  return `${text[0]}.${text.slice(1)}`
}

function* perlPi(p: Process, digits: number): Run<number> {
  const text = digitsOfPi(Math.min(digits, 5000) - 1)
  // Two thousand digits take perl some seconds.
  p.cpu.charge(digits * 2500)
  yield { wait: 'cpu' }
  yield* print(p, `${text}\n`)
  return 0
}

function* printed(p: Process, text: string): Run<number> {
  yield* print(p, text)
  return 0
}

export const perl = interpreter({
  startMs: 100,
  memoryMiB: 8,
  version: () => '\nThis is perl 5, version 42, subversion 0 (v5.42.0) built for x86_64-linux-gnu',
  stopCode: undefined,
  missing: (file) => `Can't open perl script "${file}": No such file or directory`,
  inline: (p, code) => {
    const pi = /bpi\((\d+)\)/.exec(code)
    if (pi !== null) return perlPi(p, Number(pi[1]))
    const text = /^\s*print\s+"((?:[^"\\]|\\.)*)"\s*;?\s*$/.exec(code)
    if (text !== null)
      return printed(p, `${text[1]!.replaceAll('\\n', '\n')}${p.argv.some((a) => /^-\w*l/.test(a)) ? '\n' : ''}`)
    const seconds = /^\s*sleep\s*\(?\s*(\d+)/.exec(code)
    return seconds === null ? undefined : sleepAndEnd(p, Number(seconds[1]))
  },
  onlyKnown: true,
})

function* sleepAndEnd(p: Process, seconds: number): Run<number> {
  yield* sleep(p, seconds * 1000)
  return 0
}

export const java = interpreter({
  startMs: 4000,
  memoryMiB: 180,
  version: () => 'openjdk version "21.0.9" 2025-10-21',
  stopCode: 143,
  missing: (file) => `Error: Unable to access jarfile ${file}`,
})
export const ruby = interpreter({
  startMs: 800,
  memoryMiB: 40,
  version: () => 'ruby 3.4.7',
  onlyKnown: true,
  stopCode: 143,
  missing: (file) => `ruby: No such file or directory -- ${file} (LoadError)`,
})
export const php = interpreter({
  startMs: 200,
  memoryMiB: 20,
  version: () => 'PHP 8.4.14 (cli)',
  stopCode: undefined,
  missing: (file) => `Could not open input file: ${file}`,
})
export const go = interpreter({
  startMs: 2000,
  memoryMiB: 60,
  version: () => 'go version go1.25.4 linux/amd64',
  stopCode: 2,
  missing: (file) => `no required module provides package ${file}`,
})

/** Words with which a package manager or a framework prepares an application and comes to an end. */
const prepares = /^(?:npm|npx|yarn|pnpm|flask)$/
const preparations =
  /^(?:i|ci|install|add|build|run (?:build|test|lint|migrate|seed)|test|migrate|db|cache|config|prune|audit)\b/

/** gunicorn, uvicorn, flask, npm: they start an application. */
export function* appServer(p: Process): Run<number> {
  const [name = '', ...words] = p.argv
  if (prepares.test(basename(name)) && preparations.test(words.filter((word) => !word.startsWith('-')).join(' '))) {
    yield* sleep(p, TASK_MS)
    return 0
  }
  const port = /(?:--port[= ]|-p |:)(\d{2,5})\b/.exec(p.argv.join(' '))?.[1]
  const stopped = stopsOn(p, ['TERM', 'INT'], 0)
  yield* sleep(p, 800, true)
  const ports = guessedPorts(p)
  return yield* serveOrFail(
    p,
    port !== undefined ? [Number(port)] : ports.length > 0 ? ports : [8000],
    () => textResponse(200, `${p.machine.config.hostname}\n`),
    stopped,
  )
}

/** An interpreter's prompt: on a terminal it waits for what is typed, else it reads its input to the end. */
export function* prompt(p: Process): Run<number> {
  const input = p.fd(0)
  for (;;) {
    const line = yield* readLine(p, input)
    if (line === undefined || line === INTERRUPTED || /^(exit|quit|\/exit)\b/.test(line)) return 0
  }
}
