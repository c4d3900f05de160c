import { print, readAll } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'

const variable = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g

/** A text with its variables filled in; those that have no value stay as they are. */
export function substituted(text: string, valueOf: (name: string) => string | undefined): string {
  return text.replaceAll(variable, (all, braced: string | undefined, bare: string | undefined) => valueOf(braced ?? bare!) ?? all)
}

/** envsubst [SHELL-FORMAT]: of all variables, or of those that the format names. What has no value is empty. */
export function* envsubst(p: Process): Run<number> {
  const format = p.argv[1]
  const named = format === undefined ? undefined : new Set([...format.matchAll(variable)].map((found) => found[1] ?? found[2]!))
  const text = yield* readAll(p, p.fd(0))
  yield* print(p, substituted(text, (name) => (named === undefined || named.has(name) ? (p.env.get(name) ?? '') : undefined)))
  return 0
}
