import { natureOf, verbOf } from '../shared/film/nature.ts'
import type { Command } from './shell.ts'

/** `kubectl edit` and what else opens an editor, without being asked for help. */
export function isEdit(words: readonly string[]): boolean {
  if (natureOf(words) !== 'act') return false
  const verb = verbOf(words)
  return verb === 'edit' || (verb === 'apply' && words.includes('edit-last-applied')) || (verb === 'create' && words.some((word) => word === '--edit' || word === '--edit=true'))
}

const terminalVerbs = new Set(['exec', 'attach', 'run', 'debug'])

/** Whether the command asks for the terminal: `exec -it`. */
export function wantsTerminal(words: readonly string[]): boolean {
  const dash = words.indexOf('--')
  const flags = dash < 0 ? words : words.slice(0, dash)
  const has = (short: string, long: string): boolean =>
    flags.some((word) => word === long || word === `${long}=true` || (/^-[iqt]+$/.test(word) && word.includes(short)))
  return terminalVerbs.has(verbOf(words) ?? '') && has('i', '--stdin') && has('t', '--tty')
}

/** `apply -f https://...` */
export function readsUrl(words: readonly string[]): boolean {
  return words.some((word, i) => /^(-f=?|--filename=)?https?:\/\//.test(word) && (word.startsWith('-') || /^(-f|--filename)$/.test(words[i - 1] ?? '')))
}

export function isKubectl(word: string | undefined): boolean {
  return word === 'kubectl' || word === 'k'
}

/** What stands behind "kubectl", as it was typed. */
export function lineOf(command: Command): string {
  return command.typed.slice(1).join(' ')
}
