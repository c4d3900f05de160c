/** nginx's configuration language: directives that end with ; or hold a { block }. */
export interface Directive {
  name: string
  args: string[]
  block: Directive[] | undefined
  line: number
  /** Where that line is; the main file when left out. */
  file?: string | undefined
}

export class ConfigError {
  readonly message: string
  readonly line: number
  readonly file: string | undefined
  constructor(message: string, line: number, file?: string) {
    this.message = message
    this.line = line
    this.file = file
  }
}

interface Token {
  text: string
  quoted: boolean
  line: number
}

export function parseNginxConfig(text: string, file?: string): Directive[] {
  try {
    return inFile(parseBlock(tokenize(text), true), file)
  } catch (e) {
    throw e instanceof ConfigError ? new ConfigError(e.message, e.line, e.file ?? file) : e
  }
}

const inFile = (directives: readonly Directive[], file: string | undefined): Directive[] =>
  directives.map((d) => ({ ...d, file, block: d.block === undefined ? undefined : inFile(d.block, file) }))

/** A file that another one includes. */
export interface IncludedFile {
  path: string
  text: string
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let line = 1
  for (const match of text.matchAll(
    /\n|#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|[{};]|(?:\$\{\w+\}|[^\s{};"'#]|(?<=\S)["'#])+/gs,
  )) {
    const [all, double, single] = match
    if (all === '\n') line++
    else if (!all.startsWith('#'))
      tokens.push({ text: double ?? single ?? all, quoted: double !== undefined || single !== undefined, line })
    if (all.length > 1) line += all.split('\n').length - 1
  }
  return tokens
}

function parseBlock(tokens: Token[], isTop: boolean): Directive[] {
  const out: Directive[] = []
  for (;;) {
    const token = tokens.shift()
    if (token === undefined) {
      if (isTop) return out
      throw new ConfigError('unexpected end of file, expecting "}"', out.at(-1)?.line ?? 1)
    }
    if (!token.quoted && token.text === '}') {
      if (!isTop) return out
      throw new ConfigError('unexpected "}"', token.line)
    }
    if (!token.quoted && (token.text === ';' || token.text === '{'))
      throw new ConfigError(`unexpected "${token.text}"`, token.line)
    out.push(parseDirective(token, tokens))
  }
}

function parseDirective(first: Token, tokens: Token[]): Directive {
  const args: string[] = []
  for (;;) {
    const token = tokens.shift()
    if (token === undefined) throw new ConfigError('unexpected end of file, expecting ";" or "}"', first.line)
    if (token.quoted) args.push(token.text)
    else if (token.text === ';') return { name: first.text, args, block: undefined, line: first.line }
    else if (token.text === '{') return { name: first.text, args, block: parseBlock(tokens, false), line: first.line }
    else if (token.text === '}') throw new ConfigError('unexpected "}"', token.line)
    else args.push(token.text)
  }
}

export interface NginxLocation {
  /** '', '=', '^~', '~', '~*' */
  modifier: string
  path: string
  directives: Directive[]
}

export interface NginxServer {
  ports: number[]
  /** Those of them that speak TLS. */
  securePorts: number[]
  names: string[]
  /** Ports where it answers for names that nobody has. */
  defaultPorts: number[]
  directives: Directive[]
  locations: NginxLocation[]
  /** Groups of servers that any of them may pass on to. */
  upstreams: readonly Directive[]
  /** Of a `stream`: it speaks no HTTP, and passes connections on as they are. */
  isStream?: true
}

const topDirectives = new Set([
  'user',
  'worker_processes',
  'error_log',
  'pid',
  'events',
  'http',
  'stream',
  'mail',
  'include',
  'daemon',
  'load_module',
  'worker_rlimit_nofile',
  'env',
  'master_process',
  'worker_cpu_affinity',
  'worker_shutdown_timeout',
  'timer_resolution',
  'pcre_jit',
  'thread_pool',
  'worker_priority',
  'lock_file',
  'ssl_engine',
  'working_directory',
  'debug_points',
])

