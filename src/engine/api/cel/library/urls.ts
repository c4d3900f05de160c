import type { Environment } from '@marcbachmann/cel-js'
import { goQuote } from '../../field.ts'
import { failure, register, registerType } from './register.ts'

/** The parts of a URL as Go's net/url parses a request URI: absolute, or a path from the root. */
class Location {
  readonly text: string
  readonly scheme: string
  readonly host: string
  readonly path: string
  readonly query: string

  constructor(text: string, scheme: string, host: string, path: string, query: string) {
    this.text = text
    this.scheme = scheme
    this.host = host
    this.path = path
    this.query = query
  }

  get hostname(): string {
    return this.host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1')
  }

  get port(): string {
    return /:(\d*)$/.exec(this.host)?.[1] ?? ''
  }

  toString(): string {
    return this.text
  }
}

function parse(text: string): Location | { error: string } {
  const error = (why: string): { error: string } => ({ error: `URL parse error during conversion from string: parse ${goQuote(text)}: ${why}` })
  if (text === '') return error('empty url')
  if (/\p{Cc}/u.test(text)) return error('net/url: invalid control character in URL')
  const [, scheme = '', rest = ''] = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(.*)$/s.exec(text)!
  if (scheme === '' && !rest.startsWith('/')) return error('invalid URI for request')
  const [withoutQuery = '', ...queries] = rest.split('?')
  const authority = scheme === '' ? null : /^\/\/([^/]*)(.*)$/s.exec(withoutQuery)
  if (authority === null && scheme !== '' && !withoutQuery.startsWith('/')) return error('invalid URI for request')
  const host = authority?.[1]?.replace(/^.*@/, '') ?? ''
  if (/[ <>"\\^`{|}]/.test(host)) return error(`invalid character ${goQuote(/[ <>"\\^`{|}]/.exec(host)![0])} in host name`)
  if (/:/.test(host.replace(/^\[.*\]/, '')) && !/:\d*$/.test(host)) return error(`invalid port ${goQuote(host.slice(host.lastIndexOf(':')))} after host`)
  return new Location(text, scheme.toLowerCase(), host, authority?.[2] ?? withoutQuery, queries.join('?'))
}

function must(text: string): Location {
  const parsed = parse(text)
  if ('error' in parsed) throw failure(parsed.error)
  return parsed
}

/** apiserver/pkg/cel/library/urls.go */
export function registerURLs(environment: Environment): void {
  const type = 'kubernetes.URL'
  registerType(environment, type, Location, (a: Location, b: Location) => a.text === b.text)
  register(environment, {
    [`url(string): ${type}`]: must,
    'isURL(string): bool': (text: string) => !('error' in parse(text)),
    [`${type}.getScheme(): string`]: ({ scheme }: Location) => scheme,
    [`${type}.getHost(): string`]: ({ host }: Location) => host,
    [`${type}.getHostname(): string`]: ({ hostname }: Location) => hostname,
    [`${type}.getPort(): string`]: ({ port }: Location) => port,
    [`${type}.getEscapedPath(): string`]: ({ path }: Location) => encodeURI(tryDecode(path, decodeURI)),
    [`${type}.getQuery(): map<string, list<string>>`]: ({ query }: Location) => queryOf(query),
  })
}

/** A percent sign that stands for nothing stays what it is. */
function tryDecode(text: string, decode: (text: string) => string): string {
  try {
    return decode(text)
  } catch {
    return text
  }
}

const decodePart = (text: string): string => tryDecode(text, decodeURIComponent)

function queryOf(query: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const pair of query.split('&').filter((part) => part !== '')) {
    const [key = '', ...value] = pair.split('=').map((text) => decodePart(text.replaceAll('+', ' ')))
    found.set(key, [...(found.get(key) ?? []), value.join('=')])
  }
  return found
}
