import { formatTime } from '../api/time.ts'
import { hash32 } from '../kernel/random.ts'
import type { Event, KubeObject, ObjectReference } from '../api/types.ts'
import { resource, type Client } from './client.ts'
import { EventCorrelator, type Correlation } from './correlator.ts'

const events = resource('events')

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
 * one does not wait for it and never learns whether it was stored.
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
    this.queue.push({ reference, type, reason, message, annotations, at: this.client.kernel.now, cause: this.client.kernel.cause })
    if (!this.busy) this.next()
  }

  private next(): void {
    const pending = this.queue.shift()
    this.busy = pending !== undefined
    if (pending === undefined) return
    const { reference, type, reason, message, at } = pending
    const facts = { object: seriesObject(reference), type, reason, message }
    const correlation = this.correlator.correlate(facts, at)
    if (correlation.action === 'drop') return this.next()
    // Nothing that happens follows from an Event having been told: whoever goes on here goes on because of what it tells of.
    const { kernel } = this.client
    const before = kernel.cause
    kernel.cause = pending.cause
    if (correlation.action === 'count') this.count(pending, correlation)
    else this.create(pending, correlation)
    kernel.cause = before
  }

  private create(pending: Pending, { series, message }: Exclude<Correlation, { action: 'drop' | 'count' }>): void {
    const object = this.eventObject(pending, message)
    const { name, namespace } = object.metadata
    // The name of the series is known at once: the next one of it may be recorded before the answer is here.
    this.correlator.created(series, name)
    this.client.send('create', events, { namespace, body: object }, () => this.next())
  }

  private count(pending: Pending, correlation: Extract<Correlation, { action: 'count' }>): void {
    const { name, count, message, series } = correlation
    const namespace = pending.reference.namespace ?? 'default'
    const body = { count, lastTimestamp: formatTime(pending.at), message }
    const contentType = 'application/merge-patch+json'
    this.client.send('patch', events, { namespace, name, body, contentType }, (response) => {
      if (response.code !== 404) return this.next()
      this.correlator.forget(series)
      this.create(pending, { action: 'create', message, series })
    })
  }

  private eventObject({ reference, type, reason, annotations, at }: Pending, message: string): Event {
    const namespace = reference.namespace ?? 'default'
    const time = formatTime(at)
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: this.eventName(reference.name ?? '', at), namespace, ...(annotations === undefined ? {} : { annotations }) } as Event['metadata'],
      involvedObject: reference,
      reason,
      message,
      source: this.source,
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
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
