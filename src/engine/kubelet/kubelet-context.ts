import type { KubeletFile } from '../api/kubeletConfiguration.ts'
import type { KubeObject, Node, Pod } from '../api/types.ts'
import type { FileSystem } from '../runtime/filesystem.ts'
import type { Client } from '../client/client.ts'
import type { EventRecorder } from '../client/recorder.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Latency } from '../latency.ts'
import type { Network } from '../network/network.ts'
import type { Notes } from './notes.ts'
import type { Containerd } from '../runtime/containerd.ts'
import type { RemotePeer } from '../runtime/node/remote.ts'
import type { UnitsPeer } from '../runtime/node/services.ts'

/** What there is on the machine besides the kubelet and its runtime. */
export interface MachineControls {
  powerOff: () => void
  /** Other machines, for who stands on this one. */
  remote: RemotePeer
  /** What has been laid on it besides what every node has: path -> text. */
  furnished: () => Readonly<Record<string, string>>
  /** Its systemd. */
  units: UnitsPeer
}

/** What the parts of one kubelet share. */
export interface KubeletContext {
  readonly kernel: Kernel
  readonly latency: Latency
  readonly client: Client
  readonly recorder: EventRecorder
  readonly runtime: Containerd
  readonly network: Network
  readonly notes: Notes
  readonly nodeName: string
  readonly nodeIP: string
  /** What it was started with last. */
  configuration: KubeletFile
  readonly machine: MachineControls
  /** The node as it was when the kubelet began, or registered it anew. */
  node(): Node
  /** The node as the API server has it; undefined: it has been deleted. Upstream every kubelet watches its node; here it is read when asked for. */
  nodeInApi(): Node | undefined
  /** What a RuntimeClass says; read when a pod of that class gets its sandbox. undefined: there is none of this name. */
  runtimeHandler(name: string): string | undefined
  /** Why no pod gets a network here; undefined: each does. */
  networkProblem(): string | undefined
  /**
   * The services of a namespace. Upstream every kubelet watches all of them; since none acts on a change, what they would have heard is read
   * when it is asked for.
   */
  services(namespace: string): KubeObject[]
  /** The files of a persistent volume, which may be mounted on any node. */
  persistentVolume(name: string, make: () => FileSystem): FileSystem
}

export type ContainerList = 'containers' | 'initContainers' | 'ephemeralContainers'

export function findSpec(pod: Pod, name: string) {
  const lists: ContainerList[] = ['containers', 'initContainers', 'ephemeralContainers']
  for (const list of lists) {
    const container = (pod.spec[list] as Pod['spec']['containers'] | undefined)?.find((c) => c.name === name)
    if (container !== undefined) return { container, list }
  }
  return undefined
}

/** Field path of a container, as events name it: spec.containers{app}. */
export function fieldPath(pod: Pod, name: string): string | undefined {
  const found = findSpec(pod, name)
  return found === undefined ? undefined : `spec.${found.list}{${name}}`
}

/** How the kubelet names a pod in messages (util/format Pod). */
export function describePod(pod: Pod): string {
  return `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`
}

export function containerEvent(context: Pick<KubeletContext, 'recorder'>, pod: Pod, container: string) {
  const path = fieldPath(pod, container)
  return (type: 'Normal' | 'Warning', reason: string, message: string): void =>
    context.recorder.event(pod, type, reason, message, { fieldPath: path })
}
