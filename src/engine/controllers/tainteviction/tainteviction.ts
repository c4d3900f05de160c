import type { Node, Pod, Taint } from '../../api/types.ts'
import { must, type Controller, type Routine } from '../../client/controller.ts'
import { keyOf, type Change, type Informer } from '../../client/informer.ts'
import { EventRecorder } from '../../client/recorder.ts'
import { disruptionTarget } from '../common/disruption.ts'
import { deletePod, podCondition } from '../common/pods.ts'
import { decidePlan, type Plan } from './decide.ts'

const keyPrefix = 'pod '
const reason = 'DeletionByTaintManager'

/** Which keys of the queue are meant for it. */
export const isEvictionKey = (key: string): boolean => key.startsWith(keyPrefix)

/**
 * Pods leave a node whose NoExecute taints they do not bear, at once or when their time there is over (pkg/controller/tainteviction). It has
 * the queue and the name of the node controller, of which it was a part until KEP-3902.
 */
export class TaintEvictions {
  private readonly controller: Controller
  private readonly nodes: Informer<Node>
  private readonly pods: Informer<Pod>
  private readonly recorder: EventRecorder
  private readonly plans = new Map<string, Plan>()

  constructor(controller: Controller, nodes: Informer<Node>, pods: Informer<Pod>) {
    this.controller = controller
    this.nodes = nodes
    this.pods = pods
    this.recorder = new EventRecorder(controller.client, { component: 'taint-eviction-controller' })
    nodes.onChange(({ type, object, old }) => {
      if (type === 'delete' || executing(object.spec.taints) === executing(old?.spec.taints)) return
      for (const pod of pods.byIndex('node', object.metadata.name)) this.enqueue(keyOf(pod))
    })
    pods.onChange((change) => this.podChanged(change))
  }

  private podChanged({ type, object, old }: Change<Pod>): void {
    const { nodeName, tolerations } = object.spec
    const key = keyOf(object)
    if (type === 'delete') return this.cancel(key)
    if (!nodeName || (old !== undefined && old.spec.nodeName === nodeName && old.spec.tolerations === tolerations)) return
    if (executing(this.nodes.get(undefined, nodeName)?.spec.taints) !== '') this.enqueue(key)
  }

  private enqueue(key: string): void {
    this.controller.queue.add(keyPrefix + key)
  }

  *sync(queueKey: string): Routine {
    const key = queueKey.slice(keyPrefix.length)
    const pod = this.pods.byKey(key)
    if (pod === undefined) return
    const { now } = this.controller
    const node = this.nodes.get(undefined, pod.spec.nodeName ?? '')
    // What is planned for a node that has gone since stays planned.
    const decision = node === undefined ? undefined : decidePlan(node.spec.taints ?? [], pod.spec.tolerations ?? [], this.plans.get(key), now)
    if (decision?.cancels === true) this.cancel(key)
    if (decision?.at !== undefined) this.plans.set(key, { at: decision.at, begun: false })
    const plan = this.plans.get(key)
    if (plan === undefined) return
    if (plan.at > now) return { requeueAfterMs: plan.at - now }
    yield* this.evict(pod, plan)
  }

  private *evict(pod: Pod, plan: Plan): Routine<void> {
    if (plan.begun) return
    this.tell(keyOf(pod), 'Marking for deletion')
    plan.begun = true
    try {
      if (podCondition(pod, 'DisruptionTarget')?.reason !== reason) {
        yield* must(disruptionTarget(pod, reason, 'Taint manager: deleting due to NoExecute taint', this.controller.now))
      }
      yield* must({ ...deletePod(pod), tolerate: [404] })
    } catch (error) {
      plan.begun = false
      throw error
    }
  }

  private cancel(key: string): void {
    if (this.plans.get(key)?.begun === false) this.tell(key, 'Cancelling deletion of')
    this.plans.delete(key)
  }

  /** The reference has no uid, so that `kubectl describe pod` does not show it, as upstream. */
  private tell(key: string, what: string): void {
    const [namespace, name] = key.split('/') as [string, string]
    this.recorder.eventOn({ kind: 'Pod', apiVersion: 'v1', namespace, name }, 'Normal', 'TaintManagerEviction', `${what} Pod ${key}`)
  }
}

/** The NoExecute taints as a text, to see a change. */
function executing(taints: readonly Taint[] = []): string {
  return taints.filter(({ effect }) => effect === 'NoExecute').map(({ key, value }) => `${key}=${value}`).join()
}
