import { resourcesOf } from '../../api/custom/kind.ts'
import { groupResource, resources } from '../../api/resources.ts'
import type { Counted } from '../../api/quota/usage.ts'
import { counts } from '../../api/quota/usage.ts'
import type { KubeObject } from '../../api/types.ts'
import { resource, type ComponentOptions, type ResourceRef } from '../../client/client.ts'
import { Controller, type Reconciliation } from '../../client/controller.ts'
import { keyOf, type Informer } from '../../client/informer.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { frees, statusOf } from './decide.ts'

const quotas = resource('resourcequotas')
const definitions = resource('customresourcedefinitions', 'apiextensions.k8s.io')

/** How often every quota is counted anew (ResourceQuotaSyncPeriod). */
const resyncMs = 300_000

/** Each kind that lives in namespaces, once; events are counted by nobody. */
const kinds = resources.filter(
  (info, i) =>
    info.namespaced && info.plural !== 'events' && info.verbs.includes('watch') &&
    resources.findIndex((other) => groupResource(other) === groupResource(info)) === i,
)

/**
 * Keeps the status of ResourceQuotas true (pkg/controller/resourcequota): admission adds what is made, this counts anew when a quota is
 * written, when something that it counts has gone, and every five minutes.
 */
export function startResourceQuotas(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(quotas)
  const copies = new Map<string, { kind: Counted; copy: Informer<KubeObject> }>()
  const controller: Controller = new Controller(options, 'resourcequota-controller', 5, (key): Reconciliation => {
    const quota = all.byKey(key)
    if (quota === undefined) return {}
    const { namespace, name } = quota.metadata
    const counted = [...copies.values()].map(({ kind }) => kind)
    const status = statusOf(quota, counted, (kind) => copies.get(groupResource(kind))!.copy.byIndex('namespace', namespace!), controller.now)
    if (status === undefined) return { requeueAfterMs: resyncMs }
    const call = { verb: 'update', info: quotas, subresource: 'status', namespace, name, body: { ...quota, status } } as const
    return { calls: [call], requeueAfterMs: resyncMs }
  })
  all.onChange(({ type, object, old }) => {
    if (type !== 'delete' && object['spec'] !== old?.['spec']) controller.queue.add(keyOf(object))
  })
  const follow = (kind: ResourceRef): void => {
    const copy = informers.of<KubeObject>(kind)
    copies.set(groupResource(kind), { kind, copy })
    copy.onChange(({ type, object, old }) => {
      if (all.size === 0 || !frees(kind, old, type === 'delete' ? undefined : object, controller.now)) return
      for (const quota of all.byIndex('namespace', object.metadata.namespace!)) {
        if (Object.keys(quota['spec']?.hard ?? {}).some((name) => counts(kind, name))) controller.queue.add(keyOf(quota))
      }
    })
  }
  for (const kind of kinds) follow(kind)
  informers.of<KubeObject>(definitions).onChange(({ type, object }) => {
    const kind = resourcesOf(object)[0]
    if (kind?.namespaced !== true) return
    if (type === 'delete') copies.delete(groupResource(kind))
    // The garbage collector starts and stops these copies.
    else if (!copies.has(groupResource(kind))) follow(kind)
  })
}
