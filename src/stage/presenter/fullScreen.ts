import { useEffect } from 'react'
import { view } from '../shared/view.ts'

/** Browsers leave full screen when another window opens: that is no wish to end the talk. */
let windowed = false

export function stayInWindow(): void {
  windowed = true
}

export function toggleFullScreen(): void {
  if (document.fullscreenElement === null) void enter()
  else {
    stayInWindow()
    void document.exitFullscreen()
  }
}

/** Refused in frames and when the last gesture is long ago: the page fills its window then. */
async function enter(): Promise<void> {
  if (!navigator.userActivation.isActive) return
  await document.documentElement.requestFullscreen?.().catch(() => undefined)
}

export function leavePresenter(): void {
  view.setState({ presenting: false })
}

/** The whole screen, where the browser lets us; leaving it by Escape leaves the presenter too. */
export function useFullScreen(): void {
  useEffect(() => {
    windowed = false
    document.documentElement.dataset['presenting'] = ''
    void enter()
    const onChange = (): void => {
      if (document.fullscreenElement !== null) windowed = false
      else if (!windowed) leavePresenter()
    }
    const onKeyDown = (event: KeyboardEvent): void => {
      // A dialog that closes keeps its Escape for itself.
      if (event.key === 'Escape' && !event.defaultPrevented) leavePresenter()
    }
    document.addEventListener('fullscreenchange', onChange)
    document.addEventListener('keydown', onKeyDown)
    return () => {
      delete document.documentElement.dataset['presenting']
      document.removeEventListener('fullscreenchange', onChange)
      document.removeEventListener('keydown', onKeyDown)
      if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => undefined)
    }
  }, [])
}
