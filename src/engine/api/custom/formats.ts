import { isDNS1123Label, isDNS1123Subdomain, isIPv4, isIPv6, isValidCIDR, withoutZeros } from '../names.ts'
import { parseTime } from '../time.ts'

const isTime = (text: string): boolean => parseTime(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) !== undefined

/** A UUID of this version. */
const uuid = (version: number, variant: string): ((text: string) => boolean) => {
  const pattern = new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?${variant}[0-9a-f]{3}-?[0-9a-f]{12}$`, 'i')
  return (text) => pattern.test(text)
}

const byte = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const rgb = new RegExp(`^rgb\\(\\s*${byte}\\s*,\\s*${byte}\\s*,\\s*${byte}\\s*\\)$`)

/** Known by name, and taken as they are. */
const unchecked = new Set(['password', 'isbn', 'isbn10', 'isbn13', 'creditcard'])

/** Formats of texts that the validator looks at (kube-openapi pkg/validation/strfmt), by their names without dashes; others say nothing. */
const formats: Readonly<Record<string, (text: string) => boolean>> = {
  datetime: (text) => /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)$/.test(text) && isTime(text.toUpperCase().replace(' ', 'T')),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && isTime(`${text}T00:00:00Z`),
  duration: (text) => /^[+-]?(\d+(\.\d*)?\s*(ns|us|µs|ms|s|m|h|d|w|hours?|minutes?|seconds?|days?|weeks?)\s*)+$|^0$/.test(text),
  email: (text) => /^[^\s@]+@[^\s@]+$/.test(text),
  hostname: (text) => text.length <= 255 && /^([a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?\.)*[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?\.?$/.test(text),
  ipv4: isIPv4,
  ipv6: isIPv6,
  cidr: (text) => withoutZeros(text) === text && isValidCIDR(text).length === 0,
  uri: (text) => /^([a-zA-Z][a-zA-Z0-9+.-]*:|\/)\S*$/.test(text),
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
  byte: (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text),
  uuid3: uuid(3, '[0-9a-f]'),
  uuid4: uuid(4, '[89ab]'),
  uuid5: uuid(5, '[89ab]'),
  hexcolor: (text) => /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.test(text),
  rgbcolor: (text) => rgb.test(text),
  ssn: (text) => /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text),
  bsonobjectid: (text) => /^[0-9a-f]{24}$/i.test(text),
  k8sshortname: (text) => isDNS1123Label(text).length === 0,
  k8slongname: (text) => isDNS1123Subdomain(text).length === 0,
  mac: (text) => /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(text),
}

const plain = (format: string): string => format.replaceAll('-', '')

export const hasFormat = (text: string, format: string): boolean => !Object.hasOwn(formats, plain(format)) || formats[plain(format)]!(text)

export const isKnownFormat = (format: string): boolean => Object.hasOwn(formats, plain(format)) || unchecked.has(plain(format))
