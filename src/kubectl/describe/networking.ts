import { findResource } from '../../engine/api/resources.ts'
import { formatLabelSelector } from '../../engine/api/selector.ts'
import { formatTime, parseTime } from '../../engine/api/time.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { KubectlError } from '../errors.ts'
import type { Session, Task } from '../session.ts'
import { getObject } from '../fileTargets.ts'
import { typed, withEvents, withoutEvents, type Describer } from './describer.ts'
import { eventsOf, writeEvents } from './events.ts'
import { endpointsText, slicesOf } from './services.ts'
import { Description, writeAnnotations, writeHead, writeLabels, writeTimedConditions } from './writer.ts'

const services = findResource('', 'v1', 'services')!

export const describeIngress: Describer = function* (session, target) {
  const ingress = typed(target, yield* getObject(session, target))
  const events = yield* eventsOf(session, ingress)
  const { metadata, spec = {}, status } = ingress
  const w = new Description(session.input.now())
  w.line(0, `Name:\t${metadata.name}`)
  writeLabels(w, 'Labels', metadata.labels)
  w.line(0, `Namespace:\t${metadata.namespace ?? ''}`)
  const addresses: string[] = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }: { ip?: string; hostname?: string }) => ip || hostname || '')
  w.line(0, `Address:\t${[...new Set(addresses.filter((address) => address !== ''))].toSorted().join(',')}`)
  w.line(0, `Ingress Class:\t${spec.ingressClassName ?? '<none>'}`)
  const fallback = spec.defaultBackend ? yield* backendText(session, target.namespace, spec.defaultBackend) : '<default>'
  w.line(0, `Default backend:\t${fallback}`)
  if (spec.tls?.length) w.line(0, 'TLS:')
  for (const { secretName, hosts = [] } of spec.tls ?? []) w.line(1, `${secretName ? `${secretName} terminates` : 'SNI routes'} ${hosts.join(',')}`)
  w.write(0, 'Rules:\n  Host\tPath\tBackends\n')
  w.line(1, '----\t----\t--------')
  const rules = (spec.rules ?? []).filter((rule: { http?: unknown }) => rule.http)
  for (const { host, http } of rules) {
    w.line(1, `${host || '*'}\t`)
    for (const { path = '', backend } of http.paths ?? []) w.line(2, `\t${path} \t${yield* backendText(session, target.namespace, backend)}`)
  }
  if (rules.length === 0) w.line(1, `*\t*\t${fallback}`)
  writeAnnotations(w, 'Annotations', metadata.annotations)
  writeEvents(w, events)
  return w.text()
}

interface Backend {
  service?: { name: string; port?: { number?: number; name?: string } }
  resource?: { apiGroup?: string; kind: string; name: string }
}

function* backendText(session: Session, namespace: string, { service, resource }: Backend): Task<string> {
  if (resource && !service) return `APIGroup: ${resource.apiGroup ?? '<none>'}, Kind: ${resource.kind}, Name: ${resource.name}`
  if (!service) return ''
  const { number, name } = service.port ?? {}
  const title = `${service.name}:${number || (name ?? '')}`
  try {
    const slices = yield* slicesOf(session, namespace, service.name)
    const { spec } = yield* getObject(session, { resource: services, namespace, name: service.name, source: '', object: undefined })
    const ports: { port: number; name?: string }[] = spec?.ports ?? []
    const port = ports.findLast((p) => (number ? p.port === number : Boolean(name) && p.name === name))
    return `${title} (${endpointsText(slices, port?.name ?? '')})`
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    return `${title} (<error: ${error.message}>)`
  }
}

export const describeIngressClass = withEvents((w, { metadata, spec }) => {
  writeHead(w, metadata, { namespace: false })
  w.line(0, `Controller:\t${spec?.controller ?? ''}`)
  const parameters = spec?.parameters
  if (!parameters) return
  w.line(0, 'Parameters:')
  if (parameters.apiGroup) w.line(1, `APIGroup:\t${parameters.apiGroup}`)
  w.line(1, `Kind:\t${parameters.kind}`)
  w.line(1, `Name:\t${parameters.name}`)
})

