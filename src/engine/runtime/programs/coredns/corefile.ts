/** One line of a server block, with the block behind it. */
export interface Directive {
  name: string
  args: readonly string[]
  block: readonly Directive[]
  line: number
}

/** A part of the file: for which zones, on which port, what is done. */
export interface ServerBlock {
  /** In lower case, without the dot at the end; '' is the root. */
  zones: readonly string[]
  port: number
  directives: readonly Directive[]
}

export interface Corefile {
  servers: readonly ServerBlock[]
  /** Patterns of files that it wants taken in. */
  imports: readonly string[]
}

interface Token {
  text: string
  line: number
}

/** Words, text in quotes, braces that stand alone; what follows a # is a comment (caddyfile/lexer.go). */
function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  text.split('\n').forEach((content, i) => {
    for (const [word] of content.matchAll(/"(?:\\.|[^"])*"|\S+/g)) {
      if (word.startsWith('#')) break
      tokens.push({ text: word.startsWith('"') ? word.slice(1, -1).replaceAll('\\"', '"') : word, line: i + 1 })
    }
  })
  return tokens
}

/** Every plugin that is compiled in (plugin.cfg), so that a word that is none is known as wrong. */
const plugins: ReadonlySet<string> = new Set(
  `
  root metadata geoip cancel tls quic timeouts multisocket reload nsid bufsize bind debug trace ready health pprof prometheus errors log dnstap local dns64 acl any chaos loadbalance tsig cache
  rewrite header dnssec autopath minimal template transfer hosts route53 azure clouddns k8s_external kubernetes file auto secondary etcd loop forward grpc erratic whoami on sign view nomad
`
    .trim()
    .split(/\s+/),
)

/** Thrown while the file is read, with the server's words. */
class Mistake extends Error {}

/** What a Corefile says, or what CoreDNS says when it cannot read it (caddyfile/parse.go). */
export function parseCorefile(text: string, path: string): Corefile | { error: string } {
  try {
    const parser = new Parser(tokensOf(text), path)
    return { servers: parser.servers(), imports: parser.imports }
  } catch (error) {
    if (error instanceof Mistake) return { error: error.message }
    throw error
  }
}

class Parser {
  private readonly tokens: readonly Token[]
  private readonly path: string
  private at = 0
  /** Patterns of files that are to be taken in. */
  readonly imports: string[] = []

  constructor(tokens: readonly Token[], path: string) {
    this.tokens = tokens
    this.path = path
  }

  servers(): ServerBlock[] {
    const servers: ServerBlock[] = []
    while (this.at < this.tokens.length) {
      const { line } = this.tokens[this.at]!
      const keys: string[] = []
      while (this.tokens[this.at]?.line === line && this.tokens[this.at]!.text !== '{')
        keys.push(this.tokens[this.at++]!.text)
      if (keys[0] === 'import') {
        this.imports.push(keys.slice(1).join(' '))
        continue
      }
      if (this.tokens[this.at]?.text !== '{')
        throw this.at < this.tokens.length ? this.unexpected('{') : this.mistake(line, 'Unexpected EOF')
      this.at++
      const directives = this.block(1)
      for (const { name, line: where } of directives)
        if (!plugins.has(name) && name !== 'import') throw this.mistake(where, `Unknown directive '${name}'`)
      this.imports.push(...directives.filter(({ name }) => name === 'import').map(({ args }) => args.join(' ')))
      servers.push({ ...addressesOf(keys), directives: directives.filter(({ name }) => name !== 'import') })
    }
    return servers
  }

  /** What stands between braces; the opening one has been read. */
  private block(depth: number): Directive[] {
    const directives: Directive[] = []
    for (;;) {
      const token = this.tokens[this.at]
      if (token === undefined)
        throw depth > 1 ? this.mistake(this.tokens.at(-1)!.line, 'Unexpected EOF') : this.unexpected('}')
      this.at++
      if (token.text === '}') return directives
      const args: string[] = []
      while (this.tokens[this.at]?.line === token.line && !['{', '}'].includes(this.tokens[this.at]!.text))
        args.push(this.tokens[this.at++]!.text)
      const opens = this.tokens[this.at]?.line === token.line && this.tokens[this.at]!.text === '{'
      if (opens) this.at++
      directives.push({ name: token.text, args, block: opens ? this.block(depth + 1) : [], line: token.line })
    }
  }

  private mistake(line: number, what: string): Mistake {
    return new Mistake(`${this.path}:${line} - Error during parsing: ${what}`)
  }

  private unexpected(wanted: string): Mistake {
    const { text, line } = this.tokens[this.at] ?? this.tokens.at(-1)!
    return new Mistake(`${this.path}:${line} - Syntax error: Unexpected token '${text}', expecting '${wanted}'`)
  }
}

/** '.:53', 'example.org', 'dns://example.org:1053'. */
function addressesOf(keys: readonly string[]): { zones: string[]; port: number } {
  let port = 53
  const zones = keys
    .flatMap((key) => key.split(','))
    .filter((key) => key !== '')
    .map((key) => {
      const [, zone = '', given] = /^(?:dns:\/\/)?(.*?)(?::(\d+))?$/.exec(key) ?? []
      if (given !== undefined) port = Number(given)
      return zoneName(zone)
    })
  return { zones, port }
}

export const zoneName = (text: string): string => text.toLowerCase().replace(/\.$/, '')

export const isWithinZone = (name: string, zone: string): boolean =>
  zone === '' || name === zone || name.endsWith(`.${zone}`)

/** The first of its name. */
export const pluginOf = ({ servers }: Corefile, name: string): Directive | undefined =>
  servers.flatMap(({ directives }) => directives).find((directive) => directive.name === name)
