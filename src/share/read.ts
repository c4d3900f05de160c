import type { Scenario } from '../engine/scenario.ts'
import { unpackP1 } from './codec-p1.ts'
import { ShareLinkError } from './error.ts'
import { baseOf, scenarioOf, type FindScenario } from './payload.ts'
import { parseSettings, type Settings } from './settings.ts'

/** What a link restores: a film (its inputs, never its state) and how it is looked at. It opens paused. */
export interface SharedState extends Settings {
  scenario: Scenario
  /** Set by decode when the built-in scenario was another one when the link was made. */
  outdated?: boolean
}

/** A link that is read but for the built-in scenario that it goes out from: a page fetches that one and no other. */
export interface ReadLink {
  /** The name of that scenario, as the link has it: it may be any text; undefined: the link brings its own. */
  base: string | undefined
  /** Throws ShareLinkError. */
  state(find: FindScenario): SharedState
}

/** Characters of a link that is decoded at all. */
const longest = 64 * 1024

/** Reads a link, or the part of it from '#' on. Throws ShareLinkError and nothing else, whatever it is given. */
export function readLink(link: string): ReadLink {
  if (typeof link !== 'string') throw new ShareLinkError('no-link')
  if (link.length > longest) throw new ShareLinkError('too-large')
  const { codec, payload, settings } = partsOf(link)
  if (codec !== 'p1') throw new ShareLinkError('newer', codec)
  const unpacked = unpackP1(payload)
  return {
    base: baseOf(unpacked),
    state(find) {
      const { scenario, outdated } = scenarioOf(unpacked, find)
      return { scenario, ...parseSettings(settings), ...(outdated ? { outdated } : {}) }
    },
  }
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
