import { print } from '../process/io.ts'
import type { Program } from '../process/process.ts'
import { usesBusybox } from '../tools/words.ts'

/** Asked for help alone, a tool does nothing else. */
export function helped(run: Program): Program {
  return function* (p) {
    if (p.argv.length !== 2 || p.argv[1] !== '--help') return yield* run(p)
    const name = p.argv[0]!.split('/').at(-1)!
    if (usesBusybox(p)) yield* print(p, `BusyBox v1.37.0 multi-call binary.\n\nUsage: ${name}\n`, 2)
    else yield* print(p, `Usage: ${name} [OPTION]...\n`)
    return 0
  }
}
