import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import { complain, print, readAll } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { parseOptions } from '../../text/options.ts'
import { usesBusybox } from './words.ts'

/** How what gzip has made begins. Behind it stands the text as it was: nobody here counts bits. */
const MAGIC = '\x1f\x8b\x08\0'

export const zipped = (text: string): string => MAGIC + text

/** undefined: gzip has not made it. */
export const unzipped = (text: string): string | undefined => (text.startsWith(MAGIC) ? text.slice(MAGIC.length) : undefined)

/** gzip [-cdkf] [FILE...], gunzip, zcat */
export function* gzip(p: Process): Run<number> {
  const name = (p.argv[0] ?? '').replace(/^.*\//, '')
  const o = parseOptions(p.argv.slice(1), { short: 'cdkfvntlrq123456789S:' })
  const decompresses = o.has('d', 'decompress') || name !== 'gzip'
  const toOutput = o.has('c', 'stdout') || name === 'zcat'
  const turned = (text: string): string | undefined => (decompresses ? unzipped(text) : zipped(text))
  if (o.operands.length === 0 || o.operands[0] === '-') {
    const text = turned(yield* readAll(p, p.fd(0)))
    if (text === undefined) yield* complain(p, usesBusybox(p) ? 'invalid magic' : 'stdin: not in gzip format')
    else yield* print(p, text)
    return text === undefined ? 1 : 0
  }
  let code = 0
  for (const path of o.operands) if (!(yield* one(p, path, { decompresses, toOutput, keeps: o.has('k', 'keep'), turned }))) code = 1
  return code
}

function* one(p: Process, path: string, o: { decompresses: boolean; toOutput: boolean; keeps: boolean; turned: (text: string) => string | undefined }): Run<boolean> {
  const { files } = p.machine
  const found = attempt(() => files.find(path, p.access))
  if (found instanceof Errno || found.kind !== 'file') {
    yield* complain(p, `${path}: ${found instanceof Errno ? strerror(found) : 'is a directory -- ignored'}`)
    return false
  }
  const text = o.turned(found.content.text)
  if (text === undefined) {
    yield* complain(p, usesBusybox(p) ? 'invalid magic' : `${path}: not in gzip format`)
    return false
  }
  if (o.toOutput) {
    yield* print(p, text)
    return true
  }
  if (o.decompresses && !/\.(gz|tgz)$/.test(path)) {
    yield* complain(p, `${path}: unknown suffix -- ignored`)
    return false
  }
  const target = o.decompresses ? path.replace(/\.tgz$/, '.tar').replace(/\.gz$/, '') : `${path}.gz`
  const done = attempt(() => {
    files.writeText(absolute(p, target), text, { uid: p.who.uid, gid: p.who.gid })
    if (!o.keeps) files.unlink(path, p.access)
  })
  if (!(done instanceof Errno)) return true
  yield* complain(p, `${target}: ${strerror(done)}`)
  return false
}

export const absolute = (p: Process, path: string): string => (path.startsWith('/') ? path : `${p.cwd.replace(/\/$/, '')}/${path}`)
