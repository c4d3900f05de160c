import { semanticEqual } from '../../api/equality.ts'
import { isSelectorError, matches, selectorOf } from '../../api/selector.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, must, type Routine } from '../../client/controller.ts'
import { keyOf, type Informer } from '../../client/informer.ts'
import { controllerOf } from '../common/owner.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { budgetStatus, deletionTimeoutMs, expectedOf } from './decide.ts'

const budgets = resource('poddisruptionbudgets', 'policy')

/** Kinds that say how many pods there should be; a ReplicaSet's Deployment has the word when it has one. */
const scalable = [resource('replicasets', 'apps'), resource('deployments', 'apps'), resource('statefulsets', 'apps'), resource('replicationcontrollers')]

/** pkg/controller/disruption: how many pods of a budget may be evicted now. */
export function startDisruption(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(budgets)
  const { pods } = informers
  const owners = new Map(scalable.map((info) => [info.kind, informers.of<KubeObject>(info)]))
  const controller: Controller = new Controller(options, 'disruption-controller', 1, (key) => sync(all.byKey(key), pods, owners, controller))
  all.onChange(({ type, object }) => {
    if (type !== 'delete') controller.queue.add(keyOf(object))
  })
  pods.onChange(({ object }) => {
    for (const budget of all.byIndex('namespace', object.metadata.namespace!)) if (selects(budget, object)) controller.queue.add(keyOf(budget))
  })
}

/** An empty selector of a budget means every pod of the namespace (policy/v1). */
function selects(budget: KubeObject, pod: Pod): boolean {
  const selector = selectorOf(budget['spec'].selector)
  return !isSelectorError(selector) && budget['spec'].selector !== undefined && matches(selector, pod.metadata.labels)
}

function* sync(budget: KubeObject | undefined, pods: Informer<Pod>, owners: ReadonlyMap<string, Informer<KubeObject>>, controller: Controller): Routine {
  if (budget === undefined) return
  const { namespace, name } = budget.metadata
  const own = [...pods.byIndex('namespace', namespace!)].filter((pod) => selects(budget, pod) && pod.status.phase !== 'Succeeded' && pod.status.phase !== 'Failed')
  const status = budgetStatus(budget, own, expectedOf(budget, own, wantedByOwners(own, owners)), controller.now)
  if (!semanticEqual(status, budget['status'] ?? {})) {
    yield* must({ verb: 'update', info: budgets, subresource: 'status', namespace, name, body: { ...budget, status } })
  }
  return status['disruptedPods'] === undefined ? {} : { requeueAfterMs: deletionTimeoutMs }
}

/** The sizes of all owners of these pods, each once (getExpectedScale). */
function wantedByOwners(pods: readonly Pod[], owners: ReadonlyMap<string, Informer<KubeObject>>): number {
  const sizes = new Map<string, number>()
  for (const pod of pods) {
    let owner = ownerOf(pod, owners)
    while (owner !== undefined) {
      const above = ownerOf(owner, owners)
      if (above === undefined) sizes.set(owner.metadata.uid, owner['spec'].replicas ?? 1)
      owner = above
    }
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0)
}

function ownerOf(object: KubeObject, owners: ReadonlyMap<string, Informer<KubeObject>>): KubeObject | undefined {
  const reference = controllerOf(object)
  const owner = reference === undefined ? undefined : owners.get(reference.kind)?.get(object.metadata.namespace, reference.name)
  return owner?.metadata.uid === reference?.uid ? owner : undefined
}
