/**
 * The small programs that stand behind a pipe. Each takes its words and what it reads, and answers what it prints:
 * text in, text out, without time.
 */
import { parseAwk, AwkError } from '../../engine/text/awk-parser.ts'
import { AwkRun } from '../../engine/text/awk-run.ts'
import { translator, trMistake, trOptions } from '../../engine/text/characters.ts'
import { columnOptions, inColumns } from '../../engine/text/columns.ts'
import { cutOptions, joined, lineCutter, linesOf, sortedLines, sortOptions, uniqOptions, uniqueLines } from '../../engine/text/lines.ts'
import { parseOptions, type Options, type OptionSpec } from '../../engine/text/options.ts'
import { grepExpression } from '../../engine/text/regexp.ts'
import { editText, parseSed, SedError } from '../../engine/text/sed-script.ts'
import type { Filter, FilterName, Ran, Texts } from './pipe.ts'
import { deskName } from './redirects.ts'

export const filters: Readonly<Record<FilterName, Filter>> = {
  awk,
  base64,
  cat: (words, stdin, files) => withInput('cat', words, stdin, files, (text) => ok(text)),
  column,
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

/** Into files of the desk, and on. */
function tee(words: readonly string[], stdin: string): Ran {
  return withOptions('tee', words, { short: 'ai', longFlags: ['append'] }, (o) => ({
    ...ok(stdin),
    writes: o.operands.map((file) => ({ file, append: o.has('a', 'append'), text: stdin })),
  }))
}

function base64(words: readonly string[], stdin: string, files: Texts): Ran {
  return withOptions('base64', words, { short: 'dDiw:', long: ['wrap'], longFlags: ['decode', 'ignore-garbage'] }, (o) =>
    withInput('base64', o.operands, stdin, files, (text) =>
      o.has('d', 'D', 'decode') ? decoded(text) : ok(encoded(text, o.number(76, 'w', 'wrap')))))
}

function encoded(text: string, width: number): string {
  const code = btoa([...new TextEncoder().encode(text)].map((byte) => String.fromCodePoint(byte)).join(''))
  return width > 0 ? joined(code.match(new RegExp(`.{1,${width}}`, 'g')) ?? []) : code
}

/** As far as it goes: what follows a wrong letter is left out, as is what lacks its padding, and said. */
function decoded(text: string): Ran {
  const letters = text.replaceAll(/\s/g, '')
  const [good] = /^[A-Za-z\d+/]*/.exec(letters)!
  const bytes = Uint8Array.from(atob(good.length % 4 === 1 ? good.slice(0, -1) : good), (char) => char.codePointAt(0)!)
  const isWhole = letters.length % 4 === 0 && /^={0,2}$/.test(letters.slice(good.length))
  return { stdout: new TextDecoder().decode(bytes), stderr: isWhole ? '' : 'base64: invalid input\n', exitCode: isWhole ? 0 : 1 }
}

const ok = (stdout: string): Ran => ({ stdout, stderr: '', exitCode: 0 })
const failed = (stderr: string, exitCode = 1): Ran => ({ stdout: '', stderr: `${stderr}\n`, exitCode })

/** Runs with what the options of a command line say, unless there is a wrong one. */
function withOptions(program: string, words: readonly string[], spec: OptionSpec, run: (o: Options) => Ran): Ran {
  const o = parseOptions(words, { longFlags: [], ...spec })
  if (o.unknown === undefined) return run(o)
  const option = o.unknown.startsWith('--') ? `unrecognized option '${o.unknown}'` : `invalid option -- '${o.unknown}'`
  return failed(`${program}: ${option}`, 2)
}

/** Runs on the files that are named, or else on what is piped in. */
function withInput(
  program: string,
  names: readonly string[],
  stdin: string,
  files: Texts,
  run: (text: string) => Ran,
): Ran {
  const texts: string[] = []
  for (const name of names.length === 0 ? ['-'] : names) {
    if (name === '-') texts.push(stdin)
    else if (Object.hasOwn(files, deskName(name))) texts.push(files[deskName(name)]!)
    else return failed(`${program}: ${name}: No such file or directory`)
  }
  return run(texts.join(''))
}

// --- grep

const grepOptions = {
  short: 'iEFGPvcnoqwxUe:A:B:C:',
  long: ['regexp', 'after-context', 'before-context', 'context'],
  longFlags: ['ignore-case', 'invert-match', 'count', 'line-buffered', 'extended-regexp', 'fixed-strings', 'line-number', 'only-matching', 'quiet', 'color', 'colour'],
}

function grep(words: readonly string[], stdin: string, files: Texts): Ran {
  return withOptions('grep', words, grepOptions, (o) => {
    const given = o.value('e', 'regexp')
    const [first, ...names] = given === undefined ? o.operands : [given, ...o.operands]
    if (first === undefined) return failed('Usage: grep [OPTION]... PATTERNS [FILE]...', 2)
    const pattern = grepExpression(first, {
      fixed: o.has('F', 'fixed-strings'),
      extended: o.has('E', 'P', 'extended-regexp'),
      ignoreCase: o.has('i', 'ignore-case'),
      whole: o.has('x') ? 'line' : o.has('w') ? 'word' : undefined,
    })
    if (pattern === undefined) return failed(`grep: Invalid regular expression`, 2)
    return withInput('grep', names, stdin, files, (text) => select(linesOf(text), pattern, o))
  })
}

/** Longer lines are not searched further: an expression may take time that grows with the square. */
const searchedMax = 2000

function select(
  lines: readonly string[],
  pattern: RegExp,
  o: Options,
): Ran {
  const without = o.has('v', 'invert-match')
  const hit = lines.map((line) => line.slice(0, searchedMax).search(pattern) >= 0 !== without)
  const count = hit.filter(Boolean).length
  const exitCode = count > 0 ? 0 : 1
  if (o.has('q', 'quiet')) return { stdout: '', stderr: '', exitCode }
  if (o.has('c', 'count')) return { stdout: `${count}\n`, stderr: '', exitCode }
  if (o.has('o', 'only-matching')) {
    const parts = lines.flatMap((line, i) =>
      hit[i] && !without ? [...line.slice(0, searchedMax).matchAll(pattern)].map((m) => m[0]) : [],
    )
    return { stdout: joined(parts.filter((part) => part !== '')), stderr: '', exitCode }
  }
  const before = o.number(0, 'B', 'before-context', 'C', 'context')
  const after = o.number(0, 'A', 'after-context', 'C', 'context')
  const out: string[] = []
  let last = -1
  lines.forEach((line, i) => {
    const near = hit.slice(Math.max(0, i - after), i + before + 1).some(Boolean)
    if (!near) return
    if (last >= 0 && i > last + 1 && before + after > 0) out.push('--')
    out.push(o.has('n', 'line-number') ? `${i + 1}${hit[i] ? ':' : '-'}${line}` : line)
    last = i
  })
  return { stdout: joined(out), stderr: '', exitCode }
}

// --- awk and sed

/** `awk [-F separator] [-v name=value] 'program'` */
function awk(words: readonly string[], stdin: string, files: Texts): Ran {
  return withOptions('awk', words, { short: 'F:v:', stopAtOperand: true }, (o) => {
    const [program = '', ...names] = o.operands
    try {
      const run = new AwkRun(parseAwk(program), { separator: o.value('F'), environment: new Map() })
      for (const assignment of o.repeated.get('v') ?? []) run.assignText(assignment)
      return withInput('awk', run.readsInput ? names : [], stdin, files, (text) => awkOutput(run, text))
    } catch (error) {
      if (!(error instanceof AwkError)) throw error
      return failed(`awk: cmd. line:1: ${error.message}`, 2)
    }
  })
}

function awkOutput(run: AwkRun, text: string): Ran {
  let stdout = run.begin()
  for (const line of run.readsInput ? linesOf(text) : []) if (run.exitCode === undefined) stdout += run.line(line)
  return { stdout: stdout + run.end(), stderr: '', exitCode: run.exitCode ?? 0 }
}

const sedOptions = { short: 'nEre:su', long: ['expression'], longFlags: ['quiet', 'silent', 'regexp-extended'] }

/** `sed [-n] [-E] [-e] 's/a/b/g'`; -i, which changes files, is for the machine. */
function sed(words: readonly string[], stdin: string, files: Texts): Ran {
  return withOptions('sed', words, sedOptions, (o) => {
    const given = [...(o.repeated.get('e') ?? []), ...(o.repeated.get('expression') ?? [])]
    const [scripts, names] = given.length > 0 ? [given, o.operands] : [o.operands.slice(0, 1), o.operands.slice(1)]
    try {
      const commands = parseSed(scripts, o.has('E', 'r', 'regexp-extended'))
      return withInput('sed', names, stdin, files, (text) => {
        const edited = editText(commands, text, o.has('n', 'quiet', 'silent'))
        return { stdout: edited.text, stderr: '', exitCode: edited.exitCode }
      })
    } catch (error) {
      if (!(error instanceof SedError)) throw error
      return failed(`sed: -e expression #1, char ${scripts.join('\n').length}: ${error.message}`)
    }
  })
}

// --- the rest

/** head and tail: `-n 3`, `-3`, `tail -n +2`. */
function ends(program: 'head' | 'tail', words: readonly string[], stdin: string, files: Texts): Ran {
  const counted = words.map((word, i) => (words[i - 1] === '-n' ? word : word.replace(/^-(\d+)$/, '-n$1')))
  return withOptions(program, counted, { short: 'fqvn:c:', long: ['lines', 'bytes'] }, (o) => {
    const bytes = o.value('c', 'bytes')
    if (bytes !== undefined) return withInput(program, o.operands, stdin, files, (text) => ok(endOf(program, text, bytes)))
    const wanted = o.value('n', 'lines') ?? '10'
    if (!/^[+-]?\d+$/.test(wanted)) return failed(`${program}: invalid number of lines: '${wanted}'`)
    const n = Math.abs(Number(wanted))
    return withInput(program, o.operands, stdin, files, (text) => {
      const lines = linesOf(text)
      if (program === 'head') return ok(joined(lines.slice(0, wanted.startsWith('-') ? Math.max(0, lines.length - n) : n)))
      return ok(joined(lines.slice(Math.max(0, wanted.startsWith('+') ? n - 1 : lines.length - n))))
    })
  })
}

/** `-c 60`: the first or the last bytes; `tail -c +3`: from the third on. */
function endOf(program: 'head' | 'tail', text: string, count: string): string {
  const all = new TextEncoder().encode(text)
  const n = Math.abs(Number(count)) || 0
  const part =
    program === 'head' ? all.slice(0, count.startsWith('-') ? Math.max(0, all.length - n) : n)
    : all.slice(count.startsWith('+') ? Math.max(0, n - 1) : Math.max(0, all.length - n))
  return new TextDecoder().decode(part)
}

function wc(words: readonly string[], stdin: string, files: Texts): Ran {
  return withOptions('wc', words, { short: 'lwcm', longFlags: ['lines', 'words', 'bytes', 'chars'] }, (o) =>
    withInput('wc', o.operands, stdin, files, (text) => {
      const counts: readonly [string, string, number][] = [
        ['l', 'lines', text.split('\n').length - 1],
        ['w', 'words', text.split(/\s+/).filter(Boolean).length],
        ['m', 'chars', [...text].length],
        ['c', 'bytes', new TextEncoder().encode(text).length],
      ]
      const numbers = counts.filter(([short, long]) => (o.flags.size === 0 ? short !== 'm' : o.has(short, long))).map(([, , n]) => String(n))
      const [name] = o.operands
      return ok(`${numbers.length === 1 ? numbers[0]! : numbers.map((n) => n.padStart(7)).join(' ')}${name === undefined ? '' : ` ${name}`}\n`)
    }))
}

function sort(words: readonly string[], stdin: string, files: Texts): Ran {
  return withOptions('sort', words, sortOptions, (o) =>
    withInput('sort', o.operands, stdin, files, (text) => ok(joined(sortedLines(linesOf(text), o)))))
}

function uniq(words: readonly string[], stdin: string, files: Texts): Ran {
  return withOptions('uniq', words, uniqOptions, (o) =>
    withInput('uniq', o.operands, stdin, files, (text) => ok(joined(uniqueLines(linesOf(text), o)))))
}

function cut(words: readonly string[], stdin: string, files: Texts): Ran {
  return withOptions('cut', words, cutOptions, (o) => {
    const leave = lineCutter(o)
    if (leave === undefined) return failed('cut: you must specify a list of bytes, characters, or fields')
    return withInput('cut', o.operands, stdin, files, (text) => ok(joined(linesOf(text).map(leave).filter((line) => line !== undefined))))
  })
}

function column(words: readonly string[], stdin: string, files: Texts): Ran {
  return withOptions('column', words, columnOptions, (o) =>
    withInput('column', o.operands, stdin, files, (text) => ok(joined(inColumns(linesOf(text), o)))))
}

function tr(words: readonly string[], stdin: string): Ran {
  return withOptions('tr', words, trOptions, (o) => {
    const mistake = trMistake(o)
    return mistake === undefined ? ok(translator(o)(stdin)) : failed(`tr: ${mistake}`)
  })
}

function ls(words: readonly string[], _: string, files: Texts): Ran {
  return withOptions('ls', words, { short: 'la1htr' }, (o) => {
    const names = Object.keys(files).toSorted()
    const missing = o.operands.find((name) => name !== '.' && !names.includes(name))
    if (missing !== undefined) return failed(`ls: cannot access '${missing}': No such file or directory`, 2)
    const wanted = o.operands.length === 0 || o.operands.includes('.') ? names : o.operands
    if (!o.has('l')) return ok(wanted.length === 0 ? '' : o.has('1') ? joined(wanted) : `${wanted.join('  ')}\n`)
    return ok(joined(wanted.map((name) => `${String(new TextEncoder().encode(files[name]!).length).padStart(7)} ${name}`)))
  })
}
