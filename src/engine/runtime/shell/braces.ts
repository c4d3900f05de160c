import { type Word, parse } from 'unbash'

/** More words than this are a mistake or an attack. */
const MAX_WORDS = 10_000

/** {a,b} and {1..5}, which bash expands before anything else: the words that one word becomes. */
export function expandBraces(word: Word): Word[] {
  const texts = expandText(word.text)
  if (texts.length === 1 && texts[0] === word.text) return [word]
  return texts.map((text) => {
    const command = parse(`: ${text}`).commands[0]?.command
    const arg = command?.type === 'Command' ? command.args[0] : undefined
    return arg?.type === 'Word' ? arg : word
  })
}

function expandText(text: string): string[] {
  const open = findBrace(text)
  if (open === undefined) return [text]
  const { start, end, alternatives } = open
  const out: string[] = []
  for (const middle of alternatives) {
    for (const tail of expandText(text.slice(end + 1))) {
      for (const inner of expandText(middle)) out.push(text.slice(0, start) + inner + tail)
      if (out.length > MAX_WORDS) return out
    }
  }
  return out
}

/** The first brace that means something: with a comma or a range, not quoted, not ${. */
function findBrace(text: string): { start: number; end: number; alternatives: string[] } | undefined {
  for (let start = 0; start < text.length; start++) {
    const c = text[start]
    if (c === '\\') start++
    else if (c === "'" || c === '"') start = Math.max(start, text.indexOf(c, start + 1))
    else if (c === '{' && text[start - 1] !== '$') {
      const found = readBrace(text, start)
      if (found !== undefined) return found
    }
  }
  return undefined
}

function readBrace(text: string, start: number): { start: number; end: number; alternatives: string[] } | undefined {
  let depth = 0
  const commas: number[] = []
  for (let i = start; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '{') depth++
    else if (text[i] === ',' && depth === 1) commas.push(i)
    else if (text[i] === '}' && --depth === 0) {
      const cuts = [start, ...commas, i]
      if (commas.length > 0)
        return { start, end: i, alternatives: cuts.slice(1).map((cut, n) => text.slice(cuts[n]! + 1, cut)) }
      const alternatives = range(text.slice(start + 1, i))
      return alternatives === undefined ? undefined : { start, end: i, alternatives }
    }
  }
  return undefined
}

function range(inside: string): string[] | undefined {
  const numbers = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(inside)
  const letters = /^([a-zA-Z])\.\.([a-zA-Z])$/.exec(inside)
  if (numbers === null && letters === null) return undefined
  const from = numbers !== null ? Number(numbers[1]) : letters![1]!.charCodeAt(0)
  const to = numbers !== null ? Number(numbers[2]) : letters![2]!.charCodeAt(0)
  const step = Math.max(1, Math.abs(Number(numbers?.[3] ?? 1)))
  const width =
    numbers !== null && /^-?0\d|\.\.-?0\d/.test(inside) ? Math.max(numbers[1]!.length, numbers[2]!.length) : 0
  const out: string[] = []
  const sign = from <= to ? 1 : -1
  for (let n = from; sign * n <= sign * to && out.length < MAX_WORDS; n += sign * step) {
    out.push(numbers !== null ? String(n).padStart(width, '0') : String.fromCharCode(n))
  }
  return out
}
