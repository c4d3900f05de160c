/**
 * Steps name components ('kubelet/node1', 'kube-controller-manager/replicaset-controller'); the graph
 * has places. This is the map from the one to the other.
 */
export type Place =
  | { at: 'kubectl' | 'kube-scheduler' | 'kube-controller-manager' | 'kube-apiserver' | 'etcd' | 'registry' }
  | { at: 'kubelet' | 'runtime' | 'kube-proxy'; node: string }
  /** 'namespace/name' */
  | { at: 'pod' | 'service'; object: string }
  /** Has no place in the graph: an address that nobody has, the DNS server. */
  | { at: 'nowhere' }

const machinePlaces: Record<string, 'kubelet' | 'runtime' | 'kube-proxy'> = {
  kubelet: 'kubelet',
  containerd: 'runtime',
  cni: 'runtime',
  'kube-proxy': 'kube-proxy',
}

const singlePlaces = new Set([
  'kubectl',
  'kube-scheduler',
  'kube-controller-manager',
  'kube-apiserver',
  'etcd',
  'registry',
])

const nowhere = new Set(['address', 'coredns', 'metrics-server', 'ingress-nginx', 'kindnet'])

/** Whoever is no component of the cluster is a user at a terminal. */
export function placeOf(component: string): Place {
  const [first = '', second, third] = component.split('/', 3)
  if ((first === 'pod' || first === 'service') && third !== undefined) return { at: first, object: `${second}/${third}` }
  if (nowhere.has(first)) return { at: 'nowhere' }
  const machine = machinePlaces[first]
  if (machine !== undefined && second !== undefined) return { at: machine, node: second }
  // The cloud's controllers are drawn where all controllers are.
  if (first === 'cloud-controller-manager') return { at: 'kube-controller-manager' }
  if (singlePlaces.has(first)) return { at: first } as Place
  return { at: 'kubectl' }
}

/** One string for a place: 'etcd', 'kubelet/node1'. */
export function placeId(place: Place): string {
  if ('object' in place) return `${place.at}/${place.object}`
  return 'node' in place ? `${place.at}/${place.node}` : place.at
}

/** 'replicaset' of 'kube-controller-manager/replicaset-controller': which of the many controllers acts. */
export function controllerName(component: string): string | undefined {
  const name = component.startsWith('kube-controller-manager/')
    ? component.slice('kube-controller-manager/'.length)
    : ''
  return name === '' ? undefined : name.replace(/-controller$/, '')
}

/** Steps inside the API server belong to the exchange before them; no exchange has more. */
const exchangeSteps = 12

/** The machine whose kubelet, runtime or proxy acted last; undefined when a client of the control plane did. */
export function machineInFocus(steps: readonly { from: string; to: string }[], cursor: number): string | undefined {
  for (let i = cursor; i >= 0 && i > cursor - exchangeSteps; i--) {
    const step = steps[i]
    const places = step === undefined ? [] : [placeOf(step.from), placeOf(step.to)]
    const [acting] = places.filter((place) => place.at !== 'kube-apiserver' && place.at !== 'etcd')
    if (acting !== undefined) return 'node' in acting ? acting.node : undefined
  }
  return undefined
}
