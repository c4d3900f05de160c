/** `echo`'s and `printf %b`'s escapes. `\c` ends all output. */
export function unescape(text: string, octalNeedsZero = true): { text: string; stop: boolean } {
  let out = ''
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '\\' || i + 1 >= text.length) {
      out += text[i]
      continue
    }
    const c = text[++i]!
    const octal = (octalNeedsZero ? /^0[0-7]{0,3}/ : /^[0-7]{1,3}/).exec(text.slice(i, i + 4))
    const hex = c === 'x' ? /^x([0-9a-fA-F]{1,2})/.exec(text.slice(i, i + 3)) : null
    if (c === 'c') return { text: joined(out), stop: true }
    if (octal !== null) {
      out += ofByte(parseInt(octal[0], 8) & 0xff)
      i += octal[0].length - 1
    } else if (hex !== null) {
      out += ofByte(parseInt(hex[1]!, 16))
      i += hex[0].length - 1
    } else out += single[c] ?? `\\${c}`
  }
  return { text: joined(out), stop: false }
}

/** One that is no character of its own is half of a surrogate, as everywhere in texts that stand for bytes (api/base64.ts). */
const ofByte = (byte: number): string => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 | byte)

const sequences = /[\udcc2-\udcdf][\udc80-\udcbf]|[\udce0-\udcef][\udc80-\udcbf]{2}|[\udcf0-\udcf4][\udc80-\udcbf]{3}/gu

/** Bytes that are a character of UTF-8 together. */
function joined(text: string): string {
  return text.replaceAll(sequences, (bytes) => {
    try {
      return decodeURIComponent([...bytes].map((byte) => `%${(byte.charCodeAt(0) & 0xff).toString(16)}`).join(''))
    } catch {
      return bytes
    }
  })
}

const single: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\x1b',
  '\\': '\\',
}

/** How `echo` treats options and escapes: ash and bash know -n -e -E, dash only -n and always expands. */
export function echoText(args: readonly string[], dialect: 'ash' | 'dash' | 'bash' | 'coreutils'): string {
  let newline = true
  let escapes = dialect === 'dash'
  let i = 0
  const options = dialect === 'dash' ? /^-n$/ : /^-[neE]+$/
  for (; i < args.length && options.test(args[i]!); i++) {
    if (args[i]!.includes('n')) newline = false
    if (args[i]!.includes('e')) escapes = true
    if (args[i]!.includes('E')) escapes = false
  }
  const plain = args.slice(i).join(' ')
  if (!escapes) return plain + (newline ? '\n' : '')
  const { text, stop } = unescape(plain)
  return text + (newline && !stop ? '\n' : '')
}

export interface Formatted {
  text: string
  /** What was wrong with an argument. */
  invalid: string | undefined
}

/** Wider than anybody needs, so that `%999999999d` is harmless. */
const MAX_WIDTH = 65536

/** `printf FORMAT ARGS...`: the format is used again until the arguments are used up. */
export function formatPrintf(format: string, args: readonly string[]): Formatted {
  const out: Formatted = { text: '', invalid: undefined }
  const left = [...args]
  do {
    const before = left.length
    if (once(format, left, out)) return out
    if (left.length === before) break
  } while (left.length > 0 && out.text.length < 16 * 1024 * 1024)
  return out
}

/** True when \c has ended the output. */
function once(format: string, left: string[], out: Formatted): boolean {
  const pattern = /%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlLjzt]*([diouxXeEfFgGcsbq%])|\\c|[^%]+|%/gs
  for (const match of format.matchAll(pattern)) {
    const [all, flags = '', width, precision, conversion] = match
    if (conversion === undefined) {
      const { text, stop } = unescape(all, false)
      out.text += text
      if (stop) return true
      continue
    }
    if (conversion === '%') out.text += '%'
    else
      out.text += convert(
        {
          flags,
          width: number(width, left),
          precision: all.includes('.') ? (number(precision, left) ?? 0) : undefined,
          conversion,
        },
        left,
        out,
      )
  }
  return false
}

function number(text: string | undefined, left: string[]): number | undefined {
  if (text === undefined) return undefined
  return Math.min(MAX_WIDTH, Number(text === '*' ? (left.shift() ?? 0) : text))
}

interface Conversion {
  flags: string
  width: number | undefined
  precision: number | undefined
  conversion: string
}

function convert(c: Conversion, left: string[], out: Formatted): string {
  const arg = left.shift()
  if (c.conversion === 's') return pad((arg ?? '').slice(0, c.precision), c)
  if (c.conversion === 'b') return pad(unescape(arg ?? '').text, c)
  if (c.conversion === 'c') return pad((arg ?? '').slice(0, 1), c)
  if (c.conversion === 'q') return pad(quoted(arg ?? ''), c)
  const value = toNumber(arg ?? '0', out)
  if (/[eEfFgG]/.test(c.conversion)) return pad(sign(value, c) + floating(Math.abs(value), c), c)
  return pad(integer(Math.trunc(value), c), c)
}

/** As bash's %q quotes for a shell. */
const quoted = (text: string): string =>
  text === '' ? "''" : /[\n\t\r]/.test(text) ? `$'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r')}'` : text.replace(/[^\w@%+=:,./-]/g, '\\$&')

function integer(value: number, c: Conversion): string {
  const magnitude = Math.abs(value)
  switch (c.conversion) {
    case 'o':
      return magnitude.toString(8)
    case 'x':
      return (c.flags.includes('#') ? '0x' : '') + magnitude.toString(16)
    case 'X':
      return (c.flags.includes('#') ? '0X' : '') + magnitude.toString(16).toUpperCase()
    default:
      return sign(value, c) + String(magnitude).padStart(c.precision ?? 0, '0')
  }
}

function floating(value: number, c: Conversion): string {
  const digits = Math.min(c.precision ?? 6, 100)
  if (c.conversion === 'f' || c.conversion === 'F') return value.toFixed(digits)
  const exponential = (n: number) => value.toExponential(n).replace(/e([+-])(\d)$/, 'e$10$2')
  if (c.conversion === 'e' || c.conversion === 'E') return exponential(digits)
  const significant = Math.max(1, digits)
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(value))
  return exponent < -4 || exponent >= significant
    ? exponential(significant - 1).replace(/\.?0+e/, 'e')
    : String(Number(value.toPrecision(significant)))
}

function sign(value: number, c: Conversion): string {
  return value < 0 ? '-' : c.flags.includes('+') ? '+' : c.flags.includes(' ') ? ' ' : ''
}

function pad(text: string, { flags, width = 0, conversion, precision }: Conversion): string {
  if (flags.includes('-')) return text.padEnd(width)
  const zeros =
    flags.includes('0') && /[diouxXeEfFgG]/.test(conversion) && (precision === undefined || /[eEfFgG]/.test(conversion))
  if (!zeros) return text.padStart(width)
  const signed = /^[-+ ]/.test(text) ? 1 : 0
  return text.slice(0, signed) + text.slice(signed).padStart(width - signed, '0')
}

function toNumber(text: string, out: Formatted): number {
  const character = /^['"](.)/s.exec(text)
  if (character !== null) return character[1]!.codePointAt(0)!
  const value = /^\s*[-+]?0[0-7]+\s*$/.test(text) ? parseInt(text, 8) : Number(text)
  if (text.trim() !== '' && !Number.isNaN(value)) return value
  out.invalid ??= text
  const prefix = /^\s*[-+]?\d+/.exec(text)
  return prefix === null ? 0 : Number(prefix[0])
}
