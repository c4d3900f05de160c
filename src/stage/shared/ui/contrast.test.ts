import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

/** `--name: light-dark(#rrggbb, #rrggbb)` of tokens.css. */
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map((m) => [
    m[1]!,
    { light: m[2]!, dark: m[3]! },
  ]),
)

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const v = parseInt(hex.slice(i, i + 2), 16) / 255
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

/** WCAG 2 contrast ratio. */
function contrast(a: string, b: string): number {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (hi! + 0.05) / (lo! + 0.05)
}

const surfaces = ['bg', 'panel', 'raised', 'over']
const states = ['pending', 'working', 'ready', 'failed', 'done', 'terminating', 'unknown']

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  const colour = (name: string) => tokens.get(name)![theme]

  it.each([...states, 'ink', 'muted', 'accent'])('%s can be read as text on every surface', (name) => {
    for (const surface of surfaces) expect(contrast(colour(name), colour(surface)), surface).toBeGreaterThanOrEqual(4.5)
  })

  it('what is not there yet can still be read on panels', () => {
    for (const surface of ['bg', 'panel', 'raised']) {
      expect(contrast(colour('faint'), colour(surface)), surface).toBeGreaterThanOrEqual(4.5)
    }
  })

  it('outlines of controls stand out', () => {
    for (const surface of surfaces) expect(contrast(colour('edge'), colour(surface)), surface).toBeGreaterThanOrEqual(3)
  })

  it('text on the accent can be read', () => {
    expect(contrast(colour('accent-ink'), colour('accent'))).toBeGreaterThanOrEqual(4.5)
    expect(contrast(colour('ink'), colour('accent-soft'))).toBeGreaterThanOrEqual(7)
    expect(contrast(colour('accent'), colour('accent-soft'))).toBeGreaterThanOrEqual(4.5)
  })
})
