import type { KubeObject } from '../../engine/api/types.ts'
import type { Session, Task } from '../session.ts'
import { getObject, type Target } from '../fileTargets.ts'
import { eventsOf, writeEvents } from './events.ts'
import { Description } from './writer.ts'

/** Reads an object and what belongs to it, and describes it. */
export type Describer = (session: Session, target: Target) => Task<string>

type Write = (w: Description, object: KubeObject) => void

/** Where the object and its events are all there is to say. */
export function withEvents(write: Write): Describer {
  return function* (session, target) {
    const object = typed(target, yield* getObject(session, target))
    const events = yield* eventsOf(session, object)
    const w = new Description(session.input.now())
    write(w, object)
    writeEvents(w, events)
    return w.text()
  }
}

/** Kinds whose events nobody asks for. */
export function withoutEvents(write: Write): Describer {
  return function* (session, target) {
    const object = yield* getObject(session, target)
    const w = new Description(session.input.now())
    write(w, object)
    return w.text()
  }
}

/** Items of lists come without their kind. */
export function typed(target: Target, object: KubeObject): KubeObject {
  return object.kind ? object : { ...object, kind: target.resource.kind }
}