export const describeNetworkPolicy = withoutEvents((w, { metadata, spec = {} }) => {
  w.line(0, `Name:\t${metadata.name}`)
  w.line(0, `Namespace:\t${metadata.namespace ?? ''}`)
  const created = formatTime(parseTime(metadata.creationTimestamp) ?? 0).replace('T', ' ').replace('Z', ' +0000 UTC')
  w.line(0, `Created on:\t${created}`)
  writeLabels(w, 'Labels', metadata.labels)
  writeAnnotations(w, 'Annotations', metadata.annotations)
  w.line(0, 'Spec:')
  w.write(1, 'PodSelector: ')
  const selected = formatLabelSelector(spec.podSelector)
  w.line(2, selected === '<none>' ? '<none> (Allowing the specific traffic to all pods in this namespace)' : selected)
  writeDirection(w, spec, 'Ingress', 'From', 'source')
  writeDirection(w, spec, 'Egress', 'To', 'destination')
  w.line(1, `Policy Types: ${(spec.policyTypes ?? []).join(', ') || '<none>'}`)
})

const indent = '    '

function writeDirection(w: Description, spec: KubeObject['spec'], type: 'Ingress' | 'Egress', word: 'From' | 'To', other: string): void {
  const direction = type.toLowerCase()
  if (!spec.policyTypes?.includes(type)) return w.line(1, `Not affecting ${direction} traffic`)
  w.line(1, `Allowing ${direction} traffic:`)
  const rules: KubeObject[] = spec[direction] ?? []
  if (rules.length === 0) w.line(0, `${indent}<none> (Selected pods are isolated for ${direction} connectivity)`)
  rules.forEach((rule, i) => {
    const ports: { port?: number | string; protocol?: string; endPort?: number }[] = rule['ports'] ?? []
    if (ports.length === 0) w.line(0, `${indent}To Port: <any> (traffic allowed to all ports)`)
    for (const { port = '<nil>', protocol = 'TCP', endPort } of ports) {
      w.line(0, endPort === undefined ? `${indent}To Port: ${port}/${protocol}` : `${indent}To Port Range: ${port}-${endPort}/${protocol}`)
    }
    const peers: Peer[] = rule[word.toLowerCase()] ?? []
    if (peers.length === 0) w.line(0, `${indent}${word}: <any> (traffic not restricted by ${other})`)
    for (const peer of peers) {
      w.line(0, `${indent}${word}:`)
      writePeer(w, peer)
    }
    if (i < rules.length - 1) w.line(0, `${indent}----------`)
  })
}

interface Peer {
  podSelector?: object
  namespaceSelector?: object
  ipBlock?: { cidr: string; except?: string[] }
}

function writePeer(w: Description, { podSelector, namespaceSelector, ipBlock }: Peer): void {
  if (namespaceSelector) w.line(1, `${indent}NamespaceSelector: ${formatLabelSelector(namespaceSelector)}`)
  if (podSelector) w.line(1, `${indent}PodSelector: ${formatLabelSelector(podSelector)}`)
  if (podSelector || namespaceSelector || !ipBlock) return
  w.line(1, `${indent}IPBlock:`)
  w.line(2, `${indent}CIDR: ${ipBlock.cidr}`)
  w.line(2, `${indent}Except: ${(ipBlock.except ?? []).join(', ')}`)
}

export const describeServiceCIDR = withEvents((w, { metadata, spec, status }) => {
  writeHead(w, metadata, { namespace: false })
  w.line(0, `CIDRs:\t${(spec?.cidrs ?? []).join(', ')}`)
  if (status?.conditions?.length) w.line(0, 'Status:')
  writeTimedConditions(w, status?.conditions)
})

export const describeIPAddress = withEvents((w, { metadata, spec }) => {
  writeHead(w, metadata, { namespace: false })
  if (!spec?.parentRef) return
  const { group = '', resource = '', namespace = '', name = '' } = spec.parentRef
  w.line(0, 'Parent Reference:')
  w.line(1, `Group:\t${group}`)
  w.line(1, `Resource:\t${resource}`)
  w.line(1, `Namespace:\t${namespace}`)
  w.line(1, `Name:\t${name}`)
})
