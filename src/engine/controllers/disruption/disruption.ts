import { semanticEqual } from '../../api/equality.ts'
import { findKind } from '../../api/resources.ts'
import { isSelectorError, matches, selectorOf } from '../../api/selector.ts'
import type { KubeObject, OwnerReference, Pod, Status } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { ask, Controller, isRefusal, must, type Ending, type Routine } from '../../client/controller.ts'
import { keyOf, type Informer } from '../../client/informer.ts'
import { noDisruption } from '../common/disruption.ts'
import { controllerOf } from '../common/owner.ts'
import { selectorText } from '../common/selectors.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { budgetStatus, disruptedPods, disruptionLeftMs, expectedOf, failedStatus } from './decide.ts'

/** Keys of pods whose announced disruption may be stale; others are of budgets. */
const staleKey = 'stale '

const budgets = resource('poddisruptionbudgets', 'policy')

/** Kinds whose sizes are in a copy; a ReplicaSet's Deployment has the word when it has one. */
const scalable = [resource('replicasets', 'apps'), resource('deployments', 'apps'), resource('statefulsets', 'apps'), resource('replicationcontrollers')]

/** pkg/controller/disruption: how many pods of a budget may be evicted now. */
export function startDisruption(options: ComponentOptions, informers: SharedInformers): void {
  new Disruption(options, informers)
}

class Disruption {
  private readonly budgets: Informer<KubeObject>
  private readonly pods: Informer<Pod>
  private readonly owners: ReadonlyMap<string, Informer<KubeObject>>
  private readonly controller: Controller

  constructor(options: ComponentOptions, informers: SharedInformers) {
    this.budgets = informers.of(budgets)
    this.pods = informers.pods
    this.owners = new Map(scalable.map((info) => [info.kind, informers.of<KubeObject>(info)]))
    const controller = new Controller(options, 'disruption-controller', 1, (key) => this.sync(key), 'controllermanager')
    this.controller = controller
    this.budgets.onChange(({ type, object }) => {
      if (type !== 'delete') controller.queue.add(keyOf(object))
    })
    this.pods.onChange(({ object }) => this.podChanged(object))
  }

  /** Upstream looks at one of several budgets only, whichever comes first; here all are kept up to date, and the pod is told the same. */
  private podChanged(pod: Pod): void {
    const { namespace, name } = pod.metadata
    const leftMs = disruptionLeftMs(pod, this.controller.now)
    if (leftMs !== undefined) this.controller.queue.addAfter(staleKey + keyOf(pod), leftMs)
    const of = [...this.budgets.byIndex('namespace', namespace!)].filter((budget) => selects(budget, pod))
    for (const budget of of) this.controller.queue.add(keyOf(budget))
    if (of.length < 2) return
    const message = `Pod "${namespace}"/"${name}" matches multiple PodDisruptionBudgets.  Chose "${of[0]!.metadata.name}" arbitrarily.`
    this.controller.recorder.event(pod, 'Warning', 'MultiplePodDisruptionBudgets', message)
  }

  private sync(key: string): Routine {
    return key.startsWith(staleKey) ? this.takeBack(key.slice(staleKey.length)) : this.count(key)
  }

  /** Nobody has disrupted the pod after all (syncStalePodDisruption). */
  private *takeBack(key: string): Routine {
    const pod = this.pods.byKey(key)
    const leftMs = pod === undefined ? undefined : disruptionLeftMs(pod, this.controller.now)
    if (pod === undefined || leftMs === undefined) return
    if (leftMs > 0) return { requeueAfterMs: leftMs }
    yield* must(noDisruption(pod, this.controller.now))
  }

