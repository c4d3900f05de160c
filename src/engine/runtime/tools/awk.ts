import { complain, print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { AwkError, parseAwk } from '../../text/awk-parser.ts'
import { AwkRun } from '../../text/awk-run.ts'
import { formatTime } from './calendar.ts'
import { Inputs } from './input.ts'
import { parseOptions } from '../../text/options.ts'

/** awk [-F SEPARATOR] [-v NAME=VALUE] 'PROGRAM' [FILE...]: patterns, actions, fields, the usual functions. */
export function* awk(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'F:v:f:', stopAtOperand: true })
  const [first, ...rest] = o.operands
  const file = o.value('f')
  const source = file === undefined ? first : p.machine.files.readText(file, p.access)
  if (source === undefined) {
    yield* print(p, 'usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n', 2)
    return 2
  }
  let run: AwkRun
  try {
    run = new AwkRun(parseAwk(source), {
      separator: o.value('F'),
      environment: p.env,
      machine: { now: () => p.machine.now(), random: (n) => p.machine.random(n), formatTime },
    })
  } catch (e) {
    if (!(e instanceof AwkError)) throw e
    yield* complain(p, `cmd. line:1: ${e.message}`)
    return 1
  }
  for (const assignment of o.repeated.get('v') ?? []) run.assignText(assignment)
  try {
    return yield* lines(p, run, file === undefined ? rest : o.operands)
  } catch (e) {
    if (!(e instanceof AwkError)) throw e
    yield* complain(p, `cmd. line:1: ${e.message}`)
    return 2
  }
}

function* lines(p: Process, run: AwkRun, files: readonly string[]): Run<number> {
  const inputs = new Inputs(p, files)
  let opened = 0
  yield* print(p, run.begin())
  if (run.exitCode === undefined && run.readsInput) {
    for (
      let line = yield* inputs.line();
      line !== undefined && run.exitCode === undefined;
      line = yield* inputs.line()
    ) {
      if (inputs.opened !== opened) run.file(inputs.name)
      opened = inputs.opened
      yield* print(p, run.line(line.replace(/\n$/, '')))
      p.cpu.charge(5)
    }
  }
  yield* print(p, run.end())
  return run.exitCode ?? (inputs.failed ? 2 : 0)
}
