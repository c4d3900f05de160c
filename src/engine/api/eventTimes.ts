import type { Event } from './types.ts'

/** RFC 3339 text of when what an Event tells happened first; '' when it does not say. */
export function firstSeen({ eventTime, firstTimestamp, metadata }: Event): string {
  return eventTime ?? firstTimestamp ?? metadata.creationTimestamp ?? ''
}

/** RFC 3339 text of when it happened last, in the order in which kubectl asks (pkg/cmd/events/event_printer.go); '' when it does not say. */
export function lastSeen({ series, lastTimestamp, eventTime }: Event): string {
  return series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? ''
}

/** How often. The scheduler's Events are of the newer kind, which count in a series. */
export function timesSeen({ series, count }: Event): number {
  return series?.count ?? count ?? 1
}
