import { findResource } from '../../engine/api/resources.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { KubectlError } from '../errors.ts'
import type { Session, Task } from '../session.ts'
import { getObject } from '../fileTargets.ts'
import { listObjects } from '../targets.ts'
import { typed, withEvents, type Describer } from './describer.ts'
import { eventsOf, writeEvents } from './events.ts'
import { pairs } from './storage.ts'
import { Description, writeHead } from './writer.ts'

const endpointSlices = findResource('discovery.k8s.io', 'v1', 'endpointslices')!

export function* slicesOf(session: Session, namespace: string, service: string): Task<KubeObject[]> {
  const labelSelector = `kubernetes.io/service-name=${service}`
  return (yield* listObjects(session, { resource: endpointSlices, namespace, labelSelector })).items
}

const mostEndpoints = 3

/** The first three ready endpoints of a service's port, and how many more there are. */
export function endpointsText(slices: readonly KubeObject[], portName: string): string {
  if (slices.length === 0) return '<none>'
  const ready: string[] = []
  // kubectl counts on when it has found an unready endpoint after the third ready one, too.
  let more = false
  const look = (endpoint: { addresses: string[]; conditions?: { ready?: boolean } }, port: string) => {
    if (ready.length >= mostEndpoints) more = true
    if (endpoint.conditions?.ready !== false) ready.push(hostPort(endpoint.addresses[0]!, port))
  }
  for (const slice of slices) {
    const endpoints = slice['endpoints'] ?? []
    const ports = slice['ports'] ?? []
    if (ports.length === 0) for (const endpoint of endpoints) look(endpoint, '')
    for (const { name = '', port } of ports) if (name === portName) for (const endpoint of endpoints) look(endpoint, String(port))
  }
  const shown = ready.slice(0, mostEndpoints).join(',')
  return more ? `${shown} + ${ready.length - mostEndpoints} more...` : shown
}

/** net.JoinHostPort; without a port the address alone. */
function hostPort(address: string, port: string): string {
  if (port === '') return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

export const describeService: Describer = function* (session, target) {
  const service = typed(target, yield* getObject(session, target))
  let slices: KubeObject[] = []
  try {
    slices = yield* slicesOf(session, target.namespace, target.name)
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
  }
  const events = yield* eventsOf(session, service)
  const w = new Description(session.input.now())
  writeService(w, service, slices)
  writeEvents(w, events)
  return w.text()
}

function writeService(w: Description, { metadata, spec = {}, status }: KubeObject, slices: readonly KubeObject[]): void {
  writeHead(w, metadata)
  w.line(0, `Selector:\t${pairs(spec.selector)}`)
  w.line(0, `Type:\t${spec.type ?? ''}`)
  if (spec.ipFamilyPolicy) w.line(0, `IP Family Policy:\t${spec.ipFamilyPolicy}`)
  w.line(0, `IP Families:\t${(spec.ipFamilies ?? []).join(',') || '<none>'}`)
  w.line(0, `IP:\t${spec.clusterIP ?? ''}`)
  w.line(0, `IPs:\t${spec.clusterIPs?.length ? spec.clusterIPs.join(',') : '<none>'}`)
  if (spec.externalIPs?.length) w.line(0, `External IPs:\t${spec.externalIPs.join(',')}`)
  if (spec.loadBalancerIP) w.line(0, `Desired LoadBalancer IP:\t${spec.loadBalancerIP}`)
  if (spec.externalName) w.line(0, `External Name:\t${spec.externalName}`)
  const ingress: { ip?: string; ipMode?: string; hostname?: string }[] = status?.loadBalancer?.ingress ?? []
  if (ingress.length > 0) {
    const addresses = ingress.map(({ ip, ipMode, hostname = '' }) => (ip ? ip + (ipMode ? ` (${ipMode})` : '') : hostname))
    w.line(0, `LoadBalancer Ingress:\t${addresses.join(', ')}`)
  }
  for (const { name = '', port, protocol = '', targetPort = 0, nodePort } of spec.ports ?? []) {
    w.line(0, `Port:\t${name || '<unset>'}\t${port}/${protocol}`)
    w.line(0, `TargetPort:\t${targetPort}/${protocol}`)
    if (nodePort) w.line(0, `NodePort:\t${name || '<unset>'}\t${nodePort}/${protocol}`)
    w.line(0, `Endpoints:\t${endpointsText(slices, name)}`)
  }
  w.line(0, `Session Affinity:\t${spec.sessionAffinity ?? ''}`)
  if (spec.externalTrafficPolicy) w.line(0, `External Traffic Policy:\t${spec.externalTrafficPolicy}`)
  if (spec.internalTrafficPolicy) w.line(0, `Internal Traffic Policy:\t${spec.internalTrafficPolicy}`)
  if (spec.healthCheckNodePort) w.line(0, `HealthCheck NodePort:\t${spec.healthCheckNodePort}`)
  if (spec.loadBalancerSourceRanges?.length) w.line(0, `LoadBalancer Source Ranges:\t${spec.loadBalancerSourceRanges.join(',')}`)
  if (spec.trafficDistribution) w.line(0, `Traffic Distribution:\t${spec.trafficDistribution}`)
}

export const describeEndpoints = withEvents((w, { metadata, subsets = [] }) => {
  writeHead(w, metadata)
  w.line(0, 'Subsets:')
  const ips = (addresses: readonly { ip: string }[] | undefined) => (addresses ?? []).map(({ ip }) => ip).join(',') || '<none>'
  for (const { addresses, notReadyAddresses, ports = [] } of subsets) {
    w.line(1, `Addresses:\t${ips(addresses)}`)
    w.line(1, `NotReadyAddresses:\t${ips(notReadyAddresses)}`)
    if (ports.length > 0) {
      w.line(1, 'Ports:')
      w.line(2, 'Name\tPort\tProtocol')
      w.line(2, '----\t----\t--------')
      for (const { name, port, protocol = '' } of ports) w.line(2, `${name || '<unset>'}\t${port}\t${protocol}`)
    }
    w.write(0, '\n')
  }
})

export const describeEndpointSlice = withEvents((w, { metadata, addressType = '', ports = [], endpoints = [] }) => {
  writeHead(w, metadata)
  w.line(0, `AddressType:\t${addressType}`)
  w.line(0, ports?.length ? 'Ports:' : 'Ports: <unset>')
  if (ports?.length) {
    w.line(1, 'Name\tPort\tProtocol')
    w.line(1, '----\t----\t--------')
    for (const { name, port, protocol } of ports) w.line(1, `${name || '<unset>'}\t${port ?? '<unset>'}\t${protocol}`)
  }
  w.line(0, endpoints?.length ? 'Endpoints:' : 'Endpoints: <none>')
  for (const { addresses = [], conditions, hostname, targetRef, nodeName, zone } of endpoints ?? []) {
    w.line(1, `- Addresses:\t${addresses.join(', ') || '<none>'}`)
    w.line(2, 'Conditions:')
    w.line(3, `Ready:\t${conditions?.ready ?? '<unset>'}`)
    w.line(2, `Hostname:\t${hostname ?? '<unset>'}`)
    if (targetRef) w.line(2, `TargetRef:\t${targetRef.kind}/${targetRef.name}`)
    w.line(2, `NodeName:\t${nodeName ?? '<unset>'}`)
    w.line(2, `Zone:\t${zone ?? '<unset>'}`)
  }
})
