import { firstSeen, lastSeen, timesSeen } from '../engine/api/eventTimes.ts'
import { parseTime } from '../engine/api/time.ts'
import type { Event } from '../engine/api/types.ts'
import type { Film } from './film.ts'
import { involvedKey } from './subjects.ts'

/** What the Events of an imported cluster tell of the time before the film. Nothing else is known of it, so the playhead does not go there. */
export interface PastEvent {
  readonly event: Event
  /** Virtual ms of its first and of its last time. */
  readonly from: number
  readonly to: number
  readonly times: number
  /** Key of what it is about; undefined when that was gone before the film began. */
  readonly subject: string | undefined
}

/** In the order in which they were told last. */
export function pastOf(film: Film): readonly PastEvent[] {
  const { revision, startMs } = film.opening
  const events = film.etcd.range('events/', revision) as unknown as readonly Event[]
  return events
    .flatMap((event): PastEvent[] => {
      const to = parseTime(lastSeen(event) || event.metadata.creationTimestamp)
      if (to === undefined || to > startMs) return []
      const key = involvedKey(event)
      const subject = key !== undefined && film.etcd.get(key, revision) !== undefined ? key : undefined
      return [{ event, from: Math.min(to, parseTime(firstSeen(event)) ?? to), to, times: timesSeen(event), subject }]
    })
    .toSorted((a, b) => a.to - b.to)
}
