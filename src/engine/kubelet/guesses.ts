import { isSidecar } from '../api/sidecar.ts'
import type { Container, KubeObject, Pod } from '../api/types.ts'
import type { Guesses } from '../runtime/container-config.ts'

type Handler = { httpGet?: { port: number | string }; tcpSocket?: { port: number | string }; grpc?: { port: number } }
type Probing = { livenessProbe?: Handler; readinessProbe?: Handler; startupProbe?: Handler }

/**
 * What a program that nobody here can see into is taken to do: nothing that its pod says speaks against it. It listens where it is
 * asked, by its ports, its probes or, of a pod with one container, the Services that choose the pod; as an init container, in a Job, or where its pod is
 * not to begin again when it has ended well, it comes to an end.
 */
export function guessesAbout(pod: Pod, container: Container, services: readonly KubeObject[]): Guesses {
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
  const declared = tcpPorts(container)
  const others = new Set(all.filter((other) => other !== container && other.name !== container.name).flatMap(tcpPorts))
  const asked = [...declared, ...probed(container as Probing).filter((port) => !others.has(port))]
  const ports = asked.length > 0 || pod.spec.containers.length > 1 ? asked : services.filter((service) => chooses(service, pod)).flatMap(targets)
  const isTold = isTask(pod, container, declared)
  const isAlone = !isTold && ports.length === 0 && isLeftAlone(pod)
  return { ports: [...new Set(ports)], ends: isTold || isAlone, ...(isAlone ? { unlessServer: true } : {}) }
}

const tcpPorts = ({ ports = [] }: Container): number[] => ports.filter(({ protocol = 'TCP' }) => protocol === 'TCP').map(({ containerPort }) => containerPort)

function probed({ livenessProbe, readinessProbe, startupProbe }: Probing): number[] {
  return [livenessProbe, readinessProbe, startupProbe].flatMap((probe) => {
    const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port
    return typeof port === 'number' ? [port] : []
  })
}

function chooses({ spec: { selector } }: KubeObject, { metadata: { labels = {} } }: Pod): boolean {
  const wanted = Object.entries((selector ?? {}) as Record<string, string>)
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
}

function targets({ spec: { ports = [] } }: KubeObject): number[] {
  return (ports as { port: number; targetPort?: number | string; protocol?: string }[]).flatMap(({ port, targetPort = port, protocol = 'TCP' }) =>
    protocol === 'TCP' && typeof targetPort === 'number' && targetPort > 0 ? [targetPort] : [],
  )
}

function isTask(pod: Pod, container: Container, ports: readonly number[]): boolean {
  if (pod.spec.initContainers?.some(({ name }) => name === container.name)) return !isSidecar(container)
  return ports.length === 0 && (pod.metadata.ownerReferences ?? []).some(({ kind, controller }) => kind === 'Job' && controller === true)
}

/** Of no controller, and not to be started again: a pod for one piece of work. */
function isLeftAlone({ spec: { restartPolicy = 'Always' }, metadata: { ownerReferences = [] } }: Pod): boolean {
  return restartPolicy !== 'Always' && ownerReferences.length === 0
}
