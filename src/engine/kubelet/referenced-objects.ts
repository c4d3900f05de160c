import type { KubeObject, Pod } from '../api/types.ts'
import { resource, type Client, type ResourceRef } from '../client/client.ts'
import { Informer } from '../client/informer.ts'
import { wait, type Routine } from './routine.ts'

export const configMaps = resource('configmaps')
export const secrets = resource('secrets')

interface Watched {
  informer: Informer<KubeObject>
  users: Set<string>
  /** Immutable, and not watched any more. */
  settled?: KubeObject
}

/**
 * ConfigMaps and Secrets that the node's pods name. Each is listed and watched by itself from the first pod that uses it to the
 * last (pkg/kubelet/util/manager, watch-based): a node sees no others.
 */
export class ReferencedObjects {
  private readonly client: Client
  /** While it is set, objects are known already, as to a kubelet that has been up for a while. */
  known: { get(key: string): KubeObject | undefined } | undefined
  private readonly watched = new Map<string, Watched>()

  constructor(client: Client) {
    this.client = client
  }

  /** The object as it is now; undefined when there is none. */
  *get(pod: Pod, info: ResourceRef, name: string): Routine<KubeObject | undefined> {
    const namespace = pod.metadata.namespace!
    const key = `${info.plural}/${namespace}/${name}`
    let entry = this.watched.get(key)
    if (entry === undefined) {
      const informer = new Informer<KubeObject>(this.client, info, { fieldSelector: `metadata.name=${name}`, namespace })
      this.watched.set(key, (entry = { informer, users: new Set() }))
      const object = this.known?.get(`${info.plural}/${namespace}/${name}`)
      if (this.known === undefined) informer.start()
      else informer.startWith(object === undefined ? [] : [object])
    }
    entry.users.add(pod.metadata.uid)
    if (entry.settled !== undefined) return entry.settled
    const { informer } = entry
    yield* wait<void>((resume) => informer.whenSynced(resume))
    const object = informer.get(namespace, name)
    // Nobody watches what cannot change: not even that it is deleted, and made anew with other data, is heard of.
    if (object?.['immutable'] === true) {
      entry.settled = object
      informer.stop()
    }
    return object
  }

  /** The pod needs nothing any more. */
  release(uid: string): void {
    for (const [key, { informer, users }] of this.watched) {
      if (!users.delete(uid) || users.size > 0) continue
      informer.stop()
      this.watched.delete(key)
    }
  }
}
