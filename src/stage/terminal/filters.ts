/**
 * The small programs that stand behind a pipe. Each takes its words and what it reads, and answers what it prints:
 * text in, text out, without time.
 */
import { awk } from './awk.ts'
import { sed } from './sed.ts'

export interface Ran {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
  /** What goes into files on the way. */
  readonly writes?: readonly Write[]
}

export interface Write {
  readonly file: string
  readonly append: boolean
  readonly text: string
}

export type Filter = (words: readonly string[], stdin: string, files: Readonly<Record<string, string>>) => Ran

export const filters: Readonly<Record<string, Filter>> = {
  awk,
  base64,
  cat: (words, stdin, files) => withInput('cat', words, stdin, files, (text) => ok(text)),
  cut,
  echo: (words) => ok(`${(words[0] === '-n' ? words.slice(1) : words).join(' ')}${words[0] === '-n' ? '' : '\n'}`),
  egrep: (words, stdin, files) => grep(['-E', ...words], stdin, files),
  false: () => ({ stdout: '', stderr: '', exitCode: 1 }),
  grep,
  head: (words, stdin, files) => ends('head', words, stdin, files),
  less: (words, stdin, files) => withInput('less', words.filter((word) => !word.startsWith('-')), stdin, files, ok),
  ls,
  more: (words, stdin, files) => withInput('more', words.filter((word) => !word.startsWith('-')), stdin, files, ok),
  sed,
  sort,
  tail: (words, stdin, files) => ends('tail', words, stdin, files),
  tee,
  tr,
  true: () => ok(''),
  uniq,
  wc,
}

/** Those that can print line by line, before everything is read: for what comes bit by bit (`-w`). */
export const streaming: ReadonlySet<string> = new Set(['cat', 'cut', 'egrep', 'grep', 'head', 'less', 'more', 'sed', 'tee', 'tr'])

/** Into files of the desk, and on. */
function tee(words: readonly string[], stdin: string): Ran {
  const { flags, rest, wrong } = optionsOf(words, 'ai', '')
  if (wrong !== undefined) return wrongOption('tee', wrong)
  return { ...ok(stdin), writes: rest.map((file) => ({ file, append: flags.has('a'), text: stdin })) }
}

function base64(words: readonly string[], stdin: string, files: Readonly<Record<string, string>>): Ran {
  const short = words.map((word) => (word === '--decode' ? '-d' : word.replace(/^--wrap=/, '-w')))
  const { flags, values, rest, wrong } = optionsOf(short, 'dDi', 'w')
  if (wrong !== undefined) return wrongOption('base64', wrong)
  return withInput('base64', rest, stdin, files, (text) => (flags.has('d') || flags.has('D') ? decoded(text) : ok(encoded(text, Number(values.get('w') ?? '76')))))
}

function encoded(text: string, width: number): string {
  const code = btoa([...new TextEncoder().encode(text)].map((byte) => String.fromCodePoint(byte)).join(''))
  return width > 0 ? joined(code.match(new RegExp(`.{1,${width}}`, 'g')) ?? []) : code
}

function decoded(text: string): Ran {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll(/\s/g, '')), (char) => char.codePointAt(0)!)
    return ok(new TextDecoder().decode(bytes))
  } catch {
    return failed('base64: invalid input')
  }
}

const ok = (stdout: string): Ran => ({ stdout, stderr: '', exitCode: 0 })
const failed = (stderr: string, exitCode = 1): Ran => ({ stdout: '', stderr: `${stderr}\n`, exitCode })

