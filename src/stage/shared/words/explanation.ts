import { useTranslation } from 'react-i18next'

/** 'Init:0/2' is explained as 'Init:N/M', 'ExitCode:3' as 'ExitCode:N', 'Signal:9' as 'Signal:N', 'Ready,SchedulingDisabled' by its second half. */
export function entryOf(word: string): string {
  if (/^Init:\d+\/\d+$/.test(word)) return 'Init:N/M'
  if (word.endsWith(',SchedulingDisabled')) return 'SchedulingDisabled'
  return word.replace(/^(Init:)?(ExitCode|Signal):\d+$/, '$2:N')
}

type Entries = Readonly<Record<string, string>>

/** What the words of Kubernetes mean, in the reader's language. */
function useEntries(): readonly Entries[] {
  const { i18n } = useTranslation()
  return ['words', 'glossary'].map((namespace) => (i18n.getResourceBundle(i18n.language, namespace) ?? {}) as Entries)
}

/** As the reason of an Event, a word such as Failed may mean something else than as a phase: it is looked up under this name first. */
const ofEvent = 'Event:'
export const eventWord = (reason: string): string => ofEvent + reason

/** How an entry is headed: by the word itself. */
export function titleOf(entry: string): string {
  return entry.replace(ofEvent, '')
}

function explanationIn(entries: readonly Entries[], word: string): string | undefined {
  const names = [word, entryOf(titleOf(word))]
  for (const name of names) for (const texts of entries) if (Object.hasOwn(texts, name)) return texts[name]
  return undefined
}

/** What a word of Kubernetes means, in the reader's language; undefined when nobody has written it. */
export function useExplanation(word: string): string | undefined {
  return explanationIn(useEntries(), word)
}

/** A piece of a text: a word that is explained under the name `word`, or what stands between two. */
export interface Piece {
  readonly text: string
  readonly word?: string
}

/** Words of everyday English, too: only these of them are Kubernetes' own wherever they stand. */
const plain = new Set('Pending Running Succeeded Unknown Terminating Completed Evicted Unschedulable Ready NotReady Initialized'.split(' '))

/** The words that a text may hold and under which name each is explained: 'preStop' as 'spec.containers.lifecycle.preStop'. */
export function wordsIn(names: Iterable<string>): ReadonlyMap<string, string> {
  const words = new Map<string, string>()
  for (const name of names) {
    const last = name.split('.').at(-1)!
    if (plain.has(name) || /[a-z][A-Z]|OOM|^(Init|ExitCode|Signal):/.test(name)) words.set(name, name)
    if (last !== name && /[a-z][A-Z]/.test(last) && !words.has(last)) words.set(last, name)
  }
  return words
}

const candidate = /(?<![\w./-])(?:Init:\d+\/\d+|(?:Init:)?(?:ExitCode|Signal):\d+|Init:[A-Z]\w+|[A-Za-z]+)(?![\w/-])/g

/** The text in pieces, those apart that are explained. */
export function piecesOf(text: string, words: ReadonlyMap<string, string>): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const { 0: found, index } of text.matchAll(candidate)) {
    const word = words.get(found) ?? words.get(entryOf(found))
    if (word === undefined) continue
    if (index > from) pieces.push({ text: text.slice(from, index) })
    pieces.push({ text: found, word })
    from = index + found.length
  }
  if (from < text.length) pieces.push({ text: text.slice(from) })
  return pieces
}

/** By the first of the texts: hundreds of texts are taken apart in one language. */
const wordsOf = new WeakMap<Entries, ReadonlyMap<string, string>>()

/** Takes texts apart, in the reader's language. */
export function usePieces(): (text: string) => Piece[] {
  const entries = useEntries()
  const [first] = entries
  let words = wordsOf.get(first!)
  if (words === undefined) wordsOf.set(first!, (words = wordsIn(entries.flatMap((texts) => Object.keys(texts)))))
  return (text) => piecesOf(text, words)
}
