/** What a whole shell has to read: loops, functions, arithmetic. It runs in the film, in the shell of the machine that one sits at. */

/** What the terminal knows and that shell does not. */
export interface Known {
  readonly variables?: ReadonlyMap<string, string>
  readonly aliases?: ReadonlyMap<string, readonly string[]>
  /** Texts that define functions and arrays, by their names. */
  readonly definitions: ReadonlyMap<string, string>
}

/** Where a shell begins. */
const home = '/root'

/** Whether the terminal stands elsewhere than on the desk. */
export const isAway = ({ variables }: Pick<Known, 'variables'>): boolean => (variables?.get('PWD') ?? home) !== home

/** The line as that shell gets it: before it, whatever of the known it names. */
export function machineScript(text: string, known: Known): string {
  const before: string[] = []
  let all = text
  const names = (name: string): boolean => new RegExp(`(^|[^\\w-])${name}(?![\\w-])`).test(all)
  for (const [name, definition] of known.definitions) {
    if (!names(name) || text.includes(definition)) continue
    before.push(definition)
    all += `\n${definition}`
  }
  for (const [name, words] of known.aliases ?? []) if (/^[\w-]+$/.test(name) && names(name)) before.push(`${name}() { ${words.join(' ')} "$@"; }`)
  for (const [name, value] of known.variables ?? []) if (/^[A-Za-z_]\w*$/.test(name) && !said.has(name) && !known.definitions.has(name) && names(name)) before.push(`${name}=${quoted(value)}`)
  // `cd -` names none of these.
  if (isAway(known)) before.push(`cd ${quoted(known.variables!.get('PWD')!)}`)
  const from = known.variables?.get('OLDPWD')
  if (from !== undefined) before.push(`OLDPWD=${quoted(from)}`)
  // No line names it, and each kubectl reads it.
  const kubeconfig = known.variables?.get('KUBECONFIG')
  if (kubeconfig !== undefined) before.push(`export KUBECONFIG=${quoted(kubeconfig)}`)
  return [...before, text].join('\n')
}

/** Variables that are not set as others are. */
const said: ReadonlySet<string> = new Set(['KUBECONFIG', 'OLDPWD', 'PWD'])

/** As somebody would have to type it. */
export function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
