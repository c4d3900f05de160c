import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import { complain, print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { Inputs } from './input.ts'
import { parseOptions } from '../../text/options.ts'
import { editText, parseSed, SedError, SedRun, type SedCommand } from '../../text/sed-script.ts'
import { usesBusybox } from './words.ts'

/** sed with its commands but l, r and w, and addresses; -n -i -e -f -E -r. */
export function* sed(p: Process): Run<number> {
  const o = parseOptions(
    p.argv.slice(1).map((a) => (/^-i./.test(a) ? '-i' : a.replace(/^--in-place=.*/, '--in-place'))),
    { short: 'nie:f:Ersuz', long: ['expression', 'file'] },
  )
  const scripts = [...(o.repeated.get('e') ?? o.repeated.get('expression') ?? [])]
  for (const file of o.repeated.get('f') ?? []) scripts.push(p.machine.files.readText(file, p.access) ?? '')
  if (scripts.length === 0) scripts.push(o.operands.shift() ?? '')
  let commands: SedCommand[]
  try {
    commands = parseSed(scripts, o.has('E', 'r', 'regexp-extended'))
  } catch (e) {
    if (!(e instanceof SedError)) throw e
    yield* complain(p, usesBusybox(p) ? e.message : `-e expression #1, char ${scripts[0]!.length}: ${e.message}`)
    return 1
  }
  if (o.has('i', 'in-place')) return yield* inPlace(p, commands, o.operands, o.has('n'), suffixOf(p.argv))
  const inputs = new Inputs(p, o.operands, (_, path, e) =>
    usesBusybox(p) ? `${path}: ${strerror(e)}` : `can't read ${path}: ${strerror(e)}`,
  )
  const editor = new SedRun(commands, o.has('n', 'quiet', 'silent'))
  let next = yield* inputs.line()
  while (next !== undefined && !editor.quits) {
    const line = next
    next = yield* inputs.line()
    yield* print(p, editor.edit(line.replace(/\n$/, ''), next === undefined, line.endsWith('\n') ? '\n' : ''))
  }
  return editor.quits ? editor.exitCode : inputs.failed ? (usesBusybox(p) ? 1 : 2) : 0
}

/** `-i.bak`: what is put behind the name of the file as it was; '' keeps none. */
const suffixOf = (argv: readonly string[]): string => argv.map((a) => /^(?:-i|--in-place=)(.+)$/.exec(a)?.[1]).find((suffix) => suffix !== undefined) ?? ''

function* inPlace(p: Process, commands: SedCommand[], files: readonly string[], quiet: boolean, suffix: string): Run<number> {
  let code = 0
  for (const path of files) {
    const text = p.machine.files.readText(path, p.access)
    const failed =
      text === undefined
        ? new Errno('ENOENT')
        : attempt(() => {
            const { files: system } = p.machine
            const real = system.realPath(path, p.access)
            if (suffix !== '') system.writeText(`${real}${suffix}`, text)
            system.writeText(real, editText(commands, text, quiet).text)
          })
    if (!(failed instanceof Errno)) continue
    code = 1
    yield* complain(p, usesBusybox(p) ? `${path}: ${strerror(failed)}` : `can't read ${path}: ${strerror(failed)}`)
  }
  return code
}
