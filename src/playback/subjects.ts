import type { Event } from '../engine/api/types.ts'
import type { Step } from '../worker/protocol.ts'
import type { Film } from './film.ts'
import { countOf } from './search.ts'

/** A pod that is gone stays in focus for so many virtual ms: what becomes of it belongs to it. */
const mourningMs = 1000
/** Among so many that were in focus before is looked for one that lives. */
const turnsLookedAt = 30

/** Which object each step is about, and which pod the film was about last. */
export class Subjects {
  private readonly film: Film
  private readonly keys: (string | undefined)[] = []
  /** The last pod that a foreground step was about, up to each step; when it is gone, the last one that is not. */
  private readonly pods: (string | undefined)[] = []
  /** When (virtual ms) a step was last about a pod. */
  private readonly heardAt: number[] = []
  /** Steps at which another pod came into focus. */
  private readonly turns: number[] = []
  private readonly keyOfUid = new Map<string, string>()

  constructor(film: Film) {
    this.film = film
  }

  append(step: Step): void {
    const key = this.find(step)
    const before = this.pods.at(-1)
    // Who asks whom is no news about either: traffic would drag the eye away from the pod that lives or ends.
    const isNews = !step.background && step.kind !== 'network'
    const isPod = isNews && key?.startsWith('pods/') === true
    const heard = isPod ? step.at : (this.heardAt.at(-1) ?? step.at)
    const pod = isPod ? key : isNews && step.at - heard > mourningMs ? this.living(step.world) : before
    this.keys.push(key)
    this.pods.push(pod)
    this.heardAt.push(heard)
    if (pod !== before) this.turns.push(this.pods.length - 1)
  }

  cut(keepSteps: number): void {
    this.keys.length = Math.min(this.keys.length, keepSteps)
    this.pods.length = this.keys.length
    this.heardAt.length = this.keys.length
    this.turns.length = countOf(this.turns, keepSteps - 1)
  }

  /** Of the pods that were in focus the last one that is not gone; if none lives, the last one. */
  private living(revision: number): string | undefined {
    for (let i = this.turns.length - 1; i >= Math.max(0, this.turns.length - turnsLookedAt); i--) {
      const pod = this.pods[this.turns[i]!]!
      if (this.film.etcd.entry(pod, revision)?.value !== undefined) return pod
    }
    return this.pods.at(-1)
  }

  of(cursor: number): string | undefined {
    return this.keys[cursor]
  }

  podAt(cursor: number): string | undefined {
    return this.pods[cursor]
  }

  private find(step: Step): string | undefined {
    if (step.resource === 'events') return this.involved(step)
    const key = keyOf(step)
    if (step.uid === undefined) return key
    if (key !== undefined) this.keyOfUid.set(step.uid, key)
    return key ?? this.keyOfUid.get(step.uid)
  }

  private involved(step: Step): string | undefined {
    const event =
      step.revision === undefined ? undefined : (this.film.etcd.written(step.revision)?.value as Event | undefined)
    return (event === undefined ? undefined : involvedKey(event)) ?? keyOf(step)
  }
}

/** An Event is about the object that it names. */
export function involvedKey({ involvedObject: { kind, namespace, name } }: Event): string | undefined {
  if (kind === undefined) return undefined
  const plural = `${kind.toLowerCase()}s`
  return namespace ? `${plural}/${namespace}/${name}` : `${plural}/${name}`
}

function keyOf(step: Step): string | undefined {
  if (step.resource === undefined || step.name === undefined) return undefined
  return step.namespace === undefined
    ? `${step.resource}/${step.name}`
    : `${step.resource}/${step.namespace}/${step.name}`
}
