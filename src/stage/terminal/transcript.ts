import type { Film } from '../../playback/film.ts'
import { countUpTo } from '../../playback/search.ts'
import type { PerformedInput, Step } from '../../worker/protocol.ts'
import { typedLine } from '../shared/film/typed.ts'
import { isEdit } from './kubectlLine.ts'
import { applyFilters, isStreaming } from './pipe.ts'
import type { Command } from './shell.ts'

/**
 * What has been printed up to a moment of the film. The film knows its commands and their output; what a
 * person has typed around them (answers to questions about the past, builtins, `clear`) are notes, each
 * pinned to the moment at which it was typed.
 */
export interface TranscriptLine {
  /** Its number from the beginning of all. */
  readonly id: number
  /** 'more': a line that continues a typed one. */
  readonly kind: 'typed' | 'more' | 'out' | 'err' | 'quiet'
  readonly text: string
  /** Of the last line: it is not ended, such as the prompt of a shell in a container. */
  readonly open?: true
}

export interface Note {
  /** How many steps had happened. */
  readonly n: number
  /** The last of them: after a fork another step may have its number, and the note is of another future. */
  readonly step: Step | undefined
  readonly kind: 'typed' | 'out' | 'err' | 'quiet' | 'clear'
  readonly text: string
}

/** How a command of the film is shown that was typed here. */
export interface Display {
  /** What it prints goes through these first. */
  readonly filters: readonly Command[]
  /** What goes into a file, or nowhere, instead. */
  readonly hides: 'nothing' | 'stdout' | 'stderr' | 'both'
  /** 2>&1: complaints go where the output goes. */
  readonly mergeErrors: boolean
}

type Item =
  | { key: number; type: 'input'; input: PerformedInput }
  | { key: number; type: 'output'; command: number; to: 'stdout' | 'stderr'; text: string }
  | { key: number; type: 'end'; command: number }
  | { key: number; type: 'note'; note: Note }

/** Older lines are forgotten. */
const linesMax = 5000

/** `n`: how many steps have happened at the moment on stage. */
export function transcript(
  film: Film,
  n: number,
  notes: readonly Note[],
  displays: { get(input: PerformedInput): Display | undefined },
): readonly TranscriptLine[] {
  const paper = new Paper()
  const piped = new Map<number, Pipe>()
  for (const item of itemsUntil(film, n, notes)) {
    if (item.type === 'note') noteDown(paper, item.note)
    else if (item.type === 'input') {
      const display = displays.get(item.input)
      // What was typed here stands there already, as it was typed.
      if (display === undefined) paper.typed(scripted(item.input))
      else piped.set(item.input.index, new Pipe(display))
      // What `kill` ends, nobody has pressed a key for.
      if (item.input.input.interrupt !== undefined && display?.hides !== 'both') paper.print('out', item.input.index, '^C\n')
    } else if (item.type === 'end') paper.print('out', item.command, piped.get(item.command)?.rest() ?? '')
    else if (item.to === 'stderr' && piped.get(item.command)?.takesErrors !== true) {
      if (piped.get(item.command)?.hidesErrors !== true) paper.print('err', item.command, item.text)
    } else paper.print('out', item.command, piped.get(item.command)?.through(item.text) ?? item.text)
  }
  return paper.done().slice(-linesMax)
}

/** What a command prints on its way through the filters behind it. */
class Pipe {
  private readonly display: Display
  private readonly streams: boolean
  private read = ''
  private printed = 0

  constructor(display: Display) {
    this.display = display
    this.streams = isStreaming(display.filters)
  }

  get takesErrors(): boolean {
    return this.display.mergeErrors
  }

  get hidesErrors(): boolean {
    return this.display.hides === 'stderr' || this.display.hides === 'both'
  }

  private get hidesOutput(): boolean {
    return this.display.hides === 'stdout' || this.display.hides === 'both'
  }

  /** What comes out when this goes in. */
  through(text: string): string {
    this.read += text
    if (this.hidesOutput || !this.streams) return ''
    // A filter sees whole lines only.
    return this.filtered(
      this.display.filters.length === 0 ? this.read : this.read.slice(0, this.read.lastIndexOf('\n') + 1),
    )
  }

  /** What comes out when nothing more goes in. */
  rest(): string {
    return this.hidesOutput ? '' : this.filtered(this.read)
  }

  private filtered(text: string): string {
    const all = applyFilters(this.display.filters, text).stdout
    const fresh = all.slice(this.printed)
    this.printed = all.length
    return fresh
  }
}

/** Says how much has been printed at a moment: as long as it stays the same, so does the transcript. */
export function printedUntil(film: Film, n: number, notes: readonly Note[]): string {
  const inputs = countUpTo(film.inputs.length, (i) => film.inputs[i]!.step, n - 1)
  const output = countUpTo(film.output.length, (i) => film.output[i]!.step, n)
  const ended = countUpTo(film.ended.length, (i) => film.ended[i]!.step, n)
  return `${inputs} ${output} ${ended} ${notes.filter((note) => note.n <= n).length}`
}

