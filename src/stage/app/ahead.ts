import { keepForOffline } from './offline.ts'

/** Parts that open at a key: they are fetched when the page has nothing else to do, so that no key is lost meanwhile. */
const parts = [
  () => import('./panels.ts'),
  () => import('./Palette.tsx'),
  () => import('./Scenarios.tsx'),
  () => import('./GoTo.tsx'),
  () => import('./Help.tsx'),
  () => import('../transcript/Transcript.tsx'),
  () => import('../flowcharts/views.tsx'),
  () => import('../pod/PodView.tsx'),
  () => import('../presenter/Presenter.tsx'),
]

export function fetchAhead(): void {
  // Safari has no idle callbacks.
  const whenIdle = window.requestIdleCallback ?? ((callback: () => void) => setTimeout(callback, 500))
  for (const part of parts) whenIdle(() => void part().catch(() => undefined))
  whenIdle(keepForOffline)
}
