import { parseOptions } from '../../../text/options.ts'
import type { Target } from '../pass-on.ts'

/** haproxy's configuration language: sections of one line a directive, each word after the other (src/cfgparse.c). */
export interface Line {
  number: number
  words: readonly string[]
}

export interface Proxy {
  kind: 'frontend' | 'backend' | 'listen'
  name: string
  lines: readonly Line[]
}

export interface Server extends Target {
  name: string
  isBackup: boolean
  weight: number
  line: number
}

const sections: ReadonlySet<string> = new Set(['global', 'defaults', 'frontend', 'backend', 'listen', 'resolvers', 'peers', 'userlist', 'cache', 'program', 'http-errors', 'mailers', 'ring', 'log-forward', 'crt-store', 'traces', 'fcgi-app'])

export class HaproxyError {
  readonly line: number | undefined
  readonly message: string
  constructor(message: string, line?: number) {
    this.message = message
    this.line = line
  }
}

/** The proxies of a file, with what the defaults above each say in front of its own. */
export function parseHaproxy(text: string, env: (name: string) => string): Proxy[] | HaproxyError {
  const proxies: { kind: Proxy['kind']; name: string; lines: Line[] }[] = []
  let defaults: Line[] = []
  let into: Line[] | undefined
  const all = text.split('\n')
  if (text !== '' && !text.endsWith('\n')) return new HaproxyError(`Missing LF on last line, file might have been truncated at position ${all.at(-1)!.length + 1}.`, all.length)
  for (const [i, line] of all.entries()) {
    const words = wordsOf(line, env)
    const [first, name = ''] = words
    if (first === undefined) continue
    if (!sections.has(first) || (first === 'cache' && into !== undefined)) {
      if (into === undefined) return new HaproxyError(`unknown keyword '${first}' out of section.`, i + 1)
      into.push({ number: i + 1, words })
    } else if (first === 'frontend' || first === 'backend' || first === 'listen') {
      if (name === '') return new HaproxyError(`'${first}' expects an <id> argument`, i + 1)
      into = [...defaults]
      proxies.push({ kind: first, name, lines: into })
    } else {
      into = []
      if (first === 'defaults') defaults = into
    }
  }
  return proxies
}

/** Words between blanks; # begins a remark, quotes and \ take what is between or behind them as it is, "$NAME" is a variable. */
function wordsOf(line: string, env: (name: string) => string): string[] {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!
    if (quote !== '') {
      const variable = quote === '"' && c === '$' ? /^\$\{?(\w+)\}?/.exec(line.slice(i)) : null
      if (c === quote) quote = ''
      else if (variable !== null) {
        word += env(variable[1]!)
        i += variable[0].length - 1
      } else word += c
    } else if (c === '"' || c === "'") [quote, word] = [c, word ?? '']
    else if (c === '\\' && i + 1 < line.length) word = (word ?? '') + line[++i]!
    else if (/\s/.test(c)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (c === '#') break
    else word = (word ?? '') + c
  }
  return word === undefined ? words : [...words, word]
}

export const lastOf = ({ lines }: Proxy, ...name: string[]): Line | undefined => lines.findLast(({ words }) => name.every((word, i) => words[i] === word))

export const allOf = ({ lines }: Proxy, name: string): Line[] => lines.filter(({ words }) => words[0] === name)

export const modeOf = (proxy: Proxy): string => lastOf(proxy, 'mode')?.words[1] ?? 'tcp'

/** bind [ADDRESS]:PORT[-PORT], ... */
export function bindsOf(proxy: Proxy): { port: number; secure: boolean }[] {
  return allOf(proxy, 'bind').flatMap(({ words: [, addresses = '', ...rest] }) =>
    addresses.split(',').flatMap((address) => {
      const [, from, to] = /:(\d+)(?:-(\d+))?$/.exec(address) ?? []
      if (from === undefined) return []
      return Array.from({ length: Math.max(1, Number(to ?? from) - Number(from) + 1) }, (_, i) => ({ port: Number(from) + i, secure: rest.includes('ssl') }))
    }),
  )
}

/** server NAME ADDRESS[:PORT] [backup] [weight N] [disabled], and server-template PREFIX COUNT ADDRESS:PORT, which is as many as the name has addresses. */
export function serversOf(proxy: Proxy): Server[] {
  return [...allOf(proxy, 'server'), ...allOf(proxy, 'server-template')].flatMap(({ words: [kind, name = '', ...given], number }) => {
    const [address = '', ...options] = kind === 'server' ? given : given.slice(1)
    if (options.includes('disabled')) return []
    const [host = '', port = '80'] = address.replace(/^ipv4@/, '').split(':')
    const weight = options.indexOf('weight')
    return [{ name, host, port: Number(port), isBackup: options.includes('backup'), weight: weight < 0 ? 1 : Number(options[weight + 1]), line: number }]
  })
}

/** -f FILE or DIRECTORY, as often as one likes; -c only looks whether they are good. */
export function optionsOf(args: readonly string[]): { paths: string[]; checks: boolean } {
  const o = parseOptions(args, { short: 'f:cdDWqVvn:N:p:C:S:L:m:' })
  return { paths: o.repeated.get('f') ?? [], checks: o.has('c') }
}
