import { strerror } from '../filesystem/errno.ts'
import { print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { Inputs } from './input.ts'
import { joined, linesOf, sortedLines, sortOptions } from '../../text/lines.ts'
import { parseOptions } from '../../text/options.ts'
import { usesBusybox } from './words.ts'

export function* sort(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), sortOptions)
  const inputs = new Inputs(p, o.operands, (_, path, e) =>
    usesBusybox(p) ? `${path}: ${strerror(e)}` : `cannot read: ${path}: ${strerror(e)}`,
  )
  const text = joined(sortedLines(linesOf(yield* inputs.all()), o))
  const output = o.value('o', 'output')
  if (output === undefined) yield* print(p, text)
  else p.machine.files.writeText(p.machine.files.realPath(output, p.access), text)
  return inputs.failed ? 2 : 0
}
