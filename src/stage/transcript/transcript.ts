import type { Text } from '../../engine/scenario.ts'
import { chaptersOf } from '../../playback/chapters.ts'
import type { StepSize } from '../../playback/classify.ts'
import type { Film } from '../../playback/film.ts'
import { pastOf } from '../../playback/past.ts'
import type { Step } from '../../worker/protocol.ts'
import { formatAge, formatClock } from '../shared/film/time.ts'
import { typedLine } from '../shared/film/typed.ts'

/** A run as text: chapters, and in each its steps as sentences. Pure: film in, text out. */
export interface TranscriptChapter {
  /** undefined: what happens before the first chapter, or a film without any. */
  readonly title: Text | undefined
  /** For the speaker; undefined where they are not asked for, too. */
  readonly notes: Text | undefined
  readonly lines: readonly TranscriptLine[]
}

export interface TranscriptLine {
  readonly step: number
  /** '00:00:03.214' */
  readonly time: string
  /** What was typed, if that is what the step is. */
  readonly typed: string | undefined
  readonly text: string
}

/** What an imported cluster has told before the film began. */
export interface PastLine {
  /** '−3m 20s' */
  readonly time: string
  /** Key of what it is about; undefined when that is gone. */
  readonly subject: string | undefined
  readonly text: string
}

export function pastLines(film: Film): PastLine[] {
  return pastOf(film).map(({ event: { type, reason, message, involvedObject: { kind, namespace, name } }, to, times, subject }) => {
    const object = [kind, namespace === undefined ? name : `${namespace}/${name}`].join(' ')
    return {
      time: `−${formatAge(film.opening.startMs - to)}`,
      subject,
      text: `${type} ${reason}, ${object}${times > 1 ? ` (×${times})` : ''}: ${message.trim()}`,
    }
  })
}

export interface TranscriptWords {
  say(step: Step): string
  text(text: Text): string
}

/** `size`: how finely it is told, as the player steps. `withNotes`: those for the speaker stand below the names of chapters. */
export function transcriptOf(film: Film, size: StepSize, words: TranscriptWords, withNotes = false): TranscriptChapter[] {
  const chapters = chaptersOf(film)
  const inputs = new Map(film.inputs.map(({ step, input }) => [step, input]))
  // What a person did is always told.
  const told = [...new Set([...film.ofSize(size), ...inputs.keys()])]
    .filter((index) => film.steps[index] !== undefined)
    .sort((a, b) => a - b)
  const line = (index: number): TranscriptLine => {
    const step = film.steps[index]!
    const input = step.kind === 'input' ? inputs.get(index) : undefined
    return {
      step: index,
      time: formatClock(step.at - film.opening.startMs),
      typed: input === undefined ? undefined : typedLine(input),
      text: input?.say === undefined ? words.say(step) : words.text(input.say),
    }
  }
  const bounds = [-Infinity, ...chapters.map((mark) => mark.step), Infinity]
  return bounds
    .slice(0, -1)
    .map((from, i) => ({
      title: chapters[i - 1]?.chapter.title,
      notes: withNotes ? chapters[i - 1]?.chapter.notes : undefined,
      lines: told.filter((index) => index >= from && index < bounds[i + 1]!).map(line),
    }))
    .filter(({ title, lines }) => title !== undefined || lines.length > 0)
}

/** As a document: a heading, the summary, a heading for each chapter, a list item for each step. `before`: how the time before the film is headed. */
export function markdownOf(film: Film, chapters: readonly TranscriptChapter[], text: TranscriptWords['text'], before: string): string {
  const { title, summary } = film.scenario.spec
  const lines = [`# ${escaped(text(title))}`, '', escaped(text(summary)), '']
  const past = pastLines(film)
  if (past.length > 0) lines.push(`## ${escaped(before)}`, '', ...past.map((line) => `- \`${line.time}\` ${escaped(line.text)}`), '')
  for (const chapter of chapters) {
    if (chapter.title !== undefined) lines.push(`## ${escaped(text(chapter.title))}`, '')
    if (chapter.notes !== undefined) lines.push(`> ${escaped(text(chapter.notes))}`, '')
    for (const { time, typed, text: sentence } of chapter.lines) {
      lines.push(`- \`${time}\` ${typed === undefined ? '' : `**\`${typed.replaceAll('`', "'")}\`** `}${escaped(sentence)}`)
    }
    lines.push('')
  }
  return `${lines.join('\n').trimEnd()}\n`
}

/** What would be taken for markup. Line ends would end the item. */
function escaped(text: string): string {
  return text.replace(/[\\`*_<>[\]]/g, String.raw`\$&`).replace(/\s*\n\s*/g, ' ')
}
