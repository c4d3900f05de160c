/** The events below a description. */
import { findResource } from '../../engine/api/resources.ts'
import { age } from '../../engine/api/time.ts'
import type { Event, KubeObject } from '../../engine/api/types.ts'
import { KubectlError } from '../errors.ts'
import type { Session, Task } from '../session.ts'
import { listObjects } from '../targets.ts'
import type { Description } from './writer.ts'

const eventsResource = findResource('', 'v1', 'events')!

/** Whose events: kind and uid only where they are asked for. */
export interface Reference {
  kind?: string
  name: string
  namespace: string
  uid?: string
}

/** Undefined with `--show-events=false`; none when the server refuses. */
export function* eventsOf(session: Session, object: KubeObject): Task<Event[] | undefined> {
  const { metadata } = object
  return yield* eventsAbout(session, { kind: object.kind, name: metadata.name, namespace: metadata.namespace ?? '', uid: metadata.uid })
}

export function* eventsAbout(session: Session, about: Reference): Task<Event[] | undefined> {
  if (!session.flags.bool('show-events')) return undefined
  try {
    return yield* findEvents(session, about)
  } catch (error) {
    if (error instanceof KubectlError) return []
    throw error
  }
}

export function* findEvents(session: Session, { kind, name, namespace, uid }: Reference): Task<Event[]> {
  const fieldSelector = [
    ...(kind ? [`involvedObject.kind=${kind}`] : []),
    `involvedObject.name=${name}`,
    `involvedObject.namespace=${namespace}`,
    ...(uid ? [`involvedObject.uid=${uid}`] : []),
  ].join(',')
  const { items } = yield* listObjects(session, { resource: eventsResource, namespace, fieldSelector })
  return items as Event[]
}

export function writeEvents(w: Description, events: readonly Event[] | undefined): void {
  if (events === undefined) return
  if (events.length === 0) return w.line(0, 'Events:\t<none>')
  w.flush()
  w.write(0, 'Events:\n  Type\tReason\tAge\tFrom\tMessage\n')
  w.line(1, '----\t------\t----\t----\t-------')
  const last = (event: Event) => event.lastTimestamp ?? ''
  for (const event of events.toSorted((a, b) => (last(a) < last(b) ? -1 : last(a) > last(b) ? 1 : 0))) {
    const from = event.source?.component || (event.reportingComponent ?? '')
    w.line(1, `${event.type ?? ''}\t${event.reason ?? ''}\t${intervalOf(event, w.now)}\t${from}\t${(event.message ?? '').trim()}`)
  }
}

/** "5s (x3 over 1m)" */
export function intervalOf(event: Event, now: number): string {
  const first = age(event.eventTime ?? event.firstTimestamp, now)
  if (event.series) return `${age(event.series.lastObservedTime, now)} (x${event.series.count} over ${first})`
  const { count = 0 } = event
  return count > 1 ? `${age(event.lastTimestamp, now)} (x${count} over ${first})` : first
}
