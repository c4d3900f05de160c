/** What becomes of words before a command runs: variables, and `$(...)` by what a line prints. */
import { patternRegExp } from '../../engine/text/pattern.ts'
import { isKubectl } from './kubectlLine.ts'
import { quoted } from './machineScript.ts'
import { quotedMark, unquotedMark, variableSign } from './shell.ts'
import type { Command, Redirect } from './shell.ts'

export type Variables = ReadonlyMap<string, string>

type Output = (inner: string) => Promise<string>

/** Puts values of variables and the output of `$(...)` in their places. `printed` runs a line and answers what it prints. */
export async function expand(command: Command, printed: Output, variables: Variables = new Map()): Promise<Command> {
  const output: Output = (inner) =>
    inner.startsWith(variableSign) ? Promise.resolve(variables.get(inner.slice(variableSign.length)) ?? '') : printed(inner)
  const stdin = command.stdin === undefined ? undefined : await expandStdin(command, output, variables)
  const known = { ...command, stdin }
  if (!hasMark(known)) return known
  const words: string[] = []
  for (const word of command.words) words.push(...(await expandWord(word, output)))
  const redirects: Redirect[] = []
  for (const redirect of command.redirects) redirects.push({ ...redirect, file: await inOne(redirect.file, output) })
  const assignments: (readonly [string, string])[] = []
  for (const [name, value] of command.assignments) assignments.push([name, await inOne(value, output)])
  const stdinFile = command.stdinFile === undefined ? undefined : await inOne(command.stdinFile, output)
  return withWords({ ...known, redirects, assignments, stdinFile }, words)
}

function hasMark({ words, redirects, assignments, stdinFile }: Command): boolean {
  const texts = [...words, ...redirects.map(({ file }) => file), ...assignments.map(([, value]) => value), stdinFile ?? '']
  return texts.some((text) => text.includes(unquotedMark) || text.includes(quotedMark))
}

/** Where words are not split. */
const inOne = async (text: string, output: Output): Promise<string> => (await expandWord(text, output)).join(' ')

/**
 * A here-document keeps the dollar before a name that nobody has given a value: what is written for a container is left to it.
 * A here-string is a word.
 */
function expandStdin({ stdin = '', expandsStdin }: Command, output: Output, variables: Variables): Promise<string> | string {
  if (!expandsStdin) return inOne(stdin, output)
  return stdin.replaceAll(/(\\?)\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g, (all: string, escaped: string, plain?: string, braced?: string) =>
    escaped === '' ? (variables.get((plain ?? braced)!) ?? all) : all.slice(1))
}

// oxlint-disable-next-line no-control-regex
const substitution = /\u0000[^\u0000]*\u0000|\u0001[^\u0001]*\u0001/

async function expandWord(word: string, printed: (line: string) => Promise<string>): Promise<string[]> {
  const done: string[] = []
  let current: string | undefined
  let rest = word
  for (let found = substitution.exec(rest); found !== null; found = substitution.exec(rest)) {
    const mark = found[0]
    const output = (await printed(mark.slice(1, -1))).replace(/\n+$/, '')
    const before = rest.slice(0, found.index)
    if (before !== '') current = (current ?? '') + before
    rest = rest.slice(found.index + mark.length)
    if (mark[0] === quotedMark) {
      current = (current ?? '') + output
      continue
    }
    const parts = output.split(/\s+/).filter(Boolean)
    for (const [i, part] of parts.entries()) {
      if (i > 0) done.push(current!)
      current = i > 0 ? part : (current ?? '') + part
    }
  }
  if (rest !== '' || (current === undefined && !word.includes(unquotedMark))) current = (current ?? '') + rest
  return current === undefined ? done : [...done, current]
}

/** Patterns that are not in quotes become the names of files that they fit; one that fits none stays as it is. */
export function globbed(command: Command, files: readonly string[]): Command {
  if (!command.typed.some(isPattern)) return command
  const found = command.words.map((word, i) => (isPattern(command.typed[i]!) ? matching(word, files) : []))
  return {
    ...command,
    words: command.words.flatMap((word, i) => (found[i]!.length > 0 ? found[i]! : [word])),
    typed: command.typed.flatMap((word, i) => (found[i]!.length > 0 ? found[i]!.map(quoted) : [word])),
  }
}

const isPattern = (typed: string): boolean => /[*?[]/.test(typed) && !/['"\\$`]/.test(typed)

function matching(pattern: string, files: readonly string[]): string[] {
  const prefix = pattern.startsWith('./') ? './' : ''
  const fits = patternRegExp(pattern.slice(prefix.length), { path: true })
  return files.filter((name) => fits.test(name)).toSorted().map((name) => prefix + name)
}

/** With other words than were typed. */
export function withWords(command: Command, words: readonly string[]): Command {
  return { ...command, words, typed: words.map(quoted) }
}

/** With what its first word is short for. */
export function withoutAlias(command: Command, aliases: ReadonlyMap<string, readonly string[]>): Command {
  const words = aliases.get(command.words[0] ?? '')
  return words === undefined ? command : { ...command, words: [...words, ...command.words.slice(1)], typed: [...words, ...command.typed.slice(1)] }
}

/** kubectl with the file that $KUBECONFIG names, said on its line: the film keeps lines, and no variables. */
export function withKubeconfig(command: Command, variables: Variables): Command {
  const path = new Map([...variables, ...command.assignments]).get('KUBECONFIG') ?? ''
  if (!isKubectl(command.words[0]) || path === '' || command.words.some((word) => word.startsWith('--kubeconfig'))) return command
  const flag = `--kubeconfig=${path}`
  return { ...command, words: command.words.toSpliced(1, 0, flag), typed: command.typed.toSpliced(1, 0, quoted(flag)) }
}
