import { print, sleep } from '../process/io.ts'
import { type Process, type Run, exitCodeOf } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { parseOptions } from '../../text/options.ts'
import { parseSize } from '../tools/files.ts'
import { parseDuration } from '../tools/time.ts'

/** Memory is taken in this many steps over so long: what a view of the container can follow. */
const STEPS = 10
const FILL_MS = 200

/** stress and stress-ng: --cpu N, --vm N --vm-bytes B --vm-hang S --vm-keep, --io N, --hdd N, --timeout T. */
export function* stress(p: Process): Run<number> {
  const args = p.argv.slice(1)
  const o = parseOptions(args, {
    short: 'c:m:i:d:t:vq',
    long: [
      'cpu',
      'vm',
      'vm-bytes',
      'vm-hang',
      'vm-stride',
      'io',
      'hdd',
      'hdd-bytes',
      'timeout',
      'cpu-load',
      'backoff',
      'cpu-method',
      'vm-method',
    ],
  })
  const cpu = o.number(0, 'c', 'cpu')
  const vm = o.number(0, 'm', 'vm')
  const io = o.number(0, 'i', 'io')
  if (cpu + vm + io + o.number(0, 'd', 'hdd') === 0) {
    yield* print(
      p,
      "`stress' imposes certain types of compute stress on your system\n\nUsage: stress [OPTION [ARG]] ...\n",
    )
    return 0
  }
  const bytes = memorySize(p, o.value('vm-bytes') ?? '256M')
  const timeoutMs = parseDuration(o.value('t', 'timeout') ?? 'inf') ?? Infinity
  yield* print(p, isNextGeneration(p) ? beginning(p, { cpu, io, vm, hdd: o.number(0, 'd', 'hdd') }, timeoutMs) : `stress: info: [${p.pid}] dispatching hogs: ${cpu} cpu, ${io} io, ${vm} vm, ${o.number(0, 'd', 'hdd')} hdd\n`)
  for (let i = 0; i < Math.min(cpu + io, 64); i++) hog(p, burn)
  for (let i = 0; i < Math.min(vm, 64); i++) hog(p, (q) => fill(q, bytes, o.has('vm-hang', 'vm-keep')))
  return yield* waitForHogs(p, timeoutMs)
}

const isNextGeneration = (p: Process): boolean => (p.argv[0] ?? '').endsWith('stress-ng')

/** stress-ng runs for a day unless it is told otherwise. */
function beginning(p: Process, hogs: Readonly<Record<string, number>>, timeoutMs: number): string {
  const line = (words: string): string => `stress-ng: info:  [${p.pid}] ${words}\n`
  const named = Object.entries(hogs).filter(([, count]) => count > 0).map(([name, count]) => `${count} ${name}`)
  return line(timeoutMs === Infinity ? 'defaulting to a 1 day run per stressor' : `setting to a ${Math.round(timeoutMs / 1000)} secs run per stressor`) + line(`dispatching hogs: ${named.join(', ')}`)
}

function memorySize(p: Process, text: string): number {
  if (text.endsWith('%')) return (p.machine.nodeMemoryBytes * Number(text.slice(0, -1))) / 100
  return parseSize(text)
}

function hog(p: Process, program: (q: Process) => Run<number>): void {
  p.machine.spawn({ parent: p, argv: p.argv, program, costUs: 300, memoryBytes: 200 * 1024 })
}

function* burn(p: Process): Run<number> {
  for (;;) {
    p.cpu.burn()
    yield { wait: 'cpu' }
  }
}

function* fill(p: Process, bytes: number, keeps: boolean): Run<number> {
  const own = p.memoryBytes
  for (;;) {
    for (let step = 1; step <= STEPS; step++) {
      yield* sleep(p, FILL_MS / STEPS)
      p.machine.setMemory(p, own + (bytes * step) / STEPS)
    }
    if (keeps) yield* sleep(p, Infinity)
    yield* sleep(p, 500)
    p.machine.setMemory(p, own)
  }
}

function* waitForHogs(p: Process, timeoutMs: number): Run<number> {
  const from = p.machine.now()
  p.onSignal('CHLD', () => {})
  yield* sleep(p, timeoutMs, true)
  const failed = p.children.find((c) => c.exit !== undefined)
  for (const child of p.children) if (child.exit === undefined) p.machine.kill(child, 'KILL')
  const seconds = Math.round((p.machine.now() - from) / 1000)
  if (failed === undefined) {
    yield* print(p, isNextGeneration(p) ? `stress-ng: info:  [${p.pid}] successful run completed in ${seconds}.00 secs\n` : `stress: info: [${p.pid}] successful run completed in ${seconds}s\n`)
    return 0
  }
  yield* print(
    p,
    `stress: FAIL: [${p.pid}] (415) <-- worker ${failed.pid} got signal ${exitCodeOf(failed.exit!) - 128}\nstress: FAIL: [${p.pid}] (451) failed run completed in ${seconds}s\n`,
    2,
  )
  return 1
}

/** vish/stress: -cpus N -mem-total B -mem-alloc-size B -mem-alloc-sleep T */
export function* vishStress(p: Process): Run<number> {
  const option = (name: string): string | undefined => {
    const at = p.argv.findIndex((a) => a.replace(/^--?/, '').split('=')[0] === name)
    return at < 0 ? undefined : p.argv[at]!.includes('=') ? p.argv[at]!.split('=')[1] : p.argv[at + 1]
  }
  const cpus = Number(option('cpus') ?? 0)
  const total = parseSize(option('mem-total') ?? '0')
  const step = Math.max(1, parseSize(option('mem-alloc-size') ?? '4Ki'))
  const pauseMs = parseDuration(option('mem-alloc-sleep') ?? '1ms') ?? 1
  yield* print(
    p,
    `${klog(p)} main.go:26] Allocating "${total}" memory, in "${step}" chunks, with a ${option('mem-alloc-sleep') ?? '1ms'} sleep between allocations\n${klog(p)} main.go:39] Spawning a thread to consume CPU\n`,
    2,
  )
  for (let i = 0; i < Math.min(cpus, 64); i++) hog(p, burn)
  const own = p.memoryBytes
  // Thousands of small steps would only be thousands of events.
  const steps = Math.min(50, Math.ceil(total / step))
  for (let i = 1; i <= steps; i++) {
    yield* sleep(p, (pauseMs * Math.ceil(total / step)) / steps)
    p.machine.setMemory(p, own + (total * i) / steps)
  }
  if (total > 0) yield* print(p, `${klog(p)} main.go:29] Allocated "${total}" memory\n`, 2)
  yield* sleep(p, Infinity)
  return 0
}

/** The head of a line as glog writes it. */
function klog(p: Process): string {
  return `I${formatTime('%m%d %T', p.machine.now())}.000000 ${String(p.pid).padStart(7)}`
}
