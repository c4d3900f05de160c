import { formatMicroTime } from '../api/time.ts'
import type { Event, KubeObject } from '../api/types.ts'
import { resource, type Client } from '../client/client.ts'
import { referenceTo } from '../client/recorder.ts'
import { truncateNote } from './framework/fiterror.ts'

const events = resource('events')

/** A series that was quiet for this long is over (client-go tools/events). */
const finishMs = 6 * 60_000

interface Isomorphic {
  readonly name: string
  readonly namespace: string
  count: number
  lastAt: number
  /** The count that the API server knows. */
  written: number
}

export interface Note {
  readonly type: Event['type']
  readonly reason: string
  readonly action: string
  readonly note: string
}

/**
 * Events as components of the newer kind write them (events.k8s.io/v1, client-go tools/events): the first is
 * created, the second of the same kind makes it a series of two, more are only counted until the series
 * ends. Events are alike when they regard the same version of an object, so an object that has changed in
 * between begins anew.
 */
export class SeriesRecorder {
  private readonly client: Client
  private readonly component: string
  private readonly known = new Map<string, Isomorphic>()
  private sequence = 0
  private ticking = false

  constructor(client: Client, component: string) {
    this.client = client
    this.component = component
  }

  /** `related` is another object that has to do with it. */
  event(regarding: KubeObject, { type, reason, action, note }: Note, related?: KubeObject): void {
    const now = this.client.kernel.now
    const { uid, resourceVersion } = regarding.metadata
    const key = [type, reason, action, uid, resourceVersion, related?.metadata.uid, related?.metadata.resourceVersion].join('|')
    const alike = this.known.get(key)
    if (alike === undefined || now - alike.lastAt > finishMs) {
      this.known.set(key, this.create(regarding, { type, reason, action, note: truncateNote(note) }, related))
    } else {
      alike.count++
      alike.lastAt = now
      if (alike.count === 2) this.writeSeries(alike)
    }
    this.tickLater()
  }

  private create(regarding: KubeObject, { type, reason, action, note }: Note, related: KubeObject | undefined): Isomorphic {
    const { now } = this.client.kernel
    const namespace = regarding.metadata.namespace ?? 'default'
    const name = `${regarding.metadata.name}.${(BigInt(now) * 1_000_000n + BigInt(this.sequence++ % 1_000_000)).toString(16)}`
    const body = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: referenceTo(regarding),
      reason,
      message: note,
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      type,
      eventTime: formatMicroTime(now),
      action,
      ...(related === undefined ? {} : { related: referenceTo(related) }),
      reportingComponent: this.component,
      reportingInstance: `${this.component}-control-plane`,
    }
    this.client.send('create', events, { namespace, body })
    return { name, namespace, count: 1, lastAt: now, written: 1 }
  }

  private writeSeries(event: Isomorphic): void {
    const { namespace, name, count, lastAt } = event
    event.written = count
    const body = { series: { count, lastObservedTime: formatMicroTime(lastAt) } }
    this.client.send('patch', events, { namespace, name, body, contentType: 'application/merge-patch+json' })
  }

  /** Now and then: series that are over get their last count, old events are forgotten. */
  private tickLater(): void {
    if (this.ticking) return
    this.ticking = true
    this.client.later(finishMs, () => {
      this.ticking = false
      const limit = this.client.kernel.now - finishMs
      for (const [key, event] of this.known) {
        if (event.lastAt > limit) continue
        if (event.count !== event.written) this.writeSeries(event)
        this.known.delete(key)
      }
      if (this.known.size > 0) this.tickLater()
    })
  }
}
