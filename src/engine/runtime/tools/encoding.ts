import { fromBase64, toBase64 } from '../../api/base64.ts'
import { print, readAll } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { Inputs } from './input.ts'
import { parseOptions } from '../../text/options.ts'

/** `sha256sum [FILE...]` and its like. */
export function digestTool(digest: (text: string) => string): (p: Process) => Run<number> {
  return function* (p) {
    const inputs = new Inputs(p, parseOptions(p.argv.slice(1), { short: 'cbt' }).operands)
    for (let input = yield* inputs.next(); input !== undefined; input = yield* inputs.next()) {
      const text = yield* readAll(p, input.file)
      yield* print(p, `${digest(text)}  ${input.name}\n`)
    }
    return inputs.failed ? 1 : 0
  }
}

export function* base64(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'dDiw:', long: ['wrap'] })
  const inputs = new Inputs(p, o.operands)
  const text = yield* inputs.all()
  if (o.has('d', 'D', 'decode')) yield* print(p, fromBase64(text))
  else {
    const width = o.number(76, 'w', 'wrap')
    const encoded = toBase64(text)
    yield* print(p, width === 0 ? encoded : `${encoded.match(new RegExp(`.{1,${width}}`, 'g'))?.join('\n') ?? ''}\n`)
  }
  return inputs.failed ? 1 : 0
}
