/**
 * How a property is written in an expression (apiserver/pkg/cel Escape), or undefined when it cannot be: "-", "." and "/" have words of their
 * own, and so has what CEL keeps for itself.
 */
export function escapeName(name: string): string | undefined {
  if (reserved.has(name)) return `__${name}__`
  if (!/^[a-zA-Z_][a-zA-Z0-9_.\-/]*$/.test(name)) return undefined
  return name.replaceAll(/__|\.|-|\//g, (found) => escapes[found]!)
}

const escapes: Readonly<Record<string, string>> = { __: '__underscores__', '.': '__dot__', '-': '__dash__', '/': '__slash__' }

/** Words that are no names in CEL. */
export const reserved: ReadonlySet<string> = new Set([
  'true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while',
])
