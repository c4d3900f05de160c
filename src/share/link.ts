import { findScenario } from '../scenarios/catalogue.ts'
import { packP1 } from './codec-p1.ts'
import { payloadsOf } from './payload.ts'
import { readLink, type SharedState } from './read.ts'
import { formatSettings } from './settings.ts'

/** Characters of the part from '#' on: up to `comfortable` it goes everywhere; beyond `largest` share a file. */
export const linkLengths = { comfortable: 2_000, largest: 8_000 } as const

/** '#p1:<payload>&t=12.4s&step=37&view=terminate&lang=zh' */
export function encode(state: SharedState): string {
  const { scenario, outdated: _, ...settings } = state
  const packed = payloadsOf(scenario, findScenario).map(packP1)
  const shortest = packed.reduce((a, b) => (b.length < a.length ? b : a))
  return `#p1:${shortest}${formatSettings(settings)}`
}

/** Reads a link, or the part of it from '#' on. Throws ShareLinkError and nothing else, whatever it is given. */
export function decode(link: string): SharedState {
  return readLink(link).state(findScenario)
}
