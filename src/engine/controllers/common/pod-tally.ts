import type { Pod } from '../../api/types.ts'
import type { Informer } from '../../client/informer.ts'
import { controllerOf } from './owner.ts'
import { isActive, isReady } from './pods.ts'

/** Active pods that have the same labels: whatever selects one of them selects all. */
export interface PodGroup {
  readonly labels: Readonly<Record<string, string>> | undefined
  active: number
  /** Of the active ones. */
  ready: number
}

/** By their labels as text. Pods of one template are one group. */
type Groups = Map<string, PodGroup>

const none: Groups = new Map()

/**
 * How many active pods each controller has, and how many nobody has, kept up to date by each change of a pod. A set of a
 * thousand pods is looked at for each change of one of them: it must not count them all.
 */
export class PodTally {
  private readonly owned = new Map<string, Groups>()
  private readonly orphans = new Map<string, Groups>()

  constructor(pods: Informer<Pod>) {
    pods.onChange(({ type, object, old }) => {
      if (old !== undefined) this.count(old, -1)
      if (type !== 'delete') this.count(object, 1)
    })
  }

  /** Pods of one controller, by its uid. */
  ownedBy(uid: string): Iterable<PodGroup> {
    return (this.owned.get(uid) ?? none).values()
  }

  /** Pods of a namespace that nobody controls. */
  orphansIn(namespace: string): Iterable<PodGroup> {
    return (this.orphans.get(namespace) ?? none).values()
  }

  private count(pod: Pod, change: 1 | -1): void {
    if (!isActive(pod)) return
    const controller = controllerOf(pod)
    if (controller !== undefined) add(this.owned, controller.uid, pod, change)
    else if (pod.metadata.namespace !== undefined) add(this.orphans, pod.metadata.namespace, pod, change)
  }
}

function add(all: Map<string, Groups>, key: string, pod: Pod, change: 1 | -1): void {
  let groups = all.get(key)
  if (groups === undefined) all.set(key, (groups = new Map()))
  const { labels } = pod.metadata
  const text = textOf(labels)
  let group = groups.get(text)
  if (group === undefined) groups.set(text, (group = { labels, active: 0, ready: 0 }))
  group.active += change
  if (isReady(pod)) group.ready += change
  if (group.active > 0) return
  groups.delete(text)
  if (groups.size === 0) all.delete(key)
}

/** Labels hold neither of the two separators. */
function textOf(labels: Readonly<Record<string, string>> | undefined): string {
  let text = ''
  for (const key in labels) text += `${key}=${labels[key]},`
  return text
}
