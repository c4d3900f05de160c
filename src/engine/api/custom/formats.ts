import { isIPv4, isIPv6, isValidCIDR, withoutZeros } from '../names.ts'
import { parseTime } from '../time.ts'

const isTime = (text: string): boolean => parseTime(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) !== undefined

/** Formats of texts that the validator looks at (kube-openapi pkg/validation/strfmt); others say nothing. */
const formats: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': (text) => /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)$/.test(text) && isTime(text.toUpperCase().replace(' ', 'T')),
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
  mac: (text) => /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(text),
}

export const hasFormat = (text: string, format: string): boolean => !Object.hasOwn(formats, format) || formats[format]!(text)
