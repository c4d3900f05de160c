import { collectionOf } from '../api/resources.ts'
import type { KubeObject, Pod } from '../api/types.ts'
import { resource, Client, type ComponentOptions, type ResourceRef } from '../client/client.ts'
import { Informer, type Indexers, type InitialObjects } from '../client/informer.ts'
import { controllerOf } from './common/owner.ts'
import { PodTally } from './common/pod-tally.ts'

/**
 * One informer a resource for all controllers of the process, as in kube-controller-manager: a write is told to it once,
 * however many controllers care. Each has the same indexes:
 *
 *   namespace    what lies in a namespace
 *   controller   what an object controls, by the controller's uid
 *   orphan       what nobody controls, by namespace
 *   owner        what names an object as an owner, by the owner's uid
 *
 * and pods also `node`.
 */
export class SharedInformers {
  private readonly client: Client
  private readonly informers = new Map<string, Informer<any>>()
  private tally: PodTally | undefined

  constructor(options: ComponentOptions) {
    this.client = new Client(options, options.process ?? 'kube-controller-manager')
    options.kernel.register(this.client.name, (task: { type: string }) => void this.client.handle(task))
  }

  of<T extends KubeObject>(info: ResourceRef): Informer<T> {
    const collection = collectionOf(info)
    let informer = this.informers.get(collection)
    if (informer === undefined) {
      const indexers = collection === 'pods' ? { ...common, ...ofPods } : common
      const background = collection === 'leases' ? { background: () => true } : {}
      this.informers.set(collection, (informer = new Informer<T>(this.client, info, background, indexers as Indexers<T>)))
    }
    return informer
  }

  /** Of a kind that has come while the process runs: begins with a list. */
  join<T extends KubeObject>(info: ResourceRef): Informer<T> {
    const informer = this.of<T>(info)
    informer.start()
    return informer
  }

  /** A kind has gone. */
  leave(info: ResourceRef): void {
    this.informers.get(collectionOf(info))?.stop()
    this.informers.delete(collectionOf(info))
  }

  get pods(): Informer<Pod> {
    return this.of<Pod>(podResource)
  }

  /** Counts of pods for all who keep a number of them. */
  get podTally(): PodTally {
    return (this.tally ??= new PodTally(this.pods))
  }

  /** Begins with what is stored, as a process that has been up for a while. */
  start(etcd: InitialObjects): void {
    for (const [plural, informer] of this.informers) informer.startWith(etcd.range(`${plural}/`))
  }
}

const podResource = resource('pods')

const common: Indexers<KubeObject> = {
  namespace: ({ metadata }) => (metadata.namespace === undefined ? [] : [metadata.namespace]),
  controller: (object) => {
    const reference = controllerOf(object)
    return reference === undefined ? [] : [reference.uid]
  },
  orphan: (object) => (object.metadata.namespace === undefined || controllerOf(object) !== undefined ? [] : [object.metadata.namespace]),
  owner: ({ metadata }) => metadata.ownerReferences?.map(({ uid }) => uid) ?? [],
}

const ofPods: Indexers<Pod> = {
  node: ({ spec }) => (spec.nodeName ? [spec.nodeName] : []),
}
