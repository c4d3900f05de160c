/** What tr makes of characters. */
import type { Options } from './options.ts'

export const trOptions = { short: 'dsCct', longFlags: ['delete', 'squeeze-repeats', 'complement'] }

/** What is wrong with the sets that it got, in GNU's words. */
export function trMistake(o: Options): string | undefined {
  const [first, second, third] = o.operands
  const deletes = o.has('d', 'delete')
  const squeezes = o.has('s', 'squeeze-repeats')
  const hint = "Try 'tr --help' for more information."
  if (first === undefined) return `missing operand\n${hint}`
  if (second === undefined && deletes === squeezes)
    return `missing operand after '${first}'\nTwo strings must be given when ${deletes ? 'both deleting and squeezing repeats' : 'translating'}.\n${hint}`
  if (second !== undefined && deletes && !squeezes) return `extra operand '${second}'\nOnly one string may be given when deleting without squeezing repeats.\n${hint}`
  if (third !== undefined) return `extra operand '${third}'\n${hint}`
  return second === '' && !deletes ? 'when not truncating set1, string2 must be non-empty' : undefined
}

/** Takes a text bit by bit: `tr a-z A-Z`, `tr -d ' '`, `tr -s ' '`, `tr -cd 0-9`. */
export function translator(o: Options): (text: string) => string {
  const from = characterSet(o.operands[0] ?? '')
  const to = characterSet(o.operands[1] ?? '')
  const isOthers = o.has('c', 'C', 'complement')
  const deletes = o.has('d', 'delete')
  const squeezes = o.has('s', 'squeeze-repeats')
  const isIn = (c: string): boolean => from.includes(c) !== isOthers
  const mapped = (c: string): string => {
    if (deletes || to.length === 0 || !isIn(c)) return c
    return (isOthers ? undefined : to[from.lastIndexOf(c)]) ?? to.at(-1)!
  }
  let last = ''
  return (text) => {
    let out = ''
    for (const char of text) {
      if (deletes && isIn(char)) continue
      const next = mapped(char)
      if (squeezes && next === last && (to.length > 0 ? to.includes(next) : isIn(next))) continue
      out += next
      last = next
    }
    return out
  }
}

function characterSet(text: string): string[] {
  const named: Record<string, string> = {
    lower: 'a-z',
    upper: 'A-Z',
    digit: '0-9',
    alpha: 'A-Za-z',
    alnum: '0-9A-Za-z',
    space: ' \t\n\r\f\v',
    blank: ' \t',
    punct: '!-/:-@[-`{-~',
  }
  const plain = text
    .replaceAll(/\[:(\w+):\]/g, (_, n: string) => named[n] ?? '')
    .replaceAll(
      /\\(n|t|r|0|\\|\d{3})/g,
      (_, c: string) =>
        ({ n: '\n', t: '\t', r: '\r', '0': '\0', '\\': '\\' })[c] ?? String.fromCharCode(parseInt(c, 8)),
    )
  return [
    ...plain.replaceAll(/(.)-(.)/gs, (_, a: string, b: string) =>
      String.fromCharCode(
        ...Array.from(
          { length: Math.max(0, Math.min(256, b.charCodeAt(0) - a.charCodeAt(0) + 1)) },
          (__, i) => a.charCodeAt(0) + i,
        ),
      ),
    ),
  ]
}
