import { useSyncExternalStore } from 'react'
import { tones } from '../objects/tone.ts'
import type { Tone } from '../objects/tone.ts'

/** For canvases, which need real colours: what `--name` is in the theme of the moment. */
export function readColour(name: string, element: Element = document.documentElement): string {
  let colour = probes.get(name)
  if (colour === undefined || !colour.isConnected) {
    colour = document.createElement('span')
    colour.style.cssText = `color: var(--${name}); display: none; forced-color-adjust: none`
    element.append(colour)
    probes.set(name, colour)
  }
  return getComputedStyle(colour).color
}

const names = ['line', 'edge', 'ink', 'muted', 'faint', 'panel', 'accent', 'failed'] as const

/** What canvases are drawn with. */
export type Palette = Readonly<Record<(typeof names)[number], string>> & {
  readonly tone: Readonly<Record<Tone, string>>
  readonly sans: string
}

export function readPalette(): Palette {
  return { ...coloursOf(names), tone: coloursOf(tones), sans: getComputedStyle(document.body).fontFamily }
}

function coloursOf<Name extends string>(of: readonly Name[]): Record<Name, string> {
  return Object.fromEntries(of.map((name) => [name, readColour(name)])) as Record<Name, string>
}

const probes = new Map<string, HTMLElement>()

let edition = 0
const listeners = new Set<() => void>()

function watchTheme(changed: () => void): () => void {
  if (!watching) startWatching()
  listeners.add(changed)
  return () => listeners.delete(changed)
}

let watching = false

function startWatching(): void {
  watching = true
  const tell = (): void => {
    edition++
    for (const listener of listeners) listener()
  }
  new MutationObserver(tell).observe(document.documentElement, { attributeFilter: ['data-theme'] })
  for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)']) window.matchMedia(query).addEventListener('change', tell)
}

/** Changes when the theme does: a dependency for what is drawn with readColour. */
export function useThemeEdition(): number {
  return useSyncExternalStore(watchTheme, () => edition)
}
