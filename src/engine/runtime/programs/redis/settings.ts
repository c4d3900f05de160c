export type Settings = Map<string, string>

/** As deep as files may include each other. */
const MOST_INCLUDES = 16

/** What a configuration file says, and what options on the command line say after it: `--replicaof host port`; `read`: the files that either includes. */
export function settingsOf(file: string, args: readonly string[], read: (path: string) => string | undefined = () => undefined): Settings {
  const settings: Settings = new Map()
  const take = (name: string, value: string, depth: number): void => {
    if (name === 'include') lines(read(value) ?? '', depth + 1)
    else if (name === 'rename-command') settings.set(renamed(value.split(/\s+/)[0]!), unquoted(value.split(/\s+/)[1] ?? '') || ' ')
    else settings.set(name, unquoted(value))
  }
  const lines = (text: string, depth: number): void => {
    if (depth > MOST_INCLUDES) return
    for (const line of text.split('\n')) {
      const match = /^\s*([a-zA-Z][\w-]*)\s+(.*?)\s*$/.exec(line)
      if (match !== null) take(match[1]!.toLowerCase(), match[2]!, depth)
    }
  }
  lines(file, 0)
  for (let i = 0; i < args.length; i++) {
    if (!args[i]!.startsWith('--')) continue
    const words: string[] = []
    while (i + 1 + words.length < args.length && !args[i + 1 + words.length]!.startsWith('--')) words.push(args[i + 1 + words.length]!)
    take(args[i]!.slice(2).toLowerCase(), words.join(' '), 0)
  }
  return settings
}

/** Under which a command's other name is kept; a space: it has none any more. */
export const renamed = (command: string): string => `rename-command ${command.toUpperCase()}`

const unquoted = (text: string): string => /^"(.*)"$/.exec(text)?.[1] ?? text