/** The servers of a whole configuration; `include` gives the texts of the files that match. */
export function nginxServers(text: string, include: (pattern: string) => IncludedFile[]): NginxServer[] {
  const top = expandIncludes(parseNginxConfig(text), include)
  for (const d of top)
    if (!topDirectives.has(d.name))
      throw new ConfigError(
        d.name === 'server' || d.name === 'location'
          ? `"${d.name}" directive is not allowed here`
          : `unknown directive "${d.name}"`,
        d.line,
        d.file,
      )
  if (!top.some((d) => d.name === 'events')) throw new ConfigError('no "events" section in configuration', 0)
  const http = top.filter((d) => d.name === 'http').flatMap((d) => d.block ?? [])
  const upstreams = http.filter((d) => d.name === 'upstream')
  return [...http.filter((d) => d.name === 'server').map((d) => serverOf(d.block ?? [], http, upstreams)), ...streamServers(top)]
}

function streamServers(top: readonly Directive[]): NginxServer[] {
  const stream = top.filter((d) => d.name === 'stream').flatMap((d) => d.block ?? [])
  const upstreams = stream.filter((d) => d.name === 'upstream')
  // Without TLS a port is a port: what is said there is the business of who is behind it.
  return stream.filter((d) => d.name === 'server').map((d) => ({ ...serverOf(d.block ?? [], [], upstreams), isStream: true }))
}

/** From which level on the error log is told something: that of the file's own `error_log`, or nginx' default. */
export function errorLevel(text: string): string {
  return /^\s*error_log\s+[^\s;]+(?:\s+(\w+))?\s*;/m.exec(text)?.[1] ?? 'error'
}

function expandIncludes(directives: Directive[], include: (pattern: string) => IncludedFile[]): Directive[] {
  return directives.flatMap((d) => {
    if (d.name !== 'include') return [d.block === undefined ? d : { ...d, block: expandIncludes(d.block, include) }]
    return include(d.args[0] ?? '').flatMap(({ path, text }) => expandIncludes(parseNginxConfig(text, path), include))
  })
}

/** What a server takes over from the block around it. */
const inherited = new Set(['root', 'index', 'access_log', 'proxy_set_header', 'add_header', 'error_page', 'resolver', 'proxy_connect_timeout', 'proxy_read_timeout'])

function serverOf(block: Directive[], http: Directive[], upstreams: readonly Directive[]): NginxServer {
  const listen = block.filter((d) => d.name === 'listen')
  const portOf = (d: Directive): number => Number(/(?:^|:)(\d+)$/.exec(d.args[0] ?? '')?.[1] ?? 80)
  const ports = listen.map(portOf)
  const locations = block
    .filter((d) => d.name === 'location')
    .map((d) => ({
      modifier: d.args.length > 1 ? d.args[0]! : '',
      path: d.args.at(-1) ?? '/',
      directives: d.block ?? [],
    }))
  return {
    ports: ports.length === 0 ? [80] : [...new Set(ports)],
    securePorts: listen.filter((d) => d.args.includes('ssl')).map(portOf),
    defaultPorts: listen.filter((d) => d.args.includes('default_server') || d.args.includes('default')).map(portOf),
    names: block.find((d) => d.name === 'server_name')?.args ?? [],
    directives: [...block, ...http.filter((d) => inherited.has(d.name))],
    locations,
    upstreams,
  }
}

/** nginx's choice: an exact one, the longest ^~ prefix, the first regular expression, the longest prefix. */
export function chooseLocation(server: NginxServer, path: string): NginxLocation | undefined {
  const { locations } = server
  const exact = locations.find((l) => l.modifier === '=' && l.path === path)
  if (exact !== undefined) return exact
  const prefixes = locations
    .filter((l) => (l.modifier === '' || l.modifier === '^~') && path.startsWith(l.path))
    .sort((a, b) => b.path.length - a.path.length)
  if (prefixes[0]?.modifier === '^~') return prefixes[0]
  const pattern = locations.find((l) => l.modifier.startsWith('~') && matches(l, path))
  return pattern ?? prefixes[0]
}

function matches(l: NginxLocation, path: string): boolean {
  try {
    return new RegExp(l.path, l.modifier === '~*' ? 'i' : '').test(path)
  } catch {
    return false
  }
}
