/** Waiting for an object to change or to go, as client-go's UntilWithSync does: list, then watch. */
import type { KubeObject, Status } from '../engine/api/types.ts'
import { CommandError, isNotFound, ServerError } from './errors.ts'
import { pathOf } from './paths.ts'
import { close, next, open, type Session, type Task } from './session.ts'
import { getObject, type Target } from './fileTargets.ts'
import { listObjects } from './targets.ts'

/** Until the object with this uid is no more. `deadline`: virtual ms; undefined waits as long as it takes. */
export function* untilDeleted(session: Session, target: Target, uid: string | undefined, deadline: number | undefined): Task<void> {
  let found: KubeObject
  try {
    found = yield* getObject(session, target)
  } catch (error) {
    if (isNotFound(error)) return
    throw error
  }
  const wanted = uid ?? found.metadata.uid
  if (found.metadata.uid !== wanted) return
  yield* untilObject(session, target, deadline, (object) => object === undefined || object.metadata.uid !== wanted)
}

/**
 * Watches one object until `done` says so; it is asked with the object as it is now, and with undefined
 * when there is none, and may say something itself. Answers the last state. `late`: thrown at the deadline.
 */
export function* untilObject(
  session: Session,
  target: Target,
  deadline: number | undefined,
  done: (object: KubeObject | undefined) => boolean | Task<boolean>,
  late = timedOut(target),
): Task<KubeObject | undefined> {
  const { resource, namespace, name } = target
  const fieldSelector = `metadata.name=${name}`
  function* isDone(object: KubeObject | undefined): Task<boolean> {
    const answer = done(object)
    return typeof answer === 'boolean' ? answer : yield* answer
  }
  for (;;) {
    const list = yield* listObjects(session, { resource, namespace, fieldSelector })
    if (yield* isDone(list.items[0])) return list.items[0]
    const query = { fieldSelector, resourceVersion: list.resourceVersion, watch: 'true', allowWatchBookmarks: 'true' }
    const stream = yield* open(session, { verb: 'watch', path: pathOf(resource, namespace), query })
    for (;;) {
      const event = yield* next(session, stream, deadline)
      if (event.type === 'TIMEOUT') {
        yield* close(stream)
        throw late
      }
      // A server that went away, or forgot the past: begin again with a list.
      if (event.type === 'CLOSED' || (event.type === 'ERROR' && isExpired(event.object as Status))) break
      if (event.type === 'ERROR') throw new ServerError(event.object as Status)
      if (!('object' in event) || event.type === 'BOOKMARK') continue
      const object = event.type === 'DELETED' ? undefined : (event.object as KubeObject)
      if (yield* isDone(object)) {
        yield* close(stream)
        return object
      }
    }
  }
}

function isExpired(status: Status): boolean {
  return status.code === 410
}

export function timedOut({ resource, name }: Target): CommandError {
  return new CommandError(`timed out waiting for the condition on ${resource.plural}/${name}`)
}
