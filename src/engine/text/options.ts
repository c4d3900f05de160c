/** What the options of a command line say. */
export class Options {
  readonly flags = new Set<string>()
  readonly values = new Map<string, string>()
  /** All values of an option that may be given more than once. */
  readonly repeated = new Map<string, string[]>()
  operands: string[] = []

  has(...names: string[]): boolean {
    return names.some((n) => this.flags.has(n))
  }

  value(...names: string[]): string | undefined {
    for (const n of names) if (this.values.has(n)) return this.values.get(n)
    return undefined
  }

  number(fallback: number, ...names: string[]): number {
    const text = this.value(...names)
    return text === undefined || Number.isNaN(Number(text)) ? fallback : Number(text)
  }
}

export interface OptionSpec {
  /** Letters as getopt(3) takes them: 'nq:' is -n and -q VALUE. */
  short: string
  /** Long ones that take a value. Any other long one is a flag. */
  long?: readonly string[]
  /** All long ones without a value, where others are wrong. */
  longFlags?: readonly string[]
  /** Options end at the first operand (env, xargs, timeout). */
  stopAtOperand?: boolean
}

/** Parses as getopt does, but takes any long option; unless they are listed; `unknown` is the first letter or `--word` that it does not know. */
export function parseOptions(args: readonly string[], spec: OptionSpec): Options & { unknown?: string } {
  const out: Options & { unknown?: string } = new Options()
  const take = (name: string, value: string) => {
    out.flags.add(name)
    out.values.set(name, value)
    const all = out.repeated.get(name) ?? []
    all.push(value)
    out.repeated.set(name, all)
  }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--') {
      out.operands.push(...args.slice(i + 1))
      break
    }
    if (arg.startsWith('--')) {
      const equals = arg.indexOf('=')
      const name = arg.slice(2, equals < 0 ? undefined : equals)
      if (equals >= 0) take(name, arg.slice(equals + 1))
      else if (spec.long?.includes(name) === true) take(name, args[++i] ?? '')
      else out.flags.add(name)
      if (spec.longFlags !== undefined && ![...spec.longFlags, ...(spec.long ?? [])].includes(name)) out.unknown ??= arg
    } else if (arg.startsWith('-') && arg !== '-') i = letters(arg, i, args, spec, out, take)
    else {
      out.operands.push(arg)
      if (spec.stopAtOperand !== true) continue
      out.operands.push(...args.slice(i + 1))
      break
    }
  }
  return out
}

function letters(
  arg: string,
  i: number,
  args: readonly string[],
  spec: OptionSpec,
  out: Options & { unknown?: string },
  take: (n: string, v: string) => void,
): number {
  for (let at = 1; at < arg.length; at++) {
    const letter = arg[at]!
    const index = spec.short.indexOf(letter)
    if (index < 0 || letter === ':') {
      out.unknown ??= letter
      out.flags.add(letter)
    } else if (spec.short[index + 1] !== ':') out.flags.add(letter)
    else {
      const rest = arg.slice(at + 1)
      take(letter, rest !== '' ? rest : (args[i + 1] ?? ''))
      return rest !== '' ? i : i + 1
    }
  }
  return i
}
