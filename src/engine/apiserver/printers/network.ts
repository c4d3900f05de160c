import { formatLabelSelector } from '../../api/selector.ts'
import { ageOf, columns, firstThree, formatLabels, type Printer } from './printer.ts'

interface ServicePort { port: number; nodePort?: number; protocol?: string }
interface LoadBalancer { ingress?: { ip?: string; hostname?: string }[] }

export const services: Printer = {
  columns: columns('Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', 'Selector+'),
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    spec?.type ?? '',
    spec?.clusterIPs?.[0] ?? '<none>',
    externalIP(spec ?? {}, status?.loadBalancer),
    servicePorts(spec?.ports ?? []) || '<none>',
    ageOf(metadata, now),
    formatLabels(spec?.selector),
  ],
}

function externalIP(spec: { type?: string; externalIPs?: string[]; externalName?: string }, balancer?: LoadBalancer): string {
  const external = spec.externalIPs ?? []
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return external.length > 0 ? external.join(',') : '<none>'
    case 'LoadBalancer': {
      const all = [...balancerAddresses(balancer), ...external]
      return all.length > 0 ? all.join(',') : '<pending>'
    }
    case 'ExternalName':
      return spec.externalName ?? ''
    default:
      return '<unknown>'
  }
}

function balancerAddresses(balancer: LoadBalancer | undefined): string[] {
  const addresses = (balancer?.ingress ?? []).map((ingress) => ingress.ip || ingress.hostname || '').filter((a) => a !== '')
  return [...new Set(addresses)].toSorted()
}

function servicePorts(ports: readonly ServicePort[]): string {
  return ports
    .map((p) => (p.nodePort ? `${p.port}:${p.nodePort}/${p.protocol}` : `${p.port}/${p.protocol}`))
    .join(',')
}

interface Subset { addresses?: { ip: string }[]; ports?: { port: number }[] }

export const endpoints: Printer = {
  columns: columns('Name', 'Endpoints', 'Age'),
  cells: ({ metadata, subsets }, now) => {
    const all = ((subsets ?? []) as Subset[]).flatMap(subsetAddresses)
    return [metadata.name, subsets?.length ? firstThree(all, '') : '<none>', ageOf(metadata, now)]
  },
}

function subsetAddresses({ addresses = [], ports = [] }: Subset): string[] {
  if (ports.length === 0) return addresses.map((a) => a.ip)
  return ports.flatMap(({ port }) => addresses.map((a) => joinHostPort(a.ip, port)))
}

function joinHostPort(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
}

export const endpointSlices: Printer = {
  columns: columns('Name', 'AddressType', 'Ports', 'Endpoints', 'Age'),
  cells: ({ metadata, addressType, ports, endpoints: members }, now) => [
    metadata.name,
    addressType,
    firstThree((ports ?? []).map((p: { port?: number; name?: string }) => String(p.port ?? p.name ?? '*')), '<unset>'),
    firstThree((members ?? []).flatMap((e: { addresses?: string[] }) => e.addresses ?? []), '<unset>'),
    ageOf(metadata, now),
  ],
}

export const ingresses: Printer = {
  columns: columns('Name', 'Class', 'Hosts', 'Address', 'Ports', 'Age'),
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    spec?.ingressClassName ?? '<none>',
    hosts(spec?.rules ?? []),
    balancerAddresses(status?.loadBalancer).join(','),
    spec?.tls?.length ? '80, 443' : '80',
    ageOf(metadata, now),
  ],
}

/** The first three hosts; how many more there are is counted in rules, also in those without a host. */
function hosts(rules: readonly { host?: string }[]): string {
  const list: string[] = []
  let more = false
  for (const rule of rules) {
    if (list.length === 3) more = true
    else if (rule.host) list.push(rule.host)
  }
  if (list.length === 0) return '*'
  return more ? `${list.join(',')} + ${rules.length - 3} more...` : list.join(',')
}

export const ingressClasses: Printer = {
  columns: columns('Name', 'Controller', 'Parameters', 'Age'),
  cells: ({ metadata, spec }, now) => {
    const p = spec?.parameters
    const parameters = p ? `${p.kind}${p.apiGroup ? `.${p.apiGroup}` : ''}/${p.name}` : '<none>'
    return [metadata.name, spec?.controller ?? '', parameters, ageOf(metadata, now)]
  },
}

export const networkPolicies: Printer = {
  columns: columns('Name', 'Pod-Selector', 'Age'),
  cells: ({ metadata, spec }, now) => [metadata.name, formatLabelSelector(spec?.podSelector ?? {}), ageOf(metadata, now)],
}

export const ipAddresses: Printer = {
  columns: columns('Name', 'ParentRef', 'Age'),
  cells({ metadata, spec }, now) {
    const { group, resource, namespace, name } = spec?.parentRef ?? {}
    const parts = [group ? `${resource}.${group}` : resource, namespace, name].filter(Boolean)
    return [metadata.name, parts.join('/') || '<none>', ageOf(metadata, now)]
  },
}

export const serviceCidrs: Printer = {
  columns: columns('Name', 'CIDRs', 'Age'),
  cells: ({ metadata, spec }, now) => [metadata.name, (spec?.cidrs ?? []).join(','), ageOf(metadata, now)],
}
