import { formatTime } from '../api/time.ts'
import { hash32 } from '../kernel/random.ts'
import type { Response } from '../api/request.ts'
import type { Event, KubeObject, ObjectReference } from '../api/types.ts'
import { resource, type Client } from './client.ts'
import { EventCorrelator, type Correlation } from './correlator.ts'

const events = resource('events')

/** Events wait here while the server is away; more are not remembered (client-go tools/record/event.go, as what follows). */
const maxQueued = 1000
const maxTries = 12
const retryMs = 10_000

/** One event to be written. */
interface Pending {
  reference: ObjectReference
  type: Event['type']
  reason: string
  message: string
  annotations: Readonly<Record<string, string>> | undefined
  at: number
  /** The step that it tells of, whenever it is sent. */
  cause: number | undefined
}

export interface EventOptions {
  /** Names a part of the object, such as `spec.containers{app}`. */
  fieldPath?: string
  annotations?: Readonly<Record<string, string>> | undefined
}

/**
 * Writes Events in the background, one after another, as client-go's broadcaster does: whoever records
 * one does not wait for it and never learns whether it was stored. A server that cannot be reached is tried again for
 * some two minutes; one that refuses an event is not asked twice.
 */
export class EventRecorder {
  private readonly client: Client
  private readonly source: { component: string; host?: string }
  private readonly correlator = new EventCorrelator()
  private readonly queue: Pending[] = []
  /** Its own, below a millisecond. */
  private readonly digits: number
  private busy = false
  private sequence = 0

  constructor(client: Client, source: { component: string; host?: string }) {
    this.client = client
    this.source = source
    this.digits = Math.abs(hash32(client.name)) % 1000
  }

  event(object: KubeObject, type: Event['type'], reason: string, message: string, { fieldPath, annotations }: EventOptions = {}): void {
    this.eventOn(referenceTo(object, fieldPath), type, reason, message, annotations)
  }

  eventOn(reference: ObjectReference, type: Event['type'], reason: string, message: string, annotations?: EventOptions['annotations']): void {
    if (this.queue.length >= maxQueued) return
    this.queue.push({ reference, type, reason, message, annotations, at: this.client.kernel.now, cause: this.client.kernel.cause })
    if (!this.busy) this.next()
  }

  private next(): void {
    this.busy = true
    for (let pending = this.queue.shift(); pending !== undefined; pending = this.queue.shift()) {
      const { reference, type, reason, message, at } = pending
      const correlation = this.correlator.correlate({ object: seriesObject(reference), type, reason, message }, at)
      if (correlation !== undefined) return this.record(pending, correlation)
    }
    this.busy = false
  }

  private record(pending: Pending, correlation: Correlation): void {
    const { kernel } = this.client
    const send = correlation.series.name === '' ? this.create : this.count
    const attempt = (tries: number): void => {
      // Nothing that happens follows from an Event having been told: whoever goes on here goes on because of what it tells of.
      const before = kernel.cause
      kernel.cause = pending.cause
      send.call(this, pending, correlation, ({ code }) => {
        if (code !== 0 || tries === maxTries) this.next()
        else this.client.later(this.patienceMs(tries), () => attempt(tries + 1))
      })
      kernel.cause = before
    }
    attempt(1)
  }

  /** Virtual ms after which a server that cannot be reached is tried again; those who have lost it at once do not come back at once. */
  private patienceMs(tries: number): number {
    return tries === 1 ? this.client.kernel.random(`events of ${this.client.name}`).int(retryMs) : retryMs
  }

  private create(pending: Pending, correlation: Correlation, answered: (response: Response) => void): void {
    const { series } = correlation
    // It is known at once: the next one of the series may be recorded before the answer is here.
    series.name ||= this.eventName(pending.reference.name ?? '', pending.at)
    const body = this.eventObject(pending, correlation)
    this.client.send('create', events, { namespace: body.metadata.namespace, body }, answered)
  }

  private count(pending: Pending, correlation: Correlation, answered: (response: Response) => void): void {
    const { message, series: { name, count } } = correlation
    const namespace = pending.reference.namespace ?? 'default'
    const body = { count, lastTimestamp: formatTime(pending.at), message }
    const contentType = 'application/merge-patch+json'
    this.client.send('patch', events, { namespace, name, body, contentType }, (response) => {
      // Its hour is over, or nobody has made it yet.
      if (response.code === 404) this.create(pending, correlation, answered)
      else answered(response)
    })
  }

  private eventObject({ reference, type, reason, annotations, at }: Pending, { message, series: { name, count, firstAt } }: Correlation): Event {
    const namespace = reference.namespace ?? 'default'
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace, ...(annotations === undefined ? {} : { annotations }) } as Event['metadata'],
      involvedObject: reference,
      reason,
      message,
      source: this.source,
      firstTimestamp: formatTime(firstAt),
      lastTimestamp: formatTime(at),
      count,
      type,
      eventTime: null,
      reportingComponent: this.source.component,
      reportingInstance: this.source.host ?? '',
    }
  }

  /** The object's name and the nanoseconds in hexadecimal, as client-go names events. */
  private eventName(name: string, at: number): string {
    // Two sources may speak of one object in the same millisecond; below it each has digits of its own.
    const nanoseconds = BigInt(at) * 1_000_000n + BigInt(this.digits * 1000 + (this.sequence++ % 1000))
    return `${name}.${nanoseconds.toString(16)}`
  }
}

/** An object stays the same object while its resourceVersion changes. */
function seriesObject({ kind, namespace, name, uid, fieldPath }: ObjectReference): string {
  return `${kind}|${namespace}|${name}|${uid}|${fieldPath}`
}

export function referenceTo(object: KubeObject, fieldPath?: string): ObjectReference {
  const { namespace, name, uid, resourceVersion } = object.metadata
  const reference: ObjectReference = { kind: object.kind, name, uid, apiVersion: object.apiVersion, resourceVersion }
  if (namespace !== undefined) reference.namespace = namespace
  if (fieldPath !== undefined) reference.fieldPath = fieldPath
  return reference
}
