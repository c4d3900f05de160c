/** Caddy's own configuration language: a directive a line, blocks in braces (caddyconfig/caddyfile). */
export interface Directive {
  name: string
  args: readonly string[]
  block: readonly Directive[]
  line: number
}

export interface Site {
  /** Ports that it listens on; names that it is for, none when it is for all. */
  ports: readonly { port: number; secure: boolean }[]
  names: readonly string[]
  directives: readonly Directive[]
}

export class CaddyError {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

interface Token {
  text: string
  line: number
}

function tokens(text: string, env: (name: string) => string): Token[] {
  const found: Token[] = []
  let line = 1
  for (const [all, quoted, raw] of text.matchAll(/\n|(?<=^|\s)#[^\n]*|"((?:[^"\\]|\\.)*)"|`([^`]*)`|[^\s]+/g)) {
    if (all === '\n') {
      line++
      continue
    }
    if (!all.startsWith('#')) found.push({ text: (quoted?.replaceAll(/\\(.)/g, '$1') ?? raw ?? all).replaceAll(/\{\$(\w+)(?::([^}]*))?\}/g, (_, name: string, usual = '') => env(name) || usual), line })
    line += all.split('\n').length - 1
  }
  return found
}

function block(all: Token[]): Directive[] {
  const directives: Directive[] = []
  for (;;) {
    const first = all.shift()
    if (first === undefined || first.text === '}') return directives
    const args: string[] = []
    while (all[0] !== undefined && all[0].line === first.line && all[0].text !== '{') {
      if (all[0].text === '}') break
      args.push(all.shift()!.text)
    }
    const opens = all[0]?.text === '{' && all[0].line === first.line
    if (opens) all.shift()
    directives.push({ name: first.text, args, block: opens ? block(all) : [], line: first.line })
  }
}

/** The sites of a file, which may be one without braces. */
export function parseCaddyfile(text: string, env: (name: string) => string): Site[] | CaddyError {
  const all = tokens(text, env)
  const [open, close] = ['{', '}'].map((mark) => all.filter((token) => token.text === mark).length)
  if (open !== close) return new CaddyError(`Caddyfile:${all.at(-1)?.line ?? 1}: unexpected ${open! > close! ? 'EOF' : "'}'"}`)
  // Options of the server itself stand first, in a block without a name.
  if (all[0]?.text === '{') {
    all.shift()
    block(all)
  }
  const sites = block(all.map((token) => ({ ...token })))
  const isOne = sites.length > 0 && all.every((token, i) => token.text !== '{' || all[i - 1]?.line !== all[0]!.line)
  const given = isOne ? [{ name: sites[0]!.name, args: sites[0]!.args, block: sites.slice(1), line: 1 }] : sites
  const wrong = given.flatMap((site) => site.block).find((d) => !known.has(d.name) && !d.name.startsWith('@'))
  if (wrong !== undefined) return new CaddyError(`Caddyfile:${wrong.line}: unrecognized directive: ${wrong.name}`)
  return given.filter((site) => !site.name.startsWith('(')).map((site) => siteOf([site.name, ...site.args].flatMap((one) => one.split(',')).filter((one) => one !== ''), site.block))
}

const known: ReadonlySet<string> = new Set(['abort', 'acme_server', 'basic_auth', 'basicauth', 'bind', 'encode', 'error', 'file_server', 'forward_auth', 'fs', 'handle', 'handle_errors', 'handle_path', 'header', 'import', 'intercept', 'invoke', 'log', 'log_append', 'log_skip', 'map', 'method', 'metrics', 'php_fastcgi', 'push', 'redir', 'request_body', 'request_header', 'respond', 'reverse_proxy', 'rewrite', 'root', 'route', 'skip_log', 'templates', 'tls', 'tracing', 'try_files', 'uri', 'vars'])

function siteOf(addresses: readonly string[], directives: readonly Directive[]): Site {
  const taken = addresses.map((address) => {
    const [, scheme, host = '', port] = /^(?:(https?):\/\/)?([^:/]*)(?::(\d+))?/.exec(address) ?? []
    // A name alone means HTTPS; a port alone, or an address with http://, does not.
    const secure = scheme === 'https' || (scheme === undefined && port === undefined && host !== '') || port === '443'
    return { host, port: Number(port ?? (secure ? 443 : 80)), secure }
  })
  return { ports: taken.map(({ port, secure }) => ({ port, secure })), names: taken.map(({ host }) => host).filter((host) => host !== '' && host !== '*'), directives }
}
