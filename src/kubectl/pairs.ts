/** `key=value` and `key-` at the end of a command line. */
import { CommandError } from './errors.ts'

export interface SplitArguments {
  resources: string[]
  pairs: string[]
}

/** The objects first, then the changes: cmdutil.GetResourcesAndPairs. */
export function splitResourcesAndPairs(args: readonly string[], kind: string): SplitArguments {
  const isPair = (word: string) => (word.includes('=') && word[0] !== '=') || (word.endsWith('-') && word !== '-')
  const first = args.findIndex(isPair)
  if (first < 0) return { resources: [...args], pairs: [] }
  const pairs = args.slice(first)
  const stray = pairs.find((word) => !isPair(word))
  if (stray !== undefined) throw new CommandError(`all resources must be specified before ${kind} changes: ${stray}`)
  return { resources: args.slice(0, first), pairs }
}

export interface Changes {
  set: Map<string, string>
  remove: string[]
}

/** cmdutil.ParsePairs, with removal. */
export function parsePairs(pairs: readonly string[], kind: string): Changes {
  const set = new Map<string, string>()
  const remove: string[] = []
  const wrong: string[] = []
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    if (equals > 0) set.set(pair.slice(0, equals), pair.slice(equals + 1))
    else if (equals < 0 && pair.endsWith('-') && pair !== '-') remove.push(pair.slice(0, -1))
    else wrong.push(pair)
  }
  if (wrong.length > 0) throw new CommandError(`invalid ${kind} format: ${wrong.join(', ')}`)
  return { set, remove }
}
