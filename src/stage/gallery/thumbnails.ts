import { useEffect, useState } from 'react'
import { fnv1a } from '../../engine/api/fnv1a.ts'
import { usePlayback } from '../../playback/hooks.ts'
import type { Scenario } from '../../worker/protocol.ts'
import { forgetOthers, recall, remember } from '../shared/ui/storage.ts'
import { miniatureOf, pack, unpack } from './miniature.ts'
import type { Miniature } from './miniature.ts'

/** Pictures outlive the page: each is a short text, kept under the scenario it was made of. */
const prefix = 'podreel.thumbnail.'

/** A scenario that was changed in a later release is filmed anew. */
function nameOf(scenario: Scenario): string {
  return `${beginningOf(scenario)}${fnv1a(JSON.stringify(scenario.spec)).toString(36)}`
}

const beginningOf = ({ metadata }: Scenario): string => `${prefix}${metadata.name}.`

/** A scenario in small: kept ones at once, others as soon as they are filmed, on an engine of their own. */
export function useMiniature(scenario: Scenario, wanted: boolean): Miniature | undefined {
  const playback = usePlayback()
  const [small, setSmall] = useState(() => recalled(scenario))
  useEffect(() => {
    if (!wanted || small !== undefined) return undefined
    let open = true
    playback.apart.film(scenario, () => open).then(
      (film) => {
        if (film === undefined) return
        const made = miniatureOf(film)
        keep(scenario, made)
        if (open) setSmall(made)
      },
      // A scenario that cannot be filmed has no picture; opening it says why.
      () => open && setSmall({ frames: [], lanes: [] }),
    )
    return () => {
      open = false
    }
  }, [playback, scenario, wanted, small])
  return small
}

function recalled(scenario: Scenario): Miniature | undefined {
  const text = recall(nameOf(scenario))
  return text === null ? undefined : unpack(text)
}

function keep(scenario: Scenario, small: Miniature): void {
  const name = nameOf(scenario)
  // That of an earlier release would stay for ever, and all of them fill the browser's storage.
  forgetOthers(beginningOf(scenario), name)
  remember(name, pack(small))
}
