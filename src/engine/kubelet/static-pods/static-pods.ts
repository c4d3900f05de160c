import type { Node, Pod } from '../../api/types.ts'
import { resource, type Client } from '../../client/client.ts'
import type { Change } from '../../client/informer.ts'
import type { Notes } from '../notes.ts'
import { wait, type Routine } from '../routine.ts'
import { fullName, isMirrorOf, mirrorPodOf, staticPod, type Manifest } from './manifest.ts'

const pods = resource('pods')

export interface StaticPodsHost {
  node(): Node
  added(pod: Pod): void
  removed(pod: Pod): void
  /** Somebody has changed its mirror, or there is one now, or none any more. */
  mirrorChanged(uid: string, change: Change<Pod>): void
}

/**
 * Pods that nobody has sent to the API server: their manifests lie on the node. The kubelet runs them by itself, and shows each in the
 * API server by a mirror pod that changes nothing there (pkg/kubelet/config/file.go, pkg/kubelet/pod/mirror_client.go).
 */
export class StaticPods {
  private readonly client: Client
  private readonly notes: Notes
  private readonly host: StaticPodsHost
  /** By file. */
  private readonly running = new Map<string, Pod>()
  /** Full name -> what is to come when the pod that has the name now is gone. */
  private readonly waiting = new Map<string, Pod>()
  /** Full name -> uid of the one whose end is waited for. */
  private readonly ending = new Map<string, string>()
  /** By full name, as the API server last told. */
  private readonly mirrors = new Map<string, Pod>()

  constructor(client: Client, notes: Notes, host: StaticPodsHost) {
    this.client = client
    this.notes = notes
    this.host = host
  }

  /** A file has been written, or was written anew: another content is another pod. What is wrong with it, if something is. */
  put(manifest: Manifest): string | undefined {
    const pod = staticPod(manifest, this.host.node(), this.client.kernel.now)
    if ('error' in pod) {
      this.notes.manifestRefused(manifest.file, pod.error)
      return pod.error
    }
    const before = this.running.get(manifest.file)
    if (before?.metadata.uid === pod.metadata.uid) return undefined
    if (before !== undefined) this.remove(manifest.file)
    this.running.set(manifest.file, pod)
    const name = fullName(pod)
    if (this.ending.has(name)) this.waiting.set(name, pod)
    else this.host.added(pod)
    return undefined
  }

  /** Those that ran before anybody looked; each has a file of its own name, as kubeadm writes them. */
  found(pods: readonly Pod[]): void {
    const suffix = `-${this.host.node().metadata.name.toLowerCase()}`
    for (const pod of pods) {
      const { name } = pod.metadata
      this.running.set(`${name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}.yaml`, pod)
    }
  }

  remove(file: string): void {
    const pod = this.running.get(file)
    if (pod === undefined) return
    this.running.delete(file)
    const name = fullName(pod)
    if (this.waiting.get(name) === pod) return void this.waiting.delete(name)
    this.ending.set(name, pod.metadata.uid)
    this.host.removed(pod)
  }

  /** Its file lay there again before it had ended. */
  comesAgain(uid: string): boolean {
    return [...this.waiting.values()].some(({ metadata }) => metadata.uid === uid)
  }

  /** Nothing of a pod runs any more. */
  ended(uid: string): void {
    for (const [name, ending] of this.ending) {
      if (ending !== uid) continue
      this.ending.delete(name)
      const next = this.waiting.get(name)
      this.waiting.delete(name)
      if (next !== undefined) this.host.added(next)
      else this.forgetMirror(name)
    }
  }

  /** Its image in the API server. */
  mirror(pod: Pod): Pod | undefined {
    const mirror = this.mirrors.get(fullName(pod))
    return mirror !== undefined && isMirrorOf(mirror, pod) ? mirror : undefined
  }

  mirrorChanged(change: Change<Pod>): void {
    const name = fullName(change.object)
    if (change.type === 'delete') this.mirrors.delete(name)
    else this.mirrors.set(name, change.object)
    const pod = this.find(name)
    if (pod !== undefined) this.host.mirrorChanged(pod.metadata.uid, change)
    else if (change.type !== 'delete' && !this.ending.has(name)) this.forgetMirror(name)
  }

  /**
   * Sees to it that there is a mirror, and that it is this pod's: one that somebody deletes comes back while the containers run on. An API
   * server that does not answer keeps nobody from running (kubelet.go tryReconcileMirrorPods).
   */
  *reconcileMirror(pod: Pod): Routine<void> {
    const name = fullName(pod)
    const mirror = this.mirrors.get(name)
    if (mirror !== undefined) {
      if (mirror.metadata.deletionTimestamp === undefined && isMirrorOf(mirror, pod)) return
      if (!(yield* wait<boolean>((resume) => this.deleteMirror(mirror, resume)))) return
    }
    const { namespace } = pod.metadata
    yield* wait<void>((resume) => this.client.send('create', pods, { namespace, body: mirrorPodOf(pod, this.host.node()) }, ({ code, body }) => {
      if (code === 201) this.mirrors.set(name, body as Pod)
      resume()
    }))
  }

  private find(name: string): Pod | undefined {
    for (const pod of this.running.values()) if (fullName(pod) === name && !this.waiting.has(name)) return pod
    return undefined
  }

  /** An image of nothing goes (kubelet_pods.go HandlePodCleanups). */
  private forgetMirror(name: string): void {
    const mirror = this.mirrors.get(name)
    if (mirror !== undefined) this.deleteMirror(mirror, () => {})
  }

  private deleteMirror(mirror: Pod, done: (gone: boolean) => void): void {
    const { namespace, name, uid } = mirror.metadata
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0, preconditions: { uid } }
    this.client.send('delete', pods, { namespace, name, body }, ({ code }) => {
      if (code === 200 || code === 404) this.mirrors.delete(fullName(mirror))
      done(code === 200 || code === 404)
    })
  }
}
