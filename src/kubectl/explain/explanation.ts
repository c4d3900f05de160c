import { CommandError } from '../errors.ts'
import type { Described } from './described.ts'

/** What `explain` prints of a kind or of the field at the end of a path (kubectl/pkg/explain/v2/templates/plaintext.tmpl). */
export function explanation(root: Described, path: readonly string[], recursive: boolean): string {
  let at = root
  for (const name of path) {
    const field = at.fields().find((candidate) => candidate.name === name)
    if (field === undefined) throw new CommandError(`field ${JSON.stringify(path.at(-1))} does not exist`)
    at = field
  }
  const fields = at.fields()
  return [
    path.length === 0 ? '' : `FIELD: ${at.name} <${at.type}>\n${longEnum(at)}\n\n`,
    `DESCRIPTION:\n${indent(wrap(at.fullText || '<empty>', 76), 4)}\n`,
    fields.length === 0 ? '' : `FIELDS:\n${fields.map((field) => fieldText(field, 1, recursive, new Set())).join('')}`,
    '\n',
  ].join('')
}

const longEnum = ({ enum: values }: Described): string => (values.length === 0 ? '' : `ENUM:${values.map((value) => `\n    ${value || '""'}`).join('')}`)

/** Values of an enum that a list of fields shows. */
const enumMax = 4

function fieldText(field: Described, level: number, recursive: boolean, above: ReadonlySet<string>): string {
  const { name, type, required, text, enum: values, typeKey } = field
  const pad = '  '.repeat(level)
  const shown = values.slice(0, enumMax).map((value) => value || '""').join(', ')
  const enumLine = values.length === 0 ? '' : `\n${pad}enum: ${shown}${values.length > enumMax ? ', ....' : ''}`
  const head = `${pad}${name}\t<${type}>${required ? ' -required-' : ''}${enumLine}\n`
  if (!recursive) return `${head}${indent(wrap(text || '<no description>', 78 - pad.length), pad.length + 2)}\n\n`
  // A type that contains itself is not looked into again.
  if (typeKey !== undefined && above.has(typeKey)) return head
  const within = typeKey === undefined ? above : new Set([...above, typeKey])
  return head + field.fields().map((inner) => fieldText(inner, level + 1, true, within)).join('')
}

const indent = (text: string, by: number): string => text.split('\n').map((line) => ' '.repeat(by) + line).join('\n')

/** Lines are broken at words (go-wordwrap); blanks at the beginning of a line stay. */
const wrap = (text: string, width: number): string => text.split('\n').flatMap((line) => wrapLine(line, width)).join('\n')

function wrapLine(text: string, width: number): string[] {
  const done: string[] = []
  let line = ''
  let isFresh = true
  for (const [, blanks = '', word = ''] of text.matchAll(/(\s*)(\S+)/g)) {
    if (!isFresh && line.length + blanks.length + word.length > width) {
      done.push(line)
      line = word
    } else line += blanks + word
    isFresh = false
  }
  return [...done, line]
}
