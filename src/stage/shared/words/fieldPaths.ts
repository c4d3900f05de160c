/**
 * The field that each line of a YAML text names, as the glossary does: 'spec.containers.image', without the places in
 * lists. undefined for a line that names none (a text that runs over several lines, an item that is a plain value).
 */
export function fieldPaths(lines: readonly string[]): (string | undefined)[] {
  const open: { indent: number; key: string }[] = []
  /** Lines further in than this are text. */
  let textIndent = Infinity
  return lines.map((line) => {
    const [, dashes = '', key, value = ''] = /^(\s*(?:- )*)([A-Za-z][\w./-]*):(?: (.*))?$/.exec(line) ?? []
    const indent = key === undefined ? line.search(/\S|$/) : dashes.length
    if (indent > textIndent) return undefined
    textIndent = Infinity
    if (key === undefined) return undefined
    while (open.length > 0 && open.at(-1)!.indent >= indent) open.pop()
    open.push({ indent, key })
    if (/^[|>]/.test(value)) textIndent = indent
    return open.map((each) => each.key).join('.')
  })
}
