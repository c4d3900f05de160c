/** As much of sed as people type behind kubectl: s///, d and p, for a line, some lines or those with a word. */
import type { Ran } from './filters.ts'

interface Edit {
  from: Address | undefined
  to: Address | undefined
  does: { type: 'd' } | { type: 'p' } | { type: 's'; search: RegExp; by: string; prints: boolean }
}

type Address = number | '$' | RegExp

/** `sed [-n] [-E] 's/a/b/g'` */
export function sed(words: readonly string[], stdin: string): Ran {
  const options = words.filter((word) => /^-[nErs]+$/.test(word)).join('')
  const scripts = words.filter((word) => word !== '-e' && !/^-[nErs]+$/.test(word))
  const edits = scripts.flatMap((script) => script.split(';')).map((text) => editOf(text.trim(), /[Er]/.test(options)))
  const wrong = edits.findIndex((edit) => edit === undefined)
  if (wrong >= 0 || edits.length === 0) {
    return { stdout: '', stderr: `sed: only s///, d and p are known here, not '${scripts.join(' ')}'\n`, exitCode: 1 }
  }
  return { stdout: run(edits as Edit[], stdin, options.includes('n')), stderr: '', exitCode: 0 }
}

function run(edits: readonly Edit[], stdin: string, quiet: boolean): string {
  const lines = stdin.split('\n')
  if (lines.at(-1) === '') lines.pop()
  const within = new Set<Edit>()
  return lines
    .map((given, i) => {
      let line = given
      let out = ''
      for (const edit of edits) {
        if (!isMeant(edit, line, i + 1, lines.length, within)) continue
        if (edit.does.type === 'd') return out
        if (edit.does.type === 'p') out += `${line}\n`
        else {
          const { search, by, prints } = edit.does
          const next = line.replace(search, by)
          if (prints && next !== line) out += `${next}\n`
          line = next
        }
      }
      return quiet ? out : `${out}${line}\n`
    })
    .join('')
}

function isMeant(edit: Edit, line: string, number: number, last: number, within: Set<Edit>): boolean {
  const { from, to } = edit
  const at = (address: Address): boolean =>
    address === '$' ? number === last : typeof address === 'number' ? number === address : address.test(line)
  if (from === undefined) return true
  if (to === undefined) return at(from)
  if (within.has(edit)) {
    if (at(to) || (typeof to === 'number' && number >= to)) within.delete(edit)
    return true
  }
  if (!at(from)) return false
  if (!(typeof to === 'number' && to <= number)) within.add(edit)
  return true
}

const addressText = String.raw`\d+|\$|\/(?:\\.|[^/])*\/`

function editOf(text: string, extended: boolean): Edit | undefined {
  const match = new RegExp(`^(${addressText})?(?:,(${addressText}))?\\s*(.*)$`).exec(text)!
  const [, from, to, rest = ''] = match
  const does = actionOf(rest, extended)
  return does && { from: addressOf(from, extended), to: addressOf(to, extended), does }
}

function actionOf(text: string, extended: boolean): Edit['does'] | undefined {
  if (text === 'd') return { type: 'd' }
  if (text === 'p') return { type: 'p' }
  const separator = text[1] ?? ''
  if (text[0] !== 's' || separator === '' || /[\s\w\\]/.test(separator)) return undefined
  const parts = text.slice(2).split(new RegExp(`(?<!\\\\)\\${separator}`))
  const [pattern = '', by = '', flags = ''] = parts
  if (parts.length !== 3 || !/^[gpiI]*$/.test(flags)) return undefined
  const search = regexOf(pattern, extended, (flags.includes('g') ? 'g' : '') + (/i/i.test(flags) ? 'i' : ''))
  return search && { type: 's', search, by: by.replaceAll('$', '$$$$').replace(/\\(\d)/g, '$$$1').replace(/(?<!\\)&/g, '$$&').replaceAll('\\&', '&').replaceAll(`\\${separator}`, separator), prints: flags.includes('p') }
}

function addressOf(text: string | undefined, extended: boolean): Address | undefined {
  if (text === undefined) return undefined
  if (text === '$') return '$'
  return text.startsWith('/') ? regexOf(text.slice(1, -1), extended, '') : Number(text)
}

/** In the basic form (, ), +, ?, | and { are letters, and behind a backslash they are not. */
function regexOf(source: string, extended: boolean, flags: string): RegExp | undefined {
  const plain = extended ? source : source.replace(/\\?[(){}|+?]/g, (found) => (found.length > 1 ? found[1]! : `\\${found}`))
  try {
    return new RegExp(plain, flags)
  } catch {
    return undefined
  }
}
