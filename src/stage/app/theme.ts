import { createStore } from 'zustand/vanilla'
import { recall, remember } from '../shared/ui/storage.ts'

export const themes = ['auto', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export function isTheme(value: unknown): value is Theme {
  return (themes as readonly unknown[]).includes(value)
}

/** The same name is read in index.html before the first paint. */
const key = 'podreel.theme'

export const theme = createStore<{ theme: Theme }>(() => {
  const stored = recall(key)
  return { theme: isTheme(stored) ? stored : 'auto' }
})

/** For this visit only: a link may ask for a theme. */
export function showTheme(next: Theme): void {
  theme.setState({ theme: next })
}

/** 'auto' leaves the choice to the system: tokens.css follows color-scheme. */
export function setTheme(next: Theme): void {
  showTheme(next)
  remember(key, next)
  applyTheme()
}

export function applyTheme(): void {
  const { theme: chosen } = theme.getState()
  const { dataset } = document.documentElement
  if (chosen === 'auto') delete dataset['theme']
  else dataset['theme'] = chosen
}

/** From what is seen now to the other one. */
export function switchTheme(): void {
  const { theme: chosen } = theme.getState()
  const dark = chosen === 'dark' || (chosen === 'auto' && window.matchMedia('(prefers-color-scheme: dark)').matches)
  setTheme(dark ? 'light' : 'dark')
}
