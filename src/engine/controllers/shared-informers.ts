import type { KubeObject } from '../api/types.ts'
import { Client, type ComponentOptions, type ResourceRef } from '../client/client.ts'
import { Informer, type Indexers, type InitialObjects } from '../client/informer.ts'

/**
 * One informer a resource for all controllers of the process, as in kube-controller-manager: a write is told to it once,
 * however many controllers care.
 */
export class SharedInformers {
  private readonly client: Client
  private readonly informers = new Map<string, Informer<any>>()

  constructor(options: ComponentOptions) {
    this.client = new Client(options, 'kube-controller-manager')
    options.kernel.register(this.client.name, (task: { type: string }) => void this.client.handle(task))
  }

  /** `indexers` count for whoever asks first; a resource that is looked up by several has them in one place. */
  of<T extends KubeObject>(info: ResourceRef, indexers: Indexers<T> = {}): Informer<T> {
    let informer = this.informers.get(info.plural)
    if (informer === undefined) this.informers.set(info.plural, (informer = new Informer<T>(this.client, info, {}, indexers)))
    return informer
  }

  /** Begins with what is stored, as a process that has been up for a while. */
  start(etcd: InitialObjects): void {
    for (const [plural, informer] of this.informers) informer.startWith(etcd.range(`${plural}/`))
  }
}
