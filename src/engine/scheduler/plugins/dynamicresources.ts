import type { Pod } from '../../api/types.ts'
import { Add } from '../framework/events.ts'
import { failed, skip, unresolvable, unschedulable } from '../framework/status.ts'
import type { Plugin } from '../framework/plugin.ts'
import { names } from './names.ts'

interface PodClaim {
  name: string
  resourceClaimName?: string
  resourceClaimTemplateName?: string
}

const claimsOf = (pod: Pod): readonly PodClaim[] => (pod.spec as unknown as { resourceClaims?: PodClaim[] }).resourceClaims ?? []

/**
 * Dynamic resource allocation, on by default since v1.34, in a cluster that serves no ResourceClaims: a pod
 * that asks for one waits for it outside the queue. For all others it only speaks in PostFilter, where it
 * stands before preemption and has "no new claims to deallocate"; when PreFilter never came to it, its state
 * is "not found". Both words end up in the pod's FailedScheduling event.
 */
export const dynamicResources = (): Plugin<null> => ({
  name: names.DynamicResources,
  events: [{ resource: 'Node', action: Add }],
  preEnqueue: (pod) => {
    const claim = claimsOf(pod)[0]
    if (claim === undefined) return undefined
    const reason = claim.resourceClaimName === undefined
      ? `pod "${pod.metadata.namespace}/${pod.metadata.name}": ResourceClaim not created yet`
      : `resourceclaim.resource.k8s.io "${claim.resourceClaimName}" not found`
    return unresolvable(names.DynamicResources, reason)
  },
  preFilter: () => skip(names.DynamicResources),
  postFilter: (context) => ({
    status: context.hasState(names.DynamicResources)
      ? unschedulable(names.DynamicResources, 'no new claims to deallocate')
      : failed(names.DynamicResources, 'not found'),
  }),
})
