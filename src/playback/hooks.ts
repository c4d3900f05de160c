import { createContext, use, useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import type { StoreApi } from 'zustand/vanilla'
import type { KubeObject, Node, Pod } from '../engine/api/types.ts'
import type { Input, PerformedInput, Step } from '../worker/protocol.ts'
import { countUpTo } from './search.ts'
import type { Film } from './film.ts'
import type { Playback } from './playback.ts'
import { givenUp, type AfterAct, type PlaybackState } from './state.ts'

/**
 * How views read the film. Each hook subscribes to one narrow thing: a view is drawn again when what it
 * shows has changed, not when the cursor moves.
 */
const PlaybackContext = createContext<Playback | undefined>(undefined)
export const PlaybackProvider = PlaybackContext.Provider

export function usePlayback(): Playback {
  const playback = use(PlaybackContext)
  if (playback === undefined) throw new Error('a view of the film needs a PlaybackProvider around it')
  return playback
}

/** What the views below follow instead of every step (at-ease.ts). */
const FollowedContext = createContext<StoreApi<PlaybackState> | undefined>(undefined)
export const FollowedProvider = FollowedContext.Provider

/** Any narrow part of the state of playing; the selector must return something comparable by identity. */
export function usePlaybackState<T>(select: (state: PlaybackState) => T): T {
  return useStore(useFollowed(), select)
}

/** What `usePlaybackState` reads here. */
export function useFollowed(): StoreApi<PlaybackState> {
  const { store } = usePlayback()
  return use(FollowedContext) ?? store
}

/** Index of the step that has just happened; -1 before the first. */
export function useCursor(): number {
  return usePlaybackState((s) => s.cursor)
}

/** The step that has just happened. */
export function useStep(): Step | undefined {
  return usePlaybackState((s) => s.film?.steps[s.cursor])
}

/** Virtual ms since the epoch, while the film plays many times a second. For rings, bars and clocks. */
export function useNow(): number {
  const playback = usePlayback()
  useEffect(() => playback.watchClock(), [playback])
  return useStore(playback.clock, (c) => c.now)
}

/** The film, read again whenever it has grown: for views of the whole film. */
export function useFilm(): Film | undefined {
  usePlaybackState((s) => s.edition)
  return usePlaybackState((s) => s.film)
}

/** An object of etcd by its key ('pods/default/web'), as of the moment on stage. */
export function useObject<T extends KubeObject = KubeObject>(key: string | undefined): T | undefined {
  return usePlaybackState((s) =>
    key === undefined ? undefined : (s.film?.etcd.get(key, s.world) as T | undefined),
  )
}

const none: readonly never[] = []

/** All objects of etcd below a prefix ('pods/', 'events/default/'), in the order of their keys. */
export function useObjects<T extends KubeObject = KubeObject>(prefix: string): readonly T[] {
  return usePlaybackState(
    (s) => (s.film?.etcd.range(prefix, s.world) as readonly T[] | undefined) ?? none,
  )
}

/** Keys of all objects of etcd below a prefix, sorted: another list only when some have come or gone. */
export function useKeys(prefix: string): readonly string[] {
  return usePlaybackState((s) => s.film?.etcd.keysAt(prefix, s.world) ?? none)
}

export function usePods(): readonly Pod[] {
  return useObjects<Pod>('pods/')
}

export function useNodes(): readonly Node[] {
  return useObjects<Node>('nodes/')
}

/** Records of a machine's store below a prefix ('containers/'): see engine/api/machine.ts. */
export function useMachine<T = unknown>(node: string | undefined, prefix: string): readonly T[] {
  return usePlaybackState((s) => {
    const machine = node === undefined ? undefined : s.film?.machine(node)
    return (machine?.range(prefix, s.world) as readonly T[] | undefined) ?? none
  })
}

/** Key of the pod that the film was about last. */
export function usePodInFocus(): string | undefined {
  return usePlaybackState((s) => s.film?.podInFocus(s.cursor))
}

/** Inputs performed up to the moment on stage. */
export function useInputs(): readonly PerformedInput[] {
  const film = useFilm()
  const count = usePlaybackState((s) =>
    s.film === undefined ? 0 : countUpTo(s.film.inputs.length, (i) => s.film!.inputs[i]!.step, s.cursor),
  )
  return useMemo(() => film?.inputs.slice(0, count) ?? none, [film, count])
}

/** Does something at the moment on stage; in the past this forks. Resolves when it is done, or given up (`givenUp`). */
export function useAct(): (input: Input, then?: AfterAct) => Promise<void> {
  const playback = usePlayback()
  return useMemo(() => async (input, then) => void (await playback.act(input, then).catch(givenUp)), [playback])
}

