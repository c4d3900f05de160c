import type { Pod } from '../../../engine/api/types.ts'
import type { Input, PerformedInput } from '../../../worker/protocol.ts'

/** What a person can break; each is lifted by the same fault with `restore: true`. */
export type Fault = NonNullable<Input['fault']>

/** Faults of a node. */
export function nodeFaults(node: string): Fault[] {
  const pressures = (['memory', 'disk', 'inodes', 'pids'] as const).map((signal): Fault => ({ type: 'node-pressure', node, signal }))
  return [
    { type: 'node-stop', node },
    { type: 'node-shutdown', node },
    { type: 'node-partition', node },
    { type: 'kubelet-stop', node },
    { type: 'component-freeze', component: `kubelet/${node}` },
    { type: 'runtime-stop', node },
    { type: 'network-stop', node },
    { type: 'packet-loss', node, percent: 30 },
    { type: 'component-slow', component: `kubelet/${node}`, factor: 10 },
    { type: 'watch-lag', component: `kube-proxy/${node}`, ms: 8000 },
    ...pressures,
  ]
}

/** Controllers that can be stopped one by one: those that people meet first. */
const controllers = ['deployment', 'replicaset', 'statefulset', 'daemonset', 'job', 'cronjob', 'endpointslice', 'node', 'namespace', 'persistentvolume']

/** Faults of a part of the control plane ('etcd'); none of one that cannot be broken. */
export function componentFaults(component: string): Fault[] {
  switch (component) {
    case 'kube-apiserver':
      return [{ type: 'apiserver-stop' }, { type: 'component-freeze', component }]
    case 'etcd':
      return [{ type: 'etcd-stop' }, { type: 'component-freeze', component }]
    case 'kube-scheduler':
      return [{ type: 'scheduler-stop' }, { type: 'component-slow', component, factor: 100 }]
    case 'kube-controller-manager':
      return [{ type: 'controller-stop' }, ...controllers.map((controller): Fault => ({ type: 'controller-stop', controller }))]
    default:
      return []
  }
}

/** Faults of each container of a pod. */
export function podFaults({ metadata, spec }: Pod): { container: string; faults: Fault[] }[] {
  const { namespace = 'default', name } = metadata
  return spec.containers.map(({ name: container }) => ({
    container,
    faults: [
      { type: 'kill-process', namespace, pod: name, container },
      { type: 'kill-process', namespace, pod: name, container, signal: 'TERM' },
      { type: 'probe-corrupt', namespace, pod: name, container },
    ],
  }))
}

export const registryFaults: readonly Fault[] = [{ type: 'registry-down' }, { type: 'registry-slow', factor: 20 }]

/** Of the cluster as a whole: what is not on a node. */
export function clusterFaults(): Fault[] {
  return ['kube-apiserver', 'etcd', 'kube-scheduler', 'kube-controller-manager'].flatMap((component) => componentFaults(component).slice(0, 1)).concat(registryFaults)
}

/** Whether it lasts until it is lifted. */
export function lasts({ type }: Fault): boolean {
  return type !== 'kill-process'
}

export function lifted(fault: Fault): Fault {
  return { ...fault, restore: true } as Fault
}

/** A name for what is broken, however badly. */
export function faultKey(fault: Fault): string {
  const { type, node, component, signal, controller, file, namespace, pod, container } = fault as Fault & Record<string, string | undefined>
  return [type, node, component, type === 'node-pressure' ? signal : '', controller, file, ...(type === 'static-pod' ? [] : [namespace, pod, container])].filter(Boolean).join('/')
}

/** What is broken after these inputs, in the order in which it broke. */
export function activeFaults(inputs: readonly PerformedInput[]): Fault[] {
  const active = new Map<string, Fault>()
  for (const { input } of inputs) {
    const { fault } = input
    if (fault === undefined || !lasts(fault)) continue
    active.delete(faultKey(fault))
    if (!('restore' in fault) || fault.restore !== true) active.set(faultKey(fault), fault)
  }
  return [...active.values()]
}
