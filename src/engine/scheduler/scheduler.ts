// placeholder until the real one is written
import type { Node, Pod } from '../api/types.ts'
import { Client, resource, type ComponentOptions } from '../client/client.ts'
import { Informer } from '../client/informer.ts'
import { EventRecorder } from '../client/recorder.ts'
export class Scheduler {
  private client: Client
  private pods: Informer<Pod>
  private nodes: Informer<Node>
  private recorder: EventRecorder
  private next = 0
  constructor(options: ComponentOptions) {
    this.client = new Client(options, 'kube-scheduler')
    this.recorder = new EventRecorder(this.client, { component: 'default-scheduler' })
    this.pods = new Informer<Pod>(this.client, resource('pods'), { milestone: (c) => c.type === 'add' ? 'create/scheduler-sees' : undefined })
    this.nodes = new Informer<Node>(this.client, resource('nodes'))
    this.pods.onChange((c) => { if (c.type === 'add' && !c.object.spec.nodeName) this.schedule(c.object) })
    options.kernel.register('kube-scheduler', (t: any) => void this.client.handle(t))
  }
  start(etcd: any) { this.pods.startWith([]); this.nodes.startWith(etcd.range('nodes/')) }
  private schedule(pod: Pod) {
    const nodes = [...this.nodes.all()]
    const node = nodes[this.next++ % nodes.length]!.metadata.name
    const { namespace, name } = pod.metadata
    const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace, uid: pod.metadata.uid }, target: { kind: 'Node', name: node } }
    this.client.send('create', resource('pods'), { namespace, name: name, subresource: 'binding', body }, () => this.recorder.event(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${node}`))
  }
}
