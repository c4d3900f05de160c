import { quote } from './quote.ts'
import type { Index, ShellState } from './state.ts'

/** What a line has left behind in its shell, for whoever reads the next one: only what differs from how the line began. */
export interface Left {
  /** Values by name; $PWD and $OLDPWD say where it has gone. */
  readonly variables: Readonly<Record<string, string>>
  /** What only a shell can read, by name: the texts that define functions and arrays. */
  readonly definitions: Readonly<Record<string, string>>
}

/** A shell sets these for itself. */
const own: ReadonlySet<string> = new Set(['_', 'IFS', 'OPTIND', 'PIPESTATUS', 'SHLVL'])

/** To be called before the line runs; answers what it has left whenever that is asked, even of a line that was killed. */
export function leftFrom(state: ShellState): () => Left {
  const before = new Map(Array.from(state.variables, ([name, { value }]) => [name, value]))
  return () => {
    const variables: [string, string][] = []
    const definitions: [string, string][] = []
    for (const [name, { value, elements, isMap }] of state.variables) {
      if (own.has(name)) continue
      if (elements !== undefined) definitions.push([name, arrayText(name, elements, isMap === true)])
      // Who has come back stands where the line began, and perhaps not where the terminal does.
      if (before.get(name) !== value || (name === 'PWD' && state.variables.has('OLDPWD'))) variables.push([name, value])
    }
    for (const [name, { body, source }] of state.functions) definitions.push([name, `${name}() ${source.slice(body.pos, body.end)}`])
    return { variables: Object.fromEntries(variables), definitions: Object.fromEntries(definitions) }
  }
}

/** A script that makes it, by the index of each element: arrays may have gaps. */
function arrayText(name: string, elements: ReadonlyMap<Index, string>, isMap: boolean): string {
  const set = Array.from(elements, ([index, text]) => `${name}[${isMap ? quote(String(index)) : index}]=${quote(text)}`)
  return [`declare -${isMap ? 'A' : 'a'} ${name}`, ...set].join('; ')
}