function itemsUntil(film: Film, n: number, notes: readonly Note[]): Item[] {
  const items: Item[] = []
  // An input at step 5 comes after what was printed when there were 5 steps; a note of that moment lies between.
  for (const input of film.inputs) {
    if (input.step >= n) break
    if (typedLine(input.input) !== undefined || input.input.interrupt !== undefined)
      items.push({ key: input.step + 0.5, type: 'input', input })
  }
  for (const { step, command, to, text } of film.output) {
    if (step > n) break
    items.push({ key: step, type: 'output', command, to, text })
  }
  for (const { step, command } of film.ended) {
    if (step > n) break
    items.push({ key: step, type: 'end', command })
  }
  for (const note of notes) {
    if (note.n <= n && film.steps[note.n - 1] === note.step) items.push({ key: note.n + 0.25, type: 'note', note })
  }
  return items.sort((a, b) => a.key - b.key)
}

function noteDown(paper: Paper, { kind, text }: Note): void {
  if (kind === 'clear') paper.clear()
  else if (kind === 'typed') paper.typed(text)
  else paper.print(kind, -1, text)
}

/** A command of the script as somebody would have typed it. */
function scripted({ input }: PerformedInput): string {
  const line = typedLine(input) ?? ''
  // What was edited stood in the editor.
  return input.stdin === undefined || input.stdin === '' || isEdit((input.kubectl ?? '').split(/\s+/))
    ? line
    : `${line} <<EOF\n${input.stdin.replace(/\n$/, '')}\nEOF`
}

/** Commands that were begun and have not ended, the latest last. */
export function running(film: Film, n: number): PerformedInput[] {
  const begun = film.inputs.filter((i) => i.step < n && typedLine(i.input) !== undefined)
  if (begun.length === 0) return []
  const over = new Set(film.ended.filter((end) => end.step <= n).map((end) => end.command))
  return begun.filter((i) => !over.has(i.index))
}

/** The command that has somebody's terminal: what is typed goes into its container. */
export function attached(film: Film, n: number): PerformedInput | undefined {
  const last = running(film, n).at(-1)
  return last?.input.terminal === true ? last : undefined
}

/** What `watch` and `clear` print before they begin at the top of an empty screen. */
// oxlint-disable-next-line no-control-regex
const emptyScreen = /\u001b\[H\u001b\[2?J/

class Paper {
  private lines: TranscriptLine[] = []
  /** Which command has printed a line, by its id. */
  private readonly writers = new Map<number, number>()
  private count = 0
  /** Who wrote the last line, when it is not ended yet. */
  private open: string | undefined

  clear(): void {
    this.lines = []
    this.open = undefined
  }

  typed(text: string): void {
    this.open = undefined
    if (text === '') return
    text.split('\n').forEach((line, i) => this.add(i === 0 ? 'typed' : 'more', line))
  }

  print(kind: 'out' | 'err' | 'quiet', command: number, raw: string): void {
    const [last = '', ...before] = raw.split(emptyScreen).toReversed()
    if (before.length > 0 && command >= 0) this.wipe(command)
    this.write(kind, command, last)
  }

  /** Of what a command has printed nothing is left; what stood there before it stays. */
  private wipe(command: number): void {
    this.lines = this.lines.filter(({ id }) => this.writers.get(id) !== command)
    this.open = undefined
  }

  private write(kind: 'out' | 'err' | 'quiet', command: number, raw: string): void {
    if (raw === '') return
    const writer = `${kind} ${command}`
    const parts = raw.replaceAll('\r\n', '\n').split('\n')
    parts.forEach((part, i) => {
      const isLast = i === parts.length - 1
      if (isLast && part === '') return
      if (i === 0 && this.open === writer) {
        const last = this.lines.at(-1)!
        this.lines[this.lines.length - 1] = { ...last, text: printable(last.text + part) }
      } else {
        this.writers.set(this.count, command)
        this.add(kind, printable(part))
      }
    })
    this.open = raw.endsWith('\n') ? undefined : writer
  }

  done(): TranscriptLine[] {
    const last = this.lines.at(-1)
    return last === undefined || this.open === undefined ? this.lines : [...this.lines.slice(0, -1), { ...last, open: true }]
  }

  private add(kind: TranscriptLine['kind'], text: string): void {
    this.lines.push({ id: this.count++, kind, text })
  }
}

const tabWidth = 8
/** Longer lines are cut: they would only slow the page down. */
const lineMax = 4000

// oxlint-disable-next-line no-control-regex
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g

/** One line as a terminal without colours shows it: tabs are blanks, what a carriage return overwrites is gone. */
function printable(raw: string): string {
  if (/^[ -~]*$/.test(raw)) return raw.slice(0, lineMax)
  const last = raw.replace(/\r+$/, '').split('\r').at(-1)!
  const [first = '', ...rest] = last.replaceAll(escapes, '').replaceAll(controls, '').split('\t')
  const line = rest.reduce(
    (text, part) => text.padEnd((Math.floor(text.length / tabWidth) + 1) * tabWidth) + part,
    first,
  )
  return line.slice(0, lineMax)
}
