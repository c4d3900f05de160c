import { systemNamespace } from '../shared/objects/systemPods.ts'
import type { Event } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'
import type { Step } from '../../worker/protocol.ts'
import { podTone, printedPod } from '../shared/objects/status.ts'
import { stretchesOf } from '../shared/objects/stretches.ts'
import type { Stretch } from '../shared/objects/stretches.ts'

/** What the timeline draws, as data: a lane a component, a lane a pod. */
export const components = ['kubectl', 'apiserver', 'scheduler', 'controllers', 'kubelets', 'network'] as const
export type ComponentLane = (typeof components)[number]

const lanes: readonly { lane: ComponentLane; of: readonly string[] }[] = [
  { lane: 'controllers', of: ['kube-controller-manager', 'cloud-controller-manager'] },
  { lane: 'kubelets', of: ['kubelet', 'containerd'] },
  { lane: 'apiserver', of: ['kube-apiserver', 'etcd'] },
  { lane: 'network', of: ['kube-proxy', 'kindnet', 'coredns', 'ingress-nginx', 'client'] },
]

/** Where a step is drawn: with the one who acts; what is delivered, with the one who learns of it. */
export function laneOf(step: Step): ComponentLane {
  if (step.kind === 'watch') return componentOf(step.to)
  // etcd does what the API server asks; a write has its author in `from`.
  if (step.kind === 'write') return 'apiserver'
  if (step.kind === 'network') return 'network'
  return componentOf(step.from)
}

/** Names are few, and steps are many. */
const known = new Map<string, ComponentLane>()

function componentOf(name: string): ComponentLane {
  let lane = known.get(name)
  if (lane === undefined) known.set(name, (lane = laneByName(name)))
  return lane
}

function laneByName(name: string): ComponentLane {
  if (name.startsWith('kube-scheduler')) return 'scheduler'
  return lanes.find(({ of }) => of.includes(name.replace(/\/.*/, '')))?.lane ?? 'kubectl'
}

/** An Event is drawn with the one who has told it. */
export function tellerLane({ source, reportingComponent }: Event): ComponentLane {
  const name = source?.component || reportingComponent || ''
  if (name.includes('scheduler')) return 'scheduler'
  if (name === 'kubelet') return 'kubelets'
  return name === 'kube-proxy' ? 'network' : 'controllers'
}

/** The STATUS words that a pod goes through. A pod deleted and created again has a gap between its lives. */
export function barsOf(film: Film, key: string): Stretch[] {
  return stretchesOf(film, key, (pod) => ({ word: printedPod(pod).status, tone: podTone(pod) }))
}

/** Keys of all pods that ever lived in the film, in the order in which they appeared; the cluster's own come behind the others. */
export function podKeys(film: Film): readonly string[] {
  const keys = film.etcd.appeared('pods')
  const own = keys.filter((key) => key.startsWith(`pods/${systemNamespace}/`))
  return own.length === 0 ? keys : [...keys.filter((key) => !own.includes(key)), ...own]
}
