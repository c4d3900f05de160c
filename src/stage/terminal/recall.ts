import type { History } from './history.ts'

/**
 * `!!`, `!-2`, `!17`, `!kub` and `!$`: what they stand for, as bash finds it in earlier lines. Undefined where a line has none of them;
 * a text that cannot be found is answered as `missing`.
 */
export function recalled(text: string, history: History): { line: string } | { missing: string } | undefined {
  let line = ''
  let isQuoted = false
  let found = false
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (char === "'") isQuoted = !isQuoted
    const event = char === '!' && !isQuoted ? eventAt.exec(text.slice(i))?.[0] : undefined
    if (char === '\\' && !isQuoted) line += char + (text[++i] ?? '')
    else if (event === undefined) line += char
    else {
      const past = pastOf(event, history)
      if (past === undefined) return { missing: event }
      line += past
      found = true
      i += event.length - 1
    }
  }
  return found ? { line } : undefined
}

const eventAt = /^!(!|\$|-?\d+|[A-Za-z][^\s;&|()<>'"]*)/

function pastOf(event: string, history: History): string | undefined {
  const what = event.slice(1)
  if (what === '!') return history.at(-1)
  if (what === '$') return history.at(-1)?.trim().split(/\s+/).at(-1)
  if (/^-?\d+$/.test(what)) return history.at(Number(what) - (what.startsWith('-') ? 0 : 1))
  return history.findLast((line) => line.startsWith(what))
}
