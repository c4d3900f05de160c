/**
 * What stands readable behind the payload: the moment and what the reader sees of it. People write these by
 * hand in slides and documents, so what is not understood is passed over, not refused.
 */
export interface Settings {
  /** The step that the film stands at. */
  step?: number
  /** The same moment as virtual ms since the start: for people, and where there is no step. */
  t?: number
  /** What is on the stage, side by side, such as ['cluster', 'terminate']. */
  view?: string[]
  /** Panels that are open, such as ['editor', 'terminal', 'inspector']; [] means none. */
  panels?: string[]
  /** The selected object, such as 'pod/default/web'. */
  select?: string
  /** Steps that somebody has marked. */
  marks?: number[]
  /** A scenario of the catalogue that stands beside the film, to compare them. */
  compare?: string
  lang?: 'en' | 'zh'
  theme?: 'dark' | 'light'
  embed?: boolean
  controls?: 'min' | 'full' | 'none'
  autoplay?: boolean
  /** Which page around a frame may command it: 'https://slides.example', 'null' for a file, '*' for every one. */
  origin?: string
}

const latestStep = 10_000_000
const marksMost = 20
/** A week of an idle cluster is a minute's work and half a gigabyte. */
const longestMs = 7 * 24 * 3_600_000

/** '12.4s', '1m5s', '0.8s': exact to the ms. */
export function formatMoment(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  const seconds = (ms % 60_000) / 1000
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds}s`
}

export function parseMoment(text: string): number | undefined {
  const parts = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9}(?:\.\d{1,3})?)s)?$/.exec(text)
  if (parts === null || text === '') return undefined
  const [, hours = '0', minutes = '0', seconds = '0'] = parts
  return Math.min(longestMs, Math.round(Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000))
}

/** '&t=12.4s&step=37&view=cluster,terminate' */
export function formatSettings(s: Settings): string {
  const pairs: [string, string | undefined][] = [
    ['t', s.t === undefined ? undefined : formatMoment(s.t)],
    ['step', s.step === undefined ? undefined : String(s.step)],
    ['view', s.view?.map(encodeWord).join(',')],
    ['panels', s.panels?.map(encodeWord).join(',')],
    ['select', s.select === undefined ? undefined : encodeWord(s.select)],
    ['marks', s.marks?.join(',')],
    ['compare', s.compare],
    ['lang', s.lang],
    ['theme', s.theme],
    ['embed', flagText(s.embed)],
    ['controls', s.controls],
    ['autoplay', flagText(s.autoplay)],
    ['origin', s.origin === undefined ? undefined : encodeWord(s.origin)],
  ]
  return pairs
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `&${key}=${value}`)
    .join('')
}

export function parseSettings(text: string): Settings {
  const given = new Map<string, string>()
  for (const pair of text.split('&').slice(0, 40)) {
    const equals = pair.indexOf('=')
    if (equals > 0) given.set(pair.slice(0, equals), decodeWord(pair.slice(equals + 1)))
  }
  const settings: Settings = {
    step: wholeOf(given.get('step')),
    t: parseMoment(given.get('t') ?? ''),
    view: wordsOf(given.get('view')),
    panels: wordsOf(given.get('panels')),
    select: selectionOf(given.get('select')),
    marks: given.get('marks')?.split(',').slice(0, marksMost).flatMap((text) => wholeOf(text) ?? []),
    compare: nameOf(given.get('compare')),
    lang: choice(given.get('lang'), ['en', 'zh']),
    theme: choice(given.get('theme'), ['dark', 'light']),
    embed: flagOf(given.get('embed')),
    controls: choice(given.get('controls'), ['min', 'full', 'none']),
    autoplay: flagOf(given.get('autoplay')),
    origin: originOf(given.get('origin')),
  }
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

/** Readable where an address allows it. */
function encodeWord(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/')
}

function decodeWord(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

const flagText = (flag: boolean | undefined) => (flag === undefined ? undefined : flag ? '1' : '0')
const flagOf = (text: string | undefined) => (text === '1' ? true : text === '0' ? false : undefined)

function wholeOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return undefined
  return Math.min(Number(text), latestStep)
}

/** At most ten words of lower-case letters, as views and panels are named; an empty text is an empty list. */
function wordsOf(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined
  return [...new Set(text.split(',').filter((word) => /^[a-z][a-zA-Z-]{0,29}$/.test(word)))].slice(0, 10)
}

function nameOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[a-z0-9][a-z0-9-]{0,62}$/.test(text) ? text : undefined
}

function selectionOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[\w.:@/-]{1,600}$/.test(text) ? text : undefined
}

function originOf(text: string | undefined): string | undefined {
  return text !== undefined && /^(?:\*|null|https?:\/\/[\w.:[\]-]{1,260})$/.test(text) ? text : undefined
}

function choice<T extends string>(text: string | undefined, choices: readonly T[]): T | undefined {
  return choices.find((c) => c === text)
}
