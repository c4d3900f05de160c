import { formValue, type HttpRequest } from '../../http.ts'

/** What a gateway's proxies go by: which request is for which backends, as routes of the Gateway API say it. All pure. */

export interface Gate {
  port: number
  secure: boolean
  /** The first that fits is taken. */
  rules: readonly Rule[]
}

export interface Rule {
  /** 'www.example.com', '*.example.com', or '' for whichever host. */
  host: string
  path: Match
  method?: string | undefined
  headers: readonly Match[]
  query: readonly Match[]
  filters: readonly Filter[]
  backends: readonly WeightedBackend[]
}

export interface Match {
  type: string
  name?: string
  value: string
}

/** A filter as a rule has it: `{ type: RequestRedirect, requestRedirect: ... }`. */
export type Filter = Record<string, any>

export interface WeightedBackend {
  /** 'namespace/name:port'; '': there is no such Service, or it is not to be asked from here. */
  service: string
  weight: number
  endpoints: readonly { ip: string; port: number }[]
}

/** The rule of one request; a host that is named more closely hides the others. */
export function ruleOf(rules: readonly Rule[], r: HttpRequest): Rule | undefined {
  const asked = (r.headers['host'] ?? '').replace(/:\d+$/, '').toLowerCase()
  const host = [...new Set(rules.map((rule) => rule.host))].filter((one) => isOf(one, asked)).toSorted(closer)[0]
  const [path = '/', query = ''] = r.path.split(/\?(.*)/s)
  return rules.find(
    (rule) =>
      rule.host === host &&
      isPath(rule.path, path) &&
      (rule.method === undefined || rule.method === r.method) &&
      rule.headers.every((header) => fits(header, r.headers[header.name!.toLowerCase()])) &&
      rule.query.every((one) => fits(one, formValue(query, one.name!))),
  )
}

/** A wildcard stands for one label or more. */
export const isOf = (host: string, asked: string): boolean => host === '' || host === asked || (host.startsWith('*.') && asked.endsWith(host.slice(1)))

/** Exact names before wildcards, long ones before short ones, everything last. */
const closer = (a: string, b: string): number => Number(a.startsWith('*') || a === '') - Number(b.startsWith('*') || b === '') || b.length - a.length

/** The host that both mean: the closer of the two; undefined where they have none in common. */
export function commonHost(a: string, b: string): string | undefined {
  if (isOf(a, b)) return b
  return isOf(b, a) ? a : undefined
}

function isPath({ type, value }: Match, path: string): boolean {
  if (type === 'Exact') return path === value
  if (type === 'RegularExpression') return regularly(value, path)
  const prefix = value.replace(/\/$/, '')
  return path === prefix || path.startsWith(`${prefix}/`)
}

const fits = ({ type, value }: Match, given: string | undefined): boolean => given !== undefined && (type === 'RegularExpression' ? regularly(value, given) : given === value)

function regularly(pattern: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})`).test(text)
  } catch {
    return false
  }
}

/** Which of two rules comes first (HTTPRouteRule.matches in the API's reference): the closer path, then the method, then more headers, then more of the query. */
export function precedence(a: Rule, b: Rule): number {
  const kind = ({ path: { type } }: Rule): number => ['Exact', 'RegularExpression', 'PathPrefix'].indexOf(type)
  return (
    kind(a) - kind(b) ||
    b.path.value.length - a.path.value.length ||
    Number(a.method === undefined) - Number(b.method === undefined) ||
    b.headers.length - a.headers.length ||
    b.query.length - a.query.length
  )
}

/** Where a redirect leads. */
export function redirected({ requestRedirect = {} }: Filter, rule: Rule, r: HttpRequest, secure: boolean): { status: number; location: string } {
  const scheme: string = requestRedirect.scheme ?? (secure ? 'https' : 'http')
  const usual = scheme === 'https' ? 443 : 80
  const port: number = requestRedirect.port ?? (requestRedirect.scheme === undefined ? r.port : usual)
  const host: string = requestRedirect.hostname ?? (r.headers['host'] ?? '').replace(/:\d+$/, '')
  return { status: requestRedirect.statusCode ?? 302, location: `${scheme}://${host}${port === usual ? '' : `:${port}`}${rewritten(requestRedirect.path, rule, r.path)}` }
}

/** The path (with its query) that is asked for behind: all of it, or what the rule's prefix matched, replaced. */
export function rewritten(replace: Filter | undefined, { path: { value } }: Rule, path: string): string {
  const [bare = '/', query] = path.split(/\?(.*)/s)
  const tail = query === undefined ? '' : `?${query}`
  if (replace?.['type'] === 'ReplaceFullPath') return `${replace['replaceFullPath']}${tail}`
  if (replace?.['type'] !== 'ReplacePrefixMatch') return path
  const rest = bare.slice(value.replace(/\/$/, '').length)
  return `${`${(replace['replacePrefixMatch'] as string).replace(/\/$/, '')}${rest}` || '/'}${tail}`
}

/** set, add, remove of a header modifier; names are lower case. */
export function modified(headers: Readonly<Record<string, string>>, { set = [], add = [], remove = [] }: Filter): Record<string, string> {
  const made = { ...headers }
  for (const { name, value } of set as Match[]) made[name!.toLowerCase()] = value
  for (const { name, value } of add as Match[]) made[name!.toLowerCase()] = [made[name!.toLowerCase()], value].filter((one) => one !== undefined).join(',')
  for (const name of remove as string[]) delete made[name.toLowerCase()]
  return made
}

/** By weight; `random` gives a whole number below its argument. */
export function chosen(backends: readonly WeightedBackend[], random: (below: number) => number): WeightedBackend | undefined {
  const total = backends.reduce((sum, { weight }) => sum + weight, 0)
  if (total === 0) return undefined
  let at = random(total)
  return backends.find(({ weight }) => (at -= weight) < 0)
}
