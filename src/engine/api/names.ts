/**
 * What names, labels, ports and addresses may look like, with the words of
 * k8s.io/apimachinery/pkg/util/validation. Every function returns the complaints; none means valid.
 */

const none: readonly string[] = []

const maxLen = (limit: number): string => `must be no more than ${limit} characters`
const empty = 'must be non-empty'

/** validation.RegexError */
function regexError(message: string, pattern: string, ...examples: string[]): string {
  const shown = examples.map((example, i) => (i === 0 ? `'${example}'` : ` or '${example}'`)).join(', ')
  return examples.length === 0
    ? `${message} (regex used for validation is '${pattern}')`
    : `${message} (e.g. ${shown}, regex used for validation is '${pattern}')`
}

const dns1123LabelPattern = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const dns1123Label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const dns1123LabelError = regexError(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  dns1123LabelPattern,
  'my-name',
  '123-abc',
)

const dns1123SubdomainPattern = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*'
const dns1123Subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const dns1123SubdomainError = regexError(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  dns1123SubdomainPattern,
  'example.com',
)

const dns1035Label = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
const dns1035LabelError = regexError(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  '[a-z]([-a-z0-9]*[a-z0-9])?',
  'my-name',
  'abc-123',
)

const qualifiedPart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const qualifiedPartError = regexError(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]',
  'MyName',
  'my.name',
  '123-abc',
)

const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/
const labelValueError = regexError(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?',
  'MyValue',
  'my_value',
  '12345',
)

/** Names that were checked and found good: the same few come again and again. */
function remembering(check: (value: string) => readonly string[]): (value: string) => readonly string[] {
  const good = new Set<string>()
  return (value) => {
    if (good.has(value)) return none
    const found = check(value)
    if (found.length === 0 && value.length <= 63) {
      if (good.size >= 4096) good.clear()
      good.add(value)
    }
    return found
  }
}

export function isDNS1123Label(value: string): readonly string[] {
  if (value.length <= 63 && dns1123Label.test(value)) return none
  const errors: string[] = []
  if (value.length > 63) errors.push(maxLen(63))
  if (!safe(value) || !dns1123Label.test(value)) errors.push(safe(value) && dns1123Subdomain.test(value) ? 'must not contain dots' : dns1123LabelError)
  return errors
}

export function isDNS1123Subdomain(value: string): readonly string[] {
  if (value.length > 253)
    return [maxLen(253), ...(safe(value) && dns1123Subdomain.test(value) ? [] : [dns1123SubdomainError])]
  return dns1123Subdomain.test(value) ? none : [dns1123SubdomainError]
}

export function isDNS1035Label(value: string): readonly string[] {
  const errors: string[] = []
  if (value.length > 63) errors.push(maxLen(63))
  if (!safe(value) || !dns1035Label.test(value)) errors.push(dns1035LabelError)
  return errors
}

/** Bounds the work of matching a hostile text. */
const safe = (value: string): boolean => value.length <= 2048

