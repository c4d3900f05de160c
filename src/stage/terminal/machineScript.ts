/** What a whole shell has to read: loops, functions, arithmetic. It runs in the film, in the shell of the machine that one sits at. */

/** What the terminal knows and that shell does not. */
export interface Known {
  readonly variables?: ReadonlyMap<string, string>
  readonly aliases?: ReadonlyMap<string, readonly string[]>
  /** Texts that define functions, by their names. */
  readonly functions: ReadonlyMap<string, string>
}

/** The line as that shell gets it: before it, whatever of the known it names. */
export function machineScript(text: string, known: Known): string {
  const before: string[] = []
  let all = text
  const names = (name: string): boolean => new RegExp(`(^|[^\\w-])${name}(?![\\w-])`).test(all)
  for (const [name, definition] of known.functions) {
    if (!names(name) || text.includes(definition)) continue
    before.push(definition)
    all += `\n${definition}`
  }
  for (const [name, words] of known.aliases ?? []) if (/^[\w-]+$/.test(name) && names(name)) before.push(`${name}() { ${words.join(' ')} "$@"; }`)
  for (const [name, value] of known.variables ?? []) if (/^[A-Za-z_]\w*$/.test(name) && name !== 'KUBECONFIG' && names(name)) before.push(`${name}=${quoted(value)}`)
  // No line names it, and each kubectl reads it.
  const kubeconfig = known.variables?.get('KUBECONFIG')
  if (kubeconfig !== undefined) before.push(`export KUBECONFIG=${quoted(kubeconfig)}`)
  return [...before, text].join('\n')
}

/** As somebody would have to type it. */
export function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** `NAME=value;` at the beginning of a line, with values that need nothing done to them: lines after it know them, too. */
export function leadingAssignments(text: string): { assignments: [name: string, value: string][]; rest: string } {
  const assignments: [string, string][] = []
  let rest = text
  for (let found = leading.exec(rest); found !== null; found = leading.exec(rest)) {
    assignments.push([found[1]!, found[2] ?? found[3] ?? found[4]!])
    rest = rest.slice(found[0].length)
  }
  return { assignments, rest }
}

const leading = /^\s*([A-Za-z_]\w*)=(?:'([^']*)'|"([^"$`\\]*)"|([^\s;&|<>$`"'\\()]*))[ \t]*[;\n]\s*/

/** The name of the function that a line begins to define. */
export function definedFunction(text: string): string | undefined {
  const found = /^\s*(?:function\s+([\w-]+)|([\w-]+)\s*\(\))/.exec(text)
  return found?.[1] ?? found?.[2]
}

/** Tools of the machine that one sits at: what asks the network, and what the terminal itself has no piece of. */
export const machineTools: readonly string[] = [
  '.', '[', 'bash', 'cmp', 'comm', 'complete', 'cp', 'curl', 'date', 'diff', 'dig', 'expr', 'find', 'fold', 'git', 'hostname', 'id', 'jq', 'md5sum', 'mkdir',
  'mktemp', 'mv', 'nc', 'nl', 'nslookup', 'openssl', 'paste', 'ping', 'printf', 'pwd', 'python3', 'rev', 'rmdir', 'seq', 'sh', 'sha256sum', 'shopt', 'source',
  'stat', 'sudo', 'tac', 'test', 'time', 'timeout', 'touch', 'type', 'uname', 'wget', 'whoami', 'xxd', 'yes',
]

const machineToolSet = new Set(machineTools)

export function isMachineTool(word: string | undefined): boolean {
  return machineToolSet.has(word ?? '')
}
