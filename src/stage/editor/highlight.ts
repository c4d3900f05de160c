/** The parts of a line of YAML that have a colour of their own. */
export interface Span {
  readonly kind: 'key' | 'comment' | 'mark' | 'text'
  readonly text: string
}

const line =
  /^(\s*(?:- +)*)((?:"[^"]*"|'[^']*'|[^\s#"'[\]{},&*!|>%@`-][^:#]*?|-[^\s:#][^:#]*?)(?=:(?:\s|$)))?(:(?=\s|$))?(.*)$/s

/**
 * Colours one line as Monaco's own YAML does, near enough that nothing seems to change when Monaco takes
 * over. It knows nothing of the lines around it.
 */
export function highlight(text: string): Span[] {
  const match = line.exec(text)
  if (!match) return [{ kind: 'text', text }]
  const [, lead = '', key = '', colon = '', rest = ''] = match
  const spans: Span[] = [
    { kind: 'mark', text: lead },
    { kind: 'key', text: key },
    { kind: 'mark', text: colon },
    ...highlightValue(rest),
  ]
  return spans.filter((span) => span.text !== '')
}

function highlightValue(text: string): Span[] {
  const comment = /(^|\s)#/.exec(text)
  const at = comment ? comment.index + comment[1]!.length : text.length
  return [
    { kind: 'text', text: text.slice(0, at) },
    { kind: 'comment', text: text.slice(at) },
  ]
}
