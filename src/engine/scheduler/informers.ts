import type { KubeObject, Node, Pod } from '../api/types.ts'
import { resource, type Client } from '../client/client.ts'
import { Informer, type Change, type InitialObjects } from '../client/informer.ts'
import { nodeUpdateEvents, podUpdateEvents, UpdateOther } from './framework/events.ts'
import type { Listers } from './framework/plugin.ts'

/** What the scheduler watches besides pods and nodes. */
const others = {
  namespaces: resource('namespaces'),
  services: resource('services'),
  replicationcontrollers: resource('replicationcontrollers'),
  replicasets: resource('replicasets', 'apps'),
  statefulsets: resource('statefulsets', 'apps'),
  persistentvolumes: resource('persistentvolumes'),
  persistentvolumeclaims: resource('persistentvolumeclaims'),
  storageclasses: resource('storageclasses', 'storage.k8s.io'),
  csinodes: resource('csinodes', 'storage.k8s.io'),
  csidrivers: resource('csidrivers', 'storage.k8s.io'),
  csistoragecapacities: resource('csistoragecapacities', 'storage.k8s.io'),
  volumeattachments: resource('volumeattachments', 'storage.k8s.io'),
  poddisruptionbudgets: resource('poddisruptionbudgets', 'policy'),
  resourceclaims: resource('resourceclaims', 'resource.k8s.io'),
  resourceslices: resource('resourceslices', 'resource.k8s.io'),
  deviceclasses: resource('deviceclasses', 'resource.k8s.io'),
} satisfies Record<keyof Listers, unknown>

/** Pods that have ended take nothing from a node and are not watched: that a pod ends shows as a deletion. */
const livingPods = 'status.phase!=Succeeded,status.phase!=Failed'

const byNamespace = { namespace: ({ metadata }: KubeObject) => [metadata.namespace ?? ''] }

/** The scheduler's copies of what the API server has. */
export class SchedulerInformers {
  readonly pods: Informer<Pod>
  readonly nodes: Informer<Node>
  readonly listers: Readonly<Record<keyof Listers, Informer<KubeObject>>>

  /** `responsible`: is this scheduler the one that the pod asks for? */
  constructor(client: Client, responsible: (pod: Pod) => boolean) {
    this.pods = new Informer<Pod>(client, resource('pods'), {
      fieldSelector: livingPods,
      milestone: ({ type, object }) => (type === 'add' && !object.spec.nodeName && responsible(object) ? 'create/scheduler-sees' : undefined),
      background: isIrrelevant,
    })
    this.nodes = new Informer<Node>(client, resource('nodes'), {
      background: (change) => change.type === 'update' && nodeUpdateEvents(change.object, change.old).length === 0,
    })
    const made = Object.entries(others).map(([plural, info]) => [plural, new Informer<KubeObject>(client, info, {}, byNamespace)])
    this.listers = Object.fromEntries(made) as Record<keyof Listers, Informer<KubeObject>>
  }

  /** Begins with what is there already. Pods come last: what they need is known by then. */
  startWith(etcd: InitialObjects): void {
    for (const [plural, informer] of Object.entries(this.listers)) informer.startWith(etcd.range(`${plural}/`))
    this.nodes.startWith(etcd.range('nodes/') as Node[])
    const pods = etcd.range('pods/') as Pod[]
    this.pods.startWith(pods.filter(({ status }) => status.phase !== 'Succeeded' && status.phase !== 'Failed'))
  }

  stop(): void {
    for (const informer of [this.pods, this.nodes, ...Object.values(this.listers)]) informer.stop()
  }
}

/** A status report about a pod that runs somewhere changes nothing for the scheduler. */
function isIrrelevant(change: Change<Pod>): boolean {
  if (change.type !== 'update' || !change.old.spec.nodeName) return false
  return podUpdateEvents(change.object, change.old).every(({ action }) => action === UpdateOther)
}
