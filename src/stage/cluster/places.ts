/**
 * Steps name components ('kubelet/node1', 'kube-controller-manager/replicaset-controller'); the graph
 * has places. This is the map from the one to the other.
 */
export type Place =
  | { at: 'kubectl' | 'kube-scheduler' | 'kube-controller-manager' | 'kube-apiserver' | 'etcd' | 'registry' }
  | { at: 'kubelet' | 'runtime' | 'kube-proxy'; node: string }

const machinePlaces: Record<string, 'kubelet' | 'runtime' | 'kube-proxy'> = {
  kubelet: 'kubelet',
  containerd: 'runtime',
  cni: 'runtime',
  'kube-proxy': 'kube-proxy',
}

const singlePlaces = new Set(['kubectl', 'kube-scheduler', 'kube-controller-manager', 'kube-apiserver', 'etcd', 'registry'])

/** Whoever is no component of the cluster is a user at a terminal. */
export function placeOf(component: string): Place {
  const [first = '', second] = component.split('/', 2)
  const machine = machinePlaces[first]
  if (machine !== undefined && second !== undefined) return { at: machine, node: second }
  if (singlePlaces.has(first)) return { at: first } as Place
  return { at: 'kubectl' }
}

/** One string for a place: 'etcd', 'kubelet/node1'. */
export function placeId(place: Place): string {
  return 'node' in place ? `${place.at}/${place.node}` : place.at
}

/** 'replicaset' of 'kube-controller-manager/replicaset-controller': which of the many controllers acts. */
export function controllerName(component: string): string | undefined {
  const name = component.startsWith('kube-controller-manager/') ? component.slice('kube-controller-manager/'.length) : ''
  return name === '' ? undefined : name.replace(/-controller$/, '')
}
