import type { Response } from '../../api/request.ts'
import { resource } from '../../client/client.ts'
import { ask, isRefusal, namespaceEnds, type Call, type Routine } from '../../client/controller.ts'
import type { Status } from '../../api/types.ts'
import type { SliceChanges } from './decide.ts'
import type { Written } from './written.ts'

export const slices = resource('endpointslices', 'discovery.k8s.io')

/**
 * Makes the changes to the slices of a key one after another; what they wrote is kept in mind. Returns what went wrong, the rest is left undone then.
 * `owner`: 'Service default/web'.
 */
export function* writeSlices(key: string, owner: string, { create, update, remove }: SliceChanges, written: Written): Routine<string | undefined> {
  const namespace = key.split('/')[0]!
  const unless = (done: (response: Response) => void) => (response: Response): void => {
    if (!isRefusal(response)) done(response)
  }
  const wrote = unless(({ body }) => written.wrote(key, body as never))
  const calls: [what: string, call: Call][] = [
    ...create.map((body): [string, Call] => ['create EndpointSlice', { verb: 'create', info: slices, namespace, body, answered: wrote }]),
    ...update.map((body): [string, Call] => [`update ${body.metadata.name} EndpointSlice`, { verb: 'update', info: slices, namespace, name: body.metadata.name, body, answered: wrote }]),
    ...remove.map((slice): [string, Call] => [`delete ${slice.metadata.name} EndpointSlice`, {
      verb: 'delete', info: slices, namespace, name: slice.metadata.name, body: {}, tolerate: [404], answered: unless(() => written.removed(key, slice)),
    }]),
  ]
  for (const [what, call] of calls) {
    const response = yield* ask(call)
    if (!isRefusal(response) || call.tolerate?.includes(response.code) === true) continue
    const status = response.body as Status
    return call.verb === 'create' && namespaceEnds(status) ? undefined : `failed to ${what} for ${owner}: ${status.message}`
  }
  return undefined
}
