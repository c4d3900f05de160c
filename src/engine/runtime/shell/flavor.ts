export type Flavor = 'ash' | 'dash' | 'bash'

/**
 * The words of the three shells that images have: busybox' ash, Debian's dash, bash. People read
 * them in logs, so they are worth getting right.
 */
export interface Words {
  notFound(command: string): string
  permissionDenied(command: string): string
  isDirectory(command: string): string
  cannotOpen(path: string, why: string): string
  cannotCreate(path: string, why: string): string
  cannotChange(path: string, why: string): string
  unset(name: string): string
  readOnly(name: string): string
  badSubstitution: string
  badNumber(tool: string, text: string): string
  divisionByZero(expression: string): string
  arithmeticSyntax(expression: string): string
  illegalNumber(builtin: string, text: string): string
  noSuchProcess(builtin: string, pid: string): string
  unexpectedOperator(tool: string, text: string): string
  cannotFork: string
}

const ash: Words = {
  notFound: (c) => `${c}: not found`,
  permissionDenied: (c) => `${c}: Permission denied`,
  isDirectory: (c) => `${c}: Permission denied`,
  cannotOpen: (p, why) => `can't open ${p}: ${why === 'No such file or directory' ? 'no such file' : why}`,
  cannotCreate: (p, why) => `can't create ${p}: ${why === 'No such file or directory' ? 'nonexistent directory' : why}`,
  // A built-in that fails tells its line, which is 0 in a text given by -c.
  cannotChange: (p, why) => `cd: line 0: can't cd to ${p}: ${why}`,
  unset: (n) => `${n}: parameter not set`,
  readOnly: (n) => `${n}: is read only`,
  badSubstitution: 'syntax error: bad substitution',
  badNumber: (_, t) => `${t}: bad number`,
  divisionByZero: () => 'divide by zero',
  arithmeticSyntax: () => 'arithmetic syntax error',
  illegalNumber: (b, t) => `${b}: Illegal number: ${t}`,
  noSuchProcess: (_, pid) => `can't kill pid ${pid}: No such process`,
  unexpectedOperator: (_, t) => `${t}: unknown operand`,
  cannotFork: "can't fork: Resource temporarily unavailable",
}

const dash: Words = {
  ...ash,
  isDirectory: (c) => `${c}: Permission denied`,
  cannotOpen: (p, why) => `cannot open ${p}: ${why === 'No such file or directory' ? 'No such file' : why}`,
  cannotCreate: (p, why) =>
    `cannot create ${p}: ${why === 'No such file or directory' ? 'Directory nonexistent' : why}`,
  cannotChange: (p) => `cd: can't cd to ${p}`,
  badSubstitution: 'Bad substitution',
  badNumber: (tool, t) => `${tool}: Illegal number: ${t}`,
  divisionByZero: (e) => `arithmetic expression: division by zero: "${e}"`,
  arithmeticSyntax: (e) => `arithmetic expression: expecting primary: "${e}"`,
  noSuchProcess: () => 'kill: No such process',
  unexpectedOperator: (tool, t) => `${tool}: ${t}: unexpected operator`,
  cannotFork: 'Cannot fork',
}

const bash: Words = {
  notFound: (c) => (c.includes('/') ? `${c}: No such file or directory` : `${c}: command not found`),
  permissionDenied: (c) => `${c}: Permission denied`,
  isDirectory: (c) => `${c}: Is a directory`,
  cannotOpen: (p, why) => `${p}: ${why}`,
  cannotCreate: (p, why) => `${p}: ${why}`,
  cannotChange: (p, why) => `cd: ${p}: ${why}`,
  unset: (n) => `${n}: unbound variable`,
  readOnly: (n) => `${n}: readonly variable`,
  badSubstitution: 'bad substitution',
  badNumber: (tool, t) => `${tool}: ${t}: integer expression expected`,
  divisionByZero: (e) => `${e}: division by 0 (error token is "${e.split(/[/%]/).pop()!.trim()}")`,
  arithmeticSyntax: (e) => `${e}: syntax error: operand expected (error token is "${e}")`,
  illegalNumber: (b, t) => `${b}: ${t}: numeric argument required`,
  noSuchProcess: (b, pid) => `${b}: (${pid}) - No such process`,
  unexpectedOperator: (tool, t) => `${tool}: ${t}: binary operator expected`,
  cannotFork: 'fork: retry: Resource temporarily unavailable',
}

const words: Record<Flavor, Words> = { ash, dash, bash }

export function wordsOf(flavor: Flavor): Words {
  return words[flavor]
}

/** What stands before a message: `sh: `, dash `sh: 1: `, bash `sh: line 1: `, or `sh: -c: line 1: ` where it cannot read its text. A script is named, not its shell. */
export function prefixOf(
  flavor: Flavor,
  name: string,
  line: number,
  o: { interactive: boolean; isScript: boolean; isSyntax: boolean },
): string {
  if (flavor === 'bash') return o.interactive ? `${name}: ` : `${name}: ${o.isSyntax && !o.isScript ? '-c: ' : ''}line ${line}: `
  if (flavor === 'dash') return `${name}: ${line}: `
  return o.isScript ? `${name}: line ${line}: ` : `${name}: `
}
