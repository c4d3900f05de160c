import { escapeRegExp } from '../../../text/regexp.ts'
import { formValue, type HttpRequest } from '../../http.ts'
import { allOf, type Proxy } from './config.ts'

/** What rules ask of a request: `acl NAME CRITERION [flags] PATTERN...`, and `if NAME !OTHER || { CRITERION PATTERN }` (src/acl.c, the sample fetches of src/http_fetch.c). */
export class Conditions {
  private readonly named = new Map<string, (readonly string[])[]>()

  constructor(proxy: Proxy) {
    for (const { words: [, name = '', ...test] } of allOf(proxy, 'acl')) this.named.set(name, [...(this.named.get(name) ?? []), test])
  }

  /** Of the words of a rule: those behind `if` or `unless`; without them it always holds. */
  hold(words: readonly string[], r: HttpRequest): boolean {
    const at = words.findIndex((word) => word === 'if' || word === 'unless')
    if (at < 0) return true
    const alternatives: string[][] = [[]]
    for (const word of words.slice(at + 1)) {
      if (word === '||' || word === 'or') alternatives.push([])
      else alternatives.at(-1)!.push(word)
    }
    return alternatives.some((terms) => this.all(terms, r)) === (words[at] === 'if')
  }

  private all(terms: readonly string[], r: HttpRequest): boolean {
    for (let i = 0; i < terms.length; i++) {
      let term = terms[i]!
      const isNegated = term.startsWith('!')
      if (isNegated) term = term === '!' ? terms[++i] ?? '' : term.slice(1)
      let holds: boolean
      if (term === '{') {
        const end = terms.indexOf('}', i)
        holds = matches(terms.slice(i + 1, end < 0 ? undefined : end), r)
        i = end < 0 ? terms.length : end
      } else holds = this.named.get(term)?.some((test) => matches(test, r)) ?? predefined[term]?.(r) ?? false
      if (holds === isNegated) return false
    }
    return true
  }
}

const predefined: Readonly<Record<string, (r: HttpRequest) => boolean>> = {
  TRUE: () => true,
  FALSE: () => false,
  METH_GET: ({ method }) => method === 'GET' || method === 'HEAD',
  METH_POST: ({ method }) => method === 'POST',
  HTTP: () => true,
}

/** The text that a criterion fetches; undefined where there is none. */
export function fetched(criterion: string, r: HttpRequest): string | undefined {
  const [, name = '', argument = ''] = /^(?:req\.|capture\.req\.)?([\w.]+?)(?:_(?:beg|end|sub|reg|dir|dom|len))?(?:\(([^)]*)\))?$/.exec(criterion) ?? []
  const [path = '/', query = ''] = r.path.split('?', 2)
  const host = r.headers['host'] ?? ''
  switch (name) {
    case 'path':
      return path
    case 'url':
    case 'uri':
    case 'pathq':
      return r.path
    case 'base':
      return host + path
    case 'hdr':
    case 'fhdr':
      return r.headers[argument.split(',')[0]!.toLowerCase()]
    case 'cook':
    case 'cookie':
      return new RegExp(`(?:^|; *)${escapeRegExp(argument)}=([^;]*)`).exec(r.headers['cookie'] ?? '')?.[1]
    case 'url_param':
    case 'urlp':
      return formValue(query, argument)
    case 'query':
      return query
    case 'method':
      return r.method
    case 'src':
      return r.source ?? '127.0.0.1'
    case 'dst_port':
      return String(r.port)
    case 'ssl_fc':
      return r.secure === true ? '1' : undefined
    case 'always_true':
      return '1'
    default:
      return undefined
  }
}

const kinds: Readonly<Record<string, (value: string, pattern: string) => boolean>> = {
  str: (value, pattern) => value === pattern,
  beg: (value, pattern) => value.startsWith(pattern),
  end: (value, pattern) => value.endsWith(pattern),
  sub: (value, pattern) => value.includes(pattern),
  dir: (value, pattern) => `/${value}/`.includes(`/${pattern}/`),
  dom: (value, pattern) => `.${value.replace(/:\d+$/, '')}.`.includes(`.${pattern}.`),
  reg: (value, pattern) => regularly(value, pattern, ''),
  ip: (value, pattern) => inNetwork(value, pattern),
}

function matches([criterion = '', ...given]: readonly string[], r: HttpRequest): boolean {
  let kind = /_(beg|end|sub|reg|dir|dom)(?:\(|$)/.exec(criterion)?.[1] ?? (criterion === 'src' ? 'ip' : 'str')
  let isFolded = false
  while (given[0]?.startsWith('-') === true) {
    const flag = given.shift()!
    if (flag === '-i') isFolded = true
    else if (flag === '-m') kind = given.shift() ?? kind
    else if (flag === '--') break
  }
  const [plain, ...converters] = criterion.split(/,(?![^(]*\))/)
  let value = fetched(plain!, r)
  if (converters.includes('lower')) value = value?.toLowerCase()
  if (kind === 'found' || given.length === 0) return value !== undefined
  if (value === undefined) return false
  const fold = (text: string): string => (isFolded ? text.toLowerCase() : text)
  return given.some((pattern) => (kind === 'reg' ? regularly(value, pattern, isFolded ? 'i' : '') : (kinds[kind] ?? kinds['str']!)(fold(value), fold(pattern))))
}

function regularly(value: string, pattern: string, flags: string): boolean {
  try {
    return new RegExp(pattern, flags).test(value)
  } catch {
    return false
  }
}

function inNetwork(address: string, network: string): boolean {
  const [base = '', bits = '32'] = network.split('/')
  const number = (ip: string): number => ip.split('.').reduce((n, part) => n * 256 + Number(part), 0)
  const size = 2 ** (32 - Number(bits))
  return Math.floor(number(address) / size) === Math.floor(number(base) / size)
}
