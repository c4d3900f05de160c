import { quantity } from '../../api/quantity.ts'
import type { Event, KubeObject, Pod } from '../../api/types.ts'
import { resource, type Client, type SeenEvent, type WatchSink } from '../../client/client.ts'
import { ask, isRefusal, must, type Routine } from '../../client/controller.ts'
import type { Informer } from '../../client/informer.ts'
import type { EventRecorder } from '../../client/recorder.ts'
import { createPod, deletePod } from '../common/pods.ts'

const events = resource('events')
const namespace = 'default'
const gibibyte = 2 ** 30

/** Virtual seconds that the pod has: so many at least, and more with the size (kube-controller-manager's pv-recycler flags). */
const leastSeconds = { hostPath: 60, nfs: 300 }
const secondsPerGibibyte = 30

const podName = (volume: string): string => `recycler-for-${volume}`

/** The volume whose pod this is, if it is one of a recycler's. */
export function recycledBy({ metadata }: Pod): string | undefined {
  return metadata.namespace === namespace && metadata.name.startsWith(podName('')) ? metadata.name.slice(podName('').length) : undefined
}

/** The pod that empties a volume (pkg/volume/plugins.go NewPersistentVolumeRecyclerPodTemplate); undefined: nobody can, but for directories of nodes and of NFS. */
export function recyclerPod({ metadata, spec: { hostPath, nfs, capacity } }: KubeObject): object | undefined {
  const kind = hostPath !== undefined ? 'hostPath' : nfs !== undefined ? 'nfs' : undefined
  if (kind === undefined) return undefined
  const gibibytes = Math.trunc(quantity(capacity?.storage).value / gibibyte)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: podName(metadata.name), namespace },
    spec: {
      activeDeadlineSeconds: Math.max(leastSeconds[kind], gibibytes * secondsPerGibibyte),
      restartPolicy: 'Never',
      containers: [{
        name: 'pv-recycler',
        image: 'registry.k8s.io/build-image/debian-base:bookworm-v1.0.4',
        command: ['/bin/sh'],
        args: ['-c', 'test -e /scrub && find /scrub -mindepth 1 -delete && test -z "$(ls -A /scrub)" || exit 1'],
        volumeMounts: [{ name: 'vol', mountPath: '/scrub' }],
      }],
      volumes: [{ name: 'vol', ...(kind === 'hostPath' ? { hostPath: { path: hostPath.path } } : { nfs: { server: nfs.server, path: nfs.path } }) }],
    },
  }
}

/** What has come of it so far. */
export type Recycled = 'running' | 'done' | { error: string }

interface Heard extends SeenEvent {
  event: Event | undefined
}

/** Empties volumes by pods, and tells of each volume what is told of its pod (pkg/volume/util/recyclerclient). */
export class Recycler {
  private readonly client: Client
  private readonly recorder: EventRecorder
  private readonly pods: Informer<Pod>
  /** By volume, what is heard of its pod. */
  private readonly heard = new Map<string, WatchSink<Heard>>()

  constructor(client: Client, recorder: EventRecorder, pods: Informer<Pod>) {
    this.client = client
    this.recorder = recorder
    this.pods = pods
  }

  *recycle(volume: KubeObject): Routine<Recycled> {
    const body = recyclerPod(volume)
    if (body === undefined) return { error: 'No recycler plugin found for the volume!' }
    const { name } = volume.metadata
    if (!this.heard.has(name)) return yield* this.begin(volume, body)
    const pod = this.pods.get(namespace, podName(name))
    if (pod === undefined || (pod.status.phase !== 'Succeeded' && pod.status.phase !== 'Failed')) return 'running'
    this.client.unwatch(this.heard.get(name)!)
    this.heard.delete(name)
    yield* must({ ...deletePod(pod), tolerate: [404] })
    return pod.status.phase === 'Succeeded' ? 'done' : { error: `Recycle failed: ${pod.status.message || 'pod failed, pod.Status.Message unknown'}` }
  }

  private *begin(volume: KubeObject, body: object): Routine<Recycled> {
    const response = yield* ask(createPod(body as Pod, namespace))
    if (!isRefusal(response)) {
      this.listen(volume)
      return 'running'
    }
    const { message = '', reason } = response.body as { message?: string; reason?: string }
    if (reason !== 'AlreadyExists') return { error: `Recycle failed: unexpected error creating recycler pod:  ${message}\n` }
    const old = this.pods.get(namespace, podName(volume.metadata.name))
    if (old !== undefined) yield* must({ ...deletePod(old), tolerate: [404] })
    return { error: 'Recycle failed: old recycler pod found, will retry later' }
  }

  /** What has been said before is told too. A watch that ends is not begun anew: only words are missed. */
  private listen(volume: KubeObject): void {
    const { name } = volume.metadata
    const query = { fieldSelector: `involvedObject.kind=Pod,involvedObject.name=${podName(name)}` }
    const sink: WatchSink<Heard> = {
      plural: events.plural,
      look: ({ type, object }) => ({ milestone: undefined, background: false, event: type === 'DELETED' ? undefined : (object as Event) }),
      take: ({ event }) => {
        if (event !== undefined) this.recorder.event(volume, event.type, 'RecyclerPod', `Recycler pod: ${event.message}`)
      },
      closed: () => {},
    }
    this.heard.set(name, sink)
    this.client.watch(events, { namespace, query }, sink, () => {})
  }
}
