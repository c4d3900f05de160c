import { matches } from '../../api/selector.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import type { ComponentOptions } from '../../client/client.ts'
import { Controller, Refused, type Routine } from '../../client/controller.ts'
import { keyOf, type Change, type Informer } from '../../client/informer.ts'
import { candidates, claim } from '../common/claim.ts'
import { podSelector } from '../common/selectors.ts'
import { controllerOf } from '../common/owner.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { deployments, replicaSets } from './resources.ts'
import { Rollout } from './rollout.ts'

/** pkg/controller/deployment/deployment_controller.go: wakes a Deployment when it, its sets or the last of its pods change. */
export function startDeployments(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(deployments)
  const sets = informers.of<KubeObject>(replicaSets)
  const controller: Controller = new Controller(options, 'deployment-controller', 5, (key) => sync(key, all, sets, informers.pods, controller))
  const enqueue = (object: KubeObject): void => controller.queue.add(keyOf(object))
  all.onChange(({ object }) => enqueue(object))
  sets.onChange((change) => setChanged(change, all, enqueue))
  informers.pods.onChange(({ type, object }) => {
    if (type === 'delete') podDeleted(object, all, sets, informers.pods, enqueue)
  })
}

function* sync(key: string, all: Informer<KubeObject>, sets: Informer<KubeObject>, pods: Informer<Pod>, controller: Controller): Routine {
  const deployment = all.byKey(key)
  if (deployment === undefined) return
  const selector = podSelector(deployment['spec'].selector)
  if (selector.nothing === true) return
  const own = yield* claim({
    owner: deployment, ownerResource: deployments, resource: replicaSets, selector, objects: [...candidates(deployment, sets)],
  })
  try {
    return yield* new Rollout(controller, deployment, own, {
      named: (name) => sets.get(deployment.metadata.namespace, name),
      podsOf: (set) => [...pods.byIndex('controller', set.metadata.uid)],
    }).run()
  } catch (error) {
    // Trying again is no use (handleErr).
    if (error instanceof Refused && error.namespaceEnds) return
    throw error
  }
}

function setChanged({ type, object, old }: Change<KubeObject>, all: Informer<KubeObject>, enqueue: (deployment: KubeObject) => void): void {
  const reference = controllerOf(object)
  const before = old === undefined ? undefined : controllerOf(old)
  for (const owner of before?.uid === reference?.uid ? [reference] : [before, reference]) {
    const deployment = owner?.kind === 'Deployment' ? all.get(object.metadata.namespace, owner.name) : undefined
    if (deployment !== undefined && deployment.metadata.uid === owner!.uid) enqueue(deployment)
  }
  if (reference !== undefined || type === 'delete') return
  for (const deployment of all.byIndex('namespace', object.metadata.namespace!)) {
    if (matches(podSelector(deployment['spec'].selector), object.metadata.labels)) enqueue(deployment)
  }
}

/** Recreate waits for the last old pod. */
function podDeleted(pod: Pod, all: Informer<KubeObject>, sets: Informer<KubeObject>, pods: Informer<Pod>, enqueue: (deployment: KubeObject) => void): void {
  const ofSet = controllerOf(pod)
  const set = ofSet?.kind === 'ReplicaSet' ? sets.get(pod.metadata.namespace, ofSet.name) : undefined
  const reference = set === undefined ? undefined : controllerOf(set)
  const deployment = reference === undefined ? undefined : all.get(pod.metadata.namespace, reference.name)
  if (deployment?.['spec'].strategy?.type !== 'Recreate') return
  const siblings = [...sets.byIndex('controller', deployment.metadata.uid)]
  if (siblings.every(({ metadata }) => [...pods.byIndex('controller', metadata.uid)].length === 0)) enqueue(deployment)
}
