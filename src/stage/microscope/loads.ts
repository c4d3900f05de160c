import type { Node, Pod } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'
import type { Step } from '../../worker/protocol.ts'
import { loadOf } from '../shared/objects/load.ts'
import type { Load } from '../shared/objects/load.ts'

/** The longest that a binding may be on its way, in virtual ms; one that waits for a volume is not counted. */
const bindingMs = 2_000

/** What nodes had been promised away when the scheduler looked at them, pods included whose binding was on its way. */
export class Loads {
  private readonly film: Film
  private readonly revision: number
  private readonly podsOn = new Map<string, Pod[]>()

  constructor(film: Film, filter: number) {
    this.film = film
    this.revision = film.revisionAt(filter)
    const placed = placedBefore(film.steps, filter)
    for (const pod of film.etcd.range('pods/', this.revision) as readonly Pod[]) {
      const node = pod.spec.nodeName ?? placed.get(pod.metadata.uid)
      if (node === undefined) continue
      const pods = this.podsOn.get(node)
      if (pods === undefined) this.podsOn.set(node, [pod])
      else pods.push(pod)
    }
  }

  /** undefined: the node was not there. */
  of(name: string): Load | undefined {
    const node = this.film.etcd.get(`nodes/${name}`, this.revision) as Node | undefined
    return node === undefined ? undefined : loadOf(node, this.podsOn.get(name) ?? [])
  }
}

function placedBefore(steps: readonly Step[], filter: number): ReadonlyMap<string, string> {
  const placed = new Map<string, string>()
  const since = steps[filter]!.at - bindingMs
  for (let i = filter - 1; i >= 0 && steps[i]!.at >= since; i--) {
    const { from, detail, uid } = steps[i]!
    if (from === 'kube-scheduler' && detail?.type === 'Score' && uid !== undefined && !placed.has(uid)) placed.set(uid, detail['winner'] as string)
  }
  return placed
}