/** Lines without their ends; a last line that is not ended counts. */
function linesOf(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')

interface Options {
  flags: ReadonlySet<string>
  values: ReadonlyMap<string, string>
  rest: readonly string[]
  wrong: string | undefined
}

/** Letters after `-`, those in `valued` with a value behind them; the rest are operands. */
function optionsOf(words: readonly string[], plain: string, valued: string): Options {
  const flags = new Set<string>()
  const values = new Map<string, string>()
  const rest: string[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (word === '--') return { flags, values, rest: [...rest, ...words.slice(i + 1)], wrong: undefined }
    if (!/^-./.test(word)) {
      rest.push(word)
      continue
    }
    for (let j = 1; j < word.length; j++) {
      const letter = word[j]!
      if (valued.includes(letter)) {
        values.set(letter, word.slice(j + 1) === '' ? (words[++i] ?? '') : word.slice(j + 1))
        break
      }
      if (!plain.includes(letter)) return { flags, values, rest, wrong: word.startsWith('--') ? word : letter }
      flags.add(letter)
    }
  }
  return { flags, values, rest, wrong: undefined }
}

const wrongOption = (program: string, wrong: string): Ran =>
  failed(
    wrong.startsWith('--') ? `${program}: unrecognized option '${wrong}'` : `${program}: invalid option -- '${wrong}'`,
    2,
  )

/** Runs on the files that are named, or else on what is piped in. */
function withInput(
  program: string,
  names: readonly string[],
  stdin: string,
  files: Readonly<Record<string, string>>,
  run: (text: string) => Ran,
): Ran {
  const texts: string[] = []
  for (const name of names.length === 0 ? ['-'] : names) {
    if (name === '-') texts.push(stdin)
    else if (Object.hasOwn(files, name.replace(/^\.\//, ''))) texts.push(files[name.replace(/^\.\//, '')]!)
    else return failed(`${program}: ${name}: No such file or directory`)
  }
  return run(texts.join(''))
}

// --- grep

function grep(words: readonly string[], stdin: string, files: Readonly<Record<string, string>>): Ran {
  const long = words.map(
    (word) =>
      ({ '--ignore-case': '-i', '--invert-match': '-v', '--count': '-c', '--line-buffered': '-U' })[word] ?? word,
  )
  const given = optionsOf(
    long.filter((word) => !word.startsWith('--color')),
    'iEFGPvcnoqwxU',
    'eABC',
  )
  if (given.wrong !== undefined) return wrongOption('grep', given.wrong)
  const { flags, values } = given
  const [first, ...names] = values.has('e') ? [values.get('e')!, ...given.rest] : given.rest
  if (first === undefined) return failed('Usage: grep [OPTION]... PATTERNS [FILE]...', 2)
  const pattern = expressionOf(first, flags)
  if (pattern === undefined) return failed(`grep: Invalid regular expression`, 2)
  return withInput('grep', names, stdin, files, (text) => select(linesOf(text), pattern, flags, values))
}

/** A POSIX expression as one of ours: the two differ in which of `+ ? | ( ) { }` need a backslash to be special. */
function expressionOf(text: string, flags: ReadonlySet<string>): RegExp | undefined {
  const extended = flags.has('E') || flags.has('P')
  const source = flags.has('F')
    ? text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    : extended
      ? text.replaceAll('[[:space:]]', '\\s').replaceAll('[[:digit:]]', '\\d')
      : text.replaceAll(/\\?[+?|(){}]/g, (sign) => (sign.length === 2 ? sign[1]! : `\\${sign}`))
  const bounded = flags.has('x') ? `^(?:${source})$` : flags.has('w') ? `(?<!\\w)(?:${source})(?!\\w)` : source
  try {
    return new RegExp(bounded, flags.has('i') ? 'gi' : 'g')
  } catch {
    return undefined
  }
}

/** Longer lines are not searched further: an expression may take time that grows with the square. */
const searchedMax = 2000

function select(
  lines: readonly string[],
  pattern: RegExp,
  flags: ReadonlySet<string>,
  values: ReadonlyMap<string, string>,
): Ran {
  const hit = lines.map((line) => line.slice(0, searchedMax).search(pattern) >= 0 !== flags.has('v'))
  const count = hit.filter(Boolean).length
  const exitCode = count > 0 ? 0 : 1
  if (flags.has('q')) return { stdout: '', stderr: '', exitCode }
  if (flags.has('c')) return { stdout: `${count}\n`, stderr: '', exitCode }
  if (flags.has('o')) {
    const parts = lines.flatMap((line, i) =>
      hit[i] && !flags.has('v') ? [...line.slice(0, searchedMax).matchAll(pattern)].map((m) => m[0]) : [],
    )
    return { stdout: joined(parts.filter((part) => part !== '')), stderr: '', exitCode }
  }
  const before = Number(values.get('B') ?? values.get('C') ?? 0) || 0
  const after = Number(values.get('A') ?? values.get('C') ?? 0) || 0
  const out: string[] = []
  let last = -1
  lines.forEach((line, i) => {
    const near = hit.slice(Math.max(0, i - after), i + before + 1).some(Boolean)
    if (!near) return
    if (last >= 0 && i > last + 1 && before + after > 0) out.push('--')
    out.push(flags.has('n') ? `${i + 1}${hit[i] ? ':' : '-'}${line}` : line)
    last = i
  })
  return { stdout: joined(out), stderr: '', exitCode }
}

// --- the rest

/** head and tail: `-n 3`, `-3`, `tail -n +2`. */
function ends(
  program: 'head' | 'tail',
  words: readonly string[],
  stdin: string,
  files: Readonly<Record<string, string>>,
): Ran {
  const long = words.map((word, i) =>
    words[i - 1] === '-n' ? word : word.replace(/^--lines=/, '-n').replace(/^-(\d+)$/, '-n$1'),
  )
  const { values, rest, wrong } = optionsOf(long, 'fqv', 'nc')
  if (wrong !== undefined) return wrongOption(program, wrong)
  const wanted = values.get('n') ?? '10'
  if (!/^[+-]?\d+$/.test(wanted)) return failed(`${program}: invalid number of lines: '${wanted}'`)
  const n = Math.abs(Number(wanted))
  return withInput(program, rest, stdin, files, (text) => {
    const lines = linesOf(text)
    if (program === 'head')
      return ok(joined(wanted.startsWith('-') ? lines.slice(0, Math.max(0, lines.length - n)) : lines.slice(0, n)))
    return ok(
      joined(wanted.startsWith('+') ? lines.slice(Math.max(0, n - 1)) : lines.slice(Math.max(0, lines.length - n))),
    )
  })
}

function wc(words: readonly string[], stdin: string, files: Readonly<Record<string, string>>): Ran {
  const { flags, rest, wrong } = optionsOf(words, 'lwcm', '')
  if (wrong !== undefined) return wrongOption('wc', wrong)
  return withInput('wc', rest, stdin, files, (text) => {
    const counts: Record<string, number> = {
      l: text.split('\n').length - 1,
      w: text.split(/\s+/).filter(Boolean).length,
      c: new TextEncoder().encode(text).length,
    }
    counts['m'] = [...text].length
    const wanted = flags.size === 0 ? ['l', 'w', 'c'] : ['l', 'w', 'm', 'c'].filter((flag) => flags.has(flag))
    const numbers = wanted.map((flag) => String(counts[flag]))
    return ok(
      `${wanted.length === 1 ? numbers[0]! : numbers.map((n) => n.padStart(7)).join(' ')}${rest.length === 1 ? ` ${rest[0]}` : ''}\n`,
    )
  })
}

function sort(words: readonly string[], stdin: string, files: Readonly<Record<string, string>>): Ran {
  const { flags, values, rest, wrong } = optionsOf(words, 'rnufbhV', 'kt')
  if (wrong !== undefined) return wrongOption('sort', wrong)
  const field = Number.parseInt(values.get('k') ?? '0', 10) || 0
  const separator = values.get('t')
  const numeric = flags.has('n') || /n/.test(values.get('k') ?? '')
  const reverse = flags.has('r') || /r/.test(values.get('k') ?? '') ? -1 : 1
  const keyOf = (line: string): string => {
    if (field === 0) return line
    return (separator === undefined ? line.trim().split(/\s+/) : line.split(separator))
      .slice(field - 1)
      .join(separator ?? ' ')
  }
  const compare = (a: string, b: string): number => {
    if (numeric && (Number.parseFloat(a) || 0) !== (Number.parseFloat(b) || 0))
      return (Number.parseFloat(a) || 0) - (Number.parseFloat(b) || 0)
    const [x, y] = flags.has('f') ? [a.toLowerCase(), b.toLowerCase()] : [a, b]
    return x < y ? -1 : x > y ? 1 : 0
  }
  return withInput('sort', rest, stdin, files, (text) => {
    const sorted = linesOf(text).toSorted((a, b) => reverse * (compare(keyOf(a), keyOf(b)) || compare(a, b)))
    return ok(joined(flags.has('u') ? sorted.filter((line, i) => line !== sorted[i - 1]) : sorted))
  })
}

function uniq(words: readonly string[], stdin: string, files: Readonly<Record<string, string>>): Ran {
  const { flags, rest, wrong } = optionsOf(words, 'cdu', '')
  if (wrong !== undefined) return wrongOption('uniq', wrong)
  return withInput('uniq', rest, stdin, files, (text) => {
    const runs: { line: string; count: number }[] = []
    for (const line of linesOf(text)) {
      const last = runs.at(-1)
      if (last?.line === line) last.count++
      else runs.push({ line, count: 1 })
    }
    const wanted = runs.filter(({ count }) => (!flags.has('d') || count > 1) && (!flags.has('u') || count === 1))
    return ok(joined(wanted.map(({ line, count }) => (flags.has('c') ? `${String(count).padStart(7)} ${line}` : line))))
  })
}

function cut(words: readonly string[], stdin: string, files: Readonly<Record<string, string>>): Ran {
  const { flags, values, rest, wrong } = optionsOf(words, 's', 'dfc')
  if (wrong !== undefined) return wrongOption('cut', wrong)
  const list = values.get('f') ?? values.get('c')
  const ranges = list?.split(',').map((range) => /^(\d*)(-?)(\d*)$/.exec(range))
  if (ranges === undefined || ranges.some((range) => range === null))
    return failed('cut: you must specify a list of bytes, characters, or fields')
  const isIn = (n: number): boolean =>
    ranges.some(
      (range) =>
        n >= Number(range![1] || 1) && n <= (range![2] === '' ? Number(range![1]) : Number(range![3] || Infinity)),
    )
  const delimiter = values.get('d') ?? '\t'
  return withInput('cut', rest, stdin, files, (text) =>
    ok(
      joined(
        linesOf(text).flatMap((line) => {
          if (values.has('c')) return [[...line].filter((_, i) => isIn(i + 1)).join('')]
          if (!line.includes(delimiter)) return flags.has('s') ? [] : [line]
          return [
            line
              .split(delimiter)
              .filter((_, i) => isIn(i + 1))
              .join(delimiter),
          ]
        }),
      ),
    ),
  )
}

/** `tr a-z A-Z`, `tr -d ' '`, `tr -s ' '`. */
function tr(words: readonly string[], stdin: string): Ran {
  const { flags, rest, wrong } = optionsOf(words, 'ds', '')
  if (wrong !== undefined) return wrongOption('tr', wrong)
  const [from = [], to = []] = rest.map(charactersOf)
  if (flags.has('d')) return ok([...stdin].filter((char) => !from.includes(char)).join(''))
  const mapped =
    to.length === 0
      ? [...stdin]
      : [...stdin].map((char) => (from.includes(char) ? (to[from.lastIndexOf(char)] ?? to.at(-1)!) : char))
  const squeezed = to.length === 0 ? from : to
  return ok(
    flags.has('s')
      ? mapped.filter((char, i) => char !== mapped[i - 1] || !squeezed.includes(char)).join('')
      : mapped.join(''),
  )
}

function charactersOf(text: string): string[] {
  const plain = text
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t')
    .replace('[:upper:]', 'A-Z')
    .replace('[:lower:]', 'a-z')
    .replace('[:space:]', ' \t\n')
  return [
    ...plain.replaceAll(/(.)-(.)/gs, (_, a: string, b: string) => {
      const [low, high] = [a.codePointAt(0)!, b.codePointAt(0)!]
      return Array.from({ length: Math.max(0, Math.min(high - low + 1, 256)) }, (__, i) =>
        String.fromCodePoint(low + i),
      ).join('')
    }),
  ]
}

function ls(words: readonly string[], _: string, files: Readonly<Record<string, string>>): Ran {
  const { flags, rest, wrong } = optionsOf(words, 'la1htr', '')
  if (wrong !== undefined) return wrongOption('ls', wrong)
  const names = Object.keys(files).toSorted()
  const missing = rest.find((name) => name !== '.' && !names.includes(name))
  if (missing !== undefined) return failed(`ls: cannot access '${missing}': No such file or directory`, 2)
  const wanted = rest.length === 0 || rest.includes('.') ? names : rest
  if (!flags.has('l')) return ok(wanted.length === 0 ? '' : flags.has('1') ? joined(wanted) : `${wanted.join('  ')}\n`)
  return ok(
    joined(wanted.map((name) => `${String(new TextEncoder().encode(files[name]!).length).padStart(7)} ${name}`)),
  )
}
