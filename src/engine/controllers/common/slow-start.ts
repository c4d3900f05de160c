import type { Response } from '../../api/request.ts'
import type { Status } from '../../api/types.ts'
import { isRefusal, namespaceEnds, type Call, type Routine } from '../../client/controller.ts'

/**
 * Sends calls in batches of 1, 2, 4 and so on, each when the one before has succeeded whole: if creations fail - a quota
 * that is used up - a few requests show it instead of thousands (pkg/controller/replicaset slowStartBatch).
 * Returns how many succeeded and the first refusal. A namespace that ends takes all with it: its refusal counts as a success that will never be
 * seen, so that nothing is tried again as long as the expectation of it stands.
 */
export function* slowStart(calls: readonly Call[]): Routine<{ succeeded: number; refusal: Response | undefined }> {
  let sent = 0
  let succeeded = 0
  for (let size = Math.min(1, calls.length); size > 0; size = Math.min(2 * size, calls.length - sent)) {
    const batch = calls.slice(sent, sent + size)
    const responses = yield batch
    sent += size
    const refused = responses.filter((response) => isRefusal(response) && !namespaceEnds(response.body as Status))
    succeeded += batch.length - refused.length
    if (refused.length > 0) return { succeeded, refusal: refused[0] }
  }
  return { succeeded, refusal: undefined }
}
