import { complain, print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { echoText, formatPrintf } from '../../text/printf.ts'
import { usesBusybox } from './words.ts'

/** The programs of these names, which a container may run without a shell. */
export function* echo(p: Process): Run<number> {
  yield* print(p, echoText(p.argv.slice(1), usesBusybox(p) ? 'ash' : 'coreutils'))
  return 0
}

export function* printf(p: Process): Run<number> {
  const [, format, ...args] = p.argv
  if (format === undefined) {
    yield* complain(p, 'missing operand')
    return 1
  }
  const { text, invalid } = formatPrintf(format, args)
  yield* print(p, text)
  if (invalid === undefined) return 0
  yield* complain(p, `'${invalid}': expected a numeric value`)
  return 1
}

export function* trueTool(_p: Process): Run<number> {
  return 0
}

export function* falseTool(_p: Process): Run<number> {
  return 1
}
