import { createStore } from 'zustand/vanilla'
import { useStore } from 'zustand'
import { recall, remember } from '../shared/ui/storage.ts'

/** Panels that can be resized, in CSS pixels. */
export interface Sizes {
  left: number
  right: number
  below: number
  terminal: number
}

export type SizeName = keyof Sizes

interface WindowSize {
  innerWidth: number
  innerHeight: number
}

interface Bounds {
  /** As long as nobody has chosen: the stage keeps its share of a window. */
  usual: (window: WindowSize) => number
  least: number
  most: (window: WindowSize) => number
}

export const bounds: Record<SizeName, Bounds> = {
  left: { usual: ({ innerWidth }) => within(256, innerWidth * 0.225, 420), least: 240, most: ({ innerWidth }) => innerWidth * 0.45 },
  right: { usual: ({ innerWidth }) => within(320, innerWidth * 0.26, 460), least: 260, most: ({ innerWidth }) => innerWidth * 0.45 },
  below: { usual: ({ innerHeight }) => within(240, innerHeight * 0.31, 350), least: 132, most: ({ innerHeight }) => innerHeight * 0.65 },
  terminal: { usual: ({ innerHeight }) => within(160, innerHeight * 0.25, 300), least: 80, most: ({ innerHeight }) => innerHeight * 0.6 },
}

function within(least: number, wanted: number, most: number): number {
  return Math.max(least, Math.min(most, wanted))
}

/** Of a panel for which `wanted` was chosen, or nothing. */
export function clamp(name: SizeName, wanted: number | undefined, window: WindowSize): number {
  const { usual, least, most } = bounds[name]
  return Math.round(Math.max(least, Math.min(most(window), wanted ?? usual(window))))
}

const key = 'podreel.sizes'

/** What was chosen. What storage holds may be anything: only sound numbers count. */
export function readSizes(stored: string | null): Partial<Sizes> {
  let found: unknown
  try {
    found = JSON.parse(stored ?? '{}')
  } catch {
    found = {}
  }
  const given = Object.entries(typeof found === 'object' && found !== null ? found : {})
  return Object.fromEntries(given.filter(([name, size]) => Number.isFinite(size) && size >= (bounds[name as SizeName]?.least ?? Infinity)))
}

const sizes = createStore<Partial<Sizes>>(() => readSizes(recall(key)))

// Nobody has chosen: then a panel is as large as the window allows.
if (typeof window !== 'undefined') window.addEventListener('resize', () => sizes.setState({}))

export function useSizePx(name: SizeName): number {
  return useStore(sizes, (s) => clamp(name, s[name], window))
}

export function setSize(name: SizeName, wanted: number): void {
  sizes.setState({ [name]: clamp(name, wanted, window) })
  remember(key, JSON.stringify(sizes.getState()))
}