  private *count(key: string): Routine {
    const budget = this.budgets.byKey(key)
    if (budget === undefined) return
    const { recorder, now } = this.controller
    const own = [...this.pods.byIndex('namespace', budget.metadata.namespace!)].filter((pod) => selects(budget, pod))
    if (own.length === 0) recorder.event(budget, 'Normal', 'NoPods', 'No matching pods found')
    const wanted = countsOwners(budget) ? yield* this.wantedByOwners(own) : { size: 0, unmanaged: 0 }
    if ('error' in wanted) {
      recorder.event(budget, 'Warning', 'CalculateExpectedPodCountFailed', `Failed to calculate the number of expected pods: ${wanted.error}`)
      return yield* this.write(budget, failedStatus(budget, wanted.error, now))
    }
    if (wanted.unmanaged > 0) recorder.event(budget, 'Warning', 'UnmanagedPods', unmanaged(budget))
    const disrupted = disruptedPods(budget, own, now)
    for (const pod of disrupted.spared) {
      const { namespace, name } = budget.metadata
      recorder.event(pod, 'Warning', 'NotDeleted', `Pod was expected by PDB ${namespace}/${name} to be deleted but it wasn't`)
    }
    yield* this.write(budget, budgetStatus(budget, own, disrupted.noted, expectedOf(budget, own, wanted.size), now))
    return disrupted.recheckAfterMs === undefined ? {} : { requeueAfterMs: disrupted.recheckAfterMs }
  }

  private *write(budget: KubeObject, status: Record<string, unknown>): Routine<Ending> {
    if (semanticEqual(status, budget['status'] ?? {})) return {}
    const { namespace, name } = budget.metadata
    yield* must({ verb: 'update', info: budgets, subresource: 'status', namespace, name, body: { ...budget, status } })
    return {}
  }

  /** The sizes of all owners of these pods, each once; or which pod has none that tells (getExpectedScale). */
  private *wantedByOwners(pods: readonly Pod[]): Routine<{ size: number; unmanaged: number } | { error: string }> {
    const seen = new Set<string>()
    const sizes = new Map<string, number>()
    let unmanagedPods = 0
    for (const pod of pods) {
      const reference = controllerOf(pod)
      if (reference === undefined) unmanagedPods++
      if (reference === undefined || seen.has(reference.uid)) continue
      seen.add(reference.uid)
      const top = this.topOwner(pod)
      const scale = top === undefined ? yield* this.scaleOf(pod, reference) : { uid: top.metadata.uid, size: (top['spec'].replicas ?? 1) as number }
      if ('error' in scale) return scale
      sizes.set(scale.uid, scale.size)
    }
    return { size: [...sizes.values()].reduce((sum, size) => sum + size, 0), unmanaged: unmanagedPods }
  }

  private topOwner(pod: Pod): KubeObject | undefined {
    let top: KubeObject | undefined
    for (let owner = this.ownerOf(pod); owner !== undefined; owner = this.ownerOf(owner)) top = owner
    return top
  }

  private ownerOf(object: KubeObject): KubeObject | undefined {
    const reference = controllerOf(object)
    const owner = reference === undefined ? undefined : this.owners.get(reference.kind)?.get(object.metadata.namespace, reference.name)
    return owner?.metadata.uid === reference?.uid ? owner : undefined
  }

  /** Any other kind is asked for its scale (getScaleController). */
  private *scaleOf(pod: Pod, { apiVersion, kind, name, uid }: OwnerReference): Routine<{ uid: string; size: number } | { error: string }> {
    const info = findKind(apiVersion, kind)
    if (info === undefined) return { error: `no matches for kind "${kind}" in version "${apiVersion}"` }
    if (!info.subresources.includes('scale')) return { error: `${info.plural}${info.group === '' ? '' : `.${info.group}`} does not implement the scale subresource` }
    const response = yield* ask({ verb: 'get', info, subresource: 'scale', namespace: pod.metadata.namespace, name })
    const scale = response.body as KubeObject
    if (!isRefusal(response) && scale.metadata.uid === uid) return { uid, size: scale['spec'].replicas ?? 0 }
    if (isRefusal(response) && response.code !== 404) return { error: (response.body as Status).message ?? '' }
    return { error: `found no controllers for pod "${pod.metadata.name}"` }
  }
}

/** An empty selector of a budget means every pod of the namespace (policy/v1). */
function selects(budget: KubeObject, pod: Pod): boolean {
  const selector = selectorOf(budget['spec'].selector)
  return !isSelectorError(selector) && budget['spec'].selector !== undefined && matches(selector, pod.metadata.labels)
}

/** A number of pods that must be there hangs on nobody's size. */
const countsOwners = ({ spec }: KubeObject): boolean => spec.maxUnavailable !== undefined || typeof spec.minAvailable === 'string'

const unmanaged = ({ spec }: KubeObject): string =>
  `Pods selected by this PodDisruptionBudget (selector: ${selectorText(spec.selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be ` +
  'calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.'
