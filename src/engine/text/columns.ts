/** What `column` makes of lines. */
import type { Options } from './options.ts'

export const columnOptions = {
  short: 'ts:o:c:', long: ['separator', 'output-separator', 'output-width', 'table-columns'], longFlags: ['table'],
}

/** `column -t [-s ':'] [-o ' | ']`: fields under one another; without -t, lines side by side, down and then across. */
export function inColumns(lines: readonly string[], o: Options): string[] {
  const filled = lines.filter((line) => line.trim() !== '')
  return o.has('t', 'table') ? asTable(filled, o) : sideBySide(filled, o.number(80, 'c', 'output-width'))
}

function asTable(lines: readonly string[], o: Options): string[] {
  const separators = o.value('s', 'separator')
  const titles = o.value('table-columns')
  const rows = lines.map((line) => (separators === undefined ? line.trim().split(/\s+/) : fieldsOf(line, separators)))
  if (titles !== undefined) rows.unshift(titles.split(','))
  return aligned(rows, o.value('o', 'output-separator') ?? '  ')
}

/** Rows as lines, their fields under one another. */
export function aligned(rows: readonly (readonly string[])[], joiner: string): string[] {
  const widths: number[] = []
  for (const row of rows) for (const [i, field] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, field.length)
  return rows.map((row) => row.map((field, i) => (i === row.length - 1 ? field : field.padEnd(widths[i]!))).join(joiner))
}

/** Each character is a separator, and there are no empty fields between two of them. */
function fieldsOf(line: string, separators: string): string[] {
  const fields = ['']
  for (const char of line) {
    if (separators.includes(char)) fields.push('')
    else fields.push(`${fields.pop()!}${char}`)
  }
  return fields.filter((field) => field !== '')
}

const tabWidth = 8

function sideBySide(lines: readonly string[], width: number): string[] {
  const longest = Math.max(0, ...lines.map((line) => line.length))
  const step = (Math.floor(longest / tabWidth) + 1) * tabWidth
  const across = Math.max(1, Math.floor(width / step))
  const down = Math.ceil(lines.length / across)
  return Array.from({ length: down }, (_, row) => {
    const entries = lines.filter((_line, i) => i % down === row)
    return entries.map((entry, i) => (i === entries.length - 1 ? entry : entry + '\t'.repeat(Math.ceil((step - entry.length) / tabWidth)))).join('')
  })
}
