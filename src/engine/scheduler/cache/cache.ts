import type { Labels } from '../../api/selector.ts'
import type { Node, Pod } from '../../api/types.ts'
import { sameMap } from '../framework/events.ts'
import { ClassIndex } from './classindex.ts'
import { NodeColumns } from './columns.ts'
import { ImageIndex } from './images.ts'
import { NodeInfo } from './nodeinfo.ts'
import { NodeTree } from './nodetree.ts'
import { podInfo, type PodInfo } from './podinfo.ts'

interface PodState {
  readonly info: PodInfo
  readonly nodeName: string
  /** Placed by a decision that the API server has not confirmed yet. */
  readonly assumed: boolean
}

/**
 * What the scheduler knows of nodes and of the pods on them (pkg/scheduler/backend/cache). Everything is
 * kept up to date by each event; no event makes it look through all pods.
 *
 * The life of a pod here:
 *
 *     (decision) assume -> (watch: bound) add confirms -> update ... -> remove
 *                assume -> (binding refused) forget
 *                          (bound by somebody else)  add -> update ... -> remove
 */
export class SchedulerCache {
  readonly columns = new NodeColumns()
  /** Pods on nodes by namespace, labels and whether they are ending: for counting by selectors. */
  readonly selectorClasses = new ClassIndex((row) => this.labelsAt(row))
  /** Pods on nodes that have affinity terms of their own, by these. */
  readonly affinityClasses = new ClassIndex((row) => this.labelsAt(row))
  readonly images = new ImageIndex()
  /** 'namespace/claim' -> how many pods on nodes use it. */
  private readonly claimUsers = new Map<string, number>()
  private readonly infos = new Map<string, NodeInfo>()
  private readonly byRow: (NodeInfo | undefined)[] = []
  private readonly pods = new Map<string, PodState>()
  private readonly tree = new NodeTree()
  private order: NodeInfo[] | undefined

  /** All known nodes, in the order in which they are visited. */
  get nodes(): readonly NodeInfo[] {
    return (this.order ??= this.tree.list().map((name) => this.infos.get(name)!))
  }

  /** undefined when no such node is known. */
  node(name: string): NodeInfo | undefined {
    const info = this.infos.get(name)
    return info?.node === undefined ? undefined : info
  }

  nodeAt(row: number): NodeInfo | undefined {
    return this.byRow[row]
  }

  setNode(node: Node): NodeInfo {
    const { name } = node.metadata
    const info = this.infoOf(name)
    const relabelled = info.node === undefined || !sameMap(info.node.metadata.labels, node.metadata.labels)
    info.setNode(node)
    if (relabelled) {
      this.tree.add(node)
      this.order = undefined
      this.forgetDomains(info)
    }
    this.images.setNode(info, node)
    return info
  }

  removeNode(name: string): void {
    const info = this.infos.get(name)
    if (info === undefined) return
    this.tree.remove(name)
    this.order = undefined
    this.images.removeNode(info)
    info.removeNode()
    this.forgetDomains(info)
    this.dropIfUnused(info)
  }

  claimUserCount(claimKey: string): number {
    return this.claimUsers.get(claimKey) ?? 0
  }

  isAssumed(uid: string): boolean {
    return this.pods.get(uid)?.assumed === true
  }

  get(uid: string): PodInfo | undefined {
    return this.pods.get(uid)?.info
  }

  assume(info: PodInfo, nodeName: string): void {
    if (this.pods.has(info.uid)) throw new Error(`scheduler cache: pod ${info.key} is in the cache, so can't be assumed`)
    this.place(info, nodeName, true)
  }

  forget(uid: string): void {
    if (this.isAssumed(uid)) this.displace(uid)
  }

  /** An assigned pod was seen: confirms an assumption, or corrects it. */
  addPod(pod: Pod): void {
    const { uid } = pod.metadata
    const before = this.pods.get(uid)
    if (before !== undefined) this.displace(uid)
    this.place(podInfo(pod, before?.info), pod.spec.nodeName!, false)
  }

  removePod(uid: string): void {
    if (this.pods.has(uid)) this.displace(uid)
  }

  private place(info: PodInfo, nodeName: string, assumed: boolean): void {
    const node = this.infoOf(nodeName)
    node.addPod(info)
    this.pods.set(info.uid, { info, nodeName, assumed })
    this.selectorClasses.add(info.selectorClass, info, node.row)
    if (info.affinityClass !== '') this.affinityClasses.add(info.affinityClass, info, node.row)
    this.countClaims(info, 1)
  }

  private displace(uid: string): void {
    const { info, nodeName } = this.pods.get(uid)!
    const node = this.infos.get(nodeName)!
    this.pods.delete(uid)
    node.removePod(info)
    this.selectorClasses.remove(info.selectorClass, node.row)
    if (info.affinityClass !== '') this.affinityClasses.remove(info.affinityClass, node.row)
    this.countClaims(info, -1)
    this.dropIfUnused(node)
  }

  /** Of a node that is known. */
  private labelsAt(row: number): Labels | undefined {
    const info = this.byRow[row]
    return info?.node === undefined ? undefined : info.labels
  }

  private forgetDomains({ pods }: NodeInfo): void {
    if (pods.size === 0) return
    this.selectorClasses.forgetDomains()
    this.affinityClasses.forgetDomains()
  }

  private countClaims({ claims, namespace }: PodInfo, by: 1 | -1): void {
    for (const claim of claims) {
      const key = `${namespace}/${claim}`
      const users = (this.claimUsers.get(key) ?? 0) + by
      if (users > 0) this.claimUsers.set(key, users)
      else this.claimUsers.delete(key)
    }
  }

  private infoOf(name: string): NodeInfo {
    let info = this.infos.get(name)
    if (info === undefined) {
      this.infos.set(name, (info = new NodeInfo(name, this.columns)))
      this.byRow[info.row] = info
    }
    return info
  }

  private dropIfUnused(info: NodeInfo): void {
    if (info.node !== undefined || info.pods.size > 0) return
    this.infos.delete(info.name)
    this.byRow[info.row] = undefined
    this.columns.release(info.row)
  }
}
