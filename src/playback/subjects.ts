import type { Event } from '../engine/api/types.ts'
import type { Step } from '../worker/protocol.ts'
import type { Film } from './film.ts'

/** Which object each step is about, and which pod the film was about last. */
export class Subjects {
  private readonly film: Film
  private readonly keys: (string | undefined)[] = []
  /** The last pod that a foreground step was about, up to each step. */
  private readonly pods: (string | undefined)[] = []
  private readonly keyOfUid = new Map<string, string>()

  constructor(film: Film) {
    this.film = film
  }

  append(step: Step): void {
    const key = this.find(step)
    this.keys.push(key)
    // Who asks whom is no news about either: traffic would drag the eye away from the pod that lives or ends.
    const isNews = !step.background && step.kind !== 'network'
    const pod = key?.startsWith('pods/') && isNews ? key : this.pods.at(-1)
    this.pods.push(pod)
  }

  cut(keepSteps: number): void {
    this.keys.length = Math.min(this.keys.length, keepSteps)
    this.pods.length = this.keys.length
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
