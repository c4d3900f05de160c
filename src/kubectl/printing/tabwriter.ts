/**
 * Go's text/tabwriter, with the one flag that kubectl's fork of it adds (github.com/liggitt/tabwriter,
 * RememberWidths). Cells end with a tab; the text after a line's last tab is no cell of a column and is
 * printed as it is. A column is a run of neighbouring lines that all have a cell in that place; it is as
 * wide as its widest cell plus padding.
 */
export interface TabWriterOptions {
  minWidth: number
  padding: number
  /** Columns never get narrower from one flush to the next: what makes `get -w` line up. */
  rememberWidths?: boolean
}

/** What `kubectl get` lays tables out with. */
export const tableLayout: TabWriterOptions = { minWidth: 6, padding: 3, rememberWidths: true }
/** What `kubectl describe` uses. */
export const describeLayout: TabWriterOptions = { minWidth: 0, padding: 2 }

export class TabWriter {
  private readonly options: TabWriterOptions
  private text = ''
  private readonly remembered: number[] = []

  constructor(options: TabWriterOptions) {
    this.options = options
  }

  write(text: string): void {
    this.text += text
  }

  /** What was written since the last flush, laid out; columns end here. */
  flush(): string {
    if (this.text === '') return ''
    const ended = this.text.endsWith('\n')
    const lines = (ended ? this.text.slice(0, -1) : this.text).split('\n').map((line) => line.split('\t'))
    this.text = ''
    const out: string[] = lines.map(() => '')
    this.layOut(lines, out, 0, lines.length, 0, [])
    return out.join('\n') + (ended ? '\n' : '')
  }

  /** Lays out `from`..`to`, whose lines share the columns before `column`, as Writer.format does. */
  private layOut(lines: string[][], out: string[], from: number, to: number, column: number, widths: number[]): void {
    let at = from
    while (at < to) {
      if (column >= lines[at]!.length - 1) {
        out[at] = render(lines[at]!, widths)
        at++
        continue
      }
      let end = at
      let width = this.options.minWidth
      while (end < to && column < lines[end]!.length - 1) {
        width = Math.max(width, widthOf(lines[end]![column]!) + this.options.padding)
        end++
      }
      this.layOut(lines, out, at, end, column + 1, [...widths, this.remember(column, width)])
      at = end
    }
  }

  private remember(column: number, width: number): number {
    if (!this.options.rememberWidths) return width
    const widest = Math.max(width, this.remembered[column] ?? 0)
    this.remembered[column] = widest
    return widest
  }
}

function render(cells: string[], widths: number[]): string {
  let line = ''
  for (let i = 0; i < cells.length - 1; i++) line += cells[i]! + ' '.repeat(Math.max(0, widths[i]! - widthOf(cells[i]!)))
  return line + cells.at(-1)!
}

/** Runes, as Go counts them. */
function widthOf(text: string): number {
  let width = 0
  for (const _ of text) width++
  return width
}
