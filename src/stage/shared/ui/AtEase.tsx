import { useLayoutEffect, useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { createStore } from 'zustand/vanilla'
import { followAtEase } from '../../../playback/at-ease.ts'
import { FollowedProvider, usePlayback } from '../../../playback/hooks.ts'

/** Real ms: more often nobody can read a page of text that is another one each time. */
const readMs = 200

/**
 * What stands beside the stage: it follows a step of a person's at once, and a film that runs, or is scrubbed through, a few times a second. What it
 * would cost is left to the stage. `everyMs`: in real ms, for what takes longer to take in.
 */
export function AtEase({ everyMs = readMs, children }: { everyMs?: number; children: ReactNode }): ReactElement {
  const { store } = usePlayback()
  const [follower] = useState(() => createStore(() => store.getState()))
  useLayoutEffect(() => followAtEase(store, follower, everyMs), [store, follower, everyMs])
  return <FollowedProvider value={follower}>{children}</FollowedProvider>
}
