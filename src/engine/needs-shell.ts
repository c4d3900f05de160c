/**
 * Whether the line has what only a shell can do: a pipe, a redirection, another command behind it, `$(...)`.
 * Between words, and not in quotes: what an address or a jsonpath has of these signs stands within one.
 */
export function needsShell(line: string): boolean {
  const bare = line.replaceAll(/\\.|'[^']*'|"(?:\\.|[^"\\])*"/gs, '_')
  return /(?:^|\s)(?:\d?[<>]|[|&;])|;(?:\s|$)|\$\((?!\()|`/.test(bare)
}