/** Label keys, annotation keys, resource names: "[prefix/]name". */
export const isQualifiedName = remembering((value: string): readonly string[] => {
  const errors: string[] = []
  const parts = value.split('/')
  let name = value
  if (parts.length === 2) {
    const prefix = parts[0]!
    name = parts[1]!
    if (prefix === '') errors.push(`prefix part ${empty}`)
    else for (const message of isDNS1123Subdomain(prefix)) errors.push(`prefix part ${message}`)
  } else if (parts.length > 2) {
    return [
      `a qualified name ${qualifiedPartError} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  }
  if (name === '') errors.push(`name part ${empty}`)
  else if (name.length > 63) errors.push(`name part ${maxLen(63)}`)
  if (!safe(name) || !qualifiedPart.test(name)) errors.push(`name part ${qualifiedPartError}`)
  return errors
})

export const isLabelValue = remembering((value: string): readonly string[] => {
  const errors: string[] = []
  if (value.length > 63) errors.push(maxLen(63))
  if (!safe(value) || !labelValue.test(value)) errors.push(labelValueError)
  return errors
})

const inRange = (low: number, high: number): string => `must be between ${low} and ${high}, inclusive`

export const isValidPortNum = (port: number): readonly string[] =>
  port >= 1 && port <= 65535 ? none : [inRange(1, 65535)]

export const isInRange = (value: number, low: number, high: number): readonly string[] =>
  value >= low && value <= high ? none : [inRange(low, high)]

/** User and group IDs. */
export const isValidID = (id: number): readonly string[] => isInRange(id, 0, 0xffffffff)

const portNameCharset = /^[-a-z0-9]+$/

export function isValidPortName(port: string): readonly string[] {
  const errors: string[] = []
  if (port.length > 15) errors.push(maxLen(15))
  if (!portNameCharset.test(port)) {
    errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  }
  if (!/[a-z]/.test(port)) errors.push('must contain at least one letter (a-z)')
  if (port.includes('--')) errors.push('must not contain consecutive hyphens')
  if (port.startsWith('-') || port.endsWith('-')) errors.push('must not begin or end with a hyphen')
  return errors
}

const percent = /^[0-9]+%$/
const percentError = regexError(
  "a valid percent string must be a numeric string followed by an ending '%'",
  '[0-9]+%',
  '1%',
  '93%',
)

export const isValidPercent = (value: string): readonly string[] => (percent.test(value) ? none : [percentError])

const httpHeader = /^[-A-Za-z0-9]+$/
const httpHeaderError = regexError(
  "a valid HTTP header must consist of alphanumeric characters or '-'",
  '[-A-Za-z0-9]+',
  'X-Header-Name',
)

export const isHTTPHeaderName = (value: string): readonly string[] =>
  httpHeader.test(value) ? none : [httpHeaderError]

/** Since 1.34 (RelaxedEnvironmentVariableValidation) any printable ASCII but '='. */
export function isRelaxedEnvVarName(value: string): readonly string[] {
  const errors: string[] = []
  if (value === '') errors.push(`environment variable name ${empty}`)
  if (!/^[ -<>-~]*$/.test(value)) {
    errors.push("a valid environment variable name must consist only of printable ASCII characters other than '='")
  }
  return errors
}

const configMapKey = /^[-._a-zA-Z0-9]+$/
const configMapKeyError = regexError(
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  '[-._a-zA-Z0-9]+',
  'key.name',
  'KEY_NAME',
  'key-name',
)

/** Keys of ConfigMaps and Secrets: also file names in a volume. */
export function isConfigMapKey(value: string): readonly string[] {
  const errors: string[] = []
  if (value.length > 253) errors.push(maxLen(253))
  if (!safe(value) || !configMapKey.test(value)) errors.push(configMapKeyError)
  if (value === '.') errors.push("must not be '.'")
  else if (value === '..') errors.push("must not be '..'")
  else if (value.startsWith('..')) errors.push("must not start with '..'")
  return errors
}

const wildcardError = regexError(
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  `\\*\\.${dns1123SubdomainPattern}`,
  '*.example.com',
)

export function isWildcardDNS1123Subdomain(value: string): readonly string[] {
  const errors: string[] = []
  if (value.length > 253) errors.push(maxLen(253))
  if (!safe(value) || !value.startsWith('*.') || !dns1123Subdomain.test(value.slice(2))) errors.push(wildcardError)
  return errors
}

/** path.IsValidPathSegmentName: names that are only part of a URL (RBAC). */
export function isPathSegmentName(value: string): readonly string[] {
  if (value === '.') return ["may not be '.'"]
  if (value === '..') return ["may not be '..'"]
  const errors: string[] = []
  for (const char of ['/', '%']) if (value.includes(char)) errors.push(`may not contain '${char}'`)
  return errors
}

const ipv4 = /^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/

export const isIPv4 = (value: string): boolean => ipv4.test(value)

export function isIPv6(value: string): boolean {
  if (value.length > 45 || !/^[0-9A-Fa-f:.]+$/.test(value)) return false
  const halves = value.split('::')
  if (halves.length > 2) return false
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const all = halves.flatMap(groups)
  const last = all.at(-1)
  const size = all.length + (last !== undefined && isIPv4(last) ? 1 : 0)
  if (!all.every((g, i) => /^[0-9A-Fa-f]{1,4}$/.test(g) || (i === all.length - 1 && isIPv4(g)))) return false
  return halves.length === 2 ? size < 8 : size === 8
}

/** Older fields take IPv4 addresses whose parts begin with zeros (k8s.io/utils/net ParseIPSloppy); here they are without. */
export const withoutZeros = (value: string): string => value.replace(/(\d+\.){3}\d+(?=$|\/)/, (parts) => parts.replaceAll(/\b0+(?=\d)/g, ''))

/** validation.IsValidIP */
export function isValidIP(value: string): readonly string[] {
  const plain = withoutZeros(value)
  return isIPv4(plain) || isIPv6(plain) ? none : ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']
}

export function isValidCIDR(value: string): readonly string[] {
  const [ip = '', bits = '', more] = withoutZeros(value).split('/')
  const size = isIPv4(ip) ? 32 : isIPv6(ip) ? 128 : -1
  const ok = more === undefined && /^\d{1,3}$/.test(bits) && Number(bits) <= size && String(Number(bits)) === bits
  return ok ? none : ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']
}
