import type { KubeObject, Pod } from '../../api/types.ts'
import { Client, resource, type ComponentOptions } from '../../client/client.ts'
import { Informer, keyOf, type InitialObjects } from '../../client/informer.ts'
import { denialOf, type Connection, type Denial, type Peer } from './rules.ts'

/** Who programs the nodes so: the network plug-in. */
export const pluginName = 'kindnet'

interface ApplyTask {
  readonly type: 'apply'
  readonly key: string
}

/** What a pod is to policies; undefined: none that they know. */
export type PodAt = (namespace: string, name: string) => Pod | undefined

/**
 * The part of a network plug-in (Calico, Cilium, kindnet) that enforces NetworkPolicies. They hold on the nodes a while after they are
 * stored. Labels of pods and namespaces are looked at when somebody connects.
 */
export class NetworkPolicies {
  private readonly options: ComponentOptions
  private readonly client: Client
  private readonly stored: Informer<KubeObject>
  private readonly namespaces: Informer<KubeObject>
  /** What holds on the nodes, by namespace and name. */
  private readonly applied = new Map<string, Map<string, KubeObject>>()

  constructor(options: ComponentOptions) {
    this.options = options
    const { kernel, latency } = options
    this.client = new Client(options, pluginName)
    const quiet = { background: () => true }
    this.stored = new Informer(this.client, resource('networkpolicies', 'networking.k8s.io'))
    this.namespaces = new Informer(this.client, resource('namespaces'), quiet)
    kernel.register(pluginName, (task: ApplyTask | { type: 'other' }) => {
      if (task.type === 'apply') this.apply((task as ApplyTask).key)
      else this.client.handle(task)
    })
    this.stored.onChange(({ object }) => kernel.schedule(pluginName, latency.of('applyPolicy'), { type: 'apply', key: keyOf(object) } as ApplyTask))
  }

  start(etcd: InitialObjects): void {
    this.stored.startWith(etcd.range('networkpolicies/'))
    this.namespaces.startWith(etcd.range('namespaces/'))
  }

  /** Whether there is any. */
  get hold(): boolean {
    return this.applied.size > 0
  }

  denies(connection: Connection): Denial | undefined {
    return denialOf(connection, {
      in: (namespace) => this.applied.get(namespace)?.values() ?? [],
      namespaceLabels: (name) => this.namespaces.get(undefined, name)?.metadata.labels ?? {},
    })
  }

  private apply(key: string): void {
    const [namespace, name] = key.split('/') as [string, string]
    const policy = this.stored.byKey(key)
    const own = this.applied.get(namespace) ?? new Map<string, KubeObject>()
    if (policy === undefined) own.delete(name)
    else own.set(name, policy)
    if (own.size === 0) this.applied.delete(namespace)
    else this.applied.set(namespace, own)
    const about = { resource: 'networkpolicies', namespace, name, uid: policy?.metadata.uid }
    this.options.kernel.record({ kind: 'network', from: pluginName, to: pluginName, ...about, detail: { type: 'PolicyApplied', gone: policy === undefined } })
  }
}

/** A pod as policies see it; one on the network of its node has only an address. */
export function peerOf(ip: string, pod: Pod | undefined): Peer {
  if (pod === undefined || pod.spec.hostNetwork === true) return { ip }
  const ports = new Map<string, number>()
  for (const container of pod.spec.containers) for (const { name, containerPort } of container.ports ?? []) if (name) ports.set(name, containerPort)
  return { ip, pod: { namespace: pod.metadata.namespace!, labels: pod.metadata.labels ?? {}, ports } }
}
