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

interface Bounds {
  usual: number
  least: number
  most: (window: { innerWidth: number; innerHeight: number }) => number
}

export const bounds: Record<SizeName, Bounds> = {
  left: { usual: 330, least: 240, most: ({ innerWidth }) => innerWidth * 0.45 },
  right: { usual: 372, least: 260, most: ({ innerWidth }) => innerWidth * 0.45 },
  below: { usual: 264, least: 132, most: ({ innerHeight }) => innerHeight * 0.65 },
  terminal: { usual: 220, least: 80, most: ({ innerHeight }) => innerHeight * 0.6 },
}

export function clamp(name: SizeName, wanted: number, window: { innerWidth: number; innerHeight: number }): number {
  const { least, most } = bounds[name]
  return Math.round(Math.max(least, Math.min(most(window), wanted)))
}

const key = 'podreel.sizes'

/** What storage holds may be anything: only sound numbers count. */
export function readSizes(stored: string | null): Sizes {
  let found: unknown
  try {
    found = JSON.parse(stored ?? '{}')
  } catch {
    found = {}
  }
  const given = (typeof found === 'object' && found !== null ? found : {}) as Record<string, unknown>
  const size = (name: SizeName): number => {
    const value = given[name]
    return typeof value === 'number' && Number.isFinite(value) && value >= bounds[name].least
      ? value
      : bounds[name].usual
  }
  return { left: size('left'), right: size('right'), below: size('below'), terminal: size('terminal') }
}

const sizes = createStore<Sizes>(() => readSizes(recall(key)))

export function useSizePx(name: SizeName): number {
  return useStore(sizes, (s) => clamp(name, s[name], window))
}

export function setSize(name: SizeName, wanted: number): void {
  sizes.setState({ [name]: clamp(name, wanted, window) })
  remember(key, JSON.stringify(sizes.getState()))
}
