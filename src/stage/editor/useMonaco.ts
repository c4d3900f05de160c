import { useCallback, useEffect, useRef, useState } from 'react'
import type { ComponentType } from 'react'
import { flushSync } from 'react-dom'
import { currentLanguage } from '../../i18n/language.ts'
import { usePlaybackState } from '../../playback/hooks.ts'
import type MonacoView from './MonacoView.tsx'
import type { Explanations } from '../shared/schema/jsonSchema.ts'

type View = typeof MonacoView

interface Found {
  View: ComponentType<Parameters<View>[0]>
  explanations: Explanations | undefined
}

let loading: Promise<Found> | undefined
/** Once it is loaded, it is there at once when the panel opens again. */
let here: Found | undefined

/** Monaco takes the language of its menus once, when it is loaded; what the fields mean comes in the same one. */
async function load(): Promise<Found> {
  const isChinese = currentLanguage() === 'zh'
  if (isChinese) await import('monaco-editor/nls/lang/zh-cn')
  const explanations = isChinese ? (await import('../../i18n/zh/fields.ts')).fieldsInChinese : undefined
  here = { View: (await import('./MonacoView.tsx')).default, explanations }
  return here
}

/** Phones' keyboards and Monaco do not get on, and half a megabyte is much for them. */
function isWanted(): boolean {
  return window.matchMedia('(any-pointer: fine)').matches
}

/** Until the page has been quiet for so long, in ms, Monaco is left alone. */
const quietMs = 1200

/** Monaco, and where somebody was typing when it came. */
export interface LoadedMonaco extends Found {
  startAt: number | undefined
}

/**
 * Monaco when it is there: asked for when somebody touches the text, or when the page has nothing to do.
 * `handOver` is what the plain editor says when it is put away.
 */
export function useMonaco(handOver: () => Promise<number | undefined>): {
  loaded: LoadedMonaco | undefined
  failed: boolean
  want: () => void
} {
  const [loaded, setLoaded] = useState<LoadedMonaco | undefined>(() => here && { ...here, startAt: undefined })
  const [failed, setFailed] = useState(false)
  const alive = useRef(true)
  const want = useCallback(() => {
    if (!isWanted()) return
    loading ??= load()
    loading
      .then(async (found) => ({ ...found, startAt: await handOver() }))
      .then(
        // At once, before another key is pressed: it would go on where the plain editor stood a moment ago.
        (found) => alive.current && flushSync(() => setLoaded((present) => present ?? found)),
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
