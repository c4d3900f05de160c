import type { PodInfo } from '../cache/podinfo.ts'

const nobody: readonly PodInfo[] = []

/**
 * Pods for which room is being made, by the node where (pkg/scheduler/backend/queue/nominator.go): others of
 * lower priority must not take it.
 */
export class Nominator {
  private readonly byNode = new Map<string, PodInfo[]>()
  private readonly nodeOf = new Map<string, string>()

  /** False when there are none at all. */
  get any(): boolean {
    return this.nodeOf.size > 0
  }

  on(nodeName: string): readonly PodInfo[] {
    return this.byNode.get(nodeName) ?? nobody
  }

  /** `nodeName` as decided just now; left out: what the pod's status says. */
  add(pod: PodInfo, nodeName: string = pod.pod.status.nominatedNodeName ?? ''): void {
    this.delete(pod.uid)
    if (nodeName === '') return
    const pods = this.byNode.get(nodeName)
    if (pods === undefined) this.byNode.set(nodeName, [pod])
    else pods.push(pod)
    this.nodeOf.set(pod.uid, nodeName)
  }

  delete(uid: string): void {
    const nodeName = this.nodeOf.get(uid)
    if (nodeName === undefined) return
    this.nodeOf.delete(uid)
    const left = this.byNode.get(nodeName)!.filter((pod) => pod.uid !== uid)
    if (left.length === 0) this.byNode.delete(nodeName)
    else this.byNode.set(nodeName, left)
  }

  /**
   * A newer version of a pod. An update that says nothing of a nomination does not take back one that was
   * made here and is not written yet.
   */
  update(old: PodInfo, next: PodInfo): void {
    const [before, after] = [old.pod.status.nominatedNodeName ?? '', next.pod.status.nominatedNodeName ?? '']
    const kept = before === '' && after === '' ? this.nodeOf.get(next.uid) : undefined
    this.add(next, kept ?? after)
  }
}
