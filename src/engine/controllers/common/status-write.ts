import { semanticEqual } from '../../api/equality.ts'
import type { KubeObject } from '../../api/types.ts'
import type { ResourceRef } from '../../client/client.ts'
import { ask, isRefusal, Refused, type Call, type Routine } from '../../client/controller.ts'

/** Writes a status that differs; after a refusal once more onto the object as it is now (upstream's StatusUpdateRetries). */
export function* writeStatus(info: ResourceRef, object: KubeObject, status: Record<string, unknown>): Routine<void> {
  if (semanticEqual(object['status'] ?? {}, status)) return
  const { namespace, name } = object.metadata
  const update = (onto: KubeObject): Call => ({ verb: 'update', info, subresource: 'status', namespace, name, body: { ...onto, status } })
  const first = yield* ask(update(object))
  if (!isRefusal(first)) return
  const fresh = yield* ask({ verb: 'get', info, namespace, name })
  if (isRefusal(fresh)) throw new Refused(fresh)
  const second = yield* ask(update(fresh.body as KubeObject))
  if (isRefusal(second)) throw new Refused(second)
}
