import { useCallback, useEffect, useRef, useState } from 'react'
import type { ComponentType } from 'react'
import { currentLanguage } from '../../i18n/language.ts'
import { usePlaybackState } from '../../playback/hooks.ts'
import type MonacoView from './MonacoView.tsx'

type View = typeof MonacoView

let loading: Promise<View> | undefined

/** Monaco takes the language of its menus once, when it is loaded. */
async function load(): Promise<View> {
  if (currentLanguage() === 'zh') await import('monaco-editor/nls/lang/zh-cn')
  return (await import('./MonacoView.tsx')).default
}

/** Phones' keyboards and Monaco do not get on, and half a megabyte is much for them. */
function isWanted(): boolean {
  return window.matchMedia('(any-pointer: fine)').matches
}

/** Until the page has been quiet for so long, in ms, Monaco is left alone. */
const quietMs = 1200

/** Monaco, and where somebody was typing when it came. */
interface Loaded {
  View: ComponentType<Parameters<View>[0]>
  startAt: number | undefined
}

/**
 * Monaco when it is there: asked for when somebody touches the text, or when the page has nothing to do.
 * `handOver` is what the plain editor says when it is put away.
 */
export function useMonaco(handOver: () => Promise<number | undefined>): {
  loaded: Loaded | undefined
  failed: boolean
  want: () => void
} {
  const [loaded, setLoaded] = useState<Loaded>()
  const [failed, setFailed] = useState(false)
  const alive = useRef(true)
  const want = useCallback(() => {
    if (!isWanted()) return
    loading ??= load()
    loading
      .then(async (View) => ({ View, startAt: await handOver() }))
      .then(
        (found) => alive.current && setLoaded((present) => present ?? found),
        () => {
          loading = undefined
          if (alive.current) setFailed(true)
        },
      )
  }, [handOver])
  useEffect(() => {
    alive.current = true
    return () => {
      alive.current = false
    }
  }, [])
  const idle = usePlaybackState((s) => s.status === 'ready' && !s.playing && !s.filming)
  const isHere = loaded !== undefined
  useEffect(() => {
    if (!idle || isHere) return undefined
    let request: number | undefined
    const timer = setTimeout(() => {
      // Not every browser tells when it is idle.
      if ('requestIdleCallback' in window) request = window.requestIdleCallback(want, { timeout: 4000 })
      else want()
    }, quietMs)
    return () => {
      clearTimeout(timer)
      if (request !== undefined) window.cancelIdleCallback(request)
    }
  }, [idle, isHere, want])
  return { loaded, failed, want }
}
