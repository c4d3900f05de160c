import { isSelectorError, matches, selectorOf } from '../../api/selector.ts'
import type { KubeObject } from '../../api/types.ts'
import { isWithin } from '../cidr.ts'

/** A part of an object, as the schema has it. */
type Fields = Record<string, any>

/** One end of a connection. */
export interface Peer {
  ip: string
  /** undefined: no pod, or one on the network of its node, which policies do not know. */
  pod?: { namespace: string; labels: Readonly<Record<string, string>>; ports: ReadonlyMap<string, number> } | undefined
}

export interface Connection {
  from: Peer
  to: Peer
  port: number
  protocol: 'TCP' | 'UDP'
}

/** Which policies keep a connection from being made, and at which end. */
export interface Denial {
  direction: 'Ingress' | 'Egress'
  /** 'namespace/name' of all that hold for the pod: none of them lets it through. */
  policies: string[]
}

export interface Policies {
  /** NetworkPolicies of a namespace. */
  in(namespace: string): Iterable<KubeObject>
  namespaceLabels(name: string): Readonly<Record<string, string>>
}

/**
 * A pod that no policy chooses may do anything; one that some choose may do what at least one of them allows, for each direction
 * apart; and a connection has to be allowed at both ends (k8s.io/docs/concepts/services-networking/network-policies). undefined: allowed.
 */
export function denialOf({ from, to, port, protocol }: Connection, policies: Policies): Denial | undefined {
  if (from.ip === to.ip) return undefined
  const at = (pod: Peer['pod'], other: Peer, direction: Denial['direction']): Denial | undefined => {
    if (pod === undefined) return undefined
    const chosen = [...policies.in(pod.namespace)].filter((policy) => chooses(policy, pod, direction))
    if (chosen.length === 0) return undefined
    const ports = { port, protocol, names: to.pod?.ports }
    if (chosen.some((policy) => rulesOf(policy, direction).some((rule) => allows(rule, policy, other, ports, policies, direction)))) return undefined
    return { direction, policies: chosen.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`) }
  }
  return at(from.pod, to, 'Egress') ?? at(to.pod, from, 'Ingress')
}

function chooses({ spec }: KubeObject, pod: NonNullable<Peer['pod']>, direction: Denial['direction']): boolean {
  return (spec!['policyTypes'] as string[]).includes(direction) && matchesLabelSelector(spec!['podSelector'], pod.labels)
}

const rulesOf = ({ spec }: KubeObject, direction: Denial['direction']): Fields[] => spec![direction.toLowerCase()] ?? []

interface Port {
  port: number
  protocol: 'TCP' | 'UDP'
  /** Of the pod that is connected to. */
  names: ReadonlyMap<string, number> | undefined
}

function allows(rule: Fields, { metadata }: KubeObject, other: Peer, port: Port, policies: Policies, direction: Denial['direction']): boolean {
  const peers: Fields[] = rule[direction === 'Ingress' ? 'from' : 'to'] ?? []
  const ports: Fields[] = rule['ports'] ?? []
  return (
    (ports.length === 0 || ports.some((allowed) => isPort(allowed, port))) &&
    (peers.length === 0 || peers.some((peer) => isPeer(peer, other, metadata.namespace!, policies)))
  )
}

function isPort({ protocol = 'TCP', port, endPort }: Fields, wanted: Port): boolean {
  if (protocol !== wanted.protocol) return false
  if (port === undefined) return true
  if (typeof port === 'string') return wanted.names?.get(port) === wanted.port
  return wanted.port >= port && wanted.port <= (endPort ?? port)
}

function isPeer({ ipBlock, namespaceSelector, podSelector }: Fields, { ip, pod }: Peer, own: string, policies: Policies): boolean {
  if (ipBlock !== undefined) return isWithin(ip, ipBlock.cidr) && !(ipBlock.except ?? []).some((range: string) => isWithin(ip, range))
  if (pod === undefined) return false
  const rightNamespace = namespaceSelector === undefined ? pod.namespace === own : matchesLabelSelector(namespaceSelector, policies.namespaceLabels(pod.namespace))
  return rightNamespace && (podSelector === undefined || matchesLabelSelector(podSelector, pod.labels))
}

/** Selectors of stored policies have been validated. */
function matchesLabelSelector(selector: Fields, labels: Readonly<Record<string, string>>): boolean {
  const parsed = selectorOf(selector)
  return !isSelectorError(parsed) && matches(parsed, labels)
}
