import type { Scenario } from '../engine/scenario.ts'
import { findScenario } from '../scenarios/catalogue.ts'
import { packP1, unpackP1 } from './codec-p1.ts'
import { ShareLinkError } from './error.ts'
import { payloadsOf, scenarioOf } from './payload.ts'
import { formatSettings, parseSettings, type Settings } from './settings.ts'

/** What a link restores: a film (its inputs, never its state) and how it is looked at. It opens paused. */
export interface SharedState extends Settings {
  scenario: Scenario
  /** Set by decode when the built-in scenario was another one when the link was made. */
  outdated?: boolean
}

/** Characters of the part from '#' on: up to `comfortable` it goes everywhere; beyond `largest` share a file. */
export const linkLengths = { comfortable: 2_000, largest: 8_000 } as const

/** Characters of a link that is decoded at all. */
const longest = 64 * 1024

/** '#p1:<payload>&t=12.4s&step=37&view=terminate&lang=zh' */
export function encode(state: SharedState): string {
  const { scenario, outdated: _, ...settings } = state
  const packed = payloadsOf(scenario, findScenario).map(packP1)
  const shortest = packed.reduce((a, b) => (b.length < a.length ? b : a))
  return `#p1:${shortest}${formatSettings(settings)}`
}

/** Reads a link, or the part of it from '#' on. Throws ShareLinkError and nothing else, whatever it is given. */
export function decode(link: string): SharedState {
  if (typeof link !== 'string') throw new ShareLinkError('no-link')
  if (link.length > longest) throw new ShareLinkError('too-large')
  const { codec, payload, settings } = partsOf(link)
  if (codec !== 'p1') throw new ShareLinkError('newer', codec)
  const { scenario, outdated } = scenarioOf(unpackP1(payload), findScenario)
  return { scenario, ...parseSettings(settings), ...(outdated ? { outdated } : {}) }
}

/** Whether this looks like a link of ours at all: an address may have another hash, or none. */
export function isShareLink(text: string): boolean {
  return /(^|#)[a-z]\d+:/.test(text.slice(0, longest))
}

/** A letter and a number name the codec for ever; `p1` is the only one so far. */
function partsOf(link: string): { codec: string; payload: string; settings: string } {
  const hash = link.slice(link.indexOf('#') + 1).trim()
  const prefix = /^([a-z][1-9]\d{0,5}):/.exec(hash)
  if (prefix === null) throw new ShareLinkError('no-link')
  const rest = hash.slice(prefix[0].length)
  const end = rest.indexOf('&')
  const payload = end < 0 ? rest : rest.slice(0, end)
  return { codec: prefix[1]!, payload, settings: end < 0 ? '' : rest.slice(end + 1) }
}
