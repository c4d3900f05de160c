import { bootstrapMsLeft, bootstrapType } from '../../api/bootstrapTokens.ts'
import type { KubeObject } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, type Reconciliation } from '../../client/controller.ts'
import { keyOf } from '../../client/informer.ts'
import type { SharedInformers } from '../shared-informers.ts'

const secrets = resource('secrets')

/** pkg/controller/bootstrap/tokencleaner.go: bootstrap tokens go when their time is over. */
export function startTokenCleaner(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(secrets)
  const controller: Controller = new Controller(options, 'token-cleaner', 1, (key): Reconciliation => {
    const secret = all.byKey(key)
    const left = secret === undefined ? Number.POSITIVE_INFINITY : bootstrapMsLeft(secret, controller.now)
    if (secret === undefined || left > 0) return Number.isFinite(left) ? { requeueAfterMs: left } : {}
    const { namespace, name, uid } = secret.metadata
    return { calls: [{ verb: 'delete', info: secrets, namespace, name, body: { preconditions: { uid } }, tolerate: [404, 409] }] }
  })
  all.onChange(({ type, object }) => {
    if (type !== 'delete' && object['type'] === bootstrapType && object.metadata.namespace === 'kube-system') controller.queue.add(keyOf(object))
  })
}
