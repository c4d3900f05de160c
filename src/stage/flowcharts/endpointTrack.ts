import type { KubeObject } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'
import type { Step } from '../../worker/protocol.ts'
import type { PodLife } from './story.ts'

/**
 * What the world outside of its node makes of a pod: when it is in an EndpointSlice, when the nodes' rules lead to it or no
 * longer, and which requests met it too late. Read from the film, for these steps are about Services.
 */
export interface EndpointTrack {
  /** The slice says for the first time that it is ready. */
  published: Step[]
  /** The slice says that it is no longer ready, or has it no more. */
  withdrawn: Step[]
  /** A node's rules lead to it; a node's rules lead to it no longer. */
  rulesWith: Step[]
  rulesWithout: Step[]
  /** Requests that were sent to it and failed, once it was being deleted. */
  lost: Step[]
}

export function endpointTrack(film: Film, life: PodLife): EndpointTrack {
  const track: EndpointTrack = { published: [], withdrawn: [], rulesWith: [], rulesWithout: [], lost: [] }
  const { uid, steps } = life
  const [, namespace = '', name = ''] = life.key.split('/')
  const address = `pod/${namespace}/${name}`
  if (uid === undefined) return track
  // Its last request may fail, and the slowest node may hear of it, a while after it has gone.
  const [first, until] = [steps[0]!.index, steps.at(-1)!.at + tailMs]
  let ready = false
  let deleting = false
  for (let i = first; i < film.steps.length; i++) {
    const step = film.steps[i]!
    if (step.at > until) break
    if (step.uid === uid && step.milestone === 'terminate/store') deleting = true
    if (step.kind === 'write' && step.resource === 'endpointslices' && step.namespace === namespace) {
      const now = readyIn(film, step, uid)
      if (now === undefined || now === ready) continue
      ready = now
      ;(ready ? track.published : track.withdrawn).push(step)
    } else if (step.detail?.type === 'RulesWritten' && step.namespace === namespace) {
      if (names(step, 'added').includes(name)) track.rulesWith.push(step)
      if (names(step, 'removed').includes(name)) track.rulesWithout.push(step)
    } else if (deleting && step.detail?.type === 'RequestFailed' && step.from === address) track.lost.push(step)
  }
  return track
}

const tailMs = 30_000

interface Slice extends KubeObject {
  endpoints?: { conditions?: { ready?: boolean }; targetRef?: { uid?: string } }[]
}

/** Whether the slice that a step wrote has the pod as ready; undefined when the pod was in neither version. */
function readyIn(film: Film, step: Step, uid: string): boolean | undefined {
  const entry = step.revision === undefined ? undefined : film.etcd.written(step.revision)
  const find = (slice: unknown) => (slice as Slice | undefined)?.endpoints?.find(({ targetRef }) => targetRef?.uid === uid)
  const after = find(entry?.value)
  if (after === undefined) return find(entry?.previous?.value) === undefined ? undefined : false
  return after.conditions?.ready !== false
}

function names(step: Step, fact: 'added' | 'removed'): readonly unknown[] {
  const value = step.detail?.[fact]
  return Array.isArray(value) ? value : []
}
