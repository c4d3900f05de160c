/** What the scheduler does when something changes in the cluster (pkg/scheduler/eventhandlers.go). */
import type { KubeObject, Node, Pod } from '../api/types.ts'
import type { Change, Informer } from '../client/informer.ts'
import type { SchedulerCache } from './cache/cache.ts'
import { assignedPodAdd, assignedPodDelete, nodeAdd, nodeDelete, nodeUpdateEvents, podUpdateEvents, objectEvents } from './framework/events.ts'
import type { SchedulerInformers } from './informers.ts'
import type { SchedulingQueue } from './queue/schedulingqueue.ts'

const isAssigned = (pod: Pod): boolean => !!pod.spec.nodeName
const priorityOf = (pod: Pod): number => (pod.spec as { priority?: number }).priority ?? 0

export class EventHandlers {
  private readonly cache: SchedulerCache
  private readonly queue: SchedulingQueue
  private readonly responsible: (pod: Pod) => boolean

  constructor(cache: SchedulerCache, queue: SchedulingQueue, responsible: (pod: Pod) => boolean) {
    this.cache = cache
    this.queue = queue
    this.responsible = responsible
  }

  register({ pods, nodes, listers }: SchedulerInformers): void {
    pods.onChange((change) => this.podChanged(change))
    nodes.onChange((change) => this.nodeChanged(change))
    for (const kind of Object.keys(objectEvents) as (keyof typeof objectEvents)[]) this.moveOn(listers[kind], kind)
  }

  private moveOn(informer: Informer<KubeObject>, kind: keyof typeof objectEvents): void {
    informer.onChange(({ type, object, old }) => {
      this.queue.moveAll(objectEvents[kind][type], old, type === 'delete' ? undefined : object)
    })
  }

  private nodeChanged(change: Change<Node>): void {
    if (change.type === 'delete') {
      this.queue.moveAll(nodeDelete, change.old, undefined)
      this.cache.removeNode(change.object.metadata.name)
      return
    }
    this.cache.setNode(change.object)
    if (change.type === 'add') this.queue.moveAll(nodeAdd, undefined, change.object)
    else for (const event of nodeUpdateEvents(change.object, change.old)) this.queue.moveAll(event, change.old, change.object)
  }

  private podChanged(change: Change<Pod>): void {
    const { object: pod } = change
    if (change.type === 'add') this.podAdded(pod)
    else if (change.type === 'delete') this.podDeleted(change.old)
    else if (isAssigned(change.old)) this.assignedPodUpdated(change.old, pod)
    else if (isAssigned(pod)) this.podBound(change.old, pod)
    else if (this.responsible(pod)) this.waitingPodUpdated(change.old, pod)
  }

  private podAdded(pod: Pod): void {
    if (isAssigned(pod)) this.assignedPodAdded(pod)
    else if (this.responsible(pod)) this.queue.add(pod)
  }

  private assignedPodAdded(pod: Pod): void {
    this.cache.addPod(pod)
    this.queue.moveAll(assignedPodAdd, undefined, pod)
  }

  private assignedPodUpdated(old: Pod, pod: Pod): void {
    this.cache.addPod(pod)
    if (!this.queue.isListening) return
    for (const event of podUpdateEvents(pod, old)) this.queue.moveAll(event, old, pod)
  }

  /** By this scheduler, which is confirmed by it, or by somebody else. */
  private podBound(old: Pod, pod: Pod): void {
    if (this.responsible(old)) this.queue.delete(old)
    this.assignedPodAdded(pod)
  }

  private waitingPodUpdated(old: Pod, pod: Pod): void {
    if (old.metadata.resourceVersion === pod.metadata.resourceVersion || this.cache.isAssumed(pod.metadata.uid)) return
    this.queue.update(old, pod)
    const before = old.status.nominatedNodeName ?? ''
    if (before !== '' && before !== (pod.status.nominatedNodeName ?? '')) this.roomIsFree(old)
  }

  private podDeleted(pod: Pod): void {
    if (isAssigned(pod)) {
      this.cache.removePod(pod.metadata.uid)
      this.queue.moveAll(assignedPodDelete, pod, undefined)
    } else if (this.responsible(pod)) {
      this.queue.delete(pod)
      if (pod.status.nominatedNodeName) this.roomIsFree(pod)
    }
  }

  /** A pod gives up the node that was kept for it: as if it had run there, for those that had to respect it. */
  private roomIsFree(pod: Pod): void {
    this.queue.moveAll(assignedPodDelete, pod, undefined, (other) => priorityOf(other) <= priorityOf(pod))
  }
}
