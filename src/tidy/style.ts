import type { Finding, Parsed, Source } from './source.ts'

/** A function just past one screen. */
export const functionLinesMax = 70
/** A file of this length has more than one subject. */
export const fileLinesMax = 500

/**
 * What is longer than it should be, and how long it was when it was put here. An entry may shrink and must go
 * when it is no longer needed; a new one wants a reason.
 */
export type Ratchet = Readonly<Record<string, number>>

/** `used` are the entries of `ratchet` that still have a reason: what is in no file's `used` must go. */
export function checkLength(file: Parsed, ratchet: Ratchet): { findings: Finding[]; used: string[] } {
  const findings: Finding[] = []
  const used: string[] = []
  const measure = (key: string, line: number, lines: number, max: number, advice: string): void => {
    if (lines <= max) return
    used.push(key)
    const allowed = ratchet[key] ?? max
    if (lines > allowed)
      findings.push({ path: file.path, line, message: `${lines} lines, ${allowed} are allowed: ${advice}` })
  }
  const lines = file.text.trimEnd().split('\n').length
  measure(file.path, 1, lines, fileLinesMax, 'split the file by subject')
  for (const found of file.functions) {
    const key = `${file.path}#${found.name}`
    measure(
      key,
      found.line,
      found.lines,
      functionLinesMax,
      `${found.name || 'this function'} does not fit a screen: decide first (a pure function), act after`,
    )
  }
  return { findings, used }
}

/**
 * What a part of the engine must not be: asynchronous, or of one state for all clusters. `memos` names the
 * files whose state is a memo of a pure function, which nobody can see.
 */
export function checkEngine(file: Parsed, memos: readonly string[]): Finding[] {
  const at = (message: string) => (line: number) => ({ path: file.path, line, message })
  return [
    ...file.asyncLines.map(
      at(
        'a handler runs to its end: return what is wanted as data, the answer comes back as a task (src/engine/client)',
      ),
    ),
    ...(memos.includes(file.path) ? [] : file.moduleStateLines).map(
      at('two clusters would share this: state belongs to an object that createCluster makes'),
    ),
  ]
}

/** Names that say nothing, and index files that do something. */
export function checkNames(file: Parsed): Finding[] {
  const findings: Finding[] = []
  const name = file.path.split('/').pop()!
  const say = (message: string): void => void findings.push({ path: file.path, line: 1, message })
  if (/^(utils?|helpers?|misc)\.tsx?$/i.test(name)) say('name the file after its subject')
  if (/^index\.tsx?$/.test(name) && !file.onlyReexports)
    say('an index re-exports only: move the code to a file with a name')
  return findings
}

interface Ban {
  pattern: RegExp
  message: string
}

// Each pattern is written so that it does not find itself.
const bans: Ban[] = [
  { pattern: /\b(TO[D]O|FIX[M]E|XX[X])\b/, message: 'do it, or open an issue: the source holds no plans' },
  {
    pattern: /[@]ts-(ignore|nocheck)\b/,
    message: 'say what the type is; where that cannot be, @ts-expect-error with the reason',
  },
]

const testBans: Ban[] = [
  {
    pattern: /\b(it|test|describe|suite)\s*(\.\w+)*\.(skip|only|todo|fails|fixme|skipIf|runIf)\b/,
    message: 'every test runs, always, or goes',
  },
  { pattern: /\bx(it|describe|test)\s*\(/, message: 'every test runs, always, or goes' },
]

/** Line by line, whatever the kind of file. */
export function checkText(source: Source, isTest: boolean): Finding[] {
  const findings: Finding[] = []
  const wanted = isTest ? [...bans, ...testBans] : bans
  source.text.split('\n').forEach((text, index) => {
    for (const { pattern, message } of wanted) {
      if (pattern.test(text)) findings.push({ path: source.path, line: index + 1, message })
    }
  })
  return findings
}
