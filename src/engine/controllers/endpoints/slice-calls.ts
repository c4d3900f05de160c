import type { Response } from '../../api/request.ts'
import { resource } from '../../client/client.ts'
import { isRefusal, type Call } from '../../client/controller.ts'
import type { SliceChanges } from './decide.ts'
import type { Written } from './written.ts'

export const slices = resource('endpointslices', 'discovery.k8s.io')

/** The calls that make the changes to the slices of a Service; what they wrote is kept in mind. */
export function sliceCalls(key: string, { create, update, remove }: SliceChanges, written: Written): Call[] {
  const namespace = key.split('/')[0]!
  const unless = (done: (response: Response) => void) => (response: Response): void => {
    if (!isRefusal(response)) done(response)
  }
  const wrote = unless(({ body }) => written.wrote(key, body as never))
  return [
    ...create.map((body): Call => ({ verb: 'create', info: slices, namespace, body, answered: wrote })),
    ...update.map((body): Call => ({ verb: 'update', info: slices, namespace, name: body.metadata.name, body, answered: wrote })),
    ...remove.map((slice): Call => ({
      verb: 'delete', info: slices, namespace, name: slice.metadata.name, body: {}, tolerate: [404], answered: unless(() => written.removed(key, slice)),
    })),
  ]
}
