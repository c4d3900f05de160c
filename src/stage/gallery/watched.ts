import { useEffect } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { usePlaybackState } from '../../playback/hooks.ts'
import { recall, remember } from '../shared/ui/storage.ts'

/** Scenarios that were played to their end, by name; kept in this browser. */
const key = 'podreel.watched'

const watched = createStore<{ names: ReadonlySet<string> }>(() => ({ names: recalled() }))

export function useWatched(): ReadonlySet<string> {
  return useStore(watched, (s) => s.names)
}

function recalled(): ReadonlySet<string> {
  try {
    const list: unknown = JSON.parse(recall(key) ?? '[]')
    return new Set(Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [])
  } catch {
    return new Set()
  }
}

/** Whoever comes to the end of a film has watched it. */
export function useWatching(): void {
  const name = usePlaybackState((s) => (s.ended ? s.film?.scenario.metadata.name : undefined))
  useEffect(() => {
    if (name === undefined || watched.getState().names.has(name)) return
    const names = new Set([...watched.getState().names, name])
    watched.setState({ names })
    remember(key, JSON.stringify([...names]))
  }, [name])
}
