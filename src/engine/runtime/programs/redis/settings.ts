export type Settings = Map<string, string>

/** What a configuration file says, and what options on the command line say after it: `--replicaof host port`. */
export function settingsOf(file: string, args: readonly string[]): Settings {
  const settings: Settings = new Map()
  for (const line of file.split('\n')) {
    const match = /^\s*([a-zA-Z][\w-]*)\s+(.*?)\s*$/.exec(line)
    if (match !== null) settings.set(match[1]!.toLowerCase(), unquoted(match[2]!))
  }
  for (let i = 0; i < args.length; i++) {
    if (!args[i]!.startsWith('--')) continue
    const words: string[] = []
    while (i + 1 + words.length < args.length && !args[i + 1 + words.length]!.startsWith('--')) words.push(args[i + 1 + words.length]!)
    settings.set(args[i]!.slice(2).toLowerCase(), words.join(' '))
  }
  return settings
}

const unquoted = (text: string): string => /^"(.+)"$/.exec(text)?.[1] ?? text
